package checks

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// clock is one second after the specification's example error (S:L134).
func clock() time.Time { return time.UnixMilli(1469543283471) }

// specExample is the specification's example error, its white space included
// (S:L132–138).
const specExample = `    {
                 "time":1469543282471,
                 "message":"Illegal Version",
                 "internalCode":33
    }
`

const ownTarget = "/api/account/acme_01/app/engagement/visitors/ExYTlkNGJjMjdlOGYzMDUy?v=1.0&sid=Qm3xT7vK0aZr_9-LbW2eDg"

// The expectations of the tables below, by the ids of real requirements.
var (
	ok = contract.Expectation{Requirement: "EP-01", Level: contract.Must, Outcome: contract.OK}
	// okShould is a minimal example of an SDE.
	okShould = contract.Expectation{Requirement: "SP-01", Level: contract.Should, Outcome: contract.OK}
	// refused is v=2.0: 400 and code 33 preferred.
	refused = contract.Expectation{Requirement: "V-04", Level: contract.Must, Outcome: contract.Rejected,
		Status: 400, Codes: []contract.InternalCode{contract.CodeIllegalVersion}}
	// refusedShould is an unknown session: 404 and code 39 preferred.
	refusedShould = contract.Expectation{Requirement: "SI-04", Level: contract.Should, Outcome: contract.Rejected,
		Status: 404, Codes: []contract.InternalCode{contract.CodeUnknownSession}}
	// also401 is a foreign session, where 401 and two codes will do.
	also401 = contract.Expectation{Requirement: "AC-13", Level: contract.Should, Outcome: contract.Rejected,
		Status: 404, Statuses: []int{401}, Codes: []contract.InternalCode{37, 39, 10}}
	// coercible is pageId as a number.
	coercible = contract.Expectation{Requirement: "PG-05", Level: contract.Should, Outcome: contract.Rejected,
		Status: 400, Codes: []contract.InternalCode{contract.CodeInvalidData}, TolerateOK: true}
	// also415 is a body of another type, where a status off the list and one of a
	// server will do.
	also415 = contract.Expectation{Requirement: "B-04", Level: contract.Should, Outcome: contract.Rejected,
		Status: 400, Statuses: []int{415, 501}, Codes: []contract.InternalCode{contract.CodeInvalidData}}
	// not2xx is a path without an account.
	not2xx = contract.Expectation{Requirement: "AC-02", Level: contract.Must, Outcome: contract.Not2xx, Status: 404}
	// observed is v=1.
	observed = contract.Expectation{Requirement: "V-09", Level: contract.Obs, Outcome: contract.Observed}
	// searchInfo is the SDE that a mobile may not be able to report.
	searchInfo = contract.Expectation{Requirement: "SQ-01", Level: contract.Obs, Outcome: contract.Observed}
)

func answerTo(x contract.Expectation, status int, body string) *contract.Reading {
	c := &contract.Case{Class: "page", Method: "PUT", Target: ownTarget, Expect: x, Body: []byte(`{"pageId":"1"}`)}
	if x.Outcome == contract.Rejected || x.Outcome == contract.Not2xx {
		c.Class, c.Fault = "fault", "a-fault"
	}
	return &contract.Reading{Case: c, Attempt: 1, Final: true, Status: status, Body: []byte(body)}
}

func profile(t testing.TB, name string) contract.Profile {
	t.Helper()
	p, ok := contract.LookupProfile(name)
	require.True(t, ok, name)
	return p
}

// worse writes the findings that are worse than pass, then whether the answer
// was as expected: "U-02=fail V-04=fail; unexpected".
func worse(j *Judgement) string {
	var found []string
	for _, f := range j.Findings {
		if f.Verdict > contract.Pass {
			found = append(found, f.Requirement+"="+f.Verdict.String())
		}
	}
	if j.AsExpected {
		return strings.Join(found, " ")
	}
	return strings.TrimSpace(strings.Join(found, " ") + " unexpected")
}

