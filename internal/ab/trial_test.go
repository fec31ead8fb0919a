package ab

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/reports"
	"sdegauge/reports/compare"
)

// TestBoundaryKnown holds the boundary against the published one: five looks at
// equal distances, one-sided 0.025 (gsDesign's sfLDOF).
func TestBoundaryKnown(t *testing.T) {
	b := boundary{doubt: 0.025}
	for i, want := range []float64{4.8769, 3.3569, 2.6803, 2.2898, 2.0310} {
		level := b.next(float64(i+1)/5, i == 4)
		z := math.Sqrt2 * math.Erfinv(1-2*level)
		assert.InDelta(t, want, z, 0.0005, "look %d", i+1)
	}
}

// TestBoundaryOneLook: a single look has the whole doubt, and what comes by time
// has all that is left.
func TestBoundaryOneLook(t *testing.T) {
	b := boundary{doubt: 0.003}
	assert.InDelta(t, 0.003, b.next(0.7, true), 1e-8)
	early := boundary{doubt: 0.05}
	first := early.next(0.5, false)
	last := early.next(0.5+smallestStep, true)
	assert.Less(t, first, 0.006, "little of it is spent at half the information")
	assert.InDelta(t, 0.05, last, 0.001, "the same data once more: all of it")
}

// TestBoundaryWalks: of walks without drift no more cross than the doubt says.
func TestBoundaryWalks(t *testing.T) {
	t.Parallel()
	const walks, doubt = 40_000, 0.05
	b := boundary{doubt: doubt}
	var limits []float64
	const n = 17
	for i := range n {
		limits = append(limits, math.Sqrt2*math.Erfinv(1-2*b.next(float64(i+1)/n, i == n-1)))
	}
	r, crossed := rand.New(rand.NewPCG(3, 4)), 0
	for range walks {
		score := 0.0
		for i, z := range limits {
			score += r.NormFloat64()
			if score > z*math.Sqrt(float64(i+1)) {
				crossed++
				break
			}
		}
	}
	assert.InDelta(t, doubt, float64(crossed)/walks, 3*math.Sqrt(doubt/walks))
}

func TestLooks(t *testing.T) {
	cases := []struct {
		reason  string
		planned int
		want    []int
	}{
		{"a minute of seconds: every three", 60, []int{16, 19, 22, 25, 28, 31, 34, 37, 40, 43, 46, 49, 52, 55, 58, 60}},
		{"the fewest there may be: one look", 16, []int{16}},
		{"a control may have fewer", 9, []int{9}},
		{"many: a fifth, then every twentieth", 200, []int{40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200}},
	}
	for _, tt := range cases {
		assert.Equal(t, tt.want, looks(tt.planned), tt.reason)
	}
}

// TestOrder: ABBA BAAB, and never the same three times.
func TestOrder(t *testing.T) {
	text := ""
	for i := range 8 {
		text += [2]string{"AB", "BA"}[newFirst(i)]
	}
	assert.Equal(t, "ABBABAABBAABABBA", text)
}

// noise is how blocks of one server vary.
type noise struct {
	slower float64 // factor of all times
	mood   float64 // what both blocks of a pair share, as deviation of the logarithm
	own    float64 // what they do not
}

// simulated makes pairs of blocks of 200 readings each, log-normal about 5 ms.
func simulated(t require.TestingT, r *rand.Rand, n int, o noise) []compare.Pair {
	block := func(mood, slower float64) compare.Run {
		h := hdrhistogram.NewPacked(1, int64(10*time.Minute/time.Microsecond), 2)
		at := 5000 * slower * math.Exp(mood+o.own*r.NormFloat64())
		for range 200 {
			require.NoError(t, h.RecordValue(max(1, int64(at*math.Exp(0.5*r.NormFloat64())))))
		}
		text, err := h.Encode()
		require.NoError(t, err)
		run, err := compare.FromReport("block", &reports.Report{
			Stages: []reports.Stage{{EndS: 1}}, Rate: reports.Rate{ScheduledPerS: 200, SentPerS: 200},
			Blocks: &reports.Blocks{WidthS: 1, List: []reports.Block{{Updates: 200, Response: string(text), Service: string(text)}}},
		})
		require.NoError(t, err)
		return run
	}
	list := make([]compare.Pair, n)
	for i := range list {
		mood := o.mood * r.NormFloat64()
		list[i] = compare.Pair{Base: block(mood, 1), New: block(mood, o.slower)}
	}
	return list
}

