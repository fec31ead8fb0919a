package expect

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sdegauge/internal/contract"
)

// target is a request target taken apart, its parts still percent-encoded.
type target struct {
	odd              string // why nothing can be said about the whole
	path, query      string
	account, visitor string
	params           []param
}

type param struct{ name, value string }

// splitTarget takes a target apart at its slashes and ampersands.
func splitTarget(raw string) target {
	t := target{}
	switch {
	case len(raw) >= openTarget:
		t.odd = "target: of a length of which nothing is said"
	case !strings.HasPrefix(raw, "/"):
		t.odd = "target: no path begins it"
	case strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == '#' || r >= 0x7f }):
		t.odd = "target: a character that has to be percent-encoded"
	}
	t.path, t.query, _ = strings.Cut(raw, "?")
	if segments := strings.Split(t.path, "/"); len(segments) == 8 {
		t.account, t.visitor = segments[3], segments[7]
	}
	for pair := range strings.SplitSeq(t.query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		t.params = append(t.params, param{name, value})
	}
	return t
}

// session is whom the target is for: a live session whose ids are all there, or
// else the one in question.
func (t *target) session(k Known) *contract.Session {
	for _, s := range k.all() {
		if decoded(t.account) == s.Account && decoded(t.visitor) == s.VisitorID &&
			slices.ContainsFunc(t.params, func(p param) bool { return p.name == contract.ParamSessionID && decoded(p.value) == s.ID }) {
			return s
		}
	}
	if k.Session == nil {
		return &contract.Session{}
	}
	return k.Session
}

// decoded is a percent-encoded text's value; of a malformed one the text itself.
func decoded(raw string) string {
	if text, err := url.PathUnescape(raw); err == nil {
		return text
	}
	return raw
}

// judge judges path and query; names are the top-level members of the body.
func (t *target) judge(s *contract.Session, names []string) reasons {
	var r reasons
	t.judgePath(&r, s)
	t.judgeQuery(&r, s, names)
	return r
}

func (t *target) judgePath(r *reasons, s *contract.Session) {
	if t.path == "/api/account/app/engagement/visitors/"+lastSegment(t.path) && lastSegment(t.path) != "" {
		r.refused(contract.Must, "path: the account's segment is missing (S:L28)")
		return
	}
	segments := strings.Split(t.path, "/")
	if len(segments) < 7 || len(segments) > 8 || !slices.Equal(segments[1:3], []string{"api", "account"}) ||
		!slices.Equal(segments[4:7], []string{"app", "engagement", "visitors"}) {
		if similarPath(t.path) {
			r.opened("path: not that of the call, though some servers take it for the same")
		} else {
			r.refused(contract.Should, "path: not that of the call (S:L22)")
		}
		return
	}
	if segments[3] == "" {
		r.refused(contract.Must, "accountId: empty, and required (S:L28)")
	} else {
		id{"accountId", segments[3], s.Account}.judge(r)
	}
	if len(segments) == 7 || segments[7] == "" {
		r.refused(contract.Must, "visitorId: missing, and required (S:L29)")
		return
	}
	t.judgeVisitor(r, segments[7], s.VisitorID)
}

