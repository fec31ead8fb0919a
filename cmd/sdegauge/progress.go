package main

import (
	"fmt"
	"io"
	"time"

	"sdegauge/internal/preflight"
	"sdegauge/internal/traffic"
)

// progressEvery is the time between two lines of progress.
const progressEvery = 10 * time.Second

// progress writes plain lines about a run as it goes on. It implements
// run.Observer.
type progress struct{ out io.Writer }

func (p progress) Target(url string, reference bool) {
	if reference {
		fmt.Fprintf(p.out, "no target given: measuring the embedded reference server at %s\n", url)
		return
	}
	fmt.Fprintf(p.out, "measuring %s\n", url)
}

func (p progress) Sessions(created, wanted int) {
	if created == wanted || created%100 == 0 {
		fmt.Fprintf(p.out, "sessions: %d of %d created\n", created, wanted)
	}
}

// Preflight warns in two lines each, with what to change in the second.
func (p progress) Preflight(warnings []preflight.Warning) {
	for _, w := range warnings {
		fmt.Fprintf(p.out, "warning, %s: %s\n  %s\n", w.What, w.Detail, w.Fix)
	}
}

// Traffic reports each stage as it begins, and otherwise a line every ten
// seconds.
func (p progress) Traffic(stages []traffic.Stage, live *traffic.Live) func() {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		p.follow(stages, live, stop)
	}()
	return func() {
		close(stop)
		<-stopped
	}
}

func (p progress) follow(stages []traffic.Stage, live *traffic.Live, stop <-chan struct{}) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	stage, draining, next := -1, false, progressEvery
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		now, ok := live.Progress()
		switch {
		case !ok:
		case now.Draining && !draining:
			draining = true
			if now.InFlight+now.Waiting > 0 {
				p.line(now, fmt.Sprintf("all stages are over; waiting for %d answers and %d retries, until %.1fs at the latest",
					now.InFlight, now.Waiting, now.Latest.Seconds()))
			}
		case now.Stage != stage && !now.Draining:
			stage = now.Stage
			p.line(now, stageLine(stages, stage))
		case now.Elapsed >= next:
			p.line(now, fmt.Sprintf("%d attempts sent, %d in flight, %d updates wait for a retry", now.Attempts, now.InFlight, now.Waiting))
			next += progressEvery
		}
	}
}

func (p progress) line(now traffic.Progress, text string) {
	fmt.Fprintf(p.out, "%6.1fs of %s  %s\n", now.Elapsed.Seconds(), now.Planned.Round(100*time.Millisecond), text)
}

func stageLine(stages []traffic.Stage, i int) string {
	s := stages[i]
	name := s.Name
	if name == "" {
		name = string(s.Arrival)
	}
	text := fmt.Sprintf("stage %d of %d: %s, %s", i+1, len(stages), name, s.Arrival)
	if s.WarmUp {
		text += ", warm-up"
	}
	return text
}
