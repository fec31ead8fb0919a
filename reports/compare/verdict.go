package compare

import (
	"fmt"
	"math"
	"strings"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

// decide sets the verdict, its reason and the exit code.
//
//	what was seen                     verdict       exit
//	a run that cannot be relied on    inconclusive  4
//	a quantity regressed              fail          1
//	a quantity undecided              inconclusive  4
//	a warning                         warn          0
//	nothing of these                  pass          0
func (c *Comparison) decide() {
	c.Notes = append(c.needs(), c.Notes...)
	regressed, undecided, held := c.named(Regressed), c.named(Undecided), c.named(NotWorse)
	doubts := c.doubts()
	switch {
	case len(doubts) > 0:
		c.Verdict, c.Reason = contract.Inconclusive, strings.Join(doubts, "; ")
	case len(regressed) > 0:
		c.Verdict, c.Reason = contract.Fail, c.regressions()
	case len(undecided) > 0:
		c.Verdict, c.Reason = contract.Inconclusive, c.undecidedReason(undecided)
	case len(held) == 0:
		c.Verdict, c.Reason = contract.Inconclusive, "no quantity is gated; give one a margin, as in --margin p50=5%"
	default:
		c.Verdict, c.Reason = contract.Pass, "nothing got worse by its margin: "+strings.Join(held, ", ")
		if len(c.Warnings) > 0 {
			c.Verdict = contract.Warn
			c.Reason += "; but the sides differ in more than the server"
		}
	}
	c.ExitCode = c.Verdict.ExitCode()
}

func (c *Comparison) named(o Outcome) []string {
	var names []string
	for _, q := range c.Quantities {
		if q.Outcome == o {
			names = append(names, q.Name)
		}
	}
	return names
}

// doubts name the runs that cannot be relied on: two with why, the others by
// their number.
func (c *Comparison) doubts() []string {
	var list []string
	for _, m := range append(append([]Member{}, c.Base...), c.New...) {
		if m.Doubt != "" {
			list = append(list, fmt.Sprintf("%s cannot be relied on: %s", printable(m.Name), printable(m.Doubt)))
		}
	}
	const told = 2
	if more := len(list) - told; more > 0 {
		list = append(list[:told], fmt.Sprintf("and %d more runs", more))
	}
	return list
}

// regressions tell of the first by numbers and name the others.
func (c *Comparison) regressions() string {
	names := c.named(Regressed)
	for _, q := range c.Quantities {
		if q.Outcome == Regressed {
			text := q.Regression()
			if len(names) > 1 {
				text += "; and so did " + strings.Join(names[1:], ", ")
			}
			return text
		}
	}
	return ""
}

// Regression tells of a quantity that regressed.
func (q Quantity) Regression() string {
	return fmt.Sprintf("%s regressed by %s, beyond doubt by %s, where %s is tolerated",
		q.Name, q.changeText(q.Change), q.changeText(q.From), q.marginText())
}

// undecidedReason says what the first undecided quantity needs; the notes have
// the others.
func (c *Comparison) undecidedReason(names []string) string {
	verb := " is"
	if len(names) > 1 {
		verb = " are"
	}
	for _, q := range c.Quantities {
		if q.Outcome == Undecided {
			return strings.Join(names, ", ") + verb + " undecided; " + q.Name + " needs " + q.Needs
		}
	}
	return ""
}

// needs are what would decide the undecided quantities.
func (c *Comparison) needs() []string {
	var list []string
	for _, q := range c.Quantities {
		if q.Outcome == Undecided {
			list = append(list, fmt.Sprintf("%s is undecided; it needs %s", q.Name, q.Needs))
		}
	}
	return list
}

// changeText writes a change with its sign, in per cent or, for errors, in points
// of it.
func (q Quantity) changeText(change *float64) string {
	if change == nil {
		return figure.Missing
	}
	percent, decimals, unit := 100**change, 1, " %"
	if q.Name == errorsName {
		decimals, unit = 2, " pt"
	}
	scale := math.Pow(10, float64(decimals))
	percent = math.Round(percent*scale) / scale
	switch {
	case percent > 0:
		return "+" + figure.Number(percent, decimals) + unit
	case percent == 0:
		return figure.Number(0, decimals) + unit
	}
	return figure.Number(percent, decimals) + unit
}

func (q Quantity) marginText() string {
	if q.Margin == nil {
		return figure.Missing
	}
	unit := " %"
	if q.Name == errorsName {
		unit = " pt"
	}
	return trimmed(100**q.Margin) + unit
}

// trimmed writes a number without needless zeros.
func trimmed(v float64) string {
	text := figure.Number(v, 2)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// printable makes text from a file fit for a document.
func printable(text string) string {
	const longestText = 300
	return checks.Printable([]byte(text), longestText)
}