// ids writes the requirements that applied.
func ids(j *Judgement) string {
	var all []string
	for _, f := range j.Findings {
		all = append(all, f.Requirement)
	}
	return strings.Join(all, " ")
}

// envelopeOf is a good envelope with a code.
func envelopeOf(code int) string {
	return fmt.Sprintf(`{"time":1469543282471,"message":"no","internalCode":%d}`, code)
}

// row is one response and the exact set of findings worse than pass that it
// brings, by profile; "" is none, and as expected.
type row struct {
	reason string
	expect contract.Expectation
	status int
	body   string
	// lenient finds what spec does where it is "=".
	spec, strict, lenient string
}

var harmless = []row{
	{"the documented success", ok, 200, "", "", "", "="},
	{"the documented error", refused, 400, specExample, "", "", "="},
	{"message is optional (S:L125)", refused, 400, `{"time":1469543282471,"internalCode":33}`, "", "", "="},
	{"an empty message is a string", refused, 400, `{"time":1469543282471,"message":"","internalCode":33}`, "", "", "="},
	{"the order of members means nothing", refused, 400, `{"internalCode":33,"message":"x","time":1469543282471}`, "", "", "="},
	{"further members are accepted (U-09)", refused, 400, `{"time":1469543282471,"internalCode":33,"a":{"b":[1,{"c":null}]},"status":400}`, "", "", "="},
	{"further members of one name in different objects are no duplicates", refused, 400,
		`{"time":1469543282471,"internalCode":33,"a":{"time":1},"b":[{"x":1},{"x":2}]}`, "", "", "="},
	{"white space everywhere", refused, 400, "\r\n\t{ \"time\" : 1469543282471 ,\n\"internalCode\"\t: 33 } \n", "", "", "="},
	{"a float writer's integral time", refused, 400, `{"time":1.469543282471e12,"internalCode":33}`, "", "", "="},
	{"a float writer's integral code", refused, 400, `{"time":1469543282471.0,"internalCode":3.30e1}`, "", "", "="},
	{"escaped member names are the names", refused, 400, `{"\u0074ime":1469543282471,"internal\u0043ode":33}`, "", "", "="},
	{"the message may be in any script", refused, 400, `{"time":1469543282471,"message":"版本 ошибка 🙅","internalCode":33}`, "", "", "="},
	{"an extra member named error beside a whole envelope wraps nothing", refused, 400,
		`{"time":1469543282471,"internalCode":33,"error":{"time":1,"internalCode":2}}`, "", "", "="},
	{"five minutes of skew", refused, 400, `{"time":1469542983471,"internalCode":33}`, "", "", "="},
	{"a 401 of the API", also401, 401, envelopeOf(10), "", "", "="},
	{"a status off the list that the case names", also415, 415, "<html>", "", "", "="},
	{"a 5xx that the case names", also415, 501, "", "", "", "="},
	{"a gateway's page to a path that no API knows", not2xx, 404, "<html>no such page</html>", "", "", "="},
	{"coercion is tolerated where the documentation lets it", coercible, 200, "", "", "", "="},
	{"silence is observed: accepted", observed, 200, "", "", "", "="},
	{"silence is observed: refused", observed, 400, envelopeOf(33), "", "", "="},
	{"silence is observed: an unlisted status", observed, 405, "<html>", "", "", "="},
	{"silence is observed: broken", observed, 500, envelopeOf(18), "", "", "="},
	{"a listed rejection that is not the preferred one warns", refused, 404, envelopeOf(33), "V-04=warn", "V-04=warn", "="},
	{"another internal code warns", refused, 400, envelopeOf(5), "V-04=warn", "V-04=warn", "="},
	{"a cold account is nobody's fault", ok, 500, envelopeOf(20), "unexpected", "unexpected", "="},
	{"a cold account says nothing of bad input", refused, 500, envelopeOf(20), "unexpected", "unexpected", "="},
	{"no availability, no breach", ok, 503, envelopeOf(18), "EP-01=warn unexpected", "EP-01=warn unexpected", "="},
	{"an internal error is listed", ok, 500, envelopeOf(18), "EP-01=warn unexpected", "EP-01=warn unexpected", "="},
	{"{} is the sibling's empty entity", ok, 200, " { } \n", "", "U-05=fail EP-01=warn unexpected", "="},
	{"white space is empty", ok, 200, "\r\n", "", "U-05=fail EP-01=warn unexpected", "="},
	{"searchInfo may be refused unless the profile insists", searchInfo, 400, envelopeOf(5), "", "SQ-01=fail unexpected", "="},
	{"searchInfo accepted", searchInfo, 200, "", "", "", "="},
}

