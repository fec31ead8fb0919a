package live

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/reports"
)

func TestBounds(t *testing.T) {
	require.True(t, slices.IsSorted(bounds))
	assert.Equal(t, 10*time.Microsecond, bounds[0])
	assert.Equal(t, 10*time.Minute, bounds[len(bounds)-1])
	for i, bound := range bounds[1:] {
		assert.LessOrEqual(t, float64(bound), 1.0251*float64(bounds[i]), "the buckets are narrow")
	}
	for _, list := range [][]time.Duration{timeBuckets, lagBuckets} {
		for _, bucket := range list {
			assert.Contains(t, bounds, bucket, "what Prometheus gets is exact")
		}
	}
}

// TestHistogram holds a histogram against the sorted readings themselves.
func TestHistogram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		readings := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.Float64Range(-1e3, 11*60e9).Draw(t, "ns"))
		}), 0, 60).Draw(t, "readings")
		split := rapid.IntRange(0, len(readings)).Draw(t, "split")
		h := newHistogram()
		for _, d := range readings[:split] {
			h.add(d)
		}
		before := h.sample()
		for _, d := range readings[split:] {
			h.add(d)
		}
		later := h.sample().since(before)

		late := slices.Clone(readings[split:])
		slices.Sort(late)
		require.EqualValues(t, len(late), later.Count())
		limit := rapid.SampledFrom(bounds).Draw(t, "limit")
		within := 0
		for _, d := range late {
			if d <= limit {
				within++
			}
		}
		require.EqualValues(t, within, later.AtMost(limit))
		q := rapid.SampledFrom([]float64{0.5, 0.9}).Draw(t, "q")
		got, ok := later.Quantile(q)
		if uint64(len(late)) < reports.Needs(q) {
			require.False(t, ok, "the sample is too small")
			return
		}
		want := late[int(math.Ceil(q*float64(len(late))))-1]
		if want > bounds[len(bounds)-1] {
			require.False(t, ok, "longer than any bucket")
			return
		}
		require.True(t, ok)
		require.GreaterOrEqual(t, got, want)
		require.LessOrEqual(t, float64(got), max(float64(bounds[0]), 1.0251*float64(want)))
	})
}

func TestEmptySample(t *testing.T) {
	var s Sample
	assert.Zero(t, s.Count())
	assert.Zero(t, s.AtMost(time.Hour))
	_, ok := s.Quantile(0.5)
	assert.False(t, ok)
	h := newHistogram()
	h.add(ms(3))
	assert.EqualValues(t, 1, h.sample().since(Sample{}).Count(), "before anything there was nothing")
}
