package reports

import (
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What is encoded here the library decodes, to what was encoded.
func TestEncodeSketch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDistribution(rapid.SampledFrom([]int{coarseDigits, fineDigits}).Draw(t, "digits"))
		for _, us := range rapid.SliceOf(rapid.OneOf(rapid.Int64Range(0, 5000), rapid.Int64Range(0, 2*histogramLongest))).Draw(t, "microseconds") {
			d.recordN(time.Duration(us)*time.Microsecond, rapid.Uint64Range(1, 1<<40).Draw(t, "times"))
		}
		got, err := DecodeHistogram(encodeSketch(d.histogram))
		require.NoError(t, err)
		assert.Equal(t, buckets(d.histogram), buckets(got))
		theirs, err := d.histogram.Encode()
		require.NoError(t, err)
		want, err := DecodeHistogram(string(theirs))
		require.NoError(t, err)
		assert.Equal(t, buckets(want), buckets(got))
		assert.Equal(t, want.HighestTrackableValue(), got.HighestTrackableValue())
		assert.Equal(t, want.LowestTrackableValue(), got.LowestTrackableValue())
		assert.Equal(t, want.SignificantFigures(), got.SignificantFigures())
	})
}

func buckets(h *hdrhistogram.PackedHistogram) (list [][2]int64) {
	for value, count := range h.ForEachBucket {
		list = append(list, [2]int64{value, count})
	}
	return list
}

// BenchmarkNew is a report of 1,350 seconds.
func BenchmarkNew(b *testing.B) {
	c := NewCollector()
	for second := range 1350 {
		for i := range 20 {
			c.Take(hit(uint64(second*20+i), time.Duration(second)*time.Second+ms(float64(i)*40), ms(4+float64(i*second%97))))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		New(Run{Readings: c})
	}
}
