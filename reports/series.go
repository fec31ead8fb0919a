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
type series struct {
	width     time.Duration
	intervals []*interval // nil where nothing was
}

// interval is one stretch of the series.
type interval struct {
	due, sent, warmUp      uint64 // attempts
	first                  uint64 // of those sent, the first of their update
	updates, asExpected    uint64 // final readings
	statuses               map[int]uint64
	failures               map[contract.Failure]uint64
	response, service, lag *distribution
}

func newInterval() *interval {
	return &interval{
		statuses: map[int]uint64{}, failures: map[contract.Failure]uint64{},
		response: newDistribution(coarseDigits),
		service:  newDistribution(coarseDigits),
		lag:      newDistribution(coarseDigits),
	}
}

// at is the interval that holds an instant.
func (s *series) at(instant time.Duration) *interval {
	instant = max(0, instant)
	for instant/s.width >= seriesLongest {
		s.double()
	}
	i := int(instant / s.width)
	for len(s.intervals) <= i {
		s.intervals = append(s.intervals, nil)
	}
	if s.intervals[i] == nil {
		s.intervals[i] = newInterval()
	}
	return s.intervals[i]
}

// double merges neighbours.
func (s *series) double() {
	s.width *= 2
	for i := range (len(s.intervals) + 1) / 2 {
		left := s.intervals[2*i]
		var right *interval
		if 2*i+1 < len(s.intervals) {
			right = s.intervals[2*i+1]
		}
		switch {
		case left == nil:
			left = right
		case right != nil:
			left.merge(right)
		}
		s.intervals[i] = left
	}
	half := (len(s.intervals) + 1) / 2
	clear(s.intervals[half:])
	s.intervals = s.intervals[:half]
}

func (v *interval) merge(other *interval) {
	v.due += other.due
	v.sent += other.sent
	v.first += other.first
	v.warmUp += other.warmUp
	v.updates += other.updates
	v.asExpected += other.asExpected
	addCounts(v.statuses, other.statuses)
	addCounts(v.failures, other.failures)
	v.response.merge(other.response)
	v.service.merge(other.service)
	v.lag.merge(other.lag)
}

// amplification is nil where no update was sent.
func (v *interval) amplification() *float64 {
	if v.first == 0 {
		return nil
	}
	return new(float64(v.sent) / float64(v.first))
}

func (s *series) take(r *contract.Reading, j *checks.Judgement) {
	if r.Dequeued >= 0 {
		sent := s.at(r.Dequeued)
		sent.sent++
		if r.Attempt <= 1 {
			sent.first++
		}
	}
	v := s.at(r.Intended)
	v.due++
	if r.WarmUp {
		v.warmUp++
	}
	if r.Final {
		v.updates++
		if j.AsExpected {
			v.asExpected++
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
	if r.LastByte < 0 || r.Failure != contract.NoFailure && r.Failure != contract.FailTimeout {
		return
	}
	response.record(r.Response())
	service.record(r.Service())
}

func addCounts[K comparable](to, from map[K]uint64) {
	for k, n := range from {
		to[k] += n
	}
}
