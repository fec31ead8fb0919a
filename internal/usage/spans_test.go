package usage

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Looks follow one another once a second, and the last one at the end.
func TestMeterLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := Start()
		assert.Zero(t, m.SoFar().Elapsed, "there was no look yet")
		time.Sleep(3*time.Second + lookEvery/2)
		synctest.Wait()
		so := m.SoFar()
		assert.Equal(t, 3*time.Second, so.Elapsed)
		assert.Empty(t, so.Spans)
		u := m.Stop()
		assert.Equal(t, 3500*time.Millisecond, u.Elapsed)
		require.Len(t, u.Spans, 4)
		for i, span := range u.Spans {
			assert.Equal(t, time.Duration(i)*time.Second, span.Start)
		}
		assert.Equal(t, 500*time.Millisecond, u.Spans[3].Elapsed)
	})
}

// However long the run: the spans are few, follow one another and hold all that
// was used.
func TestSpansAreBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := spans{width: lookEvery}
		var at, cpu time.Duration
		for i := range rapid.IntRange(1, 5*longest).Draw(t, "looks") {
			span := Span{Start: at, Usage: Usage{Elapsed: lookEvery + time.Duration(i%3-1)*time.Millisecond, CPU: time.Duration(i)}}
			s.add(span)
			at += span.Elapsed
			cpu += span.CPU
		}
		if len(s.list) > longest {
			t.Fatalf("%d spans", len(s.list))
		}
		for _, span := range s.list {
			if span.Start != s.list[0].Start+at-left(s.list, span.Start) {
				t.Fatalf("a gap before %v", span.Start)
			}
			cpu -= span.CPU
		}
		if cpu != 0 {
			t.Fatalf("%v of CPU time were lost", cpu)
		}
	})
}

// left is how much time the spans from an instant on hold.
func left(list []Span, from time.Duration) (sum time.Duration) {
	for _, span := range list {
		if span.Start >= from {
			sum += span.Elapsed
		}
	}
	return sum
}

func TestTogether(t *testing.T) {
	calm := Usage{Elapsed: 3 * time.Second, Processors: 2, CPU: time.Second, GCPauseLongest: 1, SchedulerP99: 9, MachineBusy: 0.2}
	busy := Usage{Elapsed: time.Second, Processors: 2, CPU: time.Second, GC: 5, GCPause: 8, GCPauseLongest: 8, SchedulerP99: 2, MachineBusy: 1, Stolen: 0.4}
	u := Together([]Usage{calm, busy})
	assert.Equal(t, 4*time.Second, u.Elapsed)
	assert.Equal(t, 0.25, u.CPUShare())
	assert.InDelta(t, 0.4, u.MachineBusy, 1e-9, "a quarter of the time at 1, the rest at 0.2")
	assert.InDelta(t, 0.1, u.Stolen, 1e-9)
	assert.EqualValues(t, 8, u.GCPauseLongest)
	assert.EqualValues(t, 9, u.SchedulerP99)
	assert.EqualValues(t, 5, u.GC)

	busy.CPU, busy.MachineBusy, busy.Stolen = -1, -1, -1
	u = Together([]Usage{calm, busy})
	assert.Negative(t, u.CPUShare(), "one of them does not tell")
	assert.Negative(t, u.MachineBusy)
	assert.Negative(t, u.Stolen)
	assert.Zero(t, Together(nil).Elapsed)
}
