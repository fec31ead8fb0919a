package conformance

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
)

// hostile is what a server might send to whoever looks at a document.
const hostile = `</code><script>window.hit=1</script><img src="http://127.0.0.1:1/x"> & "quoted" ` + "\x1b[31m\x00\u202e ]]>"

// sample is a report with every verdict, made for the documents; its text from
// the server is hostile.
func sample() *suite.Report {
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	r := &suite.Report{
		Schema: suite.Schema, Tool: suite.Tool{Name: "sdegauge", Version: "test"}, Profile: "strict", Seed: 7,
		Target: suite.Target{URL: "http://127.0.0.1:8080", Account: "acme_01", Given: []string{"fault hook"}},
		Began:  now, TookS: 1.5, Requests: 4321, Command: "sdegauge conform --seed 7",
	}
	add := func(id string, v contract.Verdict, cases ...suite.CaseResult) *suite.Requirement {
		found, ok := contract.LookupRequirement(id)
		if !ok {
			panic(id)
		}
		r.Requirements = append(r.Requirements, suite.Requirement{
			ID: id, Level: found.Level, Source: found.Source, Title: found.Title, Reason: "A reason of " + id + ".", Verdict: v, Cases: cases,
		})
		return &r.Requirements[len(r.Requirements)-1]
	}
	failed := func(id, name, expected, got string) suite.CaseResult {
		return suite.CaseResult{
			ID: id, Name: name, Verdict: contract.Fail, Expected: expected, Got: got,
			Request: "PUT /x HTTP/1.1\nHost: a\n\n{}", Response: "HTTP/1.1 400\n\n" + hostile, Reproduce: "curl -X PUT 'http://127.0.0.1:8080/x'",
		}
	}
	seen := func(id, name, behaviour string) suite.CaseResult {
		return suite.CaseResult{ID: id, Name: name, Verdict: contract.ObservedOnly, Expected: "OBS", Behaviour: behaviour}
	}
	add("U-01", contract.Pass, suite.CaseResult{ID: "U-01", Verdict: contract.Pass}).Note = "judged on 12 answers"
	add("U-07", contract.Fail, failed("U-07", "first in V-04", "status 400", "status 500"))
	add("EP-01", contract.Warn, suite.CaseResult{ID: "EP-01", Verdict: contract.Warn, Expected: "200", Got: "201"})
	add("V-04", contract.Fail, failed("V-04", "", "status 400", hostile))
	add("V-05", contract.Fail, failed("V-05-a", "0", "status 400", "200"), failed("V-05-b", "0.9", "status 400", "200"),
		failed("V-05-c", hostile, "status 400", "200"), suite.CaseResult{ID: "V-05-d", Name: "10", Verdict: contract.Pass})
	add("V-07", contract.Fail, failed("V-07", "", "status 400", "200"))
	add("V-10", contract.ObservedOnly, seen("V-10-a", "1", "400;33"), seen("V-10-b", "1.00", "400;33"), seen("V-10-c", "01.0", "200, 2 stored"),
		suite.CaseResult{ID: "V-10-d", Verdict: contract.Skipped, Reason: "needs luck"})
	add("V-09", contract.ObservedOnly, seen("V-09", "", hostile))
	add("LC-08", contract.Inconclusive, suite.CaseResult{ID: "LC-08", Verdict: contract.Inconclusive, Reason: "no session could be had"})
	for _, id := range []string{"RT-01", "RT-02", "RT-03", "RT-05"} {
		add(id, contract.Skipped).Note = "is about a client"
	}
	r.Coverage = []suite.Cell{
		{Requirement: "V-05", Fault: "version-other", Exercised: 3, Skipped: 1, Why: hostile}, {Requirement: "LC-08", Subject: "cart", Skipped: 1},
	}
	r.Waive([]suite.Waiver{
		{Requirement: "V-07", Reason: "known " + hostile, Owner: "jo", Until: now.AddDate(0, 1, 0)},
		{Requirement: "U-01", Reason: "stale", Owner: "jo", Until: now.AddDate(0, 1, 0)},
	}, now)
	r.HoldAgainst(suite.Lock{"V-10-a": "200", "V-10-b": "400;33"}, "b.lock", false)
	return r
}

func written(t testing.TB, write func(io.Writer, *suite.Report) error, r *suite.Report) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, write(&out, r))
	return out.String()
}
