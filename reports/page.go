package reports

import (
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

// Table is one table of a page, with notes under it. One without rows is its
// notes alone.
type Table struct {
	Columns []Column
	Rows    [][]string
	Notes   []string
}

// Column is one column of a table. Numbers are aligned to the right and never
// wrapped.
type Column struct {
	Head   string
	Number bool
}

// WritePage writes a page for a terminal.
func WritePage(w io.Writer, p Page, o TableOptions) error {
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
		d.sections = append(d.sections, s)
	}
	return writeDocument(w, d, o)
}

// Number writes a number as all documents do: 1,234.5.
func Number(v float64, decimals int) string { return fixed(v, decimals) }
