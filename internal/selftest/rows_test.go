package selftest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// reading is a made-up report with the same quantiles for both clocks.
func reading(n uint64, p50, p90, p99 float64, lag reports.Quantiles) *reports.Report {
	q := reports.Quantiles{Count: n, P50MS: new(p50), P90MS: new(p90), P99MS: new(p99)}
	return &reports.Report{Latency: reports.Latency{Response: q, Service: q, Lag: &lag}}
}

func verdicts(rows []Row) []contract.Verdict {
	var list []contract.Verdict
	for _, r := range rows {
		list = append(list, r.Verdict)
	}
	return list
}

const (
	pass         = contract.Pass
	fail         = contract.Fail
	observed     = contract.ObservedOnly
	inconclusive = contract.Inconclusive
)

func TestStallRows(t *testing.T) {
	few := func(p90, p99, serviceP90 float64) *reports.Report {
		r := reading(1000, 1, p90, p99, hectic) // the late ones are its lag
		r.Latency.Service.P90MS = new(serviceP90)
		return r
	}
	late := func(r *reports.Report, ms float64) *reports.Report {
		r.Series = []reports.Interval{{Latency: reports.Latency{Lag: &reports.Quantiles{Count: 100, MaxMS: new(ms)}}}}
		return r
	}
	tests := []struct {
		reason   string
		all, few *reports.Report
		want     []contract.Verdict
	}{
		{"right", reading(1000, 1, 1001, 1902, calm), few(1004, 1903, 1.5),
			[]contract.Verdict{pass, pass, pass, pass, observed}},
		{"the late ones of ten slots take a little longer", reading(1000, 1, 1001, 1902, calm), few(1043, 1903, 1.5),
			[]contract.Verdict{pass, pass, pass, pass, observed}},
		{"but not more than those before them took", reading(1000, 1, 1001, 1902, calm), few(1045, 1903, 1.5),
			[]contract.Verdict{pass, pass, fail, pass, observed}},
		{"a clock that starts at the send", reading(1000, 1, 1001, 1902, calm), few(1.5, 1903, 1.5),
			[]contract.Verdict{pass, pass, fail, pass, observed}},
		{"a service clock that starts too early excuses nothing", reading(1000, 1, 1001, 1902, calm), few(1200, 1903, 1000),
			[]contract.Verdict{pass, pass, fail, pass, observed}},
		{"the server's clock began 20 ms late", late(reading(1000, 1, 1041, 1941, calm), 20), few(1004, 1903, 1.5),
			[]contract.Verdict{pass, pass, pass, pass, observed}},
		{"and that is all it excuses", late(reading(1000, 1, 1052, 1962, calm), 20), few(1004, 1903, 1.5),
			[]contract.Verdict{fail, fail, pass, pass, observed}},
		{"a second is no beginning", late(reading(1000, 1, 1100, 1902, calm), 1000), few(1004, 1903, 1.5),
			[]contract.Verdict{fail, pass, pass, pass, observed}},
		{"a busy machine", reading(1000, 1, 1051, 1902, hectic), few(1104, 1903, 1.5),
			[]contract.Verdict{inconclusive, pass, inconclusive, pass, observed}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			assert.Equal(t, tt.want, verdicts(full.stallRows(tt.all, tt.few)))
		})
	}
}

// TestStallRowsQuick: a fifth of the time has a fifth of the truth.
func TestStallRowsQuick(t *testing.T) {
	rows := quick.stallRows(reading(1000, 1, 200, 380, calm), reading(1000, 1, 200, 380, calm))
	assert.InDelta(t, 200, rows[0].Truth, 1e-9)
	assert.InDelta(t, 380, rows[1].Truth, 1e-9)
	assert.Equal(t, []contract.Verdict{pass, pass, pass, pass, observed}, verdicts(rows))
}

