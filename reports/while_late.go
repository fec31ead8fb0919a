package reports

import (
	"fmt"
	"time"

	"sdegauge/internal/figure"
	"sdegauge/internal/usage"
)

// WhileLate is what the process used in those parts of the run in which more sends
// were late than might be.
type WhileLate struct {
	LengthS float64 `json:"length_s"` // of these parts together
	Usage
}

// told is what causes finds in the parts in which sends were late.
func (w *WhileLate) told(r *Report, causes func(*Report, *Usage) []Cause) []Cause {
	if w == nil {
		return nil
	}
	list := causes(r, &w.Usage)
	for i := range list {
		list[i].Detail = fmt.Sprintf("in the %s in which sends were late, %s", figure.Seconds(w.LengthS), list[i].Detail)
	}
	return list
}

// whileLate sums up the spans of a run's usage of which one half or more lies in
// intervals of the series in which too many sends were late.
func whileLate(run Run, budget LagBudget) *WhileLate {
	if run.Usage == nil {
		return nil
	}
	s := &run.Readings.series
	ahead := time.Duration(0) // of the run's clock, the meter's
	if began := run.Usage.Began; !began.IsZero() {
		ahead = run.Summary.Began.Sub(began)
	}
	var late []usage.Usage
	for _, span := range run.Usage.Spans {
		from := span.Start - ahead
		if n := s.lateBetween(from, from+span.Elapsed, budget); n > 0 && 2*n >= span.Elapsed {
			late = append(late, span.Usage)
		}
	}
	if len(late) == 0 {
		return nil
	}
	together := usage.Together(late)
	return &WhileLate{LengthS: seconds(together.Elapsed), Usage: *usageOf(&together)}
}

// lateBetween is how much of the time from one instant to another belongs to
// intervals in which a greater share of the sends was late than might be. Those of
// warm-up alone do not count.
func (s *series) lateBetween(from, to time.Duration, budget LagBudget) (sum time.Duration) {
	within := time.Duration(budget.WithinMS * float64(time.Millisecond))
	for i := max(0, int(from/s.width)); i < len(s.intervals) && time.Duration(i)*s.width < to; i++ {
		v := s.intervals[i]
		if v == nil || v.due == v.warmUp {
			continue
		}
		n := v.lag.count()
		if late := n - v.lag.atMost(micros(within)); float64(late) <= (1-budget.Share)*float64(n) {
			continue
		}
		start := time.Duration(i) * s.width
		sum += min(to, start+s.width) - max(from, start)
	}
	return sum
}