func lastSegment(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// judgeVisitor adds to an id what is said of visitors alone (VI-11, X2, EP-25).
func (t *target) judgeVisitor(r *reasons, raw, live string) {
	before, _, matrix := strings.Cut(raw, ";")
	switch text := decoded(raw); {
	case slices.Contains([]string{"null", "undefined", "0", "-1", "{visitorId}", "{visitor-id}"}, text) && text != live:
		r.opened("visitorId: the literal " + text)
	case text == live+"`":
		r.opened("visitorId: followed by the back-tick of S:L22")
	case matrix && decoded(before) == live:
		r.opened("visitorId: followed by a matrix parameter")
	default:
		id{"visitorId", raw, live}.judge(r)
	}
}

// similarPath says whether a server that is lax about letter case, slashes and
// dots may route a path to the call (EP-17 to EP-23).
func similarPath(path string) bool {
	path, err := url.PathUnescape(path)
	if err != nil {
		return true
	}
	var clean []string
	for segment := range strings.SplitSeq(strings.ToLower(path), "/") {
		switch segment {
		case "", ".":
		case "..":
			clean = clean[:max(0, len(clean)-1)]
		default:
			clean = append(clean, segment)
		}
	}
	return len(clean) >= 7 && clean[0] == "api" && clean[1] == "account" && clean[3] == "app" &&
		clean[4] == "engagement" && (clean[5] == "visitors" || clean[5] == "visitor")
}

// id is an id of the target and the live one it should be.
type id struct{ name, raw, live string }

// judge finds out whether an id is live, could be taken for live, or is not.
func (i id) judge(r *reasons) {
	text, err := url.PathUnescape(i.raw)
	switch {
	case err != nil:
		r.opened(i.name + ": an escape without two hexadecimal digits")
	case text == i.live:
		if needless(i.raw) {
			r.opened(i.name + ": percent-encoded without need")
		}
	case !ascii(text):
		r.opened(i.name + ": beyond ASCII")
	case strings.EqualFold(strings.Trim(text, " "), i.live):
		r.opened(i.name + ": the live one but for letter case or spaces")
	default:
		r.refused(contract.Should, i.name+": "+clip(i.raw)+" is not that of a live session (S:L107)")
	}
}

// needless says whether an escape stands for a character that needs none.
func needless(raw string) bool {
	for i := 0; i+2 < len(raw); i++ {
		if raw[i] != '%' {
			continue
		}
		if c := decoded(raw[i : i+3])[0]; isAlnum(c) || strings.IndexByte("-._~", c) >= 0 {
			return true
		}
	}
	return false
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

func (t *target) judgeQuery(r *reasons, s *contract.Session, names []string) {
	if strings.Contains(t.query, ";") || strings.HasPrefix(t.query, "?") {
		r.opened("query: separators of another kind")
		return
	}
	var versions, sids []reasons
	sidFirst, versionElsewhere, sidElsewhere := false, slices.Contains(names, "v"), slices.Contains(names, "sid")
	for _, p := range t.params {
		name, err := url.PathUnescape(p.name)
		switch {
		case p == param{} && t.query == "":
		case err != nil || name != p.name:
			r.opened("query: a name with an escape")
			return
		case name == contract.ParamVersion:
			versions = append(versions, judgeVersion(p.value))
		case name == contract.ParamSessionID:
			sidFirst = sidFirst || len(versions) == 0
			sids = append(sids, judgeSID(p.value, s.ID))
		default:
			r.opened("query: the parameter " + clip(p.name) + " or nothing, of which nothing is said")
			bare := strings.ToLower(strings.TrimSuffix(name, "[]"))
			versionElsewhere = versionElsewhere || bare == "v"
			sidElsewhere = sidElsewhere || bare == "sid" || bare == "sessionid"
		}
	}
	r.should = r.should || sidFirst
	settle(r, "v", versions, versionElsewhere, "missing, and required (S:L35)")
	settle(r, "sid", sids, sidElsewhere, "missing, and required (S:L36)")
}

// settle draws the conclusion for one parameter from its values.
func settle(r *reasons, name string, values []reasons, elsewhere bool, missing string) {
	switch {
	case len(values) == 0 && elsewhere:
		r.opened(name + ": in another place, or under another name")
	case len(values) == 0:
		r.refused(contract.Must, name+": "+missing)
	default:
		all := values[0]
		for _, next := range values[1:] {
			all = either(all, next)
			all.opened(name + ": given more than once")
		}
		r.join(all)
	}
}

// judgeVersion judges a value of v (S:L35).
func judgeVersion(raw string) (r reasons) {
	text, err := url.PathUnescape(raw)
	switch {
	case err != nil || strings.Contains(raw, "+"):
		r.opened("v: an escape that can be read in two ways")
	case raw == contract.Version:
	case text == "":
		r.refused(contract.Must, "v: empty (S:L35)")
	case text == "1.1":
		r.refused(contract.Should, "v: 1.1, which a sibling API alone takes (S:L35; ME)")
	case !ascii(text):
		r.opened("v: beyond ASCII")
	case maybeOne(text):
		r.opened("v: " + clip(text) + ", which some reading takes for 1.0 (X6) or for no number")
	default:
		r.refused(contract.Must, "v: "+clip(text)+" is not 1.0 (S:L35)")
	}
	return r
}

// maybeOne says whether some reader of doubles reads 1.0, or something that is
// no version at all: not a number, infinite.
func maybeOne(text string) bool {
	text = strings.ReplaceAll(strings.Trim(text, " "), ",", ".")
	if strings.ContainsAny(text, "_") {
		return false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) && text != "" {
		switch text[len(text)-1] | 0x20 { // Java's suffixes
		case 'd', 'f':
			f, err = strconv.ParseFloat(text[:len(text)-1], 64)
		}
	}
	return (err == nil || math.IsInf(f, 0)) && (f == 1 || math.IsNaN(f) || math.IsInf(f, 0))
}

// judgeSID judges a value of sid (S:L36).
func judgeSID(raw, live string) (r reasons) {
	text, err := url.PathUnescape(raw)
	switch {
	case err == nil && text == "":
		r.refused(contract.Must, "sid: empty, and required (S:L36)")
	case strings.Contains(raw, "+"):
		r.opened("sid: a plus, which can be read in two ways")
	case text != live && strings.Contains(text, ".") && strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz0123456789-_.") == "":
		r.opened("sid: the dotted form of older documents (EAA, VIS)")
	default:
		id{"sid", raw, live}.judge(&r)
	}
	return r
}
