package reports

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/threshold"
	"sdegauge/internal/traffic"
)

// metricsUnder are one of each kind, with limits that some runs keep.
var metricsUnder = []string{
	"response.p50 < 40ms", "response.p90 >= 30ms", "service.mean < 50ms", "response.max <= 90ms", "class(cart).response.p50 < 40ms",
	"errors < 30%", "errors >= 10%", "class(cart).unexpected <= 9", "network_errors == 0", "status(503) < 20%", "status(200) >= 80%",
	"amplification < 1.3", "checks(U-02) <= 4", "checks.failed < 8", "lag.p50 < 2ms",
}

// drawnStage is ten seconds at ten updates a second, after a second of warm-up.
var drawnStages = []traffic.Stage{
	{Arrival: traffic.Constant, Rate: 10, Duration: time.Second, WarmUp: true},
	{Arrival: traffic.Constant, Rate: 10, Duration: 10 * time.Second},
}

// judged is a reading with what the checks said of it.
type judged struct {
	r *contract.Reading
	j *checks.Judgement
}

// drawReadings are those of the measured stage in the order of their ends; the
// last updates may not be sent.
func drawReadings(t *rapid.T) (list []judged, sent uint64) {
	sent = rapid.Uint64Range(80, 100).Draw(t, "sent")
	slow := rapid.IntRange(1, 100).Draw(t, "ms at most")
	bad := rapid.IntRange(1, 10).Draw(t, "bad of ten")
	for i := range sent {
		first := time.Second + time.Duration(i)*100*time.Millisecond
		last := rapid.IntRange(1, 3).Draw(t, "attempts")
		at := first
		for n := 1; n <= last; n++ {
			r, j := hit(i, at, ms(float64(rapid.IntRange(1, slow).Draw(t, "ms"))))
			r.Case.Class = rapid.SampledFrom([]string{"cart", "lead"}).Draw(t, "class")
			if n > 1 {
				r.Case.Class = list[len(list)-1].r.Case.Class
			}
			r.Attempt, r.Final, r.First = n, n == last, first
			good := rapid.IntRange(1, 10).Draw(t, "good") > bad
			verdict := contract.Pass
			if !good {
				r.Status, j.AsExpected, verdict = 503, false, contract.Fail
				r.Failure = rapid.SampledFrom([]contract.Failure{contract.NoFailure, contract.FailClosed, contract.FailResources}).Draw(t, "failure")
			}
			j.Findings = []checks.Finding{{Requirement: "U-02", Verdict: verdict}, {Requirement: "U-01", Verdict: contract.Skipped}}
			list = append(list, judged{r, j})
			at = r.LastByte + time.Second
		}
	}
	return list, sent
}

// runOf is the run of such readings that took until elapsed.
func runOf(list []judged, sent uint64, watched []threshold.Threshold, keep int) Run {
	c, ledger := NewCollector(), checks.NewLedger(checks.Options{})
	c.Watch(watched, drawnStages, 1)
	for _, one := range list[:keep] {
		c.Take(one.r, one.j)
		ledger.Add(one.r, one.j)
	}
	return Run{
		Readings: c, Checks: ledger.Results(), Thresholds: watched, Stages: drawnStages, Scenario: Scenario{Seed: 1},
		Lag: LagLimit{Within: time.Second},
		Summary: traffic.Summary{Elapsed: 20 * time.Second, Stages: []traffic.StageSummary{
			{End: time.Second, WarmUp: true},
			{Start: time.Second, End: 11 * time.Second, Scheduled: 100, Sent: sent, Unsent: 100 - sent},
		}},
	}
}

// One window over the measured time comes to what the run does as a whole.
func TestOneWindowIsTheRun(t *testing.T) {
	exprs := append([]string{"unsent == 0", "rate.sent >= 90%"}, metricsUnder...)
	var watched []threshold.Threshold
	for _, expr := range exprs {
		watched = append(watched, thresholds(t, expr, expr+" over 10s windows")...)
	}
	rapid.Check(t, func(t *rapid.T) {
		list, sent := drawReadings(t)
		run := runOf(list, sent, watched, len(list))
		m := &metrics{collector: run.Readings, measured: run.Readings.sum(func(k cellKey) bool { return !k.warmUp }), report: &Report{
			Totals: Totals{Scheduled: 100, Unsent: 100 - sent}, Checks: checksOf(run.Checks),
		}}
		for i := range exprs {
			whole, window := evaluate(watched[2*i], run, m), evaluate(watched[2*i+1], run, m)
			assert.Equal(t, whole.Verdict, window.Verdict, "%s: %s; %s", whole.Expr, whole.Detail, window.Detail)
			assert.Equal(t, whole.Value, window.Value, whole.Expr)
			assert.Equal(t, whole.Known, window.Known, whole.Expr)
		}
	})
}

