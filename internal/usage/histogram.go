package usage

import (
	"math"
	"runtime/metrics"
	"time"
)

// histogram counts times by bucket: counts[i] of them lie between bounds[i] and
// bounds[i+1] seconds. The outermost bounds may be infinite.
type histogram struct {
	counts []uint64
	bounds []float64
}

// difference is what was added to a histogram of the runtime between two reads;
// empty where this runtime does not have it.
func difference(from, to metrics.Sample) histogram {
	if from.Value.Kind() != metrics.KindFloat64Histogram || to.Value.Kind() != metrics.KindFloat64Histogram {
		return histogram{}
	}
	before, after := from.Value.Float64Histogram(), to.Value.Float64Histogram()
	h := histogram{counts: make([]uint64, len(after.Counts)), bounds: after.Buckets}
	for i, n := range after.Counts {
		h.counts[i] = n - before.Counts[i]
	}
	return h
}

// quantile is the upper bound of the bucket with the quantile q, by nearest
// rank: the time is not underestimated. It is 0 without a count.
func (h histogram) quantile(q float64) time.Duration {
	var all uint64
	for _, n := range h.counts {
		all += n
	}
	if all == 0 {
		return 0
	}
	rank := max(1, uint64(math.Ceil(q*float64(all))))
	for i, n := range h.counts {
		if rank <= n {
			return inSeconds(h.upper(i))
		}
		rank -= n
	}
	return 0 // excluded: the ranks end with the counts
}

// sum takes each time for the middle of its bucket.
func (h histogram) sum() time.Duration {
	var seconds float64
	for i, n := range h.counts {
		if n > 0 {
			seconds += float64(n) * (max(0, h.bounds[i]) + h.upper(i)) / 2
		}
	}
	return inSeconds(seconds)
}

// upper is a bucket's upper bound; of the last its lower, where it has no other.
func (h histogram) upper(i int) float64 {
	if upper := h.bounds[i+1]; !math.IsInf(upper, 1) {
		return upper
	}
	return h.bounds[i]
}
