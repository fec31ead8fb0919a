package live

import (
	"time"

	"sdegauge/internal/traffic"
	"sdegauge/reports"
)

// Run is a run that can be looked at.
type Run struct {
	Stages []traffic.Stage
	Seed   uint64
	Total  uint64 // the most updates; 0 is no limit
	Lag    reports.LagLimit
	// Traffic says where the run stands.
	Traffic Traffic
	Meter   *Meter
}

// Traffic is what [traffic.Live] shows.
type Traffic interface {
	Progress() (p traffic.Progress, ok bool)
}

// View is a run at one instant.
type View struct {
	traffic.Progress
	Stages []traffic.Stage
	Lag    reports.LagLimit
	Counts Counts
	// Due is how many updates were to be sent by now; it is known only where a
	// schedule, and not the answers, sets the pace.
	Due    uint64
	DueSet bool
	Recent Recent
}

// Unsent are the updates whose instant has come and that have not been sent; ok is
// false where that is not known.
func (v View) Unsent() (n uint64, ok bool) { return v.Due - min(v.Due, v.Updates), v.DueSet }

// Recent is what happened within the last seconds.
type Recent struct {
	Span          time.Duration
	Asked, Sent   float64 // updates a second
	Response, Lag Sample
}

// recently is how far back [Recent] reaches.
const recently = 5 * time.Second

// markEvery is the least time between two marks: who looks often must not fill the
// memory with them.
const markEvery = 100 * time.Millisecond

// watch looks at one run again and again.
type watch struct {
	run      Run
	calendar *calendar
	marks    []mark // of the last seconds, oldest first
}

// mark is what was seen at an instant.
type mark struct {
	at            time.Duration
	due, updates  uint64
	response, lag Sample
}

func newWatch(run Run) (*watch, error) {
	c, err := newCalendar(run.Stages, run.Seed, run.Total)
	if err != nil {
		return nil, err
	}
	run.Lag = run.Lag.At(meanRate(run.Stages, c))
	return &watch{run: run, calendar: c, marks: []mark{{}}}, nil
}

// meanRate is that of the measured stages, in updates a second; 0 where one of
// them has no rate.
func meanRate(stages []traffic.Stage, c *calendar) float64 {
	var n uint64
	var length time.Duration
	for i, stage := range stages {
		if stage.WarmUp {
			continue
		}
		if c.entries[i].closed {
			return 0
		}
		n += c.entries[i].n
		length += stage.Duration
	}
	if length == 0 {
		return 0
	}
	return float64(n) / length.Seconds()
}

// look is the run now; ok is false before it began.
func (w *watch) look() (v View, ok bool) {
	p, ok := w.run.Traffic.Progress()
	if !ok {
		return View{}, false
	}
	v = View{Progress: p, Stages: w.run.Stages, Lag: w.run.Lag, Counts: w.run.Meter.Counts()}
	v.Due, v.DueSet = w.calendar.due(p.Elapsed)
	now := mark{p.Elapsed, v.Due, p.Updates, v.Counts.Response, v.Counts.Lag}
	for len(w.marks) > 1 && w.marks[1].at <= now.at-recently {
		w.marks = w.marks[1:]
	}
	v.Recent = now.since(w.marks[0])
	if now.at-w.marks[len(w.marks)-1].at >= markEvery {
		w.marks = append(w.marks, now)
	}
	return v, true
}

// since is what happened between two marks.
func (m mark) since(before mark) Recent {
	r := Recent{Span: m.at - before.at, Response: m.response.since(before.response), Lag: m.lag.since(before.lag)}
	if s := r.Span.Seconds(); s > 0 {
		r.Asked = float64(m.due-min(m.due, before.due)) / s
		r.Sent = float64(m.updates-before.updates) / s
	}
	return r
}
