package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// endless is a run that only an interrupt ends.
const endless = `
name: endless
reference: [latency=50ms]
stages: [{arrival: constant, rate: 50/s, duration: 1h}]
mix: [{class: cart, weight: 1}]
`

// TestInterrupt: the first interrupt writes a partial report that says so.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	process, progress, dir := startEndless(t)
	waitForLine(t, progress, "stage 1 of 1")
	time.Sleep(300 * time.Millisecond) // some readings, so that there is something to lose
	require.NoError(t, process.Process.Signal(os.Interrupt))
	waitForLine(t, progress, "interrupted")

	assert.Equal(t, contract.ExitInterrupted, exitOf(t, process))
	r, err := reports.Read(filepath.Join(dir, "out"))
	require.NoError(t, err)
	assert.True(t, r.Interrupted)
	assert.Equal(t, contract.ExitInterrupted, r.ExitCode)
	assert.Equal(t, contract.Inconclusive, r.Verdict)
	assert.NotZero(t, r.Totals.Updates)
	assert.Equal(t, r.Totals.Scheduled, r.Totals.Updates+r.Totals.Unsent+r.Totals.Unfinished)
}

// TestSecondInterrupt ends the program at once.
func TestSecondInterrupt(t *testing.T) {
	t.Parallel()
	process, progress, _ := startEndless(t)
	waitForLine(t, progress, "stage 1 of 1")
	require.NoError(t, process.Process.Signal(os.Interrupt))
	waitForLine(t, progress, "interrupted")
	// The first may have ended the program by now; the code is the same.
	_ = process.Process.Signal(os.Interrupt)
	assert.Equal(t, contract.ExitInterrupted, exitOf(t, process))
}

// startEndless starts a run that lasts an hour and ends it with the test.
func startEndless(t *testing.T) (*exec.Cmd, *bufio.Scanner, string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "endless.yaml"), []byte(endless), 0o600))
	process := exec.CommandContext(t.Context(), "sdegauge", "run", "endless.yaml", "--out", "out")
	process.Dir = dir
	errs, err := process.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	return process, bufio.NewScanner(errs), dir
}

func waitForLine(t *testing.T, lines *bufio.Scanner, part string) {
	t.Helper()
	for lines.Scan() {
		if strings.Contains(lines.Text(), part) {
			return
		}
	}
	require.Fail(t, "the program never wrote "+part)
}

func exitOf(t *testing.T, process *exec.Cmd) int {
	t.Helper()
	err := process.Wait()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	return exit.ExitCode()
}
