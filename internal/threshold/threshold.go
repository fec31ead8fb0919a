// Package threshold is the language in which a scenario says what a run has to
// keep: "response.p99 < 250ms", "errors < 0.1%", "checks(U-02) == 0".
//
//	threshold = metric operator limit
//	metric    = time | share | count | ratio
//	time      = [ scope ] ( "response" | "service" ) "." stat | "lag" "." stat
//	share     = [ scope ] "errors" | "rate.sent" | "status(" code ")"
//	count     = [ scope ] "unexpected" | "unsent" | "network_errors"
//	          | "checks.failed" | "checks(" requirement ")"
//	ratio     = "amplification"
//	scope     = "class(" name ")."
//	stat      = "mean" | "max" | "p50" | "p90" | "p99.9" …
//	operator  = "<" | "<=" | "==" | ">=" | ">"
//	limit     = "250ms" | "0.1%" | "0" | "1.2"
//
// A time takes a limit with a unit of time, a share a percentage, a count a
// whole number, a ratio a plain number. A threshold that no reading could break,
// or none could keep, is refused: it would be no gate.
//
// The package knows neither where a threshold is written nor how its metric is
// measured.
package threshold

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"sdegauge/internal/contract"
)

// Unit is the unit of a metric's value and of the limit it is held against.
type Unit string

// The units.
const (
	Milliseconds Unit = "ms"
	Percent      Unit = "%" // 0 to 100
	Count        Unit = "count"
	Ratio        Unit = "ratio"
)

// Format writes a value of the unit as the language does: "250ms", "0.1%",
// "1.2". Times are rounded to a nanosecond.
func (u Unit) Format(value float64) string {
	switch u {
	case Milliseconds:
		return time.Duration(math.Round(value * 1e6)).String()
	case Percent:
		return strconv.FormatFloat(value, 'f', -1, 64) + "%"
	default:
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
}

// Op compares a metric with a limit.
type Op string

// The operators.
const (
	Less         Op = "<"
	LessEqual    Op = "<="
	Equal        Op = "=="
	GreaterEqual Op = ">="
	Greater      Op = ">"
)

// Holds reports whether value op limit.
func (o Op) Holds(value, limit float64) bool {
	switch o {
	case Less:
		return value < limit
	case LessEqual:
		return value <= limit
	case Equal:
		return value == limit
	case GreaterEqual:
		return value >= limit
	case Greater:
		return value > limit
	}
	return false
}

// Threshold is one condition on a run. [Parse] makes valid ones; two that are
// equal say the same.
type Threshold struct {
	Metric Metric
	Op     Op
	Limit  float64 // in the metric's unit
}

// String is the threshold in its canonical form, which [Parse] reads back to an
// equal threshold.
func (t Threshold) String() string {
	return t.Metric.String() + " " + string(t.Op) + " " + t.Metric.Unit().Format(t.Limit)
}

// MarshalText writes the canonical form.
func (t Threshold) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a threshold as [Parse] does.
func (t *Threshold) UnmarshalText(text []byte) (err error) {
	*t, err = Parse(string(text))
	return err
}

// Metrics are the readings of a run that thresholds ask for.
type Metrics interface {
	// Value is the metric in its unit (see [Metric.Unit]) and n, the number of
	// readings it rests on: attempts for times, statuses and network_errors,
	// updates for errors, scheduled updates for unsent and rate.sent, judged
	// responses for checks. Where the metric cannot be told, because nothing of
	// the kind was sent or the sample is too small for the quantile, ok is false
	// and why says so in a few words.
	Value(m Metric) (value float64, n uint64, ok bool, why string)
}

// Result is a threshold held against a run.
type Result struct {
	// Expr is the threshold in its canonical form.
	Expr string
	// Known says that the metric had a value.
	Known bool
	// Value is the metric in Unit; 0 where it is not known.
	Value float64
	Unit  Unit
	// N is how many readings the value rests on.
	N uint64
	// Verdict is Pass, Fail or Inconclusive. What cannot be decided is never a
	// pass.
	Verdict contract.Verdict
	// Detail says what was seen, or what is missing.
	Detail string
}

// Evaluate holds the threshold against the readings of a run.
func (t Threshold) Evaluate(metrics Metrics) Result {
	unit := t.Metric.Unit()
	r := Result{Expr: t.String(), Unit: unit, Verdict: contract.Inconclusive}
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
		r.Known, r.Value, r.Verdict = true, value, contract.Fail
		if t.Op.Holds(value, t.Limit) {
			r.Verdict = contract.Pass
		}
		word := "over"
		if unit == Count {
			word = "of"
		}
		r.Detail = fmt.Sprintf("%s %s %d %s", unit.Format(rounded(value)), word, n, t.Metric.Name.family().over)
	}
	if r.Detail == "" {
		r.Detail = t.Metric.String() + " could not be told"
	}
	return r
}

// rounded keeps six digits of a value that somebody is going to read.
func rounded(value float64) float64 {
	v, err := strconv.ParseFloat(strconv.FormatFloat(value, 'g', 6, 64), 64)
	if err != nil {
		return value
	}
	return v
}
