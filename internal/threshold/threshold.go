// Package threshold is the language in which a scenario says what a run has to
// keep: "response.p99 < 250ms", "errors < 0.1%", "checks(U-02) == 0".
//
//	threshold = metric operator limit [ "over" length "windows" [ "for" length ] ] [ "abort" ]
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
//	length    = "10s" | "1m" …
//
// A time takes a limit with a unit of time, a share a percentage, a count a
// whole number, a ratio a plain number. A threshold that no reading could break,
// or none could keep, is refused: it would be no gate.
//
// # Windows
//
// With "over 10s windows" the threshold has to hold in every window of ten
// seconds: they follow one another from where the measured time begins, and
// again from where it goes on after a warm-up. What is left at the end and fills
// no window is not judged. With "for 30s" it may break for less than that: only
// windows that are broken one after the other, and last so long together, break
// it. A window in which nothing was due holds. "abort" stops the run as soon as
// nothing that could still come in would make the threshold hold.
//
// # What decides
//
// The value that was seen decides, where the sample is large enough to tell it.
// A quantile q has to have 10/(1−q) readings. A share that keeps its limit has
// to rest on 3/limit readings: of N good ones the true share of bad ones is
// known, at 95 %, to be at most 3/N, and with fewer a server that breaks the
// limit would be passed too often. A share that breaks its limit is broken,
// however few they were; a limit of 0% or 100% speaks of what was sent and of
// nothing beyond. What the sample cannot decide is inconclusive.
//
// The package knows neither where a threshold is written nor how its metric is
// measured.
package threshold

import (
	"math"
	"strconv"
	"time"
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
	// Over is how long the windows are that have to hold, in whole seconds; 0 for
	// the measured time as a whole.
	Over time.Duration
	// For is how long it has to be broken without a pause, in whole windows; 0
	// where no window may be.
	For time.Duration
	// Abort says that the run ends when it is broken beyond doubt.
	Abort bool
}

// String is the threshold in its canonical form, which [Parse] reads back to an
// equal threshold.
func (t Threshold) String() string {
	text := t.Metric.String() + " " + string(t.Op) + " " + t.Metric.Unit().Format(t.Limit)
	if t.Over > 0 {
		text += " over " + shortTime(t.Over) + " windows"
	}
	if t.For > 0 {
		text += " for " + shortTime(t.For)
	}
	if t.Abort {
		text += " abort"
	}
	return text
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
