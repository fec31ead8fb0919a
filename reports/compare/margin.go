package compare

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"sdegauge/internal/spelling"
)

// ParseMargin reads a margin as p99=10%: how much worse a quantity may be, in per
// cent of the base, or for errors in points of the updates. off takes the gate
// away.
func ParseMargin(text string) (name string, margin float64, err error) {
	name, value, ok := strings.Cut(text, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok {
		return "", 0, fmt.Errorf("%q is no margin; write a quantity and its margin, as p50=5%%", text)
	}
	if _, known := lookup(name); !known {
		err := fmt.Errorf("%q is no quantity; choose %s", name, spelling.Or(Names()))
		if near := spelling.Nearest(name, Names()); near != "" {
			err = fmt.Errorf("%w; did you mean %q?", err, near)
		}
		return "", 0, err
	}
	if value == "off" {
		return name, 0, nil
	}
	margin, err = parsePercent(value)
	if err != nil {
		return "", 0, fmt.Errorf("the margin of %s: %w, or off", name, err)
	}
	if margin <= 0 || margin > 10 {
		return "", 0, fmt.Errorf("the margin of %s is %q; it has to be above 0%% and at most 1000%%, or off", name, value)
	}
	return name, margin, nil
}

// ParseConfidence reads a confidence as 99.7%.
func ParseConfidence(text string) (float64, error) {
	v, err := parsePercent(text)
	if err != nil {
		return 0, err
	}
	if v < 0.5 || v > 0.99999 {
		return 0, fmt.Errorf("%q is out of range; choose from 50%% to 99.999%%", text)
	}
	return v, nil
}

// parsePercent demands the sign, for 5 could be 5 % or 500 %.
func parsePercent(text string) (float64, error) {
	number, ok := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !ok || err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is no share; write it in per cent, as 5%%", text)
	}
	return v / 100, nil
}
