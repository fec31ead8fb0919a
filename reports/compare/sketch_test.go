package compare

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anySketch draws a sample of times.
func anySketch(t *rapid.T, name string) sketch {
	counts := make([]int64, slots)
	for _, v := range rapid.SliceOfN(rapid.Int64Range(0, longest), 0, 60).Draw(t, name) {
		counts[slot(v)]++
	}
	return gathered(counts)
}

func TestSketchEncoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anySketch(t, "times")
		text, err := s.encode()
		require.NoError(t, err)
		back, err := decodeSketch(text)
		require.NoError(t, err)
		assert.Equal(t, s, back)
	})
}

func TestSketchAlgebra(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anySketch(t, "a"), anySketch(t, "b"), anySketch(t, "c")
		assert.EqualValues(t, merged(a, b, c), merged(c, a, b))
		assert.Equal(t, a.count()+b.count(), merged(a, b).count())
		assert.ElementsMatch(t, a, merged(a, b).without(b))
		assert.True(t, slices.IsSortedFunc(merged(a, b, c), func(x, y bucket) int { return int(x.value - y.value) }))
	})
}

// A quantile is within a bucket of the true one, and grows with q.
func TestSketchQuantile(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	values := make([]int64, 0, 5000)
	counts := make([]int64, slots)
	for range cap(values) {
		v := int64(1000 + 4000*r.ExpFloat64())
		values = append(values, v)
		counts[slot(v)]++
	}
	slices.Sort(values)
	s, last := gathered(counts), 0.0
	for _, q := range []float64{0.001, 0.25, 0.5, 0.9, 0.99, 0.999} {
		got := s.quantile(q)
		assert.InEpsilon(t, values[int(q*float64(len(values)))], got, 0.01, q)
		assert.Greater(t, got, last)
		last = got
	}
}

// A shift far smaller than a bucket is seen: quantiles are interpolated.
func TestSketchSeesLessThanABucket(t *testing.T) {
	t.Parallel()
	sample := func(scale float64) sketch {
		r := rand.New(rand.NewPCG(3, 3))
		counts := make([]int64, slots)
		for range 200_000 {
			counts[slot(int64(scale*(8000+1000*r.NormFloat64())))]++
		}
		return gathered(counts)
	}
	assert.InDelta(t, 1.001, sample(1.001).quantile(0.5)/sample(1).quantile(0.5), 0.0005)
}
