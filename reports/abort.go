package reports

import (
	"math"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/threshold"
	"sdegauge/internal/traffic"
)

// Abort is how a threshold stopped the run.
type Abort struct {
	// Threshold is its expression, AtS when it was found broken beyond doubt.
	Threshold string  `json:"threshold"`
	AtS       float64 `json:"at_s"`
	// Detail says what was known of it then.
	Detail string `json:"detail"`
}

// windowsLooked bounds how many windows of a threshold are looked at again
// because a reading of theirs is still out.
const windowsLooked = 256

// Broken is a watched threshold that asks to abort the run and is broken beyond
// doubt: whatever still comes in, and if all of it is good, it does not hold. nil
// is none. A threshold on what the instrument's own lateness spoils is never
// beyond doubt while sends are late, or wait for the limit of attempts in flight.
//
// policy bounds the attempts that may follow. It is meant to be called once a
// second; readings wait meanwhile, for some microseconds.
func (c *Collector) Broken(p traffic.Progress, policy contract.RetryPolicy, lag LagLimit) *Abort {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lag == nil {
		return nil // no threshold may
	}
	late := p.AtLimit > 0 || lag.held(c.lag, perSecond(c.lag.count(), p.Elapsed)).broken()
	for _, w := range c.watches {
		if !w.threshold.Abort || late && instrumental(w.threshold.Metric.Name) {
			continue
		}
		if r := w.broken(p.Elapsed, uint64(policy.Attempts())); r.Verdict == contract.Fail {
			return &Abort{Threshold: r.Expr, AtS: seconds(p.Elapsed), Detail: r.Detail}
		}
	}
	return nil
}

// broken is a failure where the threshold is broken beyond doubt at an instant.
func (w *watch) broken(now time.Duration, attempts uint64) threshold.Result {
	t := w.threshold
	if t.Over == 0 {
		return w.windows[0].best(t, now, attempts)
	}
	ended := 0
	for ended < len(w.windows) && w.windows[ended].end <= now {
		ended++
	}
	w.settled = max(w.settled, ended-windowsLooked)
	// Windows that are settled may still be the beginning of a breach.
	from := max(0, w.settled-int(max(t.For, t.Over)/t.Over))
	list := make([]threshold.Window, 0, ended-from)
	for i, v := range w.windows[from:ended] {
		one := threshold.Window{Start: v.start, Idle: v.cell == nil}
		if !one.Idle {
			one.Result = v.best(t, now, attempts)
		}
		list = append(list, one)
		if from+i == w.settled && v.bounded && v.updates >= v.scheduled {
			w.settled++
		}
	}
	return t.AcrossWindows(list)
}

// best is the threshold held against the window as it is, and where it fails, as
// it is at best: with everything that may still come in, all of it good.
func (v *window) best(t threshold.Threshold, now time.Duration, attempts uint64) threshold.Result {
	r := t.Evaluate(v.sample(0))
	if r.Verdict != contract.Fail {
		return r
	}
	at := v.sample(0)
	at.cell = at.cell.with(v.outstanding(now, attempts), t)
	if hopeful := t.Evaluate(at); hopeful.Verdict != contract.Fail {
		return hopeful
	}
	return r
}

// outstanding is what may still come in, at most.
type outstanding struct {
	first   uint64 // updates without a reading
	retries uint64
	updates uint64 // without their final reading
}

func (v *window) outstanding(now time.Duration, attempts uint64) (o outstanding) {
	most := v.scheduled
	if !v.bounded {
		most = max(most, v.started) + v.workers
		if now < v.end { // who knows how many
			most = math.MaxUint32
		}
	}
	o.first = most - min(most, v.started)
	o.updates = o.first + v.started - min(v.started, v.updates)
	o.retries = o.updates * (attempts - 1)
	return o
}

// with is the cell after all that is outstanding, which is as good as the
// threshold could wish.
func (c *cell) with(o outstanding, t threshold.Threshold) *cell {
	low := t.Op != threshold.Greater && t.Op != threshold.GreaterEqual // the lower the better
	best := newCellFor(t.Metric.Name)
	best.merge(c)
	best.started += o.first
	best.attempts += o.first
	best.updates += o.updates
	if !low || t.Metric.Name != threshold.Amplification {
		best.attempts += o.retries
	}
	value := time.Duration(0)
	if low {
		best.asExpected += o.updates
	} else {
		best.statuses[t.Metric.Code] += o.first + o.retries
		best.failures[contract.FailClosed] += o.first + o.retries
		value = histogramUnit * time.Duration(histogramLongest)
	}
	for _, d := range []*distribution{best.response, best.service, best.lag} {
		d.recordN(value, o.first+o.retries)
	}
	return best
}
