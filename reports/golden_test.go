package reports

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

var update = flag.Bool("update", false, "write the golden documents anew")

// golden compares a document with the file that a person has looked at.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o777))
		require.NoError(t, os.WriteFile(path, got, 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func TestDocumentsGolden(t *testing.T) {
	r := New(sampleRun())
	calm := New(calmRun(2000))
	doubtful := calmRun(2000)
	doubtful.Summary.Stages[0].Sent, doubtful.Summary.Stages[0].Unsent = 1990, 10
	doubtful.Summary.Interrupted = true

	for _, test := range []struct {
		name, reason string
		report       *Report
		width        int
	}{
		{"fail-100.txt", "everything a run can tell, at full width", r, 100},
		{"fail-80.txt", "the same wraps on a narrow terminal", r, 80},
		{"pass.txt", "a run without a finding is short", calm, 100},
		{"inconclusive.txt", "causes come with what to change", New(doubtful), 100},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, WriteTable(&out, test.report, TableOptions{
				Width: test.width, Documents: []string{"out/report.json", "out/summary.md"},
			}), test.reason)
			golden(t, test.name, out.Bytes())
			for line := range strings.Lines(out.String()) {
				if !strings.Contains(line, "  repeat ") {
					assert.LessOrEqual(t, twwidth.Width(strings.TrimRight(line, "\n")), test.width, line)
				}
				assert.Equal(t, strings.TrimRight(line, " \n"), strings.TrimRight(line, "\n"), "trailing spaces")
			}
		})
	}
	t.Run("summary.md", func(t *testing.T) {
		var out bytes.Buffer
		require.NoError(t, WriteMarkdown(&out, r))
		golden(t, "summary.md", out.Bytes())
	})
}

// calmRun is a run of n updates in one stage, all of them as expected.
func calmRun(n uint64) Run {
	c := NewCollector()
	for i := range n {
		c.Take(hit(i, ms(5*float64(i)), ms(3+float64(i%100)/100)))
	}
	return Run{
		Scenario: Scenario{Name: "calm", Seed: 1}, Target: Target{URL: "http://127.0.0.1:8080"}, Readings: c,
		Summary: traffic.Summary{Elapsed: ms(5 * float64(n)), Stages: []traffic.StageSummary{
			{Name: "steady", End: ms(5 * float64(n)), Scheduled: n, Sent: n},
		}},
	}
}

func TestColorIsAsked(t *testing.T) {
	for _, test := range []struct {
		verdict contract.Verdict
		want    string
	}{
		{contract.Pass, "\x1b[1;32mPASS\x1b[0m  "},
		{contract.Warn, "\x1b[1;33mWARN\x1b[0m  "},
		{contract.Inconclusive, "\x1b[1;33mINCONCLUSIVE\x1b[0m  "},
		{contract.Fail, "\x1b[1;31mFAIL\x1b[0m  "},
	} {
		r := New(calmRun(10))
		r.Verdict = test.verdict
		var plain, colored bytes.Buffer
		require.NoError(t, WriteTable(&plain, r, TableOptions{}))
		require.NoError(t, WriteTable(&colored, r, TableOptions{Color: true}))
		assert.True(t, strings.HasPrefix(colored.String(), test.want), test.verdict)
		assert.NotContains(t, plain.String(), "\x1b")
	}
}

// What the server, the scenario or a path says must not act on a terminal, nor
// break a table of the summary.
func TestForeignTextIsHarmless(t *testing.T) {
	const evil = "\x1b]0;x\x07\u009b2J\u202e\u2028\r\n|`<img src=x>`\xff@all"
	run := sampleRun()
	first := run.Checks[0].First
	first.Expected, first.Got, first.Curl = evil, evil, "curl "+evil
	run.Checks[0].Title, run.Scenario.Name, run.Target.URL, run.Command = evil, evil, evil, evil
	run.Unexpected[1].Class = evil
	run.Summary.Stages[1].Name = evil
	r, j := hit(9999, 0, ms(1))
	r.Case.Class, r.Case.Fault, r.Case.Expect.Requirement, j.AsExpected = evil, evil, evil, false
	run.Readings.Take(r, j)
	report := New(run)

	var table, summary bytes.Buffer
	require.NoError(t, WriteTable(&table, report, TableOptions{Documents: []string{evil}}))
	require.NoError(t, WriteMarkdown(&summary, report))
	for _, text := range []string{table.String(), summary.String()} {
		for _, c := range text {
			require.True(t, c == '\n' || unicode.IsPrint(c), "%U", c)
		}
		assert.Contains(t, text, `\u001b]0;x\u0007\u009b2J\u202e\u2028\r\n|`, "shown, as escapes")
	}
	columns := 0
	for line := range strings.Lines(summary.String()) {
		bars := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		switch {
		case !strings.HasPrefix(line, "|"):
			columns = 0
		case columns == 0:
			columns = bars
		default:
			assert.Equal(t, columns, bars, line)
			assert.NotContains(t, line, "<")
		}
	}
}
