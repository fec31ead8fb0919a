package selftest

import (
	"context"
	"fmt"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/run"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

// experiment is one server of known truth.
type experiment struct {
	name string
	// about says what the server does, for the table.
	about string
	// after is how long it waits for the others to get under way.
	after time.Duration
	// measure makes the runs and judges their reports.
	measure func(ctx context.Context, m measurer) ([]Row, error)
}

// measurer carries a scenario to its report: [newMeasurer] for real.
type measurer func(ctx context.Context, scenario string) (*reports.Report, error)

// newMeasurer measures by whole runs.
func newMeasurer(o run.Options) measurer {
	return func(ctx context.Context, text string) (*reports.Report, error) {
		s, err := scenarios.Parse("selftest.yaml", []byte(text), scenarios.Options{})
		if err != nil {
			return nil, err
		}
		r, err := run.Run(ctx, s, o)
		if err != nil {
			return nil, err
		}
		return r, ctx.Err() // what was cut short proves nothing
	}
}

// pace says how long the experiments take.
type pace struct {
	// scale multiplies the times of the stall.
	scale float64
	// steady is how long the servers without a course of time are measured, and
	// queue the queue, whose readings depend on one another.
	steady, queue time.Duration
	// window is one try of the ceiling, search all of them.
	window, search time.Duration
}

// The paces.
var (
	full  = pace{scale: 1, steady: 10 * time.Second, queue: 25 * time.Second, window: 1500 * time.Millisecond, search: 25 * time.Second}
	quick = pace{scale: 0.2, steady: 2 * time.Second, queue: 2 * time.Second, window: 300 * time.Millisecond, search: 5 * time.Second}
)

// scaled is d in the pace of the stall.
func (p pace) scaled(d time.Duration) time.Duration {
	return time.Duration(p.scale * float64(d)).Round(time.Microsecond)
}

// experiments are all of them, in the order of the table.
func (p pace) experiments() []experiment {
	return []experiment{p.stall(), p.exponential(), p.queued(), p.drops(), p.retries()}
}

// targetOf is the part of a scenario that names a server of this package and
// the one session it is sent updates for.
func targetOf(url string) string {
	s := contract.ExampleSession()
	e := s.Engagement
	return fmt.Sprintf(`
target: {url: %q, account: %s}
sessions:
  fixed:
    - {visitor: %s, sid: %s, page: %q, campaign: %d, engagement: %d, revision: %d, context: %q}
`, url, s.Account, s.VisitorID, s.ID, s.PageID, e.Campaign, e.ID, e.Revision, e.ContextID)
}
