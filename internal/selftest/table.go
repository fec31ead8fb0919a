package selftest

import (
	"fmt"
	"io"
	"slices"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/reports"
)

// WriteTable writes truth against reading as a table for a terminal.
func (c *Calibration) WriteTable(w io.Writer, o reports.TableOptions) error {
	return reports.WritePage(w, reports.Page{
		Verdict: c.Verdict, Reason: c.reason(),
		Subtitle: fmt.Sprintf("selftest of sdegauge %s, %s, on %s", c.Tool, c.Go, c.Machine),
		Tables:   c.tables(),
	}, o)
}

// reason says in a sentence what the verdict rests on.
func (c *Calibration) reason() string {
	count := map[contract.Verdict]int{}
	for _, r := range c.Rows {
		count[r.Verdict]++
	}
	judged := len(c.Rows) - count[contract.ObservedOnly]
	switch {
	case count[contract.Fail] > 0:
		return fmt.Sprintf("%d of %d readings are wrong: the instrument cannot be relied on here", count[contract.Fail], judged)
	case count[contract.Inconclusive] > 0:
		return fmt.Sprintf("%d of %d readings could not be judged; run it again when the machine has less to do", count[contract.Inconclusive], judged)
	case c.Verdict == contract.Inconclusive:
		return "the lag budget held at no rate; run it again when the machine has less to do"
	case judged == 0:
		return "the ceiling was found; nothing was read"
	}
	return fmt.Sprintf("all of %d readings agree with the truth", judged)
}

func (c *Calibration) tables() []reports.Table {
	var tables []reports.Table
	if len(c.Rows) > 0 {
		t := reports.Table{Columns: []reports.Column{
			{Head: "experiment"}, {Head: "what"}, {Head: "truth", Number: true}, {Head: "reading", Number: true},
			{Head: "accepted", Number: true}, {Head: "verdict"},
		}}
		previous := ""
		for _, r := range c.Rows {
			name := r.Experiment
			if name == previous {
				name = ""
			}
			previous = r.Experiment
			t.Rows = append(t.Rows, append([]string{name}, r.cells()...))
		}
		tables = append(tables, t, reports.Table{Notes: c.About}, reports.Table{Notes: c.why()})
	}
	if c.Ceiling != nil {
		tables = append(tables, reports.Table{Notes: []string{c.Ceiling.String()}})
	}
	return tables
}

// why says once for each experiment why its bounds lie where they lie, and what
// there is to say about a row that did not pass.
func (c *Calibration) why() []string {
	var notes []string
	tell := func(r Row, about, text string) {
		note := fmt.Sprintf("%s, %s: %s", r.Experiment, about, text)
		if text != "" && !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	for _, r := range c.Rows {
		if r.Verdict == contract.ObservedOnly {
			tell(r, r.What, r.Why)
			continue
		}
		tell(r, "accepted", r.Why)
		tell(r, r.Verdict.String(), r.Note)
	}
	return notes
}

// cells are the row without its experiment.
func (r Row) cells() []string {
	text, unit := func(v float64) string { return figure.Number(v, 0) }, ""
	if r.Unit != "" {
		text, unit = func(v float64) string { return figure.Number(v, 2) }, " "+r.Unit
	}
	reading, accepted := figure.Missing, text(r.Low)+"–"+text(r.High)+unit
	if r.Reading != nil {
		reading = text(*r.Reading) + unit
	}
	switch {
	case r.Verdict == contract.ObservedOnly:
		accepted = ""
	case r.Low == r.High:
		accepted = "exact"
	}
	return []string{r.What, text(r.Truth) + unit, reading, accepted, r.Verdict.String()}
}

// String is the ceiling in a sentence.
func (c Ceiling) String() string {
	rate := func(v float64) string { return figure.Number(v, 0) + " updates/s" }
	name := "ceiling"
	if c.Transport != "" {
		name += " of the transport " + c.Transport
	}
	switch {
	case c.HoldsPerS == 0:
		return name + ": the lag budget broke at " + rate(c.BreaksPerS) + " and at every rate that was tried"
	case c.BreaksPerS == 0:
		return name + ": above " + rate(c.HoldsPerS) + ", the highest that was tried"
	}
	return fmt.Sprintf("%s: between %s, at which 99 %% of sends were within 1 ms, and %s, at which they were not",
		name, rate(c.HoldsPerS), rate(c.BreaksPerS))
}
