package reference

import (
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func faulty(t testing.TB, switches ...string) *Handler {
	t.Helper()
	faults, err := ParseFaults(switches...)
	require.NoError(t, err)
	return newTestHandler(t, Options{Faults: faults, Seed: 1})
}

// timed sends one update and returns its status and how long it took.
func timed(h *Handler) (int, time.Duration) {
	start := time.Now()
	got := update(h, page)
	return got.Status, time.Since(start)
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, took := timed(faulty(t, "latency=250ms"))
		require.Equal(t, 200, status)
		require.Equal(t, 250*time.Millisecond, took)

		h := faulty(t, "latency=exp:5ms")
		sum := time.Duration(0)
		for range 2000 {
			_, took := timed(h)
			sum += took
		}
		require.InDelta(t, 5, float64(sum.Milliseconds())/2000, 0.5)
	})
}

// TestStall: what arrives from second 3 to 5 waits until second 5.
func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := faulty(t, "stall=3s-5s")
		time.Sleep(time.Hour) // the clock starts with the first update
		var want []time.Duration
		var got [10]time.Duration
		var wg sync.WaitGroup
		for i := range 10 {
			at := time.Duration(i) * 700 * time.Millisecond
			wait := time.Duration(0)
			if at >= 3*time.Second && at < 5*time.Second {
				wait = 5*time.Second - at
			}
			want = append(want, wait)
			wg.Go(func() {
				time.Sleep(at)
				_, got[i] = timed(h)
			})
		}
		wg.Wait()
		require.Equal(t, want, got[:])
	})
}

func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := faulty(t, "outage=3s-6s", "outage=8s-9s:500", "latency=100ms")
		time.Sleep(time.Minute)
		var got []int
		for range 10 {
			begin := time.Now()
			status, took := timed(h)
			if status != 200 {
				require.Zero(t, took, "an outage answers at once")
			}
			got = append(got, status)
			time.Sleep(time.Second - time.Since(begin))
		}
		require.Equal(t, []int{200, 200, 200, 503, 503, 503, 200, 200, 500, 200}, got)
		require.Equal(t, Tally{200: 6, 503: 3, 500: 1}, h.Counts().Updates)
		require.Equal(t, uint64(6), stateOf(t, h).Updates, "an outage stores nothing")
	})
}

func TestErrorShare(t *testing.T) {
	draw := func(seed uint64) (statuses []int) {
		h := newTestHandler(t, Options{Seed: seed, Faults: Faults{Errors: []ErrorShare{
			{Share: 0.1, Status: 503, Code: 18}, {Share: 0.05, Status: 500, Code: 20},
		}}})
		for range 4000 {
			got := update(h, page)
			statuses = append(statuses, got.Status)
			switch got.Status {
			case 503:
				require.Equal(t, int64(18), got.code())
			case 500:
				require.Equal(t, int64(20), got.code())
			default:
				requireOK(t, got)
			}
		}
		// Four standard deviations.
		require.InDelta(t, 400, h.Counts().Updates[503], 80)
		require.InDelta(t, 200, h.Counts().Updates[500], 56)
		require.Equal(t, h.Counts().Updates[200], stateOf(t, h).Updates)
		return statuses
	}
	first := draw(3)
	require.Equal(t, first, draw(3))
	require.NotEqual(t, first, draw(4))
}

// TestInjectedCodes: without a code of its own, a status comes with the one
// that sibling APIs pair it with.
func TestInjectedCodes(t *testing.T) {
	for text, code := range map[string]int64{
		"errors=100%:400": 5, "errors=100%:401": 10, "errors=100%:404": 12, "errors=100%:500": 18,
		"errors=100%:503": 18, "errors=100%:429": 18, "errors=100%:500:20": 20, "outage=0s-1h:401": 10,
	} {
		got := update(faulty(t, text), page)
		require.NotEqual(t, 200, got.Status)
		require.Equal(t, code, got.code(), text)
	}
}

func TestErrorsAlwaysAndNever(t *testing.T) {
	all := faulty(t, "errors=100%:503")
	never := faulty(t, "errors=0%:503")
	for range 200 {
		require.Equal(t, 503, update(all, page).Status)
		require.Equal(t, 200, update(never, page).Status)
	}
}

// TestErrorsAreIndependent: the share holds for any residue of the arrival
// number, so that retries and stages do not meet a pattern.
func TestErrorsAreIndependent(t *testing.T) {
	for _, s := range []stream{streamErrors, streamLatency, streamService} {
		const n, lags = 20_000, 5
		mean := 0.0
		var covariance [lags]float64
		var last [lags]float64
		for i := range uint64(n) {
			u := uniform(1, s, i) - 0.5
			mean += u / n
			for lag := range covariance {
				covariance[lag] += u * last[lag] / n
			}
			copy(last[1:], last[:lags-1])
			last[0] = u
		}
		require.InDelta(t, 0, mean, 0.01)
		for _, c := range covariance {
			require.InDelta(t, 0, c, 4.0/12/math.Sqrt(n))
		}
	}
}

// TestCapacity holds the queue against a schedule worked out by hand: two
// servers, 100 ms each, five arrivals at once and one later.
//
//	server 1  |--1--|--3--|--5--|        |--6--|
//	server 2  |--2--|--4--|
//	          0    100   200   300      400   500 ms
func TestCapacity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := faulty(t, "capacity=2x100ms")
		var mu sync.Mutex
		ends := map[time.Duration]int{}
		start := time.Now()
		var wg sync.WaitGroup
		arrive := func(at time.Duration) {
			wg.Go(func() {
				time.Sleep(at)
				update(h, page)
				mu.Lock()
				ends[time.Since(start).Round(time.Millisecond)]++
				mu.Unlock()
			})
		}
		for range 5 {
			arrive(0)
		}
		arrive(400 * time.Millisecond)
		wg.Wait()
		require.Equal(t, map[time.Duration]int{
			100 * time.Millisecond: 2, 200 * time.Millisecond: 2, 300 * time.Millisecond: 1, 500 * time.Millisecond: 1,
		}, ends)
	})
}

func TestQueueBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := faulty(t, "capacity=1x1s", "queue=2")
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { update(h, page) })
		}
		wg.Wait()
		require.Equal(t, Tally{200: 3, 503: 7}, h.Counts().Updates)
		require.Equal(t, 200, update(h, page).Status)
	})
}

// TestClientLeaves: whoever leaves while waiting gets no answer, is counted
// apart, and stores nothing.
func TestClientLeaves(t *testing.T) {
	for _, fault := range []string{"latency=1h", "stall=0s-1h", "capacity=1x1h"} {
		synctest.Test(t, func(t *testing.T) {
			h := faulty(t, fault)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			r := httptest.NewRequestWithContext(ctx, http.MethodPut, baseTarget, strings.NewReader(page))
			start := time.Now()
			require.PanicsWithError(t, http.ErrAbortHandler.Error(), func() { do(h, r) })
			require.Equal(t, time.Second, time.Since(start))
			c := h.Counts()
			require.Equal(t, uint64(1), c.Aborted)
			require.Zero(t, c.All().Total())
			require.Zero(t, stateOf(t, h).Updates)
		})
	}
}
