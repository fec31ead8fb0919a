package checks

import (
	"bytes"
	"strconv"
	"time"

	"sdegauge/internal/contract"
)

// judgeStatus is U-01: the status is one the contract lists. Whether the list
// is closed the specification does not say, so the profile does (S:L100–109).
func (a *answer) judgeStatus(out *Judgement) {
	if !a.contractRow() {
		return
	}
	if a.listed || a.named() {
		out.pass("U-01", contract.Must)
		return
	}
	out.add("U-01", contract.Must, a.offList(contract.Must),
		"one of the statuses 200, 400, 401, 404, 500, 503", a.statusText())
}

// offList is the verdict on a status that the contract does not list.
func (a *answer) offList(level contract.Level) contract.Verdict {
	if a.profile.OffListFails {
		return broken(a.profile, level)
	}
	return blemished(level)
}

// judgeSuccessEntity is U-05: a success has an empty entity (S:L104, S:L118).
func (a *answer) judgeSuccessEntity(out *Judgement) {
	switch {
	case a.Status != 200 || !a.isPut() || a.expect.Outcome == contract.Not2xx:
		return
	case !a.contractRow() && !OwnPath(a.Case.Target):
		return
	}
	if a.entityIsEmpty() {
		out.pass("U-05", contract.Must)
		return
	}
	out.add("U-05", contract.Must, contract.Fail, a.emptyEntity(), a.entityText())
}

// entityIsEmpty reads "empty entity" as the profile does.
func (a *answer) entityIsEmpty() bool {
	if len(a.Body) == 0 && !a.Truncated {
		return true
	}
	switch a.profile.EmptyEntity {
	case contract.EmptyAny:
		return true
	case contract.EmptyBraces:
		if a.Truncated {
			return false
		}
		const space = " \t\r\n"
		body := bytes.Trim(a.Body, space)
		return len(body) == 0 || body[0] == '{' && body[len(body)-1] == '}' &&
			len(bytes.Trim(body[1:len(body)-1], space)) == 0
	default:
		return false
	}
}

// emptyEntity names what the profile takes for an empty entity.
func (a *answer) emptyEntity() string {
	if a.profile.EmptyEntity == contract.EmptyBraces {
		return "an empty entity: no byte, white space or {}"
	}
	return "an empty entity: no byte"
}

// entityText quotes the entity in a finding.
func (a *answer) entityText() string {
	if a.Truncated {
		return "more than " + excerpt(a.Body)
	}
	return excerpt(a.Body)
}

// judgeBlame is U-07: 4xx stands for a client's fault and 5xx for a server's,
// or every client that follows the retry advice sends its fault four times
// (S:L115–116).
func (a *answer) judgeBlame(out *Judgement) {
	if !a.badInput() || a.loading() {
		return
	}
	if !a.is5xx() || a.named() {
		out.pass("U-07", contract.Should)
		return
	}
	out.add("U-07", contract.Should, broken(a.profile, contract.Should),
		"no 5xx: the fault is the client's", a.statusText())
}

// envelope is an error entity held against the contract.
type envelope struct {
	Entity
	read bool
	// timeOK, codeOK and messageOK say that the member has the right type, as
	// the profile reads it.
	timeOK, codeOK, messageOK bool
	millis                    int64                 // of time, where timeOK
	code                      contract.InternalCode // where codeOK
}

// readEnvelope reads the entity of a listed error.
func (a *answer) readEnvelope() {
	e := envelope{read: true}
	if a.Truncated {
		// What was cut off may hold anything; a whole object at its head, even,
		// would be followed by more.
		e.Entity = Entity{Problem: "longer than what is read of an entity", InvalidUTF8: -1}
		a.envelope = e
		return
	}
	e.Entity = ParseEnvelope(a.Body)
	e.millis, e.timeOK = e.Time.long()
	var code int64
	code, e.codeOK = e.InternalCode.long()
	if a.profile.LenientErrorTypes {
		if !e.timeOK {
			e.millis, e.timeOK = e.Time.isoMillis()
		}
		if !e.codeOK {
			code, e.codeOK = e.InternalCode.quotedLong()
		}
	}
	e.code = contract.InternalCode(code)
	e.messageOK = e.Message.Kind == 0 || e.Message.Kind == contract.KindString
	a.envelope = e
}

// Envelope reads the entity of an error as the judge's profile does, and reports
// whether it conforms (U-02, U-03, U-04). Of one that does not the rest is unset.
func (j *Judge) Envelope(r *contract.Reading) (contract.Envelope, bool) {
	a := answer{Reading: r, profile: &j.profile}
	a.readEnvelope()
	e := &a.envelope
	if !e.conforms() {
		return contract.Envelope{}, false
	}
	message, _ := e.Message.plain()
	return contract.Envelope{Time: e.millis, Message: message, InternalCode: e.code}, true
}

// holdsBoth reports whether U-02 is met.
func (e *envelope) holdsBoth() bool {
	return e.Problem == "" && e.Time.Kind != 0 && e.InternalCode.Kind != 0
}

