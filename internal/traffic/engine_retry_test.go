package traffic

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// TestRetryTimeline is the specification's policy to the nanosecond: pauses of
// 5, 10 and 15 s (S:L116), each from the end of the failed response.
func TestRetryTimeline(t *testing.T) {
	s, entries := drive(t, Plan{
		Stages:    stages(Stage{Arrival: Constant, Rate: 1, Duration: time.Second}),
		Retry:     policy(t, "spec"),
		Exchanger: always(700*ms, 503),
	})
	require.Len(t, entries, 4)
	for i, at := range []time.Duration{0, 5700 * ms, 16400 * ms, 32100 * ms} {
		assert.Equal(t, at, entries[i].Intended)
		assert.Equal(t, at, entries[i].Dequeued)
		assert.Equal(t, at+700*ms, entries[i].LastByte)
		assert.Equal(t, i == 3, entries[i].final)
	}
	assert.Equal(t, 32800*ms, s.Elapsed)
	assert.Equal(t, 1, s.PeakInFlight)
}

func TestRetryEnds(t *testing.T) {
	tests := []struct {
		reason   string
		policy   string
		answers  []int
		attempts int
	}{
		{"success ends it", "spec", []int{500, 200}, 2},
		{"a 4xx is not retried", "spec", []int{404}, 1},
		{"nor after a 5xx", "spec", []int{500, 401, 500}, 2},
		{"no fifth attempt", "spec", []int{500, 503, 500, 503, 500}, 4},
		{"the specification says nothing of a lost connection", "spec", []int{0}, 1},
		{"the impatient retry it, at once", "impatient", []int{0, 500, 200}, 3},
		{"and give up after ten retries", "impatient", []int{0}, 11},
		{"nothing is retried", "none", []int{500}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			_, entries := drive(t, Plan{
				Stages: stages(Stage{Arrival: Constant, Rate: 1, Duration: time.Second}),
				Retry:  policy(t, tt.policy),
				Exchanger: server(func(_ uint64, attempt int, _ time.Duration) (time.Duration, int) {
					return ms, tt.answers[min(attempt, len(tt.answers))-1]
				}),
			})
			assert.Len(t, entries, tt.attempts)
		})
	}
}

// TestRetryHoldsNoSlot has one slot and an update that waits 5 s for its retry:
// the others go out meanwhile, on time.
func TestRetryHoldsNoSlot(t *testing.T) {
	for _, stage := range []Stage{
		{Arrival: Constant, Rate: 100, Duration: 10 * time.Second},
		{Arrival: Closed, Workers: 1, Duration: 10 * time.Second},
	} {
		s, entries := drive(t, Plan{
			Stages: stages(stage), Limits: Limits{InFlight: 1}, Retry: policy(t, "spec"),
			Exchanger: server(func(seq uint64, attempt int, _ time.Duration) (time.Duration, int) {
				if seq == 0 && attempt == 1 {
					return 5 * ms, 500
				}
				return 5 * ms, 200
			}),
		})
		assert.Equal(t, 1, s.PeakInFlight)
		assert.Equal(t, 5005*ms, entries[1].Intended, "the retry")
		for _, e := range entries {
			require.Zero(t, e.Lag())
		}
		if stage.Arrival == Closed {
			assert.Len(t, entries, 2000)
		} else {
			assert.Len(t, entries, 1001)
		}
	}
}

// TestRetryBeforeArrival has a retry come due while the dispatcher waits for an
// arrival that is farther off.
func TestRetryBeforeArrival(t *testing.T) {
	_, entries := drive(t, Plan{
		Stages: stages(Stage{Arrival: Constant, Rate: 0.1, Duration: 20 * time.Second}),
		Retry:  contract.RetryPolicy{Pauses: []time.Duration{time.Second}},
		Exchanger: server(func(_ uint64, attempt int, _ time.Duration) (time.Duration, int) {
			return ms, []int{500, 200}[attempt-1]
		}),
	})
	require.Len(t, entries, 4)
	assert.Equal(t, 1001*ms, entries[1].Dequeued)
	assert.Equal(t, 10*time.Second, entries[2].Dequeued)
}

