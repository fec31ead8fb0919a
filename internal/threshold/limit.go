package threshold

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// operator reads a comparison that makes sense for the metric.
func (p *parser) operator(m Metric) (Op, *Error) {
	allowed := []string{"<", "<=", "==", ">=", ">"}
	if m.Unit() == Milliseconds {
		allowed = []string{"<", "<=", ">=", ">"}
	}
	at := p.pos
	text := p.until(func(r rune) bool { return !strings.ContainsRune("<>=!≤≥≠~", r) })
	if text == "" {
		text = p.until(unicode.IsSpace)
	}
	if slices.Contains(allowed, text) {
		return Op(text), nil
	}
	e := fail(at, text, fmt.Sprintf("%q does not compare", text), allowed...)
	switch text {
	case "":
		e.Problem = "a comparison is missing after " + m.String()
	case string(Equal):
		e.Problem, e.Suggestion = "a time is never exactly equal to a limit", "<="
	case "=":
		e.Suggestion = map[bool]string{true: "<=", false: "=="}[m.Unit() == Milliseconds]
	case "=<", "≤":
		e.Suggestion = "<="
	case "=>", "≥":
		e.Suggestion = ">="
	}
	return "", e
}

// limitForms are what a limit of each unit looks like.
var limitForms = map[Unit]string{
	Milliseconds: "a time with its unit, such as 250ms or 1.5s",
	Percent:      "a percentage, such as 0.1%",
	Count:        "a whole number, such as 0",
	Ratio:        "a number, such as 1.2",
}

// The largest limits that make sense.
const (
	longestTime  = 24 * time.Hour
	largestCount = 1 << 53 // as far as a float64 counts
	largestRatio = 1e6
)

// limit reads a limit in the unit of its metric.
func limit(at int, text string, m Metric) (value float64, err *Error) {
	unit, ok := m.Unit(), false
	switch unit {
	case Milliseconds:
		d, bad := time.ParseDuration(text)
		value, ok = float64(d)/1e6, bad == nil && d >= 0 && d <= longestTime
	case Percent:
		number, percent := strings.CutSuffix(text, "%")
		value, ok = decimal(number)
		ok = ok && percent && value <= 100
	case Count:
		n, bad := strconv.ParseUint(text, 10, 64)
		value, ok = float64(n), bad == nil && n <= largestCount
	case Ratio:
		value, ok = decimal(text)
		ok = ok && value <= largestRatio
	}
	if ok {
		return value, nil
	}
	return 0, wrongLimit(at, text, m)
}

func wrongLimit(at int, text string, m Metric) *Error {
	e := fail(at, text, fmt.Sprintf("%q is no limit for %s", text, m), limitForms[m.Unit()])
	_, plain := decimal(text)
	number, percent := strings.CutSuffix(text, "%")
	_, share := decimal(number)
	switch {
	case text == "":
		e.Problem = "a limit is missing"
	case plain && m.Unit() == Milliseconds:
		e.Problem, e.Suggestion = fmt.Sprintf("%q has no unit", text), text+"ms"
	case plain && m.Unit() == Percent:
		e.Problem, e.Suggestion = fmt.Sprintf("%q has no unit", text), text+"%"
	case percent && share && m.Name == Unexpected:
		e.Problem += ", which is a count"
		e.Allowed = append(e.Allowed, "the metric errors, which is the share of unexpected updates")
	}
	return e
}

// vacuous refuses what every value would keep, or none.
func vacuous(at int, text string, t Threshold) *Error {
	top := t.Metric.Unit() == Percent && t.Limit == 100
	switch {
	case t.Op == Less && t.Limit == 0, t.Op == Greater && top:
		return fail(at, text, fmt.Sprintf("%s %s %s can never hold", t.Metric, t.Op, text))
	case t.Op == GreaterEqual && t.Limit == 0, t.Op == LessEqual && top:
		return fail(at, text, fmt.Sprintf("%s %s %s always holds, so it is no gate", t.Metric, t.Op, text))
	}
	return nil
}
