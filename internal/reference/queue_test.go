package reference

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestQueueIsFIFO holds the time table against what defines such a queue:
// starts ascend, no server does two things at once, and none idles while
// somebody waits.
func TestQueueIsFIFO(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		servers := rapid.IntRange(1, 4).Draw(t, "servers")
		q := newQueue(servers, math.MaxInt)
		now := time.Unix(0, 0)
		var starts, ends []time.Time
		for range rapid.IntRange(1, 60).Draw(t, "arrivals") {
			now = now.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "gap")))
			service := time.Duration(rapid.IntRange(0, 12).Draw(t, "service"))
			busy := 0
			for _, end := range ends {
				if end.After(now) {
					busy++
				}
			}
			end, ok := q.arrive(now, service)
			require.True(t, ok)
			start := end.Add(-service)
			require.False(t, start.Before(now))
			if busy < servers {
				require.Equal(t, now, start, "a server was free")
			}
			if n := len(starts); n > 0 {
				require.False(t, start.Before(starts[n-1]), "overtaken")
			}
			starts, ends = append(starts, start), append(ends, end)
			serving := 0
			for i := range starts {
				if !starts[i].After(start) && ends[i].After(start) {
					serving++
				}
			}
			require.LessOrEqual(t, serving, servers)
		}
	})
}

// TestQueueMatchesTheory: Poisson arrivals at 80 % of an exponential server's
// capacity. In an M/M/1 queue the time in the system is exponential with mean
// service/(1−ρ), here five service times.
func TestQueueMatchesTheory(t *testing.T) {
	const n = 200_000
	const service, gap = time.Millisecond, 1250 * time.Microsecond
	serviceTime := Distribution{Shape: Exponential, Mean: service}
	between := Distribution{Shape: Exponential, Mean: gap}
	q := newQueue(1, math.MaxInt)
	now := time.Unix(0, 0)
	sum, beyondP90 := 0.0, 0
	p90 := 5 * math.Log(10) // of the exponential with mean 5
	for i := range uint64(n) {
		now = now.Add(between.At(uniform(1, streamLatency, i)))
		end, ok := q.arrive(now, serviceTime.At(uniform(1, streamService, i)))
		require.True(t, ok)
		in := float64(end.Sub(now)) / float64(service)
		sum += in
		if in > p90 {
			beyondP90++
		}
	}
	require.InEpsilon(t, 5, sum/n, 0.05)
	require.InEpsilon(t, 0.1, float64(beyondP90)/n, 0.1)
}

func BenchmarkQueue(b *testing.B) {
	q := newQueue(64, math.MaxInt)
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Microsecond)
		q.arrive(now, 60*time.Microsecond)
	}
}
