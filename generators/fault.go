package generators

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"sdegauge/internal/contract"
	"sdegauge/internal/spelling"
)

// Fault is a valid update with one deliberate departure, and what the contract
// makes of it. A fault is one edit away from its valid twin.
type Fault struct {
	// Name is stable and readable: "version-missing".
	Name string
	// Requirement is the id of the row that the fault probes.
	Requirement string
	// Reason says in a few words what is wrong with the request.
	Reason string
	// Needs is what the fault asks of its session.
	Needs Need
	// Expect is what the answer is held against.
	Expect contract.Expectation
	// Variants are the cases of the row; there is at least one.
	Variants []Variant

	twin twin
}

// Variant is one case of a fault whose row asks for several.
type Variant struct {
	// Name tells the variants of a fault apart; empty where there is only one.
	Name string
	// Bytes is about how long the body gets; 0 where it stays near its twin.
	Bytes int

	edit func(*edit)
}

// Need is what a fault asks of its session; needs add up.
type Need uint8

// The needs.
const (
	// NeedEngagement asks for a session with an engagement, whose ids the
	// impressions of the twin carry.
	NeedEngagement Need = 1 << iota
	// NeedNoEngagement asks for a session without one.
	NeedNoEngagement
	// NeedOther asks for a second live session of the same account.
	NeedOther
)

// ErrUnavailable says that a session does not have what a fault needs.
var ErrUnavailable = errors.New("the session does not have what the fault needs")

// met reports whether the sessions are as needed.
func (n Need) met(s, other *contract.Session) bool {
	if n&NeedEngagement != 0 && s.Engagement == nil || n&NeedNoEngagement != 0 && s.Engagement != nil {
		return false
	}
	return n&NeedOther == 0 || other != nil && other != s && other.Account == s.Account && other.VisitorID != s.VisitorID
}

// twin is the valid update that a fault departs from: one attribute, at depth
// full and size small or at depth minimal; or the class page, full or several,
// the last with every type.
type twin struct {
	class     string // of the case
	attribute string // wire type; empty for page, full and several
	minimal   bool
}

// edit is one fault in the making: the twin's request, to be changed in place.
type edit struct {
	draw
	c     *contract.Case
	s     *contract.Session
	other *contract.Session
	// same says that the edit would change nothing in this session.
	same bool
}

// ready are the catalogues, made once and read only.
type ready struct{ faults, variations []Fault }

var catalogue = sync.OnceValue(func() ready {
	faults := slices.Concat(
		accountFaults(), visitorFaults(), versionFaults(), sessionIDFaults(), queryFaults(), headerFaults(),
		syntaxFaults(), oddBodyFaults(), pageFaults(), impressionFaults(), engagementFaults(),
		attributeFaults(), commerceFaults(), customerFaults(), personalFaults(), activityFaults(),
	)
	all := ready{faults: faults, variations: variations()}
	for _, list := range [][]Fault{all.faults, all.variations} {
		for i := range list {
			list[i].Expect.Requirement = list[i].Requirement
			list[i].Expect.Level = levelOf(list[i].Requirement)
		}
	}
	return all
})

// Faults returns every fault in the order of the contract.
//
// Rows that ask for "one row each" are variants of one fault. Not every row is a
// fault: [Elsewhere] and [Accepted] name the others.
func Faults() []Fault { return slices.Clone(catalogue().faults) }

// Variations returns the unusual requests that the contract accepts, in its
// order. They are what the class "variation" sends.
func Variations() []Fault { return slices.Clone(catalogue().variations) }

// Match returns the faults whose name or requirement matches a pattern of
// [path.Match]: "version-missing", "version-*", "V-*", "*". Nothing matched is
// an error that names the nearest.
func Match(pattern string) ([]Fault, error) {
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, fmt.Errorf("the fault pattern %q is not well formed: * stands for any text, [ must be closed", pattern)
	}
	var matched []Fault
	var known []string
	for _, f := range catalogue().faults {
		byName, _ := path.Match(pattern, f.Name)
		byRow, _ := path.Match(pattern, f.Requirement)
		if byName || byRow {
			matched = append(matched, f)
		}
		known = append(known, f.Name, f.Requirement)
	}
	if matched == nil {
		if near := spelling.Nearest(strings.Trim(pattern, "*"), known); near != "" {
			return nil, fmt.Errorf("no fault is called %q; did you mean %q?", pattern, near)
		}
		return nil, fmt.Errorf(`no fault is called %q; a name is such as "version-missing", a pattern such as "version-*", "V-*" or "*"`, pattern)
	}
	return matched, nil
}

