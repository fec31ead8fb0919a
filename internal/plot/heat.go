package plot

import (
	"fmt"
	"math"
	"strings"
)

// HeatLevels is how many shades a heat map has.
const HeatLevels = 6

// Heat is a heat map: the more in a cell, the stronger its shade, by the
// logarithm, so that one slow answer is seen beside ten thousand quick ones.
type Heat struct {
	// Edges are the bounds of the rows, from below, one more than there are rows.
	Edges   []float64
	Columns []Column
}

// Column is a stretch of x with its count for each row.
type Column struct {
	From, To float64
	Counts   []uint64
}

// Most is the greatest count of a cell.
func (h Heat) Most() (most uint64) {
	for _, column := range h.Columns {
		for _, n := range column.Counts {
			most = max(most, n)
		}
	}
	return most
}

// level is the shade of a count, from 0 to HeatLevels−1.
func level(n, most uint64) int {
	if most <= 1 {
		return HeatLevels - 1
	}
	share := math.Log(float64(n)) / math.Log(float64(most))
	return min(HeatLevels-1, int(share*HeatLevels))
}

// One path a shade: a map of thousands of cells stays small.
func (h Heat) draw(c *canvas) {
	var shades [HeatLevels]strings.Builder
	most := h.Most()
	for _, column := range h.Columns {
		from, to := c.x(column.From), c.x(column.To)
		for row, n := range column.Counts {
			if n == 0 || from >= to {
				continue
			}
			bottom, top := c.y(h.Edges[row]), c.y(h.Edges[row+1])
			fmt.Fprintf(&shades[level(n, most)], "M%d %dH%dV%dH%dz", from, bottom, to, top, from)
		}
	}
	for i := range shades {
		if shades[i].Len() > 0 {
			fmt.Fprintf(&c.paths, `<path class="heat h%d" d="%s"/>`, i, shades[i].String())
		}
	}
}
