package compare

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"sdegauge/internal/figure"
	"sdegauge/reports"
)

// WriteText writes a comparison for a terminal.
func (c *Comparison) WriteText(w io.Writer, o reports.TableOptions) error {
	return reports.WritePage(w, c.page(), o)
}

// WriteMarkdown writes it for a pull request.
func (c *Comparison) WriteMarkdown(w io.Writer) error {
	return reports.WritePageMarkdown(w, "new against base", c.page())
}

// WriteJSON writes all of it.
func (c *Comparison) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(c); err != nil {
		return fmt.Errorf("write the comparison as JSON: %w", err)
	}
	return nil
}

// QuantityTable shows quantities, whose From and To hold but for some doubts.
func QuantityTable(m Metric, rows []Quantity, d Doubts) reports.Table {
	table := reports.Table{Columns: []reports.Column{
		{Head: string(m) + ", ms"}, {Head: "base", Number: true}, {Head: "new", Number: true}, {Head: "change", Number: true},
		{Head: "from", Number: true}, {Head: "to", Number: true}, {Head: "margin", Number: true}, {Head: "verdict"},
	}}
	for _, q := range rows {
		table.Rows = append(table.Rows, []string{
			q.label(), q.valueText(q.Base), q.valueText(q.New), q.changeText(q.Change),
			q.changeText(q.From), q.changeText(q.To), q.marginText(), string(q.Outcome),
		})
	}
	table.Notes = []string{fmt.Sprintf(
		"from: the change falls short of it with a doubt of %s %%, to: it goes beyond with one of %s %%. regressed: at or beyond the margin, and from worse than 0; not worse: to below the margin",
		trimmed(100*d.Regression), trimmed(100*d.Clear))}
	return table
}

func (c *Comparison) page() reports.Page {
	table := QuantityTable(c.Metric, c.Quantities, Doubts{1 - c.Confidence, 1 - c.ConfidenceBelow})
	page := reports.Page{
		Verdict: c.Verdict, Reason: c.Reason, Subtitle: c.subtitle(), Tables: []reports.Table{table},
	}
	if len(c.Warnings) > 0 {
		page.Tables = append(page.Tables, reports.Table{Notes: prefixed("warning: ", c.Warnings)})
	}
	if len(c.Notes) > 0 {
		page.Tables = append(page.Tables, reports.Table{Notes: prefixed("note: ", c.Notes)})
	}
	return page
}

func prefixed(prefix string, list []string) []string {
	all := make([]string, 0, len(list))
	for _, text := range list {
		all = append(all, prefix+text)
	}
	return all
}

func (c *Comparison) subtitle() string {
	names := map[string]bool{}
	var scenarios []string
	for _, m := range append(append([]Member{}, c.Base...), c.New...) {
		if !names[m.Scenario] {
			names[m.Scenario] = true
			scenarios = append(scenarios, printable(m.Scenario))
		}
	}
	return fmt.Sprintf("%s; base: %s; new: %s", strings.Join(scenarios, ", "), sideText(c.Base), sideText(c.New))
}

// sideText names a side's runs, or counts many.
func sideText(runs []Member) string {
	measured := 0.0
	var names []string
	for _, m := range runs {
		measured += m.MeasuredS
		names = append(names, printable(m.Name))
	}
	const named = 3
	if len(names) > named {
		names = append(names[:named-1], fmt.Sprintf("and %d more", len(runs)-named+1))
	}
	noun := "runs"
	if len(runs) == 1 {
		noun = "run"
	}
	return fmt.Sprintf("%s (%d %s, %s measured)", strings.Join(names, ", "), len(runs), noun, lengthText(measured))
}

// label names the row with its unit, where that is not the table's. A rate in per
// cent is of the schedule, errors are of the updates.
func (q Quantity) label() string {
	switch q.Unit {
	case "ms":
		return q.Name
	case "/s":
		return q.Name + ", 1/s"
	}
	return q.Name + ", %"
}

func (q Quantity) valueText(v *float64) string {
	switch {
	case v == nil:
		return figure.Missing
	case q.Unit == "/s":
		return figure.Number(*v, 1)
	case q.Unit != "ms":
		return figure.Number(100**v, 2)
	case *v < 1:
		return figure.Number(*v, 3)
	case *v < 100:
		return figure.Number(*v, 2)
	}
	return figure.Number(*v, 1)
}
