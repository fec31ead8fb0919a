package reports

import (
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/internal/plot"
)

// pageTable is a table of the page. Its text is printable; the template escapes
// it.
type pageTable struct {
	Title   string
	Columns []pageColumn
	Rows    [][]string
	Notes   []string
}

// pageColumn is one column; a number is aligned to the right.
type pageColumn struct {
	Head   string
	Number bool
}

// tableOf is a section as the page shows it; nil where there is nothing in it.
// Its findings are shown elsewhere.
func tableOf(title string, s section) *pageTable {
	if len(s.rows)+len(s.notes) == 0 {
		return nil
	}
	t := &pageTable{Title: title, Rows: s.rows, Notes: s.notes}
	for _, c := range s.columns {
		t.Columns = append(t.Columns, pageColumn{c.head, c.kind == numbers})
	}
	return t
}

// Class is how a cell looks: a verdict in its colour, the ends of an interval
// smaller.
func (t *pageTable) Class(row []string, column int) string {
	var classes []string
	if column >= len(t.Columns) {
		return ""
	}
	if t.Columns[column].Number {
		classes = append(classes, "n")
	}
	if strings.HasPrefix(row[0], "95 %") {
		classes = append(classes, "minor")
	}
	if t.Columns[column].Head == "verdict" {
		classes = append(classes, "word", row[column])
	}
	return strings.Join(classes, " ")
}

// name is the start of a stretch, for the first column of a table.
func (s *stretch) name() string { return figure.Seconds(s.from) }

// series makes a table with a row for each stretch.
func (p *plotter) series(columns []string, row func(*stretch) []string) *pageTable {
	t := &pageTable{Columns: []pageColumn{{Head: "from"}}}
	for _, c := range columns {
		t.Columns = append(t.Columns, pageColumn{c, true})
	}
	for i := range p.stretches {
		s := &p.stretches[i]
		t.Rows = append(t.Rows, append([]string{s.name()}, row(s)...))
	}
	return t
}

func (p *plotter) quantileTable(of sampleOf) *pageTable {
	t := p.series([]string{"readings", "p50, ms", "p90, ms", "p99, ms", "max, ms"}, func(s *stretch) []string {
		d := of(s)
		row := []string{figure.Count(d.count())}
		for _, q := range []float64{.5, .9, .99} {
			row = append(row, millisText(given(d.quantile(q)), 2))
		}
		return append(row, millisText(given(d.max()), 2))
	})
	t.Notes = []string{figure.Missing + " too few readings in this stretch for the quantile"}
	return t
}

func (p *plotter) rateTable() *pageTable {
	return p.series([]string{"scheduled", "sent", "as expected"}, func(s *stretch) []string {
		return []string{figure.Count(s.scheduled), figure.Count(s.first), figure.Count(s.asExpected)}
	})
}

func (p *plotter) amplificationTable() *pageTable {
	return p.series([]string{"attempts sent", "updates sent", "attempts for each"}, func(s *stretch) []string {
		ratio := figure.Missing
		if s.first > 0 {
			ratio = figure.Number(float64(s.sent)/float64(s.first), 2)
		}
		return []string{figure.Count(s.sent), figure.Count(s.first), ratio}
	})
}

// statusTable has every status and every failure by its name.
func (p *plotter) statusTable() *pageTable {
	codes, failures := sortedKeys(p.Statuses), sortedKeys(p.Failures)
	var heads []string
	for _, code := range codes {
		heads = append(heads, contract.StatusText(code))
	}
	for _, name := range failures {
		heads = append(heads, printable(name))
	}
	return p.series(heads, func(s *stretch) (row []string) {
		for _, code := range codes {
			row = append(row, countOrNothing(s.statuses[code]))
		}
		for _, name := range failures {
			row = append(row, countOrNothing(s.failures[name]))
		}
		return row
	})
}

// tile is one number that is looked at first.
type tile struct{ Name, Value, Unit, Note string }

// tiles are the numbers that a run is asked for, with what they rest on.
func tiles(r *Report) []tile {
	updates, good := r.Totals.Updates-r.WarmUp.Updates, r.Totals.AsExpected-r.WarmUp.AsExpected
	list := []tile{
		{"updates sent", figure.Number(r.Rate.SentPerS, 1), "/s", "asked for: " + figure.Rate(r.Rate.ScheduledPerS)},
		{"as expected", figure.Share(good, updates), "", figure.Count(good) + " of " + figure.CountOf(updates, "update")},
	}
	for _, q := range []struct {
		name string
		ms   *float64
		ci   *Interval95
		need uint64
	}{
		{"response p50", r.Latency.Response.P50MS, r.Latency.Response.P50CI, Needs(.5)},
		{"response p99", r.Latency.Response.P99MS, r.Latency.Response.P99CI, Needs(.99)},
	} {
		t := tile{Name: q.name, Value: figure.Missing, Note: "needs " + figure.Count(q.need) + " readings, has " + figure.Count(r.Latency.Response.Count)}
		if q.ms != nil {
			t.Value, t.Unit, _ = strings.Cut(plot.Millis(*q.ms), " ")
			t.Note = ""
		}
		if q.ci != nil {
			t.Note = "95 %: " + plot.Millis(q.ci[0]) + " to " + plot.Millis(q.ci[1])
		}
		t.Note = bound(t.Note)
		list = append(list, t)
	}
	return list
}
