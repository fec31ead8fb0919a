package plot

import (
	"cmp"
	"slices"
)

// apart orders labels from the top down and moves those that would touch, each
// group of them about the middle of where they were wanted, within the height.
func apart(labels []label, height float64) {
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(a.y, b.y) })
	type group struct {
		n           int
		wanted, top float64 // the sum of wanted places, where the first one stands
	}
	place := func(g group) group {
		length := float64(g.n-1) * labelGap
		g.top = min(max(0, g.wanted/float64(g.n)-length/2), max(0, height-length))
		return g
	}
	var groups []group
	for _, l := range labels {
		g := place(group{n: 1, wanted: l.y})
		for len(groups) > 0 {
			last := groups[len(groups)-1]
			if last.top+float64(last.n)*labelGap <= g.top {
				break
			}
			groups = groups[:len(groups)-1]
			g = place(group{n: last.n + g.n, wanted: last.wanted + g.wanted})
		}
		groups = append(groups, g)
	}
	i := 0
	for _, g := range groups {
		for k := range g.n {
			labels[i].y = g.top + float64(k)*labelGap
			i++
		}
	}
}
