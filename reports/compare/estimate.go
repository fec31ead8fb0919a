package compare

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// estimate is a change, positive where it is for the worse: of a logarithm for
// quantiles and rates.
type estimate struct {
	change float64
	spread spread
	// runs are how many the sides have.
	base, changed int
}

// spread is what the certainty of a change is made of.
type spread struct{ parts []part }

// part is one variance with the degrees of freedom it was found by.
type part struct{ variance, freedom float64 }

// deviation is the standard error.
func (s spread) deviation() float64 {
	sum := 0.0
	for _, p := range s.parts {
		sum += p.variance
	}
	return math.Sqrt(sum)
}

// freedom is by the rule of Welch and Satterthwaite.
func (s spread) freedom() float64 {
	sum, squares := 0.0, 0.0
	for _, p := range s.parts {
		sum += p.variance
		if p.freedom > 0 {
			squares += p.variance * p.variance / p.freedom
		}
	}
	if squares == 0 {
		return math.Inf(1)
	}
	return max(1, sum*sum/squares)
}

// reach is how far the true change may be from its estimate, on one side, with a
// given confidence.
func (s spread) reach(confidence float64) float64 {
	deviation := s.deviation()
	if deviation == 0 {
		return 0
	}
	freedom := min(s.freedom(), 1e6)
	return deviation * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(confidence)
}

// between estimates the change from one side to the other. usual is the usual
// spread of runs.
//
// What was seen of the spread between runs, by D degrees of freedom, is worth
// λ = D/(D + priorRuns); the usual spread together with that of the batches is
// worth the rest. Where the runs of a side are shorter than those that the spread
// was seen on, what their batches vary more comes on top.
func between(base, changed side, usual float64) estimate {
	nb, nc := float64(base.runs), float64(changed.runs)
	seen := nb + nc - 2
	weight := seen / (seen + priorRuns)
	runs := 1/nb + 1/nc
	observed, batches := 0.0, 0.0
	if seen > 0 {
		observed = ((nb-1)*base.between + (nc-1)*changed.between) / seen
		batches = ((nb-1)*base.within + (nc-1)*changed.within) / seen
	}
	parts := []part{
		{weight * observed * runs, seen},
		{(1 - weight) * usual * usual * runs, priorRuns},
	}
	for _, s := range []side{base, changed} {
		more := (1-weight)*s.within + weight*max(0, s.within-batches)
		parts = append(parts, part{more / float64(s.runs), s.freedom})
	}
	return estimate{
		change: changed.value - base.value, spread: spread{parts},
		base: base.runs, changed: changed.runs,
	}
}

// with is what the spread would be with n runs on each side, all as they are now.
func (e estimate) with(n int) spread {
	before := 1/float64(e.base) + 1/float64(e.changed)
	now := 2 / float64(n)
	gained := max(0, float64(2*n-e.base-e.changed))
	deviation := e.spread.deviation()
	return spread{[]part{{deviation * deviation * now / before, e.spread.freedom() + gained}}}
}