var breaking = []row{
	{"no error entity", refused, 400, "", "U-02=fail V-04=fail unexpected", "U-02=fail V-04=fail unexpected", "="},
	{"no JSON", refused, 400, "Illegal Version", "U-02=fail V-04=fail unexpected", "U-02=fail V-04=fail unexpected", "="},
	{"an array", refused, 400, "[" + specExample + "]", "U-02=fail V-04=fail unexpected", "U-02=fail V-04=fail unexpected", "="},
	{"two objects", refused, 400, specExample + "{}", "U-02=fail V-04=fail unexpected", "U-02=fail V-04=fail unexpected", "="},
	{"a trailing comma", refused, 400, `{"time":1469543282471,"internalCode":33,}`, "U-02=fail V-04=fail unexpected", "U-02=fail V-04=fail unexpected", "="},
	{"a NUL after the object", refused, 400, envelopeOf(33) + "\x00", "U-02=fail V-04=fail unexpected", "U-02=fail V-04=fail unexpected", "="},
	{"no time", refused, 400, `{"internalCode":33}`, "U-02=fail V-04=fail unexpected", "U-02=fail V-04=fail unexpected", "="},
	{"no internalCode", refused, 400, `{"time":1469543282471}`, "U-02=fail V-04=fail unexpected", "U-02=fail V-04=fail unexpected", "="},
	{"letter case of a name matters", refused, 400, `{"time":1469543282471,"InternalCode":33}`, "U-02=fail V-04=fail unexpected", "U-02=fail V-04=fail unexpected", "="},
	{"a quoted code", refused, 400, `{"time":1469543282471,"internalCode":"33"}`, "U-03=fail V-04=fail unexpected", "U-03=fail V-04=fail unexpected", ""},
	{"an ISO time", refused, 400, `{"time":"2016-07-26T14:28:02.471Z","internalCode":33}`, "U-03=fail V-04=fail unexpected", "U-03=fail V-04=fail unexpected", ""},
	{"an ISO time without the zone's colon", refused, 400, `{"time":"2016-07-26T16:28:02.471+0200","internalCode":33}`, "U-03=fail V-04=fail unexpected", "U-03=fail V-04=fail unexpected", ""},
	{"an ISO time of another day", refused, 400, `{"time":"2016-07-27T14:28:02Z","internalCode":33}`, "U-03=fail V-04=fail unexpected", "U-03=fail V-04=fail unexpected", "U-06=warn"},
	{"time as a quoted number is no ISO time", refused, 400, `{"time":"1469543282471","internalCode":33}`, "U-03=fail V-04=fail unexpected", "U-03=fail V-04=fail unexpected", "="},
	{"a code of words", refused, 400, `{"time":1469543282471,"internalCode":"ILLEGAL"}`, "U-03=fail V-04=fail unexpected", "U-03=fail V-04=fail unexpected", "="},
	{"a null code", refused, 400, `{"time":1469543282471,"internalCode":null}`, "U-03=fail V-04=fail unexpected", "U-03=fail V-04=fail unexpected", "="},
	{"a null time", refused, 400, `{"time":null,"internalCode":33}`, "U-03=fail V-04=fail unexpected", "U-03=fail V-04=fail unexpected", "="},
	{"a fraction of a millisecond", refused, 400, `{"time":1469543282471.5,"internalCode":33}`, "U-03=fail V-04=fail unexpected", "U-03=fail V-04=fail unexpected", "="},
	{"a code that no long holds", refused, 400, `{"time":1469543282471,"internalCode":9223372036854775808}`, "U-03=fail V-04=fail unexpected", "U-03=fail V-04=fail unexpected", "="},
	{"a null message", refused, 400, `{"time":1469543282471,"message":null,"internalCode":33}`, "U-04=fail V-04=fail unexpected", "U-04=fail V-04=fail unexpected", "="},
	{"a message of parts", refused, 400, `{"time":1469543282471,"message":["a"],"internalCode":33}`, "U-04=fail V-04=fail unexpected", "U-04=fail V-04=fail unexpected", "="},
	{"an entity in a success", ok, 200, `{"pageId":"1"}`, "U-05=fail EP-01=warn unexpected", "U-05=fail EP-01=warn unexpected", ""},
	{"null in a success", ok, 200, "null", "U-05=fail EP-01=warn unexpected", "U-05=fail EP-01=warn unexpected", ""},
	{"time in seconds", refused, 400, `{"time":1469543282,"internalCode":33}`, "U-06=warn", "U-06=fail", "="},
	{"time beyond the skew", refused, 400, `{"time":1469542983470,"internalCode":33}`, "U-06=warn", "U-06=fail", "="},
	{"time at the end of all time", refused, 400, `{"time":-9223372036854775808,"internalCode":33}`, "U-06=warn", "U-06=fail", "="},
	{"a client's fault as 500", refused, 500, envelopeOf(33), "U-07=warn V-04=warn unexpected", "U-07=fail V-04=warn unexpected", "="},
	{"a client's fault as 503", refusedShould, 503, envelopeOf(39), "U-07=warn SI-04=warn unexpected", "U-07=fail SI-04=warn unexpected", "="},
	{"a wrapped envelope", refused, 400, `{"error":` + specExample + `}`, "U-02=fail U-08=warn V-04=fail unexpected", "U-02=fail U-08=fail V-04=fail unexpected", "="},
	{"a byte-order mark", refused, 400, "\ufeff" + specExample, "U-12=warn", "U-12=fail", "="},
	{"bytes that are not UTF-8", refused, 400, "{\"time\":1469543282471,\"message\":\"\xff\",\"internalCode\":33}", "U-12=warn", "U-12=fail", "="},
	{"a duplicate member", refused, 400, `{"time":1469543282471,"internalCode":5,"internalCode":33}`, "U-12=warn", "U-12=fail", "="},
	{"a duplicate by an escape", refused, 400, `{"time":1469543282471,"internalCode":5,"internal\u0043ode":33}`, "U-12=warn", "U-12=fail", "="},
	{"a duplicate further down", refused, 400, `{"time":1469543282471,"internalCode":33,"a":[{"b":1,"b":1}]}`, "U-12=warn", "U-12=fail", "="},
	{"an accepted fault that must be refused", refused, 200, "", "V-04=fail unexpected", "V-04=fail unexpected", "="},
	{"an accepted fault that should be refused", refusedShould, 200, "", "SI-04=warn", "SI-04=fail unexpected", "="},
	{"201 to an unknown visitor", refusedShould, 201, "", "U-01=warn SI-04=warn", "U-01=fail SI-04=fail unexpected", "="},
	{"a should without an envelope", refusedShould, 404, "<html>", "U-02=fail SI-04=warn", "U-02=fail SI-04=fail unexpected", "="},
	{"422 is off the list", refused, 422, "", "U-01=warn V-04=warn", "U-01=fail V-04=fail unexpected", "="},
	{"a redirect refuses nothing", refused, 302, "", "U-01=warn V-04=warn unexpected", "U-01=fail V-04=fail unexpected", "="},
	{"a gateway's 502", refused, 502, "<html>", "U-01=warn U-07=warn V-04=warn unexpected", "U-01=fail U-07=fail V-04=fail unexpected", "="},
	{"500 without an envelope", refused, 500, "oops", "U-02=fail U-07=warn V-04=fail unexpected", "U-02=fail U-07=fail V-04=fail unexpected", "="},
	{"a valid update refused", ok, 400, envelopeOf(5), "EP-01=fail unexpected", "EP-01=fail unexpected", "="},
	{"a valid update unauthorised", ok, 401, envelopeOf(10), "EP-01=fail unexpected", "EP-01=fail unexpected", "="},
	{"an update that should be valid refused", okShould, 400, envelopeOf(5), "SP-01=warn unexpected", "SP-01=fail unexpected", "="},
	{"200 exactly, not 204 (S:L104)", ok, 204, "", "U-01=warn EP-01=fail unexpected", "U-01=fail EP-01=fail unexpected", "="},
	{"202 of the sibling", ok, 202, envelopeOf(38), "U-01=warn EP-01=fail unexpected", "U-01=fail EP-01=fail unexpected", "="},
	{"throttled", ok, 429, "", "U-01=warn EP-01=warn unexpected", "U-01=fail EP-01=fail unexpected", "="},
	{"an outage that forgets the envelope", ok, 503, "<html>", "U-02=fail EP-01=warn unexpected", "U-02=fail EP-01=warn unexpected", "="},
	{"a path without an account accepted", not2xx, 200, "<html>", "AC-02=fail unexpected", "AC-02=fail unexpected", "="},
	{"a path without an account breaks the server", not2xx, 500, "", "U-07=warn AC-02=warn", "U-07=fail AC-02=warn", "="},
	{"a path without an account is off the list", not2xx, 405, "", "AC-02=warn", "AC-02=warn", "="},
	{"the safety floor of silence", observed, 400, "<html>", "U-02=warn", "U-02=fail", "="},
	{"the safety floor: types", observed, 500, `{"time":"x","internalCode":33}`, "U-03=warn", "U-03=fail", "="},
	{"an echo where nothing is said", observed, 200, `{"pageId":"1"}`, "U-05=fail", "U-05=fail", ""},
}

