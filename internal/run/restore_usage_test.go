package run_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/journal"
	"sdegauge/internal/run"
)

// A killed run still tells what it used of its machine until the last mark of its
// log; where it was killed before the first, the report says that this is missing.
func TestRestoreCutKeepsUsage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, journal.Name)
	logged(t, t.Context(), `
name: long enough
stages: [{arrival: constant, rate: 200/s, duration: 2500ms}]
mix: [{class: cart, weight: 1}]
`, dir)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, row := range []struct {
		reason string
		size   int
		known  bool
	}{
		{"all but the end", len(whole) - 20, true},
		{"no mark is left", len(whole) / 9, false},
	} {
		t.Run(row.reason, func(t *testing.T) {
			cut := filepath.Join(t.TempDir(), journal.Name)
			require.NoError(t, os.WriteFile(cut, whole[:row.size], 0o600))
			r, err := run.Restore(cut)
			require.NoError(t, err)
			require.Equal(t, "killed", r.Causes[0].Cause)
			assert.Contains(t, r.Causes[0].Detail, "connections")
			if !row.known {
				assert.Nil(t, r.Instrument.Usage)
				assert.Contains(t, r.Causes[0].Detail, "used of its machine")
				return
			}
			require.NotNil(t, r.Instrument.Usage)
			assert.Positive(t, r.Instrument.Usage.Processors)
			assert.NotContains(t, r.Causes[0].Detail, "used of its machine")
		})
	}
}
