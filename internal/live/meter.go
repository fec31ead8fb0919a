package live

import (
	"sync/atomic"

	"sdegauge/internal/contract"
)

// statuses is one more than the greatest status of HTTP.
const statuses = 1000

// Meter counts readings as they come, warm-up included. Its methods are safe for
// concurrent use and take no lock.
type Meter struct {
	updates, asExpected atomic.Uint64
	// statuses[0] counts what no status of HTTP has.
	statuses               [statuses]atomic.Uint64
	failures               [contract.FailOther + 1]atomic.Uint64
	response, service, lag *histogram
}

// NewMeter returns a meter that has counted nothing.
func NewMeter() *Meter {
	return &Meter{response: newHistogram(), service: newHistogram(), lag: newHistogram()}
}

// Take counts a reading and keeps nothing of it.
func (m *Meter) Take(r *contract.Reading, asExpected bool) {
	if r.Final {
		m.updates.Add(1)
		if asExpected {
			m.asExpected.Add(1)
		}
	}
	switch {
	case r.Failure == contract.NoFailure && r.Status > 0 && r.Status < statuses:
		m.statuses[r.Status].Add(1)
	case r.Failure == contract.NoFailure:
		m.statuses[0].Add(1)
	default:
		m.failures[min(r.Failure, contract.FailOther)].Add(1)
	}
	if r.Dequeued < 0 {
		return
	}
	m.lag.add(r.Lag())
	if r.Timed() {
		m.response.add(r.Response())
		m.service.add(r.Service())
	}
}

// Counts are what a meter has counted up to an instant.
type Counts struct {
	Updates, AsExpected uint64 // that are final
	// Attempts that got a complete response, and those that did not.
	Statuses map[int]uint64
	Failures map[contract.Failure]uint64

	Response, Service, Lag Sample
}

// Unexpected are the final updates that were not as expected.
func (c Counts) Unexpected() uint64 { return c.Updates - c.AsExpected }

// Counts is where the meter stands. Readings that come meanwhile may be counted in
// some members and not yet in others.
func (m *Meter) Counts() Counts {
	c := Counts{
		Statuses: map[int]uint64{}, Failures: map[contract.Failure]uint64{},
		Response: m.response.sample(), Service: m.service.sample(), Lag: m.lag.sample(),
	}
	c.AsExpected = m.asExpected.Load() // before the updates, which are never fewer
	c.Updates = m.updates.Load()
	for code := range m.statuses {
		if n := m.statuses[code].Load(); n > 0 {
			c.Statuses[code] = n
		}
	}
	for failure := range m.failures {
		if n := m.failures[failure].Load(); n > 0 {
			c.Failures[contract.Failure(failure)] = n
		}
	}
	return c
}