func TestJudge(t *testing.T) {
	for name, table := range map[string][]row{"harmless": harmless, "breaking": breaking} {
		for _, row := range table {
			want := map[string]string{"spec": row.spec, "strict": row.strict, "lenient": row.lenient}
			if row.lenient == "=" {
				want["lenient"] = row.spec
			}
			for _, p := range contract.Profiles() {
				t.Run(name+"/"+row.reason+"/"+p.Name, func(t *testing.T) {
					var j Judgement
					NewJudge(p, clock).Judge(answerTo(row.expect, row.status, row.body), &j)
					assert.Equal(t, want[p.Name], worse(&j))
					assertSound(t, &j)
				})
			}
		}
	}
}

// assertSound holds a judgement against its own promises.
func assertSound(t testing.TB, j *Judgement) {
	t.Helper()
	worst := contract.Skipped
	seen := map[string]bool{}
	for _, f := range j.Findings {
		worst = max(worst, f.Verdict)
		assert.False(t, seen[f.Requirement], "%s twice", f.Requirement)
		seen[f.Requirement] = true
		if f.Verdict <= contract.Pass {
			assert.Empty(t, f.Expected+f.Got, f.Requirement)
			continue
		}
		for _, s := range []string{f.Expected, f.Got} {
			assert.NotEmpty(t, s, f.Requirement)
			assert.LessOrEqual(t, len([]rune(s)), TextLimit, f.Requirement)
			assert.Equal(t, s, Printable([]byte(s), TextLimit), f.Requirement)
		}
	}
	assert.Equal(t, worst, j.Verdict)
}

