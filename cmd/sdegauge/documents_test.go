package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// validates holds JSON documents against a JSON Schema: validates
// report.schema.json out/report.json.
func validates(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: validates SCHEMA FILE [FILE ...]")
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(compiler.AddResource("schema.json", document))
	schema, err := compiler.Compile("schema.json")
	ts.Check(err)
	for _, file := range args[1:] {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile(file)))
		ts.Check(err)
		if err := schema.Validate(document); err != nil {
			ts.Fatalf("%s: %v", file, err)
		}
	}
}

// TestMetricsWhileItRuns asks a run that goes on for its metrics, as Prometheus
// does, until its updates are in them.
func TestMetricsWhileItRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "endless.yaml"), []byte(endless), 0o600))
	process := exec.CommandContext(t.Context(), "sdegauge", "run", "endless.yaml", "--out", "out", "--quiet", "--metrics", ":0")
	process.Dir = dir
	errs, err := process.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	lines := bufio.NewScanner(errs)
	require.True(t, lines.Scan())
	url, told := strings.CutPrefix(lines.Text(), "metrics at ")
	require.True(t, told, lines.Text())

	client := http.Client{Timeout: 10 * time.Second}
	assert.Eventually(t, func() bool {
		response, err := client.Get(url)
		if err != nil {
			return false
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return false
		}
		var parser expfmt.TextParser
		families, err := parser.TextToMetricFamilies(bytes.NewReader(body))
		require.NoError(t, err)
		answered := families["sdegauge_response_seconds"].Metric[0].GetHistogram().GetSampleCount()
		return answered > 0 && families["sdegauge_updates_as_expected_total"].Metric[0].GetCounter().GetValue() > 0
	}, 20*time.Second, 50*time.Millisecond)
	require.NoError(t, process.Process.Signal(os.Interrupt))
	assert.Equal(t, contract.ExitInterrupted, exitOf(t, process))
}

// TestDisplayOn chooses by what the writer is, and by the environment.
func TestDisplayOn(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	defer file.Close()
	t.Setenv("TERM", "xterm")
	for _, out := range []io.Writer{io.Discard, file} {
		assert.Equal(t, "*live.Lines", fmt.Sprintf("%T", displayOn(out)))
	}
	assert.True(t, dumb(""))
	assert.True(t, dumb("dumb"))
	assert.False(t, dumb("xterm-256color"))
}
