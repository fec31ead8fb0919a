package reports

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/threshold"
)

func thresholds(t *testing.T, exprs ...string) (list []threshold.Threshold) {
	t.Helper()
	for _, expr := range exprs {
		one, err := threshold.Parse(expr)
		require.NoError(t, err)
		list = append(list, one)
	}
	return list
}

// spoil takes one more reading of a measured update that is not as expected.
func spoil(r *Run, status int, failure contract.Failure) {
	one, j := hit(99_999, ms(10), ms(3))
	one.Status, one.Failure, j.AsExpected = status, failure, false
	r.Readings.Take(one, j)
	r.Summary.Stages[0].Scheduled++
	r.Summary.Stages[0].Sent++
}

func check(id string, v contract.Verdict, judged, warned, failed uint64) checks.Result {
	return checks.Result{ID: id, Level: contract.Must, Verdict: v, Judged: judged, Warned: warned, Failed: failed}
}

// Each row is a run of 2,000 updates, all as expected in 4 to 5 ms, with one
// thing changed.
func TestVerdict(t *testing.T) {
	for _, test := range []struct {
		reason  string
		n       uint64
		change  func(t *testing.T, r *Run)
		verdict contract.Verdict
		exit    int
		says    string
	}{
		{"nothing is wrong", 2000, func(*testing.T, *Run) {},
			contract.Pass, 0, "every gate held; 2,000 of 2,000 measured updates were as expected"},
		{"what was merely observed decides nothing", 2000, func(_ *testing.T, r *Run) {
			r.Checks = []checks.Result{check("U-10", contract.ObservedOnly, 5, 0, 0), check("U-11", contract.Skipped, 0, 0, 0)}
		}, contract.Pass, 0, "every gate held"},
		{"a warning is told and does not fail", 2000, func(_ *testing.T, r *Run) {
			r.Checks = []checks.Result{check("U-06", contract.Warn, 50, 3, 0)}
		}, contract.Warn, 0, "check U-06 warned of 3 of 50 responses judged"},
		{"a failed check fails", 2000, func(_ *testing.T, r *Run) {
			r.Checks = []checks.Result{check("U-02", contract.Fail, 50, 0, 1), check("U-06", contract.Warn, 50, 3, 0)}
		}, contract.Fail, 1, "check U-02 failed 1 of 50 responses judged"},
		{"of many reasons two are named", 2000, func(_ *testing.T, r *Run) {
			r.Checks = []checks.Result{check("U-01", contract.Fail, 1, 0, 1), check("U-02", contract.Fail, 1, 0, 1), check("U-03", contract.Fail, 1, 0, 1)}
		}, contract.Fail, 1, "check U-01 failed 1 of 1 response judged; check U-02 failed 1 of 1 response judged; and 1 more"},
		{"thresholds that hold pass", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "response.p99 < 250ms", "errors < 0.2%", "rate.sent >= 99%", "amplification < 1.2", "status(503) < 1%",
				"unsent == 0", "network_errors == 0", "lag.max < 10ms", "class(cart).service.p95 < 80ms", "service.mean < 5ms")
		}, contract.Pass, 0, "every gate held"},
		{"a broken latency threshold fails", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "response.p50 < 1ms")
		}, contract.Fail, 1, "threshold response.p50 < 1ms does not hold"},
		{"an unexpected update breaks the implicit gate", 2000, func(_ *testing.T, r *Run) {
			spoil(r, 500, contract.NoFailure)
		}, contract.Fail, 1, "threshold unexpected == 0 does not hold: 1 of 2,001 updates"},
		{"a network error is unexpected", 2000, func(_ *testing.T, r *Run) {
			spoil(r, 0, contract.FailClosed)
		}, contract.Fail, 1, "threshold unexpected == 0 does not hold"},
		{"who speaks of errors has the gate they asked for", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "errors < 0.2%")
			spoil(r, 500, contract.NoFailure)
		}, contract.Pass, 0, "2,000 of 2,001"},
		{"a threshold on one class does not replace the implicit gate", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "class(cart).errors < 1%")
			spoil(r, 500, contract.NoFailure)
		}, contract.Fail, 1, "threshold unexpected == 0 does not hold"},
		{"a sample too small decides nothing", 999, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "response.p99 < 250ms")
		}, contract.Inconclusive, 4, "threshold response.p99 < 250ms cannot be decided: p99 needs 1,000 readings, there are 999"},
		{"a share of too few updates decides nothing", 500, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "errors < 0.1%")
		}, contract.Inconclusive, 4, "cannot be decided: 0% over 500 updates, 95% bound 0.6%; to tell 0.1% takes 3,000 updates"},
		{"a class that was not sent decides nothing", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "class(lead).errors < 1%")
		}, contract.Inconclusive, 4, "cannot be decided: no update was measured"},
		{"a check that judged nothing decides nothing", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "checks(U-02) == 0")
		}, contract.Inconclusive, 4, "no response was judged by U-02"},
		{"a threshold on a check counts its failures", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "checks(U-02) == 0")
			r.Checks = []checks.Result{check("U-02", contract.Fail, 9, 0, 2)}
		}, contract.Fail, 1, "threshold checks(U-02) == 0 does not hold: 2 of 9 judged responses"},
		{"nothing measured", 0, func(*testing.T, *Run) {},
			contract.Inconclusive, 4, "no update was measured"},
		{"unsent", 2000, func(_ *testing.T, r *Run) {
			r.Summary.Stages[0].Scheduled, r.Summary.Stages[0].Unsent = 2005, 5
		}, contract.Inconclusive, 4, "5 updates of 2,005 scheduled were never sent"},
		{"in-flight limit", 2000, func(_ *testing.T, r *Run) { r.Summary.AtLimit = 1 },
			contract.Inconclusive, 4, "1 arrival found the limit of attempts in flight reached"},
		{"a generator that cannot keep up", 2000, func(_ *testing.T, r *Run) { r.Summary.RingDry = 3 },
			contract.Inconclusive, 4, "3 updates had no body ready in time"},
		{"a generator that was late once in a thousand", 2000, func(_ *testing.T, r *Run) { r.Summary.RingDry = 2 },
			contract.Pass, 0, "every gate held"},
		{"refused retries", 2000, func(_ *testing.T, r *Run) { r.Summary.RetriesRefused = 2 },
			contract.Inconclusive, 4, "2 updates gave up because too many retries waited"},
		{"dropped retries", 2000, func(_ *testing.T, r *Run) { r.Summary.RetriesDropped = 1 },
			contract.Inconclusive, 4, "1 retry still due when the run had to end"},
		{"what this machine lacked is not the server's fault", 2000, func(_ *testing.T, r *Run) {
			spoil(r, 0, contract.FailResources)
		}, contract.Inconclusive, 4, "1 attempt failed because this machine ran out of ports or descriptors"},
		{"an address without consent is not the server's fault", 2000, func(_ *testing.T, r *Run) {
			spoil(r, 0, contract.FailForbidden)
		}, contract.Inconclusive, 4, "1 attempt would have gone to an address without consent"},
		{"latency behind a limit of the instrument says nothing", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "response.p50 < 1ms", "rate.sent >= 100%")
			r.Summary.Stages[0].Scheduled, r.Summary.Stages[0].Unsent = 2005, 5
		}, contract.Inconclusive, 4, "5 updates of 2,005 scheduled were never sent"},
		{"answers behind a limit of the instrument were what they were", 2000, func(_ *testing.T, r *Run) {
			r.Summary.AtLimit = 1
			spoil(r, 500, contract.NoFailure)
		}, contract.Fail, 1, "threshold unexpected == 0 does not hold"},
		{"a check that failed stays failed", 2000, func(_ *testing.T, r *Run) {
			r.Summary.AtLimit = 1
			r.Checks = []checks.Result{check("U-02", contract.Fail, 50, 0, 1)}
		}, contract.Fail, 1, "check U-02 failed"},
		{"interrupted", 2000, func(_ *testing.T, r *Run) {
			r.Summary.Interrupted = true
			spoil(r, 0, contract.FailInterrupted)
		}, contract.Inconclusive, 130, "the run was interrupted after 10.0 s"},
		{"interrupted after a check had failed", 2000, func(_ *testing.T, r *Run) {
			r.Summary.Interrupted = true
			r.Checks = []checks.Result{check("U-02", contract.Fail, 50, 0, 1)}
		}, contract.Fail, 130, "check U-02 failed"},
		{"stopped by a threshold that was broken", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "response.p50 < 1ms abort")
			r.Summary.Interrupted, r.Summary.RetriesDropped = true, 3
			r.Aborted = &Abort{Threshold: "response.p50 < 1ms abort", AtS: 7}
		}, contract.Fail, 1, "over 2,000 readings; it stopped the run after 7.0 s"},
		{"windows that nobody kept decide nothing", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "errors < 1% over 1s windows")
		}, contract.Inconclusive, 4, "its windows were not kept"},
		{"the embedded server agrees", 2000, func(_ *testing.T, r *Run) {
			r.Reference = &ReferenceCount{Attempts: 2000, Statuses: map[int]uint64{200: 2000}}
		}, contract.Pass, 0, "every gate held"},
		{"the embedded server saw fewer", 2000, func(_ *testing.T, r *Run) {
			r.Reference = &ReferenceCount{Attempts: 1999, Statuses: map[int]uint64{200: 1999}}
		}, contract.Inconclusive, 4, "the embedded server counted 1,999 answers of status 200, the run read 2,000"},
		{"the embedded server saw more", 2000, func(_ *testing.T, r *Run) {
			r.Reference = &ReferenceCount{Attempts: 2001, Statuses: map[int]uint64{200: 2000, 503: 1}}
		}, contract.Inconclusive, 4, "counted 1 answer more than were read, but only 0 attempts failed"},
		{"the embedded server saw attempts without an answer", 2000, func(_ *testing.T, r *Run) {
			r.Reference = &ReferenceCount{Attempts: 2002, Statuses: map[int]uint64{200: 2000}}
		}, contract.Inconclusive, 4, "counted 2,002 attempts, the run sent 2,000"},
		{"an answer that did not arrive whole may have been counted", 2000, func(t *testing.T, r *Run) {
			r.Thresholds = thresholds(t, "errors < 1%")
			spoil(r, 0, contract.FailTimeout)
			r.Reference = &ReferenceCount{Attempts: 2001, Statuses: map[int]uint64{200: 2001}}
		}, contract.Pass, 0, "every gate held"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			run := calmRun(test.n)
			test.change(t, &run)
			r := New(run)
			assert.Equal(t, test.verdict, r.Verdict, r.Reason)
			assert.Equal(t, test.exit, r.ExitCode)
			assert.Contains(t, r.Reason, test.says)
			for _, c := range r.Causes {
				assert.NotEmpty(t, c.Advice, c.Cause)
			}
		})
	}
}