// A table of bad responses proves nothing about the oracles that keep silent
// for want of an occasion, so which ones apply is asserted as well.
func TestWhichOraclesApply(t *testing.T) {
	const envelope = "U-02 U-03 U-04 U-06 U-08 U-12"
	for _, row := range []struct {
		reason string
		edit   func(r *contract.Reading)
		expect contract.Expectation
		status int
		body   string
		want   string
	}{
		{"a success", nil, ok, 200, "", "U-01 U-05 EP-01"},
		{"a rejection", nil, refused, 400, specExample, "U-01 " + envelope + " U-07 V-04"},
		{"an outage", nil, ok, 503, specExample, "U-01 " + envelope + " EP-01"},
		{"no members, no word on their types", nil, refused, 400, "{}", "U-01 U-02 U-04 U-08 U-12 U-07 V-04"},
		{"no object, no word on its members", nil, refused, 400, "<html>", "U-01 U-02 U-12 U-07 V-04"},
		{"no entity, no word on its encoding", nil, refused, 400, "", "U-01 U-02 U-07 V-04"},
		{"a wrong time is not near the clock either", nil, refused, 400, `{"time":null,"internalCode":33}`, "U-01 U-02 U-03 U-04 U-08 U-12 U-07 V-04"},
		{"an unlisted error may say what it likes", nil, refused, 422, "<html>", "U-01 U-07 V-04"},
		{"a gateway's 404 is recorded", nil, not2xx, 404, "<html>", "U-07 AC-02"},
		{"silence has a safety floor", nil, observed, 404, specExample, envelope + " V-09"},
		{"a cold account", nil, ok, 500, envelopeOf(20), "U-01 " + envelope},
		{"a cold account refuses nothing", nil, refused, 500, envelopeOf(20), "U-01 " + envelope},
		{"no expectation", nil, contract.Expectation{Outcome: contract.OK}, 200, "", "U-01 U-05"},
		{"HEAD has no entity", func(r *contract.Reading) { r.Case.Method = "HEAD" }, observed, 404, "", "V-09"},
		{"GET is not specified", func(r *contract.Reading) { r.Case.Method = "GET" }, observed, 404, "<html>", "V-09"},
		{"another path is not the API's", func(r *contract.Reading) { r.Case.Target = "/api/x" }, observed, 404, "<html>", "V-09"},
		{"another path may greet", func(r *contract.Reading) { r.Case.Target = "/api/x" }, observed, 200, "<html>", "V-09"},
		{"dot segments may lead anywhere", func(r *contract.Reading) {
			r.Case.Target = "/api/account/acme_01/app/engagement/visitors/%2e%2E?v=1.0"
		}, refusedShould, 404, "<html>", "U-01 U-07 SI-04"},
		{"an encoded slash may lead anywhere", func(r *contract.Reading) {
			r.Case.Target = "/api/account/ac%2fme/app/engagement/visitors/x?v=1.0"
		}, refusedShould, 404, "<html>", "U-01 U-07 SI-04"},
		{"no response", func(r *contract.Reading) { r.Failure = contract.FailClosed }, ok, 200, "", ""},
		{"no status", nil, ok, 0, "", ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			r := answerTo(row.expect, row.status, row.body)
			if row.edit != nil {
				row.edit(r)
			}
			var j Judgement
			NewJudge(profile(t, "spec"), clock).Judge(r, &j)
			assert.Equal(t, row.want, ids(&j))
			assertSound(t, &j)
			if row.want == "" {
				assert.False(t, j.AsExpected)
				assert.Equal(t, contract.Skipped, j.Verdict)
			}
		})
	}
}

