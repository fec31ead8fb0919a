package conformance

import (
	"fmt"
	"strings"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// fuzzTable is what random updates found; empty where none were sent.
func fuzzTable(r *suite.Report) (t reports.Table) {
	f := r.Fuzz
	if f == nil {
		return t
	}
	for _, failure := range f.Failures {
		t.Findings = append(t.Findings, fuzzFinding(failure))
	}
	t.Notes = append(t.Notes, "--fuzz: "+f.String())
	if f.Unlisted > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("%d more failed in other ways than the %d listed", f.Unlisted, len(f.Failures)))
	}
	if f.Dispute != "" {
		t.Notes = append(t.Notes, "a mistake of this program, not of the server: "+printable(f.Dispute))
	}
	return t
}

func fuzzFinding(f suite.FuzzFailure) reports.Finding {
	title := ""
	if r, ok := contract.LookupRequirement(f.Requirement); ok {
		title = ": " + r.Title
	}
	finding := reports.Finding{
		Title: fmt.Sprintf("%s %s %s%s", strings.ToUpper(f.Verdict.String()), f.Requirement, f.Level, printable(title)),
	}
	add := func(label, text string, code bool) {
		if text != "" {
			finding.Parts = append(finding.Parts, reports.Part{Label: label, Text: text, Code: code})
		}
	}
	add("random", fmt.Sprintf("update %d: %s, %s; %d failed so", f.Seq, f.Kind, printable(f.Name), f.Count), false)
	add("expected", printable(f.Expected), true)
	add("got", printable(f.Got), true)
	if f.Unsteady {
		add("note", "it did not fail a second time", false)
		add("body", printable(f.Shrunk), true)
	} else {
		add("smallest", printable(f.Shrunk), true)
	}
	add("because", printable(f.Because), false)
	finding.Parts = append(finding.Parts, repeatPart(suite.CaseResult{Reproduce: f.Reproduce}))
	finding.Parts = append(finding.Parts, reports.Part{Label: "all again", Text: printable(f.Repeat), Command: true})
	return finding
}

// junitFuzz is the case of the random updates.
func junitFuzz(f *suite.FuzzResult) reports.JUnitCase {
	one := reports.JUnitCase{Name: "random updates", Verdict: f.Verdict, Message: f.String()}
	var lines []string
	for _, failure := range f.Failures {
		lines = append(lines, fmt.Sprintf("%s: update %d, %s: expected %s, got %s\n%s", failure.Requirement, failure.Seq,
			printable(failure.Name), printable(failure.Expected), printable(failure.Got), printable(failure.Reproduce)))
	}
	one.Text = strings.Join(lines, "\n")
	return one
}
