package ab

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"sdegauge/internal/contract"
	"sdegauge/reports/compare"
)

func TestDecide(t *testing.T) {
	quantity := func(name string, o compare.Outcome) compare.Quantity {
		return compare.Quantity{Name: name, Outcome: o, Change: new(0.2), From: new(0.1), To: new(0.3), Margin: new(0.05), Needs: "about 90 s"}
	}
	fine := []compare.Quantity{quantity("p50", compare.NotWorse), quantity("p99", compare.NotGated)}
	open := []compare.Quantity{quantity("p50", compare.NotWorse), quantity("p99", compare.Undecided)}
	worse := []compare.Quantity{quantity("p50", compare.Regressed), quantity("p90", compare.Regressed), quantity("p99", compare.Undecided)}
	quiet, noisy := &Control{30, 500, 5}, &Control{30, 500, 6}
	cases := []struct {
		reason      string
		result      Result
		interrupted bool
		gone        *GoneError
		verdict     contract.Verdict
		exit        int
		says        string
	}{
		{"nothing got worse", Result{Measured: 60, Quantities: fine, Control: quiet}, false, nil, contract.Pass, 0, "nothing got worse by its margin: p50"},
		{"two did", Result{Measured: 60, Quantities: worse, Control: quiet}, false, nil, contract.Fail, 1, "p50 regressed by +20.0 %, beyond doubt by +10.0 %, where 5 % is tolerated; and so did p90"},
		{"so did equal blocks", Result{Measured: 60, Quantities: worse, Control: noisy}, false, nil, contract.Inconclusive, 4, "raised 6 false alarms in 500 repairings of 30 pairs"},
		{"nothing got worse, on a noisy machine", Result{Measured: 60, Quantities: fine, Control: noisy}, false, nil, contract.Warn, 0, "p50; but base blocks"},
		{"undecided", Result{Measured: 60, Quantities: open}, false, nil, contract.Inconclusive, 4, "undecided: p99; p99 needs about 90 s"},
		{"nothing is gated", Result{Measured: 60, Quantities: fine[1:]}, false, nil, contract.Inconclusive, 4, "no quantity is gated"},
		{"a quarter dropped is not too many", Result{Planned: 64, Measured: 64, Dropped: 16, Quantities: fine}, false, nil, contract.Pass, 0, ""},
		{"one more is", Result{Planned: 64, Measured: 64, Dropped: 17, Quantities: worse, Pairs: []PairReport{{Dropped: "base: late"}}}, false, nil, contract.Inconclusive, 4, "17 of 64 pairs cannot be relied on: base: late"},
		{"too few pairs in the time", Result{Planned: 60, Measured: 12}, false, nil, contract.Inconclusive, 4, "12 pairs were measured, and a comparison needs 16"},
		{"a server is gone, whatever was seen", Result{Measured: 30, Quantities: worse}, false, &GoneError{"new", "it ended"}, contract.Inconclusive, 3, "lost the new server: it ended; that was after 30 pairs"},
		{"an interrupt, before all", Result{Measured: 1, Quantities: worse}, true, &GoneError{"new", "it ended"}, contract.Inconclusive, 130, "interrupted after 1 pair"},
	}
	for _, tt := range cases {
		if tt.result.Planned == 0 {
			tt.result.Planned = 60
		}
		tt.result.decide(tt.interrupted, tt.gone)
		assert.Equal(t, tt.verdict, tt.result.Verdict, tt.reason)
		assert.Equal(t, tt.exit, tt.result.ExitCode, tt.reason)
		assert.Contains(t, tt.result.Reason, tt.says, tt.reason)
	}
}
