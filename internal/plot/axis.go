package plot

import (
	"math"
	"strconv"
)

// Axis maps numbers to places, from 0 at one end to 1 at the other.
type Axis struct {
	From, To float64
	Log      bool // From MUST then be above 0
	Ticks    []Tick
}

// Tick is a line across at a number. One without text has no label.
type Tick struct {
	At   float64
	Text string
}

// place is where v lies; what is beyond an end lies at the end.
func (a Axis) place(v float64) float64 {
	from, to := a.From, a.To
	if a.Log {
		v, from, to = math.Log10(max(v, from)), math.Log10(from), math.Log10(to)
	}
	if !(to > from) {
		return 0
	}
	return min(1, max(0, (v-from)/(to-from)))
}

// ticksMost is how many intervals an axis has at most; the labels then fit a
// telephone.
const ticksMost = 5

// Linear is an axis from one number to a round one at or above another, which
// text writes.
func Linear(from, to float64, text func(float64) string) Axis {
	if !(to > from) {
		to = from + 1
	}
	step := roundUp((to - from) / ticksMost)
	count := min(math.Ceil((to-from)/step-1e-9), ticksMost) // a hair beyond the last tick is no tick more
	a := Axis{From: from, To: from + count*step}
	for i := 0.0; i <= count; i++ {
		at := from + i*step
		a.Ticks = append(a.Ticks, Tick{at, text(at)})
	}
	return a
}

// Logarithmic is an axis of at least a decade that holds two numbers, both above
// 0. It is labelled at 1, 2 and 5 where it is short, else at powers of ten.
func Logarithmic(low, high float64, text func(float64) string) Axis {
	a := Axis{From: roundDown(low), To: roundUp(high), Log: true}
	if a.To < 10*a.From {
		a.To = 10 * a.From
	}
	dense := a.To/a.From <= 150
	first := int(math.Floor(math.Log10(a.From) + 1e-9))
	for decade := first; ; decade++ {
		for _, digit := range []float64{1, 2, 5} {
			at := scaled(digit, decade)
			switch {
			case at > a.To*(1+1e-9):
				return a
			case at < a.From*(1-1e-9):
			case dense || digit == 1:
				a.Ticks = append(a.Ticks, Tick{at, text(at)})
			default:
				a.Ticks = append(a.Ticks, Tick{at, ""})
			}
		}
	}
}

// timeSteps are the lengths between ticks of time, in seconds.
var timeSteps = []float64{
	0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800,
	3600, 2 * 3600, 6 * 3600, 12 * 3600, 24 * 3600,
}

// Time is an axis of the seconds from 0 to end.
func Time(end float64) Axis {
	if !(end > 0) {
		end = 1
	}
	step := timeSteps[len(timeSteps)-1]
	for _, s := range timeSteps {
		if end/s <= ticksMost {
			step = s
			break
		}
	}
	for end/step > ticksMost { // a run of weeks
		step *= 2
	}
	a := Axis{To: end}
	for i := 0.0; i*step <= end*(1+1e-9); i++ {
		a.Ticks = append(a.Ticks, Tick{i * step, timeText(i*step, step)})
	}
	return a
}

// timeText writes a tick of time in the unit of the step.
func timeText(s, step float64) string {
	switch {
	case s == 0:
		return "0"
	case step < 60:
		return short(s) + " s"
	case step < 3600:
		return short(s/60) + " min"
	default:
		return short(s/3600) + " h"
	}
}

// Millis writes milliseconds in the unit that suits them: 20 µs, 10 ms, 1.5 s.
func Millis(ms float64) string {
	switch {
	case ms == 0:
		return "0"
	case ms < 1:
		return short(ms*1000) + " µs"
	case ms < 1000:
		return short(ms) + " ms"
	case ms < 60_000:
		return short(ms/1000) + " s"
	default:
		return short(ms/60_000) + " min"
	}
}

// Amount writes a number: 0.5, 1,500, 20k, 1.5M.
func Amount(v float64) string {
	switch {
	case math.Abs(v) >= 1e6:
		return short(v/1e6) + "M"
	case math.Abs(v) >= 1e4:
		return short(v/1e3) + "k"
	case math.Abs(v) >= 1e3:
		whole := strconv.FormatFloat(math.Round(v), 'f', 0, 64)
		return whole[:len(whole)-3] + "," + whole[len(whole)-3:]
	default:
		return short(v)
	}
}

// short writes a number to three digits.
func short(v float64) string { return strconv.FormatFloat(rounded(v, 3), 'f', -1, 64) }

// rounded keeps so many significant digits.
func rounded(v float64, digits int) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// roundUp is the smallest of 1, 2 and 5 times a power of ten that is v or more.
func roundUp(v float64) float64 {
	decade := int(math.Floor(math.Log10(v)))
	for _, digit := range []float64{1, 2, 5} {
		if r := scaled(digit, decade); r >= v*(1-1e-9) {
			return r
		}
	}
	return scaled(1, decade+1)
}

// roundDown is the greatest of 1, 2 and 5 times a power of ten that is v or less.
func roundDown(v float64) float64 {
	decade := int(math.Floor(math.Log10(v) + 1e-9))
	for _, digit := range []float64{5, 2} {
		if r := scaled(digit, decade); r <= v*(1+1e-9) {
			return r
		}
	}
	return scaled(1, decade)
}

// scaled is digit times a power of ten, as a decimal literal would be.
func scaled(digit float64, decade int) float64 {
	return rounded(digit*math.Pow10(decade), 6)
}
