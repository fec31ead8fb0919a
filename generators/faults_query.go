package generators

import (
	"fmt"
	"net/url"
	"strings"

	"sdegauge/internal/contract"
)

// versionFaults break the query parameter v (S:L35).
func versionFaults() []Fault {
	versions := func(raw ...string) []Variant { return each((*edit).version, raw...) }
	queries := func(e *edit, format string) { e.query(strings.ReplaceAll(format, "SID", e.sidParam())) }
	return []Fault{
		fault("version-missing", "V-02", "the query has no v", noVersion(), onPage,
			only(func(e *edit) { e.query(e.sidParam()) })),
		fault("version-empty", "V-03", "v has no value", noVersion(), onPage, only(func(e *edit) { e.version("") })),
		fault("version-unsupported", "V-04", "v is 2.0", noVersion(), onPage, only(func(e *edit) { e.version("2.0") })),
		fault("version-other-number", "V-05", "v is a number that is no supported version", noVersion(), onPage,
			versions("0", "0.9", "-1.0", "10", "100.0")...),
		fault("version-not-a-number", "V-06", "v is no number", noVersion(), onPage,
			versions("abc", "one", "1.0.0", "v1.0")...),
		fault("version-of-sibling", "V-07", "v is 1.1, which a sibling API takes", noVersion(), onPage,
			only(func(e *edit) { e.version("1.1") })),
		fault("version-integer", "V-09", "v is 1", observed(), onPage, only(func(e *edit) { e.version("1") })),
		fault("version-equal-number", "V-10", "v is another spelling of the number 1.0", observed(), onPage,
			versions("1.00", "01.0", "1.", "1e0", "%2B1.0", "10e-1")...),
		fault("version-java-double", "V-11", "v is what Java alone reads as 1.0", observed(), onPage,
			versions("1.0d", "1.0f", "0x1p0", "%201.0%20")...),
		fault("version-other-digits", "V-12", "v is 1.0 with a comma or with the digits of other scripts", observed(), onPage,
			as("comma", func(e *edit) { e.version("1,0") }),
			as("Arabic-Indic", func(e *edit) { e.version(percent("١.٠")) }),
			as("full width", func(e *edit) { e.version(percent("１.０")) })),
		fault("version-extreme", "V-13", "v is beyond any version", observed(), onPage,
			join(versions("NaN", "Infinity", "1e309"),
				[]Variant{as("400 digits", func(e *edit) { e.version(strings.Repeat("1", 400)) })})...),
		fault("version-rounded", "V-14", "v rounds to 1.0 as a double", observed(), onPage,
			only(func(e *edit) { e.version("1.0000000000000001") })),
		fault("version-twice", "V-15", "v twice with the same value", observed(), onPage,
			only(func(e *edit) { queries(e, "v=1.0&v=1.0&SID") })),
		fault("version-conflicting", "V-16", "v twice with two values", observed(), onPage,
			each(queries, "v=1.0&v=2.0&SID", "v=2.0&v=1.0&SID")...),
		fault("version-upper-case", "V-17", "V instead of v", observed(), onPage,
			only(func(e *edit) { queries(e, "V=1.0&SID") })),
		fault("version-misplaced", "V-18", "v in the body or in a header instead of the query", observed(), onPage,
			as("body", func(e *edit) { e.query(e.sidParam()); e.insert("", `"v":1.0`) }),
			as("header", func(e *edit) {
				e.query(e.sidParam())
				e.c.Header = append(contract.DefaultHeader(), contract.HeaderField{Name: "v", Value: contract.Version})
			})),
		fault("faults-at-once", "V-19", "a bad version, an unknown session and broken JSON together", observed(), onPage,
			only(func(e *edit) {
				e.query("v=2.0&sid=" + e.stranger(22, e.s.ID))
				e.body(`{"pageId":"1`)
			})),
	}
}

