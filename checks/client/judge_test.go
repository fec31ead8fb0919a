package client

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// acted is a client that came to a script with given pauses; each answer takes a
// millisecond.
func acted(s Script, pauses []time.Duration) sighting {
	seen := sighting{total: 1 + len(pauses)}
	at := time.Duration(0)
	for n := range seen.total {
		if n > 0 {
			at += pauses[n-1]
		}
		seen.attempts = append(seen.attempts, attempt{
			request: request{method: contract.Method}, step: s.step(n + 1), arrived: at, ended: at + time.Millisecond, done: true,
		})
		at += time.Millisecond
	}
	return seen
}

// TestJudgeProperties holds each script against clients that keep a policy and
// then have one pause changed, one attempt added or the last taken away.
func TestJudgeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(PolicyNames()).Draw(t, "policy")
		policy, _ := contract.LookupRetryPolicy(name)
		s := rapid.SampledFrom(runnable(name)).Draw(t, "script")
		waits := s.waits(s.policyOf(policy))
		tolerance := Tolerance{
			Early: time.Duration(rapid.IntRange(0, 100).Draw(t, "early")) * time.Millisecond,
			Late:  time.Duration(rapid.IntRange(0, 2000).Draw(t, "late")) * time.Millisecond,
		}
		var all []time.Duration
		for _, w := range waits {
			off := rapid.Int64Range(-int64(tolerance.Early), int64(tolerance.Late)).Draw(t, "off")
			all = append(all, w.pause+time.Duration(off))
		}
		verdict := func(pauses []time.Duration) contract.Verdict {
			return s.judge(waits, tolerance, acted(s, pauses)).verdict
		}
		require.Equal(t, contract.Pass, verdict(all))
		require.Equal(t, contract.Fail, verdict(append(all, time.Second)), "one more")
		if len(all) == 0 {
			return
		}
		require.Equal(t, contract.Fail, verdict(all[:len(all)-1]), "one less")
		n := rapid.IntRange(0, len(waits)-1).Draw(t, "changed")
		short, long := slices.Clone(all), slices.Clone(all)
		short[n] = waits[n].pause - tolerance.Early - 1
		long[n] = waits[n].pause + tolerance.Late + 1
		early, late := contract.Fail, contract.Warn
		if !s.judges.has(pauses) {
			early, late = contract.Pass, contract.Pass
		} else if waits[n].open {
			late = contract.Pass
		}
		require.Equal(t, early, verdict(short), "a nanosecond too short")
		require.Equal(t, late, verdict(long), "a nanosecond too long")
	})
}

func runnable(policy string) (some []Script) {
	for _, s := range Scripts() {
		if s.skipped(policy, true) == "" && s.judges.has(count) {
			some = append(some, s)
		}
	}
	return some
}

