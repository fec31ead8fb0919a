package reports

import (
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
)

// The series starts with intervals of a second. When a run outgrows
// seriesLongest of them, neighbours are merged and the width doubles, so that a
// run of any length takes the same memory.
const (
	seriesWidth   = time.Second
	seriesLongest = 2048
)

// series is the run over time. An attempt is filed under its intended start: a
// stall then shows where it was, as the arrivals that had to wait for it, and
// not where it ended. Only the count of what was sent is filed under the send.
//
// What was measured and what was warm-up are kept apart, so that the same
// intervals make the series and the [Blocks].
type series struct {
	width     time.Duration
	intervals []*interval // of the measured stages; nil where nothing was
	warm      []*interval // of warm-up
}

// interval is one stretch of the series.
type interval struct {
	due, sent, warmUp      uint64 // attempts
	first                  uint64 // of those sent, the first of their update
	scheduled              uint64 // updates, by the instant of the schedule
	updates, asExpected    uint64 // final readings
	own                    uint64 // updates that the instrument itself spoilt
	statuses               map[int]uint64
	failures               map[contract.Failure]uint64
	response, service, lag *distribution
}

// openLongest is how long an interval stays open after the next has begun: most
// responses are there by then.
const openLongest = 16 * time.Second

func newInterval() *interval {
	return &interval{
		statuses: map[int]uint64{}, failures: map[contract.Failure]uint64{},
		response: newDistribution(coarseDigits),
		service:  newDistribution(coarseDigits),
		lag:      newDistribution(coarseDigits),
	}
}

// at is the measured interval that holds an instant.
func (s *series) at(instant time.Duration) *interval { return s.find(&s.intervals, instant) }

// find is the interval of a list that holds an instant.
func (s *series) find(list *[]*interval, instant time.Duration) *interval {
	instant = max(0, instant)
	for instant/s.width >= seriesLongest {
		s.double()
	}
	i := int(instant / s.width)
	for len(*list) <= i {
		*list = append(*list, nil)
	}
	if (*list)[i] == nil {
		s.fold(*list, i-int(openLongest/s.width))
		(*list)[i] = newInterval()
	}
	return (*list)[i]
}

// fold folds what lies before an interval: all of it, for a late response may have
// opened any again. Those that doubling has joined are few at a time: there are at
// most half of seriesLongest, and as many intervals begin before the next doubling.
func (s *series) fold(list []*interval, before int) {
	const fewJoined = 2
	joined := 0
	for _, v := range list[:max(0, before)] {
		if v == nil {
			continue
		}
		if v.joined() {
			if joined++; joined > fewJoined {
				continue
			}
		}
		v.fold()
	}
}

// double merges neighbours.
func (s *series) double() {
	s.width *= 2
	s.intervals, s.warm = halved(s.intervals), halved(s.warm)
}

// halved merges the neighbours of a list in place.
func halved(list []*interval) []*interval {
	for i := range (len(list) + 1) / 2 {
		left := list[2*i]
		var right *interval
		if 2*i+1 < len(list) {
			right = list[2*i+1]
		}
		switch {
		case left == nil:
			left = right
		case right != nil:
			left.merge(right)
		}
		list[i] = left
	}
	half := (len(list) + 1) / 2
	clear(list[half:])
	return list[:half]
}

// whole is the series with warm-up. It shares the intervals that it need not
// merge.
func (s *series) whole() *series {
	all := &series{width: s.width, intervals: make([]*interval, max(len(s.intervals), len(s.warm)))}
	copy(all.intervals, s.intervals)
	for i, v := range s.warm {
		switch measured := all.intervals[i]; {
		case measured == nil:
			all.intervals[i] = v
		case v != nil:
			all.intervals[i] = newInterval()
			all.intervals[i].merge(measured)
			all.intervals[i].merge(v)
		}
	}
	return all
}

func (v *interval) merge(other *interval) {
	v.due += other.due
	v.sent += other.sent
	v.first += other.first
	v.scheduled += other.scheduled
	v.warmUp += other.warmUp
	v.updates += other.updates
	v.asExpected += other.asExpected
	v.own += other.own
	addCounts(v.statuses, other.statuses)
	addCounts(v.failures, other.failures)
	v.response.merge(other.response)
	v.service.merge(other.service)
	v.lag.merge(other.lag)
}

// fold puts the times into less memory; see [distribution.fold].
func (v *interval) fold() {
	v.response.fold()
	v.service.fold()
	v.lag.fold()
}

// joined reports whether times are folded in more than one piece.
func (v *interval) joined() bool {
	return len(v.response.folded) > 1 || len(v.service.folded) > 1 || len(v.lag.folded) > 1
}

// amplification is nil where no update was sent.
func (v *interval) amplification() *float64 {
	if v.first == 0 {
		return nil
	}
	return new(float64(v.sent) / float64(v.first))
}

func (s *series) take(r *contract.Reading, j *checks.Judgement) {
	list := &s.intervals
	if r.WarmUp {
		list = &s.warm
	}
	if r.Dequeued >= 0 {
		sent := s.find(list, r.Dequeued)
		sent.sent++
		if r.Attempt <= 1 {
			sent.first++
		}
	}
	v := s.find(list, r.Intended)
	v.due++
	if r.Attempt <= 1 {
		v.scheduled++
	}
	if r.WarmUp {
		v.warmUp++
	}
	if r.Final {
		v.updates++
		switch {
		case j.AsExpected:
			v.asExpected++
		case ownFailure(r.Failure):
			v.own++
		}
	}
	if r.Failure == contract.NoFailure {
		v.statuses[r.Status]++
	} else {
		v.failures[r.Failure]++
	}
	recordTimes(r, v.response, v.service, v.lag)
}

// recordTimes is the rule of what is timed; the package's documentation states
// it.
func recordTimes(r *contract.Reading, response, service, lag *distribution) {
	if r.Dequeued < 0 {
		return
	}
	lag.record(r.Lag())
	if r.Timed() {
		response.record(r.Response())
		service.record(r.Service())
	}
}

func addCounts[K comparable](to, from map[K]uint64) {
	for k, n := range from {
		to[k] += n
	}
}
