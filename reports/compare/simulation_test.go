package compare

import (
	"flag"
	"math"
	"math/bits"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// simulated is for figures; the test by itself makes a few comparisons of the
// most important kinds.
var simulated = flag.Int("simulate", 0, "comparisons of each kind in TestSimulation; 0 is a few")

// server is a server as a run sees it, second by second.
type server struct {
	perSecond int
	seconds   int
	// slower multiplies every time, slowerTail those of the slow twentieth.
	slower, slowerTail float64
	// offset and offsetTail are how much runs differ, as deviations of logarithms.
	offset, offsetTail float64
}

// simulate makes a run: log-normal times with a slow twentieth of heavy tail, a
// level that wanders from second to second (AR(1) with 0.8) and drifts over the
// run, and an offset of the run and of its tail.
func (s server) simulate(r *rand.Rand, number int) Run {
	const (
		median, width   = 3000.0, 0.5 // µs
		slowShare, slow = 0.05, 3.0
		wander, memory  = 0.02, 0.8
	)
	offset := s.offset * r.NormFloat64()
	tail := s.offsetTail * r.NormFloat64()
	drift := 0.02 * r.NormFloat64()
	level := wander * r.NormFloat64()
	var blocks []Batch
	counts := make([]int64, slots)
	for second := range s.seconds {
		level = memory*level + math.Sqrt(1-memory*memory)*wander*r.NormFloat64()
		at := math.Exp(offset+level+drift*float64(second)/float64(s.seconds)) * median * s.slower
		clear(counts)
		for range s.perSecond {
			t := at * math.Exp(width*r.NormFloat64())
			if r.Float64() < slowShare {
				t *= slow * math.Exp(tail) * s.slowerTail * math.Pow(1-r.Float64(), -0.25)
			}
			counts[slot(int64(t))]++
		}
		blocks = append(blocks, Batch{LengthS: 1, Updates: uint64(s.perSecond), response: gathered(counts)})
	}
	return Run{
		Name:    "run",
		Batches: batched(blocks),
		Facts: Facts{
			Began: time.Unix(int64(number), 0), MeasuredS: float64(s.seconds),
			ScheduledPerS: float64(s.perSecond), SentPerS: float64(s.perSecond),
		},
	}
}

func newRandom() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// slots is how many buckets there can be, and slot numbers them in their order.
const slots = 23 << exactBits

func slot(value int64) int {
	shift := max(0, bits.Len64(uint64(value))-exactBits)
	return shift<<exactBits + int(value>>shift)
}

func gathered(counts []int64) sketch {
	var s sketch
	for i, n := range counts {
		if n > 0 {
			s = append(s, bucket{int64(i%(1<<exactBits)) << (i >> exactBits), n})
		}
	}
	return s
}

// tally counts the verdicts of comparisons of base with changed, of n runs a
// side.
func tally(t *testing.T, seed uint64, comparisons, runs int, base, changed server) map[Outcome]int {
	t.Helper()
	outcomes := make([]Outcome, comparisons)
	var wait sync.WaitGroup
	for worker := range 2 {
		wait.Go(func() {
			for i := worker; i < comparisons; i += 2 {
				r := rand.New(rand.NewPCG(seed, uint64(i)))
				var b, n []Run
				for k := range runs {
					b = append(b, base.simulate(r, k))
					n = append(n, changed.simulate(r, 1000+k))
				}
				c, err := Compare(b, n, Options{})
				if assert.NoError(t, err) {
					outcomes[i] = whole(c)
				}
			}
		})
	}
	wait.Wait()
	counts := map[Outcome]int{}
	for _, o := range outcomes {
		counts[o]++
	}
	return counts
}

// whole is what a comparison says of all quantities together.
func whole(c *Comparison) Outcome {
	switch c.ExitCode {
	case contract.ExitFail:
		return Regressed
	case contract.ExitInconclusive:
		return Undecided
	}
	return NotWorse
}

// TestSimulation counts wrong verdicts where the truth is known. A minute a side,
// in six runs of ten seconds or in one of sixty.
func TestSimulation(t *testing.T) {
	t.Parallel()
	like := server{perSecond: 500, slower: 1, slowerTail: 1}
	quiet := func(s server) server { s.offset, s.offsetTail = 0.01, 0.02; return s }
	usual := func(s server) server { s.offset, s.offsetTail = 0.02, 0.04; return s }
	restless := func(s server) server { s.offset, s.offsetTail = 0.03, 0.06; return s }
	cases := []struct {
		name             string
		runs, seconds    int
		mood             func(server) server
		slower, tail     float64
		alarms, detected float64 // at most, at least; a share
		always           bool    // not only where figures are asked for
	}{
		{"equal, six runs, quiet", 6, 10, quiet, 1, 1, 0.01, 0, false},
		{"equal, six runs, usual", 6, 10, usual, 1, 1, 0.01, 0, true},
		{"equal, six runs, restless", 6, 10, restless, 1, 1, 0.01, 0, false},
		{"equal, three runs, usual", 3, 20, usual, 1, 1, 0.01, 0, false},
		{"equal, two runs, restless", 2, 30, restless, 1, 1, 0.01, 0, false},
		{"equal, one run, usual", 1, 60, usual, 1, 1, 0.01, 0, true},
		{"equal, one run, restless", 1, 60, restless, 1, 1, 0.01, 0, false},
		{"all 10 % slower, six runs, quiet", 6, 10, quiet, 1.1, 1, 1, 0.95, false},
		{"all 10 % slower, six runs, usual", 6, 10, usual, 1.1, 1, 1, 0.95, true},
		{"all 10 % slower, six runs, restless", 6, 10, restless, 1.1, 1, 1, 0, false},
		{"all 10 % slower, three runs, usual", 3, 20, usual, 1.1, 1, 1, 0, false},
		{"all 10 % slower, one run, quiet", 1, 60, quiet, 1.1, 1, 1, 0, false},
		{"tail 28 % slower, six runs, quiet", 6, 10, quiet, 1, 1.28, 1, 0.95, false},
		{"tail 28 % slower, six runs, usual", 6, 10, usual, 1, 1.28, 1, 0.95, true},
		{"tail 28 % slower, six runs, restless", 6, 10, restless, 1, 1.28, 1, 0, false},
		{"tail 28 % slower, three runs, usual", 3, 20, usual, 1, 1.28, 1, 0, false},
	}
	comparisons := *simulated
	if comparisons == 0 {
		comparisons = 4
	}
	for i, tt := range cases {
		if *simulated == 0 && !tt.always {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			base := tt.mood(like)
			base.seconds = tt.seconds
			changed := base
			changed.slower, changed.slowerTail = tt.slower, tt.tail
			counts := tally(t, uint64(i), comparisons, tt.runs, base, changed)
			n := float64(comparisons)
			t.Logf("of %d: regressed %d, not worse %d, undecided %d", comparisons, counts[Regressed], counts[NotWorse], counts[Undecided])
			// Three deviations of a count about its promise are left to chance.
			slack := func(p float64) float64 { return 3 * math.Sqrt(n*p*(1-p)) }
			require.LessOrEqual(t, float64(counts[Regressed]), n*tt.alarms+slack(tt.alarms))
			require.GreaterOrEqual(t, float64(counts[Regressed]), n*tt.detected-slack(tt.detected))
		})
	}
}
