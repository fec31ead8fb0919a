package compare

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"sdegauge/internal/figure"
	"sdegauge/reports"
)

// runsMost is the greatest number of runs that is worth proposing.
const runsMost = 40

// normal is the quantile of the normal law.
func normal(confidence float64) float64 { return distuv.UnitNormal.Quantile(confidence) }

// meanLength is how long a run is measured, in seconds, on average.
func meanLength(c *Comparison) float64 {
	sum := 0.0
	for _, list := range [][]Member{c.Base, c.New} {
		for _, m := range list {
			sum += m.MeasuredS
		}
	}
	return sum / float64(len(c.Base)+len(c.New))
}

// tooSmall says how many readings a side has to have.
func tooSmall(q quantity, has int64) string {
	return fmt.Sprintf("%s readings on each side; one has %s",
		figure.Count(reports.Needs(q.q)), figure.Count(has))
}

// runsNeeded says how many runs on each side would decide a quantity whose change
// stays as it was estimated. A longer run would not do: it is how runs differ
// that has to be seen.
func runsNeeded(e estimate, margin float64, c *Comparison) string {
	length := lengthText(meanLength(c))
	for n := max(e.base, e.changed) + 1; n <= runsMost; n++ {
		s := e.with(n)
		clears := e.change+s.reach(c.ConfidenceBelow) < margin
		alarms := e.change >= margin && e.change > s.reach(c.Confidence)
		if clears || alarms {
			return fmt.Sprintf("about %d runs of %s on each side", n, length)
		}
	}
	return fmt.Sprintf("more than %d runs of %s on each side: the change is too near the margin", runsMost, length)
}

// updatesNeeded is the like for the share of errors, which more updates decide.
func updatesNeeded(base, changed shares, zLow, zHigh, margin float64) string {
	const most = 1000
	updates := min(base.updates, changed.updates)
	for factor := 1.1; factor <= most; factor *= 1.1 {
		change, from, to := shareChange(base.times(factor), changed.times(factor), zLow, zHigh)
		if shareOutcome(change, from, to, margin) != Undecided {
			return fmt.Sprintf("about %s updates on each side", figure.Number(roundUp(updates*factor), 0))
		}
	}
	return fmt.Sprintf("more than %s updates on each side: the change is too near the margin", figure.Number(roundUp(updates*most), 0))
}

// roundUp keeps two digits.
func roundUp(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(max(v, 1)))-1)
	return math.Ceil(v/unit) * unit
}

// lengthText writes a length of time.
func lengthText(s float64) string {
	if s < 10 {
		return figure.Number(s, 1) + " s"
	}
	return figure.Number(s, 0) + " s"
}
