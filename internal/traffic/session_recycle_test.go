package traffic

import (
	"context"
	"io"
	"log"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

var silent = log.New(io.Discard, "", 0)

// contextWithStop is a context that ends after d with the cause given.
func contextWithStop(t *testing.T, d time.Duration, cause error) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(t.Context(), d, cause)
}

// recycle runs Recycle beside a test for d of virtual time.
func recycle(t *testing.T, pool *Pool, d time.Duration, meanwhile func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { pool.Recycle(ctx) })
	if meanwhile != nil {
		meanwhile()
	}
	time.Sleep(d)
	cancel()
	wg.Wait()
}

func TestRecycle(t *testing.T) {
	inBubble(t, func(n int, _ createPost) (int, string) { return 200, numberedReply(n) },
		func(t *testing.T, s *createServer, o CreateOptions) {
			pool, err := CreatePool(t.Context(), 2, o)
			require.NoError(t, err)
			recycle(t, pool, 51*time.Minute, nil)
			var at []time.Duration
			for _, p := range s.seen() {
				at = append(at, p.at)
			}
			const step = 100 * time.Millisecond
			assert.Equal(t, []time.Duration{
				0, step,
				25 * time.Minute, 25*time.Minute + step,
				50 * time.Minute, 50*time.Minute + step,
			}, at)
			assert.Equal(t, "v5", pool.Session(0).VisitorID)
			assert.Equal(t, "v6", pool.Session(1).VisitorID)
			assert.Equal(t, SessionStats{Sessions: 2, Posts: 6, Recycled: 4}, pool.Stats())
		})
}

// An engagement of 900 s is replaced after 750.
func TestRecycleBeforeTheEngagementEnds(t *testing.T) {
	inBubble(t, func(int, createPost) (int, string) { return 200, availableReply },
		func(t *testing.T, s *createServer, o CreateOptions) {
			pool, err := CreatePool(t.Context(), 1, o)
			require.NoError(t, err)
			recycle(t, pool, 751*time.Second, nil)
			posts := s.seen()
			require.Len(t, posts, 2)
			assert.Equal(t, 750*time.Second, posts[1].at)
		})
}

// A session that cannot be replaced stays in use, and is counted when it is 30
// minutes old.
func TestRecycleFails(t *testing.T) {
	inBubble(t, func(n int, _ createPost) (int, string) {
		if n == 1 || n > 34 {
			return 200, numberedReply(n)
		}
		return 400, `{"time":1,"internalCode":5}`
	}, func(t *testing.T, s *createServer, o CreateOptions) {
		pool, err := CreatePool(t.Context(), 1, o)
		require.NoError(t, err)
		recycle(t, pool, 40*time.Minute, func() {
			time.Sleep(29 * time.Minute)
			assert.Equal(t, "v1", pool.Session(0).VisitorID)
			assert.Zero(t, pool.Stats().Overdue)
		})
		// 33 failures, 10 s apart, from 25 min 0 s to 30 min 20 s; then it works.
		stats := pool.Stats()
		assert.EqualValues(t, 33, stats.Failures)
		assert.EqualValues(t, 1, stats.Overdue)
		assert.GreaterOrEqual(t, stats.Recycled, uint64(1))
		var refused *SetupError
		assert.ErrorAs(t, stats.LastError, &refused)
		assert.NotEqual(t, "v1", pool.Session(0).VisitorID)
	})
}

func TestGivenSessionsStay(t *testing.T) {
	given := []*contract.Session{{Account: "a", VisitorID: "v 1", ID: "s/1", PageID: "p"}}
	pool, err := NewPool(given)
	require.NoError(t, err)
	pool.Recycle(t.Context()) // returns at once
	got := pool.Session(7)
	assert.Equal(t, "/api/account/a/app/engagement/visitors/v%201?v=1.0&sid=s%2F1", got.Target)
	assert.Empty(t, given[0].Target, "what was given is not changed")
	assert.Equal(t, []*contract.Session{got}, pool.All())
	assert.Equal(t, SessionStats{Sessions: 1}, pool.Stats())
	_, err = NewPool(nil)
	assert.ErrorContains(t, err, "at least one session")
}

func BenchmarkPoolSession(b *testing.B) {
	sessions := make([]*contract.Session, 1000)
	for i := range sessions {
		sessions[i] = &contract.Session{VisitorID: "v"}
	}
	pool, err := NewPool(sessions)
	require.NoError(b, err)
	b.ReportAllocs()
	seq := uint64(0)
	for b.Loop() {
		if pool.Session(seq) == nil {
			b.Fatal("no session")
		}
		seq++
	}
}
