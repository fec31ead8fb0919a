package selftest

import (
	"fmt"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/reports"
)

// Row is one truth with what the instrument read.
type Row struct {
	Experiment string `json:"experiment"`
	What       string `json:"what"`
	// Unit is "ms", or empty for a count.
	Unit  string  `json:"unit,omitempty"`
	Truth float64 `json:"truth"`
	// Reading is nil where the report had none.
	Reading *float64 `json:"reading"`
	// Low and High bound the readings that agree with the truth.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Why says why the bounds lie there.
	Why     string           `json:"why"`
	Verdict contract.Verdict `json:"verdict"`
	// Note says more where the verdict is not pass.
	Note string `json:"note,omitempty"`
}

// The errors that a time may have; see the package.
const (
	lateShare   = 0.01
	lateLeast   = 2.0 // ms
	resolution  = 0.001
	lagBudget   = 1.0 // ms
	systematics = "late by at most 2 ms or 1 %, below by 0.1 %, the histogram's resolution"
)

// lateBy is how far above the truth a time may be, in milliseconds.
func lateBy(truth float64) float64 { return max(lateLeast, lateShare*truth) }

// timeRow judges a time in milliseconds. Low and high bound the truth itself,
// by chance or not; the systematic errors are added here. doubt says what kept
// the instrument from measuring; empty where nothing did.
func timeRow(r Row, low, high float64, doubt string) Row {
	r.Unit, r.Low, r.High = "ms", low*(1-resolution), high+lateBy(high)
	if r.Why == "" {
		r.Why = systematics
	}
	return r.judge(doubt)
}

// countRow judges a count, which has to be exact. doubt says what kept the run
// from being the one that was wanted; empty where nothing did.
func countRow(r Row, reading uint64, doubt string) Row {
	r.Reading, r.Low, r.High = new(float64(reading)), r.Truth, r.Truth
	r.Why = "a count is exact"
	return r.judge(doubt)
}

// judge finds the verdict. A reading within the bounds passes however busy the
// machine was, for it is right.
func (r Row) judge(doubt string) Row {
	switch {
	case r.Reading == nil:
		r.Verdict, r.Note = contract.Inconclusive, "the sample is too small for this reading"
	case *r.Reading >= r.Low && *r.Reading <= r.High:
		r.Verdict = contract.Pass
	case doubt != "":
		r.Verdict, r.Note = contract.Inconclusive, doubt
	default:
		r.Verdict, r.Note = contract.Fail, "the instrument reads wrongly here"
	}
	return r
}

// busy says that the instrument's own lag was out of its budget; empty where it
// was not. It goes by the highest quantile that the sample allows up to p99.
func busy(lag reports.Quantiles) string {
	for _, tail := range []struct {
		name string
		ms   *float64
	}{{"p99", lag.P99MS}, {"p95", lag.P95MS}, {"p90", lag.P90MS}, {"maximum", lag.MaxMS}} {
		if tail.ms == nil {
			continue
		}
		if *tail.ms <= lagBudget {
			return ""
		}
		return fmt.Sprintf("the machine was too busy: the %s of the lag was %s ms, above %s",
			tail.name, figure.Number(*tail.ms, 1), figure.Number(lagBudget, 0))
	}
	return "no lag was read"
}

// incomplete says that not everything went out, or came back, that a count is
// made of. No server here takes as long as the time-out: where an attempt ran
// into it, the machine stood still.
func incomplete(r *reports.Report) string {
	if t := r.Totals; t.Unsent+t.Unfinished > 0 {
		return fmt.Sprintf("the machine was too busy: %d updates were not sent, %d not finished", t.Unsent, t.Unfinished)
	}
	if n := r.Failures[contract.FailTimeout.String()]; n > 0 {
		return fmt.Sprintf("the machine stood still: %d attempts ran into the time-out", n)
	}
	return ""
}
