package reference

import (
	"slices"
	"time"
)

// Stretch returns the switches with all that is planned by the clock moved to
// factor times its instant: stalls, outages and the time an account loads. A
// run of half the length then meets the same outage in its middle.
func (f Faults) Stretch(factor float64) Faults {
	stretch := func(d time.Duration) time.Duration { return time.Duration(float64(d) * factor) }
	window := func(w Window) Window { return Window{From: stretch(w.From), To: stretch(w.To)} }
	f.Stalls = slices.Clone(f.Stalls)
	for i, w := range f.Stalls {
		f.Stalls[i] = window(w)
	}
	f.Outages = slices.Clone(f.Outages)
	for i, o := range f.Outages {
		f.Outages[i].Window = window(o.Window)
	}
	f.Cold.For = stretch(f.Cold.For)
	return f
}
