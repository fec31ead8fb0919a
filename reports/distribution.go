package reports

import (
	"fmt"
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// The range of every histogram, in its unit, the microsecond. What is longer is
// counted at the upper end; the greatest value is kept exactly beside it.
const (
	histogramUnit    = time.Microsecond
	histogramLongest = int64(10 * time.Minute / histogramUnit)
)

// Significant decimal digits of the histograms: a quantile of the run, a class or
// a stage is right to 0.1 %, one of an interval of the series to 1 %.
const (
	fineDigits   = 3
	coarseDigits = 2
)

// tailReadings is how many readings must lie beyond a quantile for it to be
// given.
const tailReadings = 10

// Needs is how many readings a sample must have for its quantile q, 0 < q < 1,
// to be given: ceil(10/(1−q)), or ceil(10/q) below the median.
//
// It is a rule of order statistics. The number of readings beyond the true
// quantile is binomial, near Poisson with mean n(1−q); at a mean of ten, 95 % of
// samples have 4 to 17 there, so both ends of the usual 95 % interval are
// readings of the sample itself and not its greatest. With fewer the quantile is
// the maximum by another name. p50 needs 20 readings, p90 100, p95 200, p99
// 1,000 and p99.9 10,000.
//
// Needs is 1 for q outside the range: a minimum or a maximum is a reading.
func Needs(q float64) uint64 {
	tail := min(q, 1-q)
	if !(tail > 0) {
		return 1
	}
	// 1-0.99 is a little more or less than 0.01; the excess must not cost a
	// reading.
	return uint64(math.Ceil(tailReadings/tail - 1e-6))
}

// distribution is a sample of durations: a histogram for the quantiles, with
// the sum and the greatest value exact. Two of the same digits merge exactly, in
// any order.
//
// The histogram is the sparse kind: there are hundreds of samples in a run and
// each touches few of the 21,504 buckets. A nil distribution keeps nothing.
type distribution struct {
	histogram *hdrhistogram.PackedHistogram // nil while the sample is folded
	sum       int64                         // µs
	greatest  int64                         // µs
	// folded are the samples that make it up while it is folded.
	folded []Quantiles
}

func newDistribution(digits int) *distribution {
	return &distribution{histogram: hdrhistogram.NewPacked(1, histogramLongest, digits)}
}

// micros is d as histograms record it. The clock is monotonic, so what is below
// zero is rounding of somebody's arithmetic.
func micros(d time.Duration) int64 {
	d = max(0, d)
	return int64(d/histogramUnit + d%histogramUnit/(histogramUnit/2)) // rounded, without overflow
}

func (d *distribution) record(v time.Duration) {
	if d == nil {
		return
	}
	us := micros(v)
	d.sum += us
	d.greatest = max(d.greatest, us)
	// In range by construction.
	_ = d.open().RecordValue(min(us, histogramLongest))
}

// recordN adds the same duration n times.
func (d *distribution) recordN(v time.Duration, n uint64) {
	if d == nil || n == 0 {
		return
	}
	us := micros(v)
	d.sum += us * int64(n)
	d.greatest = max(d.greatest, us)
	_ = d.open().RecordValues(min(us, histogramLongest), int64(n)) // as in record
}

func (d *distribution) merge(other *distribution) {
	if d == nil || other == nil {
		return
	}
	if !d.join(other) {
		d.open().Merge(other.sample())
	}
	d.sum += other.sum
	d.greatest = max(d.greatest, other.greatest)
}

func (d *distribution) count() uint64 {
	if d.histogram != nil {
		return uint64(d.histogram.TotalCount())
	}
	n := uint64(0)
	for i := range d.folded {
		n += d.folded[i].Count
	}
	return n
}

// quantile is the quantile q in milliseconds, by nearest rank; ok is false where
// the sample is too small.
func (d *distribution) quantile(q float64) (ms float64, ok bool) {
	if d.count() < Needs(q) {
		return 0, false
	}
	return millis(min(d.sample().ValueAtPercentile(q*100), d.greatest)), true
}

func (d *distribution) mean() (ms float64, ok bool) {
	if d.count() == 0 {
		return 0, false
	}
	return millis(d.sum) / float64(d.count()), true
}

func (d *distribution) max() (ms float64, ok bool) { return millis(d.greatest), d.count() > 0 }

func millis(us int64) float64 { return float64(us) / 1000 }

// Quantiles describe a sample of durations in milliseconds. A member is nil
// where the sample is too small for it.
type Quantiles struct {
	Count  uint64   `json:"count"`
	MeanMS *float64 `json:"mean_ms"`
	P50MS  *float64 `json:"p50_ms"`
	P90MS  *float64 `json:"p90_ms"`
	P95MS  *float64 `json:"p95_ms"`
	P99MS  *float64 `json:"p99_ms"`
	P999MS *float64 `json:"p999_ms"`
	MaxMS  *float64 `json:"max_ms"`
	// The 95 % confidence intervals of the quantiles; absent where the quantile is
	// nil, and in the series, which gives the sample itself.
	P50CI  *Interval95 `json:"p50_ci_ms,omitempty"`
	P90CI  *Interval95 `json:"p90_ci_ms,omitempty"`
	P95CI  *Interval95 `json:"p95_ci_ms,omitempty"`
	P99CI  *Interval95 `json:"p99_ci_ms,omitempty"`
	P999CI *Interval95 `json:"p999_ci_ms,omitempty"`
	// Histogram is the sample itself, as HDR histograms are exchanged: the
	// compressed V2 encoding in Base64, values in microseconds. Empty where the
	// sample is, and where only the quantiles are kept.
	Histogram string `json:"histogram,omitempty"`
}

func (d *distribution) quantiles() Quantiles {
	d = d.opened()
	q := Quantiles{Count: d.count()}
	q.MeanMS = given(d.mean())
	q.P50MS = given(d.quantile(0.5))
	q.P90MS = given(d.quantile(0.9))
	q.P95MS = given(d.quantile(0.95))
	q.P99MS = given(d.quantile(0.99))
	q.P999MS = given(d.quantile(0.999))
	q.MaxMS = given(d.max())
	return q
}

// withIntervals adds their confidence intervals to the quantiles.
func (d *distribution) withIntervals() Quantiles {
	d = d.opened()
	q := d.quantiles()
	q.P50CI = d.interval(0.5)
	q.P90CI = d.interval(0.9)
	q.P95CI = d.interval(0.95)
	q.P99CI = d.interval(0.99)
	q.P999CI = d.interval(0.999)
	return q
}

// withHistogram adds the sample to its quantiles.
func (d *distribution) withHistogram() Quantiles {
	if len(d.folded) == 1 {
		return d.folded[0]
	}
	return d.adding(d.quantiles())
}

// whole is everything there is to say of a sample.
func (d *distribution) whole() Quantiles { return d.adding(d.withIntervals()) }

// adding puts the sample beside what was found in it.
func (d *distribution) adding(q Quantiles) Quantiles {
	q.Histogram = d.sketch()
	return q
}

// sketch is the sample itself; empty where that is. See [Quantiles.Histogram].
func (d *distribution) sketch() string {
	if d.count() == 0 {
		return ""
	}
	if len(d.folded) == 1 {
		return d.folded[0].Histogram
	}
	return encodeSketch(d.sample())
}

func given(v float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &v
}

// DecodeHistogram reads the member histogram of a report; its values are
// microseconds.
func DecodeHistogram(text string) (*hdrhistogram.PackedHistogram, error) {
	h, err := hdrhistogram.DecodePacked([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("decode a histogram: %w", err)
	}
	return h, nil
}
