package reports

import (
	"cmp"
	"fmt"
	"math"

	"sdegauge/internal/plot"
)

// stretchesMost is how many stretches of time the page shows at most: more would
// be narrower than a plot can show, and longer than a table that somebody reads.
const stretchesMost = 150

// stretch is a piece of the series as the page shows it: neighbouring intervals
// merged.
type stretch struct {
	from, to float64 // seconds
	// covered is what a rate divides by, in seconds: the load may end before the
	// stretch does.
	covered                                 float64
	scheduled, sent, first, asExpected, due uint64
	statuses                                map[int]uint64
	failures                                map[string]uint64
	response, service, lag                  *distribution
}

// stretchLengths are the lengths in seconds that are easy to read off.
var stretchLengths = []float64{1, 2, 4, 5, 8, 10, 16, 20, 30, 32, 60, 64, 120, 128, 256, 300, 320, 600, 640, 1200, 1280, 1800, 1920, 3600}

// stretchesOf merges the series until it is short enough. end is where the run
// ended. The error tells of a report that was damaged.
func stretchesOf(r *Report, end float64) ([]stretch, error) {
	if len(r.Series) == 0 {
		return nil, nil
	}
	loadEnd := loadEnd(r)
	group := groupOf(len(r.Series), r.Series[0].WidthS)
	var list []stretch
	for i, v := range r.Series {
		if i%group == 0 {
			list = append(list, stretch{
				from: v.StartS, statuses: map[int]uint64{}, failures: map[string]uint64{},
				response: newDistribution(coarseDigits), service: newDistribution(coarseDigits), lag: newDistribution(coarseDigits),
			})
		}
		s := &list[len(list)-1]
		if err := s.add(&v); err != nil {
			return nil, fmt.Errorf("the series at %v s: %w", v.StartS, err)
		}
		s.to = min(v.StartS+v.WidthS, max(end, v.StartS))
		s.covered = v.StartS + v.WidthS - s.from
		if s.from < loadEnd {
			s.covered = min(s.covered, loadEnd-s.from)
		}
	}
	return list, nil
}

// loadEnd is where the last stage ended.
func loadEnd(r *Report) (end float64) {
	for _, s := range r.Stages {
		end = max(end, s.EndS)
	}
	if r.Interrupted {
		end = min(end, r.ElapsedS)
	}
	return end
}

// groupOf is how many intervals of a width make one stretch.
func groupOf(intervals int, width float64) int {
	least := (intervals + stretchesMost - 1) / stretchesMost
	for _, length := range stretchLengths {
		if n := length / width; n >= float64(least) && n == math.Trunc(n) {
			return int(n)
		}
	}
	return max(1, least)
}

func (s *stretch) add(v *Interval) error {
	s.scheduled += v.Scheduled
	s.sent += v.Sent
	s.first += v.UpdatesSent
	s.asExpected += v.AsExpected
	s.due += v.Due
	addCounts(s.statuses, v.Statuses)
	addCounts(s.failures, v.Failures)
	return cmp.Or(s.response.addSketch(&v.Latency.Response), s.service.addSketch(&v.Latency.Service), s.lag.addSketch(v.Latency.Lag))
}

// addSketch adds the sample that a report keeps; one without its histogram adds
// nothing.
func (d *distribution) addSketch(q *Quantiles) error {
	if q == nil || q.Histogram == "" {
		return nil
	}
	h, err := DecodeHistogram(q.Histogram)
	if err != nil {
		return err
	}
	d.open().Merge(h)
	if q.MaxMS != nil {
		d.greatest = max(d.greatest, int64(math.Round(*q.MaxMS*1000)))
	}
	return nil
}

// rate is a count in updates or attempts a second.
func (s *stretch) rate(n uint64) float64 {
	if !(s.covered > 0) {
		return 0
	}
	return float64(n) / s.covered
}

// sampleOf chooses one of a stretch's samples.
type sampleOf func(*stretch) *distribution

func responseOf(s *stretch) *distribution { return s.response }
func serviceOf(s *stretch) *distribution  { return s.service }
func lagOf(s *stretch) *distribution      { return s.lag }

// quantileSteps are a quantile over time. Each step is as long as its sample
// needs: stretches are merged until there are readings enough. No step crosses a
// stretch without a reading, and what is left before one joins the step before.
func quantileSteps(list []stretch, of sampleOf, q float64) []plot.Step {
	var steps []plot.Step
	var last, next *distribution // the samples of the last step, and of the next
	var from, to float64
	end := func() {
		if next != nil && last != nil && steps[len(steps)-1].To == from {
			last.merge(next)
			if ms, ok := last.quantile(q); ok {
				steps[len(steps)-1].To, steps[len(steps)-1].Value = to, ms
			}
		}
		last, next = nil, nil
	}
	for i := range list {
		s := of(&list[i])
		if s.count() == 0 {
			end()
			continue
		}
		if next == nil {
			next, from = newDistribution(coarseDigits), list[i].from
		}
		next.merge(s)
		to = list[i].to
		if ms, ok := next.quantile(q); ok {
			steps = append(steps, plot.Step{From: from, To: to, Value: ms})
			last, next = next, nil
		}
	}
	end()
	return steps
}

// maxSteps are the greatest readings over time.
func maxSteps(list []stretch, of sampleOf) []plot.Step {
	var steps []plot.Step
	for i := range list {
		if ms, ok := of(&list[i]).max(); ok {
			steps = append(steps, plot.Step{From: list[i].from, To: list[i].to, Value: ms})
		}
	}
	return steps
}

// rateSteps are a count over time, as a rate.
func rateSteps(list []stretch, of func(*stretch) uint64) []plot.Step {
	steps := make([]plot.Step, 0, len(list))
	for i := range list {
		s := &list[i]
		steps = append(steps, plot.Step{From: s.from, To: s.to, Value: s.rate(of(s))})
	}
	return steps
}

// highest is the greatest value of steps.
func highest(all ...[]plot.Step) (top float64) {
	for _, steps := range all {
		for _, s := range steps {
			top = max(top, s.Value)
		}
	}
	return top
}
