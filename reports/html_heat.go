package reports

import (
	"math"
	"sort"

	"sdegauge/internal/figure"
	"sdegauge/internal/plot"
)

// heatRows is how many rows a heat map has for each power of ten.
const heatRows = 10

// heatOf counts the response times of each stretch in rows of equal height on a
// logarithmic axis.
func heatOf(list []stretch, axis plot.Axis) plot.Heat {
	rows := max(1, int(math.Round(heatRows*math.Log10(axis.To/axis.From))))
	h := plot.Heat{}
	for i := 0; i <= rows; i++ {
		h.Edges = append(h.Edges, axis.From*math.Pow(axis.To/axis.From, float64(i)/float64(rows)))
	}
	for i := range list {
		s := &list[i]
		h.Columns = append(h.Columns, plot.Column{From: s.from, To: s.to, Counts: rowCounts(s.response, h.Edges)})
	}
	return h
}

// rowCounts counts the readings between each pair of edges, which are in
// milliseconds; what lies beyond counts in the first or last row.
func rowCounts(d *distribution, edges []float64) []uint64 {
	counts := make([]uint64, len(edges)-1)
	for value, n := range d.sample().ForEachBucket {
		row := sort.SearchFloat64s(edges, math.Nextafter(millis(value), math.Inf(1))) - 1
		counts[min(max(0, row), len(counts)-1)] += uint64(n)
	}
	return counts
}

// heatTable has the counts of the heat map between 1, 2 and 5 times powers of
// ten.
func (p *plotter) heatTable() *pageTable {
	t := &pageTable{Columns: []pageColumn{{Head: "from"}}}
	edges := []float64{p.duration.From}
	for _, tick := range p.duration.Ticks {
		if tick.At > edges[len(edges)-1]*(1+1e-9) {
			edges = append(edges, tick.At)
		}
	}
	if last := p.duration.To; edges[len(edges)-1] < last*(1-1e-9) {
		edges = append(edges, last)
	}
	for _, edge := range edges[1:] {
		t.Columns = append(t.Columns, pageColumn{"to " + plot.Millis(edge), true})
	}
	for i := range p.stretches {
		s := &p.stretches[i]
		row := []string{s.name()}
		for _, n := range rowCounts(s.response, edges) {
			row = append(row, countOrNothing(n))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// countOrNothing leaves a cell empty where there is nothing: the eye finds the
// others.
func countOrNothing(n uint64) string {
	if n == 0 {
		return ""
	}
	return figure.Count(n)
}
