package contract

import (
	"slices"
	"time"
)

// RetryPolicy says which attempts are followed by another, and after what
// pause. A pause counts from the end of the failed response to the start of the
// next request.
type RetryPolicy struct {
	Name string
	// Pauses are the pauses before the second, third, … attempt; their number
	// bounds the retries.
	Pauses []time.Duration
	// Also are statuses that are retried besides 5xx.
	Also []int
	// Network says whether an attempt without a complete response is retried.
	Network bool
	// After429 is the least pause after a status 429.
	After429 time.Duration
	// Jitter lengthens a pause by up to this share of it, 0 to 1. It never
	// shortens one: a client that comes back early breaks S:L116.
	Jitter float64
	// RetryAfter is the longest wait that the field Retry-After of a 5xx or a 429
	// may ask for; 0 means that the field is not looked at. S is silent on it.
	RetryAfter time.Duration
	// Source names the page of the policy.
	Source string
}

// Next is the pause after an attempt that ended with status (0: no complete
// response), attempt counting from 1, and whether another attempt follows. It
// leaves out what [RetryPolicy.Pause] adds.
func (p RetryPolicy) Next(attempt, status int) (pause time.Duration, again bool) {
	if attempt < 1 || attempt > len(p.Pauses) || !p.Retries(status) {
		return 0, false
	}
	pause = p.Pauses[attempt-1]
	if status == 429 {
		pause = max(pause, p.After429)
	}
	return pause, true
}

// Pause is [RetryPolicy.Next] with all that may lengthen a pause: asked is what
// the response's Retry-After asks for, and chance, 0 ≤ chance < 1, says where
// within the jitter the pause falls. Jitter comes last, so that it also spreads
// clients that a server sent away until the same moment.
//
//	|──── the policy's pause ────|
//	|──── Retry-After, at most p.RetryAfter ────|
//	|─────────── the longer of them ────────────|── jitter ──|
func (p RetryPolicy) Pause(attempt, status int, asked time.Duration, chance float64) (pause time.Duration, again bool) {
	if pause, again = p.Next(attempt, status); !again {
		return 0, false
	}
	if p.Heeds(status) {
		pause = max(pause, min(asked, p.RetryAfter))
	}
	return p.stretched(pause, chance), true
}

// Heeds reports whether the field Retry-After of a response with a status
// counts: of a 5xx and of a 429, where the policy retries it and looks at the
// field at all.
func (p RetryPolicy) Heeds(status int) bool {
	return p.RetryAfter > 0 && (status >= 500 || status == 429) && p.Retries(status)
}

// Longest is the most that the pauses of one update can take together; it stops
// at a day.
func (p RetryPolicy) Longest() time.Duration {
	const day = 24 * time.Hour
	var sum time.Duration
	for _, pause := range p.Pauses {
		if slices.Contains(p.Also, 429) {
			pause = max(pause, p.After429)
		}
		pause = min(max(pause, p.RetryAfter), day)
		if sum += p.stretched(pause, 1); sum >= day {
			return day
		}
	}
	return sum
}

func (p RetryPolicy) stretched(pause time.Duration, chance float64) time.Duration {
	if p.Jitter <= 0 {
		return pause // and keeps every digit
	}
	return pause + time.Duration(float64(pause)*p.Jitter*chance)
}

// Retries reports whether the policy retries a status at all; 0 stands for an
// attempt without a complete response. No policy retries a 4xx it does not name
// (S:L115).
func (p RetryPolicy) Retries(status int) bool {
	switch {
	case len(p.Pauses) == 0:
		return false
	case status == 0:
		return p.Network
	case status >= 500:
		return true
	default:
		return slices.Contains(p.Also, status)
	}
}

// Attempts is the most attempts an update can cost.
func (p RetryPolicy) Attempts() int { return 1 + len(p.Pauses) }

// RetryPolicies returns every policy that LivePerson's pages describe or its
// clients are seen to follow.
func RetryPolicies() []RetryPolicy {
	const s, m = time.Second, time.Minute
	return []RetryPolicy{
		{Name: "none", Source: "a recommendation may be left unfollowed (S:L111)"},
		{Name: "spec", Pauses: []time.Duration{5 * s, 10 * s, 15 * s}, Source: "S:L113–116"},
		{Name: "general", Pauses: []time.Duration{5 * s, 10 * s, 15 * s, 2 * m, 4 * m, 8 * m},
			Also: []int{429}, After429: s, Source: "RP: the three pauses of S, then a slow outer loop; 429 after at least 1 s"},
		{Name: "monitoring", Pauses: []time.Duration{3 * s, 10 * s, 30 * s, 90 * s},
			Also: []int{202}, Source: "ME, MR"},
		{Name: "impatient", Pauses: make([]time.Duration, 10), Network: true,
			Source: "the official chat sample: up to ten retries at once"},
	}
}

// LookupRetryPolicy finds a policy by name.
func LookupRetryPolicy(name string) (RetryPolicy, bool) {
	for _, p := range RetryPolicies() {
		if p.Name == name {
			return p, true
		}
	}
	return RetryPolicy{}, false
}
