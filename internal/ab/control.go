package ab

import (
	"math/rand/v2"

	"sdegauge/reports/compare"
)

// Control is the A/A comparison inside a run: base blocks against base blocks,
// with the same looks, doubts and margins. Neighbours in time make a pair, and
// which of the two is called new is drawn anew for each of many repairings. How
// many of them raise an alarm, for nothing has changed, is the rate of false
// alarms with the noise that this machine made meanwhile.
//
// The repairings share their blocks. So the rate is that of these blocks, not of
// other days, and half as many pairs make it.
type Control struct {
	Pairs      int `json:"pairs"`
	Repairings int `json:"repairings"`
	Alarms     int `json:"alarms"`
}

const (
	repairings = 500
	// leastControl are the fewest pairs whose repairings differ enough: of eight
	// pairs there are 256, one of which is less than 1 in 100.
	leastControl = 8
	// alarmsMost is the share of alarms beyond which regressions are doubted.
	alarmsMost = 0.01
)

// control compares the base with itself; nil where there are too few blocks.
func control(pairs []compare.Pair, o compare.Options, seed uint64) *Control {
	n := len(pairs) / 2
	if n < leastControl {
		return nil
	}
	c := &Control{Pairs: n, Repairings: repairings}
	plan := newTrial(n, o).plan()
	again := make([]compare.Pair, n)
	for i := range repairings {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		for k := range again {
			again[k] = compare.Pair{Base: pairs[2*k].Base, New: pairs[2*k+1].Base}
			if r.Uint64()&1 == 1 {
				again[k].Base, again[k].New = again[k].New, again[k].Base
			}
		}
		if rows, _ := play(again, o, plan); has(rows, compare.Regressed) {
			c.Alarms++
		}
	}
	return c
}

// broken reports whether equal servers are told apart too often.
func (c *Control) broken() bool {
	return c != nil && float64(c.Alarms) > alarmsMost*float64(c.Repairings)
}
