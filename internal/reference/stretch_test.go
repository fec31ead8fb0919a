package reference_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/reference"
)

func TestStretchMovesWhatIsPlannedByTheClock(t *testing.T) {
	faults, err := reference.ParseFaults("stall=2s-4s", "outage=10s-20s:500", "cold=6s", "latency=5ms")
	require.NoError(t, err)
	half, err := reference.ParseFaults("stall=1s-2s", "outage=5s-10s:500", "cold=3s", "latency=5ms")
	require.NoError(t, err)

	assert.Equal(t, half.Switches(), faults.Stretch(0.5).Switches())
	assert.Equal(t, faults.Switches(), faults.Stretch(1).Switches())
}