// TestJudgeReasons: what is told of a client, word for word.
func TestJudgeReasons(t *testing.T) {
	spec, _ := contract.LookupRetryPolicy("spec")
	always := Script{ID: "RT-01", Steps: []Step{status(500)}, judges: count | pauses}
	seconds := func(all ...float64) (list []time.Duration) {
		for _, s := range all {
			list = append(list, time.Duration(s*float64(second)))
		}
		return list
	}
	tests := []struct {
		reason string
		seen   sighting
		want   finding
	}{
		{"as it should be", acted(always, seconds(5, 10, 15)), finding{contract.Pass, ""}},
		{"early twice", acted(always, seconds(5, 5, 5)), finding{contract.Fail, "pauses 2, 3 early, by up to 10 s"}},
		{"early once, and late", acted(always, seconds(4.9, 12, 15)), finding{contract.Fail, "pause 1 early by 100 ms"}},
		{"late", acted(always, seconds(5, 12.5, 15)), finding{contract.Warn, "pause 2 late by 2.5 s"}},
		{"one more", acted(always, seconds(5, 10, 15, 20)), finding{contract.Fail, "attempt 5 came 20 s after 500, which ends the update"}},
		{"one more and early", acted(always, seconds(5, 10, 1, 20)),
			finding{contract.Fail, "attempt 5 came 20 s after 500, which ends the update; pause 3 early by 14 s"}},
		{"two less", acted(always, seconds(5)), finding{contract.Fail, "gave up after attempt 2, answered by 500; the policy makes another after 10 s"}},
		{"stopped on the way", func() sighting {
			s := acted(always, seconds(5))
			s.ending = stopped
			return s
		}(), finding{contract.Inconclusive, "it was interrupted before the script was over"}},
		{"broken before it was stopped", func() sighting {
			s := acted(always, seconds(1))
			s.ending = timeout
			return s
		}(), finding{contract.Fail, "pause 1 early by 4 s"}},
		{"did not wait for the answer", func() sighting {
			s := acted(always, seconds(-0.0005, 10, 15))
			return s
		}(), finding{contract.Fail, "attempt 2 did not wait for the answer to attempt 1"}},
		{"an answer that was not delivered", func() sighting {
			s := acted(always, seconds(5, 10, 15))
			s.attempts[1].lost = "broken pipe"
			return s
		}(), finding{contract.Inconclusive, "attempt 2 was lost on this side: broken pipe"}},
		{"never called, and why", sighting{ending: over, client: &farewell{code: 127, output: "not found"}},
			finding{contract.Inconclusive, `the client never called; the command exited 127 and said "not found"`}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			assert.Equal(t, tt.want, always.judge(always.waits(spec), Tolerance{Late: second}, tt.seen))
		})
	}
}

// TestDiffers: a request is its own repeat; one that is changed in any part is
// not, and what is told of it can be shown.
func TestDiffers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		one := request{
			method: text.Draw(t, "method"), target: text.Draw(t, "target"), host: text.Draw(t, "host"),
			header: http.Header{"A": {text.Draw(t, "value")}}, body: []byte(text.Draw(t, "body")),
		}
		require.Empty(t, one.differs(one))
		other := one
		switch rapid.IntRange(0, 5).Draw(t, "changed") {
		case 0:
			other.method += "x"
		case 1:
			other.target += "\x1b"
		case 2:
			other.host += "x"
		case 3:
			other.header = http.Header{"A": {one.header["A"][0] + "\x00"}}
		case 4:
			other.header = http.Header{"A": one.header["A"], "B\x1b": {""}}
		case 5:
			other.body = append(slices.Clone(one.body), 0xff)
		}
		for _, told := range []string{other.differs(one), one.differs(other)} {
			require.NotEmpty(t, told)
			require.NotContains(t, told, "\x1b")
		}
	})
	secret := request{header: http.Header{"Cookie": {"a"}}}.differs(request{header: http.Header{"Cookie": {"b"}}})
	assert.Equal(t, "the header field Cookie was *** and became ***", secret)
	unread := request{body: []byte("a")}.differs(request{unread: true})
	assert.Empty(t, unread, "what was not read is not compared")
}

// TestScripts holds the table: ids that stay apart, each requirement there, a
// step or a reason.
func TestScripts(t *testing.T) {
	ids, accounts, tried := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range Scripts() {
		require.False(t, ids[s.ID], s.ID)
		require.False(t, accounts[s.Account()], s.Account())
		ids[s.ID], accounts[s.Account()], tried[s.Requirement()] = true, true, true
		assert.Regexp(t, `^[a-z0-9_]{1,20}$`, s.Account())
		_, known := contract.LookupRequirement(s.Requirement())
		assert.True(t, known, s.ID)
		assert.NotEmpty(t, s.Title, s.ID)
		assert.NotEqual(t, s.skip == "" && !s.judges.has(spread), len(s.Steps) == 0, s.ID)
	}
	for _, r := range contract.Requirements() {
		if strings.HasPrefix(r.ID, "RT-") {
			assert.True(t, tried[r.ID], "%s has no script", r.ID)
		}
	}
}
