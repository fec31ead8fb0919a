package ab

import (
	"errors"
	"fmt"
	"time"

	"sdegauge/internal/traffic"
	"sdegauge/scenarios"
)

// leadIn is the share of a block that is sent and not measured: the server and
// the connections to it have been at rest.
const leadIn = 0.1

// blockOf is the scenario of one block at a server: the measured stages of a
// scenario, as a whole as long as the block less its lead-in. Thresholds are not
// held, for a block is too short, and nothing is retried, for a pause would
// stretch the block and the retry fall into the other's.
func blockOf(s *scenarios.Scenario, url string, length time.Duration) (*scenarios.Scenario, error) {
	one := *s
	one.Thresholds, one.Retry = nil, scenarios.New().Retry
	one.Stages = nil
	for _, stage := range s.Stages {
		if !stage.WarmUp {
			one.Stages = append(one.Stages, stage)
		}
	}
	if len(one.Stages) == 0 {
		return nil, errors.New("every stage of the scenario is warm-up; a comparison needs one that is measured")
	}
	lead := time.Duration(leadIn * float64(length)).Round(time.Millisecond)
	if err := one.Apply(scenarios.Override{Target: url, Duration: (length - lead).String()}); err != nil {
		return nil, err
	}
	one.Stages = append([]scenarios.Stage{leadStage(one.Stages[0], lead)}, one.Stages...)
	return &one, nil
}

// leadStage leads to a stage: with what it begins with.
func leadStage(first scenarios.Stage, length time.Duration) scenarios.Stage {
	switch traffic.Arrival(first.Arrival) {
	case traffic.Closed, traffic.Burst, traffic.Poisson:
	default:
		first = scenarios.Stage{Arrival: string(traffic.Constant), Rate: first.Rate}
	}
	first.Name, first.Duration, first.WarmUp = "lead-in", length, true
	return first
}

// warmUpMost bounds the warm-up of a side.
const warmUpMost = 5 * time.Second

// warmUpBlocks are how many blocks each side gets before the first pair: as long
// as the scenario's warm-up, within bounds.
func warmUpBlocks(s *scenarios.Scenario, length time.Duration) int {
	var warm time.Duration
	for _, stage := range s.Stages {
		if stage.WarmUp {
			warm += stage.Duration
		}
	}
	warm = min(warm, warmUpMost)
	return max(1, int((warm+length-1)/length))
}

// shortestBlock holds a lead-in and what is worth measuring.
const shortestBlock = 100 * time.Millisecond

// pairsIn are how many pairs of blocks there is time for.
func pairsIn(most, length time.Duration) (int, error) {
	if length < shortestBlock {
		return 0, fmt.Errorf("blocks of %v are too short; choose %v or more", length, shortestBlock)
	}
	n := int(most / length)
	if n < leastPairs {
		return 0, fmt.Errorf("%v on each side is time for %d blocks of %v, and a comparison needs %d pairs; allow %v or shorten the blocks",
			most, n, length, leastPairs, leastPairs*length)
	}
	return n, nil
}
