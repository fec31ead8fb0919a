package deviations

import (
	"net/http"
	"regexp"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// rewriting changes the path of updates before the server sees it.
func rewriting(from, to string) change {
	return around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if path := r.URL.EscapedPath(); strings.Contains(path, from) {
			r = setPath(r, strings.Replace(path, from, to, 1))
		}
		next.ServeHTTP(w, r)
	})
}

// pathMutants take paths that are not those of the call (S:L22).
func pathMutants() []Mutant {
	const base, tail = "/api/account", "?v=1.0&sid="
	own := known.VisitorID + tail + known.ID
	// anyAccount finds the session that an account which is not named has.
	anyAccount := func(from string) change {
		const mark = "0"
		return all(rewriting(from, "/account/"+mark+"/app/"), finding(func(f reference.Finder, ids reference.IDs) reference.IDs {
			if found, ok := f.Newest(reference.IDs{Visitor: ids.Visitor, Session: ids.Session}); ok && ids.Account == mark {
				return found
			}
			return ids
		}))
	}
	return []Mutant{
		{ID: "clear-text", Title: "answers plain HTTP on the port of https", Catches: []string{"EP-14"}, TLS: true, Probe: times(1),
			Options: func(o *reference.Options) { o.Deviation.ClearToo = true }},
		{ID: "engagements", Title: "takes /engagements/ for /engagement/", Catches: []string{"EP-19"},
			Options: rewriting("/app/engagements/", "/app/engagement/"), Probe: to(base + "/acme_01/app/engagements/visitors/" + own)},
		{ID: "account-empty", Title: "takes an update whose account is empty", Catches: []string{"AC-02"},
			Options: anyAccount("/account//app/"), Probe: to(base + "//app/engagement/visitors/" + own)},
		{ID: "account-left-out", Title: "takes an update whose path leaves the account out", Catches: []string{"AC-03"},
			Options: anyAccount("/account/app/"), Probe: to(base + "/app/engagement/visitors/" + own)},
		{ID: "visitor-optional", Title: "takes an update whose path names no visitor", Catches: []string{"VI-02", "VI-03"},
			Options: finding(func(f reference.Finder, ids reference.IDs) reference.IDs {
				if found, ok := f.Newest(reference.IDs{Account: ids.Account, Session: ids.Session}); ok && ids.Visitor == "" {
					return found
				}
				return ids
			}), Probe: to(contract.VisitorsPath(known.Account) + tail + known.ID)},
	}
}

var accountCharacters = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// accountMutants take accounts that they should not (S:L28, S:L107).
func accountMutants() []Mutant {
	// taken finds the session of the other two ids where the account is not
	// known and fits.
	taken := func(fits func(account string) bool) change {
		return finding(func(f reference.Finder, ids reference.IDs) reference.IDs {
			if f.Account(ids.Account) || !fits(ids.Account) {
				return ids
			}
			if found, ok := f.Newest(reference.IDs{Visitor: ids.Visitor, Session: ids.Session}); ok {
				return found
			}
			return ids
		})
	}
	length := func(least, most int) func(string) bool {
		return func(a string) bool { return accountCharacters.MatchString(a) && least <= len(a) && len(a) <= most }
	}
	row := func(id, title, catches string, fits func(string) bool, account string) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{catches}, Options: taken(fits), Probe: update(account, known.VisitorID, known.ID)}
	}
	short := row("account-short", "takes unknown accounts of one character", "AC-07", length(1, 1), "z")
	unknown := row("account-unknown", "takes accounts that it does not know", "AC-04", length(2, 19), unknownAccount)
	unknown.Wake = []string{"AC-07", "AC-1?"}
	return []Mutant{
		unknown, short,
		row("account-20", "takes unknown accounts of 20 characters", "AC-05", length(20, 20), strings.Repeat("z", 20)),
		row("account-21", "takes accounts of more than 20 characters", "AC-06", length(21, 1000), strings.Repeat("z", 21)),
		row("account-characters", "takes accounts of characters outside the pattern", "AC-08",
			func(a string) bool { return a != "" && !accountCharacters.MatchString(a) }, "no-such"),
		{ID: "account-isolation", Title: "lets one account update the sessions of another", Catches: []string{"AC-13"},
			Options: finding(func(f reference.Finder, ids reference.IDs) reference.IDs {
				if ids.Visitor != "" && f.Account(ids.Account) && !f.Visitor(ids.Account, ids.Visitor) {
					if found, ok := f.Newest(reference.IDs{Visitor: ids.Visitor, Session: ids.Session}); ok {
						return found
					}
				}
				return ids
			}), Probe: update(otherAccount, known.VisitorID, known.ID)},
		{ID: "account-unknown-html", Title: "refuses an unknown account with a page for a browser", Catches: []string{"AC-04", "AC-05", "RS-03"},
			Wake: []string{"AC-*", "U-*"}, Options: updates(because(reference.AccountUnknown), page),
			Probe: update(unknownAccount, known.VisitorID, known.ID)},
		{ID: "account-malformed-html", Title: "refuses a malformed account with a page for a browser", Catches: []string{"AC-06", "AC-08", "RS-02"},
			Wake: []string{"AC-*", "U-*"}, Options: updates(because(reference.AccountMalformed), page),
			Probe: update("no-such", known.VisitorID, known.ID)},
	}
}

// idPattern is the form in which visitor and session ids are seen.
var idPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)

var idCharacters = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)

// ofLength is true of an id of a length that none has.
func ofLength(id string) bool {
	return id != "" && !idPattern.MatchString(id) && idCharacters.MatchString(id)
}

func ofCharacters(id string) bool { return !idCharacters.MatchString(id) }

