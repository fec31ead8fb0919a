package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

var (
	savedIn  = regexp.MustCompile(`sdegauge report .*--out (\S+)`)
	reportOf = regexp.MustCompile(`sdegauge report (\S+)`)
	written  = regexp.MustCompile(`(?m)^(\S+report\.json)$`)
	ofTime   = regexp.MustCompile(`^(class\(\w+\)\.)?(response|service|lag|rate\.sent|unsent)\b`)
)

// measures runs a command that makes or repeats a report, and holds the report to
// what does not depend on how fast this machine is, or how busy: measures sh -c
// 'sdegauge run smoke'. A gate on times or on the instrument's own rate may be
// missed, and such a run may be inconclusive; what was sent has to be answered as
// expected, and the documents have to be there.
func measures(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: measures COMMAND [ARG ...]")
	}
	command := strings.Join(args, " ")
	code := runsTo(ts, args)
	file := ""
	if named := savedIn.FindStringSubmatch(command); named != nil {
		file = filepath.Join(named[1], "report.json")
	} else if named := reportOf.FindStringSubmatch(command); named != nil {
		file = filepath.Join(named[1], "report.json")
	} else if named := written.FindStringSubmatch(ts.ReadFile("stdout")); named != nil {
		file = named[1]
	} else {
		ts.Fatalf("%s exited %d and named no report", command, code)
	}
	var report measured
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &report))
	if wrong := report.wrong(code); wrong != "" {
		ts.Fatalf("%s exited %d: %s", command, code, wrong)
	}
}

// decides runs a command that compares how fast servers are. Any verdict will do,
// for the servers are the same and the machine is what it is; that it reaches one,
// and says it first, is what counts.
func decides(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: decides COMMAND [ARG ...]")
	}
	code := runsTo(ts, args)
	says := map[int]string{contract.ExitPass: "PASS", contract.ExitFail: "FAIL", contract.ExitInconclusive: "INCONCLUSIVE"}[code]
	if out := ts.ReadFile("stdout"); says == "" || !strings.Contains(out, says) && !strings.Contains(out, "WARN") && out != "" {
		ts.Fatalf("%s exited %d and did not say %q first", strings.Join(args, " "), code, says)
	}
}

// measured is what a report says of its gates.
type measured struct {
	ExitCode   int    `json:"exit_code"`
	Reason     string `json:"reason"`
	Totals     struct{ Updates uint64 }
	Checks     []struct{ ID, Verdict string }
	Thresholds []struct{ Expr, Verdict string }
	Causes     []struct{ Cause string } `json:"inconclusive"`
}

// wrong is what a fast machine at rest would have found wrong as well; empty for
// nothing.
func (m measured) wrong(code int) string {
	switch {
	case code != m.ExitCode:
		return fmt.Sprintf("the report says %d", m.ExitCode)
	case m.Totals.Updates == 0:
		return "nothing was sent"
	case code == contract.ExitPass:
		return ""
	case code != contract.ExitFail && code != contract.ExitInconclusive:
		return m.Reason
	}
	for _, c := range m.Checks {
		if c.Verdict == "fail" {
			return "the check " + c.ID + " failed"
		}
	}
	for _, t := range m.Thresholds {
		// A sample that is too small is, unless the instrument was the limit.
		tooSmall := t.Verdict == "inconclusive" && len(m.Causes) == 0
		if t.Verdict == "fail" && !ofTime.MatchString(t.Expr) || tooSmall {
			return fmt.Sprintf("the threshold %s is %s", t.Expr, t.Verdict)
		}
	}
	return ""
}

// TestMeasuresTellsTimeFromTheRest holds what [measures] forgives.
func TestMeasuresTellsTimeFromTheRest(t *testing.T) {
	for _, row := range []struct {
		reason, report string
		code           int
		wrong          string
	}{
		{"every gate held", `{"totals":{"updates":1}}`, 0, ""},
		{"a slow machine", `{"exit_code":1,"totals":{"updates":1},"thresholds":[{"expr":"class(cart).response.p99 < 1s","verdict":"fail"}]}`, 1, ""},
		{"a busy one", `{"exit_code":4,"totals":{"updates":1},"inconclusive":[{"cause":"generator"}],
			"thresholds":[{"expr":"response.p99 < 1s","verdict":"inconclusive"}]}`, 4, ""},
		{"a wrong answer", `{"exit_code":1,"totals":{"updates":1},"thresholds":[{"expr":"unexpected == 0","verdict":"fail"}]}`, 1,
			"the threshold unexpected == 0 is fail"},
		{"a broken requirement", `{"exit_code":1,"totals":{"updates":1},"checks":[{"id":"U-02","verdict":"fail"}]}`, 1, "the check U-02 failed"},
		{"a run too short for its threshold", `{"exit_code":4,"totals":{"updates":1},"thresholds":[{"expr":"response.p99 < 1s","verdict":"inconclusive"}]}`, 4,
			"the threshold response.p99 < 1s is inconclusive"},
		{"another code than the report's", `{"exit_code":0,"totals":{"updates":1}}`, 4, "the report says 0"},
		{"no traffic", `{"totals":{"updates":0}}`, 0, "nothing was sent"},
	} {
		var m measured
		require.NoError(t, json.Unmarshal([]byte(row.report), &m), row.reason)
		assert.Equal(t, row.wrong, m.wrong(row.code), row.reason)
	}
}
