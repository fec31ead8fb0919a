package threshold

import (
	"strconv"
	"strings"

	"sdegauge/internal/contract"
)

// Name names what is measured.
type Name string

// The metrics.
const (
	Response      Name = "response"       // response time, with a Stat
	Service       Name = "service"        // service time, with a Stat
	Lag           Name = "lag"            // the instrument's own lateness, with a Stat
	Errors        Name = "errors"         // share of updates not as expected
	Unexpected    Name = "unexpected"     // updates not as expected
	Unsent        Name = "unsent"         // updates scheduled and never sent
	NetworkErrors Name = "network_errors" // attempts without a complete response
	Checks        Name = "checks"         // failed judgements, of one requirement or of all
	RateSent      Name = "rate.sent"      // share of the scheduled updates that were sent
	Amplification Name = "amplification"  // attempts divided by updates
	Status        Name = "status"         // share of attempts answered with one status
)

// family is what the language knows of one metric.
type family struct {
	name   Name
	unit   Unit
	stat   bool   // takes a stat: "response.p99"
	scoped bool   // may stand behind class(NAME)
	form   string // as shown to somebody who has to choose
	over   string // what the value rests on
}

// families is the language's table; the parser, the units and the messages read
// from it.
var families = [...]family{
	{Response, Milliseconds, true, true, "response.p99", "readings"},
	{Service, Milliseconds, true, true, "service.p99", "readings"},
	{Lag, Milliseconds, true, false, "lag.p99", "readings"},
	{Errors, Percent, false, true, "errors", "updates"},
	{Unexpected, Count, false, true, "unexpected", "updates"},
	{Unsent, Count, false, false, "unsent", "scheduled updates"},
	{NetworkErrors, Count, false, false, "network_errors", "attempts"},
	{Checks, Count, false, false, "checks.failed, checks(U-02)", "judged responses"},
	{RateSent, Percent, false, false, "rate.sent", "scheduled updates"},
	{Amplification, Ratio, false, false, "amplification", "updates"},
	{Status, Percent, false, false, "status(503)", "attempts"},
}

func (n Name) family() family {
	for _, f := range families {
		if f.name == n {
			return f
		}
	}
	return family{}
}

// Metric is one measurable quantity of a run. It is comparable.
type Metric struct {
	Name Name
	// Class narrows the metric to one payload class; empty means the whole run.
	Class string
	// Stat is which figure of a distribution; set for times only.
	Stat Stat
	// Check is the requirement of a Checks metric; empty means all of them.
	Check string
	// Code is the status code of a Status metric.
	Code int
}

// Unit is the unit of the metric's value.
func (m Metric) Unit() Unit { return m.Name.family().unit }

// String writes the metric as the language does.
func (m Metric) String() string {
	var b strings.Builder
	if m.Class != "" {
		b.WriteString("class(" + m.Class + ").")
	}
	b.WriteString(string(m.Name))
	switch {
	case m.Stat != "":
		b.WriteString("." + string(m.Stat))
	case m.Name == Checks && m.Check == "":
		b.WriteString(".failed")
	case m.Name == Checks:
		b.WriteString("(" + m.Check + ")")
	case m.Name == Status:
		b.WriteString("(" + contract.StatusText(m.Code) + ")")
	}
	return b.String()
}

// Stat is one figure of a distribution: "mean", "max", or a percentile such as
// "p50" or "p99.9".
type Stat string

// The two that are no percentile.
const (
	Mean Stat = "mean"
	Max  Stat = "max"
)

// statForms are the stats shown to somebody who has to choose.
var statForms = []string{"mean", "p50", "p90", "p95", "p99", "p99.9", "max"}

// Quantile is the percentile as a share between 0 and 1, exactly as near as a
// float64 comes: 0.999 for "p99.9". ok is false for mean and max.
func (s Stat) Quantile() (q float64, ok bool) {
	percent, ok := strings.CutPrefix(string(s), "p")
	if !ok {
		return 0, false
	}
	q, err := strconv.ParseFloat(percent+"e-2", 64)
	return q, err == nil
}

// parseStat reads a stat and brings it into its canonical form. Nines may be
// written together: p999 is p99.9.
func parseStat(text string) (Stat, bool) {
	if Stat(text) == Mean || Stat(text) == Max {
		return Stat(text), true
	}
	percent, ok := strings.CutPrefix(text, "p")
	if !ok || len(percent) > len("99.99999") {
		return "", false
	}
	if len(percent) > 2 && percent[0] == '9' && !strings.Contains(percent, ".") {
		percent = percent[:2] + "." + percent[2:]
	}
	v, ok := decimal(percent)
	if !ok || v <= 0 || v >= 100 {
		return "", false
	}
	return Stat("p" + strconv.FormatFloat(v, 'f', -1, 64)), true
}

// decimal reads a plain decimal number: digits, with a fraction or without. No
// sign, no exponent, no "inf".
func decimal(text string) (float64, bool) {
	for i, c := range text {
		digit := c >= '0' && c <= '9'
		if !digit && (c != '.' || i == 0 || i == len(text)-1) {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}
