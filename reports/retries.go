package reports

import (
	"fmt"
	"slices"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

// retryCounts follow the measured updates over their attempts.
type retryCounts struct {
	byAttempt     []attemptCount // the first attempts in front
	gaveUp        uint64
	clientErrors  uint64 // answers 4xx that were retried
	timeToSuccess *distribution
}

// attemptCount counts the attempts of one number, for instance all second ones.
type attemptCount struct {
	attempts, succeeded uint64
	// Of retries: the pauses that the policy asked for, those that were made, and
	// how much longer than asked for these were.
	asked, made, excess span
}

// span is the shortest and the longest of some durations.
type span struct{ shortest, longest time.Duration }

func (s *span) add(d time.Duration, first bool) {
	if first {
		s.shortest, s.longest = d, d
		return
	}
	s.shortest, s.longest = min(s.shortest, d), max(s.longest, d)
}

func newRetryCounts() retryCounts {
	return retryCounts{timeToSuccess: newDistribution(fineDigits)}
}

// take counts a reading of a measured update.
func (c *retryCounts) take(r *contract.Reading, j *checks.Judgement) {
	number := max(1, r.Attempt)
	for len(c.byAttempt) < number {
		c.byAttempt = append(c.byAttempt, attemptCount{})
	}
	n := &c.byAttempt[number-1]
	if number > 1 {
		first := n.attempts == 0
		n.asked.add(r.Pause, first)
		n.made.add(r.Dequeued-r.PriorEnd, first)
		n.excess.add(r.Excess(), first)
	}
	n.attempts++
	switch {
	case !r.Final:
		if r.Status >= 400 && r.Status < 500 {
			c.clientErrors++
		}
	case j.AsExpected:
		n.succeeded++
		if r.LastByte >= 0 {
			c.timeToSuccess.record(r.LastByte - r.First)
		}
	case number > 1 && !ownFailure(r.Failure):
		c.gaveUp++
	}
}

// Retries tell what the retry policy did.
type Retries struct {
	Policy Policy `json:"policy"`
	// SucceededAt[i] is how many updates were as expected at attempt i+1.
	SucceededAt []uint64 `json:"succeeded_at"`
	// GaveUp are updates that were retried and not as expected even so.
	GaveUp uint64 `json:"gave_up"`
	// Amplification is attempts divided by updates sent; nil where none was. The
	// series has it over time, and AmplificationPeak is where that is highest.
	Amplification     *float64       `json:"amplification"`
	AmplificationPeak *Amplification `json:"amplification_peak"`
	// TimeToSuccess runs from an update's first intended start to the end of
	// the answer that was as expected.
	TimeToSuccess Quantiles `json:"time_to_success"`
	// ClientErrorsRetried are answers 4xx that were followed by another attempt:
	// 0 unless the policy names the status, for S:L115 retries none.
	ClientErrorsRetried uint64 `json:"client_errors_retried"`
	// AttemptsAsked are the attempts that schedule and policy asked for, and
	// AttemptsWrote the requests that the transport wrote to their end, both of
	// the whole run, warm-up included. An attempt that never had a connection is
	// not written. More written than asked means that something sent again by
	// itself. AttemptsWrote is nil where the transport does not count.
	AttemptsAsked uint64  `json:"attempts_asked"`
	AttemptsWrote *uint64 `json:"attempts_wrote"`
	// Pauses are those before the second, third, … attempt, as far as any was
	// made.
	Pauses []Pause `json:"pauses"`
}

// Policy is the retry policy as it was carried out, a scale included.
type Policy struct {
	Name        string    `json:"name"`
	PausesS     []float64 `json:"pauses_s"`
	Also        []int     `json:"also"` // statuses retried besides 5xx
	Network     bool      `json:"network"`
	After429S   float64   `json:"after_429_s"`
	Jitter      float64   `json:"jitter"`
	RetryAfterS float64   `json:"retry_after_s"` // 0: Retry-After is not looked at
}

// Amplification is the load that retries add in one interval of the series:
// attempts sent divided by updates sent in it, those of warm-up included.
type Amplification struct {
	StartS   float64 `json:"start_s"`
	WidthS   float64 `json:"width_s"`
	Attempts uint64  `json:"attempts"`
	Updates  uint64  `json:"updates"`
	Ratio    float64 `json:"ratio"`
}

// Pause is one pause of the policy as it was made, from the last byte of the
// failed response to the send of the next request. What the policy asked for
// varies with jitter and Retry-After; the excess is what was made beyond it: lag,
// and in a closed stage the wait for a worker. It is never negative.
type Pause struct {
	BeforeAttempt  int     `json:"before_attempt"`
	Count          uint64  `json:"count"`
	AskedShortestS float64 `json:"asked_shortest_s"`
	AskedLongestS  float64 `json:"asked_longest_s"`
	ShortestS      float64 `json:"shortest_s"`
	LongestS       float64 `json:"longest_s"`
	ExcessLeastMS  float64 `json:"excess_least_ms"`
	ExcessMostMS   float64 `json:"excess_most_ms"`
}

// retriesOf reports the retries of a run; series is the finished one.
func (c *Collector) retriesOf(run Run, measured, all *cell, series []Interval) Retries {
	counts := &c.retries
	r := Retries{
		Policy: policyOf(run.Retry), SucceededAt: []uint64{}, GaveUp: counts.gaveUp,
		AmplificationPeak: amplificationPeak(series), TimeToSuccess: counts.timeToSuccess.withIntervals(),
		ClientErrorsRetried: counts.clientErrors,
		AttemptsAsked:       all.attempts, AttemptsWrote: run.Wrote, Pauses: []Pause{},
	}
	if measured.started > 0 {
		r.Amplification = new(float64(measured.attempts) / float64(measured.started))
	}
	for i, n := range counts.byAttempt {
		r.SucceededAt = append(r.SucceededAt, n.succeeded)
		if i > 0 && n.attempts > 0 {
			r.Pauses = append(r.Pauses, Pause{
				BeforeAttempt: i + 1, Count: n.attempts,
				AskedShortestS: seconds(n.asked.shortest), AskedLongestS: seconds(n.asked.longest),
				ShortestS: seconds(n.made.shortest), LongestS: seconds(n.made.longest),
				ExcessLeastMS: n.excess.shortest.Seconds() * 1e3, ExcessMostMS: n.excess.longest.Seconds() * 1e3,
			})
		}
	}
	return r
}

func policyOf(p contract.RetryPolicy) Policy {
	pauses := make([]float64, len(p.Pauses))
	for i, pause := range p.Pauses {
		pauses[i] = seconds(pause)
	}
	return Policy{
		Name: p.Name, PausesS: pauses, Also: append([]int{}, p.Also...), Network: p.Network,
		After429S: seconds(p.After429), Jitter: p.Jitter, RetryAfterS: seconds(p.RetryAfter),
	}
}

// amplificationPeak is the interval in which retries added most load; nil where they added
// none. What is sent while no update is due has no ratio.
func amplificationPeak(series []Interval) *Amplification {
	var highest *Amplification
	for _, v := range series {
		if a := v.Amplification; a != nil && *a > 1 && (highest == nil || *a > highest.Ratio) {
			highest = &Amplification{StartS: v.StartS, WidthS: v.WidthS, Attempts: v.Sent, Updates: v.UpdatesSent, Ratio: *a}
		}
	}
	return highest
}

// retryDefect says what the retries prove wrong with the instrument; empty where
// nothing is.
func retryDefect(r *Report) string {
	p := r.Retries
	if wrote := p.AttemptsWrote; wrote != nil && *wrote > p.AttemptsAsked {
		return fmt.Sprintf("the transport wrote %s, and %s were asked for", figure.CountOf(*wrote, "request"), figure.Count(p.AttemptsAsked))
	}
	named := slices.ContainsFunc(p.Policy.Also, func(status int) bool { return status >= 400 && status < 500 })
	if p.ClientErrorsRetried > 0 && !named {
		return fmt.Sprintf("%s of status 4xx retried, and the policy names none", figure.CountOf(p.ClientErrorsRetried, "answer"))
	}
	for _, pause := range p.Pauses {
		if pause.ExcessLeastMS < 0 {
			return fmt.Sprintf("a pause before attempt %d was %s ms shorter than the policy has it",
				pause.BeforeAttempt, figure.Number(-pause.ExcessLeastMS, 3))
		}
	}
	return ""
}
