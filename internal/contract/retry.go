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
	// Source names the page of the policy.
	Source string
}

// Next is the pause after an attempt that ended with status (0: no complete
// response), attempt counting from 1, and whether another attempt follows.
func (p RetryPolicy) Next(attempt, status int) (pause time.Duration, again bool) {
	if attempt < 1 || attempt > len(p.Pauses) || !p.Retries(status) {
		return 0, false
	}
	return p.Pauses[attempt-1], true
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
			Also: []int{429}, Source: "RP: the three pauses of S, then a slow outer loop; 429 after at least 1 s"},
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
