package traffic

import (
	"math"
	"time"
)

// StagesUntil is what the stages of a run had asked for until elapsed, for a run
// whose own summary is lost; sent are the updates known to have been sent, by
// stage. Only the stages, the seed and the total limit of the plan are looked at.
// The error is that of a plan that cannot be carried out.
func StagesUntil(p Plan, elapsed time.Duration, sent []uint64) ([]StageSummary, error) {
	p.Limits.InFlight = maxInFlight // the run has held its workers against its own
	legs, err := p.legs()
	if err != nil {
		return nil, err
	}
	left := p.Limits.Total
	if left == 0 {
		left = math.MaxUint64
	}
	list := make([]StageSummary, len(legs))
	for i, l := range legs {
		s := StageSummary{Name: l.Name, WarmUp: l.WarmUp, Start: l.start, End: l.end}
		if i < len(sent) {
			s.Sent = sent[i]
		}
		s.Scheduled = s.Sent
		if !l.closed && elapsed > l.start {
			s.Scheduled = max(s.Sent, min(Arrivals(l, l.n, elapsed-l.start), left))
		}
		s.Unsent = s.Scheduled - s.Sent
		left -= min(left, s.Scheduled)
		list[i] = s
	}
	return list, nil
}
