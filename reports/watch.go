package reports

import (
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/threshold"
	"sdegauge/internal/traffic"
)

// watch keeps the readings that a threshold over windows, or one that aborts the
// run, is held against.
//
// A window holds the updates that were due in it, each with all its attempts:
// what a retry comes to is part of its update, however late it is made. So every
// measured reading that is in the run is in one window at most, and one window
// over all of them comes to what the run does.
type watch struct {
	threshold threshold.Threshold
	windows   []*window // in order of time
	// stints are where the windows lie; empty for the only window of a threshold
	// without windows.
	stints []stint
	// settled is how many windows from the first need no other look while the run
	// lasts.
	settled int
}

// stint is a stretch of the measured time that no warm-up interrupts.
type stint struct {
	start time.Duration
	first int // of its windows
	n     int
}

// window is one stretch of time, or all of it.
type window struct {
	start, end time.Duration
	scheduled  uint64 // updates due in it, of every class
	bounded    bool   // scheduled is known in advance
	workers    uint64 // of closed stages, each of which may have one update more

	started, updates uint64 // of every class: first attempts; final readings
	cell             *cell  // of the threshold's class; nil before a reading
	judged, failed   uint64 // by the threshold's check
}

// Watch has the collector keep what is asked by those thresholds that have windows
// or may abort. It is to be called once, before the first reading, with the stages
// and the seed of the run's schedule.
func (c *Collector) Watch(list []threshold.Threshold, stages []traffic.Stage, seed uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	due := newDue(stages, seed)
	for _, t := range list {
		if t.Abort && c.lag == nil {
			c.lag = newDistribution(fineDigits)
		}
		switch {
		case t.Over > 0:
			c.watches = append(c.watches, newWatch(t, due))
		case t.Abort:
			whole := &window{end: due.end(), bounded: true}
			whole.expect(due)
			c.watches = append(c.watches, &watch{threshold: t, windows: []*window{whole}})
		}
	}
}

// newWatch lays the windows out.
func newWatch(t threshold.Threshold, due due) *watch {
	w := &watch{threshold: t}
	for _, s := range due.measured() {
		one := stint{start: s.start, first: len(w.windows), n: int((s.end - s.start) / t.Over)}
		for i := range one.n {
			start := s.start + time.Duration(i)*t.Over
			v := &window{start: start, end: start + t.Over, bounded: true}
			v.expect(due)
			w.windows = append(w.windows, v)
		}
		w.stints = append(w.stints, one)
	}
	return w
}

// window is where an update belongs that was due at an instant; nil where it is in
// none.
func (w *watch) window(at time.Duration) *window {
	if w.threshold.Over == 0 {
		return w.windows[0]
	}
	for _, s := range w.stints {
		if i := int((at - s.start) / w.threshold.Over); at >= s.start && i < s.n {
			return w.windows[s.first+i]
		}
	}
	return nil
}

// take adds a measured reading.
func (w *watch) take(r *contract.Reading, j *checks.Judgement) {
	at := r.Intended
	if r.Attempt > 1 {
		at = r.First
	}
	v := w.window(at)
	if v == nil {
		return
	}
	if r.Attempt <= 1 {
		v.started++
	}
	if r.Final {
		v.updates++
	}
	m := w.threshold.Metric
	if m.Class != "" && m.Class != r.Case.Class {
		return
	}
	if v.cell == nil {
		v.cell = newCellFor(m.Name)
	}
	v.cell.take(r, j)
	if m.Name == threshold.Checks {
		v.judge(j, m.Check)
	}
}

// newCellFor leaves out the times that a metric does not ask for.
func newCellFor(name threshold.Name) *cell {
	c := newCell()
	if name != threshold.Response {
		c.response = nil
	}
	if name != threshold.Service {
		c.service = nil
	}
	if name != threshold.Lag {
		c.lag = nil
	}
	return c
}

// judge counts the findings of a requirement, or of all.
func (v *window) judge(j *checks.Judgement, id string) {
	for i := range j.Findings {
		if f := &j.Findings[i]; f.Verdict != contract.Skipped && (id == "" || f.Requirement == id) {
			v.judged++
			if f.Verdict == contract.Fail {
				v.failed++
			}
		}
	}
}

// sample is what the window's metrics are found in.
func (v *window) sample(unsent uint64) *sample {
	one := v.cell
	if one == nil {
		one = newCell()
	}
	return &sample{
		cell: one, scheduled: v.started + unsent, unsent: unsent,
		checks: func(string) (failed, judged uint64) { return v.failed, v.judged },
	}
}

// result is the verdict on the windows that came to their end before the run did.
func (w *watch) result(run Run) threshold.Result {
	list := make([]threshold.Window, 0, len(w.windows))
	for _, v := range w.windows {
		if run.Summary.Interrupted && v.end > run.Summary.Elapsed {
			break
		}
		unsent := unsentBetween(run, v.start, v.end)
		one := threshold.Window{Start: v.start, Idle: v.cell == nil && unsent == 0}
		if !one.Idle {
			one.Result = w.threshold.Evaluate(v.sample(unsent))
		}
		list = append(list, one)
	}
	return w.threshold.AcrossWindows(list)
}

// watchOf is the watch of a threshold; nil where there is none.
func (c *Collector) watchOf(t threshold.Threshold) *watch {
	for _, w := range c.watches {
		if w.threshold == t {
			return w
		}
	}
	return nil
}
