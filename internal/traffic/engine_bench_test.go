package traffic

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// null answers at once.
type null struct{}

func (null) Exchange(_ context.Context, r *contract.Reading, began time.Time) {
	r.Status, r.LastByte = 200, time.Since(began)
	r.Connected, r.FirstByte = r.LastByte, r.LastByte
}
func (null) Close() {}

// counter is the cheapest sink.
type counter struct{ n atomic.Uint64 }

func (c *counter) Take(*contract.Reading) { c.n.Add(1) }

// BenchmarkEngine is what one update costs besides its exchange and its
// judgement: schedule, ring, dispatch, Vegeta and the reading. The target is
// never waited for.
func BenchmarkEngine(b *testing.B) {
	for _, workers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("closed-%d", workers), func(b *testing.B) {
			benchmarkRun(b, Stage{Arrival: Closed, Workers: workers, Duration: time.Hour})
		})
	}
	b.Run("late", func(b *testing.B) { // as fast as possible: everything is due at once
		benchmarkRun(b, Stage{Arrival: Burst, Count: 1 << 40, Period: time.Hour, Duration: time.Hour})
	})
}

func benchmarkRun(b *testing.B, stage Stage) {
	b.ReportAllocs()
	sink := &counter{}
	s, err := Run(b.Context(), Plan{
		Stages: stages(stage), Limits: Limits{Total: uint64(b.N), InFlight: 64},
		Source: numbered{}, Sessions: &oneSession{}, Exchanger: null{}, Sink: sink,
	})
	require.NoError(b, err)
	require.EqualValues(b, b.N, sink.n.Load())
	b.ReportMetric(float64(s.RingDry)/float64(b.N), "dry/op")
}
