package generators

import (
	"slices"
	"strings"

	"sdegauge/internal/contract"
)

// Plain is a row that a class of valid updates probes as it is.
type Plain struct {
	Requirement string
	Class       string
	Depth       Depth
	// Implied says that every update of the class meets the row, though its own
	// expectation names another: any valid update has a valid account.
	Implied bool
}

// Accepted returns the rows that plain valid updates probe, in no need of an
// edit. Some depend on the session: that its sid holds _ or - (SI-09), or that
// its ids exceed 32 bits (PG-07, IM-26).
func Accepted() []Plain {
	var all []Plain
	for _, id := range []string{"AC-01", "VI-01", "V-01", "SI-01", "SI-09", "H-01", "H-10", "PG-01", "PG-07", "EA-01"} {
		all = append(all, Plain{Requirement: id, Class: ClassPage, Depth: Minimal, Implied: true})
	}
	all = append(all,
		Plain{Requirement: "IM-01", Class: ClassPage, Depth: Minimal, Implied: true},
		Plain{Requirement: "IM-04", Class: ClassImpressions, Depth: Typical},
		Plain{Requirement: "IM-09", Class: ClassImpressions, Depth: Full},
		Plain{Requirement: "IM-26", Class: ClassImpressions, Depth: Typical, Implied: true},
		Plain{Requirement: "EA-03", Class: ClassFull, Depth: Full},
		Plain{Requirement: "EA-04", Class: ClassSeveral, Depth: Full},
	)
	for _, a := range contract.SDETypes() {
		all = append(all, Plain{Requirement: a.Minimal, Class: a.Type, Depth: Minimal})
		if a.Full != a.Minimal {
			all = append(all, Plain{Requirement: a.Full, Class: a.Type, Depth: Full})
		}
	}
	return all
}

// variations are valid requests that no plain class makes.
func variations() []Fault {
	accept := func(name, row, reason string, t twin, variants ...Variant) Fault {
		return fault(name, row, reason, accepts(), t, variants...)
	}
	unedited := only(func(*edit) {})
	const person = sde + ".personal"
	documented := only(func(e *edit) {
		e.set("engagementAttributes", strings.TrimSuffix(strings.TrimPrefix(exampleAttributes, `"engagementAttributes":`), "}"))
	})
	return []Fault{
		accept("query-order-swapped", "Q-01", "sid before v", onPage,
			only(func(e *edit) { e.query(e.sidParam() + "&" + versionParam) })),
		accept("content-type-charset", "H-02", "the media type with a charset", onPage, only(typed(jsonType+"; charset=utf-8"))),
		accept("impression-accept", "IM-02", "one impAccept", onImpression("impAccept"), unedited),
		accept("impression-display", "IM-03", "one impDisplay", onImpression("impDisplay"), unedited),
		accept("impressions-display-first", "IM-05", "impDisplay before impAccept", onImpression("impDisplay"),
			only(func(e *edit) { e.insert("impAttributes", e.impression("impAccept")) })),
		accept("impression-expanded", "IM-06", "impExpanded with its three null members", onImpression("impExpanded"), unedited),
		accept("impression-timeout", "IM-07", "impTimeout without eContext", onImpression("impTimeout"), unedited),
		accept("impression-close", "IM-08", "impClose without eContext", onImpression("impClose"), unedited),
		accept("attributes-documented", "EA-02", "the specification's engagementAttributes", onMinimal("personal"), documented),
		accept("attributes-every-type", "EA-04", "one full SDE of every type", onEvery, unedited),
		accept("customer-bare", "SK-03", "ctmrinfo with its type alone", onMinimal("ctmrinfo"), without(sde+".info")),
		accept("customer-debt", "SK-05", "a negative balance", on("ctmrinfo"), set(sde+".info.balance", "-12.75")...),
		accept("channel-values", "SM-03", "every documented channel", on("mrktInfo"), set(sde+".info.channel", "0", "1", "2", "3", "4")...),
		accept("personal-documented", "SR-01", "the specification's personal, its age as 30.0", onMinimal("personal"), documented),
		accept("personal-bare", "SR-04", "personal with its type alone", onMinimal("personal"), without(person)),
		accept("age-integer", "SR-05", "the age as 30", on("personal"),
			only(func(e *edit) { e.set(person+".age", `{"age":30}`) })),
		accept("gender-values", "SR-06", "every documented gender", on("personal"), set(person+".gender", `"MALE"`, `"FEMALE"`, `"OTHER"`)...),
		accept("phone-type-values", "SR-07", "every documented phoneType", on("personal"),
			set(person+".contacts[0].phoneType", `"HOME"`, `"MOBILE"`, `"WORK"`, `"FAX"`, `"MAIN"`, `"HOME_FAX"`, `"WORK_FAX"`, `"PAGER"`, `"OTHER"`)...),
		accept("language-values", "SR-08", "both forms of a language", on("personal"), set(person+".language", `"de-DE"`, `"de_DE"`)...),
		accept("contacts-two", "SR-09", "two contacts", on("personal"),
			only(func(e *edit) {
				e.insert(person+".contacts", `{"email":"nk@example.net","phone":"5550101","phoneType":"WORK"}`)
			})),
		accept("service-status-values", "SS-03", "every documented status", on("service"),
			set(sde+".service.status", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10")...),
	}
}

// Row is a row that one request of this package cannot probe, and why.
type Row struct{ Requirement, Reason string }

// Elsewhere returns the rows about the request that are neither a fault nor a
// valid update of this package.
func Elsewhere() []Row {
	const (
		account   = "needs a second account with a session of its own"
		judged    = "is judged on the answers to other faults, no request of its own"
		clock     = "needs a session that has aged, or a clock to turn"
		readBack  = "needs two requests in order and the read side to see their effect"
		framing   = "is a matter of framing, which the transport writes: needs a connection of its own"
		fresh     = "needs a session of which nothing was reported before"
		signedIn  = "needs an authenticated engagement"
		recreated = "needs a second Create Session for the same session"
	)
	return slices.Clone([]Row{
		{"AC-13", account}, {"VI-06", judged}, {"V-08", judged}, {"SI-06", clock},
		{"H-13", "nothing is known to provoke a 401; whatever does is held against U-02"},
		{"H-16", framing}, {"H-17", framing}, {"H-18", framing}, {"H-20", framing},
		{"H-26", "the transport decides about User-Agent"},
		{"B-25", framing}, {"B-26", framing}, {"PG-10", recreated}, {"IM-37", clock}, {"IM-38", fresh},
		{"EA-05", "is a property of the valid updates themselves: none has an impression among its SDEs"},
		{"SP-06", readBack}, {"SV-07", readBack}, {"SK-11", signedIn}, {"SK-12", readBack}, {"SR-22", readBack},
		{"SL-05", readBack}, {"SL-06", readBack}, {"SS-07", readBack}, {"SE-05", readBack},
	})
}
