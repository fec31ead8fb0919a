package generators

import (
	"strings"
	"sync"

	"sdegauge/internal/contract"
)

// Options are what a generator takes besides its seed. The zero value is good.
type Options struct {
	// Profile decides how a valid searchInfo is expected to be answered.
	Profile contract.Profile
	// TextIDs has the impressions of valid updates carry campaign and engId as
	// strings, the way Create Session hands them out (S:L54–55 has numbers). The
	// contract says nothing of such an update, so it is only observed. Faults and
	// variations keep the numbers: each is one edit away from a valid update.
	TextIDs bool
	// MaxBody is the longest body of a fault in bytes; 0 means 256 KiB. Variants
	// that need more are left out. Valid bodies are far below it.
	MaxBody int
}

const defaultMaxBody = 256 << 10

// Generator makes the updates of one seed. It is immutable and safe for
// concurrent use.
type Generator struct {
	seed    uint64
	options Options
	v       *vocabulary
	writers *sync.Pool
}

// New makes a generator; it takes a few milliseconds, for it asks gofakeit for
// its vocabulary.
func New(seed uint64, o Options) *Generator {
	if o.MaxBody <= 0 {
		o.MaxBody = defaultMaxBody
	}
	g := &Generator{seed: seed, options: o, v: newVocabulary(seed)}
	g.writers = &sync.Pool{New: func() any { return &writer{v: g.v} }}
	return g
}

// Valid writes the valid update seq of a class for session s into c. The empty
// depth is typical, the empty size medium.
//
// Its expectation is the acceptance that the contract promises for what was
// written, so it depends on depth (a full SDE is a MUST, a minimal one a SHOULD)
// and on whether the session has an engagement, see [Classes]. A searchInfo is
// only observed unless the profile demands it (T: not reportable from mobile),
// and so are the impressions of [Options.TextIDs].
//
// An unknown class, depth or size is an error; c is then empty.
func (g *Generator) Valid(c *contract.Case, class string, d Depth, size Size, seq uint64, s *contract.Session) error {
	c.Reset()
	if err := checkClass(class, d, size); err != nil {
		return err
	}
	g.valid(c, class, d, size, seq, s)
	return nil
}

// valid is Valid for names that are known to be right.
func (g *Generator) valid(c *contract.Case, class string, d Depth, size Size, seq uint64, s *contract.Session) {
	if class == ClassVariation {
		g.variation(c, seq, s)
		return
	}
	if d == "" {
		d = Typical
	}
	if size == "" {
		size = Medium
	}
	w := g.writers.Get().(*writer)
	w.start(g.seed, bodyStream, seq)
	w.session = s
	r, requirement := w.recipe(class, d, size, g.options.Profile.SearchInfoMust)
	if g.options.TextIDs && s.Engagement != nil && (r.example || len(r.impressions) > 0) {
		r.textIDs, requirement = true, textIDsRow
	}
	g.fill(c, w, r, seq, s)
	g.writers.Put(w)
	c.Class = class
	c.Expect = g.accepted(requirement)
}

// fill writes the request of a recipe.
func (g *Generator) fill(c *contract.Case, w *writer, r recipe, seq uint64, s *contract.Session) {
	c.Reset()
	w.b = c.Body
	w.body(r)
	c.Body, w.b = w.b, nil
	w.session = nil
	c.Seq, c.Session = seq, s
	c.Method, c.Target = contract.Method, s.Target
	if c.Target == "" {
		c.Target = contract.Target(s.Account, s.VisitorID, s.ID)
	}
}

