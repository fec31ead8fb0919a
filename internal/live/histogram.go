package live

import (
	"math"
	"slices"
	"sync/atomic"
	"time"

	"sdegauge/reports"
)

// bounds are the upper ends of the buckets of every histogram, from 10 µs to ten
// minutes. Each is at most 2 % above the one before, but for three steps of 2.5 %,
// and 1, 2, 2.5 and 5 of each power of ten are among them: what the metrics give
// in buckets of their own is exact.
var bounds = newBounds()

func newBounds() (list []time.Duration) {
	const shortest, longest = 10 * time.Microsecond, 10 * time.Minute
	for ten := shortest; ; ten *= 10 {
		for hundredths := time.Duration(100); hundredths < 1000; {
			bound := ten / 100 * hundredths
			if bound > longest {
				return list
			}
			list = append(list, bound)
			switch {
			case hundredths < 200:
				hundredths += 2
			case hundredths < 500:
				hundredths += 5
			default:
				hundredths += 10
			}
		}
	}
}

// histogram counts durations. It is safe for concurrent use and takes no lock.
type histogram struct {
	counts []atomic.Uint64 // one more than bounds: what is longer than all
	sum    atomic.Int64    // ns
}

func newHistogram() *histogram {
	return &histogram{counts: make([]atomic.Uint64, len(bounds)+1)}
}

func (h *histogram) add(d time.Duration) {
	d = max(0, d)
	i, _ := slices.BinarySearch(bounds, d)
	h.counts[i].Add(1)
	h.sum.Add(int64(d))
}

func (h *histogram) sample() Sample {
	s := Sample{counts: make([]uint64, len(h.counts)), Sum: time.Duration(h.sum.Load())}
	for i := range h.counts {
		s.counts[i] = h.counts[i].Load()
	}
	return s
}

// Sample is what a histogram held at one instant. The zero value is empty.
type Sample struct {
	counts []uint64
	Sum    time.Duration
}

// since is what came after an earlier sample of the same histogram.
func (s Sample) since(before Sample) Sample {
	later := Sample{counts: slices.Clone(s.counts), Sum: s.Sum - before.Sum}
	for i, n := range before.counts {
		later.counts[i] -= n
	}
	return later
}

// Count is how many durations there are.
func (s Sample) Count() (n uint64) {
	for _, k := range s.counts {
		n += k
	}
	return n
}

// AtMost is how many of them were not longer than a bound. Where limit is none of
// the bounds it is the next one below.
func (s Sample) AtMost(limit time.Duration) (n uint64) {
	for i, k := range s.counts {
		if i == len(bounds) || bounds[i] > limit {
			break
		}
		n += k
	}
	return n
}

// Quantile is the quantile q, to the upper end of its bucket; ok is false where
// the sample is too small for it, by the rule of [reports.Needs], or where it lies
// beyond all buckets.
func (s Sample) Quantile(q float64) (d time.Duration, ok bool) {
	n := s.Count()
	if n < reports.Needs(q) {
		return 0, false
	}
	rank := uint64(math.Ceil(q * float64(n)))
	var seen uint64
	for i, k := range s.counts[:len(bounds)] {
		if seen += k; seen >= rank {
			return bounds[i], true
		}
	}
	return 0, false
}
