package conformance

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/reports"
)

// WriteTable writes the report for a terminal: what the server does where the
// specification is silent, what was not asked, the counts, and nearest to the
// prompt what does not hold.
func WriteTable(w io.Writer, r *suite.Report, o reports.TableOptions) error {
	return reports.WritePage(w, pageOf(r, silenceTable(r), lockTable(r), skippedTable(r), sectionTable(r), waiverTable(r), fuzzTable(r), foundTable(r)), o)
}

// WriteMarkdown writes the report in GitHub-flavoured Markdown, what does not hold
// first.
func WriteMarkdown(w io.Writer, r *suite.Report) error {
	p := pageOf(r, foundTable(r), fuzzTable(r), waiverTable(r), sectionTable(r), lockTable(r), silenceTable(r), skippedTable(r))
	if r.Command != "" {
		p.Tables = append(p.Tables, reports.Table{Findings: []reports.Finding{{
			Title: "To run it again", Parts: []reports.Part{{Label: "command", Text: printable(r.Command), Command: true}},
		}}})
	}
	return reports.WritePageMarkdown(w, nameOf(r), p)
}

// nameOf is what a document calls the target.
func nameOf(r *suite.Report) string {
	if r.Target.Name != "" {
		return r.Target.Name
	}
	return r.Target.URL
}

func pageOf(r *suite.Report, tables ...reports.Table) reports.Page {
	return reports.Page{
		Verdict: r.Verdict, Reason: printable(r.Reason), Subtitle: subtitle(r),
		Tables: slices.DeleteFunc(tables, func(t reports.Table) bool { return len(t.Rows)+len(t.Findings)+len(t.Notes) == 0 }),
	}
}

func subtitle(r *suite.Report) string {
	text := ""
	if r.Target.Name != "" {
		text = r.Target.Name + ": "
	}
	text += r.Target.URL
	if r.Target.Reference {
		text += " (the embedded reference server)"
	}
	text += fmt.Sprintf(", account %s, profile %s, seed %d, %s requests in %s s",
		r.Target.Account, r.Profile, r.Seed, figure.Count(r.Requests), figure.Number(r.TookS, 1))
	if len(r.Target.Given) > 0 {
		text += "; given: " + strings.Join(r.Target.Given, ", ")
	}
	return printable(text)
}

// shownVerdicts are the columns of the counts, the worst first.
var shownVerdicts = []contract.Verdict{
	contract.Fail, contract.Inconclusive, contract.Warn, contract.Pass, contract.ObservedOnly, contract.Skipped,
}

func sectionTable(r *suite.Report) reports.Table {
	t := reports.Table{Columns: []reports.Column{{Head: "section"}}}
	for _, v := range shownVerdicts {
		t.Columns = append(t.Columns, reports.Column{Head: v.String(), Number: true})
	}
	row := func(name string, s section) {
		cells := []string{name}
		for _, v := range shownVerdicts {
			cells = append(cells, countText(s.count(v)))
		}
		t.Rows = append(t.Rows, cells)
	}
	for _, s := range sections(r) {
		row(s.ID+" "+s.Title, s)
	}
	row("all", section{Requirements: r.Requirements})
	return t
}

