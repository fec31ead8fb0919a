package expect

import (
	"math"
	"math/big"
	"net/url"
	"path"
	"regexp"
	"strings"

	"sdegauge/internal/contract"
)

var (
	plainTarget     = regexp.MustCompile(`^/[!-"$-~]*$`)
	plainHeaderForm = regexp.MustCompile(`^accept: application/json\n(?:content-length\n)?content-type: application/json(; charset=utf-8)?(?:\nhost)?(?:\nuser-agent)?$`)

	// The path of the call, the two ways to leave the account out, and what a lax
	// router takes for the call (S:L22, EP-17 to EP-23).
	callPath    = regexp.MustCompile(`^/api/account/([^/?]*)/app/engagement/visitors(?:/([^/?]*))?$`)
	shortPath   = regexp.MustCompile(`^/api/account/app/engagement/visitors/[^/?]+$`)
	similarForm = regexp.MustCompile(`^/api/account/[^/]+/app/engagement/visitors?/[^/]`)

	literalVisitor = regexp.MustCompile(`^(?:null|undefined|0|-1|\{visitor-?[iI]d\})$`)
	needlessEscape = regexp.MustCompile(`(?i)%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])`)
	dottedSID      = regexp.MustCompile(`^[A-Za-z0-9_.\-]*\.[A-Za-z0-9_.\-]*$`)
	beyondASCII    = regexp.MustCompile(`[^\x00-\x7f]`)
)

// matched is a target held against the patterns.
type matched struct {
	path, query      string
	account, visitor string // as sent
	session          *contract.Session
}

// matchTarget finds the parts of a target and whom it is for.
func matchTarget(target string, k Known) *matched {
	u := &matched{session: k.Session}
	if u.session == nil {
		u.session = &contract.Session{}
	}
	u.path, u.query, _ = strings.Cut(target, "?")
	parts := callPath.FindStringSubmatch(u.path)
	if parts == nil {
		return u
	}
	u.account, u.visitor = parts[1], parts[2]
	for _, s := range k.all() {
		if !same(u.account, s.Account) || !same(u.visitor, s.VisitorID) {
			continue
		}
		for _, value := range u.values("sid") {
			if same(value, s.ID) {
				u.session = s
				return u
			}
		}
	}
	return u
}

// same says whether a percent-encoded text stands for another.
func same(raw, text string) bool {
	plain, err := url.PathUnescape(raw)
	return err == nil && plain == text
}

// values are the values of the parameters of one name, as sent.
func (u *matched) values(name string) []string {
	var all []string
	for part := range strings.SplitSeq(u.query, "&") {
		if key, value, _ := strings.Cut(part, "="); key == name {
			all = append(all, value)
		}
	}
	return all
}

func (u *matched) reasons(d *document) (r reasons) {
	switch {
	case shortPath.MatchString(u.path):
		r.refused(contract.Must, "path: no account (S:L28)")
	case callPath.MatchString(u.path):
		u.ids(&r)
	default:
		plain, err := url.PathUnescape(u.path)
		if err != nil || similarForm.MatchString(path.Clean(strings.ToLower(plain))) {
			r.opened("path: almost that of the call")
		} else {
			r.refused(contract.Should, "path: another than that of the call (S:L22)")
		}
	}
	u.parameters(&r, d)
	return r
}

// ids judges the two ids of the path.
func (u *matched) ids(r *reasons) {
	if u.account == "" {
		r.refused(contract.Must, "accountId: empty (S:L28)")
	} else {
		liveID(r, "accountId", u.account, u.session.Account)
	}
	if u.visitor == "" {
		r.refused(contract.Must, "visitorId: none (S:L29)")
		return
	}
	live := u.session.VisitorID
	plain, _ := url.PathUnescape(u.visitor)
	head, _, matrix := strings.Cut(u.visitor, ";")
	if plain != live && literalVisitor.MatchString(plain) || plain == live+"`" || matrix && same(head, live) {
		r.opened("visitorId: nearly the live one, or a literal")
		return
	}
	liveID(r, "visitorId", u.visitor, live)
}

// liveID judges an id that ought to be a certain one.
func liveID(r *reasons, name, raw, live string) {
	plain, err := url.PathUnescape(raw)
	switch {
	case err != nil || beyondASCII.MatchString(plain) && plain != live:
		r.opened(name + ": malformed or beyond ASCII")
	case plain == live:
		if needlessEscape.MatchString(raw) {
			r.opened(name + ": escapes without need")
		}
	case strings.EqualFold(strings.Trim(plain, " "), live):
		r.opened(name + ": spaces or another letter case")
	default:
		r.refused(contract.Should, name+": unknown on the server (S:L107)")
	}
}

