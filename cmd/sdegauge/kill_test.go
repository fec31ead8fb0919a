package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/journal"
	"sdegauge/internal/reference"
	"sdegauge/reports"
)

// TestKill: a run that is killed can still be reported on: what its log held
// when it was killed is in the report, and no more than the server saw.
func TestKill(t *testing.T) {
	t.Parallel()
	handler, err := reference.New(reference.Options{Accounts: []string{"acme_01"}})
	require.NoError(t, err)
	server, err := reference.Listen("127.0.0.1:0", handler)
	require.NoError(t, err)
	defer server.Close(t.Context())
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "endless.yaml"), []byte(`
name: endless
sessions: {count: 2}
stages: [{arrival: constant, rate: 50/s, duration: 1h}]
mix: [{class: cart, weight: 1}]
`), 0o600))
	process := exec.CommandContext(t.Context(), "sdegauge", "run", "endless.yaml", "--out", "out", "--target", server.URL(), "--account", "acme_01")
	process.Dir = dir
	errs, err := process.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	waitForLine(t, bufio.NewScanner(errs), "stage 1 of 1")

	held := uint64(0)
	for held < 20 { // the log is written once a second
		time.Sleep(50 * time.Millisecond)
		held = readingsHeld(t, filepath.Join(dir, "out", journal.Name))
	}
	require.NoError(t, process.Process.Kill())
	require.Error(t, process.Wait())
	require.NoFileExists(t, filepath.Join(dir, "out", "report.json"))

	report := exec.CommandContext(t.Context(), "sdegauge", "report", "out")
	report.Dir = dir
	var out bytes.Buffer
	report.Stdout = &out
	require.NoError(t, report.Start())
	assert.Equal(t, contract.ExitInterrupted, exitOf(t, report))
	assert.Contains(t, out.String(), "the run was killed")

	r, err := reports.Read(filepath.Join(dir, "out"))
	require.NoError(t, err)
	assert.True(t, r.Interrupted)
	assert.Equal(t, contract.Inconclusive, r.Verdict)
	require.Equal(t, "killed", r.Causes[0].Cause)
	assert.GreaterOrEqual(t, r.Totals.Attempts, held)
	counts := handler.Counts()
	seen := counts.All().Total() - counts.Creates.Total()
	assert.LessOrEqual(t, r.Totals.Attempts, seen)
	assert.Equal(t, r.Totals.Attempts, r.Statuses[200])
	assert.Equal(t, r.Totals.Scheduled, r.Totals.Updates+r.Totals.Unsent+r.Totals.Unfinished)
	assert.InDelta(t, 50, r.Rate.ScheduledPerS, 5)
}

// readingsHeld counts the readings of a log that is still being written.
func readingsHeld(t *testing.T, path string) uint64 {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	s := journal.NewScanner(bytes.NewReader(data))
	for err == nil {
		_, err = s.Next()
	}
	return s.State().Readings
}
