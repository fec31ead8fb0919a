package selftest

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// calm and hectic are lags within the budget and beyond it.
var (
	calm   = reports.Quantiles{Count: 2000, P90MS: new(0.1), P99MS: new(0.9), MaxMS: new(7.0)}
	hectic = reports.Quantiles{Count: 2000, P90MS: new(0.1), P99MS: new(1.1), MaxMS: new(7.0)}
)

func TestTimeRow(t *testing.T) {
	tests := []struct {
		reason  string
		truth   float64
		reading *float64
		lag     reports.Quantiles
		want    contract.Verdict
	}{
		{"the truth itself", 1000, new(1000.0), calm, contract.Pass},
		{"1 % late", 1000, new(1010.0), calm, contract.Pass},
		{"more than 1 % late", 1000, new(1010.1), calm, contract.Fail},
		{"below by the histogram's resolution", 1000, new(999.0), calm, contract.Pass},
		{"below by more: nothing is early", 1000, new(998.9), calm, contract.Fail},
		{"the naive clock's answer", 1000, new(1.5), calm, contract.Fail},
		{"2 ms late is allowed to a small time", 20, new(22.0), calm, contract.Pass},
		{"2.1 ms is not", 20, new(22.1), calm, contract.Fail},
		{"wrong while the machine was busy", 1000, new(1020.0), hectic, contract.Inconclusive},
		{"right although the machine was busy", 1000, new(1005.0), hectic, contract.Pass},
		{"no reading", 1000, nil, calm, contract.Inconclusive},
		{"no number", 1000, new(math.NaN()), calm, contract.Fail},
		{"wrong, and no lag to say why", 1000, new(1020.0), reports.Quantiles{}, contract.Inconclusive},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			got := timeRow(Row{Truth: tt.truth, Reading: tt.reading}, tt.truth, tt.truth, busy(tt.lag))
			assert.Equal(t, tt.want, got.Verdict)
			assert.Equal(t, tt.want == contract.Pass, got.Note == "", "what is not a pass is explained")
			assert.Equal(t, "ms", got.Unit)
			assert.NotEmpty(t, got.Why)
		})
	}
}

func TestCountRow(t *testing.T) {
	tests := []struct {
		reason  string
		reading uint64
		doubt   string
		want    contract.Verdict
	}{
		{"the same", 20, "", contract.Pass},
		{"one more: something was sent again", 21, "", contract.Fail},
		{"one less: something was not counted", 19, "", contract.Fail},
		{"less because not all went out", 19, "7 unsent", contract.Inconclusive},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			got := countRow(Row{Truth: 20}, tt.reading, tt.doubt)
			assert.Equal(t, tt.want, got.Verdict)
		})
	}
}

// TestBusy goes by the highest quantile that the sample carries, up to p99.
func TestBusy(t *testing.T) {
	tests := []struct {
		reason string
		lag    reports.Quantiles
		busy   bool
	}{
		{"p99 within", calm, false},
		{"p99 beyond", hectic, true},
		{"a small sample has p95", reports.Quantiles{P90MS: new(0.2), P95MS: new(1.2), MaxMS: new(3.0)}, true},
		{"a smaller one p90", reports.Quantiles{P90MS: new(0.2), MaxMS: new(3.0)}, false},
		{"the smallest only a maximum", reports.Quantiles{MaxMS: new(3.0)}, true},
		{"nothing read", reports.Quantiles{}, true},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.busy, busy(tt.lag) != "", tt.reason)
	}
}

func TestIncomplete(t *testing.T) {
	assert.Empty(t, incomplete(&reports.Report{Totals: reports.Totals{Updates: 5}}))
	assert.Contains(t, incomplete(&reports.Report{Totals: reports.Totals{Unsent: 3}}), "3 updates were not sent")
	assert.Contains(t, incomplete(&reports.Report{Totals: reports.Totals{Unfinished: 2}}), "2 not finished")
	assert.Contains(t, incomplete(&reports.Report{Failures: map[string]uint64{"timeout": 3}}), "3 attempts ran into the time-out")
	assert.Empty(t, incomplete(&reports.Report{Failures: map[string]uint64{"closed": 3}}), "what the server did on purpose")
}
