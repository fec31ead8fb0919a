package checks

import (
	"strconv"
	"strings"
	"time"

	"sdegauge/internal/contract"
)

// Judge holds the oracles for one profile. It is immutable and safe for
// concurrent use.
type Judge struct {
	profile contract.Profile
	now     func() time.Time
}

// NewJudge makes a judge. now is the clock that an envelope's time is held
// against (U-06).
func NewJudge(p contract.Profile, now func() time.Time) *Judge {
	return &Judge{profile: p, now: now}
}

// Judge judges one reading into out. It allocates nothing for a response
// without a finding worse than pass.
//
// Which oracle applies to which response:
//
//	oracle                the case expects           the response is
//	U-01                  OK, REJ                    any
//	U-02 … 04, 06, 08, 12 OK, REJ; OBS as a SHOULD   400, 401, 404, 500 or 503 to a PUT on the API's own path
//	U-05                  OK, REJ, OBS               200 to a PUT; on OBS on the API's own path
//	U-07                  REJ, NOT2XX                any but 500 with code 20
//	the case's own        OK, REJ                    any but 500 with code 20
//	                      NOT2XX, OBS                any
//
// On an OBS row the envelope is the safety floor and no more than a SHOULD. A
// NOT2XX row may be answered by a gateway that never heard of the envelope, and
// so may a request on a path that is not the API's. 500 with code 20 is a cold
// account that is being loaded (CS): not what OK and REJ expect, and not held
// against the server. No oracle applies where no complete response came.
func (j *Judge) Judge(r *contract.Reading, out *Judgement) {
	out.Reset()
	if r.Failure != contract.NoFailure || r.Status == 0 {
		return
	}
	a := answer{
		Reading: r,
		profile: &j.profile,
		expect:  j.expectation(&r.Case.Expect),
		listed:  contract.ListedStatus(r.Status),
	}
	if a.listed && r.Status != 200 && r.Case.Method != "HEAD" {
		a.readEnvelope()
	}
	a.judgeStatus(out)
	a.judgeSuccessEntity(out)
	if a.envelopeDue() {
		a.judgeEnvelope(out, j.now)
	}
	a.judgeBlame(out)
	a.judgeExpectation(out)
}

// expectation is what the profile makes of a case's expectation: whether
// searchInfo has to be accepted is a knob (SQ-01: S:L44 against T).
func (j *Judge) expectation(e *contract.Expectation) contract.Expectation {
	const searchInfoAccepted = "SQ-01"
	x := *e
	if x.Requirement == searchInfoAccepted {
		x.Level, x.Outcome = contract.Obs, contract.Observed
		if j.profile.SearchInfoMust {
			x.Level, x.Outcome = contract.Must, contract.OK
		}
	}
	return x
}

// Broken is the verdict of a profile on a requirement that does not hold.
func Broken(p contract.Profile, level contract.Level) contract.Verdict { return broken(&p, level) }

// Met is the verdict on a requirement that holds. What cannot fail cannot pass.
func Met(level contract.Level) contract.Verdict { return met(level) }

func broken(p *contract.Profile, level contract.Level) contract.Verdict {
	switch {
	case level == contract.Must, level == contract.Should && p.ShouldFails:
		return contract.Fail
	case level == contract.Should:
		return contract.Warn
	default:
		return contract.ObservedOnly
	}
}

// blemished is the verdict on a requirement that holds, though not as it should.
func blemished(level contract.Level) contract.Verdict {
	if level == contract.Must || level == contract.Should {
		return contract.Warn
	}
	return contract.ObservedOnly
}

func met(level contract.Level) contract.Verdict {
	if level == contract.Must || level == contract.Should {
		return contract.Pass
	}
	return contract.ObservedOnly
}

// answer is one response while it is judged.
type answer struct {
	*contract.Reading
	profile *contract.Profile
	expect  contract.Expectation
	listed  bool // the status is one the contract lists
	// envelope is set for a listed error.
	envelope envelope
}

func (a *answer) is2xx() bool { return a.Status >= 200 && a.Status <= 299 }
func (a *answer) is4xx() bool { return a.Status >= 400 && a.Status <= 499 }
func (a *answer) is5xx() bool { return a.Status >= 500 && a.Status <= 599 }

// isPut reports whether the request is one the specification speaks of (S:L22).
func (a *answer) isPut() bool { return a.Case.Method == contract.Method }

// contractRow reports whether the case expects what the contract lists.
func (a *answer) contractRow() bool {
	return a.expect.Outcome == contract.OK || a.expect.Outcome == contract.Rejected
}

// badInput reports whether the fault of the request is the client's for sure.
func (a *answer) badInput() bool {
	return a.expect.Outcome == contract.Rejected || a.expect.Outcome == contract.Not2xx
}

// named reports whether the case itself names the status as one that will do.
func (a *answer) named() bool {
	if a.Status == a.expect.Status {
		return true
	}
	for _, s := range a.expect.Statuses {
		if a.Status == s {
			return true
		}
	}
	return false
}

// loading reports whether the answer is that of a cold account (CS).
func (a *answer) loading() bool {
	return a.Status == 500 && a.envelope.conforms() && a.envelope.code == contract.CodeLoadingAccount
}

// envelopeDue reports whether the universal oracles look at the envelope.
func (a *answer) envelopeDue() bool {
	return a.envelope.read && a.expect.Outcome != contract.Not2xx && a.isPut() && OwnPath(a.Case.Target)
}

// OwnPath reports whether a request target reaches the API beyond doubt. A
// server, or a proxy before it, may route a path with dot segments or with an
// encoded slash, backslash or NUL elsewhere.
func OwnPath(target string) bool {
	path, _, _ := strings.Cut(target, "?")
	account, visitor, ok := contract.SplitPath(path)
	return ok && visitor != "" && plainSegment(account) && plainSegment(visitor)
}

func plainSegment(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		if s[i] != '%' {
			continue
		}
		switch s[i+1 : i+3] {
		case "2F", "2f", "5C", "5c", "00":
			return false
		}
	}
	dots := strings.ReplaceAll(strings.ReplaceAll(s, "%2E", "."), "%2e", ".")
	return dots != "." && dots != ".."
}

// statusText names the status in a finding.
func (a *answer) statusText() string { return "status " + strconv.Itoa(a.Status) }
