package conformance

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
	"sdegauge/reports"
)

//go:embed conformance.html.tmpl conformance.css search.js
var pageFiles embed.FS

var pageTemplate = template.Must(template.ParseFS(pageFiles, "conformance.html.tmpl"))

// WriteHTML writes the report as one page that needs no network. All of it can be
// read, and filtered by verdict and level, without a script; the one that it has
// only searches. What a server sent is text on it and nothing else: it is made
// printable, escaped by the template, and the page forbids itself to load
// anything or to run another script.
func WriteHTML(w io.Writer, r *suite.Report) error {
	page, err := newPage(r)
	if err != nil {
		return fmt.Errorf("make the page: %w", err)
	}
	if err := pageTemplate.Execute(w, page); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// htmlPage is what the template shows.
type htmlPage struct {
	Style  template.CSS
	Script template.JS
	// Policy is the page's Content-Security-Policy: the style, the script by its
	// hash, and nothing else.
	Policy string

	Name, Subtitle, Reason string
	Report                 *suite.Report
	Tiles                  []tile
	Found                  []reports.Finding
	FoundIDs               []suite.Requirement
	Sections               []section
	Silences               []silence
	Skipped                []unasked
	Lock, Waivers, Fuzz    *reports.Table
	Verdicts               []contract.Verdict
	Levels                 []contract.Level
	Coverage               coverage
	Command                string
	Repeat                 [][2]string
}

// tile is a count that is seen first.
type tile struct {
	Verdict contract.Verdict
	Count   int
}

func newPage(r *suite.Report) (*htmlPage, error) {
	style, err := reports.Stylesheet()
	if err != nil {
		return nil, err
	}
	own, err := pageFiles.ReadFile("conformance.css")
	if err != nil {
		return nil, err
	}
	script, err := pageFiles.ReadFile("search.js")
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(script)
	p := &htmlPage{
		Style: style + template.CSS(own), Script: template.JS(script),
		Policy: "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'",
		Name:   printable(nameOf(r)), Subtitle: subtitle(r), Reason: printable(r.Reason), Report: r,
		Sections: sections(r), Silences: silences(r), Skipped: skipped(r),
		Lock: shown(lockTable(r)), Waivers: shown(waiverTable(r)), Fuzz: shown(fuzzTable(r)),
		Levels:   []contract.Level{contract.Must, contract.Should, contract.May, contract.Obs},
		Coverage: coverageOf(r), Command: printable(r.Command),
	}
	for _, v := range shownVerdicts {
		if n := r.Counts[v.String()]; n > 0 {
			p.Tiles, p.Verdicts = append(p.Tiles, tile{v, n}), append(p.Verdicts, v)
		}
	}
	for _, q := range found(r) {
		p.Found, p.FoundIDs = append(p.Found, findingOf(q)), append(p.FoundIDs, q)
	}
	p.Repeat = [][2]string{
		{"target", printable(r.Target.URL)}, {"account", printable(r.Target.Account)}, {"profile", printable(r.Profile)},
		{"seed", fmt.Sprint(r.Seed)}, {"began", r.Began.Format(time.RFC3339)},
		{"program", strings.TrimSpace(printable(r.Tool.Name + " " + r.Tool.Version))},
	}
	return p, nil
}

func shown(t reports.Table) *reports.Table {
	if len(t.Rows)+len(t.Notes) == 0 {
		return nil
	}
	return &t
}

// CellClass is how a cell of the counts looks.
func (p *htmlPage) CellClass(s section, v contract.Verdict) string {
	if s.count(v) == 0 || v == contract.Pass || v == contract.ObservedOnly || v == contract.Skipped {
		return "n"
	}
	return "n word " + v.String()
}

// Count is how many requirements of a section have a verdict; empty for none.
func (s section) Count(v contract.Verdict) string { return countText(s.count(v)) }

// bodyLongest is the longest request or response that the page shows, in
// characters.
const bodyLongest = 6000

// Exchange is a request or response of a case as the page shows it. The suite
// has made it printable line by line.
func (p *htmlPage) Exchange(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	text = strings.Join(lines, "\n")
	if r := []rune(text); len(r) > bodyLongest {
		return string(r[:bodyLongest]) + "…"
	}
	return text
}

// Text makes text from elsewhere fit for the page.
func (p *htmlPage) Text(text string) string { return printable(text) }

// Command is a command line where it can be shown as it is.
func (p *htmlPage) Repeatable(c suite.CaseResult) string { return repeatPart(c).Text }

// coverage is the matrix of sections and SDE or impression types, and below it
// what was exercised with which fault.
type coverage struct {
	Subjects []string
	Rows     []coverageRow
}

type coverageRow struct {
	Section section
	// Cells are the counts in the order of the subjects; the last is of cases
	// that are about no type.
	Cells []coverageCell
	Parts []suite.Cell
}

// coverageCell counts cases.
type coverageCell struct{ Exercised, Skipped int }

// String is "12", or "12 of 14" where some were skipped; empty for none.
func (c coverageCell) String() string {
	switch {
	case c.Exercised+c.Skipped == 0:
		return ""
	case c.Skipped > 0:
		return fmt.Sprintf("%d of %d", c.Exercised, c.Exercised+c.Skipped)
	}
	return fmt.Sprint(c.Exercised)
}

func coverageOf(r *suite.Report) coverage {
	var c coverage
	for _, a := range append(contract.ImpressionTypes(), contract.SDETypes()...) {
		c.Subjects = append(c.Subjects, a.Type)
	}
	bySection := map[string][]suite.Cell{}
	for _, cell := range r.Coverage {
		bySection[sectionOf(cell.Requirement)] = append(bySection[sectionOf(cell.Requirement)], cell)
	}
	for _, s := range sections(r) {
		row := coverageRow{Section: s, Cells: make([]coverageCell, len(c.Subjects)+1), Parts: bySection[s.ID]}
		if len(row.Parts) == 0 {
			continue // judged elsewhere as a whole
		}
		for _, part := range row.Parts {
			at := slices.Index(c.Subjects, part.Subject)
			if at < 0 {
				at = len(c.Subjects)
			}
			row.Cells[at].Exercised += part.Exercised
			row.Cells[at].Skipped += part.Skipped
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}
