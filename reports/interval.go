package reports

import (
	"math"
	"math/bits"
)

// doubt is how often, at most, an interval misses the true quantile: half of it
// below, half above, which makes a 95 % interval.
const doubt = 0.05

// normalFrom is the variance of the number of readings below a quantile from
// which its law is taken for normal. There the exact rank is at most one away,
// in a hundred of standard deviation.
const normalFrom = 10_000

// zDoubt is the normal quantile of 1 − doubt/2.
const zDoubt = 1.959963984540054

// Interval95 is the 95 % confidence interval of a quantile: its ends in
// milliseconds, the resolution of the histogram included.
type Interval95 [2]float64

// ranks are the readings, counted from 1 in order of size, that enclose the
// true quantile q of what n independent readings were drawn from, with a
// probability of 95 % or more, whatever the distribution:
//
//	x(1) ≤ … ≤ x(lo) ≤ … ≤ true quantile ≤ … ≤ x(hi) ≤ … ≤ x(n)
//	         └──────────── 95 % ────────────┘
//
// How many readings lie below the true quantile is binomial with n and q; lo and
// hi are where each tail of that law is still at most 2.5 %. lo is 0 and hi is
// n+1 where n is too small for such a reading; from [Needs] readings on both are
// there.
//
// Readings that queue behind one another are alike, and the true interval is
// then wider: no rule of ranks can know.
func ranks(n uint64, q float64) (lo, hi uint64) {
	return lowRank(n, q), n + 1 - lowRank(n, 1-q)
}

// lowRank is the greatest c for which at most c−1 of n trials of probability p
// succeed with a probability of at most doubt/2.
func lowRank(n uint64, p float64) uint64 {
	if float64(n)*p*(1-p) > normalFrom {
		return normalRank(n, p)
	}
	return exactRank(n, p)
}

// normalRank is lowRank by the normal law, rounded towards the wider interval.
func normalRank(n uint64, p float64) uint64 {
	mean := float64(n) * p
	return uint64(mean - zDoubt*math.Sqrt(mean*(1-p)))
}

// exactRank is lowRank by the sum of the tail, from where nothing is left of it:
// one term by logarithms of the gamma function, the others by their ratio.
func exactRank(n uint64, p float64) uint64 {
	mean := float64(n) * p
	deviation := math.Sqrt(mean * (1 - p))
	k := math.Max(0, math.Floor(mean-12*deviation-12))
	term := math.Exp(logBinomial(float64(n), k) + k*math.Log(p) + (float64(n)-k)*math.Log1p(-p))
	c := uint64(k)
	for sum := term; sum <= doubt/2; sum += term {
		c = uint64(k) + 1
		term *= (float64(n) - k) / (k + 1) * p / (1 - p)
		k++
	}
	return c
}

func logBinomial(n, k float64) float64 {
	whole, _ := math.Lgamma(n + 1)
	taken, _ := math.Lgamma(k + 1)
	left, _ := math.Lgamma(n - k + 1)
	return whole - taken - left
}

// interval is the confidence interval of the quantile q; nil where the sample is
// too small for the quantile. A reading is known to its bucket, so the interval
// reaches from the lower end of one bucket to the upper end of another.
func (d *distribution) interval(q float64) *Interval95 {
	n := d.count()
	if n < Needs(q) {
		return nil
	}
	lo, hi := ranks(n, q)
	var low, high int64
	var seen uint64
	for value, count := range d.sample().ForEachBucket {
		if seen < lo {
			low = value
		}
		high = value
		if seen += uint64(count); seen >= hi {
			break
		}
	}
	high += d.width(high) - 1
	if high >= histogramLongest { // the last bucket holds whatever is longer
		high = d.greatest
	}
	return &Interval95{millis(low), millis(min(high, d.greatest))}
}

// width is how many microseconds the bucket at a value spans: one up to twice
// the power of ten that the digits stand for, then doubling with the value.
func (d *distribution) width(value int64) int64 {
	exact := bits.Len64(uint64(2*math.Pow10(int(d.sample().SignificantFigures())) - 1))
	return 1 << max(0, bits.Len64(uint64(value))-exact)
}

// atMost is how many readings took at most a time, which is exact up to 2 ms and
// right to 0.1 % of the time beyond.
func (d *distribution) atMost(us int64) (n uint64) {
	for value, count := range d.sample().ForEachBucket {
		if value > us {
			break
		}
		n += uint64(count)
	}
	return n
}
