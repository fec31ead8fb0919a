package selftest

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// stallScenario sends 100 a second for 10 s at a server on which every request
// waits, from second 3 on, until second 5. Of 1,000 response times 200 are 2.00,
// 1.99, … 0.01 s, so that p90 is 1.00 s and p99 is 1.90 s.
//
// One update goes ahead by half an interval: the server counts time from it, and
// so none of the 1,000 arrives at an edge of the stall, where a microsecond
// would decide on which side it falls.
//
//	ahead      |
//	updates      |   |   |  …  |   |   |  …  |   |   |
//	stall                    ├─────────────────┤
const stallScenario = `
name: stall
reference: ["stall=%v-%v"]
sessions: {count: 1}
stages:
  - {arrival: constant, rate: %g/s, duration: %v, warm_up: true}
  - {arrival: constant, rate: %g/s, duration: %v}
mix: [{class: page, weight: 1}]
%s
`

// fewSlots is how many may be in flight in the second run: the wait for a slot
// is then most of the wait, and clocks that start at the send do not see it.
const fewSlots = 10

func (p pace) stallScenario(limits string) string {
	interval := p.scaled(10 * time.Millisecond)
	rate := float64(time.Second) / float64(interval)
	return fmt.Sprintf(stallScenario, p.scaled(3*time.Second), p.scaled(5*time.Second)+interval/2,
		2*rate, interval/2, rate, p.scaled(10*time.Second), limits)
}

// stall measures twice side by side: with room for all, and with ten slots.
func (p pace) stall() experiment {
	return experiment{
		name: "stall",
		// All others make their first bodies at once, which would delay the update
		// that goes ahead.
		after: 500 * time.Millisecond,
		about: fmt.Sprintf("%g/s for %v; from %v to %v every request waits until %v",
			100/p.scale, p.scaled(10*time.Second), p.scaled(3*time.Second), p.scaled(5*time.Second), p.scaled(5*time.Second)),
		measure: func(ctx context.Context, m measurer) ([]Row, error) {
			var few *reports.Report
			var fewErr error
			var both sync.WaitGroup
			both.Go(func() {
				few, fewErr = m(ctx, p.stallScenario(fmt.Sprintf("limits: {in_flight: %d}", fewSlots)))
			})
			all, err := m(ctx, p.stallScenario(""))
			both.Wait()
			if err != nil {
				return nil, err
			}
			if fewErr != nil {
				return nil, fewErr
			}
			return p.stallRows(all, few), nil
		},
	}
}

// release is what the answers that all become due when the stall ends may take,
// in seconds: 10 to 26 ms were seen on two processors. A clock that misses the
// stall is off by a second.
const release = 0.020

// stallRows judges the two runs. The lag of the second is part of what it
// measures; that of the first says how busy the machine was during both.
func (p pace) stallRows(all, few *reports.Report) []Row {
	doubt := busy(lagOf(all))
	ms := func(seconds float64) float64 { return seconds * 1000 * p.scale }
	var rows []Row
	for _, run := range []struct {
		name  string
		of    *reports.Report
		slots float64
	}{{"response", all, math.Inf(1)}, {fmt.Sprintf("%d in flight, response", fewSlots), few, fewSlots}} {
		response := run.of.Latency.Response
		for _, quantile := range []struct {
			name    string
			seconds float64
			place   float64 // among those that met the stall
			reading *float64
		}{{"p90", 1, 100, response.P90MS}, {"p99", 1.9, 10, response.P99MS}} {
			truth := ms(quantile.seconds)
			row := Row{Experiment: "stall", What: run.name + " " + quantile.name, Truth: truth, Reading: quantile.reading}
			catchUp := catchingUp(quantile.place, run.slots, truth, run.of.Latency.Service)
			row.Why = systematics + "; and by as much as the first updates were late, for the server counts from the first" +
				"; and 20 ms, for when the stall ends hundreds of answers are made at once, beside the other rows' traffic"
			if catchUp > 0 {
				row.Why += fmt.Sprintf("; and what those before it took, who all had to wait for one of %d slots", fewSlots)
			}
			rows = append(rows, timeRow(row, truth, truth+catchUp+lateBeginning(run.of, truth)+ms(release), doubt))
		}
	}
	return append(rows, Row{
		Experiment: "stall", What: fmt.Sprintf("%d in flight, service p90", fewSlots), Unit: "ms",
		Truth: ms(1), Reading: few.Latency.Service.P90MS, Low: ms(1), High: ms(1),
		Why:     "not judged: what a clock says that starts at the send",
		Verdict: contract.ObservedOnly,
	})
}

// lateBeginning is how late the first updates were sent, in milliseconds: at
// most so late is the stall. Never more than a twentieth of the truth.
func lateBeginning(r *reports.Report, truth float64) float64 {
	if len(r.Series) == 0 || r.Series[0].Latency.Lag == nil || r.Series[0].Latency.Lag.MaxMS == nil {
		return 0
	}
	return min(*r.Series[0].Latency.Lag.MaxMS, truth/20)
}

// catchingUp is how long an update in some place of the backlog waits after the
// stall for those ahead of it to be answered, in milliseconds: each slot takes a
// service time for each. Never more than a tenth of the truth, so that a service
// time that was read wrongly cannot excuse itself.
func catchingUp(place, slots, truth float64, service reports.Quantiles) float64 {
	if service.P90MS == nil {
		return 0
	}
	return min(max(0, place-slots)/slots**service.P90MS, truth/10)
}

// lagOf is the lag of a run; empty where the report has none.
func lagOf(r *reports.Report) reports.Quantiles {
	if r.Latency.Lag == nil {
		return reports.Quantiles{}
	}
	return *r.Latency.Lag
}
