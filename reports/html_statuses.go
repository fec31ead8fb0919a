package reports

import (
	"cmp"
	"html/template"
	"math"
	"slices"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/internal/plot"
)

// ending is one way in which attempts ended, in the plot of statuses.
type ending struct {
	name  string
	ink   plot.Ink
	total uint64
	of    func(*stretch) uint64
}

// The colours of the endings: a family of statuses shares the warmth, and its
// most frequent member has the first ink.
var (
	inksGood    = []plot.Ink{plot.Blue, plot.Sky}
	inksRefused = []plot.Ink{plot.Orange, plot.Yellow}
	inksFailed  = []plot.Ink{plot.Red}
	inksOdd     = []plot.Ink{plot.Grey}
)

// endings are what attempts ended with, from the bottom of the plot to its top.
// Of a family the most frequent have a colour of their own and share the last
// with the rest.
func (p *plotter) endings() (list []ending) {
	for _, family := range []struct {
		inks     []plot.Ink
		rest     string
		from, to int
	}{
		{inksGood, "other below 400", 0, 399},
		{inksRefused, "other 4xx", 400, 499},
		{inksFailed, "5xx", 500, 599},
		{inksOdd, "600 and above", 600, math.MaxInt},
	} {
		list = append(list, p.family(family.inks, family.rest, family.from, family.to)...)
	}
	var failed uint64
	for _, n := range p.Failures {
		failed += n
	}
	if failed > 0 {
		list = append(list, ending{"network error", plot.Purple, failed, func(s *stretch) (n uint64) {
			for _, k := range s.failures {
				n += k
			}
			return n
		}})
	}
	return list
}

// family are the endings with statuses in a range.
func (p *plotter) family(inks []plot.Ink, rest string, from, to int) (list []ending) {
	var codes []int
	for code := range p.Statuses {
		if code >= from && code <= to {
			codes = append(codes, code)
		}
	}
	slices.SortFunc(codes, func(a, b int) int {
		return cmp.Or(cmp.Compare(p.Statuses[b], p.Statuses[a]), cmp.Compare(a, b))
	})
	for len(codes) > 0 {
		n := 1
		if len(list) == len(inks)-1 { // the last ink is for all that are left
			n = len(codes)
		}
		some := codes[:n]
		codes = codes[n:]
		one := ending{name: rest, ink: inks[len(list)]}
		if n == 1 {
			one.name = contract.StatusText(some[0])
		}
		for _, code := range some {
			one.total += p.Statuses[code]
		}
		one.of = func(s *stretch) (sum uint64) {
			for _, code := range some {
				sum += s.statuses[code]
			}
			return sum
		}
		list = append(list, one)
	}
	return list
}

func (p *plotter) statuses() pageFigure {
	f := pageFigure{ID: "statuses", Title: "Attempts a second, by what came back",
		Note: "Expected refusals included; each attempt at its intended start."}
	endings := p.endings()
	if len(endings) == 0 || len(p.stretches) == 0 {
		f.Empty, f.Note = "No attempt was made.", ""
		return f
	}
	var stack plot.Stack
	for _, e := range endings {
		stack = append(stack, plot.Steps{Name: e.name, Ink: e.ink, Steps: rateSteps(p.stretches, e.of)})
	}
	for _, e := range slices.Backward(endings) { // as they lie in the plot
		f.Keys = append(f.Keys, plotKey{Name: e.name, Count: figure.Count(e.total), Ink: e.ink, Fill: true})
	}
	f.SVG = template.HTML(p.over(f.ID, f.Title, "Attempts a second by status, on top of one another, over the seconds of the run. The table below has the counts.",
		plot.Linear(0, highest(rateSteps(p.stretches, func(s *stretch) uint64 { return s.due })), plot.Amount), stack).SVG())
	f.Table = p.statusTable()
	return f
}
