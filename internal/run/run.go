// Package run carries one scenario to its report. It wires the rooms: it starts
// the reference server where no target is given, gathers sessions, and lets the
// traffic flow from the generators past the checks into the report. It decides
// nothing itself.
//
// It stands apart from the command line so that whatever needs a measured run —
// a comparison, a search for the capacity, a test — gets one by a call.
package run

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"sdegauge/checks"
	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/internal/live"
	"sdegauge/internal/preflight"
	"sdegauge/internal/threshold"
	"sdegauge/internal/traffic"
	"sdegauge/internal/usage"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

// Options are what a run needs besides its scenario.
type Options struct {
	// Version is the program's, for the report and the field User-Agent.
	Version string
	// Command is the command line that repeats the run. It MUST hold no secret.
	Command string
	// FirstSeq is the number of the first update; see [traffic.Plan].
	FirstSeq uint64
	// Shard is the part of the scenario that is sent; the zero Shard is all of it.
	Shard traffic.Shard
	// BeginAt is when the first stage begins; the zero time is as soon as the
	// sessions are there.
	BeginAt time.Time
	// Calibration is quoted in the report; nil where there is none.
	Calibration *reports.Calibration
	// Log is where the log of readings is written; empty where none is.
	Log string
	// Network is where the run takes place; the zero Network is TCP.
	Network Network
	// Observer is told how the run goes on; nil where nobody listens.
	Observer Observer
	// Meter counts the readings as they come; nil where nobody looks.
	Meter *live.Meter
}

// Observer follows a run. Its methods are called one at a time.
type Observer interface {
	// Target is called when the server is known; reference says that it is the
	// embedded one.
	Target(url string, reference bool)
	// Sessions is called after each session that was created.
	Sessions(created, wanted int)
	// Preflight is called before the traffic where this machine may be too small
	// for it.
	Preflight(warnings []preflight.Warning)
	// Waiting is called where the run is ready before it is to begin.
	Waiting(until time.Time)
	// Traffic is called when the first stage begins. The returned function is
	// called after the last answer.
	Traffic(stages []traffic.Stage, live *traffic.Live) (done func())
}

// Run carries out a scenario that was loaded and checked. When ctx ends, the
// traffic stops and the report covers what was read until then.
//
// A run that could not start is a [*ConfigError], one whose target could not be
// reached or set up a [*SetupError]; an interrupt before the first update is the
// context's error.
func Run(ctx context.Context, s *scenarios.Scenario, o Options) (*reports.Report, error) {
	if o.Observer == nil {
		o.Observer = silent{}
	}
	if !o.BeginAt.IsZero() && time.Until(o.BeginAt) < 0 {
		return nil, &ConfigError{fmt.Errorf("the run is to begin at %s, which is over; choose a later instant", o.BeginAt.Format(time.RFC3339))}
	}
	plan, err := o.Shard.Plan(planOf(s, s.Seed, o.FirstSeq))
	if err != nil {
		return nil, &ConfigError{err}
	}
	target, err := openTarget(ctx, s, o)
	if err != nil {
		return nil, StartError(ctx, err)
	}
	defer target.close()
	o.Observer.Target(target.exchanger.Target(), target.server != nil)

	pool, err := openSessions(ctx, s, target, o.Shard, o.Observer)
	if err != nil {
		return nil, StartError(ctx, err)
	}
	mix, err := newMix(s, pool)
	if err != nil {
		return nil, &ConfigError{err}
	}
	m := newMeasurement(s, target)
	m.stages, m.shard = plan.Stages, o.Shard
	m.pipeline.meter = o.Meter
	if m.preflight = preflight.Check(asks(s, target, o.Shard, pool), preflight.This()); len(m.preflight) > 0 {
		o.Observer.Preflight(m.preflight)
	}
	if err := awaitBegin(ctx, o.BeginAt, pool, o.Observer); err != nil {
		return nil, err
	}
	plan.Source, plan.Sessions, plan.Exchanger, plan.Sink = mix, pool, target.exchanger, m.pipeline
	plan.Live = new(traffic.Live)
	log, err := openLog(o.Log, m.gathered(s, o, target, pool, traffic.Summary{}), plan, m)
	if err != nil {
		return nil, &ConfigError{err}
	}
	m.pipeline.log = log.writer
	opened := target.dials.n.Load()
	summary, err := m.drive(ctx, plan, pool, o.Observer)
	m.connections = new(target.dials.n.Load() - opened)
	if err != nil {
		log.remove()
		return nil, &ConfigError{err}
	}
	run := m.gathered(s, o, target, pool, summary)
	run.Log = log.close(run)
	return reports.New(run), nil
}

// awaitBegin waits until a run is to begin, and keeps its sessions fresh. A run that
// is not ready by then would not be the part of the whole that it is to be.
func awaitBegin(ctx context.Context, at time.Time, pool *traffic.Pool, observer Observer) error {
	if at.IsZero() {
		return nil
	}
	wait := time.Until(at)
	if wait < 0 {
		return &SetupError{fmt.Errorf("the run was to begin at %s and was ready %s later; choose a later instant, or create sessions faster",
			at.Format(time.RFC3339), figure.Seconds(-wait.Seconds()))}
	}
	observer.Waiting(at)
	waiting, stop := context.WithDeadline(ctx, at)
	defer stop()
	pool.Recycle(waiting)
	<-waiting.Done()
	return ctx.Err()
}

