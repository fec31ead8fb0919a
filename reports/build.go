package reports

import (
	"maps"
	"math"
	"net/url"
	"strings"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/preflight"
	"sdegauge/internal/threshold"
	"sdegauge/internal/traffic"
	"sdegauge/internal/usage"
)

// Run is everything a report is made of. As JSON it is what the log of readings
// keeps besides readings and exhibits.
type Run struct {
	Tool     Tool
	Scenario Scenario
	Target   Target
	// Command MUST hold no secret.
	Command string
	Summary traffic.Summary
	// Stages are the load that was asked for; where they are not known, what was
	// never sent is missing in the series.
	Stages []traffic.Stage
	Retry  contract.RetryPolicy
	// Wrote is how many requests the transport wrote for the updates; nil where
	// it does not count.
	Wrote      *uint64
	Readings   *Collector          `json:"-"`
	Checks     []checks.Result     `json:"-"`
	Unexpected []checks.Unexpected `json:"-"`
	Thresholds []threshold.Threshold
	Sessions   *Sessions
	Reference  *ReferenceCount
	// Lag is how late sends may be.
	Lag LagLimit
	// Usage is what the process used; nil where that was not measured.
	Usage *usage.Usage
	// Connections is how many were opened for the traffic; nil where nobody
	// counted.
	Connections *uint64
	// Preflight is what was found too small before the run.
	Preflight []preflight.Warning
	// Calibration is the last selftest's; nil where there is none.
	Calibration *Calibration
	// Machine is where the instrument ran; empty for the one that this is.
	Machine Machine
	// Aborted is nil where no threshold stopped the run.
	Aborted *Abort
	// Doubts are what the parts of a run that was put together say of themselves.
	Doubts []Cause
	// Log is nil where no log of readings was written.
	Log *Log `json:"-"`
}

// New makes the report of a run that has ended: it adds up, holds the
// thresholds against the sums and finds the verdict.
func New(run Run) *Report {
	c := run.Readings
	c.mu.Lock()
	defer c.mu.Unlock()
	warm := c.sum(func(k cellKey) bool { return k.warmUp })
	asExpected := c.sum(func(k cellKey) bool { return !k.warmUp && k.asExpected })
	unexpected := c.sum(func(k cellKey) bool { return !k.warmUp && !k.asExpected })
	measured := together(asExpected, unexpected)
	all := together(measured, warm)

	r := &Report{
		Schema: Schema, Tool: run.Tool, Scenario: run.Scenario, Target: run.Target, Command: run.Command,
		Began: run.Summary.Began.Round(0).UTC(), ElapsedS: seconds(run.Summary.Elapsed),
		Machine:     run.Machine.orThis(),
		Interrupted: run.Summary.Interrupted, Aborted: run.Aborted,
		Totals:   totals(all, run.Summary.Stages, func(traffic.StageSummary) bool { return true }),
		Statuses: all.statuses,
		Failures: failureNames(all.failures),
		WarmUp: WarmUp{
			Totals:   totals(warm, run.Summary.Stages, func(s traffic.StageSummary) bool { return s.WarmUp }),
			Statuses: warm.statuses,
		},
		Rate: rate(run.Summary, c.lastSend),
		Latency: Latency{
			Response: measured.response.whole(),
			Service:  measured.service.whole(),
			Lag:      new(measured.lag.whole()),
		},
		Outcomes: []Outcome{{"as_expected", asExpected.latency()}, {"unexpected", unexpected.latency()}},
		Classes:  c.classes(),
		Faults:   c.faultList(),
		Checks:   checksOf(run.Checks), Unexpected: unexpectedOf(run.Unexpected),
		Stages: c.stages(run.Summary),
		Series: c.series.whole().with(unsent(run)).report(),
		Blocks: c.series.blocks(),
		Instrument: Instrument{
			RingDry: run.Summary.RingDry, AtLimit: run.Summary.AtLimit, PeakInFlight: run.Summary.PeakInFlight,
			RetriesRefused: run.Summary.RetriesRefused, RetriesDropped: run.Summary.RetriesDropped,
			OwnFailures: measured.own,
		},
		Sessions: run.Sessions, Reference: run.Reference,
	}
	r.Target.URL = withoutPassword(r.Target.URL)
	r.Preflight = append([]preflight.Warning{}, run.Preflight...)
	r.Instrument.measure(run, measured, r.Rate)
	r.Retries = c.retriesOf(run, measured, all, r.Series)
	r.Calibration = run.Calibration.holdAgainst(r)
	r.Log = run.Log.account(r)
	r.Causes = append(causes(r), run.Doubts...)
	r.Thresholds = gate(run, &metrics{collector: c, measured: measured, report: r}, r.Causes)
	decide(r)
	return r
}

