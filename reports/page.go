package reports

import (
	"html/template"
	"io"

	"sdegauge/internal/contract"
)

// Page is a document other than a report, in a report's look: a verdict with
// its reason, then tables. Its text MUST be the program's own; what comes from a
// server has to be made printable first.
type Page struct {
	Verdict  contract.Verdict
	Reason   string
	Subtitle string
	Tables   []Table
}

// Table is one table of a page, with findings above it and notes under it. One
// without rows is its findings and notes alone.
type Table struct {
	Columns  []Column
	Rows     [][]string
	Findings []Finding
	Notes    []string
}

// Finding is one thing that was found, with its evidence.
type Finding struct {
	Title string
	Parts []Part
}

// Part is a labelled line of a finding. Code is what a server or a request says,
// a Command is to be copied into a shell and never wrapped.
type Part struct {
	Label, Text   string
	Code, Command bool
}

// Column is one column of a table. Numbers are aligned to the right and never
// wrapped.
type Column struct {
	Head   string
	Number bool
}

// WritePage writes a page for a terminal.
func WritePage(w io.Writer, p Page, o TableOptions) error {
	return writeDocument(w, p.document(), o)
}

func (p Page) document() document {
	d := document{verdict: p.Verdict, reason: p.Reason, subtitle: p.Subtitle}
	for _, t := range p.Tables {
		s := section{rows: t.Rows, notes: t.Notes}
		for _, c := range t.Columns {
			kind := words
			if c.Number {
				kind = numbers
			}
			s.columns = append(s.columns, column{c.Head, kind})
		}
		for _, f := range t.Findings {
			s.findings = append(s.findings, f.finding())
		}
		d.sections = append(d.sections, s)
	}
	return d
}

func (f Finding) finding() finding {
	shown := finding{title: f.Title}
	for _, p := range f.Parts {
		kind := plain
		switch {
		case p.Command:
			kind = command
		case p.Code:
			kind = foreign
		}
		shown.parts = append(shown.parts, part{p.Label, p.Text, kind})
	}
	return shown
}

// Stylesheet is the look of the pages that people open in a browser, for those
// that other packages make.
func Stylesheet() (template.CSS, error) {
	css, err := pageFiles.ReadFile("report.css")
	return template.CSS(css), err
}