// TestTrials plays whole runs. The bench of the gates has the figures; here are
// few of each, with seeds that stand.
func TestTrials(t *testing.T) {
	t.Parallel()
	cases := []struct {
		reason       string
		noise        noise
		alarms, most int // of two
		pairs        float64
	}{
		{"equal servers, a quiet machine", noise{1, 0.02, 0.005}, 0, 0, 40},
		{"equal servers, a restless machine", noise{1, 0.3, 0.05}, 0, 0, 40},
		{"10 % slower: always found, and soon", noise{1.1, 0.05, 0.01}, 2, 2, 30},
		{"30 % slower on a restless machine", noise{1.3, 0.3, 0.05}, 2, 2, 30},
		{"10 % faster is no alarm", noise{1 / 1.1, 0.05, 0.01}, 0, 0, 30},
	}
	plan := newTrial(40, compare.Options{}).plan()
	for i, tt := range cases {
		alarms, pairs := 0, 0.0
		for k := range 2 {
			all := simulated(t, rand.New(rand.NewPCG(uint64(i), uint64(k))), 40, tt.noise)
			rows, used := play(all, compare.Options{}, plan)
			if has(rows, compare.Regressed) {
				alarms++
			}
			pairs += float64(used) / 2
		}
		assert.GreaterOrEqual(t, alarms, tt.alarms, tt.reason)
		assert.LessOrEqual(t, alarms, tt.most, tt.reason)
		assert.LessOrEqual(t, pairs, tt.pairs, tt.reason)
	}
}

// TestTrialSwap: never do both orders of the sides regress.
func TestTrialSwap(t *testing.T) {
	t.Parallel()
	plan := newTrial(16, compare.Options{}).plan()
	found := 0
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(5, seed))
		pairs := simulated(t, r, 16, noise{0.7 + 0.7*r.Float64(), 0.2, 0.05 * r.Float64()})
		there, _ := play(pairs, compare.Options{}, plan)
		for i, p := range pairs {
			pairs[i] = compare.Pair{Base: p.New, New: p.Base}
		}
		back, _ := play(pairs, compare.Options{}, plan)
		for i := range there {
			worse, better := there[i].Outcome == compare.Regressed, back[i].Outcome == compare.Regressed
			assert.False(t, worse && better, "seed %d: %s regressed in both orders", seed, there[i].Name)
			if worse || better {
				found++
			}
		}
	}
	assert.Positive(t, found, "no server was so much slower that this could fail")
}

func TestControl(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	assert.Nil(t, control(simulated(t, r, 2*leastControl-1, noise{slower: 1}), compare.Options{}, 1), "too few blocks")

	// The new server is far slower, which is nothing to the base's own blocks.
	c := control(simulated(t, r, 2*leastControl, noise{2, 0.1, 0.02}), compare.Options{}, 1)
	require.NotNil(t, c)
	assert.Equal(t, leastControl, c.Pairs)
	assert.Equal(t, repairings, c.Repairings)
	assert.False(t, c.broken(), "%d alarms", c.Alarms)

	// A doubt of a half finds false alarms, or the control sees none at all.
	c = control(simulated(t, r, 2*leastControl, noise{1, 0.4, 0.2}), compare.Options{Confidence: 0.5}, 1)
	assert.Greater(t, c.Alarms, repairings/10)
	assert.True(t, c.broken())
	assert.False(t, (*Control)(nil).broken())
}
