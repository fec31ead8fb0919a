// Package checks holds the oracles that judge a response and keeps what they
// found.
//
// A [Judge] holds one reading against the universal oracles (U-01 … U-08, U-12)
// and against its case's own expectation, by one [contract.Profile]; a [Ledger]
// adds the judgements up by requirement and keeps evidence of what went wrong.
//
//	reading ─► Judge ─► Judgement ─► Ledger ─► Result per requirement
//
// Nothing here sends, waits or prints.
package checks

import "sdegauge/internal/contract"

// Judgement is what the oracles say of one reading. It is reused: a judge
// overwrites it.
type Judgement struct {
	// Verdict is the worst of all findings; skipped where there is none.
	Verdict contract.Verdict
	// AsExpected says that the answer was of the kind the case expects and that
	// the finding on the case's own requirement did not fail. It is what success
	// means.
	//
	//	expected  the kinds of answer
	//	OK        200, its entity empty as the profile reads it
	//	REJ       400, 401, 404 or a status the case names; another 4xx, and 2xx,
	//	          where the profile merely warns of it
	//	NOT2XX    anything outside 2xx; and 2xx where the profile merely warns
	//	OBS       anything
	//
	// A 5xx is never what OK and REJ expect: the server was not able to answer,
	// and thresholds decide about that. An attempt without a complete response
	// is not as expected either.
	AsExpected bool
	// Findings are the checks that applied to the response, passed or not.
	Findings []Finding
}

// Finding is one check's answer to one response.
type Finding struct {
	Requirement string // id
	Level       contract.Level
	Verdict     contract.Verdict
	// Expected and Got are set where Verdict is worse than pass. They are at
	// most [TextLimit] characters long, and printable.
	Expected, Got string
}

// Reset empties j, keeping the capacity of its findings.
func (j *Judgement) Reset() { *j = Judgement{Verdict: contract.Skipped, Findings: j.Findings[:0]} }

// add appends a finding; expected and got are left out of a good one.
func (j *Judgement) add(id string, level contract.Level, v contract.Verdict, expected, got string) {
	f := Finding{Requirement: id, Level: level, Verdict: v}
	if v > contract.Pass {
		f.Expected, f.Got = clip(expected), clip(got)
	}
	j.Findings = append(j.Findings, f)
	j.Verdict = contract.Worst(j.Verdict, v)
}

// pass appends a finding that the check was met.
func (j *Judgement) pass(id string, level contract.Level) {
	j.add(id, level, contract.Pass, "", "")
}
