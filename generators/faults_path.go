package generators

import (
	"net/url"
	"strings"

	"sdegauge/internal/contract"
)

// accountFaults break the path parameter accountId (S:L28).
func accountFaults() []Fault {
	unknown := or(rejects(404, contract.CodeUnknownAccount), 401, contract.CodeNoPermission)
	malformed := or(invalid(), 404, contract.CodeUnknownAccount)
	account := func(raw func(*edit) string) Variant { return only(func(e *edit) { e.account(raw(e)) }) }
	strange := func(n int) Variant { return account(func(e *edit) string { return e.stranger(n, e.s.Account) }) }
	return []Fault{
		fault("account-empty", "AC-02", "nothing between the slashes where the account belongs", not2xx(), onPage,
			only(func(e *edit) { e.account("") })),
		fault("account-segment-missing", "AC-03", "the path leaves the account's segment out", not2xx(), onPage,
			only(func(e *edit) { e.account(""); e.c.Target = strings.Replace(e.c.Target, "//", "/", 1) })),
		fault("account-unknown", "AC-04", "a well-formed account that does not exist", unknown, onPage, strange(12)),
		fault("account-20-characters", "AC-05", "an unknown account as long as an account may be",
			rejects(404, contract.CodeUnknownAccount), onPage, strange(20)),
		fault("account-too-long", "AC-06", "an account of 21 characters", invalid(), onPage, strange(21)),
		fault("account-short", "AC-07", "an unknown account at the edge of the pattern",
			rejects(404, contract.CodeUnknownAccount), onPage,
			as("one character", func(e *edit) { e.account(e.stranger(1, e.s.Account)) }),
			as("underscore", func(e *edit) { e.account(e.stranger(6, "") + "_" + e.stranger(6, "")) })),
		fault("account-illegal-character", "AC-08", "an account with a character outside its pattern", malformed, onPage,
			each(func(e *edit, c string) { e.account(e.stranger(5, "") + c + e.stranger(5, "")) },
				"-", ".", "$", "%20", "%2F", "*")...),
		fault("account-not-ascii", "AC-09", "an account in UTF-8 beyond ASCII", observed(), onPage,
			each(func(e *edit, text string) { e.account(percent(text)) }, "käse_1", "аккаунт", "账户")...),
		fault("account-letter-case", "AC-10", "the account in another letter case", observed(), onPage,
			account(func(e *edit) string { return url.PathEscape(e.swapped(e.s.Account)) })),
		fault("account-space", "AC-11", "a space around the account", observed(), onPage,
			as("leading", func(e *edit) { e.account("%20" + url.PathEscape(e.s.Account)) }),
			as("trailing", func(e *edit) { e.account(url.PathEscape(e.s.Account) + "%20") })),
		fault("account-4-kib", "AC-12", "an account of 4 KiB", observed(), onPage,
			only(func(e *edit) { e.account(strings.Repeat("1", 4<<10)) })),
	}
}

// visitorFaults break the path parameter visitorId (S:L29).
func visitorFaults() []Fault {
	malformed := or(or(noVisitor(), 400, contract.CodeInvalidData), 401, contract.CodeNoPermission)
	own := func(e *edit) string { return url.PathEscape(e.s.VisitorID) }
	return []Fault{
		fault("visitor-missing", "VI-02", "the path ends before the visitor", not2xx(), onPage,
			only(func(e *edit) { e.c.Target = contract.VisitorsPath(e.s.Account) + "?" + query(e.s) })),
		fault("visitor-empty", "VI-03", "nothing after the slash where the visitor belongs", not2xx(), onPage,
			only(func(e *edit) { e.visitor("") })),
		fault("visitor-unknown", "VI-04", "a well-formed visitor that does not exist, with a live session", noVisitor(), onPage,
			only(func(e *edit) { e.visitor(e.stranger(22, e.s.VisitorID)) })),
		needing(NeedOther, fault("visitor-foreign", "VI-05", "the visitor of another live session",
			rejects(404, contract.CodeUnknownVisitor, contract.CodeUnknownSession), onPage,
			only(func(e *edit) { e.visitor(url.PathEscape(e.other.VisitorID)) }))),
		fault("visitor-length", "VI-07", "a visitor of a length that no id has", malformed, onPage,
			sizes(0, func(e *edit, n int) { e.visitor(e.stranger(n, e.s.VisitorID)) }, 1, 21, 23, 64, 512)...),
		fault("visitor-illegal-character", "VI-08", "a visitor with a character that no id has",
			or(noVisitor(), 400, contract.CodeInvalidData), onPage,
			join(each(func(e *edit, c string) { e.visitor(e.stranger(10, "") + c + e.stranger(11, "")) },
				"%20", "%3C", "'", ";", "%00", "%0A", "%2F"),
				[]Variant{as("..", func(e *edit) { e.visitor("..") })})...),
		fault("visitor-letter-case", "VI-09", "the visitor in another letter case", observed(), onPage,
			only(func(e *edit) { e.visitor(url.PathEscape(e.swapped(e.s.VisitorID))) })),
		fault("visitor-space", "VI-10", "a space around the visitor", observed(), onPage,
			as("leading", func(e *edit) { e.visitor("%20" + own(e)) }),
			as("trailing", func(e *edit) { e.visitor(own(e) + "%20") })),
		fault("visitor-literal", "VI-11", "what a broken client puts in place of the visitor", observed(), onPage,
			each((*edit).visitor, "null", "undefined", "0", "-1", "%7BvisitorId%7D")...),
		fault("visitor-not-ascii", "VI-12", "a visitor in UTF-8 beyond ASCII", observed(), onPage,
			each(func(e *edit, text string) { e.visitor(percent(text)) }, "Jürgen", "посетитель", "访客")...),
		fault("visitor-percent-encoded", "VI-13", "the visitor with its letters needlessly percent-encoded", observed(), onPage,
			only(func(e *edit) { e.visitor(percent(e.s.VisitorID)) })),
		fault("visitor-bad-escape", "VI-14", "a percent sign that no hexadecimal digits follow", observed(), onPage,
			only(func(e *edit) { e.visitor(own(e) + "%zz") })),
		fault("visitor-in-query", "VI-15", "a parameter vid that disagrees with the path", observed(), onPage,
			only(func(e *edit) { e.c.Target += "&vid=" + e.stranger(22, e.s.VisitorID) })),
	}
}
