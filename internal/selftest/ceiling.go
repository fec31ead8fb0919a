package selftest

import (
	"context"
	"fmt"
	"math"
	"time"

	"sdegauge/internal/figure"
	"sdegauge/internal/traffic"
	"sdegauge/reports"
)

// Ceiling is the clean ceiling of this machine, in updates a second, as an
// interval: against a server that costs next to nothing the lag budget held at
// one rate and broke at the other.
type Ceiling struct {
	// HoldsPerS is 0 where the budget held at no rate that was tried.
	HoldsPerS float64 `json:"holds_per_s"`
	// BreaksPerS is 0 where the budget broke at no rate that was tried.
	BreaksPerS float64 `json:"breaks_per_s"`
	// Transport is what sent the requests.
	Transport string `json:"transport"`
}

const ceilingScenario = `
name: ceiling
%s
stages:
  - {arrival: constant, rate: %g/s, duration: %v, warm_up: true}
  - {arrival: constant, rate: %g/s, duration: %v}
mix:
  - {class: several, weight: 3}
  - {class: cart, weight: 1}
  - {class: personal, weight: 1}
  - {class: impressions, weight: 1}
limits: {grace: 100ms, in_flight: 256} # what is later than that has broken the budget anyway
`

// The search begins at firstRate; the interval it ends with is not wider than
// precision.
const (
	firstRate = 1000.0
	leastRate = 250.0
	precision = 1.15
)

// ceiling searches the highest rate that holds, until time is up.
func (p pace) ceiling(ctx context.Context, m measurer, progress func(string)) (Ceiling, error) {
	server, err := newNullServer()
	if err != nil {
		return Ceiling{}, err
	}
	defer server.close()
	deadline := time.Now().Add(p.search)
	transport := ""
	c, err := search(func(rate float64) (held, ok bool, err error) {
		if time.Now().After(deadline) {
			return false, false, nil
		}
		window := p.windowAt(rate)
		text := fmt.Sprintf(ceilingScenario, targetOf(server.url()), rate, window/5, rate, window)
		outcome := ""
		for range 2 { // a hiccup of the machine breaks a rate once, a rate too high breaks twice
			r, err := m(ctx, text)
			if err != nil {
				return false, false, err
			}
			transport = r.Target.Transport
			if held, outcome = inTime(r), whyNot(r); held {
				outcome = "holds"
				break
			}
		}
		progress(fmt.Sprintf("ceiling: %s/s %s", figure.Number(rate, 0), outcome))
		return held, true, nil
	})
	c.Transport = transport
	return c, err
}

// windowAt is how long a rate is tried: long enough for the p99 of its lag.
func (p pace) windowAt(rate float64) time.Duration {
	const enough = 1.1 // times what is needed
	least := time.Duration(enough * float64(reports.Needs(0.99)) / rate * float64(time.Second))
	return max(p.window, least).Round(time.Millisecond)
}

// inTime reports whether a run kept the lag budget: 99 % of sends within 1 ms,
// nothing unsent, and no other reason to doubt it.
func inTime(r *reports.Report) bool {
	lag := lagOf(r)
	return lag.P99MS != nil && *lag.P99MS <= lagBudget && len(r.Causes) == 0
}

// whyNot says in a few words why a rate did not hold.
func whyNot(r *reports.Report) string {
	if p99 := lagOf(r).P99MS; p99 != nil && *p99 > lagBudget {
		return fmt.Sprintf("breaks: the p99 of the lag is %s ms", figure.Number(*p99, 1))
	}
	if len(r.Causes) > 0 {
		return "breaks: " + r.Causes[0].Cause
	}
	return "breaks: too few were sent"
}

// search doubles the rate until it breaks, or halves it until it holds, and then
// halves what is between. In the end the rate that broke is tried once more: where
// it holds now, the machine had been disturbed, and the search goes on between it and
// the rate that broke above it.
// holds tries a rate; ok is false when no more may be tried.
func search(holds func(rate float64) (held, ok bool, err error)) (Ceiling, error) {
	var c Ceiling
	rate, sure := firstRate, 0.0 // sure is a rate that broke again
	breaks := []float64{0}       // downwards, behind the none that was there first
	for {
		held, ok, err := holds(rate)
		if err != nil || !ok {
			return c, err
		}
		again := rate == c.BreaksPerS
		switch {
		case held && again:
			breaks = breaks[:len(breaks)-1]
			c = Ceiling{HoldsPerS: rate, BreaksPerS: breaks[len(breaks)-1]}
		case held:
			c.HoldsPerS = rate
		case again:
			sure = rate
		default:
			c.BreaksPerS, breaks = rate, append(breaks, rate)
		}
		switch {
		case c.HoldsPerS == 0:
			rate /= 2
		case c.BreaksPerS == 0:
			rate *= 2
		case c.BreaksPerS > precision*c.HoldsPerS:
			rate = rounded(math.Sqrt(c.HoldsPerS * c.BreaksPerS))
		case sure == c.BreaksPerS:
			return c, nil
		default:
			rate = c.BreaksPerS
		}
		if rate < leastRate || rate > traffic.MaxRate {
			return c, nil
		}
	}
}

// rounded is a rate to two significant digits: more the search does not know.
func rounded(rate float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(rate))-1)
	return math.Round(rate/unit) * unit
}
