package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// members reads a JSON object as a stranger would.
func members(t *testing.T, v any, path ...string) map[string]any {
	t.Helper()
	for _, name := range path {
		v = v.(map[string]any)[name]
		if list, ok := v.([]any); ok {
			require.NotEmpty(t, list, name)
			v = list[0]
		}
	}
	object, ok := v.(map[string]any)
	require.True(t, ok, "%v is no object", path)
	return object
}

// Readers of report.json rely on these names.
func TestJSONMembers(t *testing.T) {
	run := sampleRun()
	run.Reference = &ReferenceCount{Attempts: 1, Statuses: map[int]uint64{200: 1}}
	var out bytes.Buffer
	require.NoError(t, WriteJSON(&out, New(run)))
	var report any
	require.NoError(t, json.Unmarshal(out.Bytes(), &report))

	quantiles := []string{"count", "mean_ms", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "p999_ms", "max_ms"}
	for _, test := range []struct {
		path  []string
		names []string
	}{
		{nil, []string{"schema", "tool", "scenario", "target", "verdict", "exit_code", "interrupted", "totals", "warm_up", "rate", "latency",
			"statuses", "failures", "classes", "faults", "checks", "thresholds", "inconclusive", "stages", "series", "retries",
			"sessions", "reference", "machine", "began", "elapsed_s", "command"}},
		{[]string{"tool"}, []string{"name", "version", "go"}},
		{[]string{"scenario"}, []string{"name", "seed", "first_seq"}},
		{[]string{"target"}, []string{"url", "reference"}},
		{[]string{"totals"}, []string{"scheduled", "updates", "attempts", "unsent", "as_expected", "unexpected", "network_errors"}},
		{[]string{"warm_up"}, []string{"scheduled", "updates", "attempts", "as_expected", "unexpected", "network_errors", "statuses"}},
		{[]string{"rate"}, []string{"scheduled_per_s", "sent_per_s"}},
		{[]string{"latency"}, []string{"response", "service", "lag"}},
		{[]string{"latency", "response"}, quantiles},
		{[]string{"latency", "service"}, quantiles},
		{[]string{"latency", "lag"}, quantiles},
		{[]string{"classes"}, []string{"name", "updates", "as_expected", "statuses", "latency"}},
		{[]string{"classes", "latency", "response"}, quantiles},
		{[]string{"faults"}, []string{"name", "requirement", "updates", "as_expected", "statuses"}},
		{[]string{"checks"}, []string{"id", "level", "title", "verdict", "judged", "failed", "warned", "example", "smallest"}},
		{[]string{"checks", "example"}, []string{"seq", "attempt", "expected", "got", "request", "request_body", "status", "response_body", "curl"}},
		{[]string{"thresholds"}, []string{"expr", "value", "unit", "verdict", "detail", "implicit"}},
		{[]string{"stages"}, []string{"name", "warm_up", "start_s", "end_s", "scheduled", "sent", "unsent"}},
		{[]string{"series"}, []string{"start_s", "width_s", "sent", "as_expected", "statuses", "latency"}},
		{[]string{"retries"}, []string{
			"policy", "succeeded_at", "gave_up", "amplification", "amplification_peak", "time_to_success",
			"client_errors_retried", "attempts_asked", "attempts_wrote", "pauses",
		}},
		{[]string{"sessions"}, []string{"created", "recycled", "create_failures"}},
		{[]string{"reference"}, []string{"attempts", "statuses"}},
		{[]string{"machine"}, []string{"os", "arch", "cpus", "go"}},
	} {
		assert.Subset(t, slices.Collect(maps.Keys(members(t, report, test.path...))), test.names, test.path)
	}

	top := members(t, report)
	assert.Equal(t, "sdegauge/report/1", top["schema"])
	assert.Equal(t, "fail", top["verdict"])
	assert.EqualValues(t, 1, top["exit_code"])
	assert.Equal(t, "MUST", members(t, report, "checks")["level"])
	assert.EqualValues(t, 1913, members(t, report, "statuses")["200"])
	p999, there := members(t, report, "latency", "response")["p999_ms"]
	assert.True(t, there && p999 == nil, "null where the sample is too small")
	snakeCase(t, report)
}

