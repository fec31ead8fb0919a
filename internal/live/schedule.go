package live

import (
	"math"
	"time"

	"sdegauge/internal/traffic"
)

// calendar says how many updates a run wants sent until an instant. It has
// schedules of its own: to look something up in those that drive the run would
// cost the run.
type calendar struct {
	entries []entry
	total   uint64
}

// entry is a stage in the calendar.
type entry struct {
	traffic.Schedule
	start  time.Duration
	n      uint64
	closed bool // has no instants of its own
}

// newCalendar is the calendar of a run of at most total updates; 0 is no limit. An
// error says which stage cannot be.
func newCalendar(stages []traffic.Stage, seed, total uint64) (*calendar, error) {
	if total == 0 {
		total = math.MaxUint64
	}
	c := &calendar{total: total}
	var start time.Duration
	for i, stage := range stages {
		schedule, err := traffic.NewSchedule(stage, seed, i)
		if err != nil {
			return nil, err
		}
		n, bounded := schedule.Len()
		c.entries = append(c.entries, entry{schedule, start, n, !bounded})
		start += stage.Duration
	}
	return c, nil
}

// due is how many updates were to start before an instant since the run began; ok
// is false where a stage that answers pace has begun by then.
func (c *calendar) due(at time.Duration) (n uint64, ok bool) {
	for _, e := range c.entries {
		if at <= e.start {
			break
		}
		if e.closed {
			return 0, false
		}
		n += traffic.Arrivals(e, e.n, at-e.start)
	}
	return min(n, c.total), true
}
