package traffic

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// fillFunc makes cases.
type fillFunc func(c *contract.Case, seq uint64, s *contract.Session)

func (f fillFunc) Fill(c *contract.Case, seq uint64, s *contract.Session) { f(c, seq, s) }

// sessionFunc gives sessions.
type sessionFunc func(seq uint64) *contract.Session

func (f sessionFunc) Session(seq uint64) *contract.Session { return f(seq) }

// TestRingDry has cases that take 20 ms each to make. The first 2048, a full
// ring, are ready before the run begins; then they come in blocks of 32 every
// 640 ms, of which a thousand updates a second are soon ahead.
func TestRingDry(t *testing.T) {
	slow := fillFunc(func(c *contract.Case, seq uint64, s *contract.Session) {
		time.Sleep(20 * ms)
		numbered{}.Fill(c, seq, s)
	})
	p := Plan{
		Stages:    stages(Stage{Arrival: Constant, Rate: 1000, Duration: 2200 * ms}),
		Exchanger: always(0, 200), Source: slow, Limits: Limits{Grace: time.Minute},
	}
	s, entries := drive(t, p)
	require.Len(t, entries, 2200)
	late := uint64(0)
	for _, e := range entries {
		if e.Lag() > 0 {
			late++
		}
	}
	assert.Equal(t, late, s.RingDry, "exactly those whose case was not ready went out late")
	assert.NotZero(t, late)
	assert.Zero(t, entries[2047].Lag(), "a full ring was ready at the start")
}

// TestRingFollowsSessions replaces every session in the middle of the run:
// cases that were already made for the old one are made again, and a retry
// keeps what was sent.
func TestRingFollowsSessions(t *testing.T) {
	sessions := [2]contract.Session{{ID: "old"}, {ID: "new"}}
	var now atomic.Pointer[contract.Session]
	now.Store(&sessions[0])
	named := fillFunc(func(c *contract.Case, seq uint64, s *contract.Session) {
		c.Reset()
		c.Seq, c.Body = seq, append(c.Body, fmt.Sprint(seq, s.ID)...)
	})
	book := &notebook{}
	synctest.Test(t, func(t *testing.T) {
		time.AfterFunc(4500*ms, func() { now.Store(&sessions[1]) })
		_, err := Run(t.Context(), Plan{
			Stages: stages(Stage{Arrival: Constant, Rate: 1, Duration: 10 * time.Second}),
			Source: named, Sessions: sessionFunc(func(uint64) *contract.Session { return now.Load() }),
			Retry: contract.RetryPolicy{Pauses: []time.Duration{20 * time.Second}},
			Exchanger: server(func(seq uint64, attempt int, _ time.Duration) (time.Duration, int) {
				if seq == 2 && attempt == 1 {
					return 0, 500
				}
				return 0, 200
			}),
			Sink: book,
		})
		require.NoError(t, err)
	})
	require.Len(t, book.entries, 11)
	for _, e := range book.entries {
		want := "old"
		if e.seq > 4 {
			want = "new"
		}
		assert.Equal(t, fmt.Sprint(e.seq, want), e.body, "attempt %d", e.attempt)
	}
}

// TestRingInterrupted ends a run whose next case never comes.
func TestRingInterrupted(t *testing.T) {
	book := &notebook{}
	var s Summary
	stuck := Plan{
		Stages:    stages(Stage{Arrival: Burst, Count: 3000, Period: time.Hour, Duration: time.Hour}),
		Exchanger: always(0, 200), Sink: book, Sessions: &oneSession{},
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		stuck.Source = fillFunc(func(c *contract.Case, seq uint64, s *contract.Session) {
			if seq == 2500 {
				<-ctx.Done()
			}
			numbered{}.Fill(c, seq, s)
		})
		var err error
		s, err = Run(ctx, stuck)
		require.NoError(t, err)
	})
	book.inOrder(t, stuck, s)
	assert.True(t, s.Interrupted)
	assert.Equal(t, StageSummary{End: time.Hour, Scheduled: 3000, Sent: 2496, Unsent: 504}, s.Stages[0], "whole blocks only")
	assert.Equal(t, 2496, int(s.Attempts))
}

// TestRingMemory counts the cases that a run makes anew: as many as the ring
// and what is under way hold, however many updates are sent.
func TestRingMemory(t *testing.T) {
	fresh := map[*contract.Case]bool{}
	drive(t, Plan{
		Stages:    stages(Stage{Arrival: Constant, Rate: 1000, Duration: 20 * time.Second}),
		Exchanger: always(10*ms, 200),
		Source: fillFunc(func(c *contract.Case, seq uint64, s *contract.Session) {
			fresh[c] = true
			numbered{}.Fill(c, seq, s)
		}),
	})
	assert.LessOrEqual(t, len(fresh), (ringBlocks+3)*blockCases)
}

func BenchmarkRing(b *testing.B) {
	r := newRing(numbered{}, &oneSession{}, ringBlocks)
	ctx, cancel := context.WithCancel(b.Context())
	filled := make(chan struct{})
	go func() {
		defer close(filled)
		r.fill(ctx, 0, 1, 1<<62)
	}()
	b.ReportAllocs()
	began := time.Now()
	for b.Loop() {
		m, _ := r.take(ctx, 0, began)
		r.release(r.current(m))
	}
	cancel()
	<-filled
}
