package selftest

import (
	"context"
	"fmt"
	"time"

	"sdegauge/internal/figure"
	"sdegauge/reports"
)

// The queue: half of its one server's time is asked for.
const (
	queueRate    = 125 // updates a second
	queueService = 4 * time.Millisecond
)

const queueScenario = `
name: queue
reference: ["capacity=1xexp:%v"]
sessions: {count: 10}
stages: [{arrival: poisson, rate: %d/s, duration: %v}]
mix: [{class: cart, weight: 1}]
`

// queued measures a queue before one exponential server, with Poisson arrivals:
// its readings are right only if the arrivals are Poisson, at the asked rate,
// and the time in the queue is counted.
func (p pace) queued() experiment {
	return experiment{
		name:  "queue",
		about: fmt.Sprintf("one server of mean %v, Poisson arrivals at %d/s, so 50 %% utilisation (M/M/1); for %v", queueService, queueRate, p.queue),
		measure: func(ctx context.Context, m measurer) ([]Row, error) {
			r, err := m(ctx, fmt.Sprintf(queueScenario, queueService, queueRate, p.queue))
			if err != nil {
				return nil, err
			}
			return queueRows(r), nil
		},
	}
}

func queueRows(r *reports.Report) []Row {
	const (
		perMS  = queueRate / 1000.0
		served = float64(time.Millisecond) / float64(queueService)
	)
	response := r.Latency.Response
	quantiles := quantilesOf(response)
	var shares []float64
	for _, q := range quantiles {
		shares = append(shares, q.share)
	}
	low, high := queueBounds(perMS, served, int(response.Count), shares)
	var rows []Row
	for i, q := range quantiles {
		rows = append(rows, timeRow(Row{
			Experiment: "queue", What: "response " + q.name,
			Truth: queueQuantile(perMS, served, q.share), Reading: q.ms,
			Why: fmt.Sprintf("1,000 simulated queues of %s updates; and %s", figure.Count(response.Count), systematics),
		}, low[i], high[i], busy(lagOf(r))))
	}
	return rows
}