func TestImplicitGateIsShown(t *testing.T) {
	r := New(calmRun(10))
	require.Len(t, r.Thresholds, 1)
	zero := 0.0
	assert.Equal(t, Threshold{Expr: "unexpected == 0", Value: &zero, Unit: "count", Verdict: contract.Pass,
		Detail: "0 of 10 updates, 95% bound 30%", Implicit: true}, r.Thresholds[0])
}

func TestMetricValues(t *testing.T) {
	run := calmRun(2000)
	spoil(&run, 503, contract.NoFailure)
	spoil(&run, 0, contract.FailTimeout)
	run.Summary.Stages[0].Scheduled += 2
	run.Summary.Stages[0].Unsent = 2
	run.Checks = []checks.Result{check("U-01", contract.Fail, 10, 0, 3), check("U-02", contract.Fail, 20, 0, 4)}
	run.Thresholds = thresholds(t, "errors < 0.1%", "unexpected == 0", "unsent == 0", "network_errors == 0", "checks.failed == 0",
		"checks(U-02) == 0", "rate.sent >= 99%", "amplification < 1.2", "status(503) < 1%", "response.max < 1s", "lag.p99.9 < 1ms")
	want := map[string]float64{
		"errors < 0.1%": 100 * 2 / 2002.0, "unexpected == 0": 2, "unsent == 0": 2, "network_errors == 0": 1, "checks.failed == 0": 7,
		"checks(U-02) == 0": 4, "rate.sent >= 99%": 100 * 2002 / 2004.0, "amplification < 1.2": 1, "status(503) < 1%": 100 / 2002.0,
		"response.max < 1s": 4.99,
	}
	for _, got := range New(run).Thresholds {
		if value, ok := want[got.Expr]; ok {
			require.NotNil(t, got.Value, got.Expr)
			assert.InDelta(t, value, *got.Value, 1e-9, got.Expr)
		} else {
			assert.Nil(t, got.Value, "%s needs more readings", got.Expr)
		}
	}
}
