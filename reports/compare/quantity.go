package compare

import (
	"math"
	"slices"

	"sdegauge/reports"
)

// quantity is one thing that is compared.
type quantity struct {
	name string
	// q is the quantile; 0 where the quantity is none.
	q float64
	// margin is how much worse is tolerated, as a share, unless the user says
	// otherwise: of the base, or for errors of the updates. 0 is not gated.
	margin float64
	// spread is how much runs of one and the same server usually differ, as the
	// standard deviation of the logarithm. Among forty equal runs of the reference
	// server the second of a pair looked 10 % slower at p99 in 9 % of the pairs, and
	// at p99.9 in 24 %: deviations of 5 and 10 %.
	spread float64
}

// The quantities that are no quantiles.
const (
	rateName   = "rate"
	errorsName = "errors"
)

// quantities are all there are, in the order of the table.
var quantities = []quantity{
	{name: "p50", q: 0.5, margin: 0.05, spread: 0.025},
	{name: "p90", q: 0.9, margin: 0.10, spread: 0.03},
	{name: "p95", q: 0.95, margin: 0.10, spread: 0.035},
	{name: "p99", q: 0.99, margin: 0.10, spread: 0.05},
	{name: "p99.9", q: 0.999, spread: 0.10},
	{name: rateName, margin: 0.05, spread: 0.02},
	{name: errorsName, margin: 0.005},
}

// openSpread is the spread of the rate where a schedule sets it: only an
// instrument or a server that falls behind changes it.
const openSpread = 0.005

// priorRuns is how many degrees of freedom the spreads above are worth: few, for
// they are of other servers and machines.
const priorRuns = 6

// Names are the quantities that a margin can be given for.
func Names() []string {
	var names []string
	for _, q := range quantities {
		names = append(names, q.name)
	}
	return names
}

// enough reports whether both samples are large enough for the quantile.
func (q quantity) enough(base, changed sketch) bool {
	need := reports.Needs(q.q)
	return uint64(base.count()) >= need && uint64(changed.count()) >= need
}

// side is what one side says of a quantity: a value in logarithm and how much it
// varies.
type side struct {
	value   float64 // log
	runs    int
	between float64 // variance of a run among its like; 0 for one run
	within  float64 // variance of a run, from its batches
	freedom float64 // degrees of freedom of within
}

// quantileSide is a side's quantile q, by a jackknife over the runs and one over
// the batches of each.
func quantileSide(runs [][]sketch, q float64) side {
	wholes := make([]sketch, len(runs))
	for i, batches := range runs {
		wholes[i] = merged(batches...)
	}
	all := merged(wholes...)
	s := side{value: math.Log(all.quantile(q)), runs: len(runs)}
	s.between = jackknife(all, wholes, q)
	for i, batches := range runs {
		v := sampling(wholes[i], q)
		s.freedom += float64(max(1, len(batches)-1))
		if len(batches) > 1 {
			v = max(v, jackknife(wholes[i], batches, q)/float64(len(batches)))
		}
		s.within += v / float64(len(runs))
	}
	return s
}

// jackknife is the variance of the pseudo-values of the logarithm of a quantile:
// what it would be if each part told its own. 0 for fewer than two parts.
func jackknife(all sketch, parts []sketch, q float64) float64 {
	n := float64(len(parts))
	if n < 2 {
		return 0
	}
	whole := math.Log(all.quantile(q))
	var values []float64
	for _, part := range parts {
		if rest := all.without(part); len(rest) > 0 {
			values = append(values, n*whole-(n-1)*math.Log(rest.quantile(q)))
		}
	}
	return variance(values)
}

// sampling is the variance of the logarithm of a quantile of readings that are
// independent: the least that it can be.
func sampling(s sketch, q float64) float64 {
	n := float64(s.count())
	if n == 0 {
		return 0
	}
	deviation := math.Sqrt(n * q * (1 - q))
	low, high := s.at(q*n-deviation), s.at(q*n+deviation)
	half := math.Log(high/low) / 2
	return half * half
}

// rateSide is a side's mean rate. Where a schedule sets the pace it is the share
// of it that was sent, and a run varies only by how far it fell behind.
func rateSide(runs []Run, closed bool) side {
	s := side{runs: len(runs), freedom: 1}
	var logs []float64
	for _, r := range runs {
		logs = append(logs, math.Log(r.rate(closed)))
		s.value += logs[len(logs)-1] / float64(len(runs))
		if closed {
			rates := r.batchRates()
			s.within += variance(rates) / float64(max(1, len(rates))) / float64(len(runs))
			s.freedom += float64(max(0, len(rates)-1))
		}
	}
	s.between = variance(logs)
	return s
}

// variance is 0 for fewer than two values.
func variance(values []float64) float64 {
	n := float64(len(values))
	if n < 2 {
		return 0
	}
	mean, sum := 0.0, 0.0
	for _, v := range values {
		mean += v / n
	}
	for _, v := range values {
		sum += (v - mean) * (v - mean)
	}
	return sum / (n - 1)
}

// marginOf is the margin of a quantity; 0 where it is not gated.
func (o Options) marginOf(q quantity) float64 {
	if m, ok := o.Margins[q.name]; ok {
		return m
	}
	return q.margin
}

// lookup is a quantity by name.
func lookup(name string) (quantity, bool) {
	i := slices.IndexFunc(quantities, func(q quantity) bool { return q.name == name })
	if i < 0 {
		return quantity{}, false
	}
	return quantities[i], true
}
