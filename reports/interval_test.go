package reports

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Tables of the binomial law have had these ranks for a century; the probability
// of the interval can be added up by hand for the small ones.
func TestRanks(t *testing.T) {
	for _, test := range []struct {
		n      uint64
		q      float64
		lo, hi uint64
		reason string
	}{
		{6, 0.5, 1, 6, "the smallest sample whose extremes enclose the median: 1 − 2/64 = 96.9 %"},
		{5, 0.5, 0, 6, "1 − 2/32 = 93.8 %: five readings enclose nothing"},
		{10, 0.5, 2, 9, "1 − 2·11/1024 = 97.9 %"},
		{20, 0.5, 6, 15, "the table of the sign test for 20"},
		{100, 0.5, 40, 61, "the table of the sign test for 100"},
		{1000, 0.99, 983, 997, "ten beyond on average: 4 to 17 of them are usual, so 3 and 18 are not"},
		{1_000_000, 0.5, 499_020, 500_981, "500,000 ± 1.96·500"},
	} {
		lo, hi := ranks(test.n, test.q)
		assert.Equal(t, test.lo, lo, "%d, %v: %s", test.n, test.q, test.reason)
		assert.Equal(t, test.hi, hi, "%d, %v: %s", test.n, test.q, test.reason)
	}
}

// The tail is added up anew with big steps of probability: an independent sum by
// recurrence from zero.
func TestRanksKeepTheirPromise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SampledFrom([]float64{0.5, 0.9, 0.95, 0.99}).Draw(t, "q")
		n := rapid.Uint64Range(Needs(q), Needs(q)+1200).Draw(t, "n")
		lo, hi := ranks(n, q)
		term := math.Pow(1-q, float64(n)) // of none below
		if term < 1e-300 {
			t.Skip("the sum from zero would underflow")
		}
		var below, above, next float64
		for k := uint64(0); k <= n; k++ {
			if k < lo {
				below += term
			}
			if k == lo {
				next = below + term
			}
			if k >= hi {
				above += term
			}
			term *= float64(n-k) / float64(k+1) * q / (1 - q)
		}
		if below > doubt/2 || above > doubt/2 || next <= doubt/2 {
			t.Fatalf("n %d, q %v: ranks %d and %d leave %v below and %v above; the next rank leaves %v", n, q, lo, hi, below, above, next)
		}
	})
}

// Where the normal law takes over, the exact ranks are at most one away, and
// inside.
func TestNormalRanksMeetTheExactOnes(t *testing.T) {
	for _, q := range []float64{0.001, 0.01, 0.05, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999} {
		for _, times := range []float64{1, 1.1, 3, 10} {
			n := uint64(times * normalFrom / (q * (1 - q)))
			exact, normal := exactRank(n, q), normalRank(n, q)
			assert.Contains(t, []uint64{normal, normal + 1}, exact, "q %v, n %d", q, n)
		}
	}
}

// More readings never move a rank down, and narrow the interval.
func TestRanksAreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SampledFrom([]float64{0.5, 0.9, 0.95, 0.99, 0.999}).Draw(t, "q")
		n := rapid.Uint64Range(Needs(q), 10_000_000).Draw(t, "n")
		m := n + n/10 + rapid.Uint64Range(1, 10_000_000).Draw(t, "more")
		lo, hi := ranks(n, q)
		low, high := ranks(m, q)
		if lo < 1 || hi > n || lo >= hi || low < lo || high < hi {
			t.Fatalf("%d readings: %d to %d; %d readings: %d to %d", n, lo, hi, m, low, high)
		}
		if m > 2*n && float64(high-low)/float64(m) > float64(hi-lo)/float64(n) {
			t.Fatalf("%d readings: %d to %d; %d readings are wider: %d to %d", n, lo, hi, m, low, high)
		}
	})
}

// Of 2,000 samples of a known distribution about 95 % of the intervals enclose
// the true quantile.
func TestIntervalsCoverTheTruth(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		q float64
		n int
	}{{0.5, 25}, {0.9, 100}, {0.95, 200}, {0.99, 1000}} {
		random := rand.New(rand.NewPCG(1, uint64(test.n)))
		truth := -math.Log(1-test.q) * 50 // ms, of an exponential law of mean 50 ms
		hits := 0
		for range 1000 {
			d := newDistribution(fineDigits)
			for range test.n {
				d.record(ms(50 * random.ExpFloat64()))
			}
			in := d.interval(test.q)
			require.NotNil(t, in)
			if in[0] <= truth && truth <= in[1] {
				hits++
			}
		}
		assert.GreaterOrEqual(t, hits, 930, "q %v: fewer than 93 %%", test.q)
		assert.LessOrEqual(t, hits, 980, "q %v: more than 98 %%", test.q)
	}
}

// An interval is there when its quantile is, encloses it, and its ends are the
// readings of its ranks within the precision.
func TestIntervalEnclosesItsQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.SampledFrom([]int{coarseDigits, fineDigits}).Draw(t, "digits")
		longest := rapid.SampledFrom([]int64{3, 1000, 600_000_000}).Draw(t, "longest")
		sample := rapid.SliceOfN(rapid.Int64Range(0, longest), 1, 1100).Draw(t, "microseconds")
		d := newDistribution(digits)
		for _, us := range sample {
			d.record(time.Duration(us) * time.Microsecond)
		}
		for _, q := range []float64{0.5, 0.9, 0.95, 0.99, 0.999} {
			point, ok := d.quantile(q)
			in := d.interval(q)
			if ok != (in != nil) {
				t.Fatalf("quantile %v is given: %v, its interval %v", q, ok, in)
			}
			if in != nil && (in[0] > point || point > in[1] || in[1] > millis(d.greatest)) {
				t.Fatalf("quantile %v is %v, its interval %v", q, point, *in)
			}
		}
	})
}

// 1,000 readings of 1, 2, … 1,000 ms have intervals that can be read off.
func TestIntervalOfKnownSample(t *testing.T) {
	d := newDistribution(fineDigits)
	for i := 1; i <= 1000; i++ {
		d.record(time.Duration(i) * time.Millisecond)
	}
	in := d.interval(0.99)
	assert.InEpsilon(t, 983, in[0], 1e-3)
	assert.InEpsilon(t, 997, in[1], 1e-3)
	assert.LessOrEqual(t, in[0], 983.0, "from the lower end of the bucket")
	assert.GreaterOrEqual(t, in[1], 997.0, "to the upper end of the bucket")
	assert.Nil(t, d.interval(0.999))

	q := d.withIntervals()
	assert.Equal(t, in, q.P99CI)
	assert.Nil(t, q.P999CI)
	assert.Empty(t, d.withHistogram().P99CI, "the series does without")
	assert.Equal(t, in, d.whole().P99CI)
	assert.NotEmpty(t, d.whole().Histogram)

	long := newDistribution(fineDigits)
	for range 100 {
		long.record(time.Hour)
	}
	assert.Equal(t, 3.6e6, long.interval(0.5)[1], "what is beyond the range ends at the greatest")
}

func TestAtMost(t *testing.T) {
	d := newDistribution(fineDigits)
	for _, us := range []int64{0, 999, 1000, 1001, 5000} {
		d.record(time.Duration(us) * time.Microsecond)
	}
	assert.EqualValues(t, 3, d.atMost(1000))
	assert.EqualValues(t, 4, d.atMost(1001))
	assert.EqualValues(t, 5, d.atMost(1<<40))
}

func BenchmarkRanks(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ranks(39_000, 0.5) // the longest exact sum: a standard deviation of 99
	}
}
