package ab

import (
	"math"
	"slices"

	"sdegauge/reports/compare"
)

// leastPairs are the fewest pairs that decide anything.
const leastPairs = 16

// The first look is at this share of the pairs, and there are so many in all of
// the time: more would cost the last one little and end few runs sooner.
const (
	firstLook = 0.2
	lookEvery = 0.05
)

// looks are after how many pairs a trial is looked at.
func looks(planned int) []int {
	first := min(planned, max(leastPairs, ceil(firstLook*float64(planned))))
	step := max(1, ceil(lookEvery*float64(planned)))
	var list []int
	for n := first; n < planned; n += step {
		list = append(list, n)
	}
	return append(list, planned)
}

func ceil(v float64) int {
	n := int(v)
	if float64(n) < v-1e-9 {
		n++
	}
	return n
}

// trial is one sequential comparison: looks at more and more pairs, until the
// answer is clear.
type trial struct {
	planned       int
	options       compare.Options
	regress, fine boundary
}

// clearDoubt is the doubt, of all looks together, that a quantity is not worse
// than its margin. A regression that slips by at its margin costs less than an
// alarm for nothing.
const clearDoubt = 0.05

func newTrial(planned int, o compare.Options) *trial {
	if o.Confidence == 0 {
		o.Confidence = compare.DefaultConfidence
	}
	alarm := math.Round((1-o.Confidence)*1e9) / 1e9 // without what the subtraction leaves behind
	return &trial{
		planned: planned, options: o,
		regress: boundary{doubt: alarm}, fine: boundary{doubt: max(alarm, clearDoubt)},
	}
}

// smallestStep keeps two looks apart that see the same pairs: the last one comes
// by time, and may.
const smallestStep = 1e-6

// doubts are those of the next look, at n pairs.
func (t *trial) doubts(n int, last bool) compare.Doubts {
	share := max(min(1, float64(n)/float64(t.planned)), t.regress.at+smallestStep)
	return compare.Doubts{Regression: t.regress.next(share, last), Clear: t.fine.next(share, last)}
}

// decided reports whether the rows answer the question: something regressed, or
// all that is gated did not.
func decided(rows []compare.Quantity) bool {
	return has(rows, compare.Regressed) || has(rows, compare.NotWorse) && !has(rows, compare.Undecided)
}

func has(rows []compare.Quantity, o compare.Outcome) bool {
	return slices.ContainsFunc(rows, func(q compare.Quantity) bool { return q.Outcome == o })
}

// plannedLook is a look with the doubts that it may have.
type plannedLook struct {
	pairs  int
	doubts compare.Doubts
}

// plan is every look of a trial that goes on to its end.
func (t *trial) plan() []plannedLook {
	var list []plannedLook
	for _, n := range looks(t.planned) {
		list = append(list, plannedLook{n, t.doubts(n, n == t.planned)})
	}
	return list
}

// play goes through pairs that were measured before, as a run would have, and
// returns what it would have said and after how many pairs.
func play(pairs []compare.Pair, o compare.Options, plan []plannedLook) (rows []compare.Quantity, used int) {
	for _, l := range plan {
		rows, used = compare.Paired(pairs[:l.pairs], o, l.doubts), l.pairs
		if decided(rows) {
			break
		}
	}
	return rows, used
}
