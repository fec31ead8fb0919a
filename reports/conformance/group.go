package conformance

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sdegauge/checks"
	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
)

// sectionTitles say what the sections of the contract are about, by the letters
// that their ids begin with.
var sectionTitles = map[string]string{
	"U": "every response", "EP": "endpoint and methods", "AC": "account", "VI": "visitor", "V": "version v",
	"SI": "session id", "Q": "query", "H": "header", "B": "body and JSON", "PG": "pageId", "IM": "impressions",
	"EA": "engagement attributes", "SC": "cart", "SP": "purchase", "SV": "prodView", "SK": "ctmrinfo", "SM": "mrktInfo",
	"SR": "personal", "SL": "lead", "SS": "service", "SE": "error", "SQ": "searchInfo", "RS": "responses",
	"LC": "life of a session", "RT": "retries of a client", "CR": "Create Session", "LD": "load",
}

// section is the requirements of one section.
type section struct {
	ID, Title    string
	Requirements []suite.Requirement
}

func sections(r *suite.Report) []section {
	var list []section
	for _, q := range r.Requirements {
		id := sectionOf(q.ID)
		if n := len(list); n == 0 || list[n-1].ID != id {
			list = append(list, section{ID: id, Title: sectionTitles[id]})
		}
		last := &list[len(list)-1]
		last.Requirements = append(last.Requirements, q)
	}
	return list
}

func sectionOf(id string) string {
	letters, _, _ := strings.Cut(id, "-")
	return letters
}

// count is how many requirements have a verdict.
func (s section) count(v contract.Verdict) (n int) {
	for _, q := range s.Requirements {
		if q.Verdict == v {
			n++
		}
	}
	return n
}

// found are the requirements that are to be looked at, the gravest first: by
// verdict, by level, then those where a client's fault was answered as a server's,
// for every client that follows the retry advice repeats it.
func found(r *suite.Report) []suite.Requirement {
	list := slices.DeleteFunc(slices.Clone(r.Requirements), func(q suite.Requirement) bool { return q.Verdict <= contract.Pass })
	slices.SortStableFunc(list, func(a, b suite.Requirement) int {
		return cmp.Or(cmp.Compare(b.Verdict, a.Verdict), cmp.Compare(a.Level, b.Level), cmp.Compare(blame(a), blame(b)))
	})
	return list
}

// blame is 0 for a requirement that was broken by blaming the server, else 1.
func blame(q suite.Requirement) int {
	for _, c := range q.Cases {
		if q.ID == "U-07" || c.Verdict == contract.Fail && strings.HasPrefix(c.Got, "5") && !strings.HasPrefix(c.Expected, "5") {
			return 0
		}
	}
	return 1
}

// decisive are the cases of a requirement that are worse than pass, the worst
// first.
func decisive(q suite.Requirement) []suite.CaseResult {
	list := slices.DeleteFunc(slices.Clone(q.Cases), func(c suite.CaseResult) bool { return c.Verdict <= contract.Pass })
	slices.SortStableFunc(list, func(a, b suite.CaseResult) int { return cmp.Compare(b.Verdict, a.Verdict) })
	return list
}

// answer is one way in which a server behaves, and the cases that showed it.
type answer struct{ Says, To string }

// silence is what a server does about one requirement on which the
// specification is silent.
type silence struct {
	ID, Title, Reason string
	Answers           []answer
}

// silences lists what the server was observed to do.
func silences(r *suite.Report) []silence {
	var list []silence
	for _, q := range r.Requirements {
		if q.Level != contract.Obs {
			continue
		}
		s := silence{ID: q.ID, Title: q.Title, Reason: q.Reason}
		var shown []string
		to := map[string][]string{}
		for _, c := range q.Cases {
			if c.Behaviour == "" {
				continue
			}
			if to[c.Behaviour] == nil {
				shown = append(shown, c.Behaviour)
			}
			to[c.Behaviour] = append(to[c.Behaviour], printable(c.Name))
		}
		for _, behaviour := range shown {
			a := answer{Says: spoken(printable(behaviour))}
			if len(shown) > 1 {
				a.To = strings.Join(to[behaviour], ", ")
			} else if n := len(to[behaviour]); n > 1 {
				a.To = fmt.Sprintf("all %d", n)
			}
			s.Answers = append(s.Answers, a)
		}
		if s.Answers != nil {
			list = append(list, s)
		}
	}
	return list
}

// signature is a status, with the envelope's code where there is one, and what
// else was seen.
var signature = regexp.MustCompile(`^([245]\d\d)(?:;(\d+))?(,.*)?$`)

// spoken reads a behaviour out where it begins with a mere signature: "refused,
// 400 with code 5".
func spoken(behaviour string) string {
	m := signature.FindStringSubmatch(behaviour)
	if m == nil {
		return behaviour
	}
	text := map[byte]string{'2': "taken", '4': "refused", '5': "fails"}[m[1][0]]
	if m[1] != "200" {
		text += ", " + m[1]
	}
	if m[2] != "" {
		text += " with code " + m[2]
	}
	return text + m[3]
}

// unasked is a reason for which cases were skipped, and whose they are.
type unasked struct{ Why, IDs string }

// skipped groups what was not asked by what it needs.
func skipped(r *suite.Report) []unasked {
	var reasons []string
	ids := map[string][]string{}
	add := func(why, id string) {
		if ids[why] == nil {
			reasons = append(reasons, why)
		}
		ids[why] = append(ids[why], id)
	}
	for _, q := range r.Requirements {
		if q.Verdict == contract.Skipped {
			add(q.Note, q.ID)
			continue
		}
		for _, c := range q.Cases {
			if c.Verdict == contract.Skipped {
				add(c.Reason, c.ID)
			}
		}
	}
	list := make([]unasked, len(reasons))
	for i, why := range reasons {
		list[i] = unasked{printable(why), ranges(ids[why])}
	}
	return list
}

// ranges writes neighbouring requirements as a range: "RT-01 to RT-20".
func ranges(ids []string) string {
	place := map[string]int{}
	for i, r := range contract.Requirements() {
		place[r.ID] = i + 1
	}
	var parts []string
	for i := 0; i < len(ids); {
		j := i
		for j+1 < len(ids) && place[ids[j]] > 0 && place[ids[j+1]] == place[ids[j]]+1 && sectionOf(ids[j]) == sectionOf(ids[j+1]) {
			j++
		}
		if j-i >= 2 {
			parts = append(parts, ids[i]+" to "+ids[j])
		} else {
			parts = append(parts, ids[i:j+1]...)
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// shownLongest is the longest text that a document shows on a line, in
// characters; conformance.json has what is longer.
const shownLongest = 1000

// printable makes text from elsewhere fit for a document.
func printable(text string) string { return checks.Printable([]byte(text), shownLongest) }
