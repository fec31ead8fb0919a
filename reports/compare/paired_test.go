package compare

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// usualDoubts are those of one look.
var usualDoubts = Doubts{Regression: 0.003, Clear: 0.05}

// pairsOf simulates pairs of one second. Both blocks of a pair share the mood of
// the machine, a deviation of the logarithm.
func pairsOf(seed uint64, n int, base, changed server, mood float64) []Pair {
	r := rand.New(rand.NewPCG(seed, 0))
	list := make([]Pair, n)
	for i := range list {
		shared := math.Exp(mood * r.NormFloat64())
		b, c := base, changed
		b.slower, c.slower = b.slower*shared, c.slower*shared
		list[i] = Pair{b.simulate(r, 2*i), c.simulate(r, 2*i+1)}
	}
	return list
}

// second is a server that is measured for a second.
var second = server{perSecond: 400, seconds: 1, slower: 1, slowerTail: 1}

func slowed(all, tail float64) server {
	s := second
	s.slower, s.slowerTail = all, tail
	return s
}

func rowOf(t *testing.T, rows []Quantity, name string) Quantity {
	t.Helper()
	for _, q := range rows {
		if q.Name == name {
			return q
		}
	}
	require.Fail(t, "no such row", name)
	return Quantity{}
}

func TestPaired(t *testing.T) {
	cases := []struct {
		reason  string
		pairs   []Pair
		options Options
		doubts  Doubts
		want    map[string]Outcome
	}{
		{
			"equal servers are not worse, though the machine's mood swings by half",
			pairsOf(1, 60, second, second, 0.5), Options{}, usualDoubts,
			map[string]Outcome{"p50": NotWorse, "rate": NotWorse, "errors": NotWorse, "p99.9": NotGated},
		},
		{
			"10 % at all times is found",
			pairsOf(2, 60, second, slowed(1.1, 1), 0.02), Options{}, usualDoubts,
			map[string]Outcome{"p50": Regressed, "rate": NotWorse},
		},
		{
			"a slower tail leaves the median alone",
			pairsOf(3, 60, second, slowed(1, 1.5), 0.02), Options{}, usualDoubts,
			map[string]Outcome{"p50": NotWorse, "p99": Regressed},
		},
		{
			"what got faster is not worse",
			pairsOf(4, 60, slowed(1.1, 1), second, 0.02), Options{}, usualDoubts,
			map[string]Outcome{"p50": NotWorse},
		},
		{
			"1,000 readings are what p99 needs",
			pairsOf(5, 2, second, second, 0), Options{}, usualDoubts,
			map[string]Outcome{"p99": Undecided},
		},
		{
			"without any doubt nothing is sure",
			pairsOf(6, 4, second, slowed(1.1, 1), 0), Options{}, Doubts{},
			map[string]Outcome{"p50": Undecided},
		},
		{
			"a margin of the user's own tolerates what is below it",
			pairsOf(7, 60, second, slowed(1.1, 1), 0.02), Options{Margins: map[string]float64{"p50": 0.2}}, usualDoubts,
			map[string]Outcome{"p50": NotWorse},
		},
	}
	for _, tt := range cases {
		rows := Paired(tt.pairs, tt.options, tt.doubts)
		require.Len(t, rows, len(quantities), tt.reason)
		for name, want := range tt.want {
			q := rowOf(t, rows, name)
			assert.Equal(t, want, q.Outcome, "%s: %s", tt.reason, name)
			assert.Equal(t, want == Undecided, q.Needs != "", "%s: %s needs %q", tt.reason, name, q.Needs)
		}
	}
}

// TestPairedErrors: errors and a lower rate are regressions as well.
func TestPairedErrors(t *testing.T) {
	pairs := pairsOf(1, 20, second, second, 0)
	for i := range pairs {
		pairs[i].New.Batches[0].Unexpected = 20
		pairs[i].New.Facts.SentPerS *= 0.8 + 0.01*float64(i%3)
	}
	rows := Paired(pairs, Options{}, usualDoubts)
	errors, rate := rowOf(t, rows, errorsName), rowOf(t, rows, rateName)
	assert.Equal(t, Regressed, errors.Outcome)
	assert.InDelta(t, 0.05, *errors.Change, 1e-9)
	assert.Equal(t, Regressed, rate.Outcome)
	assert.InDelta(t, -0.19, *rate.Change, 0.001)
	assert.Less(t, *rate.From, 0.0, "worse is downwards")

	pairs[3].New.Facts.SentPerS = 0
	assert.NotEmpty(t, rowOf(t, Paired(pairs, Options{}, usualDoubts), rateName).Needs, "nothing was sent in a block")
}

// TestPairedBlows: a machine that hits few blocks hard hits one side alone often
// enough; that is no regression.
func TestPairedBlows(t *testing.T) {
	pairs := pairsOf(9, 60, second, second, 0)
	r := newRandom()
	for i := range 8 {
		pairs[7*i].New = slowed(4, 1).simulate(r, 1000+i)
	}
	q := rowOf(t, Paired(pairs, Options{}, Doubts{Regression: 0.003, Clear: 0.05}), "p99")
	require.Greater(t, *q.Change, *q.Margin, "the blows have to show, or this tests nothing")
	assert.Equal(t, Undecided, q.Outcome)
	assert.LessOrEqual(t, *q.From, 0.0)
}

// TestPairedSwap: with the sides swapped every change is its inverse.
func TestPairedSwap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		pairs := pairsOf(seed, rapid.IntRange(2, 6).Draw(t, "pairs"), second, slowed(1.2, 1), 0.1)
		swapped := make([]Pair, len(pairs))
		for i, p := range pairs {
			swapped[i] = Pair{p.New, p.Base}
		}
		there, back := Paired(pairs, Options{}, usualDoubts), Paired(swapped, Options{}, usualDoubts)
		for i, q := range there {
			if q.Change == nil || q.Name == errorsName {
				continue
			}
			if math.Abs((1+*q.Change)*(1+*back[i].Change)-1) > 1e-9 {
				t.Fatalf("%s: %g there, %g back", q.Name, *q.Change, *back[i].Change)
			}
		}
	})
}

func TestSignedRanks(t *testing.T) {
	cases := []struct {
		reason string
		list   []float64
		want   float64
	}{
		{"all above zero: 15 of ranks whose squares are 55", []float64{1, 2, 3, 4, 5}, 15 / math.Sqrt(55)},
		{"all below", []float64{-5, -1, -3}, -6 / math.Sqrt(14)},
		{"ties share their ranks, 1.5 each", []float64{2, -2, 3}, 3 / math.Sqrt(1.5*1.5*2+9)},
		{"zeros say nothing", []float64{0, 7, 0}, 1},
		{"nothing but zeros", []float64{0, 0}, 0},
		{"a great blow is no more than the greatest rank", []float64{-1, -2, -3, 1e9}, -2 / math.Sqrt(30)},
	}
	for _, tt := range cases {
		assert.InDelta(t, tt.want, signedRanks(tt.list), 1e-12, tt.reason)
	}
}

// TestBelow: below is the inverse of at.
func TestBelow(t *testing.T) {
	all := second.simulate(newRandom(), 0).Batches[0].response
	rapid.Check(t, func(t *rapid.T) {
		rank := rapid.Float64Range(1, float64(all.count())).Draw(t, "rank")
		if got := all.below(all.at(rank)); math.Abs(got-rank) > 1e-6 {
			t.Fatalf("below(at(%g)) is %g", rank, got)
		}
	})
	assert.Zero(t, all.below(0))
	assert.EqualValues(t, all.count(), all.below(1e12))
}