// visitorMutants take visitors that they should not (S:L29, S:L107).
func visitorMutants() []Mutant {
	// taken finds the session of the sid where the visitor is not known and fits.
	taken := func(fits func(visitor string) bool) change {
		return finding(func(f reference.Finder, ids reference.IDs) reference.IDs {
			if ids.Visitor == "" || f.Visitor(ids.Account, ids.Visitor) || !fits(ids.Visitor) {
				return ids
			}
			if found, ok := f.Newest(reference.IDs{Account: ids.Account, Session: ids.Session}); ok && ids.Session != "" {
				return found
			}
			return ids
		})
	}
	row := func(id, title, catches, visitor string, fits func(string) bool) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{catches}, Options: taken(fits), Probe: update(known.Account, visitor, known.ID)}
	}
	unknown := row("visitor-unknown", "takes a visitor that it does not know, with a live session", "VI-04", unknownVisitor, idPattern.MatchString)
	unknown.Wake = []string{"VI-06"}
	return []Mutant{
		unknown,
		row("visitor-length", "takes a visitor of a length that no id has, with a live session", "VI-07", "A", ofLength),
		row("visitor-characters", "takes a visitor of characters that no id has, with a live session", "VI-08", "AAAAAAAAAA%3CAAAAAAAAAAA", ofCharacters),
		{ID: "visitor-isolation", Title: "lets one visitor update the session of another", Catches: []string{"VI-05"}, Wake: []string{"SI-05", "AC-13"},
			Options: finding(func(f reference.Finder, ids reference.IDs) reference.IDs {
				if f.Visitor(ids.Account, ids.Visitor) && ids.Session != "" {
					if found, ok := f.Newest(reference.IDs{Account: ids.Account, Session: ids.Session}); ok {
						return found
					}
				}
				return ids
			}), Probe: update(known.Account, foreign.VisitorID, known.ID)},
		{ID: "visitor-malformed-empty", Title: "refuses a malformed visitor with nothing in the answer", Catches: []string{"VI-07", "VI-08", "RS-03"},
			Wake: []string{"VI-*", "U-*", "EP-*"}, Probe: update(known.Account, "A", known.ID),
			Options: updates(func(x *reference.Exchange) bool {
				_, visitor, _ := contract.SplitPath(x.Request.URL.EscapedPath())
				return x.Cause == reference.VisitorUnknown && !idPattern.MatchString(visitor)
			}, entity(""))},
	}
}

// sessionIDMutants take session ids that they should not (S:L36, S:L107).
func sessionIDMutants() []Mutant {
	// instead finds the visitor's own session where the named one is none of its
	// own and fits.
	instead := func(fits func(f reference.Finder, ids reference.IDs) bool) change {
		return finding(func(f reference.Finder, ids reference.IDs) reference.IDs {
			if _, own := f.Newest(ids); own && ids.Session != "" || ids.Visitor == "" || !fits(f, ids) {
				return ids
			}
			if found, ok := f.Newest(reference.IDs{Account: ids.Account, Visitor: ids.Visitor}); ok {
				return found
			}
			return ids
		})
	}
	named := func(fits func(sid string) bool) change {
		return instead(func(f reference.Finder, ids reference.IDs) bool { return fits(ids.Session) && !ownedByOther(f, ids) })
	}
	row := func(id, title, catches string, sid string, how change) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{catches}, Options: how, Probe: update(known.Account, known.VisitorID, sid)}
	}
	const mark = "missing"
	// marked gives a query without a sid one that no session has.
	marked := around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !r.URL.Query().Has(contract.ParamSessionID) {
			r = setQuery(r, r.URL.RawQuery+"&sid="+mark)
		}
		next.ServeHTTP(w, r)
	})
	missing := row("sid-optional", "takes the visitor's newest session where the query has no sid", "SI-02", "",
		all(marked, named(func(sid string) bool { return sid == mark })))
	missing.Probe = query("v=1.0")
	missing.Wake = []string{"SI-1?", "Q-*"}
	empty := row("sid-empty", "takes the visitor's newest session where sid is empty", "SI-03", "",
		all(marked, named(func(sid string) bool { return sid == "" })))
	unknown := row("sid-unknown", "takes the visitor's newest session for a sid that it does not know", "SI-04", unknownSession, named(idPattern.MatchString))
	unknown.Wake = []string{"LC-12", "SI-1?"}
	return []Mutant{
		missing, empty, unknown,
		row("sid-length", "takes a sid of a length that no id has, with a live visitor", "SI-07", "A", named(ofLength)),
		row("sid-characters", "takes a sid of characters that no id has, with a live visitor", "SI-08", "AAAAAAAAAA%3CAAAAAAAAAAA", named(ofCharacters)),
		{ID: "sid-isolation", Title: "takes the sid of another visitor", Catches: []string{"SI-05"}, Wake: []string{"VI-05"},
			Options: instead(ownedByOther), Probe: update(known.Account, known.VisitorID, foreign.ID)},
		{ID: "sid-missing-empty", Title: "refuses an update without a sid with nothing in the answer", Catches: []string{"SI-02", "SI-03", "RS-03"},
			Wake: []string{"SI-*", "Q-*", "U-*"}, Probe: query("v=1.0"),
			Options: updates(func(x *reference.Exchange) bool {
				return x.Cause == reference.SessionUnknown && x.Request.URL.Query().Get(contract.ParamSessionID) == ""
			}, entity(""))},
	}
}

// ownedByOther reports whether a session id is that of another visitor.
func ownedByOther(f reference.Finder, ids reference.IDs) bool {
	found, ok := f.Newest(reference.IDs{Account: ids.Account, Session: ids.Session})
	return ok && ids.Session != "" && found.Visitor != ids.Visitor
}