// TestEarliestFirst has a retry and arrivals late at once: they leave in the
// order in which they were wanted.
func TestEarliestFirst(t *testing.T) {
	_, entries := drive(t, Plan{
		Stages: stages(Stage{Arrival: Constant, Rate: 1, Duration: 10 * time.Second}),
		Limits: Limits{InFlight: 1}, Retry: contract.RetryPolicy{Pauses: []time.Duration{3500 * ms}},
		Exchanger: server(func(seq uint64, attempt int, now time.Duration) (time.Duration, int) {
			switch {
			case seq == 0 && attempt == 1:
				return 0, 500
			case seq == 1:
				return 5 * time.Second, 200
			}
			return 10 * ms, 200
		}),
	})
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.Dequeued, b.Dequeued) })
	for i, seq := range []uint64{2, 3, 0, 4} { // wanted at 2 s, at 3 s, due at 3.5 s, wanted at 4 s
		assert.Equal(t, seq, entries[2+i].seq)
		assert.Equal(t, 6*time.Second+time.Duration(i)*10*ms, entries[2+i].Dequeued)
	}
}

// TestFiveMinutes is a whole scenario, with an outage and its retries, that is
// the same to the digit each time.
func TestFiveMinutes(t *testing.T) {
	scenario := func() (Summary, []entry) {
		return drive(t, Plan{
			Seed: 11,
			Stages: stages(
				Stage{Arrival: Ramp, Rate: 0, To: 100, Duration: time.Minute, WarmUp: true},
				Stage{Arrival: Poisson, Rate: 100, Duration: 2 * time.Minute},
				Stage{Arrival: Constant, Rate: 125, Duration: 2 * time.Minute}),
			Retry: policy(t, "spec"),
			Exchanger: server(func(seq uint64, attempt int, now time.Duration) (time.Duration, int) {
				takes := time.Duration(scatter(seq)%uint64(40*ms)) + 2*ms
				if now > 100*time.Second && now < 110*time.Second {
					return takes, 503
				}
				return takes, 200
			}),
		})
	}
	s, entries := scenario()
	again, entriesAgain := scenario()
	assert.Equal(t, entries, entriesAgain)
	s.Began, again.Began = time.Time{}, time.Time{}
	assert.Equal(t, s, again)
	assert.InDelta(t, 30_000, s.Stages[0].Sent+s.Stages[1].Sent+s.Stages[2].Sent, 500)

	got := responses(entries)
	assert.Equal(t, []time.Duration{22_125_965, 41_601_471, 41_999_824}, []time.Duration{quantile(got, 500), quantile(got, 990), got[len(got)-1]})
	succeeded := map[int]int{}
	for _, e := range entries {
		require.Zero(t, e.Lag())
		if e.final {
			require.Equal(t, 200, e.status)
			succeeded[e.attempt]++
		}
	}
	assert.Equal(t, map[int]int{1: 29155, 2: 488, 3: 464}, succeeded, "updates by the attempt that succeeded")
}

func TestWaitingRetriesBound(t *testing.T) {
	s, entries := drive(t, Plan{
		Stages: stages(Stage{Arrival: Burst, Count: 10, Period: time.Second, Duration: time.Second}),
		Limits: Limits{WaitingRetries: 3}, Retry: policy(t, "spec"),
		Exchanger: server(func(seq uint64, attempt int, _ time.Duration) (time.Duration, int) {
			if attempt == 1 {
				return time.Duration(seq) * ms, 500
			}
			return ms, 200
		}),
	})
	assert.EqualValues(t, 7, s.RetriesRefused)
	assert.Len(t, entries, 13)
	for _, e := range entries {
		assert.Equal(t, e.attempt == 2 || e.seq >= 3, e.final, "update %d, attempt %d", e.seq, e.attempt)
	}
}

// TestGrant counts a retry against the bound from the moment it is granted,
// not only once it waits.
func TestGrant(t *testing.T) {
	f := flight{maxWaiting: 2, lastDue: 10}
	assert.True(t, f.grant(1))
	assert.True(t, f.grant(2))
	assert.False(t, f.grant(3), "two were granted")
	f.keep(attempt{intended: 1})
	assert.False(t, f.grant(3), "one waits and one is granted")
	f.retries.take()
	assert.True(t, f.grant(3))
	assert.EqualValues(t, 2, f.refused)
	assert.False(t, f.grant(10), "too late")
	assert.EqualValues(t, 1, f.dropped)
}
