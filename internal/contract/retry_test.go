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

// What may lengthen a pause, by hand.
func TestRetryPause(t *testing.T) {
	const s = time.Second
	spec, _ := contract.LookupRetryPolicy("spec")
	general, _ := contract.LookupRetryPolicy("general")
	with := func(p contract.RetryPolicy, change func(*contract.RetryPolicy)) contract.RetryPolicy {
		change(&p)
		return p
	}
	heeding := with(spec, func(p *contract.RetryPolicy) { p.RetryAfter = 60 * s })
	jittery := with(spec, func(p *contract.RetryPolicy) { p.Jitter = 0.2 })
	quick := with(general, func(p *contract.RetryPolicy) { p.Pauses = []time.Duration{0, 3 * s} })
	tests := []struct {
		reason          string
		policy          contract.RetryPolicy
		attempt, status int
		asked           time.Duration
		chance          float64
		want            time.Duration
		again           bool
	}{
		{"RT-01: nothing is added", spec, 1, 500, 0, 0.99, 5 * s, true},
		{"S does not speak of Retry-After", spec, 1, 503, 60 * s, 0, 5 * s, true},
		{"RT-11: honoured where it is longer", heeding, 1, 503, 7 * s, 0, 7 * s, true},
		{"and not where it is shorter: S:L116 stays", heeding, 3, 503, 7 * s, 0, 15 * s, true},
		{"and bounded", heeding, 1, 503, 3600 * s, 0, 60 * s, true},
		{"it makes no retry of what is none", heeding, 1, 429, 7 * s, 0, 0, false},
		{"nor a fifth attempt", heeding, 4, 503, 7 * s, 0, 0, false},
		{"RT-11: 429 after at least a second (RP)", quick, 1, 429, 0, 0, s, true},
		{"a longer pause stays", quick, 2, 429, 0, 0, 3 * s, true},
		{"a 5xx keeps its pause", quick, 1, 500, 0, 0, 0, true},
		{"RT-19: from the pause itself", jittery, 2, 500, 0, 0, 10 * s, true},
		{"RT-19: to a share more", jittery, 2, 500, 0, 0.5, 11 * s, true},
		{"jitter spreads those who were sent away together",
			with(heeding, func(p *contract.RetryPolicy) { p.Jitter = 1 }), 1, 503, 20 * s, 0.25, 25 * s, true},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			pause, again := tt.policy.Pause(tt.attempt, tt.status, tt.asked, tt.chance)
			assert.Equal(t, tt.again, again)
			assert.Equal(t, tt.want, pause)
		})
	}
}

func TestRetryLongest(t *testing.T) {
	const s = time.Second
	longest := func(name string) time.Duration {
		p, _ := contract.LookupRetryPolicy(name)
		return p.Longest()
	}
	assert.Equal(t, 30*s, longest("spec"), "5, 10 and 15 s")
	assert.Equal(t, 870*s, longest("general"), "and 2, 4 and 8 minutes")
	assert.Zero(t, longest("none"))
	pauses := []time.Duration{0, 4 * s}
	assert.Equal(t, 5*s, contract.RetryPolicy{Pauses: pauses, Also: []int{429}, After429: s}.Longest())
	assert.Equal(t, 30*s, contract.RetryPolicy{Pauses: pauses, RetryAfter: 10 * s, Jitter: 0.5}.Longest())
	assert.Equal(t, 24*time.Hour, contract.RetryPolicy{Pauses: slices.Repeat([]time.Duration{1 << 62}, 9)}.Longest(), "no overflow")
}

// Nothing shortens a pause or makes a retry where the policy asks for none, and
// no pause outlasts what Longest allows for.
func TestRetryPauseBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(contract.RetryPolicies()).Draw(t, "policy")
		p.Jitter = rapid.Float64Range(0, 1).Draw(t, "jitter")
		p.RetryAfter = time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "retry after"))
		attempt := rapid.IntRange(0, 12).Draw(t, "attempt")
		status := rapid.SampledFrom([]int{0, 200, 202, 400, 404, 429, 500, 503, 599}).Draw(t, "status")
		asked := time.Duration(rapid.Int64Range(0, 1<<62).Draw(t, "asked"))
		chance := rapid.Float64Range(0, 0.999).Draw(t, "chance")

		base, wanted := p.Next(attempt, status)
		pause, again := p.Pause(attempt, status, asked, chance)
		require.Equal(t, wanted, again)
		require.GreaterOrEqual(t, pause, base)
		require.LessOrEqual(t, pause, p.Longest())
	})
}
