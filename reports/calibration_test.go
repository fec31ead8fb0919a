package reports

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

func TestCalibrationHeldAgainstARun(t *testing.T) {
	run := &Report{
		Stages: []Stage{{StartS: 0, EndS: 2, Scheduled: 200}, {StartS: 2, EndS: 3, Scheduled: 690}},
		Series: []Interval{{WidthS: 1, Due: 100}, {WidthS: 1, Due: 100}, {WidthS: 1, Due: 700}},
	}
	tests := []struct {
		reason  string
		ceiling float64
		verdict contract.Verdict
		warning string
	}{
		{"70 % of the ceiling is allowed", 1000, contract.Pass, ""},
		{"more is not", 999, contract.Pass, "above 70 %"},
		{"a selftest that failed counts more", 999, contract.Fail, "selftest failed"},
		{"and without a peak too", 100_000, contract.Fail, "selftest failed"},
		{"no ceiling, nothing to come near", 0, contract.Inconclusive, ""},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			quoted := &Calibration{HoldsPerS: tt.ceiling, Verdict: tt.verdict}
			got := quoted.holdAgainst(run)
			assert.Equal(t, 700.0, got.PeakPerS, "the last second with its retries")
			if tt.warning == "" {
				assert.Empty(t, got.Warning)
			} else {
				assert.Contains(t, got.Warning, tt.warning)
			}
			assert.Zero(t, quoted.PeakPerS, "what is quoted stays as it is")
		})
	}
	assert.Nil(t, (*Calibration)(nil).holdAgainst(run))
}

func TestCalibrationSection(t *testing.T) {
	r := &Report{Calibration: &Calibration{
		Measured: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Verdict: contract.Pass, HoldsPerS: 14000, PeakPerS: 12600, Warning: "close",
	}}
	s := calibrationSection(r)
	assert.Equal(t, []string{"calibration of 2026-01-02: selftest pass, ceiling 14,000.0/s; the run's peak was 90.0 % of it"}, s.notes)
	require.Len(t, s.findings, 1)
	assert.Equal(t, "warning: close", s.findings[0].title)
	r.Target.Transport, r.Calibration.Transport = "std", "fast"
	assert.Contains(t, calibrationSection(r).notes[0], "ceiling 14,000.0/s of the transport fast; the run's peak")
	r.Calibration.HoldsPerS, r.Calibration.Warning = 0, ""
	s = calibrationSection(r)
	assert.Equal(t, []string{"calibration of 2026-01-02: selftest pass"}, s.notes)
	assert.Empty(t, s.findings)
	assert.Empty(t, calibrationSection(&Report{}).notes)
}

func TestPage(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, WritePage(&out, Page{
		Verdict: contract.Warn, Reason: "because", Subtitle: "of what",
		Tables: []Table{
			{Columns: []Column{{"name", false}, {"number", true}}, Rows: [][]string{{"a", "1"}, {"b", figure.Number(1234.56, 1)}}},
			{Notes: []string{"a note"}},
		},
	}, TableOptions{}))
	assert.Equal(t, "WARN  because\nof what\n\nname   number\n───────────────\na           1\nb     1,234.6\n\na note\n", out.String())
}
