package traffic

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// TestUsersComeAndGo follows closed stages of 4, 2 and 5 users with an open one
// between: no stage has more users than it should, each is busy all the time, and
// whoever came for one stage stays for the next only where there is room.
func TestUsersComeAndGo(t *testing.T) {
	s, entries := drive(t, Plan{
		Stages: stages(
			Stage{Arrival: Closed, Workers: 4, Duration: time.Second},
			Stage{Arrival: Closed, Workers: 2, Duration: time.Second},
			Stage{Arrival: Constant, Rate: 10, Duration: time.Second},
			Stage{Arrival: Closed, Workers: 5, Duration: time.Second}),
		Exchanger: always(100*ms, 200),
	})
	assert.Equal(t, 5, s.PeakInFlight)
	assert.Zero(t, s.AtLimit)
	assert.Zero(t, s.RingDry)
	for i, sent := range []uint64{40, 20, 10, 50} {
		assert.Equal(t, sent, s.Stages[i].Sent, "stage %d", i+1)
		assert.Equal(t, sent, s.Stages[i].Scheduled, "stage %d", i+1)
	}
	for seq, e := range entries {
		require.EqualValues(t, seq, e.seq)
		require.Zero(t, e.Lag())
	}
}

// TestUsersWaitForCases has cases that take 20 ms each to make and users that are
// back at once: after those of the full ring all wait, none is lost, and each is
// counted.
func TestUsersWaitForCases(t *testing.T) {
	slow := fillFunc(func(c *contract.Case, seq uint64, s *contract.Session) {
		time.Sleep(20 * ms)
		numbered{}.Fill(c, seq, s)
	})
	const total = 2 * shortBlocks * blockCases
	s, entries := drive(t, Plan{
		Stages: stages(Stage{Arrival: Closed, Workers: 3, Duration: time.Hour}),
		Source: slow, Exchanger: always(ms, 200), Limits: Limits{Total: total},
	})
	require.Len(t, entries, total)
	late := uint64(0)
	for _, e := range entries {
		if e.Lag() > 0 {
			late++
		}
	}
	assert.Equal(t, late, s.RingDry)
	assert.NotZero(t, late)
	assert.LessOrEqual(t, s.PeakInFlight, 3)
}

// TestUsersRetry: a retry that is due goes before new updates, by whichever user
// is free first.
func TestUsersRetry(t *testing.T) {
	s, entries := drive(t, Plan{
		Stages: stages(Stage{Arrival: Closed, Workers: 2, Duration: 10 * time.Second}),
		Retry:  contract.RetryPolicy{Pauses: []time.Duration{250 * ms}},
		Exchanger: server(func(seq uint64, attempt int, _ time.Duration) (time.Duration, int) {
			if seq == 3 && attempt == 1 {
				return 100 * ms, 503
			}
			return 100 * ms, 200
		}),
	})
	// Updates 2 and 3 leave at 100 ms; the retry is due at 450 ms, when both users
	// are under way, and goes at 500 ms.
	retries := 0
	for _, e := range entries {
		if e.attempt == 2 {
			retries++
			assert.EqualValues(t, 3, e.seq)
			assert.Equal(t, 500*ms, e.Intended)
			assert.Equal(t, 500*ms, e.Dequeued)
		}
	}
	assert.Equal(t, 1, retries)
	assert.EqualValues(t, 199, s.Stages[0].Sent, "of 200 turns one was the retry's")
}

// TestUsersAreInterrupted: no user begins anything once the run is to end.
func TestUsersAreInterrupted(t *testing.T) {
	book := &notebook{}
	p := withParts(Plan{
		Stages: stages(Stage{Arrival: Closed, Workers: 5, Duration: time.Hour}), Exchanger: always(10*ms, 200), Sink: book,
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 1005*ms)
		defer cancel()
		s, err := Run(ctx, p)
		require.NoError(t, err)
		assert.True(t, s.Interrupted)
		assert.Equal(t, 1010*ms, s.Elapsed)
		assert.EqualValues(t, 505, s.Stages[0].Sent)
	})
	assert.Len(t, book.entries, 505)
}

func TestBlocksFor(t *testing.T) {
	closed := func(workers int) leg { return leg{Stage: Stage{Workers: workers}, closed: true} }
	for _, row := range []struct {
		reason string
		legs   []leg
		want   int
	}{
		{"few users", []leg{closed(64)}, shortBlocks},
		{"each user has two cases ready", []leg{closed(1), closed(320)}, 20},
		{"no more than is ever held", []leg{closed(100_000)}, ringBlocks},
		{"an open stage keeps instants", []leg{closed(1), {}}, ringBlocks},
	} {
		assert.Equal(t, row.want, blocksFor(row.legs), row.reason)
	}
}
