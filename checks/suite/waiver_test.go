package suite

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

const goodWaiver = `- requirement: V-05
  reason: the proxy in front answers
  owner: Jo Smith
  until: 2026-12-31
`

func TestParseWaivers(t *testing.T) {
	waivers, err := ParseWaivers([]byte("# known\n"+goodWaiver+`- {requirement: "V-*", reason: x, owner: 12, until: "2027-01-01", target: new}`+"\n"), "f")
	require.NoError(t, err)
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	assert.Equal(t, []Waiver{
		{Requirement: "V-05", Reason: "the proxy in front answers", Owner: "Jo Smith", Until: day(2026, 12, 31), Line: 2},
		{Requirement: "V-*", Reason: "x", Owner: "12", Until: day(2027, 1, 1), Target: "new", Line: 6},
	}, waivers)

	empty, err := ParseWaivers([]byte("# none yet\n"), "f")
	require.NoError(t, err)
	assert.Empty(t, empty)
}

func TestParseWaiversErrors(t *testing.T) {
	for _, c := range []struct{ reason, text, says string }{
		{"a key misspelt", strings.Replace(goodWaiver, "reason", "resaon", 1), "f:2:3: unknown key \"resaon\"; did you mean \"reason\"?\n     2 |   resaon: the proxy"},
		{"a key nobody knows", goodWaiver + "  colour: red\n", "f:5:3: unknown key \"colour\"; the keys are requirement,"},
		{"no end", strings.Replace(goodWaiver, "  until: 2026-12-31\n", "", 1), "f:1:3: the waiver has no until"},
		{"a date that is none", strings.Replace(goodWaiver, "2026-12-31", "next year", 1), `f:4:10: until is "next year"; a day is written 2026-12-31`},
		{"a day that the calendar lacks", strings.Replace(goodWaiver, "12-31", "02-30", 1), "f:4:10: until is"},
		{"an empty reason is none", strings.Replace(goodWaiver, "the proxy in front answers", "", 1), "reason is empty"},
		{"a requirement that does not exist", strings.Replace(goodWaiver, "V-05", "V-55", 1), `no requirement matches "V-55"; did you mean "V-05"?`},
		{"a case is no requirement", strings.Replace(goodWaiver, "V-05", "V-05-a", 1), `no requirement matches "V-05-a"`},
		{"a key twice", goodWaiver + "  owner: else\n", "f:5:3: "},
		{"a list where a text belongs", strings.Replace(goodWaiver, "Jo Smith", "[a]", 1), "owner is a text"},
		{"no list", "requirement: V-05\n", "a list of waivers belongs here"},
		{"an entry that is no mapping", "- V-05\n", "f:1:3: a waiver is a mapping"},
		{"no YAML", "- requirement: [\n", "f:1:"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, err := ParseWaivers([]byte(c.text), "f")
			assert.ErrorContains(t, err, c.says)
		})
	}
}

func FuzzParseWaivers(f *testing.F) {
	f.Add(goodWaiver)
	f.Add("- {requirement: V-05}\n---\n- 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		waivers, err := ParseWaivers([]byte(text), "f")
		if err != nil {
			assert.True(t, strings.HasPrefix(err.Error(), "f:"), "the file: %v", err)
			return
		}
		for _, w := range waivers {
			assert.NotEmpty(t, w.Reason)
			assert.False(t, w.Until.IsZero())
		}
	})
}

