//go:build unix

package ab

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/reports/compare"
	"sdegauge/scenarios"
)

// gates is for make bench-gates: it takes minutes, and its figures are those of
// the machine that it runs on.
var gates = flag.Int("gates", 0, "real runs of each kind in TestGates; 0 skips it")

// gateLag is for machines that have more to do, where 1 ms cannot be kept.
var gateLag = flag.Duration("lag", time.Millisecond, "how late a send may be in TestGates")

// gateRepeats are the runs that are simulated of each kind.
const gateRepeats = 1000

// gateScenario loads each server with 500 a second.
const gateScenario = `
name: gates
target: {account: acme_01}
sessions: {count: 100, create_rate: 1000/s}
stages:
  - {arrival: constant, rate: 500/s, duration: 2s, warm_up: true}
  - {arrival: poisson, rate: 500/s, duration: 10s}
mix:
  - {class: page, weight: 20}
  - {class: prodView, weight: 30}
  - {class: cart, weight: 20}
  - {class: purchase, weight: 5, depth: full}
`

// gateCases are what is tried. The times of the reference server are log-normal
// with a median of 13.99 ms.
var gateCases = []struct {
	name    string
	latency string // of the new server
	hogs    int    // busy loops beside the run
	// alarms and finds bound the share of regressions, above and below.
	alarms, finds float64
}{
	{"equal servers", "lognormal:20ms/100ms", 0, 0.01, 0},
	{"all 10 % slower", "lognormal:22ms/110ms", 0, 1, 0.95},
	{"p99 25 % slower, p50 as before", "lognormal:21.79ms/125ms", 0, 1, 0.95},
	{"equal servers beside a CPU hog", "lognormal:20ms/100ms", 2 * runtime.NumCPU(), 0.01, 0},
}

// TestGates measures the promises of the comparison with the reference server on
// loopback, each server a process of its own. A hundred real runs of a minute
// would take hours. So of each kind one run is recorded to its end; runs whose
// pairs are drawn from those with replacement, and of A/A turned at random, are
// played by the thousand; and some real runs are made besides.
func TestGates(t *testing.T) {
	if *gates == 0 {
		t.Skip("takes minutes; make bench-gates runs it")
	}
	program := filepath.Join(t.TempDir(), "sdegauge")
	out, err := exec.Command("go", "build", "-o", program, "sdegauge/cmd/sdegauge").CombinedOutput()
	require.NoError(t, err, "%s", out)
	for i, tt := range gateCases {
		t.Run(tt.name, func(t *testing.T) {
			for range tt.hogs {
				stop := hog(t)
				defer stop()
			}
			recorded := gateRun(t, program, tt.latency, true)
			t.Logf("recorded: %d pairs, %d more dropped", len(recorded.Kept), recorded.Dropped)
			for _, q := range recorded.Quantities {
				if q.Change != nil {
					t.Logf("recorded: %s %+.1f %%", q.Name, 100**q.Change)
				}
			}
			if float64(recorded.Dropped) <= droppedMost*float64(recorded.Measured) {
				regressed, pairs := replay(recorded, uint64(i), tt.finds == 0)
				t.Logf("simulated: %d of %d regressed, on average after %.0f pairs", regressed, gateRepeats, pairs)
				within(t, regressed, gateRepeats, tt.alarms, tt.finds)
			} else {
				t.Log("simulated: none, for every run with such blocks is inconclusive")
			}
			regressed := 0
			for range *gates {
				r := gateRun(t, program, tt.latency, false)
				t.Logf("real: %s after %.0f s on each side: %s", r.Verdict, r.SideS, r.Reason)
				if r.Verdict == contract.Fail {
					regressed++
				}
			}
			t.Logf("real: %d of %d regressed", regressed, *gates)
			within(t, regressed, *gates, tt.alarms, tt.finds)
		})
	}
}

// within holds a share of regressions against its bounds; three deviations of a
// count are left to chance.
func within(t *testing.T, regressed, n int, most, least float64) {
	t.Helper()
	slack := func(p float64) float64 { return 3 * math.Sqrt(float64(n)*p*(1-p)) }
	require.LessOrEqual(t, float64(regressed), most*float64(n)+slack(most))
	require.GreaterOrEqual(t, float64(regressed), least*float64(n)-slack(least))
}

// replay plays runs of pairs that are drawn from recorded ones, and counts those
// that end with a regression.
func replay(recorded *Result, seed uint64, turn bool) (regressed int, pairs float64) {
	trial := newTrial(recorded.Planned, compare.Options{})
	plan := trial.plan()
	for i := range gateRepeats {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		drawn := make([]compare.Pair, recorded.Planned)
		for k := range drawn {
			drawn[k] = recorded.Kept[r.IntN(len(recorded.Kept))]
			if turn && r.Uint64()&1 == 1 {
				drawn[k].Base, drawn[k].New = drawn[k].New, drawn[k].Base
			}
		}
		rows, used := play(drawn, compare.Options{}, plan)
		if has(rows, compare.Regressed) {
			regressed++
		}
		pairs += float64(used) / gateRepeats
	}
	return regressed, pairs
}

// gateRun makes one run; to its end where it is to be recorded.
func gateRun(t *testing.T, program, latency string, toTheEnd bool) *Result {
	t.Helper()
	s, err := scenarios.Parse("gates.yaml", []byte(gateScenario), scenarios.Options{})
	require.NoError(t, err)
	s.Limits.Lag.Within = *gateLag
	server := func(latency string) Server {
		address := freeAddress(t)
		return Server{
			URL:   "http://" + address,
			Start: fmt.Sprintf("exec %s serve --addr %s --account acme_01 --switch latency=%s", program, address, latency),
		}
	}
	o := Options{Base: server(gateCases[0].latency), New: server(latency), Output: t.TempDir()}
	if toTheEnd { // nothing is decided where nothing is gated
		o.Compare.Margins = map[string]float64{}
		for _, name := range compare.Names() {
			o.Compare.Margins[name] = 0
		}
	}
	r, err := Run(t.Context(), s, o)
	require.NoError(t, err)
	return r
}

// hog keeps a processor busy until it is stopped.
func hog(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c := exec.CommandContext(ctx, "sh", "-c", "while :; do :; done")
	c.Stderr = os.Stderr
	require.NoError(t, c.Start())
	return func() {
		cancel()
		_ = c.Wait() // it was killed
	}
}

// freeAddress is a loopback address where nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}