// conforms reports whether the entity is what the specification demands of an
// error (S:L120–127): U-02, U-03 and U-04.
func (e *envelope) conforms() bool {
	return e.read && e.holdsBoth() && e.timeOK && e.codeOK && e.messageOK
}

// judgeEnvelope holds an error entity against U-02, U-03, U-04, U-06, U-08 and
// U-12. An oracle about a member that is not there has nothing to say: one
// defect is one finding.
func (a *answer) judgeEnvelope(out *Judgement, now func() time.Time) {
	e := &a.envelope
	must := contract.Must
	if a.expect.Outcome != contract.OK && a.expect.Outcome != contract.Rejected {
		must = contract.Should
	}
	if e.holdsBoth() {
		out.pass("U-02", must)
	} else {
		out.add("U-02", must, broken(a.profile, must),
			"one JSON object with time and internalCode", a.missing())
	}
	if e.Problem == "" {
		a.judgeTypes(out, must)
		a.judgeTime(out, now)
		a.judgeWrapping(out)
	}
	if len(a.Body) > 0 && !a.Truncated {
		a.judgeEncoding(out)
	}
}

// missing says why U-02 is not met.
func (a *answer) missing() string {
	e := &a.envelope
	switch {
	case len(a.Body) == 0 && !a.Truncated:
		return a.entityText()
	case e.Problem != "":
		return e.Problem + ": " + a.entityText()
	case e.Time.Kind == 0 && e.InternalCode.Kind == 0:
		return "neither time nor internalCode: " + a.entityText()
	case e.Time.Kind == 0:
		return "no time: " + a.entityText()
	default:
		return "no internalCode: " + a.entityText()
	}
}

// judgeTypes is U-03 and U-04 (S:L124–126, S:L134, S:L136).
func (a *answer) judgeTypes(out *Judgement, must contract.Level) {
	e := &a.envelope
	timeThere, codeThere := e.Time.Kind != 0, e.InternalCode.Kind != 0
	switch {
	case timeThere && !e.timeOK:
		expected := "time: integer number"
		if a.profile.LenientErrorTypes {
			expected += " or ISO 8601 text"
		}
		out.add("U-03", must, broken(a.profile, must), expected, "time: "+e.Time.describe())
	case codeThere && !e.codeOK:
		expected := "internalCode: integer number"
		if a.profile.LenientErrorTypes {
			expected += ", quoted or not"
		}
		out.add("U-03", must, broken(a.profile, must), expected, "internalCode: "+e.InternalCode.describe())
	case timeThere || codeThere:
		out.pass("U-03", must)
	}
	if e.messageOK {
		out.pass("U-04", must)
		return
	}
	out.add("U-04", must, broken(a.profile, must), "message: string, or absent", "message: "+e.Message.describe())
}

// judgeTime is U-06: time is epoch milliseconds near the clock (S:L134).
func (a *answer) judgeTime(out *Judgement, now func() time.Time) {
	e := &a.envelope
	if !e.timeOK {
		return
	}
	clock := now().UnixMilli()
	skew := a.profile.Skew.Milliseconds()
	if clock-skew <= e.millis && e.millis <= clock+skew {
		out.pass("U-06", contract.Should)
		return
	}
	got := "time: " + e.Time.describe()
	if s := clock / 1000; s-skew/1000-1 <= e.millis && e.millis <= s+skew/1000+1 {
		got += " (seconds, it seems)"
	}
	out.add("U-06", contract.Should, broken(a.profile, contract.Should),
		"time: within "+a.profile.Skew.String()+" of "+strconv.FormatInt(clock, 10), got)
}

// judgeWrapping is U-08: the envelope is at top level (S:L122–127).
func (a *answer) judgeWrapping(out *Judgement) {
	if !a.envelope.Wrapped {
		out.pass("U-08", contract.Should)
		return
	}
	out.add("U-08", contract.Should, broken(a.profile, contract.Should),
		"time and internalCode at top level", "wrapped in error: "+a.entityText())
}

// judgeEncoding is U-12: UTF-8 without byte-order mark or duplicate members
// (S:L122).
func (a *answer) judgeEncoding(out *Judgement) {
	const expected = "UTF-8 without byte-order mark or duplicate members"
	e := &a.envelope
	verdict := broken(a.profile, contract.Should)
	switch {
	case e.InvalidUTF8 >= 0:
		out.add("U-12", contract.Should, verdict, expected,
			"byte "+strconv.Itoa(e.InvalidUTF8)+" is not UTF-8: "+a.entityText())
	case e.ByteOrderMark:
		out.add("U-12", contract.Should, verdict, expected, "a byte-order mark: "+a.entityText())
	case e.Duplicate != nil:
		out.add("U-12", contract.Should, verdict, expected,
			`member "`+Printable(e.Duplicate, 40)+`" twice: `+a.entityText())
	default:
		out.pass("U-12", contract.Should)
	}
}
