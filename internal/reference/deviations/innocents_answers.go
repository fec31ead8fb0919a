package deviations

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// The profiles in which a peculiarity is allowed.
var (
	inAll        = []string{"spec", "strict", "lenient"}
	notInStrict  = []string{"spec", "lenient"}
	inLenient    = []string{"lenient"}
	notOfVersion = func(x *reference.Exchange) bool { return refused(x) && x.Cause != reference.VersionIllegal }
)

// innocent is a peculiarity that is allowed everywhere.
func innocent(id, title string, options change, p Probe) Innocent {
	return Innocent{ID: id, Title: title, Profiles: inAll, Options: options, Probe: p}
}

// envelopeInnocents write the envelope of every refusal in another way that the
// contract leaves open (S:L120–128).
func envelopeInnocents() []Innocent {
	unread := put("{}")
	row := func(id, title string, do func(*reference.Exchange)) Innocent {
		return innocent(id, title, updates(refused, do), unread)
	}
	text := func(format string) func(*reference.Exchange) {
		return func(x *reference.Exchange) {
			message, _ := json.Marshal(x.Message) // a string
			x.Entity = fmt.Appendf(nil, format, x.Now.UnixMilli(), message, x.Code)
		}
	}
	return []Innocent{
		row("envelope-order", "writes the members of the envelope in another order",
			text(`{"internalCode":%[3]d,"message":%[2]s,"time":%[1]d}`)),
		row("envelope-indented", "indents the envelope", func(x *reference.Exchange) {
			var b bytes.Buffer
			_ = json.Indent(&b, plainEnvelope(x), "", "    ") // it is JSON
			x.Entity = b.Bytes()
		}),
		row("envelope-line-end", "ends the envelope with a line break", text("{\"time\":%d,\"message\":%s,\"internalCode\":%d}\r\n")),
		row("envelope-space-first", "begins the envelope with white space", text(" \n\t{\"time\":%d,\"message\":%s,\"internalCode\":%d}")),
		row("envelope-more-members", "adds members to the envelope",
			text(`{"time":%d,"message":%s,"internalCode":%d,"status":"error","requestId":"a-1","details":[{"field":"x","why":null}]}`)),
		row("envelope-nested-error", "adds a member error with an object of its own",
			text(`{"time":%d,"message":%s,"internalCode":%d,"error":{"kind":"refused"}}`)),
		row("message-absent", "sends no message", func(x *reference.Exchange) { x.Message = "" }),
		{ID: "message-empty", Title: "sends an empty message where it has nothing to add", Profiles: inAll, Probe: unread,
			Options: updates(notOfVersion, text(`{"time":%d,"message":"","internalCode":%[3]d}`))},
		{ID: "message-long", Title: "sends messages of four thousand characters", Profiles: inAll, Probe: unread,
			Options: updates(notOfVersion, func(x *reference.Exchange) { x.Message = strings.Repeat("reason; ", 500) })},
		{ID: "message-languages", Title: "sends messages in another language", Profiles: inAll, Probe: unread,
			Options: updates(notOfVersion, func(x *reference.Exchange) { x.Message = "ungültige Daten — 無効なデータ 🛒" })},
		{ID: "message-echo", Title: "repeats the target of a refused request in the message", Profiles: inAll, Probe: unread,
			Options: updates(notOfVersion, func(x *reference.Exchange) { x.Message = "refused: " + x.Request.URL.EscapedPath() })},
		row("message-escaped", "escapes every letter of the message", func(x *reference.Exchange) {
			var b strings.Builder
			for _, r := range x.Message {
				fmt.Fprintf(&b, `\u%04x`, r)
			}
			x.Entity = fmt.Appendf(nil, `{"time":%d,"message":"%s","internalCode":%d}`, x.Now.UnixMilli(), b.String(), x.Code)
		}),
		row("time-decimal", "writes the time as a number with a decimal zero", text(`{"time":%d.0,"message":%s,"internalCode":%d}`)),
		row("code-decimal", "writes the internalCode as a number with a decimal zero", text(`{"time":%d,"message":%s,"internalCode":%d.0}`)),
		row("code-exponent", "writes the internalCode with an exponent", text(`{"time":%d,"message":%s,"internalCode":%de0}`)),
		innocent("clock-minute-ahead", "has a clock that is a minute ahead", updates(refused, func(x *reference.Exchange) {
			member("time", x.Now.UnixMilli()+60_000)(x)
		}), unread),
		{ID: "time-iso-lenient", Title: "writes the time as ISO 8601, as a sibling does", Profiles: inLenient, Probe: unread,
			Options: updates(refused, func(x *reference.Exchange) { member("time", x.Now.UTC().Format("2006-01-02T15:04:05.000Z"))(x) })},
		{ID: "code-quoted-lenient", Title: "quotes the internalCode, as a sibling does", Profiles: inLenient, Probe: unread,
			Options: updates(refused, func(x *reference.Exchange) { member("internalCode", fmt.Sprint(x.Code))(x) })},
	}
}

// successInnocents put into a success what readings of "empty" allow (S:L118).
func successInnocents() []Innocent {
	row := func(id, title string, profiles []string, text string) Innocent {
		return Innocent{ID: id, Title: title, Profiles: profiles, Options: updates(success, entity(text)), Probe: times(1)}
	}
	return []Innocent{
		row("success-braces", "answers a success with an empty object", notInStrict, "{}"),
		row("success-braces-spaced", "answers a success with an empty object in white space", notInStrict, " { }\n"),
		row("success-space", "answers a success with a line break", notInStrict, "\r\n"),
		row("success-word", "answers a success with the word OK", inLenient, "OK"),
		row("success-object", "answers a success with an object of its own", inLenient, `{"status":"ok"}`),
	}
}

