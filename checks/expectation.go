package checks

import (
	"slices"
	"strconv"
	"strings"

	"sdegauge/internal/contract"
)

// judgeExpectation holds the answer against the case's own expectation. What
// breaks a MUST fails, what breaks a SHOULD warns or fails by profile, and what
// is silent is only observed:
//
//	expected  broken by                       warned of
//	OK        a listed 4xx, a 2xx not 200     an entity (U-05 judges it), 500, 503
//	REJ       2xx; a listed error without a   another status or code than the
//	          conforming envelope             preferred ones; any other 5xx
//	NOT2XX    2xx                             5xx, a status off the list
//
// A status off the list breaks or blemishes OK and REJ by the profile's knob.
// 500 and 503 are answers that the contract lists, so a server that gives them
// to a valid update is not in breach: it is not available, and thresholds
// decide how much of that is too much.
func (a *answer) judgeExpectation(out *Judgement) {
	switch a.expect.Outcome {
	case contract.OK:
		if !a.loading() {
			a.expectOK(out)
		}
	case contract.Rejected:
		if !a.loading() {
			a.expectRejection(out)
		}
	case contract.Not2xx:
		a.expectNot2xx(out)
	default:
		a.own(out, contract.ObservedOnly, "", "")
		out.AsExpected = true
	}
}

// own adds the finding on the case's requirement.
func (a *answer) own(out *Judgement, v contract.Verdict, expected, got string) {
	if a.expect.Requirement != "" {
		out.add(a.expect.Requirement, a.expect.Level, v, expected, got)
	}
}

func (a *answer) expectOK(out *Judgement) {
	level := a.expect.Level
	verdict := broken(a.profile, level)
	switch {
	case a.Status == 200 && a.entityIsEmpty():
		out.AsExpected = true
		a.own(out, met(level), "", "")
		return
	case a.Status == 200:
		a.own(out, blemished(level), "200 with "+a.emptyEntity(), "200 with "+a.entityText())
		return
	case a.Status == 500 || a.Status == 503:
		verdict = blemished(level)
	case !a.listed && !a.is2xx():
		verdict = a.offList(level)
	}
	a.own(out, verdict, "200 with an empty entity", a.answerText())
}

func (a *answer) expectRejection(out *Judgement) {
	x := &a.expect
	refused := contract.Rejection(a.Status) || a.named()
	var verdict contract.Verdict
	switch {
	case a.is2xx() && x.TolerateOK:
		verdict = contract.ObservedOnly
	case a.is2xx(), a.listed && !a.envelope.conforms():
		verdict = broken(a.profile, x.Level)
	case !a.listed && !a.named():
		verdict = a.offList(x.Level)
	case !refused, x.Status != 0 && !a.named(), !a.codePreferred():
		verdict = blemished(x.Level)
	default:
		verdict = met(x.Level)
	}
	kind := refused || a.is2xx() || a.is4xx()
	out.AsExpected = kind && verdict != contract.Fail
	if verdict <= contract.Pass {
		a.own(out, verdict, "", "")
		return
	}
	a.own(out, verdict, a.rejectionText(), a.answerText())
}

// codePreferred reports whether the internal code is one that the case prefers.
// An answer off the list need not have one.
func (a *answer) codePreferred() bool {
	return len(a.expect.Codes) == 0 || !a.envelope.conforms() ||
		slices.Contains(a.expect.Codes, a.envelope.code)
}

func (a *answer) expectNot2xx(out *Judgement) {
	x := &a.expect
	var verdict contract.Verdict
	switch {
	case a.is2xx() && x.TolerateOK:
		verdict = contract.ObservedOnly
	case a.is2xx():
		verdict = broken(a.profile, x.Level)
	case a.named():
		verdict = met(x.Level)
	case a.is5xx() && !a.loading(), !a.listed:
		verdict = blemished(x.Level)
	default:
		verdict = met(x.Level)
	}
	out.AsExpected = verdict != contract.Fail
	if verdict <= contract.Pass {
		a.own(out, verdict, "", "")
		return
	}
	a.own(out, verdict, "a status outside 2xx that the contract lists, and no 5xx", a.answerText())
}

// rejectionText writes the preferred rejection: "status 404 or 401 with a
// conforming envelope and internalCode 37 or 39".
func (a *answer) rejectionText() string {
	x := &a.expect
	if x.Status == 0 {
		return "400, 401 or 404 with a conforming envelope" + codesText(x.Codes)
	}
	s := "status " + strconv.Itoa(x.Status)
	for _, other := range x.Statuses {
		if other != x.Status {
			s += " or " + strconv.Itoa(other)
		}
	}
	return s + " with a conforming envelope" + codesText(x.Codes)
}

func codesText(codes []contract.InternalCode) string {
	if len(codes) == 0 {
		return ""
	}
	var names []string
	for _, c := range codes {
		names = append(names, strconv.FormatInt(int64(c), 10))
	}
	return " and internalCode " + strings.Join(names, " or ")
}

// answerText writes what came: the status, and the envelope's code or what is
// wrong with the entity.
func (a *answer) answerText() string {
	s := a.statusText()
	switch {
	case !a.envelope.read:
		if len(a.Body) == 0 && !a.Truncated {
			return s + " with an empty entity"
		}
		return s + " with " + a.entityText()
	case a.envelope.conforms():
		s += " with internalCode " + strconv.FormatInt(int64(a.envelope.code), 10)
		if a.envelope.Message.Kind != 0 {
			s += " and message " + Printable(a.envelope.Message.Text, excerptLimit)
		}
		return s
	default:
		return s + " without a conforming envelope: " + a.entityText()
	}
}
