package contract_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// pauses follows a policy through the statuses a server would give, the last of
// them for ever, and returns the pauses between the attempts made.
func pauses(p contract.RetryPolicy, statuses ...int) []time.Duration {
	var taken []time.Duration
	for attempt := 1; ; attempt++ {
		pause, again := p.Next(attempt, statuses[min(attempt, len(statuses))-1])
		if !again {
			return taken
		}
		taken = append(taken, pause)
	}
}

func TestRetryTimelines(t *testing.T) {
	const s, m = time.Second, time.Minute
	tests := []struct {
		policy   string
		statuses []int
		want     []time.Duration
		reason   string
	}{
		{"spec", []int{500}, []time.Duration{5 * s, 10 * s, 15 * s}, "RT-01: four attempts"},
		{"spec", []int{503}, []time.Duration{5 * s, 10 * s, 15 * s}, "RT-02: four attempts"},
		{"spec", []int{500, 200}, []time.Duration{5 * s}, "RT-03"},
		{"spec", []int{500, 503, 200}, []time.Duration{5 * s, 10 * s}, "RT-04"},
		{"spec", []int{500, 500, 500, 200}, []time.Duration{5 * s, 10 * s, 15 * s}, "RT-05"},
		{"spec", []int{500, 500, 500, 500, 200}, []time.Duration{5 * s, 10 * s, 15 * s}, "RT-06: no fifth"},
		{"spec", []int{400}, nil, "RT-07"},
		{"spec", []int{401}, nil, "RT-07"},
		{"spec", []int{404}, nil, "RT-07"},
		{"spec", []int{500, 400}, []time.Duration{5 * s}, "RT-08: a 4xx ends it"},
		{"spec", []int{200}, nil, "RT-09"},
		{"spec", []int{429}, nil, "RT-11: 429 is a 4xx"},
		{"spec", []int{502}, []time.Duration{5 * s, 10 * s, 15 * s}, "RT-12: every 5xx"},
		{"spec", []int{504}, []time.Duration{5 * s, 10 * s, 15 * s}, "RT-12: every 5xx"},
		{"spec", []int{599}, []time.Duration{5 * s, 10 * s, 15 * s}, "RT-12: every 5xx"},
		{"spec", []int{0}, nil, "RT-13: S does not speak of the network"},
		{"spec", []int{500, 0}, []time.Duration{5 * s}, "RT-13: a lost retry is not retried"},
		{"spec", []int{302}, nil, "a redirect is no server fault"},

		{"none", []int{500}, nil, "nothing is retried"},
		{"none", []int{0}, nil, "nothing is retried"},

		{"general", []int{500}, []time.Duration{5 * s, 10 * s, 15 * s, 2 * m, 4 * m, 8 * m}, "RT-15: the outer loop"},
		{"general", []int{429, 200}, []time.Duration{5 * s}, "RT-11: at least a second"},
		{"general", []int{400}, nil, "no other 4xx"},
		{"general", []int{0}, nil, "RP does not speak of the network"},

		{"monitoring", []int{500}, []time.Duration{3 * s, 10 * s, 30 * s, 90 * s}, "RT-16"},
		{"monitoring", []int{202, 202, 200}, []time.Duration{3 * s, 10 * s}, "RT-16: a loading account"},
		{"monitoring", []int{200}, nil, "no other 2xx"},
		{"monitoring", []int{429}, nil, "ME does not speak of 429"},

		{"impatient", []int{500}, make([]time.Duration, 10), "RT-20: ten at once"},
		{"impatient", []int{0, 200}, make([]time.Duration, 1), "a lost reply is no answer"},
		{"impatient", []int{404}, nil, "a 4xx ends it"},
	}
	for _, tt := range tests {
		t.Run(tt.policy+" "+tt.reason, func(t *testing.T) {
			p, ok := contract.LookupRetryPolicy(tt.policy)
			require.True(t, ok)
			got := pauses(p, tt.statuses...)
			assert.Equal(t, tt.want, got)
			assert.LessOrEqual(t, 1+len(got), p.Attempts())
		})
	}
}

func TestRetryPolicies(t *testing.T) {
	attempts := map[string]int{}
	for _, p := range contract.RetryPolicies() {
		attempts[p.Name] = p.Attempts()
		assert.NotEmpty(t, p.Source, p.Name)
		found, ok := contract.LookupRetryPolicy(p.Name)
		assert.True(t, ok)
		assert.Equal(t, p, found)
	}
	assert.Equal(t, map[string]int{"none": 1, "spec": 4, "general": 7, "monitoring": 5, "impatient": 11}, attempts)
	_, ok := contract.LookupRetryPolicy("Spec")
	assert.False(t, ok, "letter case matters")
}

// No policy retries a 4xx it does not name, pauses without end, or counts an
// attempt that was not made.
func TestRetryPolicyBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(contract.RetryPolicies()).Draw(t, "policy")
		attempt := rapid.IntRange(-2, 20).Draw(t, "attempt")
		status := rapid.IntRange(0, 699).Draw(t, "status")
		pause, again := p.Next(attempt, status)
		if !again {
			require.Zero(t, pause)
			return
		}
		require.True(t, attempt >= 1 && attempt < p.Attempts())
		require.True(t, status == 0 || status >= 500 || slices.Contains(p.Also, status))
		require.Equal(t, p.Pauses[attempt-1], pause)
	})
}