// statusInnocents choose another of the statuses and codes that an expectation
// allows.
func statusInnocents() []Innocent {
	const session, data, none = contract.CodeUnknownSession, contract.CodeInvalidData, contract.CodeNoPermission
	row := func(id, title string, when func(*reference.Exchange) bool, do func(*reference.Exchange), p Probe) Innocent {
		return innocent(id, title, updates(when, do), p)
	}
	// unlike answers with another status than the one preferred.
	unlike := func(i Innocent, warned ...string) Innocent { i.Warned = warned; return i }
	sid := func(x *reference.Exchange) string { return x.Request.URL.Query().Get(contract.ParamSessionID) }
	visitorOf := func(x *reference.Exchange) string {
		_, visitor, _ := contract.SplitPath(x.Request.URL.EscapedPath())
		return visitor
	}
	noSID := func(x *reference.Exchange) bool { return x.Cause == reference.SessionUnknown && sid(x) == "" }
	oddSID := func(x *reference.Exchange) bool {
		return x.Cause == reference.SessionUnknown && sid(x) != "" && !idPattern.MatchString(sid(x))
	}
	oddVisitor := func(x *reference.Exchange) bool {
		return x.Cause == reference.VisitorUnknown && visitorOf(x) != "" && !idPattern.MatchString(visitorOf(x))
	}
	unasked := func(x *reference.Exchange) bool {
		return at("impAttributes")(x) && strings.Contains(x.Fault.Problem, "no engagement")
	}
	unaskedProbe := Probe{{Target: plain.Target, Body: `{"pageId":"7000000001","impAttributes":[` + display + `]}`}}
	toAccount := update(unknownAccount, known.VisitorID, known.ID)
	return []Innocent{
		unlike(row("version-404", "refuses an illegal version with 404", because(reference.VersionIllegal), as(404), version("2.0")), "V-0[2-7]"),
		unlike(row("version-401", "refuses an illegal version with 401", because(reference.VersionIllegal), as(401), version("2.0")), "V-0[2-7]"),
		unlike(row("session-401", "refuses an unknown session with 401", because(reference.SessionUnknown), as(401), update(known.Account, known.VisitorID, unknownSession)), "VI-05", "SI-0[2-58]", "LC-12"),
		unlike(row("session-400", "refuses an unknown session with 400", because(reference.SessionUnknown), as(400), update(known.Account, known.VisitorID, unknownSession)), "VI-05", "SI-0[45]", "LC-12"),
		row("sid-missing-400", "takes a missing sid for invalid data", noSID, status(400, data), query("v=1.0")),
		row("sid-malformed-400", "takes a malformed sid for invalid data", oddSID, status(400, data), update(known.Account, known.VisitorID, "A")),
		unlike(row("sid-malformed-401", "takes a malformed sid for a lack of permission", oddSID, status(401, none), update(known.Account, known.VisitorID, "A")), "SI-08"),
		row("visitor-malformed-400", "takes a malformed visitor for invalid data", oddVisitor, status(400, data), update(known.Account, "A", known.ID)),
		unlike(row("account-401", "answers 401 for an account that it does not know", because(reference.AccountUnknown), status(401, none), toAccount), "AC-05", "AC-07"),
		row("account-characters-404", "answers 404 for an account of characters outside the pattern", func(x *reference.Exchange) bool {
			account, _, _ := contract.SplitPath(x.Request.URL.EscapedPath())
			return x.Cause == reference.AccountMalformed && !accountCharacters.MatchString(account)
		}, status(404, contract.CodeUnknownAccount), update("no-such", known.VisitorID, known.ID)),
		row("session-ended-39", "does not know a session any more that has ended", because(reference.SessionEnded), status(404, session), aged(6*time.Hour)),
		row("impression-unasked-404", "answers 404 to an impression of a session without an engagement", unasked, as(404), unaskedProbe),
		row("impression-unasked-200", "takes an impression of a session without an engagement", unasked, accepting, unaskedProbe),
		row("path-html", "leaves paths that are not its own to a gateway's page", because(reference.PathUnknown), page, to("/api/account//app/engagement/visitors/x?v=1.0")),
		row("path-400", "answers 400 to paths that are not its own", because(reference.PathUnknown), as(400), to("/api/account//app/engagement/visitors/x?v=1.0")),
		unlike(row("path-405", "answers 405 where the path names no visitor", func(x *reference.Exchange) bool {
			return x.Cause == reference.VisitorUnknown && visitorOf(x) == ""
		}, as(405), to(contract.VisitorsPath(known.Account)+"?v=1.0&sid="+known.ID)), "VI-02", "VI-03"),
		innocent("method-404", "answers 404 to other methods", methods(as(404)), Probe{{Method: "DELETE"}}),
		innocent("method-501", "answers 501 to other methods, with nothing in the answer", methods(func(x *reference.Exchange) {
			x.Status, x.Entity = http.StatusNotImplemented, []byte{}
		}), Probe{{Method: "PATCH"}}),
		innocent("options-200", "answers OPTIONS with the methods it allows", methods(func(x *reference.Exchange) {
			if x.Request.Method == http.MethodOptions {
				x.Header.Set("Allow", "GET, POST, PUT")
				x.Status, x.Entity = http.StatusOK, []byte{}
			}
		}), Probe{{Method: "OPTIONS"}}),
		innocent("unlike-code-for-method", "answers other methods with another code", methods(func(x *reference.Exchange) { x.Code = 99 }), Probe{{Method: "GET"}}),
	}
}

// methods changes the answer to other methods than those of the API.
func methods(do func(*reference.Exchange)) change {
	return answering(func(x *reference.Exchange) {
		if x.Cause == reference.MethodUnknown {
			do(x)
		}
	})
}
