package main

import (
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"sdegauge/internal/live"
	"sdegauge/internal/run"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

// liveFlags say how a run is shown while it lasts.
type liveFlags struct {
	quiet   bool
	metrics string
}

func (f *liveFlags) register(c *cobra.Command) {
	c.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "no progress on standard error")
	c.Flags().StringVar(&f.metrics, "metrics", "", "serve Prometheus metrics during the run: PORT or HOST:PORT, :0 for a free port (default: none)")
}

// observe has a run of a scenario shown as the flags say. The returned function
// ends that.
func (f liveFlags) observe(c *cobra.Command, s *scenarios.Scenario, o *run.Options) (stop func(), err error) {
	stop = func() {}
	if f.quiet && f.metrics == "" {
		return stop, nil
	}
	o.Meter = live.NewMeter()
	p := progress{ctx: c.Context(), out: c.ErrOrStderr(), run: live.Run{
		Seed: s.Seed, Total: s.Limits.Total, Meter: o.Meter,
		Lag: reports.LagLimit{Share: float64(s.Limits.Lag.Share), Within: s.Limits.Lag.Within},
	}}
	if f.metrics != "" {
		p.metrics, err = live.Serve(f.metrics, live.Build{Version: version, Go: runtime.Version()})
		if err != nil {
			return nil, usageError{fmt.Errorf("--metrics: %w", err)}
		}
		stop = func() { _ = p.metrics.Close() } // at the end of a run nobody needs to know
		// Said even in quiet: who asked for a free port has to learn which.
		fmt.Fprintf(c.ErrOrStderr(), "metrics at %s\n", p.metrics.URL())
	}
	if f.quiet {
		p.out = io.Discard
	} else {
		p.display = displayOn(p.out)
	}
	o.Observer = p
	return stop, nil
}
