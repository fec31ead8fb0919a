package conformance

import (
	"fmt"
	"io"
	"strings"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// WriteJUnit writes the report for the machines that read JUnit: a suite for each
// section, a test for each case, and one more suite for what decides besides. One
// of them failed or is in error exactly where the report's exit code is not 0. A
// case that was waived is a warning.
func WriteJUnit(w io.Writer, r *suite.Report) error {
	j := reports.JUnit{Name: "conformance." + nameOf(r), Began: r.Began, TimeS: r.TookS}
	for _, s := range sections(r) {
		one := reports.JUnitSuite{Name: s.ID + " " + s.Title}
		for _, q := range s.Requirements {
			one.Cases = append(one.Cases, junitCases(q)...)
		}
		j.Suites = append(j.Suites, one)
	}
	if run := junitRun(r); run != nil {
		j.Suites = append(j.Suites, reports.JUnitSuite{Name: "run", Cases: run})
	}
	return reports.WriteJUnitXML(w, j)
}

func junitCases(q suite.Requirement) (list []reports.JUnitCase) {
	if len(q.Cases) == 0 {
		return []reports.JUnitCase{{Name: q.ID + " " + q.Title, Verdict: q.Verdict, Message: printable(q.Note)}}
	}
	for _, c := range q.Cases {
		one := reports.JUnitCase{Name: c.ID + " " + q.Title, Verdict: c.Verdict, Message: printable(c.Reason)}
		if c.Name != "" {
			one.Name += ": " + printable(c.Name)
		}
		switch {
		case c.Verdict > contract.Pass && q.Waived != "":
			one.Verdict, one.Message = contract.Warn, "waived, "+printable(q.Waived)+": "+outcomeText(c)
		case c.Verdict == contract.Fail, c.Verdict == contract.Warn:
			one.Message, one.Text = q.Level.String()+": "+outcomeText(c), evidenceText(q, c)
		case c.Verdict == contract.ObservedOnly:
			one.Message = "observed: " + printable(c.Behaviour)
		}
		list = append(list, one)
	}
	return list
}

func outcomeText(c suite.CaseResult) string {
	return fmt.Sprintf("expected %s, got %s", printable(c.Expected), printable(c.Got))
}

func evidenceText(q suite.Requirement, c suite.CaseResult) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, %s\n%s\n", q.ID, q.Level, q.Source, q.Reason)
	for _, part := range [][2]string{{"request", c.Request}, {"response", c.Response}, {"repeat", c.Reproduce}} {
		if part[1] != "" {
			fmt.Fprintf(&b, "\n%s:\n%s\n", part[0], part[1])
		}
	}
	return b.String()
}

// junitRun is what decides besides the requirements.
func junitRun(r *suite.Report) (list []reports.JUnitCase) {
	if r.Bracket != "" {
		list = append(list, reports.JUnitCase{Name: "sanity bracket", Verdict: r.BracketVerdict, Message: printable(r.Bracket)})
	}
	if l := r.Lock; l != nil && !l.Written {
		one := reports.JUnitCase{Name: "behaviour lock", Verdict: contract.Pass, Message: lockNote(l)}
		var lines []string
		for _, d := range l.Drift {
			lines = append(lines, fmt.Sprintf("%s was %s, is %s", d.ID, printable(d.Was), printable(d.Is)))
		}
		if one.Text = strings.Join(lines, "\n"); lines != nil {
			one.Verdict = l.Verdict()
		}
		list = append(list, one)
	}
	if r.Fuzz != nil {
		list = append(list, junitFuzz(r.Fuzz))
	}
	for _, w := range r.Waivers {
		one := reports.JUnitCase{
			Name: "waiver of " + printable(w.Requirement), Verdict: contract.Pass,
			Message: fmt.Sprintf("%s, until %s: %s", w.State, w.Until, printable(w.Reason)),
		}
		if w.Stale() {
			one.Verdict = contract.Fail
		}
		list = append(list, one)
	}
	if r.ExitCode != 0 && r.Verdict < contract.Inconclusive {
		list = append(list, reports.JUnitCase{Name: "the whole suite", Verdict: contract.Inconclusive, Message: printable(r.Reason)})
	}
	return list
}