func TestWaive(t *testing.T) {
	now := time.Date(2026, 12, 31, 23, 59, 0, 0, time.UTC)
	last := now.Truncate(24 * time.Hour)
	waiver := func(requirement string) Waiver {
		return Waiver{Requirement: requirement, Reason: "known", Owner: "jo", Until: last}
	}
	on := func(target string) Waiver { w := waiver("V-04"); w.Target = target; return w }
	expired := waiver("V-04")
	expired.Until = last.AddDate(0, 0, -1)

	for _, c := range []struct {
		reason  string
		waiver  Waiver
		state   WaiverState
		verdict contract.Verdict
		says    string
	}{
		{"a failure that is known is a warning, until the last minute", waiver("V-04"), WaiverUsed, contract.Warn, "no binding requirement is broken"},
		{"by a pattern", waiver("V-*"), WaiverUsed, contract.Warn, ""},
		{"on the target that is named", on("http://127.0.0.1:1"), WaiverUsed, contract.Warn, ""},
		{"and on no other", on("new"), WaiverUnasked, contract.Fail, "V-04"},
		{"what has expired waives nothing, and fails by itself", expired, WaiverExpired, contract.Fail, "the waiver of V-04 expired on 2026-12-30; "},
		{"a waiver of what holds is stale", waiver("SI-04"), WaiverUnused, contract.Fail, "the waiver of SI-04 waives nothing"},
		{"of what was skipped nothing is known", waiver("U-11"), WaiverUnasked, contract.Fail, "V-04"},
		{"of what was not selected neither", waiver("LC-08"), WaiverUnasked, contract.Fail, "V-04"},
		{"what could not be decided is not waived", waiver("EP-01"), WaiverUnasked, contract.Fail, "V-04"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			report := reportOf(t, "EP-01 inconclusive", "V-04 fail", "SI-04 pass", "U-11 skipped")
			if c.state != WaiverUnasked {
				report = reportOf(t, "V-04 fail", "SI-04 pass", "U-11 skipped")
			}
			report.Waive([]Waiver{c.waiver}, now)
			assert.Equal(t, c.state, report.Waivers[0].State)
			assert.Equal(t, c.verdict, report.Verdict, report.Reason)
			assert.Contains(t, report.Reason, c.says)
			if c.state == WaiverUsed {
				assert.Equal(t, "known (jo, until 2026-12-31)", report.Requirements[0].Waived)
				assert.Equal(t, 0, report.ExitCode)
				assert.Equal(t, 1, report.Counts["warn"])
			}
		})
	}
}

func TestBroadWaiverIsAWarning(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	report := reportOf(t, "V-04 fail", "SI-04 fail")
	report.Waive([]Waiver{{Requirement: "*-04", Reason: "x", Owner: "y", Until: now}}, now)
	assert.True(t, report.Waivers[0].Broad)
	assert.Equal(t, []string{"V-04", "SI-04"}, report.Waivers[0].Covers)
	assert.Equal(t, contract.Warn, report.Verdict)
	assert.False(t, broad("V-*"))
	assert.True(t, broad("S*"))
}

// An interrupted run does not say that a waiver is stale.
func TestInterruptedRunLeavesWaivers(t *testing.T) {
	report := reportOf(t, "V-04 pass")
	report.Interrupted = true
	report.Waive([]Waiver{{Requirement: "V-04", Reason: "x", Owner: "y", Until: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	assert.Equal(t, WaiverUnasked, report.Waivers[0].State)
	assert.Equal(t, 130, report.ExitCode)
}

func TestCompare(t *testing.T) {
	old := reportOf(t, "V-04 pass", "V-05 pass", "V-09 observed: 200", "B-12 observed: 400;5", "U-11 skipped")
	old.Target.Name = "old"
	changed := reportOf(t, "V-04 fail", "V-05 pass", "V-09 observed: 400;33", "B-12 observed: 400;5", "U-11 skipped")
	c := Compare([]*Report{old, changed})
	assert.Equal(t, []string{"old", "http://127.0.0.1:1"}, c.Targets)
	assert.Equal(t, []contract.Verdict{contract.Pass, contract.Fail}, c.Verdicts)
	assert.Equal(t, 3, c.Alike)
	require.Len(t, c.Rows, 2)
	assert.Equal(t, Difference{ID: "V-04", Level: contract.Must, Title: c.Rows[0].Title, Shown: []string{"pass", "fail"}}, c.Rows[0])
	assert.Equal(t, []string{"200", "400;33"}, c.Rows[1].Shown)

	skipped := reportOf(t, "V-04 pass", "V-05 pass", "V-09 skipped", "B-12 observed: 400;5", "U-11 skipped")
	assert.Len(t, Compare([]*Report{old, skipped}).Rows, 1, "what one server was not asked differs once")
	assert.Empty(t, Compare([]*Report{old, old}).Rows)
	assert.Empty(t, Compare(nil).Rows)
}
