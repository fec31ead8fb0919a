//go:build linux

package peerbench

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"

	"sdegauge/internal/figure"
)

// writeRace prints what the peers reached, in the order of peers; cells are by
// peer, then by round.
func writeRace(out io.Writer, peers []peer, cells [][]cell) error {
	rows := [][]string{{"peer", "requests/s", "to wrk", "to vegeta", "CPU µs/request", "to wrk", "to vegeta"}}
	for i, p := range peers {
		if p.missing != "" {
			rows = append(rows, []string{p.name, "skipped", figure.Missing, figure.Missing, figure.Missing, figure.Missing, figure.Missing})
			continue
		}
		row := []string{p.name}
		for _, reading := range []struct {
			format string
			of     func(cell) float64
		}{
			{"%.0f", func(c cell) float64 { return c.rate }},
			{"%.2f", func(c cell) float64 { return float64(c.cpu) / 1000 }},
		} {
			mid, _, _ := middle(column(cells[i], reading.of))
			row = append(row, fmt.Sprintf(reading.format, mid))
			for _, other := range []string{"wrk", "vegeta"} {
				j := slices.IndexFunc(peers, func(p peer) bool { return p.name == other })
				row = append(row, ratioText(ratios(column(cells[i], reading.of), column(cells[j], reading.of))))
			}
		}
		rows = append(rows, row)
	}
	if err := writeRows(out, rows); err != nil {
		return err
	}
	for _, p := range peers {
		note := p.name + ": " + p.sends
		if p.missing != "" {
			note = p.name + " was skipped: " + p.missing
		}
		if _, err := fmt.Fprintln(out, note); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out,
		"ratios: the median of the rounds, the least and the most; the bars are a rate of 0.75 to wrk and 2.00 to vegeta;\n"+
			"where others use the machine, rates say little and the CPU time of a request says more")
	return err
}

// writeDrives prints the runs at constant rates.
func writeDrives(out io.Writer, drives []drive) error {
	rows := [][]string{{"rate", "length", "lag p99 ms", "bar", "unsent", "exit", "CPU µs/request", "peak memory MB"}}
	for _, d := range drives {
		lag, bar := figure.Missing, figure.Missing
		if d.lag != nil {
			lag = fmt.Sprintf("%.3f", *d.lag)
		}
		if d.bar > 0 {
			bar = fmt.Sprintf("%.1f", d.bar)
		}
		rows = append(rows, []string{
			fmt.Sprintf("%d/s", d.rate), d.length.Round(time.Second).String(), lag, bar,
			fmt.Sprint(d.unsent), fmt.Sprint(d.exit), fmt.Sprintf("%.2f", float64(d.cpu)/1000), fmt.Sprintf("%.1f", float64(d.rss)/1e6),
		})
	}
	return writeRows(out, rows)
}

// writeRows prints a table, its header first.
func writeRows(out io.Writer, rows [][]string) error {
	table := tablewriter.NewTable(out, tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithRowAutoWrap(tw.WrapNone))
	table.Header(rows[0])
	for _, row := range rows[1:] {
		if err := table.Append(row); err != nil {
			return err
		}
	}
	return table.Render()
}

func column(cells []cell, pick func(cell) float64) []float64 {
	values := make([]float64, len(cells))
	for i, c := range cells {
		values[i] = pick(c)
	}
	return values
}

// ratios are the readings of one peer over those of another, round by round.
func ratios(a, b []float64) []float64 {
	var all []float64
	for i := range min(len(a), len(b)) {
		if b[i] > 0 {
			all = append(all, a[i]/b[i])
		}
	}
	return all
}

func ratioText(all []float64) string {
	if len(all) == 0 {
		return figure.Missing
	}
	mid, least, most := middle(all)
	return fmt.Sprintf("%.2f (%.2f–%.2f)", mid, least, most)
}

// middle is the median of values, the least and the greatest; all are 0 where
// there is none.
func middle(values []float64) (mid, least, most float64) {
	n := len(values)
	if n == 0 {
		return 0, 0, 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(n-1)/2] + sorted[n/2]) / 2, sorted[0], sorted[n-1]
}
