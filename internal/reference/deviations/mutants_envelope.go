package deviations

import (
	"encoding/json"
	"fmt"
	"net/http"
	"unicode/utf16"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// versionRows are the requirements whose requests have no supported version.
// Defects of the envelope are put into the refusal of those alone, which keeps
// them apart from everything else.
var versionRows = []string{"V-0[2-8]", "V-1?", "RS-02", "RS-05", "Q-04"}

func versionRefusal(do func(*reference.Exchange)) change {
	return updates(because(reference.VersionIllegal), do)
}

func envelopeMutants() []Mutant {
	type row struct {
		id, title string
		catches   []string
		do        func(*reference.Exchange)
	}
	u := func(ids ...string) []string { return ids }
	rows := []row{
		{"envelope-missing", "refuses a version with nothing in the answer", u("U-02", "RS-02", "V-02", "V-03", "V-04", "V-05", "V-06"), entity("")},
		{"envelope-html", "refuses a version with a page for a browser", u("U-02", "RS-02", "V-04", "V-07"), page},
		{"envelope-text", "refuses a version with plain words", u("U-02", "V-04"), entity("Illegal Version")},
		{"envelope-array", "puts the envelope of a version into an array", u("U-02", "V-04"),
			rewrite(func(e map[string]any) any { return []any{e} })},
		{"envelope-in-a-string", "quotes the envelope of a version as a string", u("U-02", "V-04"),
			rewrite(func(e map[string]any) any { b, _ := json.Marshal(e); return string(b) })},
		{"envelope-wrapped", "wraps the envelope of a version in a member error", u("U-02", "U-08", "V-04"),
			rewrite(func(e map[string]any) any { return map[string]any{"error": e} })},
		{"envelope-cut-short", "leaves the closing brace of the envelope of a version out", u("U-02", "V-04"),
			func(x *reference.Exchange) { b := plainEnvelope(x); x.Entity = b[:len(b)-1] }},
		{"envelope-twice", "writes the envelope of a version twice", u("U-02", "V-04"),
			func(x *reference.Exchange) { b := plainEnvelope(x); x.Entity = append(b, b...) }},
		{"envelope-other-names", "capitalises the members of the envelope of a version", u("U-02", "V-04"),
			rewrite(func(e map[string]any) any {
				return map[string]any{"Time": e["time"], "InternalCode": e["internalCode"]}
			})},
		{"envelope-xml", "refuses a version in XML", u("U-02", "V-04"), entity("<error><internalCode>33</internalCode></error>")},
		{"envelope-null", "refuses a version with the JSON null", u("U-02", "V-04"), entity("null")},
		{"envelope-empty-object", "refuses a version with an object without members", u("U-02", "V-04"), entity("{}")},
		{"time-missing", "leaves time out of the envelope of a version", u("U-02", "V-04"), without("time")},
		{"code-missing", "leaves internalCode out of the envelope of a version", u("U-02", "V-04"), without("internalCode")},

		{"time-iso", "writes the time of an illegal version as ISO 8601", u("U-03", "V-04"), func(x *reference.Exchange) {
			member("time", x.Now.UTC().Format("2006-01-02T15:04:05.000Z"))(x)
		}},
		{"time-quoted", "quotes the time of an illegal version", u("U-03", "V-04"), func(x *reference.Exchange) {
			member("time", fmt.Sprint(x.Now.UnixMilli()))(x)
		}},
		{"time-fraction", "writes the time of an illegal version with microseconds behind a point", u("U-03", "V-04"), func(x *reference.Exchange) {
			member("time", json.RawMessage(fmt.Sprintf("%d.125", x.Now.UnixMilli())))(x)
		}},
		{"time-null", "writes the time of an illegal version as null", u("U-03", "V-04"), member("time", nil)},
		{"time-object", "writes the time of an illegal version as an object", u("U-03", "V-04"), func(x *reference.Exchange) {
			member("time", map[string]int64{"epoch": x.Now.UnixMilli()})(x)
		}},
		{"code-quoted", "quotes the internalCode of an illegal version", u("U-03", "V-04"), member("internalCode", "33")},
		{"code-fraction", "writes the internalCode of an illegal version as 33.5", u("U-03", "V-04"), member("internalCode", 33.5)},
		{"code-null", "writes the internalCode of an illegal version as null", u("U-03", "V-04"), member("internalCode", nil)},
		{"code-boolean", "writes the internalCode of an illegal version as true", u("U-03", "V-04"), member("internalCode", true)},

		{"message-number", "writes the message of an illegal version as a number", u("U-04", "V-04"), member("message", 33)},
		{"message-null", "writes the message of an illegal version as null", u("U-04", "V-04"), member("message", nil)},
		{"message-object", "writes the message of an illegal version as an object", u("U-04", "V-04"),
			member("message", map[string]string{"en": contract.IllegalVersionMessage})},
		{"message-array", "writes the message of an illegal version as an array", u("U-04", "V-04"),
			member("message", []string{contract.IllegalVersionMessage})},

		{"time-seconds", "writes the time of an illegal version in seconds", u("U-06"), func(x *reference.Exchange) {
			member("time", x.Now.Unix())(x)
		}},
		{"time-microseconds", "writes the time of an illegal version in microseconds", u("U-06"), func(x *reference.Exchange) {
			member("time", x.Now.UnixMicro())(x)
		}},
		{"time-ahead", "writes the time of an illegal version an hour ahead", u("U-06"), func(x *reference.Exchange) {
			member("time", x.Now.UnixMilli()+3_600_000)(x)
		}},
		{"time-behind", "writes the time of an illegal version an hour behind", u("U-06"), func(x *reference.Exchange) {
			member("time", x.Now.UnixMilli()-3_600_000)(x)
		}},
		{"time-zero", "writes the time of an illegal version as 0", u("U-06"), member("time", 0)},

		{"envelope-byte-order-mark", "begins the envelope of a version with a byte-order mark", u("U-12"), func(x *reference.Exchange) {
			x.Entity = append([]byte("\ufeff"), plainEnvelope(x)...)
		}},
		{"envelope-member-twice", "writes internalCode twice into the envelope of a version", u("U-12"), func(x *reference.Exchange) {
			x.Entity = fmt.Appendf(nil, `{"time":%d,"internalCode":33,"internalCode":33,"message":"Illegal Version"}`, x.Now.UnixMilli())
		}},
		{"envelope-latin-1", "writes the message of an illegal version in ISO 8859-1", u("U-12"), func(x *reference.Exchange) {
			x.Entity = fmt.Appendf(nil, `{"time":%d,"internalCode":33,"message":"Ung`+"\xfc"+`ltig"}`, x.Now.UnixMilli())
		}},
		{"envelope-utf-16", "writes the envelope of a version in UTF-16", u("U-02", "V-04"), func(x *reference.Exchange) {
			text := string(plainEnvelope(x))
			x.Entity = nil
			for _, c := range utf16.Encode([]rune(text)) {
				x.Entity = append(x.Entity, byte(c>>8), byte(c))
			}
		}},
	}
	var out []Mutant
	for _, r := range rows {
		out = append(out, Mutant{
			ID: r.id, Title: r.title, Catches: r.catches, Wake: append([]string{"U-*"}, versionRows...),
			Options: versionRefusal(r.do), Probe: version("2.0"),
		})
	}
	return append(out, envelopesGone()...)
}

func without(name string) func(*reference.Exchange) {
	return rewrite(func(e map[string]any) any { delete(e, name); return e })
}

// plainEnvelope is the envelope as it would be written.
func plainEnvelope(x *reference.Exchange) []byte {
	b, _ := json.Marshal(x.Envelope()) // numbers and a string
	return b
}

// envelopesGone lose the envelope of everything with one status.
func envelopesGone() []Mutant {
	lose := func(status int, do func(*reference.Exchange)) change {
		return updates(func(x *reference.Exchange) bool { return x.Status == status }, do)
	}
	return []Mutant{
		{ID: "no-envelope-on-400", Title: "sends no envelope with any 400", Catches: []string{"RS-02", "U-02", "V-04", "PG-02", "PG-03"},
			Wake: everything, Options: lose(400, entity("")), Probe: put("{}")},
		{ID: "no-envelope-on-404", Title: "sends no envelope with any 404", Catches: []string{"RS-03", "U-02", "SI-02", "SI-03", "SI-04", "VI-04"},
			Wake: []string{"AC-*", "VI-*", "SI-*", "LC-*", "RS-*", "U-*", "CR-*", "Q-*", "V-1?"}, Options: lose(404, page), Probe: update(known.Account, known.VisitorID, unknownSession)},
		{ID: "no-envelope-on-401", Title: "answers 401 without an envelope to a token that it does not know", Catches: []string{"H-13"},
			Wake: []string{"H-1[123]", "U-*"}, Probe: header("Authorization", "Bearer none"),
			Options: updates(func(x *reference.Exchange) bool { return x.Request.Header.Get("Authorization") != "" },
				func(x *reference.Exchange) { x.Status, x.Entity = http.StatusUnauthorized, []byte{} })},
		{ID: "invalid-200", Title: "sends the envelope of invalid data and of an illegal version with status 200", Catches: []string{"U-05", "V-04", "PG-03"},
			Wake: everything, Probe: put("{}"),
			Options: updates(because(reference.VersionIllegal, reference.BodyInvalid, reference.PageUnknown),
				func(x *reference.Exchange) { x.Status, x.Entity = http.StatusOK, plainEnvelope(x) })},
	}
}
