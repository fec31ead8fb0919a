package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/selftest"
)

// TestRunQuotesCalibration: a report says what the calibration says, and warns
// where its own peak comes near the ceiling.
func TestRunQuotesCalibration(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "calibration.json")
	c := &selftest.Calibration{
		Schema: selftest.Schema, Measured: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Tool: "test",
		Machine: selftest.ThisMachine(), Whole: true, Verdict: contract.Pass,
		Ceiling: &selftest.Ceiling{HoldsPerS: 60, BreaksPerS: 70, Transport: "fast"},
	}
	require.NoError(t, c.Save(path))
	scenario := filepath.Join(dir, "small.yaml")
	require.NoError(t, os.WriteFile(scenario, []byte(`
name: small
stages: [{arrival: constant, rate: 50/s, duration: 200ms}]
mix: [{class: cart, weight: 1}]
`), 0o600))
	var out, errs bytes.Buffer
	execute(t.Context(), []string{"run", scenario, "--quiet", "--calibration", path, "--out", filepath.Join(dir, "out")}, &out, &errs)
	assert.Contains(t, out.String(), "calibration of 2026-01-02: selftest pass, ceiling 60.0/s; the run's peak was 83.3 % of it", errs.String())
	assert.Contains(t, out.String(), "warning: the run's peak of 50.0/s is above 70 % of what this machine can send in time")
}
