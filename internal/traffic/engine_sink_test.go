package traffic

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// sleeper is a sink that takes a millisecond for the first reading, two for the
// second, and so on.
type sleeper struct{ n int }

func (s *sleeper) Take(*contract.Reading) {
	s.n++
	time.Sleep(time.Duration(s.n) * ms)
}

// TestSinkTime: what the sink takes is known, and holds the place in flight.
func TestSinkTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := Run(t.Context(), withParts(Plan{
			Stages:    stages(Stage{Arrival: Burst, Count: 10, Period: time.Second, Duration: time.Second}),
			Exchanger: always(5*ms, 200), Sink: &sleeper{}, Limits: Limits{InFlight: 1},
		}))
		require.NoError(t, err)
		assert.Equal(t, 55*ms, s.SinkTime, "1 + 2 + … + 10")
		assert.Equal(t, 10*ms, s.SinkLongest)
		assert.EqualValues(t, 9, s.AtLimit)
		assert.GreaterOrEqual(t, s.Elapsed, 105*ms, "each waits for the one before, its sink included")
	})
}