// totals are the sums of cells with what the stages say was asked for.
func totals(c *cell, stages []traffic.StageSummary, pick func(traffic.StageSummary) bool) Totals {
	t := Totals{
		Updates: c.updates, Attempts: c.attempts, Unfinished: c.started - min(c.started, c.updates),
		AsExpected: c.asExpected, Unexpected: c.unexpected(), NetworkErrors: c.failed(),
	}
	for _, s := range stages {
		if pick(s) {
			t.Scheduled += s.Scheduled
			t.Unsent += s.Unsent
		}
	}
	return t
}

// rate is of the measured stages; lastSend is when their last update left.
func rate(s traffic.Summary, lastSend time.Duration) Rate {
	var scheduled, sent uint64
	var length, end time.Duration
	for _, stage := range s.Stages {
		if stage.WarmUp {
			continue
		}
		scheduled += stage.Scheduled
		sent += stage.Sent
		ended := stage.End
		if s.Interrupted { // some stages end early, others never begin
			ended = min(ended, s.Elapsed)
		}
		end = max(end, ended)
		length += max(0, ended-stage.Start)
	}
	late := max(0, lastSend-end)
	return Rate{ScheduledPerS: perSecond(scheduled, length), SentPerS: perSecond(sent, length+late)}
}

func perSecond(n uint64, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(n) / d.Seconds()
}

// seconds are rounded to the microsecond: what is finer is noise in a document.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1e6) / 1e6 }

// latency is of a cell, the lag left out.
func (c *cell) latency() Latency {
	return Latency{Response: c.response.withIntervals(), Service: c.service.withIntervals()}
}

func (c *Collector) class(name string) *cell {
	return c.sum(func(k cellKey) bool { return !k.warmUp && k.class == name })
}

func (c *Collector) classes() []Class {
	names := map[string]bool{}
	for key := range c.cells {
		if !key.warmUp && key.class != "" {
			names[key.class] = true
		}
	}
	list := []Class{}
	for _, name := range sortedKeys(names) {
		one := c.class(name)
		list = append(list, Class{
			Name: name, Updates: one.updates, AsExpected: one.asExpected, Attempts: one.attempts,
			Statuses: one.statuses, Latency: one.latency(),
		})
	}
	return list
}

func (c *Collector) faultList() []Fault {
	list := make([]Fault, 0, len(c.faults))
	for _, name := range sortedKeys(c.faults) {
		f := *c.faults[name]
		f.Statuses = maps.Clone(f.Statuses)
		list = append(list, f)
	}
	return list
}

func (c *Collector) stages(s traffic.Summary) []Stage {
	list := make([]Stage, 0, len(s.Stages))
	for i, stage := range s.Stages {
		one := c.sum(func(k cellKey) bool { return k.stage == i })
		row := Stage{
			Name: stage.Name, WarmUp: stage.WarmUp, StartS: seconds(stage.Start), EndS: seconds(stage.End),
			Scheduled: stage.Scheduled, Sent: stage.Sent, Unsent: stage.Unsent,
			Updates: one.updates, AsExpected: one.asExpected, Attempts: one.attempts,
		}
		if !stage.WarmUp {
			row.Latency = new(one.latency())
		}
		list = append(list, row)
	}
	return list
}

// report lists the intervals without a gap.
func (s *series) report() []Interval {
	list := make([]Interval, 0, len(s.intervals))
	for i, v := range s.intervals {
		if v == nil {
			v = newInterval()
		}
		list = append(list, Interval{
			StartS: seconds(time.Duration(i) * s.width), WidthS: seconds(s.width),
			Due: v.due, Scheduled: v.scheduled, Sent: v.sent, UpdatesSent: v.first, Amplification: v.amplification(), WarmUp: v.warmUp, Updates: v.updates, AsExpected: v.asExpected,
			Statuses: v.statuses, Failures: failureNames(v.failures),
			Latency: Latency{
				Response: v.response.withHistogram(), Service: v.service.withHistogram(),
				Lag: new(v.lag.withHistogram()),
			},
		})
	}
	return list
}

func failureNames(failures map[contract.Failure]uint64) map[string]uint64 {
	named := make(map[string]uint64, len(failures))
	for f, n := range failures {
		named[f.String()] += n
	}
	return named
}

// withoutPassword hides a password in a URL.
func withoutPassword(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	return u.Redacted()
}
