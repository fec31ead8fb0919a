package compare

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

var update = flag.Bool("update", false, "write the golden files anew")

// draw makes a side of runs, numbered from first so that no two are the same.
func draw(t *rapid.T, name string, first int) []Run {
	n := rapid.IntRange(1, 3).Draw(t, name+" runs")
	s := server{
		perSecond: rapid.IntRange(1, 40).Draw(t, name+" rate"), seconds: rapid.IntRange(1, 12).Draw(t, name+" seconds"),
		slower: rapid.Float64Range(0.2, 5).Draw(t, name+" slower"), slowerTail: 1, offset: 0.02, offsetTail: 0.05,
	}
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, name+" seed"), 1))
	var runs []Run
	for i := range n {
		one := s.simulate(r, first+i)
		for k := range one.Batches {
			one.Batches[k].Unexpected = r.Uint64N(one.Batches[k].Updates + 1)
		}
		runs = append(runs, one)
	}
	return runs
}

// again are the same readings as other runs.
func again(runs []Run) []Run {
	var list []Run
	for i, r := range runs {
		r.Facts.Began = time.Unix(int64(5000+i), 0)
		list = append(list, r)
	}
	return list
}

func TestSwappingSidesInvertsTheChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a", 0), draw(t, "b", 1000)
		there, err := Compare(a, b, Options{Confidence: clearConfidence})
		require.NoError(t, err)
		back, err := Compare(b, a, Options{Confidence: clearConfidence})
		require.NoError(t, err)
		for i, q := range there.Quantities {
			o := back.Quantities[i]
			if q.Change == nil {
				assert.Nil(t, o.Change)
				continue
			}
			if q.Name == errorsName {
				assert.InDelta(t, *q.Change, -*o.Change, 1e-9, q.Name)
				assert.InDelta(t, *q.From, -*o.To, 1e-9, q.Name)
				continue
			}
			assert.InEpsilon(t, 1+*q.Change, 1/(1+*o.Change), 1e-9, q.Name)
			assert.InEpsilon(t, 1+*q.From, 1/(1+*o.To), 1e-9, q.Name)
		}
	})
}

func TestEqualSidesNeverRegress(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t, "a", 0)
		c, err := Compare(a, again(a), Options{Margins: map[string]float64{"p50": 1e-6, "p99.9": 1e-6, "errors": 1e-6}})
		require.NoError(t, err)
		for _, q := range c.Quantities {
			assert.NotEqual(t, Regressed, q.Outcome, q.Name)
			if q.Change != nil {
				assert.InDelta(t, 0, *q.Change, 1e-9, q.Name)
			}
		}
		assert.NotEqual(t, contract.ExitFail, c.ExitCode)
	})
}

func TestOrderOfRunsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a", 0), draw(t, "b", 1000)
		one, err := Compare(a, b, Options{})
		require.NoError(t, err)
		other, err := Compare(rapid.Permutation(a).Draw(t, "order"), b, Options{})
		require.NoError(t, err)
		for i, q := range one.Quantities {
			if q.Change != nil {
				assert.InDelta(t, *q.Change, *other.Quantities[i].Change, 1e-9, q.Name)
				assert.InDelta(t, *q.From, *other.Quantities[i].From, 1e-9, q.Name)
			}
		}
	})
}

// The more is tolerated the better the verdict, and the surer it has to be the
// fewer regressions.
func TestMarginAndConfidenceOrder(t *testing.T) {
	t.Parallel()
	rank := map[Outcome]int{NotWorse: 0, Undecided: 1, Regressed: 2}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a", 0), draw(t, "b", 1000)
		margin := rapid.Float64Range(0.001, 3).Draw(t, "margin")
		all := func(m float64) map[string]float64 {
			margins := map[string]float64{}
			for _, name := range Names() {
				margins[name] = m
			}
			return margins
		}
		strict, err := Compare(a, b, Options{Margins: all(margin)})
		require.NoError(t, err)
		mild, err := Compare(a, b, Options{Margins: all(2 * margin)})
		require.NoError(t, err)
		sure, err := Compare(a, b, Options{Margins: all(margin), Confidence: 0.9999})
		require.NoError(t, err)
		for i, q := range strict.Quantities {
			assert.LessOrEqual(t, rank[mild.Quantities[i].Outcome], rank[q.Outcome], q.Name)
			if sure.Quantities[i].Outcome == Regressed {
				assert.Equal(t, Regressed, q.Outcome, q.Name)
			}
		}
	})
}