// countText leaves a place without a count empty, so that what is there is seen.
func countText(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// foundShown and casesShown are how many findings, and cases of one, a text tells
// whole; the page in a browser tells all.
const (
	foundShown = 20
	casesShown = 2
)

func foundTable(r *suite.Report) (t reports.Table) {
	all := found(r)
	// On a terminal and in a summary alike the gravest is told first.
	for _, q := range all[:min(len(all), foundShown)] {
		t.Findings = append(t.Findings, findingOf(q))
	}
	if len(all) > foundShown {
		var ids []string
		for _, q := range all[foundShown:] {
			ids = append(ids, q.ID)
		}
		t.Notes = append(t.Notes, fmt.Sprintf("%d more, told in conformance.html: %s", len(ids), ranges(ids)))
	}
	return t
}

// findingOf tells a requirement that is not met.
func findingOf(q suite.Requirement) reports.Finding {
	f := reports.Finding{Title: titleOf(q), Parts: []reports.Part{{Label: "why", Text: printable(q.Reason)}}}
	add := func(p reports.Part) {
		if p.Text != "" {
			f.Parts = append(f.Parts, p)
		}
	}
	add(reports.Part{Label: "waived", Text: printable(q.Waived)})
	add(reports.Part{Label: "note", Text: printable(q.Note)})
	cases := decisive(q)
	for _, c := range cases[:min(len(cases), casesShown)] {
		if c.ID != q.ID || c.Name != "" {
			add(reports.Part{Label: "case", Text: strings.TrimSpace(printable(c.ID + " " + c.Name))})
		}
		add(reports.Part{Label: "reason", Text: printable(c.Reason)})
		add(reports.Part{Label: "expected", Text: printable(c.Expected), Code: true})
		add(reports.Part{Label: "got", Text: printable(c.Got), Code: true})
		add(repeatPart(c))
	}
	if more := len(cases) - casesShown; more > 0 {
		var ids []string
		for _, c := range cases[casesShown:] {
			ids = append(ids, c.ID)
		}
		add(reports.Part{Label: "likewise", Text: strings.Join(ids, ", ")})
	}
	return f
}

// commandLongest is the longest command line that a text shows, in characters.
const commandLongest = 1500

// repeatPart is the command that sends a case again. It is shown where it can be
// shown as it is.
func repeatPart(c suite.CaseResult) reports.Part {
	switch {
	case c.Reproduce == "":
		return reports.Part{}
	case len(c.Reproduce) > commandLongest || printable(c.Reproduce) != c.Reproduce && len(c.Reproduce) <= shownLongest:
		return reports.Part{Label: "repeat", Text: "conformance.json has the command"}
	}
	return reports.Part{Label: "repeat", Text: c.Reproduce, Command: true}
}

func titleOf(q suite.Requirement) string {
	verdict := q.Verdict.String()
	if q.Waived != "" {
		verdict += ", waived"
	}
	return fmt.Sprintf("%s %s, %s, %s: %s", q.ID, verdict, q.Level, q.Source, q.Title)
}

func silenceTable(r *suite.Report) reports.Table {
	t := reports.Table{Columns: []reports.Column{{Head: "silent"}, {Head: "where the specification says nothing"}, {Head: "this server"}}}
	for _, s := range silences(r) {
		var does []string
		for _, a := range s.Answers {
			text := a.Says
			if a.To != "" {
				text += ": " + a.To
			}
			does = append(does, text)
		}
		t.Rows = append(t.Rows, []string{s.ID, s.Title, strings.Join(does, "; ")})
	}
	return t
}

func skippedTable(r *suite.Report) reports.Table {
	t := reports.Table{Columns: []reports.Column{{Head: "not asked"}, {Head: "requirements and cases"}}}
	for _, u := range skipped(r) {
		t.Rows = append(t.Rows, []string{u.Why, u.IDs})
	}
	return t
}

func lockTable(r *suite.Report) (t reports.Table) {
	l := r.Lock
	if l == nil {
		return t
	}
	t.Columns = []reports.Column{{Head: "changed"}, {Head: "was"}, {Head: "is"}}
	for _, d := range l.Drift {
		t.Rows = append(t.Rows, []string{d.ID, printable(d.Was), printable(d.Is)})
	}
	t.Notes = append(t.Notes, lockNote(l))
	return t
}

// lockNote says how the lock and the run compare, besides what changed.
func lockNote(l *suite.LockResult) string {
	name := printable(l.File)
	if l.Written && l.Locked == 0 {
		return fmt.Sprintf("lock: %s written with %d behaviours", name, l.New)
	}
	text := fmt.Sprintf("lock: %d of %d behaviours in %s are as they were", l.Locked-l.Unseen-len(l.Drift), l.Locked, name)
	if l.Unseen > 0 {
		text += fmt.Sprintf(", %d were not asked about", l.Unseen)
	}
	if l.New > 0 {
		text += fmt.Sprintf(", %d are new", l.New)
	}
	if l.Written {
		return text + "; the file was written anew"
	}
	if len(l.Drift)+l.New > 0 {
		text += "; --update-lock takes what is now"
	}
	return text
}

func waiverTable(r *suite.Report) (t reports.Table) {
	t.Columns = []reports.Column{{Head: "waiver"}, {Head: "state"}, {Head: "waives"}, {Head: "reason"}, {Head: "owner"}, {Head: "until"}}
	for _, w := range r.Waivers {
		t.Rows = append(t.Rows, []string{
			printable(w.Requirement), string(w.State), strings.Join(w.Covers, ", "), printable(w.Reason), printable(w.Owner), w.Until,
		})
		if w.Broad {
			t.Notes = append(t.Notes, fmt.Sprintf("the waiver of %s reaches beyond one section; name what is known to deviate", printable(w.Requirement)))
		}
	}
	return t
}
