package reports

import (
	"time"

	"sdegauge/internal/traffic"
)

// unsent are the updates that were scheduled and never sent, in stretches of
// the series' first width. A stage sends in the order of its schedule, so they
// are its last ones, at the instants that the schedule names.
func unsent(run Run) map[time.Duration]uint64 {
	counts := map[time.Duration]uint64{}
	for i, stage := range run.Stages {
		if i >= len(run.Summary.Stages) {
			break
		}
		s := run.Summary.Stages[i]
		if s.Unsent == 0 {
			continue
		}
		schedule, err := traffic.NewSchedule(stage, run.Scenario.Seed, i)
		if err != nil { // the run was driven by it
			continue
		}
		before := s.Sent // those of the stage that are counted
		for before < s.Scheduled {
			at := s.Start + schedule.At(before)
			start := at.Truncate(seriesWidth)
			end := max(before+1, traffic.Arrivals(schedule, s.Scheduled, start+seriesWidth-s.Start))
			counts[start] += end - before
			before = end
		}
	}
	return counts
}

// with adds what was scheduled and never sent. It changes no other series: the
// collector may go on.
func (s *series) with(unsent map[time.Duration]uint64) *series {
	if len(unsent) == 0 {
		return s
	}
	sum := &series{width: s.width, intervals: make([]*interval, len(s.intervals))}
	for i, v := range s.intervals {
		if v != nil {
			sum.intervals[i] = newInterval()
			sum.intervals[i].merge(v)
		}
	}
	for at, n := range unsent {
		sum.at(at).scheduled += n
	}
	return sum
}
