package live

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/traffic"
	"sdegauge/reports"
)

// TestCalendar counts instants of the schedules one by one.
func TestCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stages := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) traffic.Stage {
			return traffic.Stage{
				Arrival:  rapid.SampledFrom([]traffic.Arrival{traffic.Constant, traffic.Ramp, traffic.Poisson, traffic.Burst}).Draw(t, "arrival"),
				Duration: time.Duration(rapid.Int64Range(1, 3e9).Draw(t, "duration")),
				Rate:     rapid.Float64Range(0, 50).Draw(t, "rate"), To: rapid.Float64Range(0, 50).Draw(t, "to"),
				Count: 3, Period: 700 * time.Millisecond,
			}
		}), 1, 3).Draw(t, "stages")
		seed, total := rapid.Uint64().Draw(t, "seed"), rapid.Uint64Range(0, 80).Draw(t, "total")
		c, err := newCalendar(stages, seed, total)
		require.NoError(t, err)
		at := time.Duration(rapid.Int64Range(0, 10e9).Draw(t, "at"))

		var want uint64
		var start time.Duration
		for i, stage := range stages {
			s, err := traffic.NewSchedule(stage, seed, i)
			require.NoError(t, err)
			n, _ := s.Len()
			for k := range n {
				if start+s.At(k) < at {
					want++
				}
			}
			start += stage.Duration
		}
		if total > 0 {
			want = min(want, total)
		}
		got, ok := c.due(at)
		require.True(t, ok)
		require.Equal(t, want, got)
	})
}

func TestCalendarOfClosedStages(t *testing.T) {
	c, err := newCalendar([]traffic.Stage{
		{Arrival: traffic.Constant, Rate: 10, Duration: time.Second},
		{Arrival: traffic.Closed, Workers: 2, Duration: time.Second},
	}, 1, 0)
	require.NoError(t, err)
	n, ok := c.due(time.Second)
	assert.True(t, ok)
	assert.EqualValues(t, 10, n)
	_, ok = c.due(time.Second + 1)
	assert.False(t, ok, "answers set the pace, and nobody knows them before")

	_, err = newCalendar([]traffic.Stage{{Arrival: "gallop"}}, 1, 0)
	assert.Error(t, err)
}

// TestRecent moves the clock by hand: what lies more than five seconds back is
// forgotten.
func TestRecent(t *testing.T) {
	m, now := NewMeter(), &standing{}
	w, err := newWatch(Run{
		Stages: []traffic.Stage{{Arrival: traffic.Constant, Rate: 20, Duration: time.Minute}},
		Seed:   1, Traffic: now, Meter: m,
	})
	require.NoError(t, err)
	_, ok := w.look()
	require.False(t, ok, "nothing has begun")

	for range 30 {
		m.Take(answered(0, ms(0.5), ms(700)), true)
	}
	var v View
	for tick := range 30 { // three seconds at 10/s
		now.at = &traffic.Progress{Elapsed: time.Duration(tick+1) * 100 * time.Millisecond, Planned: time.Minute, Updates: uint64(tick + 1)}
		v, ok = w.look()
		require.True(t, ok)
	}
	assert.Equal(t, 3*time.Second, v.Recent.Span, "since the beginning, before there are five seconds")
	assert.InDelta(t, 20, v.Recent.Asked, 0.01)
	assert.InDelta(t, 10, v.Recent.Sent, 0.01)
	unsent, known := v.Unsent()
	assert.True(t, known)
	assert.EqualValues(t, 30, unsent)
	assert.Equal(t, "710 ms", quantileText(v.Recent.Response, 0.5), "700.5 ms, to the upper end of its bucket")

	kept := len(w.marks)
	for range 100 {
		now.at.Elapsed += time.Millisecond
		_, _ = w.look()
	}
	assert.Len(t, w.marks, kept+1, "who looks a hundred times leaves no hundred marks")

	for range 30 {
		m.Take(answered(0, ms(0.5), ms(3)), true)
	}
	for second := range 5 {
		now.at = &traffic.Progress{Elapsed: 3100*time.Millisecond + time.Duration(second+1)*time.Second, Planned: time.Minute, Updates: 30}
		v, _ = w.look()
	}
	assert.Equal(t, 5*time.Second, v.Recent.Span)
	assert.Zero(t, v.Recent.Sent)
	assert.EqualValues(t, 30, v.Recent.Response.Count(), "what came before is forgotten")
	assert.Equal(t, "3.5 ms", quantileText(v.Recent.Response, 0.5))
}

func TestLagText(t *testing.T) {
	view := func(late, sends int, limit reports.LagLimit) View {
		m := NewMeter()
		for i := range sends {
			lag := ms(0.3)
			if i < late {
				lag = ms(30)
			}
			m.Take(answered(0, lag, ms(1)), true)
		}
		return View{Lag: limit.At(100), Recent: Recent{Lag: m.Counts().Lag}}
	}
	for _, test := range []struct {
		name   string
		view   View
		want   string
		broken bool
	}{
		{"nothing was sent", view(0, 0, reports.LagLimit{}), "lag: nothing sent", false},
		{"one of a hundred may be late", view(1, 100, reports.LagLimit{}), "lag within its budget: 1.0 % of sends more than 1.0 ms late", false},
		{"two may not", view(2, 100, reports.LagLimit{}), "lag beyond its budget: 2.0 % of sends more than 1.0 ms late", true},
		{"the scenario allows more", view(20, 100, reports.LagLimit{Share: 0.5, Within: ms(10)}), "lag within its budget: 20.0 % of sends more than 10 ms late", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, broken := lagText(test.view)
			assert.Equal(t, test.want, text)
			assert.Equal(t, test.broken, broken)
		})
	}
}