// side makes runs of a server, the same each time.
func sideOf(slower float64, runs, seconds, first int, edit func(*Run)) []Run {
	s := server{perSecond: 300, seconds: seconds, slower: slower, slowerTail: 1, offset: 0.01, offsetTail: 0.02}
	r := rand.New(rand.NewPCG(uint64(first), 7))
	var list []Run
	for i := range runs {
		one := s.simulate(r, first+i)
		one.Name = fmt.Sprintf("run-%d", first+i)
		one.Facts.Scenario, one.Facts.Fingerprint, one.Facts.Seed = "gate", "63b6883ef6aae8c1", 1
		one.Facts.Machine = reports.Machine{OS: "linux", Arch: "amd64", CPUs: 2, Go: "go1.26.0"}
		one.Facts.Target = reports.Target{URL: fmt.Sprintf("http://127.0.0.1:%d", 40000+first+i), Transport: "fast"}
		one.Facts.Tool = reports.Tool{Name: "sdegauge", Version: "v1", Go: "go1.26.0"}
		edit(&one)
		list = append(list, one)
	}
	return list
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	plain := func(*Run) {}
	six := sideOf(1, 6, 10, 0, plain)
	cases := []struct {
		name      string
		base, new []Run
		options   Options
		exit      int
		verdict   contract.Verdict
		says      []string // in the reason, the warnings or the notes
	}{
		{"slower", six, sideOf(1.25, 6, 10, 100, plain), Options{}, contract.ExitFail, contract.Fail, []string{"p50 regressed by +2"}},
		{"faster is not worse", six, sideOf(0.7, 6, 10, 100, plain), Options{}, contract.ExitPass, contract.Pass, []string{"nothing got worse"}},
		{"an interrupted run decides nothing", six, sideOf(1.5, 6, 10, 100, func(r *Run) { r.Facts.Doubt = "it was interrupted" }), Options{},
			contract.ExitInconclusive, contract.Inconclusive, []string{"run-100 cannot be relied on: it was interrupted", "and 4 more runs"}},
		{"one run a side says so", sideOf(1, 1, 60, 0, plain), sideOf(1, 1, 60, 100, plain), Options{},
			contract.ExitInconclusive, contract.Inconclusive, []string{"each side is one run", "p50 is undecided; it needs about ", " runs of 60 s on each side"}},
		{"another machine", six, sideOf(0.7, 6, 10, 100, func(r *Run) { r.Facts.Machine.CPUs = 64 }), Options{},
			contract.ExitPass, contract.Warn, []string{"the machines differ: linux/amd64 with 2 processors (base), linux/amd64 with 64 processors (new)"}},
		{"another seed within a side", six, sideOf(0.7, 6, 10, 100, func(r *Run) { r.Facts.Seed = uint64(r.Facts.Began.Unix() % 2) }), Options{},
			contract.ExitPass, contract.Warn, []string{"the seeds differ: 1 (base), 0, 1 (new)"}},
		{"another host", six, sideOf(0.7, 6, 10, 100, func(r *Run) { r.Facts.Target.URL = "https://203.0.113.7" }), Options{},
			contract.ExitPass, contract.Warn, []string{"the targets differ: http://127.0.0.1 (base), https://203.0.113.7 (new)"}},
		{"more errors", six, sideOf(0.7, 6, 10, 100, func(r *Run) {
			for i := range r.Batches {
				r.Batches[i].Unexpected = r.Batches[i].Updates / 50
			}
		}), Options{}, contract.ExitFail, contract.Fail, []string{"errors regressed by +2.00 pt"}},
		{"a server that falls behind", six, sideOf(0.7, 6, 10, 100, func(r *Run) { r.Facts.SentPerS *= 0.8 }), Options{},
			contract.ExitFail, contract.Fail, []string{"rate regressed by -20.0 %"}},
		{"too few readings for p99", sideOf(1, 1, 1, 0, plain), sideOf(1, 1, 1, 100, plain),
			Options{Margins: map[string]float64{"p50": 5, "p90": 5, "p95": 5, "rate": 5, "errors": 0.5}},
			contract.ExitInconclusive, contract.Inconclusive, []string{"p99 is undecided; it needs 1,000 readings on each side; one has 300"}},
		{"nothing is gated", six, sideOf(2, 6, 10, 100, plain),
			Options{Margins: map[string]float64{"p50": 0, "p90": 0, "p95": 0, "p99": 0, "rate": 0, "errors": 0}},
			contract.ExitInconclusive, contract.Inconclusive, []string{"no quantity is gated"}},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := Compare(tt.base, tt.new, tt.options)
			require.NoError(t, err)
			var text bytes.Buffer
			require.NoError(t, c.WriteJSON(&text))
			assert.Equal(t, tt.exit, c.ExitCode, c.Reason)
			assert.Equal(t, tt.verdict, c.Verdict)
			for _, says := range tt.says {
				assert.Contains(t, text.String(), says)
			}
		})
	}
}

func TestSidesThatCannotBeCompared(t *testing.T) {
	t.Parallel()
	one := sideOf(1, 2, 5, 0, func(*Run) {})
	_, err := Compare(one, nil, Options{})
	require.ErrorContains(t, err, "a run on each side")
	_, err = Compare(one[:1], one[:1], Options{})
	require.ErrorContains(t, err, "run-0 and run-0 are the same run")
	_, err = Compare([]Run{one[0], one[0]}, one[1:], Options{})
	require.ErrorContains(t, err, "the same run", "it would be taken for two")
}

func TestGolden(t *testing.T) {
	t.Parallel()
	base := sideOf(1, 3, 20, 0, func(*Run) {})
	changed := sideOf(1.3, 1, 20, 100, func(r *Run) { r.Facts.Seed = 2 })
	c, err := Compare(base, changed, Options{Margins: map[string]float64{"p99.9": 0.25}})
	require.NoError(t, err)
	forms := map[string]func(*bytes.Buffer) error{
		"text.txt":    func(b *bytes.Buffer) error { return c.WriteText(b, reports.TableOptions{}) },
		"narrow.txt":  func(b *bytes.Buffer) error { return c.WriteText(b, reports.TableOptions{Width: 80}) },
		"markdown.md": func(b *bytes.Buffer) error { return c.WriteMarkdown(b) },
	}
	for name, write := range forms {
		var got bytes.Buffer
		require.NoError(t, write(&got))
		path := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(path, got.Bytes(), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(want), got.String(), name)
	}
}
