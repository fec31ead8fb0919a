package suite

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"sdegauge/checks/expect"
	"sdegauge/generators"
	"sdegauge/internal/contract"
)

// The kinds of random updates, in the order in which they take turns.
const (
	kindValid    = "valid"
	kindFault    = "fault"
	kindMutation = "mutation"
)

var fuzzKinds = [...]string{kindValid, kindFault, kindMutation}

// trial is one random update.
type trial struct {
	seq        uint64
	kind, name string
	update     contract.Case
	// twin is a valid update that is sent before; nil: none.
	twin    *contract.Case
	opinion expect.Opinion
	// unjudged says why nothing can be expected, and disputed that the readers
	// disagree; the update is then not sent.
	unjudged string
	disputed bool
}

// fuzzStream keeps the draws apart from those of the generators.
const fuzzStream = 0x6a09e667f3bcc909

// draws is the random stream of one update.
func (r *runner) draws(seq uint64) *rand.Rand {
	return rand.New(rand.NewPCG(r.options.Seed^fuzzStream, seq))
}

// trial makes update seq for a session: a function of the seed, seq and session.
// other is a second live session, or nil.
func (r *runner) trial(seq uint64, s, other *contract.Session) *trial {
	t := &trial{seq: seq, kind: fuzzKinds[seq%uint64(len(fuzzKinds))]}
	draws := r.draws(seq)
	draws.Uint64() // the session was drawn by it
	var wanted expect.Class
	switch t.kind {
	case kindValid:
		wanted = expect.Accept
		t.name = r.randomValid(&t.update, draws, seq, s)
	case kindFault:
		wanted = expect.Refuse
		if !r.randomFault(t, draws, s, other) {
			t.unjudged = "no fault fits the session"
			return t
		}
	case kindMutation:
		base := new(contract.Case)
		t.name = r.randomValid(base, draws, seq, s)
		t.update = *base
		t.update.Body = expect.Mutate(base.Body, draws)
		t.twin = base
	}
	t.expected(r, wanted, s, other)
	return t
}

// randomValid writes a valid update of a drawn class, depth and size, and returns
// its name.
func (r *runner) randomValid(c *contract.Case, draws *rand.Rand, seq uint64, s *contract.Session) string {
	classes, depths, sizes := generators.Classes(), generators.Depths(), generators.Sizes()
	class, depth, size := classes[draws.IntN(len(classes))], depths[draws.IntN(len(depths))], sizes[draws.IntN(len(sizes))]
	if err := r.generator.Valid(c, class, depth, size, seq, s); err != nil {
		panic(err) // its own classes
	}
	return fmt.Sprintf("%s %s %s", class, depth, size)
}

// randomFault makes a drawn fault that has to be refused, and its twin.
func (r *runner) randomFault(t *trial, draws *rand.Rand, s, other *contract.Session) bool {
	all := bindingFaults(r.options.MaxBody)
	first := draws.IntN(len(all))
	for i := range all {
		f := all[(first+i)%len(all)]
		if r.generator.Fault(&t.update, &f.Fault, f.variant, t.seq, s, other) != nil {
			continue // the session does not have what it needs
		}
		t.name = strings.TrimSuffix(f.Name+": "+f.Variants[f.variant].Name, ": ")
		t.twin = new(contract.Case)
		r.generator.Twin(t.twin, &f.Fault, t.seq, s)
		return true
	}
	return false
}

// faultVariant is one variant of a fault.
type faultVariant struct {
	generators.Fault
	variant int
}

// bindingFaults are those that have to be refused.
func bindingFaults(most int) []faultVariant {
	var all []faultVariant
	for _, f := range generators.Faults() {
		if f.Expect.Outcome != contract.Rejected || f.Expect.TolerateOK {
			continue
		}
		for v := range f.Variants {
			if f.Variants[v].Bytes <= most {
				all = append(all, faultVariant{f, v})
			}
		}
	}
	return all
}

// expected gives the update the expectation of its bytes. wanted is the class
// that its kind promises; 0: none.
func (t *trial) expected(r *runner, wanted expect.Class, s, other *contract.Session) {
	known := expect.Known{Session: s, Others: []*contract.Session{other}}
	opinion, err := expect.Derive(expect.Of(&t.update), known, r.options.Profile)
	e := contract.Expectation{Requirement: t.update.Expect.Requirement, Level: opinion.Level}
	switch {
	case err != nil:
		t.unjudged, t.disputed = err.Error(), true
		return
	case opinion.Class == expect.Open, wanted != 0 && opinion.Class != wanted:
		t.unjudged = opinion.String()
		return
	case opinion.Class == expect.Accept:
		e.Outcome = contract.OK
		if t.kind == kindMutation {
			t.twin = nil
		}
	default:
		// Which of the refusals is the better one is for the rows to say.
		e.Outcome, e.Statuses = contract.Rejected, append(slices.Clone(t.update.Expect.Statuses), t.update.Expect.Status)
		if t.kind == kindMutation {
			e.Requirement = refusalRow(opinion.Because, t.update.Body)
		}
	}
	if e.Requirement == "" {
		t.unjudged = "no row of its own: " + opinion.String()
		return
	}
	t.opinion, t.update.Expect = opinion, e
}
