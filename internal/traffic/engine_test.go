package traffic

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// TestInstants sends every open process at a server that takes 30 ms: in
// virtual time each update leaves at its instant and no other, and each
// response takes 30 ms.
func TestInstants(t *testing.T) {
	const d = 10 * time.Second
	for _, stage := range []Stage{
		{Arrival: Constant, Rate: 33.3, Duration: d},
		{Arrival: Ramp, Rate: 1, To: 50, Duration: d},
		{Arrival: Steps, Rate: 5, To: 50, Count: 4, Duration: d},
		{Arrival: Sine, Rate: 30, Amplitude: 30, Period: 4 * time.Second, Duration: d},
		{Arrival: Poisson, Rate: 30, Duration: d},
		{Arrival: Burst, Count: 20, Period: 700 * ms, Duration: d},
	} {
		t.Run(string(stage.Arrival), func(t *testing.T) {
			pause := Stage{Arrival: Constant, Rate: 0, Duration: time.Second}
			s, entries := drive(t, Plan{Stages: stages(pause, stage), Seed: 5, FirstSeq: 1000, Exchanger: always(30*ms, 200)})
			schedule, n := schedule(t, stage, 5, 1)
			require.Len(t, entries, int(n))
			assert.Greater(t, n, uint64(200))
			for i, e := range entries {
				at := time.Second + schedule.At(uint64(i))
				require.Equal(t, contract.Instants{Intended: at, Dequeued: at, Connected: at, FirstByte: at + 30*ms, LastByte: at + 30*ms}, e.Instants)
				require.True(t, e.final)
				require.Equal(t, 1, e.stage)
			}
			assert.Equal(t, StageSummary{Start: time.Second, End: 11 * time.Second, Scheduled: n, Sent: n}, s.Stages[1])
			assert.Zero(t, s.Stages[0].Scheduled)
			assert.False(t, s.Interrupted)
			assert.Zero(t, s.RingDry)
			assert.Zero(t, s.AtLimit)
		})
	}
}

// TestStall is the example on which clocks that start with the send go wrong:
// 100 a second for 10 s, and from second 3 to 5 every request waits until
// second 5. Of 1000 responses 200 take 2.00, 1.99, … 0.01 s, so that p90 is
// 1.00 s and p99 is 1.90 s — however few may be in flight.
func TestStall(t *testing.T) {
	stalling := server(func(_ uint64, _ int, now time.Duration) (time.Duration, int) {
		if now >= 3*time.Second && now < 5*time.Second {
			return 5*time.Second - now, 200
		}
		return 0, 200
	})
	for _, inFlight := range []int{0, 10} {
		s, entries := drive(t, Plan{
			Stages:    stages(Stage{Arrival: Constant, Rate: 100, Duration: 10 * time.Second}),
			Exchanger: stalling, Limits: Limits{InFlight: inFlight},
		})
		require.Len(t, entries, 1000)
		got := responses(entries)
		assert.Equal(t, 1000*ms, quantile(got, 900), "p90")
		assert.Equal(t, 1900*ms, quantile(got, 990), "p99")
		assert.Equal(t, 2000*ms, got[999], "max")
		assert.Equal(t, 10*ms, got[800])
		assert.Zero(t, got[799])
		if inFlight == 10 {
			assert.Equal(t, 10, s.PeakInFlight)
			assert.EqualValues(t, 190, s.AtLimit, "200 met the stall and ten of them had a slot")
		} else {
			assert.Equal(t, 200, s.PeakInFlight)
			assert.Zero(t, s.AtLimit)
		}
		assert.Zero(t, s.Stages[0].Unsent)
	}
}

// TestUnsent overloads ten slots: 200 a second for 5 s at a server that takes
// 500 ms. Twenty a second get through, until 2 s after the end; the others are
// counted, stage by stage.
func TestUnsent(t *testing.T) {
	s, entries := drive(t, Plan{
		Stages: stages(
			Stage{Name: "one", Arrival: Constant, Rate: 200, Duration: 4 * time.Second},
			Stage{Name: "two", Arrival: Constant, Rate: 200, Duration: time.Second}),
		Exchanger: always(500*ms, 200), Limits: Limits{InFlight: 10},
	})
	assert.Len(t, entries, 140)
	assert.Equal(t, StageSummary{Name: "one", End: 4 * time.Second, Scheduled: 800, Sent: 140, Unsent: 660}, s.Stages[0])
	assert.Equal(t, StageSummary{Name: "two", Start: 4 * time.Second, End: 5 * time.Second, Scheduled: 200, Unsent: 200}, s.Stages[1])
	assert.EqualValues(t, 130, s.AtLimit)
	assert.Equal(t, 7*time.Second+45*ms, s.Elapsed, "the last left at 6.545 s")
}

