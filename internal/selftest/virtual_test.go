package selftest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/memnet"
	"sdegauge/internal/run"
	"sdegauge/reports"
)

// inMemory measures without TCP.
func inMemory(ctx context.Context, scenario string) (*reports.Report, error) {
	network := memnet.New()
	return newMeasurer(run.Options{Network: run.Network{
		Dial: network.Dial, Listen: network.Listen,
	}})(ctx, scenario)
}

// TestStallInVirtualTime carries the stall's two scenarios to their rows in a
// bubble, where nothing but the stall takes time. The 900th of 1,000 response
// times is 1.000 s and the 990th 1.900 s; the histogram gives the upper ends of
// their buckets, 1.000447 s and 1.900543 s. With ten slots it is the same, where
// a clock that starts at the send sees nothing at all.
func TestStallInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows, err := full.stall().measure(t.Context(), inMemory)
		require.NoError(t, err)
		require.Len(t, rows, 5)
		for i, ms := range []float64{1000.447, 1900.543, 1000.447, 1900.543, 0} {
			require.NotNil(t, rows[i].Reading, rows[i].What)
			assert.InDelta(t, ms, *rows[i].Reading, 1e-9, rows[i].What)
		}
		assert.Equal(t, []contract.Verdict{pass, pass, pass, pass, observed}, verdicts(rows))
	})
}

// TestDistributionsInVirtualTime: where the way to the server takes no time, all
// that is left is chance, and its bounds hold.
func TestDistributionsInVirtualTime(t *testing.T) {
	p := pace{steady: 4 * time.Second, queue: 10 * time.Second}
	for _, e := range []experiment{p.exponential(), p.queued()} {
		t.Run(e.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rows, err := e.measure(t.Context(), inMemory)
				require.NoError(t, err)
				require.Len(t, rows, 3)
				for _, r := range rows {
					require.NotNil(t, r.Reading, r.What)
					assert.Equal(t, pass, r.Verdict, r.What)
				}
			})
		})
	}
}