// recipe says what a class consists of for this session, and which requirement
// demands that it is accepted.
func (w *writer) recipe(class string, d Depth, size Size, searchInfo bool) (recipe, string) {
	r := recipe{depth: d, size: size}
	engaged := w.session.Engagement != nil
	switch class {
	case ClassPage:
		return r, "EP-01"
	case ClassExample:
		r.example = true
		if !engaged {
			return r, "EA-02"
		}
		return r, "EP-02"
	case ClassImpressions:
		if !engaged {
			return r, "IM-01"
		}
		return w.impressions(r)
	case ClassSeveral:
		r.sdes = w.several(size, searchInfo)
		if d == Minimal {
			return r, r.sdes[0].minimalRow
		}
		return r, "EA-04"
	case ClassFull:
		r.sdes = w.several(size, searchInfo)
		if !engaged {
			if d == Minimal {
				return r, r.sdes[0].minimalRow
			}
			return r, "EA-04"
		}
		r.impressions = acceptThenDisplay
		return r, "EA-03"
	}
	n := trees.byType[class]
	w.chosen[0] = n
	r.sdes = w.chosen[:1]
	if d == Minimal {
		return r, n.minimalRow
	}
	return r, n.fullRow
}

// acceptThenDisplay are the two impressions of the specification in its order
// (S:L51–76).
var acceptThenDisplay = []*node{trees.byType["impAccept"], trees.byType["impDisplay"]}

// impressions of one, two or all types.
func (w *writer) impressions(r recipe) (recipe, string) {
	switch r.depth {
	case Minimal:
		r.impressions = acceptThenDisplay[:1]
		if w.chance(50) {
			r.impressions = acceptThenDisplay[1:]
		}
		return r, r.impressions[0].fullRow
	case Full:
		r.impressions = trees.impressions
		return r, "IM-09"
	}
	r.impressions = acceptThenDisplay
	return r, "IM-04"
}

// several chooses two or more SDEs of different types.
func (w *writer) several(size Size, searchInfo bool) []*node {
	pool := w.every(searchInfo)
	for i := range pool {
		j := w.between(i, len(pool)-1)
		pool[i], pool[j] = pool[j], pool[i]
	}
	most := len(pool)
	switch size {
	case Small:
		most = 2
	case Medium:
		most = 4
	}
	return pool[:w.between(2, most)]
}

// every is one SDE of every type. searchInfo is left out where it is only
// observed, so that the update stays judged.
func (w *writer) every(searchInfo bool) []*node {
	all := w.chosen[:0]
	for _, n := range trees.sdes {
		if searchInfo || n.fullRow != searchInfoRow {
			all = append(all, n)
		}
	}
	return all
}

// The specification's example, cut where the session's ids go (S:L48–96).
var examplePage, exampleAttributes = splitExample()

func splitExample() (page, attributes string) {
	page, _, _ = strings.Cut(contract.ExampleBody, `"4743822558"`)
	return page, contract.ExampleBody[strings.Index(contract.ExampleBody, `"engagementAttributes"`):]
}

// example writes the specification's example with the session's ids, without
// its impressions where the session has no engagement.
func (w *writer) example() {
	w.b = append(w.b, examplePage...)
	w.b = appendString(w.b, w.session.PageID)
	if w.session.Engagement == nil {
		w.b = append(w.b, ',')
	} else {
		w.b = append(w.b, `,"impAttributes":[`...)
		for i, n := range acceptThenDisplay {
			w.comma(i)
			w.attribute(n)
		}
		w.b = append(w.b, `],`...)
	}
	w.b = append(w.b, exampleAttributes...)
}

// The rows of valid updates that the contract is silent on: searchInfoRow is
// observed unless the profile demands it (S:L44, T), textIDsRow always (S:L54–55,
// CS).
const (
	searchInfoRow = "SQ-01"
	textIDsRow    = "IM-24"
)

// accepted is the expectation that a valid update meets.
func (g *Generator) accepted(id string) contract.Expectation {
	e := contract.Expectation{Requirement: id, Level: levelOf(id), Outcome: contract.OK}
	switch {
	case id == searchInfoRow && g.options.Profile.SearchInfoMust:
		e.Level = contract.Must
	case id == searchInfoRow, id == textIDsRow:
		e.Outcome = contract.Observed
	}
	return e
}

// levelOf is the level of a requirement that the contract lists.
func levelOf(id string) contract.Level {
	r, _ := contract.LookupRequirement(id)
	return r.Level
}