// TestBacklog lets a stage's late updates go out during the next: they keep
// their instants and their stage.
func TestBacklog(t *testing.T) {
	slow := server(func(_ uint64, _ int, now time.Duration) (time.Duration, int) {
		if now < time.Second {
			return time.Second - now, 200
		}
		return 0, 200
	})
	s, entries := drive(t, Plan{
		Stages: stages(
			Stage{Arrival: Constant, Rate: 100, Duration: 500 * ms, WarmUp: true},
			Stage{Arrival: Constant, Rate: 10, Duration: time.Second}),
		Exchanger: slow, Limits: Limits{InFlight: 1},
	})
	require.Len(t, entries, 60)
	for i, e := range entries[1:50] {
		require.Equal(t, time.Duration(i+1)*10*ms, e.Intended)
		require.Equal(t, time.Second, e.Dequeued)
		require.Zero(t, e.stage)
	}
	require.Equal(t, 1, entries[50].stage)
	assert.Equal(t, 500*ms, entries[50].Lag())
	assert.EqualValues(t, 50, s.Stages[0].Sent)
	assert.EqualValues(t, 10, s.Stages[1].Sent)
}

func TestTotal(t *testing.T) {
	s, entries := drive(t, Plan{
		Stages: stages(
			Stage{Arrival: Constant, Rate: 100, Duration: time.Second},
			Stage{Arrival: Closed, Workers: 2, Duration: time.Minute},
			Stage{Arrival: Constant, Rate: 100, Duration: time.Second}),
		Exchanger: always(10*ms, 200), Limits: Limits{Total: 107},
	})
	require.Len(t, entries, 107)
	assert.EqualValues(t, 100, s.Stages[0].Scheduled)
	assert.EqualValues(t, 7, s.Stages[1].Scheduled)
	assert.Zero(t, s.Stages[2].Scheduled)
	assert.Equal(t, time.Second+40*ms, s.Elapsed, "the end of the schedule ends the run")
}

// TestClosed keeps three workers busy at a server that takes 100, 200 or 300
// ms: never more than three are under way, and each update's intended start is
// the moment its worker was free.
func TestClosed(t *testing.T) {
	s, entries := drive(t, Plan{
		Stages: stages(Stage{Arrival: Closed, Workers: 3, Duration: 3 * time.Second}),
		Exchanger: server(func(seq uint64, _ int, _ time.Duration) (time.Duration, int) {
			return time.Duration(seq%3+1) * 100 * ms, 200
		}),
	})
	assert.Equal(t, 3, s.PeakInFlight)
	assert.Zero(t, s.AtLimit)
	assert.Equal(t, s.Stages[0].Scheduled, s.Stages[0].Sent)
	for _, e := range entries {
		require.Less(t, e.Intended, 3*time.Second)
		require.Zero(t, e.Lag())
		require.Equal(t, time.Duration(e.seq%3+1)*100*ms, e.Response())
	}
	// By hand: seq 0, 1, 2 leave at 0 and are back at 100, 200 and 300 ms, when
	// 3, 4 and 5 leave; 3 is back at 200 and 6 leaves, and so on.
	for seq, at := range []time.Duration{0, 0, 0, 100 * ms} {
		assert.Equal(t, at, entries[seq].Intended)
	}
	busy := time.Duration(0)
	for _, e := range entries {
		busy += min(e.LastByte, 3*time.Second) - e.Dequeued
	}
	assert.Equal(t, 9*time.Second, busy, "no worker is ever idle")
}

// TestClosedAfterOpen opens a closed stage while five attempts of the stage
// before are under way: they count as the workers'.
func TestClosedAfterOpen(t *testing.T) {
	_, entries := drive(t, Plan{
		Stages: stages(
			Stage{Arrival: Burst, Count: 5, Period: time.Second, Duration: time.Second},
			Stage{Arrival: Closed, Workers: 3, Duration: time.Second}),
		Exchanger: server(func(seq uint64, _ int, _ time.Duration) (time.Duration, int) {
			if seq < 5 {
				return time.Second + time.Duration(seq+1)*100*ms, 200
			}
			return 10 * time.Second, 200
		}),
	})
	var starts []time.Duration
	for _, e := range entries[5:] {
		starts = append(starts, e.Dequeued)
	}
	assert.Equal(t, []time.Duration{1300 * ms, 1400 * ms, 1500 * ms}, starts, "two go before one comes")
}

// TestWire sends a run over real connections at a server that fails every first
// attempt: it gets each update twice, byte for byte, and no trace of Vegeta.
func TestWire(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		for name := range r.Header {
			assert.NotContains(t, name, "Vegeta")
		}
		mu.Lock()
		defer mu.Unlock()
		request := r.Method + " " + r.RequestURI + " " + string(body)
		if seen[request]++; seen[request] == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer target.Close()
	book := &notebook{}
	p := Plan{
		Stages: stages(Stage{Arrival: Closed, Workers: 8, Duration: time.Minute}),
		Source: fillFunc(func(c *contract.Case, seq uint64, s *contract.Session) {
			numbered{}.Fill(c, seq, s)
			c.Target = s.Target
		}),
		Sessions:  (*oneSession)((&contract.Session{Account: "a", VisitorID: "v", ID: "s"}).Prepare()),
		Exchanger: newStd(t, ExchangeOptions{URL: target.URL}), Sink: book,
		Retry: policy(t, "impatient"), Limits: Limits{Total: 500},
	}
	s, err := Run(t.Context(), p)
	require.NoError(t, err)
	require.Len(t, book.inOrder(t, p, s), 1000)
	assert.LessOrEqual(t, s.PeakInFlight, 8)
	require.Len(t, seen, 500)
	for seq := range 500 {
		assert.Equal(t, 2, seen[fmt.Sprintf("PUT /api/account/a/app/engagement/visitors/v?v=1.0&sid=s %d", seq)])
	}
}