// parameters judges the query.
func (u *matched) parameters(r *reasons, d *document) {
	if strings.ContainsAny(u.query, ";") || strings.HasPrefix(u.query, "?") {
		r.opened("query: other separators")
		return
	}
	var versions, sids []reasons
	elsewhere := map[string]bool{}
	if root, ok := d.first.(map[string]any); ok {
		_, elsewhere["v"] = root["v"]
		_, elsewhere["sid"] = root["sid"]
	}
	var order string
	for part := range strings.SplitSeq(u.query, "&") {
		name, value, _ := strings.Cut(part, "=")
		switch {
		case u.query == "":
		case strings.Contains(name, "%"):
			r.opened("query: an escape in a name")
			return
		case name == "v":
			order += "v"
			versions = append(versions, versionReasons(value))
		case name == "sid":
			order += "s"
			sids = append(sids, sidReasons(value, u.session.ID))
		default:
			r.opened("query: a parameter that nobody mentions")
			switch strings.TrimSuffix(strings.ToLower(name), "[]") {
			case "v":
				elsewhere["v"] = true
			case "sid", "sessionid":
				elsewhere["sid"] = true
			}
		}
	}
	r.should = r.should || strings.HasPrefix(order, "s")
	conclude(r, versions, elsewhere["v"], "v")
	conclude(r, sids, elsewhere["sid"], "sid")
}

// conclude judges a parameter by all its values.
func conclude(r *reasons, values []reasons, elsewhere bool, name string) {
	if len(values) == 0 {
		if elsewhere {
			r.opened(name + ": misplaced or misnamed")
		} else {
			r.refused(contract.Must, name+": none, and required (S:L35–36)")
		}
		return
	}
	worst, accepted := reasons{}, false
	for _, v := range values {
		accepted = accepted || v.refuse.Class == 0
		if worst.refuse.Class == 0 || v.refuse.Level > worst.refuse.Level {
			worst.refuse = v.refuse
		}
		r.open = firstOpinion(r.open, v.open)
	}
	if len(values) > 1 {
		r.opened(name + ": repeated")
	}
	if !accepted {
		r.refused(worst.refuse.Level, worst.refuse.Because)
	}
}

func firstOpinion(a, b Opinion) Opinion {
	if a.Class != 0 {
		return a
	}
	return b
}

var (
	decimalNumber = regexp.MustCompile(`^ *([+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+))(?:[eE]([+-]?[0-9]+))?[dDfF]? *$`)
	hexNumber     = regexp.MustCompile(`^ *([+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]{1,4})[dDfF]? *$`)
	noNumber      = regexp.MustCompile(`(?i)^ *[+-]?(?:nan|inf|infinity)[df]? *$`)
)

// versionReasons judges a value of v (S:L35).
func versionReasons(raw string) (r reasons) {
	text, err := url.PathUnescape(raw)
	switch {
	case raw == "1.0":
	case err != nil || strings.Contains(raw, "+"):
		r.opened("v: an ambiguous escape")
	case text == "":
		r.refused(contract.Must, "v: no value (S:L35)")
	case beyondASCII.MatchString(text), mayMeanOne(text):
		r.opened("v: perhaps another spelling of 1.0 (X6)")
	case text == "1.1":
		r.refused(contract.Should, "v: a sibling's 1.1 (S:L35; ME)")
	default:
		r.refused(contract.Must, "v: not the supported 1.0 (S:L35)")
	}
	return r
}

// mayMeanOne says whether a text is 1.0 to a reader of doubles, or no number
// that a version could be.
func mayMeanOne(text string) bool {
	if noNumber.MatchString(text) {
		return true
	}
	number := ""
	if m := decimalNumber.FindStringSubmatch(text); m != nil {
		mantissa := strings.ReplaceAll(m[1], ",", ".")
		if digits := strings.TrimLeft(m[2], "+-0"); len(digits) > 5 { // beyond what a target's digits make up for
			zero := strings.Trim(mantissa, "+-.0") == ""
			return !zero && !strings.HasPrefix(m[2], "-")
		} else if number = mantissa; digits != "" {
			number += "e" + m[2]
		}
	} else if m := hexNumber.FindStringSubmatch(text); m != nil {
		number = m[1]
	}
	value, ok := new(big.Rat).SetString(strings.TrimPrefix(number, "+"))
	if !ok {
		return false
	}
	near, _ := value.Float64()
	return near == 1 || math.IsInf(near, 0)
}

// sidReasons judges a value of sid (S:L36).
func sidReasons(raw, live string) (r reasons) {
	text, err := url.PathUnescape(raw)
	switch {
	case raw == "":
		r.refused(contract.Must, "sid: no value (S:L36)")
	case strings.Contains(raw, "+"):
		r.opened("sid: a plus")
	case err == nil && text != live && dottedSID.MatchString(text):
		r.opened("sid: of the dotted form (EAA, VIS)")
	default:
		liveID(&r, "sid", raw, live)
	}
	return r
}