func snakeCase(t *testing.T, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			assert.Regexp(t, regexp.MustCompile(`^[a-z0-9_]+$`), name)
			snakeCase(t, member)
		}
	case []any:
		for _, entry := range v {
			snakeCase(t, entry)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for name, run := range map[string]Run{"full": sampleRun(), "calm": calmRun(30), "empty": calmRun(0)} {
		t.Run(name, func(t *testing.T) {
			r := New(run)
			dir := filepath.Join(t.TempDir(), "a", "b")
			paths, err := Save(dir, r)
			require.NoError(t, err)
			assert.Equal(t, []string{filepath.Join(dir, "report.json"), filepath.Join(dir, "report.html"), filepath.Join(dir, "summary.md"),
				filepath.Join(dir, "junit.xml"), filepath.Join(dir, "series.csv")}, paths)
			for _, path := range []string{dir, paths[0]} {
				again, err := Read(path)
				require.NoError(t, err)
				assert.Equal(t, r, again)
			}
			// The documents can be made again from the file alone.
			again, err := Read(dir)
			require.NoError(t, err)
			var first, second bytes.Buffer
			require.NoError(t, WriteTable(&first, r, TableOptions{}))
			require.NoError(t, WriteTable(&second, again, TableOptions{}))
			assert.Equal(t, first.String(), second.String())
		})
	}
}

func TestSaveReplacesWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.json")
	require.NoError(t, os.WriteFile(path, []byte("of the run before"), 0o644))

	full := &fs.PathError{Op: "write", Path: path, Err: syscall.ENOSPC}
	err := ReplaceFile(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half a rep")
		return full
	})
	require.ErrorIs(t, err, syscall.ENOSPC)
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "of the run before", string(kept))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "no half-written file is left")

	_, err = Save(dir, New(calmRun(1)))
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o644), info.Mode().Perm())
}

func TestSaveErrors(t *testing.T) {
	err := saveError("out/report.json", &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC})
	assert.ErrorContains(t, err, "write out/report.json: the disk is full; make room or choose another folder with --out; the tables above are complete")
	assert.ErrorIs(t, err, syscall.ENOSPC)
	assert.ErrorContains(t, saveError("out", fs.ErrPermission), "no permission")

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	paths, err := Save(filepath.Join(file, "out"), New(calmRun(1)))
	assert.Empty(t, paths)
	assert.ErrorContains(t, err, "write "+filepath.Join(file, "out")+"; the tables above are complete")
}

// failing is a writer that is full.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestWritersReportErrors(t *testing.T) {
	r := New(calmRun(1))
	assert.ErrorContains(t, WriteTable(failing{}, r, TableOptions{}), "write the tables: full")
	assert.ErrorContains(t, WriteMarkdown(failing{}, r), "write the summary: full")
	assert.ErrorContains(t, WriteJSON(failing{}, r), "write the report as JSON: full")
}

func TestReadErrors(t *testing.T) {
	_, err := Read(filepath.Join(t.TempDir(), "none.json"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
	for _, test := range []struct{ data, want string }{
		{``, "this is no report"},
		{`[]`, "this is no report"},
		{`{}`, `the schema is "", this program reads "sdegauge/report/1"`},
		{`{"schema":"sdegauge/report/2"}`, `the schema is "sdegauge/report/2", this program reads "sdegauge/report/1"`},
		{`{"schema":"sdegauge/report/1","totals":7}`, `this is no report of schema "sdegauge/report/1"`},
		{`{"schema":"sdegauge/report/1"} trailing`, "this is no report"},
	} {
		_, err := parse([]byte(test.data))
		assert.ErrorContains(t, err, test.want, test.data)
	}
	r, err := parse([]byte(`{"schema":"sdegauge/report/1","of_a_later_version":1}`))
	require.NoError(t, err)
	assert.Equal(t, Schema, r.Schema)
}

// Whatever a file says, reading it and showing it must not panic.
func FuzzParse(f *testing.F) {
	var sample bytes.Buffer
	require.NoError(f, WriteJSON(&sample, New(calmRun(3))))
	f.Add(sample.Bytes())
	f.Add([]byte(`{"schema":"sdegauge/report/1","checks":[{"verdict":"fail","level":"MUST"}],"stages":[{},{}],"unexpected":[{"example":{}}]}`))
	f.Add([]byte(`{"schema":"sdegauge/report/1","totals":{"updates":1},"warm_up":{"updates":9}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parse(data)
		if err != nil {
			return
		}
		require.NoError(t, WriteTable(io.Discard, r, TableOptions{Width: 80}))
		require.NoError(t, WriteMarkdown(io.Discard, r))
		for _, v := range r.Series {
			_, _ = DecodeHistogram(v.Latency.Response.Histogram)
		}
	})
}