// measurement is what a run gathers.
type measurement struct {
	profile   contract.Profile
	ledger    *checks.Ledger
	collector *reports.Collector
	pipeline  *pipeline
	preflight []preflight.Warning
	// stages are those that are driven: the shard's.
	stages []traffic.Stage
	shard  traffic.Shard
	// thresholds may abort the traffic; lag says when they are in doubt.
	thresholds []threshold.Threshold
	lag        reports.LagLimit
	// meter is set before the traffic begins.
	meter *usage.Meter
	// What follows is nil until the traffic has ended.
	usage       *usage.Usage
	aborted     *reports.Abort
	connections *uint64 // that were opened for it
	wrote       *uint64 // requests for updates; nil where nobody counts them
}

func newMeasurement(s *scenarios.Scenario, t *target) *measurement {
	m := &measurement{
		profile:    s.Checks.Resolve(),
		collector:  reports.NewCollector(),
		thresholds: s.Thresholds,
		lag:        reports.LagLimit{Share: float64(s.Limits.Lag.Share), Within: s.Limits.Lag.Within},
		ledger: checks.NewLedger(checks.Options{
			Seed: s.Seed, BaseURL: t.exchanger.Target(), Curl: generators.Curl, Redact: Redactor(s),
		}),
	}
	m.pipeline = newPipeline(checks.NewJudge(m.profile, time.Now), m.ledger, m.collector)
	return m
}

// drive sends the traffic, while the pool replaces sessions that grow old.
func (m *measurement) drive(ctx context.Context, plan traffic.Plan, pool *traffic.Pool, observer Observer) (traffic.Summary, error) {
	recycling, stop := context.WithCancel(ctx)
	recycled := make(chan struct{})
	go func() {
		defer close(recycled)
		pool.Recycle(recycling)
	}()
	done := observer.Traffic(plan.Stages, plan.Live)
	wire := watchWire(plan.Exchanger, pool)
	m.meter = usage.Start()
	sending, endWatch := m.abortable(ctx, plan)
	summary, err := traffic.Run(sending, plan)
	if a := endWatch(); summary.Interrupted {
		m.aborted = a
	}
	m.usage = new(m.meter.Stop())
	done()
	stop()
	<-recycled
	m.wrote = wire.updates()
	return summary, err
}

// gathered is everything that a report is made of, as far as it is known.
func (m *measurement) gathered(s *scenarios.Scenario, o Options, t *target, pool *traffic.Pool, summary traffic.Summary) reports.Run {
	groups, _ := m.ledger.Unexpected()
	return reports.Run{
		Tool: reports.Tool{Name: "sdegauge", Version: o.Version, Go: runtime.Version()},
		Scenario: reports.Scenario{
			Name: s.Name, Description: s.Description, Seed: s.Seed, FirstSeq: o.FirstSeq,
			Shard:   m.shard.String(),
			Profile: m.profile.Name, Retry: s.Retry.Resolve().Name,
			Fingerprint: s.Fingerprint(), Closed: s.Closed(),
		},
		Retry: s.Retry.Resolve(), Wrote: m.wrote,
		Target:  reports.Target{URL: t.exchanger.Target(), Reference: t.server != nil, Transport: string(t.exchanger.Name())},
		Command: o.Command, Summary: summary, Stages: m.stages, Readings: m.collector,
		Checks: m.ledger.Results(), Unexpected: groups, Thresholds: s.Thresholds,
		Sessions: sessionCount(pool), Reference: t.counts(), Calibration: o.Calibration,
		Machine: reports.ThisMachine(),
		Lag:     m.lag, Aborted: m.aborted,
		Usage: m.usage, Connections: m.connections, Preflight: m.preflight,
	}
}

// sessionCount is nil for sessions that were given.
func sessionCount(pool *traffic.Pool) *reports.Sessions {
	stats := pool.Stats()
	if stats.Posts == 0 {
		return nil
	}
	return &reports.Sessions{
		Created:  uint64(stats.Sessions) + stats.Recycled,
		Recycled: stats.Recycled, CreateFailures: stats.Failures,
	}
}

// StartError sorts what kept a run from starting.
func StartError(ctx context.Context, err error) error {
	var (
		unreachable *traffic.UnreachableError
		refused     *traffic.SetupError
	)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &unreachable), errors.As(err, &refused):
		return &SetupError{err}
	default:
		return &ConfigError{err}
	}
}

// silent observes nothing.
type silent struct{}

func (silent) Target(string, bool)                           {}
func (silent) Sessions(int, int)                             {}
func (silent) Preflight([]preflight.Warning)                 {}
func (silent) Waiting(time.Time)                             {}
func (silent) Traffic([]traffic.Stage, *traffic.Live) func() { return func() {} }
