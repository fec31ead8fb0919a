package run

import (
	"context"
	"slices"
	"time"

	"sdegauge/internal/threshold"
	"sdegauge/internal/traffic"
	"sdegauge/reports"
)

// abortEvery is the time between two looks at the thresholds that may abort.
const abortEvery = time.Second

// abortable is a context that ends with ctx, and when a threshold that asks for it
// is broken beyond doubt. stop ends the watch and says which one that was; nil is
// none.
func (m *measurement) abortable(ctx context.Context, plan traffic.Plan) (watched context.Context, stop func() *reports.Abort) {
	m.collector.Watch(m.thresholds, plan.Stages, plan.Seed)
	if !slices.ContainsFunc(m.thresholds, func(t threshold.Threshold) bool { return t.Abort }) {
		return ctx, func() *reports.Abort { return nil }
	}
	watched, cancel := context.WithCancel(ctx)
	found := make(chan *reports.Abort, 1)
	go func() {
		found <- m.awaitBroken(watched, plan)
		cancel()
	}()
	return watched, func() *reports.Abort {
		cancel()
		return <-found
	}
}

// awaitBroken looks at the thresholds until one is broken beyond doubt, or ctx
// ends.
func (m *measurement) awaitBroken(ctx context.Context, plan traffic.Plan) *reports.Abort {
	tick := time.NewTicker(abortEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		progress, began := plan.Live.Progress()
		if !began {
			continue
		}
		if a := m.collector.Broken(progress, plan.Retry, m.lag); a != nil {
			return a
		}
	}
}
