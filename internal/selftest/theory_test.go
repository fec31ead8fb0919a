package selftest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestQuantilesByHand: ln 2 = 0.693147, ln 10 = 2.302585, ln 100 = 4.605170.
func TestQuantilesByHand(t *testing.T) {
	tests := []struct {
		reason  string
		got, ms float64
	}{
		{"the median of an exponential is ln 2 means", exponentialQuantile(25, 0.5), 17.328680},
		{"its p90 is ln 10 means", exponentialQuantile(25, 0.9), 57.564627},
		{"its p99 is twice that", exponentialQuantile(25, 0.99), 115.129255},
		{"0.125/ms into a server of 0.25/ms: the mean response is 8 ms", queueQuantile(0.125, 0.25, 0.5), 5.545177},
		{"so its p90 is 8 ln 10", queueQuantile(0.125, 0.25, 0.9), 18.420681},
		{"and its p99 8 ln 100", queueQuantile(0.125, 0.25, 0.99), 36.841361},
		{"without load a queue is its server", queueQuantile(0, 0.25, 0.5), 2.772589},
	}
	for _, tt := range tests {
		assert.InDelta(t, tt.ms, tt.got, 1e-6, tt.reason)
	}
}

func TestRank(t *testing.T) {
	for _, tt := range []struct {
		q    float64
		n, k int
	}{{0.9, 1000, 900}, {0.99, 1000, 990}, {0.5, 3, 2}, {0, 7, 1}, {1, 7, 7}, {0.5, 1, 1}} {
		assert.Equal(t, tt.k, rank(tt.q, tt.n), "%v of %d", tt.q, tt.n)
	}
}

func TestBinomialTailByHand(t *testing.T) {
	assert.InDelta(t, 1.0/16, binomialTail(4, 4, 0.5), 1e-12, "four heads in four throws")
	assert.InDelta(t, 0.5, binomialTail(3, 2, 0.5), 1e-12, "two heads or more in three throws")
	assert.InDelta(t, 1-0.729, binomialTail(3, 1, 0.1), 1e-12, "one or more of three at a tenth: 1 − 0.9³")
	assert.InDelta(t, 1, binomialTail(5, 0, 0.3), 1e-12, "none or more is certain")
}

func TestQuantileBoundsByHand(t *testing.T) {
	low, high := quantileBounds(0.5, 1)
	assert.InDelta(t, 0.0005, low, 1e-9, "one value is anywhere: P(U ≤ p) = p")
	assert.InDelta(t, 0.9995, high, 1e-9)
	low, high = quantileBounds(1, 2)
	assert.InDelta(t, math.Sqrt(0.0005), low, 1e-9, "the larger of two: p²")
	assert.InDelta(t, math.Sqrt(0.9995), high, 1e-9)
}

// TestQuantileBoundsHold draws samples: one in a thousand may lie outside.
func TestQuantileBoundsHold(t *testing.T) {
	const n, samples = 200, 4000
	for _, q := range []float64{0.5, 0.9, 0.99} {
		low, high := quantileBounds(q, n)
		r := rand.New(rand.NewPCG(1, 2))
		values := make([]float64, n)
		outside := 0
		for range samples {
			for i := range values {
				values[i] = r.Float64()
			}
			slices.Sort(values)
			if v := values[rank(q, n)-1]; v < low || v > high {
				outside++
			}
		}
		assert.InDelta(t, samples*falseAlarm, outside, 6, "%v", q)
	}
}

func TestQuantileBoundsNarrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.Float64Range(0.05, 0.95).Draw(t, "q")
		n := rapid.IntRange(50, 300).Draw(t, "n")
		low, high := quantileBounds(q, n)
		require.Less(t, low, q)
		require.Greater(t, high, q)
		nearer, nearerHigh := quantileBounds(q, 4*n)
		require.Less(t, nearerHigh-nearer, high-low, "a larger sample knows more")
	})
}

// TestQueueBounds: the bounds hold the theory's quantiles, and evenly spaced
// arrivals, which wait less, fall outside.
func TestQueueBounds(t *testing.T) {
	const lambda, mu, n = 0.125, 0.25, 1500
	shares := []float64{0.5, 0.9}
	low, high := queueBounds(lambda, mu, n, shares)
	r := rand.New(rand.NewPCG(3, 4))
	even := make([]float64, n)
	in := 0.0
	for i := range even {
		in = max(0, in-1/lambda) + r.ExpFloat64()/mu
		even[i] = in
	}
	slices.Sort(even)
	for i, q := range shares {
		truth := queueQuantile(lambda, mu, q)
		assert.Less(t, low[i], truth)
		assert.Greater(t, high[i], truth)
		assert.Less(t, even[rank(q, n)-1], low[i], "arrivals that are not Poisson show at %v", q)
	}
}
