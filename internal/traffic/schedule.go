package traffic

import (
	"fmt"
	"math"
	"math/bits"
	"sort"
	"time"
)

// Schedule says when the updates of one stage are to start. It is a pure
// function of the stage, its place in the run and the run's seed, and safe for
// concurrent use.
type Schedule interface {
	// At is the intended start of the stage's update i, counting from 0, since
	// the stage began. It never decreases with i. For i ≥ Len it is the stage's
	// duration or more.
	At(i uint64) time.Duration
	// Len is the number of updates that start before the stage ends; bounded is
	// false for a closed stage, whose updates start when a worker is free.
	Len() (n uint64, bounded bool)
}

// Arrivals is the inverse of At: how many of the first n updates of s start
// before t.
func Arrivals(s Schedule, n uint64, t time.Duration) uint64 {
	return uint64(sort.Search(int(min(n, math.MaxInt)), func(i int) bool { return s.At(uint64(i)) >= t }))
}

// MaxRate is the highest rate that a stage may ask for, in updates a second.
const MaxRate = 1e6

// NewSchedule makes the schedule of the stage that comes index-th in a run with
// a seed. An error says which of the stage's figures cannot be and what can.
func NewSchedule(s Stage, seed uint64, index int) (Schedule, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	whole := s.schedule(seed, index)
	if s.Every > 1 {
		return thinned{whole, s.Every, s.Skip}, nil
	}
	return whole, nil
}

// schedule is that of a stage that was checked, with all of its updates.
func (s Stage) schedule(seed uint64, index int) Schedule {
	switch s.Arrival {
	case Constant:
		return newConstant(s.Rate, s.Duration)
	case Ramp:
		return newRamp(s)
	case Steps:
		return newSteps(s)
	case Sine:
		return newSine(s)
	case Poisson:
		return newPoisson(s, seed, index)
	case Burst:
		return newBurst(s)
	default: // check lets nothing else through
		return closed{}
	}
}

