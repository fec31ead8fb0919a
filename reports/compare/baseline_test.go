package compare

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

func TestBaselineRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		runs := draw(t, "side", 0)
		runs = runs[:min(2, len(runs))] // encoding takes time
		for i := range runs {
			runs[i].Facts.Began = runs[i].Facts.Began.UTC()
		}
		var first, second bytes.Buffer
		require.NoError(t, WriteBaseline(&first, runs))
		back, err := parse("baseline.json", first.Bytes())
		require.NoError(t, err)
		assert.Equal(t, runs, back)
		require.NoError(t, WriteBaseline(&second, back))
		assert.Equal(t, first.String(), second.String(), "the same runs make the same bytes")
	})
}

func TestBaselineIsFitForARepository(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	require.NoError(t, WriteBaseline(&text, sideOf(1, 6, 10, 0, func(*Run) {})))
	t.Logf("%d bytes", text.Len())
	assert.Less(t, text.Len(), 40_000)
	for line := range strings.Lines(text.String()) {
		assert.Less(t, len(line), 90)
	}
	assert.Contains(t, text.String(), `"p50_ms": 3.`, "what a reader of a diff looks for")
}

func TestBaselineRefusesDoubt(t *testing.T) {
	t.Parallel()
	err := WriteBaseline(&bytes.Buffer{}, sideOf(1, 2, 5, 0, func(r *Run) { r.Facts.Doubt = "it was interrupted" }))
	require.ErrorContains(t, err, "run-0 is no base to compare with: it was interrupted; run it again")
}

func TestRead(t *testing.T) {
	t.Parallel()
	var baseline bytes.Buffer
	require.NoError(t, WriteBaseline(&baseline, sideOf(1, 1, 5, 0, func(*Run) {})))
	whole := baseline.String()
	report := func(b *reports.Blocks) string {
		text, err := json.Marshal(reports.Report{Schema: reports.Schema, Verdict: contract.Pass, Blocks: b})
		require.NoError(t, err)
		return string(text)
	}
	cases := []struct{ name, text, says string }{
		{"nothing", "", "neither a report nor a baseline"},
		{"cut off", whole[:len(whole)/2], "neither a report nor a baseline"},
		{"another schema", `{"schema": "sdegauge/report/9"}`, `the schema is "sdegauge/report/9", not "sdegauge/report/1" or "sdegauge/baseline/1"`},
		{"a schema that paints", `{"schema": "\u001b[2J"}`, `the schema is "\u001b[2J"`},
		{"a report without blocks", report(nil), "run the scenario again"},
		{"a report that measured nothing", report(&reports.Blocks{WidthS: 1}), "measured nothing"},
		{"blocks without a width", report(&reports.Blocks{List: []reports.Block{{Updates: 1}}}), "batch 0 has 1 updates, 0 of them unexpected, in 0 s"},
		{"a damaged sketch", report(&reports.Blocks{WidthS: 1, List: []reports.Block{{Updates: 1, Response: "AAAA"}}}), "blocks.list[0].response"},
		{"more errors than updates", report(&reports.Blocks{WidthS: 1, List: []reports.Block{{Unexpected: 1}}}), "batch 0 has 0 updates, 1 of them unexpected"},
		{"an empty baseline", `{"schema": "sdegauge/baseline/1", "runs": []}`, "holds no run"},
		{"a baseline of a stranger", strings.Replace(whole, `"updates"`, `"upgrades"`, 1), `unknown field "upgrades"`},
		{"a rate without end", strings.Replace(whole, `"sent_per_s": 300`, `"sent_per_s": 1e300`, 1), "runs[0]: its rates are 300/s and 1e+300/s"},
		{"a damaged baseline", strings.Replace(whole, `"length_s": 5`, `"length_s": -5`, 1), "runs[0]: batch 0 has"},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "file.json")
			require.NoError(t, os.WriteFile(path, []byte(tt.text), 0o600))
			_, err := Read(path)
			require.ErrorContains(t, err, tt.says)
			require.ErrorContains(t, err, path)
		})
	}
	_, err := Read(filepath.Join(t.TempDir(), "missing"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Whatever a file holds, it is refused or compared, and what is read can be
// written again.
func FuzzRead(f *testing.F) {
	var baseline bytes.Buffer
	s := server{perSecond: 20, seconds: 1, slower: 1, slowerTail: 1}
	if err := WriteBaseline(&baseline, []Run{s.simulate(newRandom(), 1)}); err != nil {
		f.Fatal(err)
	}
	f.Add(baseline.Bytes())
	f.Add([]byte(`{"schema":"sdegauge/report/1","verdict":"pass","blocks":{"width_s":1,"list":[{"updates":3,"unexpected":1}]}}`))
	f.Add([]byte(`{"schema":"sdegauge/baseline/1","runs":[{"batches":[{"length_s":1}]}]}`))
	other := s.simulate(newRandom(), 2)
	f.Fuzz(func(t *testing.T, data []byte) {
		runs, err := parse("file", data)
		if err != nil {
			return
		}
		c, err := Compare(runs, []Run{other}, Options{})
		if err != nil {
			return
		}
		require.NoError(t, c.WriteJSON(&bytes.Buffer{}))
		require.NoError(t, c.WriteText(&bytes.Buffer{}, reports.TableOptions{}))
	})
}
