package scenarios

import (
	"slices"
	"time"
)

// Arrival is an arrival process: when the updates of a stage are due.
type Arrival struct {
	Name string
	// Needs are the keys a stage of this arrival has to give, besides duration.
	Needs []string
	// Takes are the keys it may give.
	Takes []string
	// Doc is what it does.
	Doc string
}

// Arrivals returns the arrival processes a stage can have.
func Arrivals() []Arrival {
	return []Arrival{
		{"constant", []string{"rate"}, nil, "rate, evenly spaced"},
		{"ramp", []string{"to"}, []string{"rate"}, "from rate (0 where it is not given) to to, in a straight line"},
		{"steps", []string{"rate", "to", "count"}, nil, "from rate to to in count equal steps"},
		{"sine", []string{"rate", "amplitude", "period"}, nil, "rate, plus and minus amplitude, in waves of one period"},
		{"poisson", []string{"rate"}, nil, "rate on average, each update independent of the others"},
		{"burst", []string{"count", "period"}, nil, "count at once, every period"},
		{"closed", []string{"workers"}, nil, "workers, each as fast as its answers come"},
	}
}

func lookupArrival(name string) (Arrival, bool) {
	for _, a := range Arrivals() {
		if a.Name == name {
			return a, true
		}
	}
	return Arrival{}, false
}

// load are the keys of a stage that depend on its arrival.
var load = []string{"rate", "to", "amplitude", "period", "count", "workers"}

// refuses are the keys that a stage of this arrival may not give.
func (a Arrival) refuses() []string {
	return slices.DeleteFunc(slices.Clone(load), func(key string) bool {
		return slices.Contains(a.Needs, key) || slices.Contains(a.Takes, key)
	})
}

// keys are all that a stage of this arrival may give.
func (a Arrival) keys() []string {
	return slices.Concat([]string{"arrival"}, a.Needs, a.Takes, []string{"duration", "name", "warm_up"})
}

// peak is the highest rate the stage asks for; of bursts, how many updates fall
// into one second at most.
func (st Stage) peak() Rate {
	switch st.Arrival {
	case "ramp", "steps":
		return max(st.Rate, st.To)
	case "sine":
		return st.Rate + st.Amplitude
	case "burst":
		if st.Period <= 0 {
			return 0
		}
		bursts := (time.Second + st.Period - 1) / st.Period
		return Rate(st.Count) * Rate(bursts)
	case "closed":
		return 0
	}
	return st.Rate
}

// scaleRate multiplies what decides the rate of an open stage. A burst keeps its
// period and changes its size, which is at least one.
func (st *Stage) scaleRate(f float64) {
	if st.Arrival == "closed" {
		return
	}
	st.Rate, st.To, st.Amplitude = st.Rate*Rate(f), st.To*Rate(f), st.Amplitude*Rate(f)
	if st.Arrival == "burst" {
		st.Count = max(1, int(float64(st.Count)*f+0.5))
	}
}

// scaleDuration multiplies the stage's length. A sine keeps its number of waves;
// a burst keeps its period, for that decides its rate.
func (st *Stage) scaleDuration(f float64) {
	st.Duration = time.Duration(float64(st.Duration) * f)
	if st.Arrival == "sine" {
		st.Period = time.Duration(float64(st.Period) * f)
	}
}
