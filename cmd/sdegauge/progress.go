package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/live"
	"sdegauge/internal/preflight"
	"sdegauge/internal/traffic"
)

// progress tells about a run as it goes on. It implements run.Observer.
type progress struct {
	ctx context.Context
	// out gets plain lines. display shows the traffic; nil where nobody looks.
	out     io.Writer
	display live.Display
	metrics *live.Server // nil where none are served
	// run is what is known of the run before its traffic begins.
	run live.Run
}

// displayOn is what suits a writer: a terminal gets a block that is drawn again
// and again, everything else plain lines.
func displayOn(out io.Writer) live.Display {
	width, ok := terminalOf(out)
	if !ok {
		return live.NewLines(out)
	}
	return live.NewScreen(out, width, colored())
}

func (p progress) Target(url string, reference bool) {
	if reference {
		fmt.Fprintf(p.out, "no target given: measuring the embedded reference server at %s\n", url)
		return
	}
	fmt.Fprintf(p.out, "measuring %s\n", shown(url))
}

func (p progress) Sessions(created, wanted int) {
	if created == wanted || created%100 == 0 {
		fmt.Fprintf(p.out, "sessions: %d of %d created\n", created, wanted)
	}
}

// Preflight warns in two lines each, with what to change in the second.
func (p progress) Preflight(warnings []preflight.Warning) {
	for _, w := range warnings {
		fmt.Fprintf(p.out, "warning, %s: %s\n  %s\n", shown(w.What), shown(w.Detail), shown(w.Fix))
	}
}

func (p progress) Waiting(until time.Time) {
	fmt.Fprintf(p.out, "ready; the traffic begins at %s\n", until.Format(time.RFC3339))
}

// Traffic shows the run until its last answer. Stages that cannot be are shown
// nowhere: the run itself is going to refuse them.
func (p progress) Traffic(stages []traffic.Stage, now *traffic.Live) func() {
	r := p.run
	r.Stages, r.Traffic = stages, now
	if p.metrics != nil {
		_ = p.metrics.Show(r)
	}
	if p.display == nil {
		return func() {}
	}
	stop, err := live.Follow(p.ctx, r, p.display)
	if err != nil {
		return func() {}
	}
	return stop
}

// shownLongest is the longest text in a line of progress, in characters.
const shownLongest = 1000

// shown is text from elsewhere, fit for a terminal.
func shown(text string) string { return checks.Printable([]byte(text), shownLongest) }
