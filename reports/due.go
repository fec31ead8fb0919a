package reports

import (
	"time"

	"sdegauge/internal/traffic"
)

// due knows when the updates of a run are due. It is its stages, one after the
// other.
type due []dueStage

type dueStage struct {
	start, end time.Duration
	warmUp     bool
	workers    uint64 // of a closed stage, whose updates have no instants
	schedule   traffic.Schedule
	len        uint64
}

// newDue leaves no schedule where one cannot be; a run is never driven by such a
// stage.
func newDue(stages []traffic.Stage, seed uint64) due {
	var list due
	for i, stage := range stages {
		one := dueStage{start: list.end(), warmUp: stage.WarmUp}
		one.end = one.start + stage.Duration
		if schedule, err := traffic.NewSchedule(stage, seed, i); err == nil {
			one.schedule = schedule
			var bounded bool
			if one.len, bounded = schedule.Len(); !bounded {
				one.schedule, one.len, one.workers = nil, 0, uint64(stage.Workers)
			}
		}
		list = append(list, one)
	}
	return list
}

// end is when the last stage ends.
func (d due) end() time.Duration {
	if len(d) == 0 {
		return 0
	}
	return d[len(d)-1].end
}

// measured are the stretches between warm-ups.
func (d due) measured() []dueStage {
	var list []dueStage
	for i, s := range d {
		switch {
		case s.warmUp:
		case i > 0 && !d[i-1].warmUp:
			list[len(list)-1].end = s.end
		default:
			list = append(list, dueStage{start: s.start, end: s.end})
		}
	}
	return list
}

// expect says how many measured updates are due in the window.
func (v *window) expect(d due) {
	for _, s := range d {
		from, to := max(v.start, s.start), min(v.end, s.end)
		switch {
		case s.warmUp || from >= to:
		case s.schedule == nil:
			v.bounded, v.workers = false, v.workers+s.workers
		default:
			v.scheduled += traffic.Arrivals(s.schedule, s.len, to-s.start) - traffic.Arrivals(s.schedule, s.len, from-s.start)
		}
	}
}

// unsentBetween counts the measured updates that were due between two instants and
// never sent. They are the last of their stage; see unsent.
func unsentBetween(run Run, from, to time.Duration) (n uint64) {
	for i, stage := range run.Stages {
		if i >= len(run.Summary.Stages) {
			break
		}
		s := run.Summary.Stages[i]
		if s.Unsent == 0 || stage.WarmUp || from >= s.End || to <= s.Start {
			continue
		}
		schedule, err := traffic.NewSchedule(stage, run.Scenario.Seed, i)
		if err != nil { // the run was driven by it
			continue
		}
		before := max(s.Sent, traffic.Arrivals(schedule, s.Scheduled, from-s.Start))
		n += max(before, traffic.Arrivals(schedule, s.Scheduled, to-s.Start)) - before
	}
	return n
}
