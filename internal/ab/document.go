package ab

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"sdegauge/checks"
	"sdegauge/internal/figure"
	"sdegauge/reports"
	"sdegauge/reports/compare"
)

// WriteText writes a result for a terminal.
func (r *Result) WriteText(w io.Writer, o reports.TableOptions) error {
	return reports.WritePage(w, r.page(), o)
}

// WriteMarkdown writes it for a pull request.
func (r *Result) WriteMarkdown(w io.Writer) error {
	return reports.WritePageMarkdown(w, "new against base, by turns", r.page())
}

// WriteJSON writes all of it, as ab.json holds it.
func (r *Result) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("write the comparison as JSON: %w", err)
	}
	return nil
}

func (r *Result) page() reports.Page {
	page := reports.Page{
		Verdict: r.Verdict, Reason: printable(r.Reason),
		Subtitle: fmt.Sprintf("%s, seed %d; base: %s; new: %s; over %s", printable(r.Scenario), r.Seed,
			printable(r.Base.URL), printable(r.New.URL), r.Transport),
	}
	if len(r.Quantities) > 0 {
		page.Tables = append(page.Tables, compare.QuantityTable(r.Metric, r.Quantities, compare.Doubts{Regression: r.DoubtLast, Clear: r.DoubtClearLast}))
	}
	page.Tables = append(page.Tables, reports.Table{Notes: r.notes()})
	return page
}

// notes say how the numbers came about.
func (r *Result) notes() []string {
	end := "the time was over"
	switch {
	case r.Early:
		end = "the answer was clear"
	case r.Measured < r.Planned && r.SideS <= overrun*r.MaxTimeS:
		end = "it ended before"
	}
	list := []string{fmt.Sprintf("%s of blocks of %s s, %s s on each side, of %d in %s s: %s",
		figure.CountOf(r.Measured, "pair"), figure.Number(r.BlockS, 1), figure.Number(r.SideS, 1), r.Planned, figure.Number(r.MaxTimeS, 0), end)}
	if len(r.Quantities) > 0 {
		list = append(list, fmt.Sprintf("all looks together: a false alarm of a quantity has a chance of at most %s %%", figure.Number(100*r.Doubt, 1)))
	}
	if r.Dropped > 0 {
		list = append(list, fmt.Sprintf("%s dropped; the first: %s", figure.CountOf(r.Dropped, "pair"), printable(r.usualDrop())))
	}
	list = append(list, "A/A control: "+r.Control.text())
	for _, w := range r.Warnings {
		list = append(list, "warning: "+printable(w))
	}
	for _, q := range r.Quantities {
		if q.Outcome == compare.Undecided {
			list = append(list, fmt.Sprintf("note: %s is undecided; it needs %s", q.Name, q.Needs))
		}
	}
	return list
}

// text tells of the control; there may be none.
func (c *Control) text() string {
	if c == nil {
		return fmt.Sprintf("none, for it needs %d pairs", 2*leastControl)
	}
	return fmt.Sprintf("base blocks against base blocks raised %s in %d repairings of %d pairs",
		figure.CountOf(c.Alarms, "false alarm"), c.Repairings, c.Pairs)
}

// lookLine tells of a look.
func lookLine(rows []compare.Quantity, pairs, planned int) string {
	text := fmt.Sprintf("%d of %d pairs", pairs, planned)
	for _, o := range []compare.Outcome{compare.Regressed, compare.Undecided, compare.NotWorse} {
		if names := named(rows, o); len(names) > 0 {
			text += fmt.Sprintf("; %s: %s", o, strings.Join(names, ", "))
		}
	}
	return text
}

// printable makes text that came from outside fit for a document.
func printable(text string) string {
	const longest = 400
	return checks.Printable([]byte(text), longest)
}