// sessionIDFaults break the query parameter sid (S:L36).
func sessionIDFaults() []Fault {
	absent := or(noSession(), 400, contract.CodeInvalidData)
	malformed := or(absent, 401, contract.CodeNoPermission)
	unknown := func(e *edit) string { return "sid=" + e.stranger(22, e.s.ID) }
	return []Fault{
		fault("sid-missing", "SI-02", "the query has no sid", absent, onPage, only(func(e *edit) { e.query(versionParam) })),
		fault("sid-empty", "SI-03", "sid has no value", absent, onPage, only(func(e *edit) { e.sid("") })),
		fault("sid-unknown", "SI-04", "a well-formed session that does not exist", noSession(), onPage,
			only(func(e *edit) { e.sid(e.stranger(22, e.s.ID)) })),
		needing(NeedOther, fault("sid-foreign", "SI-05", "the session of another live visitor", noSession(), onPage,
			only(func(e *edit) { e.sid(url.QueryEscape(e.other.ID)) }))),
		fault("sid-length", "SI-07", "a sid of a length that no id has", malformed, onPage,
			sizes(0, func(e *edit, n int) { e.sid(e.stranger(n, e.s.ID)) }, 1, 21, 23, 64, 2048)...),
		fault("sid-illegal-character", "SI-08", "a sid with a character that no id has", absent, onPage,
			each(func(e *edit, c string) { e.sid(e.stranger(10, "") + c + e.stranger(11, "")) },
				"%20", "%3C", "'", "%00", "%0A", "%2F")...),
		fault("sid-dotted", "SI-10", "the dotted form of older documents", observed(), onPage,
			only(func(e *edit) { e.sid(e.stranger(8, "") + "." + e.stranger(12, "")) })),
		fault("sid-of-read-side", "SI-11", "the live sid as a sibling API gives it back", observed(), onPage,
			only(func(e *edit) { e.sid(url.QueryEscape(e.s.ID) + "." + e.text(40, hexDigits)) })),
		fault("sid-letter-case", "SI-12", "the sid in another letter case", observed(), onPage,
			only(func(e *edit) { e.sid(url.QueryEscape(e.swapped(e.s.ID))) })),
		fault("sid-space", "SI-13", "spaces around the sid", observed(), onPage,
			only(func(e *edit) { e.sid("%20" + url.QueryEscape(e.s.ID) + "%20") })),
		fault("sid-twice", "SI-14", "sid twice", observed(), onPage,
			as("equal", func(e *edit) { e.query(versionParam + "&" + e.sidParam() + "&" + e.sidParam()) }),
			as("live first", func(e *edit) { e.query(versionParam + "&" + e.sidParam() + "&" + unknown(e)) }),
			as("live last", func(e *edit) { e.query(versionParam + "&" + unknown(e) + "&" + e.sidParam()) })),
		fault("sid-misnamed", "SI-15", "the sid under another name", observed(), onPage,
			each(func(e *edit, name string) { e.query(versionParam + "&" + name + "=" + url.QueryEscape(e.s.ID)) },
				"SID", "sessionId")...),
		fault("sid-in-body", "SI-16", "the sid in the body instead of the query", observed(), onPage,
			only(func(e *edit) {
				e.query(versionParam)
				e.insert("", `"sid":`+string(appendString(nil, e.s.ID)))
			})),
		fault("sid-percent-encoded", "SI-17", "the sid with its letters needlessly percent-encoded", observed(), onPage,
			only(func(e *edit) { e.sid(percent(e.s.ID)) })),
	}
}

// queryFaults are odd queries that hold the right parameters, or none.
func queryFaults() []Fault {
	return []Fault{
		fault("query-unknown-key", "Q-02", "a parameter that the contract does not know", observed(), onPage,
			only(func(e *edit) { e.c.Target += "&x=1" })),
		fault("query-sibling-key", "Q-03", "a parameter that a sibling API knows", observed(), onPage,
			only(func(e *edit) { e.c.Target += "&obh=true" })),
		fault("query-missing", "Q-04", "no query at all", observed(), onPage, only(func(e *edit) { e.query("") })),
		fault("query-semicolon", "Q-05", "a semicolon between the parameters", observed(), onPage,
			only(func(e *edit) { e.query(versionParam + ";" + e.sidParam()) })),
		fault("query-separators", "Q-06", "separators too many", observed(), onPage,
			as("two question marks", func(e *edit) { e.query("?" + versionParam + "&" + e.sidParam()) }),
			as("trailing ampersand", func(e *edit) { e.c.Target += "&" }),
			as("two ampersands", func(e *edit) { e.query(versionParam + "&&" + e.sidParam()) })),
		fault("query-array-style", "Q-07", "sid written as an array", observed(), onPage,
			only(func(e *edit) { e.query(versionParam + "&sid[]=" + url.QueryEscape(e.s.ID)) })),
		fault("query-1000-keys", "Q-08", "1,000 parameters that the contract does not know", observed(), onPage,
			only(func(e *edit) {
				var b strings.Builder
				for i := range 1000 {
					fmt.Fprintf(&b, "&x%d=1", i)
				}
				e.c.Target += b.String()
			})),
	}
}
