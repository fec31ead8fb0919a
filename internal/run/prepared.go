package run

import (
	"context"

	"sdegauge/internal/preflight"
	"sdegauge/internal/traffic"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

// Prepared is a server ready to be measured again and again: the way to it is
// found, its sessions are made, and connections stay open from one run to the
// next. It is not safe for concurrent use.
type Prepared struct {
	scenario *scenarios.Scenario
	options  Options
	target   *target
	pool     *traffic.Pool
	mix      traffic.Source
}

// Prepare does all that comes before the first update. Errors are those of [Run].
// Options.FirstSeq and Options.Log are not looked at.
func Prepare(ctx context.Context, s *scenarios.Scenario, o Options) (*Prepared, error) {
	if o.Observer == nil {
		o.Observer = silent{}
	}
	o.Log = ""
	t, err := openTarget(ctx, s, o)
	if err != nil {
		return nil, StartError(ctx, err)
	}
	p := &Prepared{scenario: s, options: o, target: t}
	if p.pool, err = openSessions(ctx, s, t, traffic.Shard{}, o.Observer); err != nil {
		t.close()
		return nil, StartError(ctx, err)
	}
	if p.mix, err = newMix(s, p.pool); err != nil {
		t.close()
		return nil, &ConfigError{err}
	}
	return p, nil
}

// Check holds this machine against what a run of the scenario asks of it.
func (p *Prepared) Check() []preflight.Warning {
	return preflight.Check(asks(p.scenario, p.target, traffic.Shard{}, p.pool), preflight.This())
}

// URL is the server's.
func (p *Prepared) URL() string { return p.target.exchanger.Target() }

// Embedded reports whether the server is the reference server, started here.
func (p *Prepared) Embedded() bool { return p.target.server != nil }

// Transport names what sends the requests.
func (p *Prepared) Transport() string { return string(p.target.exchanger.Name()) }

// Probe makes sure that something listens there. It says so with the errors of
// [Run].
func (p *Prepared) Probe(ctx context.Context) error {
	if err := p.target.exchanger.Probe(ctx); err != nil {
		return StartError(ctx, err)
	}
	return nil
}

// Measure drives the scenario once, as [Run] does, from update firstSeq on.
// scheduleSeed draws the instants of random arrivals; the bodies come from the
// scenario's own. What an embedded server counted is not held against the run,
// for its counts are of all runs together.
func (p *Prepared) Measure(ctx context.Context, firstSeq, scheduleSeed uint64) (*reports.Report, error) {
	s, o := p.scenario, p.options
	o.FirstSeq = firstSeq
	m := newMeasurement(s, p.target)
	plan := planOf(s, scheduleSeed, firstSeq)
	plan.Source, plan.Sessions, plan.Exchanger, plan.Sink = p.mix, p.pool, p.target.exchanger, m.pipeline
	plan.Live = new(traffic.Live)
	m.stages = plan.Stages
	opened := p.target.dials.n.Load()
	summary, err := m.drive(ctx, plan, p.pool, o.Observer)
	if err != nil {
		return nil, &ConfigError{err}
	}
	m.connections = new(p.target.dials.n.Load() - opened)
	gathered := m.gathered(s, o, p.target, p.pool, summary)
	gathered.Reference = nil
	return reports.New(gathered), nil
}

// Close ends what Prepare began.
func (p *Prepared) Close() { p.target.close() }