// What was broken beyond doubt at some time is broken at the end, whatever came
// in between.
func TestBeyondDoubt(t *testing.T) {
	policy, known := contract.LookupRetryPolicy("spec")
	require.True(t, known)
	clauses := []string{" abort", " over 10s windows abort", " over 2s windows abort", " over 2s windows for 4s abort"}
	found := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		list, sent := drawReadings(t)
		keep, now := len(list), 20*time.Second
		if rapid.Bool().Draw(t, "on its way") {
			keep = rapid.IntRange(1, len(list)).Draw(t, "taken")
			now = list[keep-1].r.LastByte
		}
		// Each is alone, so that none hides another.
		for range 4 {
			expr := rapid.SampledFrom(metricsUnder).Draw(t, "threshold")
			clause := rapid.SampledFrom(clauses).Draw(t, "clause")
			one, err := threshold.Parse(expr + clause)
			require.NoError(t, err)
			watched := []threshold.Threshold{one}
			c := runOf(list, sent, watched, keep).Readings
			aborted := c.Broken(traffic.Progress{Elapsed: now}, policy, LagLimit{Within: time.Second})
			if aborted == nil {
				continue
			}
			found[clause]++
			r := New(runOf(list, sent, watched, len(list)))
			if len(r.Causes) > 0 { // unsent updates: nothing to do with the threshold
				assert.NotEqual(t, contract.Pass, r.Thresholds[0].Verdict)
				continue
			}
			assert.Equal(t, contract.Fail, r.Thresholds[0].Verdict, "%s at %v: %s; in the end %s", aborted.Threshold, now, aborted.Detail, r.Thresholds[0].Detail)
		}
	})
	for _, clause := range clauses {
		assert.NotZero(t, found[clause], "nothing was ever broken%s", clause)
	}
}

// While the instrument is late, no time of the server's is beyond doubt; an answer
// is what it is.
func TestDoubtStopsNoRun(t *testing.T) {
	policy, _ := contract.LookupRetryPolicy("none")
	for _, tt := range []struct {
		reason, expr string
		progress     traffic.Progress
		within       time.Duration
		want         bool
	}{
		{"in time", "response.max < 1ms abort", traffic.Progress{}, 5 * time.Millisecond, true},
		{"late", "response.max < 1ms abort", traffic.Progress{}, time.Microsecond, false},
		{"at the limit of attempts in flight", "response.max < 1ms abort", traffic.Progress{AtLimit: 1}, 5 * time.Millisecond, false},
		{"late, and answers are not", "status(200) < 1% abort", traffic.Progress{AtLimit: 1}, time.Microsecond, true},
		{"not asked to abort", "response.max < 1ms over 1s windows", traffic.Progress{}, 5 * time.Millisecond, false},
		{"the window goes on", "response.max < 1ms over 5s windows abort", traffic.Progress{}, 5 * time.Millisecond, false},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			c := NewCollector()
			c.Watch(thresholds(t, tt.expr), drawnStages, 1)
			for i := range uint64(400) {
				c.Take(hit(i, time.Second+time.Duration(i)*5*time.Millisecond, ms(5)))
			}
			tt.progress.Elapsed = 3 * time.Second
			a := c.Broken(tt.progress, policy, LagLimit{Share: 0.99, Within: tt.within})
			if !tt.want {
				assert.Nil(t, a)
				return
			}
			require.NotNil(t, a)
			assert.Equal(t, Abort{Threshold: tt.expr, AtS: 3, Detail: a.Detail}, *a)
			assert.NotEmpty(t, a.Detail)
		})
	}
}

// Windows lie between warm-ups, whole ones only; those of an interrupted run end
// before it does.
func TestWindowsOfStages(t *testing.T) {
	second := func(n int, warm bool) traffic.Stage {
		return traffic.Stage{Arrival: traffic.Constant, Rate: 10, Duration: time.Duration(n) * time.Second, WarmUp: warm}
	}
	stages := []traffic.Stage{second(1, true), second(3, false), second(2, false), second(2, true), second(5, false)}
	one := thresholds(t, "unexpected == 0 over 2s windows")[0]
	w := newWatch(one, newDue(stages, 1))
	var got []string
	for _, v := range w.windows {
		got = append(got, fmt.Sprintf("%v %d", v.start, v.scheduled))
	}
	assert.Equal(t, []string{"1s 20", "3s 20", "8s 20", "10s 20"}, got)
	for at, want := range map[time.Duration]time.Duration{time.Second: 1, 2999 * time.Millisecond: 1, 3 * time.Second: 3, 4999 * time.Millisecond: 3, 11 * time.Second: 10} {
		require.NotNil(t, w.window(at), at)
		assert.Equal(t, want*time.Second, w.window(at).start, at)
	}
	for _, at := range []time.Duration{0, 5 * time.Second, 7 * time.Second, 12 * time.Second, time.Minute} {
		assert.Nil(t, w.window(at), at)
	}

	c := NewCollector()
	c.Watch([]threshold.Threshold{one}, stages, 1)
	for i := range uint64(50) {
		c.Take(hit(i, time.Second+time.Duration(i)*100*time.Millisecond, ms(5)))
	}
	r := c.watchOf(one).result(Run{Summary: traffic.Summary{Interrupted: true, Elapsed: 4500 * time.Millisecond}})
	assert.Equal(t, 1, r.Windows.Judged, "the second window was cut off")
}
