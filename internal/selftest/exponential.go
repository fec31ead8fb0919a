package selftest

import (
	"context"
	"fmt"
	"time"

	"sdegauge/internal/figure"
	"sdegauge/reports"
)

const (
	exponentialRate = 500 // updates a second
	exponentialMean = 50 * time.Millisecond
)

const exponentialScenario = `
name: exponential
reference: ["latency=exp:%v"]
sessions: {count: 10}
stages: [{arrival: constant, rate: %d/s, duration: %v}]
mix: [{class: cart, weight: 1}]
`

// exponential measures a server whose service times are exponential.
func (p pace) exponential() experiment {
	return experiment{
		name:  "exponential",
		about: fmt.Sprintf("every request takes an exponential time of mean %v; %d/s for %v", exponentialMean, exponentialRate, p.steady),
		measure: func(ctx context.Context, m measurer) ([]Row, error) {
			r, err := m(ctx, fmt.Sprintf(exponentialScenario, exponentialMean, exponentialRate, p.steady))
			if err != nil {
				return nil, err
			}
			return exponentialRows(r), nil
		},
	}
}

func exponentialRows(r *reports.Report) []Row {
	const mean = float64(exponentialMean) / float64(time.Millisecond)
	service := r.Latency.Service
	var rows []Row
	for _, q := range quantilesOf(service) {
		low, high := quantileBounds(q.share, int(service.Count))
		rows = append(rows, timeRow(Row{
			Experiment: "exponential", What: "service " + q.name,
			Truth: exponentialQuantile(mean, q.share), Reading: q.ms,
			Why: fmt.Sprintf("99.9 %% of samples of %s; and %s", figure.Count(service.Count), systematics),
		}, exponentialQuantile(mean, low), exponentialQuantile(mean, high), busy(lagOf(r))))
	}
	return rows
}

// quantile is one of a report's quantiles.
type quantile struct {
	name  string
	share float64
	ms    *float64
}

// quantilesOf are the quantiles that rows are made of: those that the sample is
// large enough for, and p50 always.
func quantilesOf(q reports.Quantiles) []quantile {
	list := []quantile{{"p50", 0.5, q.P50MS}}
	for _, more := range []quantile{{"p90", 0.9, q.P90MS}, {"p99", 0.99, q.P99MS}} {
		if more.ms != nil {
			list = append(list, more)
		}
	}
	return list
}