func TestExponentialRows(t *testing.T) {
	tests := []struct {
		reason string
		r      *reports.Report
		want   []contract.Verdict
	}{
		{"the theory's own", reading(5000, 34.66, 115.13, 230.26, calm), []contract.Verdict{pass, pass, pass}},
		{"the server's way there and back on top", reading(5000, 35.6, 116.1, 231.2, calm), []contract.Verdict{pass, pass, pass}},
		{"a fifth too long", reading(5000, 41.6, 138.2, 276.3, calm), []contract.Verdict{fail, fail, fail}},
		{"a tail cut off", reading(5000, 34.66, 115.13, 120, calm), []contract.Verdict{pass, pass, fail}},
		{"a tail cut off, on a busy machine", reading(5000, 34.66, 115.13, 120, hectic), []contract.Verdict{pass, pass, inconclusive}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			assert.Equal(t, tt.want, verdicts(exponentialRows(tt.r)))
		})
	}
}

func TestQueueRows(t *testing.T) {
	tests := []struct {
		reason string
		r      *reports.Report
		want   []contract.Verdict
	}{
		{"the theory's own", reading(1500, 5.55, 18.42, 36.84, calm), []contract.Verdict{pass, pass, pass}},
		{"evenly spaced arrivals wait less", reading(1500, 3.48, 11.56, 23.1, calm), []contract.Verdict{fail, fail, fail}},
		{"the time in the queue left out: the server's alone", reading(1500, 2.77, 9.21, 18.4, calm), []contract.Verdict{fail, fail, fail}},
		{"four times too long on a busy machine", reading(1500, 22, 72, 144, hectic), []contract.Verdict{inconclusive, inconclusive, inconclusive}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			assert.Equal(t, tt.want, verdicts(queueRows(tt.r)))
		})
	}
}

// TestSmallSamples: a quantile without a sample makes no row, and the median
// without one is inconclusive.
func TestSmallSamples(t *testing.T) {
	r := reading(15, 0, 0, 0, calm)
	r.Latency.Service.P50MS, r.Latency.Service.P90MS, r.Latency.Service.P99MS = nil, nil, nil
	rows := exponentialRows(r)
	require.Len(t, rows, 1)
	assert.Equal(t, inconclusive, rows[0].Verdict)
}

func TestDropRows(t *testing.T) {
	run := func(closed, answered uint64) *reports.Report {
		return &reports.Report{
			Failures: map[string]uint64{"closed": closed}, Statuses: map[int]uint64{200: answered},
		}
	}
	assert.Equal(t, []contract.Verdict{pass, pass, pass}, verdicts(dropRows(run(20, 1980), 2000, 2000)))
	assert.Equal(t, []contract.Verdict{fail, fail, fail}, verdicts(dropRows(run(0, 2000), 2000, 2020)),
		"every dropped one sent again behind the report's back")
	unsent := run(19, 1900)
	unsent.Totals.Unsent = 81
	assert.Equal(t, []contract.Verdict{inconclusive, inconclusive, inconclusive}, verdicts(dropRows(unsent, 2000, 1919)))
}

// TestRetryRows: of 500 updates a hundred each need 1, 2, 3, 4 and 4 attempts,
// 1,400 together, and the last hundred give up (S:L113–116).
func TestRetryRows(t *testing.T) {
	run := &reports.Report{Totals: reports.Totals{Attempts: 1400, Unexpected: 100}, Latency: reports.Latency{Lag: &calm}}
	seen := retryCounts{requests: 1400, bodies: 500, excess: []float64{0.2, 0.3, 0.5, 0.9}}
	assert.Equal(t, []contract.Verdict{pass, pass, pass, pass, pass, pass}, verdicts(retryRows(run, 500, seen)))

	seen.excess = []float64{-0.1, 0.3, 2.5}
	assert.Equal(t, []contract.Verdict{pass, pass, pass, pass, fail, fail}, verdicts(retryRows(run, 500, seen)),
		"a pause too short, and one too long")
	seen.excess = nil
	assert.Equal(t, []contract.Verdict{pass, pass, pass, pass, inconclusive, inconclusive}, verdicts(retryRows(run, 500, seen)),
		"no pause seen")
	seen = retryCounts{requests: 1401, bodies: 501, excess: []float64{0.2}}
	assert.Equal(t, []contract.Verdict{fail, fail, pass, pass, pass, pass}, verdicts(retryRows(run, 500, seen)),
		"a body that was changed on its way is another update to the server")
}
