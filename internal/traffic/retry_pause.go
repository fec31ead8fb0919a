package traffic

import (
	"fmt"
	"time"

	"sdegauge/internal/contract"
)

// retry is the attempt that the policy wants to follow a, whose reading is r;
// wanted is false where it wants none. The pause counts from the end of the
// failed response (S:L116).
func (e *engine) retry(a attempt, r *contract.Reading) (next attempt, wanted bool) {
	p := e.plan.Retry
	if r.Failure == contract.FailInterrupted || !p.Retries(r.Status) {
		return attempt{}, false
	}
	var asked time.Duration
	if p.Heeds(r.Status) {
		asked = retryAfter(r.Header, e.began.Add(r.LastByte))
	}
	pause, again := p.Pause(a.number, r.Status, asked, chance(e.plan.Seed, a.seq, a.number))
	if !again {
		return attempt{}, false
	}
	return attempt{
		c: a.c, seq: a.seq, number: a.number + 1, stage: a.stage, intended: r.LastByte + pause,
		first: a.first, priorEnd: r.LastByte, pause: pause,
	}, true
}

// chance is where in its jitter the pause after an attempt falls, 0 to 1. It is
// a function of the run's seed, the update and the attempt, so that two runs of
// one seed make the same pauses.
func chance(seed, seq uint64, attempt int) float64 {
	x := scatter(scatter(scatter(seed)^seq) ^ uint64(attempt))
	return float64(x>>11) / (1 << 53)
}

// checkPolicy finds what makes no sense in a policy.
func checkPolicy(p contract.RetryPolicy) error {
	for i, pause := range p.Pauses {
		if pause < 0 {
			return fmt.Errorf("pause %d of the retry policy %q is %v, below 0", i+1, p.Name, pause)
		}
	}
	switch {
	case !(p.Jitter >= 0 && p.Jitter <= 1):
		return fmt.Errorf("the jitter of the retry policy %q is %v; it goes from 0 to 1", p.Name, p.Jitter)
	case p.After429 < 0 || p.RetryAfter < 0:
		return fmt.Errorf("the retry policy %q bounds a pause below 0 (after a 429: %v, by Retry-After: %v)", p.Name, p.After429, p.RetryAfter)
	}
	return nil
}
