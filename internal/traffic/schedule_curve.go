package traffic

import (
	"math"
	"sort"
	"time"
)

// ramp moves the rate linearly from a to b. The number of updates up to t is
// the area under it, and update i starts where that area is i:
//
//	b ┤            ╱      N(t) = a·t + k·t²/2      k = (b−a)/duration
//	  │         ╱  │
//	  │      ╱ N(t)│      t(i) = 2i / (a + √(a² + 2ki))
//	a ┤   ╱        │
//	  │   │        │      the root in a form that does not subtract nearly
//	  └───┴────────┴─ t   equal numbers and needs no case for k = 0
type ramp struct {
	a, k float64 // updates a second; and the change of that a second
	n    uint64
}

func newRamp(s Stage) ramp {
	d := s.Duration.Seconds()
	r := ramp{a: s.Rate, k: (s.To - s.Rate) / d}
	r.n = lenBefore(r.At, s.Duration, (s.Rate+s.To)/2*d)
	return r
}

func (r ramp) At(i uint64) time.Duration {
	if i == 0 {
		if r.a == 0 && r.k == 0 {
			return forever
		}
		return 0
	}
	x := float64(i)
	root := math.Sqrt(max(0, r.a*r.a+2*r.k*x)) // below 0 only past the end of a falling ramp
	return fromSeconds(2 * x / (r.a + root))
}

func (r ramp) Len() (uint64, bool) { return r.n, true }

// sine swings the rate around its mean, beginning there and rising:
//
//	   ╭─╮              r(t) = mean + amp·sin(2πt/period)
//	──╯───╲─────╱──
//	       ╰──╯         N(t) = mean·t + amp·period/2π · (1 − cos(2πt/period))
//
// N has no closed inverse; update i starts at the first nanosecond where N has
// reached i. The search brackets the whole stage for every i on purpose: since
// N(t) ≥ i+1 implies N(t) ≥ i, equal brackets make the results ordered even
// where rounding dents N.
type sine struct {
	mean, amp float64 // updates a second
	period    time.Duration
	end       time.Duration
	n         uint64
}

func newSine(s Stage) sine {
	c := sine{mean: s.Rate, amp: s.Amplitude, period: s.Period, end: s.Duration}
	c.n = lenBefore(c.At, s.Duration, c.count(s.Duration))
	return c
}

// count is N(t).
func (s sine) count(t time.Duration) float64 {
	phase := float64(t%s.period) / float64(s.period)
	return s.mean*t.Seconds() + s.amp*s.period.Seconds()/(2*math.Pi)*(1-math.Cos(2*math.Pi*phase))
}

func (s sine) At(i uint64) time.Duration {
	if s.mean == 0 {
		return forever
	}
	return time.Duration(sort.Search(int(s.end), func(t int) bool { return s.count(time.Duration(t)) >= float64(i) }))
}

func (s sine) Len() (uint64, bool) { return s.n, true }

// lenBefore counts the updates that start before the end, of which there are
// about as many as the area under the rate.
func lenBefore(at func(uint64) time.Duration, end time.Duration, area float64) uint64 {
	return uint64(sort.Search(int(area)+2, func(i int) bool { return at(uint64(i)) >= end }))
}

// fromSeconds is a number of seconds to the nearest nanosecond, at most forever.
func fromSeconds(s float64) time.Duration {
	if ns := math.Round(s * 1e9); ns < math.MaxInt64 {
		return time.Duration(ns)
	}
	return forever
}
