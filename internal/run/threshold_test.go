package run_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/journal"
	"sdegauge/internal/run"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

// stalling stands still for two seconds of a minute: 60 of 1,800 updates wait for
// a second on average, which is 3 % of all and 20 % of ten seconds.
const stalling = `
name: stalling
reference: ["latency=exp:2ms", stall=25s-27s]
sessions: {count: 50}
stages:
  - {arrival: constant, rate: 10/s, duration: 5s, warm_up: true}
  - {arrival: constant, rate: 30/s, duration: 1m}
mix: [{class: page, weight: 1}, {class: cart, weight: 1}]
`

// inMemoryWith runs a scenario with more thresholds in a bubble, with its log
// in a folder; the report made from the log is the same to the byte.
func inMemoryWith(t *testing.T, text string, expressions ...string) (r *reports.Report) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := parse(t, text)
		require.NoError(t, s.Apply(scenarios.Override{Thresholds: expressions}))
		var err error
		r, err = run.Run(t.Context(), s, run.Options{Version: "test", Network: memoryNetwork(), Log: filepath.Join(dir, journal.Name)})
		require.NoError(t, err)
		time.Sleep(time.Minute) // for time-outs of connections that are closed by now
	})
	again, err := run.Restore(filepath.Join(dir, journal.Name))
	require.NoError(t, err)
	assert.Equal(t, asJSON(t, r), asJSON(t, again), "the log tells the same")

	assert.Equal(t, r.Reference.Statuses, r.Statuses)
	assert.Equal(t, r.Totals.Attempts, *r.Retries.AttemptsWrote)
	assert.Equal(t, r.Totals.Attempts, r.Log.Readings)
	assert.Equal(t, r.Totals.Scheduled, r.Totals.Updates+r.Totals.Unsent+r.Totals.Unfinished)
	return r
}

func TestThresholdsOverWindows(t *testing.T) {
	t.Parallel()
	whole, windows := "response.p90 < 250ms", "response.p90 < 250ms over 10s windows"
	patient, tooPatient := windows+" for 20s", "response.max < 250ms over 1s windows for 2s"
	class, one := "class(cart).errors < 2% over 20s windows", "response.p90 < 250ms over 1m windows"
	r := inMemoryWith(t, stalling, whole, windows, patient, tooPatient, class, one)
	require.Len(t, r.Thresholds, 7, "and the implicit one")
	got := map[string]reports.Threshold{}
	for _, one := range r.Thresholds {
		got[one.Expr] = one
	}
	assert.Equal(t, contract.Pass, got[whole].Verdict, got[whole].Detail)
	assert.Less(t, *got[whole].Value, 50.0)

	assert.Equal(t, contract.Fail, got[windows].Verdict)
	assert.Contains(t, got[windows].Detail, "broken in 1 of 6 windows of 10s; worst ")
	assert.Contains(t, got[windows].Detail, " over 300 readings, from 25s to 35s", "the windows begin where the warm-up ends")
	assert.Equal(t, reports.ThresholdWindows{WidthS: 10, Judged: 6, Broken: 1, BreachS: 10, BreachStartS: 25, WorstStartS: 25}, *got[windows].Windows)

	assert.Equal(t, contract.Pass, got[patient].Verdict)
	assert.Contains(t, got[patient].Detail, "held in 5 of 6 windows of 10s, broken for at most 10s, less than 20s; worst ")
	assert.Equal(t, contract.Fail, got[tooPatient].Verdict)
	assert.Contains(t, got[tooPatient].Detail, "broken in 2 of 60 windows of 1s, for 2s without a pause, from 25s to 27s")

	assert.Equal(t, contract.Pass, got[class].Verdict, got[class].Detail)
	assert.Equal(t, 3, got[class].Windows.Judged)

	assert.Equal(t, got[whole].Value, got[one].Value, "one window is the whole")
	assert.Equal(t, contract.Fail, r.Verdict)
	assert.Equal(t, 1, r.ExitCode)
	assert.Nil(t, r.Aborted)
	assert.InDelta(t, 65, r.ElapsedS, 0.1)
}

func TestThresholdsAbort(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		reason, scenario, expr string
		atS                    float64 // 0: to the end, and nothing is broken
	}{
		{"the window that broke has to end first", stalling, "response.p90 < 250ms over 10s windows abort", 35},
		{"two windows in a row, once their answers are in", stalling, "response.max < 250ms over 1s windows for 2s abort", 28},
		{"a breach that is short enough", stalling, "response.p90 < 250ms over 10s windows for 20s abort", 0},
		{"the whole may still turn out well", stalling, "response.p90 < 250ms abort", 0},
		{"what is worse than the rest could mend", stalling, "response.p98 < 250ms abort", 28},
		{"one is too many, whatever follows", outage, "unexpected == 0 abort", 11},
		{"a share that the rest could mend", outage, "errors < 20% abort", 0},
		{"a share that the rest cannot mend", outage, "errors < 10% abort", 16},
		{"an update that waits for its retry is not lost", retried, "errors < 5% over 5s windows abort", 0},
		{"of a class", outage, "class(cart).errors < 30% over 10s windows abort", 20},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			t.Parallel()
			r := inMemoryWith(t, tt.scenario, tt.expr, "unexpected <= 1000000")
			if tt.atS == 0 {
				assert.LessOrEqual(t, r.Verdict, contract.Warn, r.Reason)
				assert.Nil(t, r.Aborted)
				assert.False(t, r.Interrupted)
				assert.Equal(t, 0, r.ExitCode)
				return
			}
			require.NotNil(t, r.Aborted, r.Reason)
			assert.Equal(t, tt.expr, r.Aborted.Threshold)
			assert.Equal(t, tt.atS, r.Aborted.AtS)
			assert.NotEmpty(t, r.Aborted.Detail)
			assert.InDelta(t, tt.atS, r.ElapsedS, 0.2, "what is under way gets a moment to land")
			assert.True(t, r.Interrupted)
			assert.Equal(t, contract.Fail, r.Verdict)
			assert.Equal(t, 1, r.ExitCode)
			assert.Empty(t, r.Causes)
			assert.Contains(t, r.Reason, "; it stopped the run after ")
			assert.Equal(t, contract.Fail, r.Thresholds[0].Verdict, "what came in after that changed nothing")
		})
	}
}

// outage answers a sixth of a minute's updates 503, without a retry.
const outage = `
name: outage
reference: ["latency=exp:2ms", "outage=10s-20s:503"]
sessions: {count: 50}
stages: [{arrival: poisson, rate: 20/s, duration: 1m}]
mix: [{class: page, weight: 1}, {class: cart, weight: 1}]
retry: {policy: none}
`

// retried answers ten seconds of updates 503, and each of them is sent again until
// it is as expected.
const retried = `
name: retried
reference: ["latency=exp:2ms", "outage=10s-20s:503"]
sessions: {count: 50}
stages: [{arrival: poisson, rate: 30/s, duration: 30s}]
mix: [{class: page, weight: 1}]
retry: {policy: spec}
`
