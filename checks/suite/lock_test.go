package suite

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// Whatever a server made a case show comes back from the file as it was.
func TestLockRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lock := Lock(rapid.MapOf(
			rapid.StringMatching(`[A-Z]{1,2}-[0-9]{2}(-[a-z]{1,2})?`),
			rapid.String().Filter(func(s string) bool { return s != "" }),
		).Draw(t, "lock"))
		var file bytes.Buffer
		require.NoError(t, lock.Write(&file))
		read, err := ReadLock(bytes.NewReader(file.Bytes()), "f")
		require.NoError(t, err)
		assert.Equal(t, lock, read)
		for _, line := range strings.Split(file.String(), "\n") {
			assert.False(t, strings.ContainsAny(line, "\x00\x1b\r"), "fit for a diff: %q", line)
		}
	})
}

func TestLockIsReadable(t *testing.T) {
	var file bytes.Buffer
	require.NoError(t, Lock{"B-12": "400;5", "B-10-a": "200, 2 stored", "AC-10": " \n"}.Write(&file))
	assert.Equal(t, `sdegauge/lock/1
# What a server does where the specification is silent, one case a line.
# sdegauge conform --lock compares with it, --update-lock writes it anew.
AC-10: " \n"
B-10-a: 200, 2 stored
B-12: 400;5
`, file.String())
}

func TestReadLockErrors(t *testing.T) {
	head := LockSchema + "\n"
	for _, c := range []struct{ reason, text, says string }{
		{"an empty file is none", "", "f:1: this is no behaviour lock"},
		{"another file is named by its first line", "{\n", `f:1: the first line of a behaviour lock is "sdegauge/lock/1", not "{"`},
		{"a later schema is not guessed at", "sdegauge/lock/2\n", "f:1: the first line"},
		{"a line without a behaviour", head + "\n# note\nB-12\n", `f:4: "B-12" is not of the form`},
		{"a case twice", head + "B-12: 200\nB-12: 400\n", "f:3: B-12 stands here a second time"},
		{"quotes that do not end", head + "B-12: \"200\n", "f:2: "},
		{"an empty behaviour in quotes", head + `B-12: ""` + "\n", "f:2: B-12 has no behaviour"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, err := ReadLock(strings.NewReader(c.text), "f")
			assert.ErrorContains(t, err, c.says)
		})
	}
}

func FuzzReadLock(f *testing.F) {
	f.Add(LockSchema + "\nB-12: 400;5\n")
	f.Add(LockSchema + "\r\n# x\n\nB-12-a: \"\\n\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		lock, err := ReadLock(strings.NewReader(text), "f")
		if err != nil {
			assert.True(t, strings.HasPrefix(err.Error(), "f:"), "file and line: %v", err)
			return
		}
		var file bytes.Buffer
		require.NoError(t, lock.Write(&file))
		again, err := ReadLock(&file, "f")
		require.NoError(t, err)
		assert.Equal(t, lock, again)
	})
}

// reportOf makes a report of requirements with the verdicts that are written behind
// their ids: "V-04 fail".
func reportOf(t testing.TB, outcomes ...string) *Report {
	t.Helper()
	report := &Report{Schema: Schema, Profile: "spec", Target: Target{URL: "http://127.0.0.1:1"}}
	for _, text := range outcomes {
		id, rest, _ := strings.Cut(text, " ")
		word, behaviour, _ := strings.Cut(rest, ": ")
		r, ok := contract.LookupRequirement(id)
		require.True(t, ok, id)
		var v contract.Verdict
		require.NoError(t, v.UnmarshalText([]byte(word)))
		report.Requirements = append(report.Requirements, Requirement{
			ID: id, Level: r.Level, Title: r.Title, Verdict: v, Cases: []CaseResult{{ID: id, Verdict: v, Behaviour: behaviour}},
		})
	}
	report.settle()
	return report
}

func TestHoldAgainst(t *testing.T) {
	for _, c := range []struct {
		reason  string
		lock    Lock
		strict  bool
		verdict contract.Verdict
		exit    int
		drift   []Drift
		unseen  int
		fresh   int
	}{
		{"nothing changed", Lock{"B-12": "400;5", "V-09": "200"}, true, contract.Pass, 0, []Drift{}, 0, 0},
		{"what changed is a warning", Lock{"B-12": "200", "V-09": "200"}, false, contract.Warn, 0, []Drift{{"B-12", "200", "400;5"}}, 0, 0},
		{"and fails where that is asked for", Lock{"B-12": "200", "V-09": "200"}, true, contract.Fail, 1, []Drift{{"B-12", "200", "400;5"}}, 0, 0},
		{"what only one of them knows is no drift", Lock{"V-09": "200", "B-11-a": "200"}, true, contract.Pass, 0, []Drift{}, 1, 1},
	} {
		t.Run(c.reason, func(t *testing.T) {
			report := reportOf(t, "V-04 pass", "V-09 observed: 200", "B-12 observed: 400;5")
			report.HoldAgainst(c.lock, "f", c.strict)
			assert.Equal(t, c.verdict, report.Verdict)
			assert.Equal(t, c.exit, report.ExitCode)
			assert.Equal(t, c.drift, report.Lock.Drift)
			assert.Equal(t, []int{c.unseen, c.fresh}, []int{report.Lock.Unseen, report.Lock.New})
			if len(c.drift) > 0 {
				assert.Contains(t, report.Reason, "1 of 2 locked behaviours changed")
				report.WroteLock()
				assert.Equal(t, contract.Pass, report.Verdict, "what was written anew has not changed")
			}
		})
	}
}

func TestLockOfKeepsObservedCasesAlone(t *testing.T) {
	report := reportOf(t, "V-04 pass: 400;33", "V-09 observed: 200", "B-12 skipped")
	assert.Equal(t, Lock{"V-09": "200"}, LockOf(report))
}
