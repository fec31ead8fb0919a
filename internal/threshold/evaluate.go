package threshold

import (
	"fmt"
	"math"
	"strconv"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

// Result is a threshold held against readings.
type Result struct {
	// Expr is the threshold in its canonical form.
	Expr string
	// Known says that the metric had a value.
	Known bool
	// Value is the metric in Unit; 0 where it is not known. Over windows it is that
	// of the worst.
	Value float64
	Unit  Unit
	// N is how many readings the value rests on.
	N uint64
	// Verdict is Pass, Fail or Inconclusive. What cannot be decided is never a
	// pass.
	Verdict contract.Verdict
	// Detail says what was seen, or what is missing.
	Detail string
	// Windows is nil where the threshold has none.
	Windows *Windows
}

// Evaluate holds the threshold against one set of readings, as if they were all:
// windows are for [Threshold.Over].
func (t Threshold) Evaluate(metrics Metrics) Result {
	r := Result{Expr: t.String(), Unit: t.Metric.Unit(), Verdict: contract.Inconclusive}
	value, n, ok, why := metrics.Value(t.Metric)
	r.N = n
	switch {
	case !ok:
		r.Detail = why
	case n == 0:
		r.Detail = "nothing was measured for " + t.Metric.String()
	case math.IsNaN(value) || math.IsInf(value, 0):
		r.Detail = t.Metric.String() + " has no finite value"
	default:
		r.Known, r.Value = true, value
		t.decide(&r)
	}
	if r.Detail == "" {
		r.Detail = t.Metric.String() + " could not be told"
	}
	return r
}

// decide finds the verdict on a value that is known.
func (t Threshold) decide(r *Result) {
	over := t.Metric.Name.family().over
	word := "over"
	if r.Unit == Count {
		word = "of"
	}
	value := r.Unit.Format(rounded(r.Value, 6))
	if r.Unit == Count {
		value = figure.Number(r.Value, 0)
	}
	r.Detail = fmt.Sprintf("%s %s %s %s", value, word, figure.Count(r.N), over) + t.bound(r)
	r.Verdict = contract.Fail
	if !t.Op.Holds(r.Value, t.Limit) {
		return
	}
	r.Verdict = contract.Pass
	if needs := t.needs(); r.N < needs {
		r.Verdict = contract.Inconclusive
		r.Detail += fmt.Sprintf("; to tell %s takes %s %s", t.Unit().Format(t.Limit), figure.Count(needs), over)
	}
}

// Unit is that of the threshold's metric.
func (t Threshold) Unit() Unit { return t.Metric.Unit() }

// sampled reports whether the metric's readings stand for others like them. What
// the instrument sent, it counted.
func (t Threshold) sampled() bool {
	return (t.Unit() == Percent || t.Unit() == Count) && t.Metric.Name != RateSent && t.Metric.Name != Unsent
}

// zeroBound is what N readings of which none was bad are worth: at 95 % at most
// zeroBound/N of all are bad. It is -ln 0.05, rounded up.
const zeroBound = 3

// needs is how many readings a share has to rest on to keep its limit; see the
// package's documentation.
func (t Threshold) needs() uint64 {
	room := t.Limit
	if t.Op == Greater || t.Op == GreaterEqual {
		room = 100 - t.Limit
	}
	if t.Unit() != Percent || !t.sampled() || t.Op == Equal || room <= 0 {
		return 0
	}
	// 300/0.1 is a little more or less than 3,000.
	return uint64(math.Ceil(min(100*zeroBound/room*(1-1e-12), math.MaxInt64)))
}

// bound tells what the value says of readings that were not made, where none was
// bad.
func (t Threshold) bound(r *Result) string {
	if !t.sampled() || r.N <= zeroBound {
		return ""
	}
	bound := rounded(100*zeroBound/float64(r.N), 2)
	switch {
	case r.Value == 0:
	case r.Unit == Percent && r.Value == 100:
		bound = rounded(100-bound, 6)
	default:
		return ""
	}
	return ", 95% bound " + Percent.Format(bound)
}

// rounded keeps some digits of a value that somebody is going to read.
func rounded(value float64, digits int) float64 {
	v, err := strconv.ParseFloat(strconv.FormatFloat(value, 'g', digits, 64), 64)
	if err != nil {
		return value
	}
	return v
}
