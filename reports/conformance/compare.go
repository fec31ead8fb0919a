package conformance

import (
	"fmt"
	"io"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// WriteComparison writes the matrix of what differs for a terminal.
func WriteComparison(w io.Writer, c *suite.Comparison, o reports.TableOptions) error {
	return reports.WritePage(w, comparisonPage(c), o)
}

// WriteComparisonMarkdown writes the same in Markdown.
func WriteComparisonMarkdown(w io.Writer, c *suite.Comparison) error {
	return reports.WritePageMarkdown(w, fmt.Sprintf("%d servers", len(c.Targets)), comparisonPage(c))
}

func comparisonPage(c *suite.Comparison) reports.Page {
	p := reports.Page{}
	verdicts := reports.Table{Columns: []reports.Column{{Head: "server"}, {Head: "verdict"}, {Head: "reason"}}}
	matrix := reports.Table{Columns: []reports.Column{{Head: "differs"}, {Head: "level"}, {Head: "what is sent or looked at"}}}
	for i, name := range c.Targets {
		p.Verdict = contract.Worst(p.Verdict, c.Verdicts[i])
		verdicts.Rows = append(verdicts.Rows, []string{printable(name), c.Verdicts[i].String(), printable(c.Reasons[i])})
		matrix.Columns = append(matrix.Columns, reports.Column{Head: printable(name)})
	}
	for _, d := range c.Rows {
		row := []string{d.ID, d.Level.String(), d.Title}
		for _, shown := range d.Shown {
			row = append(row, printable(shown))
		}
		matrix.Rows = append(matrix.Rows, row)
	}
	p.Reason = fmt.Sprintf("%d servers, %d differences, %d requirements alike", len(c.Targets), len(c.Rows), c.Alike)
	p.Tables = []reports.Table{verdicts}
	if len(matrix.Rows) > 0 {
		p.Tables = append(p.Tables, matrix)
	}
	return p
}