// check refuses figures from which no schedule can be made.
func (s Stage) check() error {
	if s.Duration <= 0 {
		return fmt.Errorf("duration %v is not above 0", s.Duration)
	}
	switch s.Arrival {
	case Constant, Poisson:
		return checkRate("rate", s.Rate)
	case Ramp:
		return firstOf(checkRate("rate", s.Rate), checkRate("to", s.To))
	case Steps:
		return firstOf(checkRate("rate", s.Rate), checkRate("to", s.To), checkAbove("count", s.Count))
	case Sine:
		if s.Amplitude > s.Rate {
			return fmt.Errorf("amplitude %v exceeds the rate %v: the rate would fall below 0", s.Amplitude, s.Rate)
		}
		return firstOf(checkRate("rate", s.Rate), checkRate("amplitude", s.Amplitude), checkAbove("period", s.Period))
	case Burst:
		return firstOf(checkAbove("count", s.Count), checkAbove("period", s.Period))
	case Closed:
		return checkAbove("workers", s.Workers)
	}
	return fmt.Errorf("%q is no arrival process; there are %s, %s, %s, %s, %s, %s and %s",
		s.Arrival, Constant, Ramp, Steps, Sine, Poisson, Burst, Closed)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkRate(name string, rate float64) error {
	if !(rate >= 0 && rate <= MaxRate) { // also refuses NaN
		return fmt.Errorf("%s %v is not between 0 and %.0f updates a second", name, rate, MaxRate)
	}
	return nil
}

func checkAbove[T int | time.Duration](name string, v T) error {
	if v <= 0 {
		return fmt.Errorf("%s %v is not above 0", name, v)
	}
	return nil
}

// RateAt is the rate that the stage asks for at t since its beginning, in
// updates a second; 0 for a closed stage, which asks for none.
func (s Stage) RateAt(t time.Duration) float64 {
	return s.wholeRateAt(t) / float64(max(1, s.Every))
}

// wholeRateAt is the rate of all updates of the stage.
func (s Stage) wholeRateAt(t time.Duration) float64 {
	switch s.Arrival {
	case Constant, Poisson:
		return s.Rate
	case Ramp:
		return s.Rate + (s.To-s.Rate)*t.Seconds()/s.Duration.Seconds()
	case Steps:
		return s.stepRate(min(int(float64(s.Count)*t.Seconds()/s.Duration.Seconds()), s.Count-1))
	case Sine:
		return s.Rate + s.Amplitude*math.Sin(2*math.Pi*t.Seconds()/s.Period.Seconds())
	case Burst:
		return float64(s.Count) / s.Period.Seconds()
	}
	return 0
}

// forever stands for an instant that never comes.
const forever = time.Duration(math.MaxInt64)

// constant spaces updates evenly, the first at 0. Its arithmetic is exact: the
// interval is never rounded, so nothing drifts. Update i starts at
//
//	⌊i · 10¹⁸ / nano⌋ ns
//
// and because the floor of x is below a whole d exactly where x is, the number
// of updates that start before d is ⌈d · nano / 10¹⁸⌉.
type constant struct {
	nano uint64 // updates in 10⁹ s: the rate to nine decimals
	n    uint64
}

func newConstant(rate float64, d time.Duration) constant {
	c := constant{nano: uint64(math.Round(rate * 1e9))}
	n, rest := mulDiv(uint64(d), c.nano, 1e18)
	if rest > 0 {
		n++
	}
	c.n = n
	return c
}

func (c constant) At(i uint64) time.Duration {
	ns, _ := mulDiv(i, 1e18, c.nano)
	return time.Duration(min(ns, math.MaxInt64))
}

func (c constant) Len() (uint64, bool) { return c.n, true }

// mulDiv is a·b/c with its remainder, in 128 bits; too large a quotient, and
// any quotient by 0, is the largest uint64.
func mulDiv(a, b, c uint64) (quotient, rest uint64) {
	hi, lo := bits.Mul64(a, b)
	if hi >= c {
		return math.MaxUint64, 0
	}
	return bits.Div64(hi, lo, c)
}

// steps is a row of constant schedules, each with its first update at its own
// beginning.
type steps struct {
	parts []step
	end   time.Duration
	n     uint64
}

type step struct {
	start  time.Duration
	before uint64 // updates of the steps before this one
	constant
}

// stepRate is the rate of step k, from 0; one step alone keeps the first rate.
func (s Stage) stepRate(k int) float64 {
	if k == 0 {
		return s.Rate
	}
	return s.Rate + (s.To-s.Rate)*float64(k)/float64(s.Count-1)
}

func newSteps(s Stage) *steps {
	all := &steps{parts: make([]step, s.Count), end: s.Duration}
	edge := func(k int) time.Duration {
		ns, _ := mulDiv(uint64(s.Duration), uint64(k), uint64(s.Count))
		return time.Duration(ns)
	}
	for k := range all.parts {
		all.parts[k] = step{edge(k), all.n, newConstant(s.stepRate(k), edge(k+1)-edge(k))}
		all.n += all.parts[k].n
	}
	return all
}

func (s *steps) At(i uint64) time.Duration {
	if i >= s.n {
		return s.end
	}
	// The last step that has no more than i updates before it holds update i:
	// steps without updates share their successor's count, and come earlier.
	k := sort.Search(len(s.parts), func(k int) bool { return s.parts[k].before > i }) - 1
	return s.parts[k].start + s.parts[k].constant.At(i-s.parts[k].before)
}

func (s *steps) Len() (uint64, bool) { return s.n, true }

// burst starts count updates at once at the beginning of each period.
type burst struct {
	count  uint64
	period time.Duration
	n      uint64
}

func newBurst(s Stage) burst {
	periods := uint64((s.Duration-1)/s.Period) + 1
	return burst{uint64(s.Count), s.Period, uint64(s.Count) * periods}
}

func (b burst) At(i uint64) time.Duration {
	ns, _ := mulDiv(i/b.count, uint64(b.period), 1)
	return time.Duration(min(ns, math.MaxInt64))
}

func (b burst) Len() (uint64, bool) { return b.n, true }

// closed has no instants of its own.
type closed struct{}

func (closed) At(uint64) time.Duration { return 0 }
func (closed) Len() (uint64, bool)     { return 0, false }