func TestTruncatedEntities(t *testing.T) {
	for _, p := range contract.Profiles() {
		judge := NewJudge(p, clock)
		var j Judgement

		r := answerTo(refused, 400, specExample)
		r.Truncated = true
		judge.Judge(r, &j)
		assert.Equal(t, "U-02=fail V-04=fail unexpected", worse(&j), p.Name)
		assert.Contains(t, j.Findings[1].Got, "longer than what is read", p.Name)
		assert.Equal(t, "U-01 U-02 U-07 V-04", ids(&j), "half an entity says nothing of its members")

		r = answerTo(ok, 200, "{}")
		r.Truncated = true
		judge.Judge(r, &j)
		want := "U-05=fail EP-01=warn unexpected"
		if p.Name == "lenient" {
			want = ""
		}
		assert.Equal(t, want, worse(&j), p.Name)
	}
}

// What is said must name one actual and one expected, with types.
func TestWords(t *testing.T) {
	for _, row := range []struct {
		expect        contract.Expectation
		status        int
		body, id      string
		expected, got string
	}{
		{refused, 400, `{"time":1469543282471,"internalCode":"33"}`, "U-03",
			"internalCode: integer number", `internalCode: string "33"`},
		{refused, 400, `{"time":1.5,"internalCode":33}`, "U-03", "time: integer number", "time: number 1.5"},
		{refused, 400, `{"time":1e99,"internalCode":33}`, "U-03", "time: integer number", "time: integer beyond 64 bits 1e99"},
		{refused, 400, `{"time":1469543282471,"internalCode":null}`, "U-03",
			"internalCode: integer number", "internalCode: null"},
		{refused, 400, `{"time":1469543282,"internalCode":33}`, "U-06",
			"time: within 5m0s of 1469543283471", "time: integer 1469543282 (seconds, it seems)"},
		{refused, 400, "", "U-02", "one JSON object with time and internalCode", "an empty entity"},
		{refused, 400, `{"time":1}`, "U-02", "one JSON object with time and internalCode", `no internalCode: 10 bytes: {"time":1}`},
		{refused, 400, "<b>\x1b[31m</b>", "U-02", "one JSON object with time and internalCode",
			`not a JSON object (byte 0): 12 bytes: <b>\u001b[31m</b>`},
		{refused, 200, "", "V-04", "status 400 with a conforming envelope and internalCode 33", "status 200 with an empty entity"},
		{also401, 404, envelopeOf(5), "AC-13", "status 404 or 401 with a conforming envelope and internalCode 37 or 39 or 10",
			`status 404 with internalCode 5 and message "no"`},
		{ok, 404, envelopeOf(37), "EP-01", "200 with an empty entity", `status 404 with internalCode 37 and message "no"`},
		{ok, 204, "", "U-01", "one of the statuses 200, 400, 401, 404, 500, 503", "status 204"},
	} {
		var j Judgement
		NewJudge(profile(t, "spec"), clock).Judge(answerTo(row.expect, row.status, row.body), &j)
		found := false
		for _, f := range j.Findings {
			if f.Requirement == row.id {
				found = true
				assert.Equal(t, row.expected, f.Expected)
				assert.Equal(t, row.got, f.Got)
			}
		}
		assert.True(t, found, "%s on %d %s", row.id, row.status, row.body)
	}
}

func TestJudgeDoesNotAllocate(t *testing.T) {
	judge := NewJudge(profile(t, "spec"), clock)
	for _, r := range []*contract.Reading{
		answerTo(ok, 200, ""), answerTo(ok, 200, "{}"), answerTo(refused, 400, specExample),
	} {
		var j Judgement
		judge.Judge(r, &j)
		assert.Zero(t, testing.AllocsPerRun(100, func() { judge.Judge(r, &j) }), "%d %s", r.Status, r.Body)
	}
}

func BenchmarkJudge200(b *testing.B) {
	benchmarkJudge(b, answerTo(ok, 200, ""))
}

func BenchmarkJudgeEnvelope(b *testing.B) {
	benchmarkJudge(b, answerTo(refused, 400, envelopeOf(33)))
}

func BenchmarkJudgeBroken(b *testing.B) {
	benchmarkJudge(b, answerTo(refused, 400, "<html><body>Bad Request</body></html>"))
}

func benchmarkJudge(b *testing.B, r *contract.Reading) {
	judge := NewJudge(profile(b, "spec"), clock)
	var j Judgement
	b.ReportAllocs()
	for b.Loop() {
		judge.Judge(r, &j)
	}
}
