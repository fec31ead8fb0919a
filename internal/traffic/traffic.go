// Package traffic decides when requests go out and sends them: schedules,
// Vegeta, the transport, sessions and retries. It knows cases and readings, not
// who makes or judges them.
//
// [Run] drives one Vegeta attack. One update's way through it:
//
//	Source ──► ring ──┐ the next case, made ahead of its instant
//	Schedule ─────────┤ its instant
//	                  ▼
//	             dispatcher ─queue─► Vegeta worker ──► Exchanger ──► server
//	                  ▲                                     │
//	                  │ a new arrival, after the pause      ▼
//	             retry queue ◄──────── again? ◄────────  Reading ──► Sink
package traffic

import (
	"context"
	"time"

	"sdegauge/internal/contract"
)

// Source makes the cases of a run.
type Source interface {
	// Fill writes the case of update seq for session s into c. It MUST be a pure
	// function of seq and s, MUST be safe for concurrent use, and SHOULD reuse
	// the capacity of c.Body.
	Fill(c *contract.Case, seq uint64, s *contract.Session)
}

// Sessions gives every update its session.
type Sessions interface {
	// Session returns the session of update seq. It MUST be safe for concurrent
	// use and MUST NOT block. It SHOULD return the same pointer for as long as
	// the session is the same: an update whose session has changed since its
	// case was made has the case made again.
	Session(seq uint64) *contract.Session
}

// Sink takes the readings of a run.
type Sink interface {
	// Take is called once an attempt, by many goroutines at once, in the
	// goroutine that made the exchange and after its last instant: it SHOULD
	// return soon. The reading is valid only during the call.
	Take(r *contract.Reading)
}

// Exchanger makes one HTTP exchange: a request out, a bounded response in.
type Exchanger interface {
	// Exchange sends r.Case as it stands, exactly once, and fills in r what came
	// back, with the instants Connected, FirstByte and LastByte measured from
	// began. It never follows a redirect, never sends again by itself and never
	// reads more than its bound.
	//
	// It is called with Header and Body empty, their capacity free to use, and
	// with Connected and FirstByte negative; LastByte it always sets. It MUST be
	// safe for concurrent use and MUST return soon after ctx ends, then with
	// [contract.FailInterrupted].
	Exchange(ctx context.Context, r *contract.Reading, began time.Time)
	// Close ends idle connections.
	Close()
}

// Plan is everything a run of traffic needs.
type Plan struct {
	// Stages follow one another. What one of them could not send in time is sent
	// late, during the next, and keeps its instant and its stage.
	Stages []Stage
	// Seed, FirstSeq and Every make the run: update FirstSeq + i·Every is the i-th of
	// the schedule and is the same update in every run of the seed. An Every of 0 is
	// 1; see [Shard].
	Seed            uint64
	FirstSeq, Every uint64
	Retry           contract.RetryPolicy
	Limits          Limits

	Source    Source
	Sessions  Sessions
	Exchanger Exchanger
	Sink      Sink

	// Live shows the run while it lasts; nil where nobody looks.
	Live *Live
}

// Limits bound a run.
type Limits struct {
	// InFlight is the most attempts under way at once; 0 means 10,000. An
	// arrival that finds them all taken goes out late, and is counted so.
	InFlight int
	// Total is the most updates sent; 0 means what the stages ask for. It ends
	// the schedule: what it cuts off was never scheduled.
	Total uint64
	// WaitingRetries is the most updates that may wait for a retry at once; 0
	// means 100,000. An update that finds no room gives up, and is counted.
	WaitingRetries int
	// Grace is how long after the last stage a late update may still go out; 0
	// means 2 s. What is then still due was scheduled and never sent.
	Grace time.Duration
	// Drain bounds the wait for due retries and answers after that; 0 means what
	// the retry policy's pauses can take at the longest plus 30 s, at most a day.
	Drain time.Duration
}

// Summary is what a run of traffic says about itself; what came back went to
// the sink.
type Summary struct {
	// Began is the moment all instants count from.
	Began time.Time
	// Elapsed is how long the run took, drain included.
	Elapsed     time.Duration
	Interrupted bool
	Stages      []StageSummary
	// Attempts is how many exchanges were made, retries included.
	Attempts uint64
	// RingDry counts updates whose case was not ready at its instant.
	RingDry uint64
	// RetriesRefused counts updates that gave up because too many waited.
	RetriesRefused uint64
	// RetriesDropped counts retries that the policy asked for and the end of the
	// run prevented.
	RetriesDropped uint64
	// Unfinished counts those of RetriesDropped that were waiting when the run
	// ended: such updates have no final reading. All others that were sent have
	// exactly one.
	Unfinished uint64
	// PeakInFlight is the most attempts that were under way at once.
	PeakInFlight int
	// AtLimit counts attempts that went out late because Limits.InFlight others
	// were under way at their instant.
	AtLimit uint64
	// SinkTime is how long the sink took for the readings of all attempts
	// together, SinkLongest for the slowest one. Each counts from the last byte,
	// and holds the attempt's place in flight.
	SinkTime, SinkLongest time.Duration
}

// StageSummary counts one stage's updates.
type StageSummary struct {
	Name   string
	WarmUp bool
	// Start and End are when the stage was to begin and to end, since the run
	// began.
	Start, End time.Duration
	// Scheduled counts the updates that the stage wanted sent; of an interrupted
	// run only those whose instant had come; of a closed stage those sent.
	Scheduled uint64
	Sent      uint64
	Unsent    uint64 // Scheduled minus Sent
}

// Arrival names an arrival process.
type Arrival string

// The arrival processes.
const (
	Constant Arrival = "constant" // Rate, evenly spaced
	Ramp     Arrival = "ramp"     // from Rate to To, linearly
	Steps    Arrival = "steps"    // from Rate to To in Count equal steps
	Sine     Arrival = "sine"     // Rate plus and minus Amplitude, with Period
	Poisson  Arrival = "poisson"  // Rate, independent arrivals
	Burst    Arrival = "burst"    // Count at once, every Period
	Closed   Arrival = "closed"   // Workers, each as fast as answers come
)

// Stage is one stretch of the load. A rate is taken to nine decimals.
type Stage struct {
	Name      string
	Arrival   Arrival
	Duration  time.Duration
	WarmUp    bool    // sent and not measured
	Rate      float64 // updates a second
	To        float64 // updates a second
	Amplitude float64 // updates a second, at most Rate
	Period    time.Duration
	Count     int
	Workers   int
	// Of its updates the stage has each Every-th after the first Skip; an Every of 0
	// is 1. See [Shard].
	Every, Skip uint64
}
