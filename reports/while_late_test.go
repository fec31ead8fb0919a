package reports

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/usage"
)

// secondwise is the usage of ten seconds, of which spoil changes the one it names.
func secondwise(second int, spoil func(*usage.Usage)) *usage.Usage {
	calm := usage.Usage{Elapsed: time.Second, Processors: 2, CPU: 400 * time.Millisecond, MachineBusy: 0.3}
	u := &usage.Usage{Elapsed: 10 * time.Second, Processors: 2, CPU: 4 * time.Second, MachineBusy: 0.37}
	for i := range 10 {
		span := usage.Span{Start: time.Duration(i) * time.Second, Usage: calm}
		if i == second {
			spoil(&span.Usage)
		}
		u.Spans = append(u.Spans, span)
	}
	return u
}

// The run's first 30 sends, all in its first second, are late.
func TestCauseOfAShortBurst(t *testing.T) {
	crowd := func(u *usage.Usage) { u.MachineBusy = 1 }
	for _, test := range []struct {
		reason string
		second int
		spoil  func(*usage.Usage)
		change func(*Run)
		cause  string
		says   string
	}{
		{"another program filled the machine just then", 0, crowd, nil,
			"other programs", "in the 1.0 s in which sends were late, the machine's processors were 100 % busy, and this program filled 20 % of its own"},
		{"this program did, and the bodies' lateness is its doing", 0, func(u *usage.Usage) { u.CPU = 2 * time.Second },
			func(r *Run) { r.Summary.RingDry = 30 },
			"processors", "in the 1.0 s in which sends were late, this program filled 100 % of its 2 processors"},
		{"the collector stopped long just then", 0, func(u *usage.Usage) { u.GCPauseLongest = 7 * time.Millisecond }, nil,
			"garbage collection", "its longest pause 7.00 ms"},
		{"the machine was full at another time", 5, crowd, nil,
			"unknown", "nothing that was measured explains it"},
		{"the meter began before the run did", 1, crowd,
			func(r *Run) {
				r.Summary.Began = time.Date(2026, 1, 1, 0, 0, 1, 0, time.UTC)
				r.Usage.Began = r.Summary.Began.Add(-time.Second)
			}, "other programs", "in the 1.0 s"},
		{"no seconds were measured", 0, crowd, func(r *Run) { r.Usage.Spans = nil },
			"unknown", "nothing that was measured explains it"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			run := lateRun(30)
			run.Usage = secondwise(test.second, test.spoil)
			if run.Usage.Began = run.Summary.Began; test.change != nil {
				test.change(&run)
			}
			r := New(run)
			assert.Equal(t, contract.Inconclusive, r.Verdict)
			require.NotEmpty(t, r.Causes)
			assert.Equal(t, test.cause, r.Causes[0].Cause)
			assert.Contains(t, r.Causes[0].Detail, "1.50 % of 2,000 sends left more than 1 ms late (p99 5.00 ms): ")
			assert.Contains(t, r.Causes[0].Detail, test.says)
		})
	}
}

// A second of warm-up, and one in which no more were late than might be, tell
// nothing of why the others were.
func TestWhileLate(t *testing.T) {
	run := lateRun(30)
	run.Usage = secondwise(0, func(*usage.Usage) {})
	run.Usage.Began = run.Summary.Began
	w := New(run).Instrument.WhileLate
	require.NotNil(t, w)
	assert.Equal(t, 1.0, w.LengthS)
	assert.Nil(t, w.OpenFiles, "descriptors are known of the whole run only")

	budget := LagBudget{Share: 0.99, WithinMS: 1}
	s := &run.Readings.series
	assert.Equal(t, time.Second, s.lateBetween(0, 10*time.Second, budget))
	assert.Equal(t, 300*time.Millisecond, s.lateBetween(700*time.Millisecond, 2*time.Second, budget))
	assert.Zero(t, s.lateBetween(time.Second, 10*time.Second, budget))
	assert.Zero(t, s.lateBetween(0, time.Second, LagBudget{Share: 0.8, WithinMS: 1}), "30 of 200 might be")
	s.intervals[0].warmUp = s.intervals[0].due
	assert.Zero(t, s.lateBetween(0, 10*time.Second, budget))

	assert.Nil(t, New(lateRun(30)).Instrument.WhileLate, "nothing was measured")
}
