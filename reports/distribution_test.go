package reports

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNeeds(t *testing.T) {
	for _, test := range []struct {
		q      float64
		want   uint64
		reason string
	}{
		{0.5, 20, "ten on either side of the median"},
		{0.9, 100, "a tenth of a hundred"},
		{0.95, 200, "1-0.95 is more than 0.05 in floating point, and must not cost a reading"},
		{0.99, 1000, "1-0.99 likewise"},
		{0.999, 10_000, "1-0.999 likewise"},
		{0.9999, 100_000, "1-0.9999 likewise"},
		{0.01, 1000, "a low quantile has its tail below"},
		{0, 1, "a minimum is a reading"},
		{1, 1, "a maximum is a reading"},
		{-1, 1, "no quantile"},
	} {
		assert.Equal(t, test.want, Needs(test.q), "%v: %s", test.q, test.reason)
	}
}

// 1,000 readings of 1, 2, … 1,000 ms have quantiles that anybody can name.
func TestQuantilesOfKnownSample(t *testing.T) {
	d := newDistribution(fineDigits)
	for i := 1000; i >= 1; i-- {
		d.record(time.Duration(i) * time.Millisecond)
	}
	q := d.quantiles()
	assert.EqualValues(t, 1000, q.Count)
	assert.InDelta(t, 500.5, *q.MeanMS, 1e-9, "the mean is exact")
	assert.InEpsilon(t, 500, *q.P50MS, 1e-3)
	assert.InEpsilon(t, 900, *q.P90MS, 1e-3)
	assert.InEpsilon(t, 950, *q.P95MS, 1e-3)
	assert.InEpsilon(t, 990, *q.P99MS, 1e-3)
	assert.Nil(t, q.P999MS, "p99.9 needs 10,000 readings")
	assert.Equal(t, 1000.0, *q.MaxMS, "the maximum is exact")

	few := newDistribution(fineDigits)
	for range 999 {
		few.record(time.Millisecond)
	}
	assert.Nil(t, few.quantiles().P99MS, "one reading short")
	assert.Equal(t, 1.0, *few.quantiles().P95MS, "never above the maximum")
}

func TestEmptyAndExtremeSamples(t *testing.T) {
	empty := newDistribution(fineDigits).quantiles()
	assert.Equal(t, Quantiles{}, empty)

	d := newDistribution(fineDigits)
	d.record(-time.Second)
	assert.Equal(t, 0.0, *d.quantiles().MaxMS, "a clock does not run backwards")
	d.record(time.Hour)
	assert.EqualValues(t, 2, d.count(), "what is beyond the range is counted")
	assert.Equal(t, 3.6e6, *d.quantiles().MaxMS, "and its maximum kept")
	d.record(time.Duration(1<<63 - 1))
	assert.EqualValues(t, 3, d.count(), "the longest duration does not overflow the rounding")
}

// Parts of a sample, merged in any order, are the sample.
func TestMergeIsExactInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.SampledFrom([]int{coarseDigits, fineDigits}).Draw(t, "digits")
		parts := rapid.SliceOfN(rapid.SliceOf(rapid.Int64Range(0, int64(20*time.Minute))), 1, 6).Draw(t, "parts")
		whole := newDistribution(digits)
		var pieces []*distribution
		for _, part := range parts {
			piece := newDistribution(digits)
			for _, ns := range part {
				whole.record(time.Duration(ns))
				piece.record(time.Duration(ns))
			}
			pieces = append(pieces, piece)
		}
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0)).Shuffle(len(pieces), func(i, j int) {
			pieces[i], pieces[j] = pieces[j], pieces[i]
		})
		merged := newDistribution(digits)
		for _, piece := range pieces {
			merged.merge(piece)
		}
		if want, got := whole.withHistogram(), merged.withHistogram(); !assert.ObjectsAreEqual(want, got) {
			t.Fatalf("merged %+v, recorded at once %+v", got, want)
		}
	})
}

// A quantile is within the precision of the one found by sorting.
func TestQuantilesAgreeWithSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample := rapid.SliceOfN(rapid.Int64Range(1, 600_000_000), 1000, 1200).Draw(t, "microseconds")
		d := newDistribution(fineDigits)
		for _, us := range sample {
			d.record(time.Duration(us) * time.Microsecond)
		}
		slices.Sort(sample)
		for _, q := range []float64{0.5, 0.9, 0.95, 0.99} {
			got, ok := d.quantile(q)
			rank := int(q*float64(len(sample))+0.5) - 1
			want := float64(sample[rank]) / 1000
			if !ok || got < want*0.999 || got > want*1.001 {
				t.Fatalf("quantile %v is %v, by sorting %v", q, got, want)
			}
		}
	})
}

func TestHistogramRoundTrip(t *testing.T) {
	d := newDistribution(fineDigits)
	for i := range 500 {
		d.record(time.Duration(i*i) * time.Microsecond)
	}
	h, err := DecodeHistogram(d.withHistogram().Histogram)
	require.NoError(t, err)
	assert.EqualValues(t, 500, h.TotalCount())
	assert.Equal(t, d.histogram.ValueAtPercentile(50), h.ValueAtPercentile(50))

	for _, text := range []string{"", "!", "HISTFAAA", "AAAAAAAAAAAA"} {
		_, err := DecodeHistogram(text)
		assert.ErrorContains(t, err, "decode a histogram: ", text)
	}
}