// Fault writes update seq with variant v of fault f for session s into c. The
// other session is a second live one of the same account; only faults with
// [NeedOther] read it, and for the rest it may be nil. It is [ErrUnavailable]
// where the sessions do not have what the fault needs, or where the edit would
// change nothing in this one (the letter case of an id of digits).
func (g *Generator) Fault(c *contract.Case, f *Fault, v int, seq uint64, s, other *contract.Session) error {
	if v < 0 || v >= len(f.Variants) {
		return fmt.Errorf("fault %s has no variant %d; they count from 0 and there are %d", f.Name, v, len(f.Variants))
	}
	if !f.Needs.met(s, other) {
		return ErrUnavailable
	}
	g.Twin(c, f, seq, s)
	e := edit{c: c, s: s, other: other}
	e.start(g.seed, faultStream, seq)
	f.Variants[v].edit(&e)
	if e.same {
		return ErrUnavailable
	}
	c.Class = ClassFault
	c.Fault = f.Name
	c.Expect = f.Expect
	return nil
}

// Twin writes the valid update from which fault f departs at seq.
func (g *Generator) Twin(c *contract.Case, f *Fault, seq uint64, s *contract.Session) {
	w := g.writers.Get().(*writer)
	w.start(g.seed, bodyStream, seq)
	w.session = s
	depth := Full
	if f.twin.minimal {
		depth = Minimal
	}
	r, row := w.twin(f.twin, depth, g.options.Profile.SearchInfoMust)
	g.fill(c, w, r, seq, s)
	g.writers.Put(w)
	c.Class = f.twin.class
	c.Expect = g.accepted(row)
}

// twin is the recipe of a twin and the requirement that it meets.
func (w *writer) twin(t twin, d Depth, searchInfo bool) (recipe, string) {
	r := recipe{depth: d, size: Small}
	n := trees.byType[t.attribute]
	switch {
	case t.class == ClassSeveral:
		r.sdes = w.every(searchInfo)
		return r, "EA-04"
	case n == nil:
		return w.recipe(t.class, d, Small, searchInfo)
	}
	w.chosen[0] = n
	if n.impression {
		r.impressions = w.chosen[:1]
	} else {
		r.sdes = w.chosen[:1]
	}
	if t.minimal {
		return r, n.minimalRow
	}
	return r, n.fullRow
}

// fits reports whether a variant's body is within the generator's bound.
func (g *Generator) fits(v Variant) bool { return v.Bytes <= g.options.MaxBody }

// otherSession gives a second live session of the account of s, or nil.
type otherSession func(seq uint64, s *contract.Session) *contract.Session

// faultOf makes one of the faults of a list at seq: the first from a drawn one
// on that the sessions allow, in the first of its variants from a drawn one on.
// It reports whether there was one.
func (g *Generator) faultOf(c *contract.Case, list []Fault, seq uint64, s *contract.Session, other otherSession) bool {
	var d draw
	d.start(g.seed, ^faultStream, seq)
	first, variant := d.below(len(list)), d.pcg.Uint64()
	for i := range list {
		f := &list[(first+i)%len(list)]
		var second *contract.Session
		if f.Needs&NeedOther != 0 && other != nil {
			second = other(seq, s)
		}
		for j := range f.Variants {
			v := int((variant + uint64(j)) % uint64(len(f.Variants)))
			if g.fits(f.Variants[v]) && g.Fault(c, f, v, seq, s, second) == nil {
				return true
			}
		}
	}
	return false
}

// variation is one of [Variations].
func (g *Generator) variation(c *contract.Case, seq uint64, s *contract.Session) {
	if g.faultOf(c, catalogue().variations, seq, s, nil) {
		c.Class, c.Fault = ClassVariation, ""
	}
}

// Subject is the wire type of the SDE or impression that the fault is about;
// empty where it is about the request as a whole.
func (f *Fault) Subject() string { return f.twin.attribute }
