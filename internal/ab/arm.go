package ab

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sdegauge/internal/run"
	"sdegauge/internal/traffic"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

// Server is one of the two.
type Server struct {
	// URL is where it listens; empty for an embedded reference server.
	URL string `json:"url"`
	// Start is the shell command that starts it; empty where it runs already.
	Start string `json:"start,omitempty"`
}

// The names of the two sides.
const (
	baseName = "base"
	newName  = "new"
)

// arm is one side of the run: a server, kept warm.
type arm struct {
	name    string
	server  Server
	output  string // the file that has what a started server says
	process *process
	*run.Prepared
	seconds float64 // that its blocks took
	sent    uint64  // updates of its last block
}

// GoneError says that a server ended, or no longer answered, while it was
// measured.
type GoneError struct {
	Side   string
	Reason string
}

func (e *GoneError) Error() string {
	return fmt.Sprintf("lost the %s server: %s", e.Side, e.Reason)
}

// startPoll is the pause between two attempts to reach a server that starts.
const startPoll = 50 * time.Millisecond

// open starts the server where that was asked for, waits until it listens, and
// makes its sessions.
func (a *arm) open(ctx context.Context, s *scenarios.Scenario, o Options) error {
	ready := run.Options{Version: o.Version}
	if a.server.Start == "" {
		var err error
		a.Prepared, err = run.Prepare(ctx, s, ready)
		return a.explain(err)
	}
	if err := a.start(ctx, s, ready); err != nil {
		return err
	}
	deadline := time.Now().Add(o.Ready)
	for {
		var err error
		a.Prepared, err = run.Prepare(ctx, s, ready)
		var unreachable *traffic.UnreachableError
		if !errors.As(err, &unreachable) {
			return a.explain(err)
		}
		if how, ended := a.process.ended(); ended {
			return &run.SetupError{Err: fmt.Errorf("the %s server ended before it listened at %s: %s; what it said is in %s", a.name, a.server.URL, how, a.output)}
		}
		if time.Now().After(deadline) {
			return &run.SetupError{Err: fmt.Errorf("the %s server did not listen within %v: %w; what it said is in %s", a.name, o.Ready, err, a.output)}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(startPoll):
		}
	}
}

// start starts the server, if nobody is at its place yet: what listens there
// would be measured instead.
func (a *arm) start(ctx context.Context, s *scenarios.Scenario, ready run.Options) error {
	way, err := traffic.NewTransport(ctx, run.ExchangeOptions(s, a.server.URL, ready))
	if err != nil {
		return a.explain(run.StartError(ctx, err))
	}
	err = way.Probe(ctx)
	way.Close()
	var unreachable *traffic.UnreachableError
	switch {
	case err == nil:
		return &run.ConfigError{Err: fmt.Errorf("something listens at %s already, and would be measured instead of the %s server; end it, or leave out --start-%s", a.server.URL, a.name, a.name)}
	case !errors.As(err, &unreachable):
		return a.explain(run.StartError(ctx, err))
	}
	if a.process, err = startProcess(a.server.Start, a.output); err != nil {
		return &run.SetupError{Err: err}
	}
	return nil
}

// explain says which side an error is of. The type of the error stays.
func (a *arm) explain(err error) error {
	var setup *run.SetupError
	var config *run.ConfigError
	switch {
	case errors.As(err, &setup):
		return &run.SetupError{Err: fmt.Errorf("the %s server: %w", a.name, setup.Err)}
	case errors.As(err, &config):
		return &run.ConfigError{Err: fmt.Errorf("the %s server: %w", a.name, config.Err)}
	}
	return err
}

// block measures one block. The error is a [*GoneError] where the server no
// longer answers; the report is then that of the block all the same.
func (a *arm) block(ctx context.Context, firstSeq, seed uint64) (*reports.Report, error) {
	r, err := a.Measure(ctx, firstSeq, seed)
	if err != nil {
		return nil, a.explain(err)
	}
	a.seconds += r.ElapsedS
	a.sent = r.Totals.Updates + r.Totals.Unfinished + r.Totals.Unsent
	if r.Interrupted {
		return r, ctx.Err()
	}
	return r, a.gone(ctx, r)
}

// gone tells whether the server is still there.
func (a *arm) gone(ctx context.Context, r *reports.Report) error {
	if a.process != nil {
		if how, ended := a.process.ended(); ended {
			return &GoneError{a.name, fmt.Sprintf("its command ended: %s; what it said is in %s", how, a.output)}
		}
	}
	if r.Totals.Attempts == 0 || r.Totals.NetworkErrors < r.Totals.Attempts {
		return nil
	}
	reason := fmt.Sprintf("none of the last %d requests had an answer", r.Totals.Attempts)
	if err := a.Probe(ctx); err != nil {
		reason += "; " + err.Error()
	}
	return &GoneError{a.name, reason}
}

// close ends the server that open started.
func (a *arm) close() {
	if a.Prepared != nil {
		a.Prepared.Close()
	}
	if a.process != nil {
		a.process.stop()
	}
}
