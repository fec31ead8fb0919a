package ab

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// boundary says how unsure a decision may be at each look so that all looks
// together are wrong with no more than a doubt.
//
// The doubt is spent by the function of Lan and DeMets (1983) that resembles
// O'Brien and Fleming's boundary: by the share t of the information
//
//	spent(t) = 2 − 2Φ(z/√t),  z = Φ⁻¹(1 − doubt/2)
//
// Early looks have next to nothing, so that only what is very clear ends a run
// soon, and the last has nearly all.
type boundary struct {
	doubt float64
	// levels are the nominal doubts of the looks so far.
	levels []float64
	// The density of the test's score where no look has ended the run yet, on a
	// grid that ends at the boundary of the last look; at is the share of
	// information there. Empty before the first look.
	grid, density []float64
	at, spent     float64
}

// gridPoints are enough for four digits of a level; see the test.
const gridPoints = 400

// lowest is where the density begins, in standard deviations.
const lowest = -8

// next is the nominal doubt of a look at a share of the information, which has
// to grow from look to look; the last look spends all that is left.
func (b *boundary) next(share float64, last bool) float64 {
	spent := b.doubt
	if !last {
		spent = min(b.doubt, 2*distuv.UnitNormal.Survival(distuv.UnitNormal.Quantile(1-b.doubt/2)/math.Sqrt(share)))
	}
	step := math.Sqrt(share - b.at)
	z := solve(func(z float64) float64 { return b.crossing(z*math.Sqrt(share), step) - (spent - b.spent) })
	b.advance(z*math.Sqrt(share), share, step)
	b.spent = spent
	level := distuv.UnitNormal.Survival(z)
	b.levels = append(b.levels, level)
	return level
}

// crossing is the chance that the score is above a limit after a step and was
// below the boundary at every look before it.
func (b *boundary) crossing(limit, step float64) float64 {
	if len(b.grid) == 0 {
		return distuv.UnitNormal.Survival(limit / step)
	}
	return b.integral(func(x float64) float64 { return distuv.UnitNormal.Survival((limit - x) / step) })
}

// advance carries the density a step on, cut off at a limit.
func (b *boundary) advance(limit, share, step float64) {
	begin := lowest * math.Sqrt(share)
	limit = min(limit, -begin)
	grid, density := make([]float64, gridPoints+1), make([]float64, gridPoints+1)
	for i := range grid {
		x := begin + (limit-begin)*float64(i)/gridPoints
		grid[i] = x
		if len(b.grid) == 0 {
			density[i] = distuv.UnitNormal.Prob(x/step) / step
			continue
		}
		density[i] = b.integral(func(u float64) float64 { return distuv.UnitNormal.Prob((x-u)/step) / step })
	}
	b.grid, b.density, b.at = grid, density, share
}

// integral is that of f over the density, by Simpson's rule.
func (b *boundary) integral(f func(float64) float64) float64 {
	sum, last := 0.0, len(b.grid)-1
	for i, x := range b.grid {
		weight := 2.0
		switch {
		case i == 0 || i == last:
			weight = 1
		case i%2 == 1:
			weight = 4
		}
		sum += weight * b.density[i] * f(x)
	}
	return sum * (b.grid[last] - b.grid[0]) / float64(last) / 3
}

// solve finds where a falling function is 0, between −8 and 8.
func solve(f func(float64) float64) float64 {
	low, high := -8.0, 8.0
	for range 60 {
		middle := (low + high) / 2
		if f(middle) > 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}
