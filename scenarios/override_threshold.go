package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"sdegauge/internal/threshold"
)

// applyThresholds adds those that the override names. One that the scenario has
// changes nothing.
func (s *Scenario) applyThresholds(o Override, p *problems) {
	list := slices.Clone(s.Thresholds)
	for _, text := range o.Thresholds {
		t, err := threshold.ParseFor(text, thresholdClasses())
		if err != nil {
			p.addOnce("--threshold", "--threshold "+text, flagError(text, err))
			continue
		}
		if !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	s.Thresholds = list
}

// flagError is what is wrong with an expression that stands in no file: the mark
// is under the expression itself.
//
//	--threshold: "respnse" is no metric
//	       | respnse.p99 < 250ms
//	       | ^^^^^^^
func flagError(text string, err error) *Error {
	var e *threshold.Error
	if !errors.As(err, &e) {
		return &Error{Text: text, Problem: err.Error()}
	}
	mark := strings.Repeat(" ", e.Column-1) + strings.Repeat("^", max(1, len([]rune(e.Text))))
	return &Error{
		Column: e.Column, Text: e.Text, Allowed: e.Allowed, Suggestion: e.Suggestion,
		Problem: fmt.Sprintf("%s\n       | %s\n       | %s", e.Problem, strings.Map(visible, text), mark),
	}
}
