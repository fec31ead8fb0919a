package suite

import (
	"errors"
	"hash/fnv"
	"strings"

	"sdegauge/generators"
	"sdegauge/internal/contract"
)

// generated are the cases that package generators makes for a row: its faults,
// its unusual but valid requests, and the plain updates that meet it.
func generated(id string) []Case {
	var cases []Case
	for _, p := range generators.Accepted() {
		if p.Requirement == id {
			cases = append(cases, plainCase(p))
		}
	}
	for _, list := range [][]generators.Fault{generators.Variations(), generators.Faults()} {
		for _, f := range list {
			if f.Requirement == id {
				for v := range f.Variants {
					cases = append(cases, editedCase(f, v))
				}
			}
		}
	}
	return cases
}

// plainCase sends one valid update of a class.
func plainCase(p generators.Plain) Case {
	c := Case{Subject: subjectOf(p.Class), Expect: contract.Expectation{Requirement: p.Requirement, Outcome: contract.OK}}
	r, _ := contract.LookupRequirement(p.Requirement)
	c.Expect.Level = r.Level
	if p.Class == generators.ClassImpressions || p.Class == generators.ClassFull || p.Class == generators.ClassExample {
		c.Needs = NeedEngagement
	}
	c.probe = func(p2 *Probe) {
		s := p2.Session()
		if reason := unsuited(p.Requirement, s); reason != "" {
			p2.Skip(reason)
			return
		}
		var made contract.Case
		if err := p2.generator().Valid(&made, p.Class, p.Depth, generators.Small, p2.seq(), s); err != nil {
			p2.Inconclusive(err.Error())
			return
		}
		if made.Expect.Outcome == contract.OK {
			made.Expect = c.Expect
		}
		p2.Judge(p2.Send(&made))
	}
	return c
}

// unsuited says why a session cannot show a row that depends on its ids.
func unsuited(id string, s *contract.Session) string {
	switch {
	case id == "SI-09" && !strings.ContainsAny(s.ID, "_-"):
		return "needs a session whose sid holds _ or -"
	case id == "PG-07" && !beyond32Bits(s.PageID):
		return "needs a session whose pageId exceeds 32 bits"
	case id == "IM-26" && (s.Engagement == nil || s.Engagement.Campaign < 1<<31):
		return "needs a session whose campaign id exceeds 31 bits"
	}
	return ""
}

func beyond32Bits(digits string) bool {
	const most = "4294967295"
	trimmed := strings.TrimLeft(digits, "0")
	return len(trimmed) > len(most) || len(trimmed) == len(most) && trimmed > most
}

// editedCase sends a valid update and then the same with one edit, on the same
// session and connection.
func editedCase(f generators.Fault, v int) Case {
	c := Case{Name: f.Variants[v].Name, Fault: f.Name, Subject: f.Subject(), Expect: f.Expect}
	if f.Needs&generators.NeedEngagement != 0 {
		c.Needs |= NeedEngagement
	}
	if f.Needs&generators.NeedNoEngagement != 0 {
		c.Needs |= NeedNoEngagement
	}
	if f.Needs&generators.NeedOther != 0 {
		c.Needs |= NeedOther
	}
	c.probe = func(p *Probe) { p.pair(&f, v) }
	return c
}

// pair sends the twin and the edited request. A refusal proves nothing where the
// twin is refused as well.
func (p *Probe) pair(f *generators.Fault, v int) {
	if most := p.run.options.MaxBody; f.Variants[v].Bytes > most {
		p.Skip("sends a body beyond --max-body")
		return
	}
	s := p.Session()
	g := p.generator()
	var twin, edited contract.Case
	g.Twin(&twin, f, p.seq(), s)
	if err := p.edit(&edited, f, v, s); err != nil {
		p.Skip("the session's ids leave nothing to edit: " + err.Error())
		return
	}
	if o := f.Expect.Outcome; o == contract.Rejected || o == contract.Not2xx {
		if a := p.Send(&twin); !p.accepted(a) {
			p.Skip("the valid update beside it was answered " + a.Signature() + ", so a refusal proves nothing; see " + twin.Expect.Requirement)
			return
		}
	}
	p.Judge(p.Send(&edited))
}

// others is how many second sessions are tried for an edit that needs one which
// differs from the first.
const others = 8

// edit makes the edited request of a pair.
func (p *Probe) edit(c *contract.Case, f *generators.Fault, v int, s *contract.Session) error {
	if f.Needs&generators.NeedOther == 0 {
		return p.generator().Fault(c, f, v, p.seq(), s, nil)
	}
	other := p.Other()
	for range others {
		if err := p.generator().Fault(c, f, v, p.seq(), s, other); !errors.Is(err, generators.ErrUnavailable) {
			return err
		}
		other = p.Fresh(p.c.Needs & NeedEngagement)
		defer p.run.supply.back(other)
	}
	return generators.ErrUnavailable
}

// subjectOf is the SDE or impression type that a class is about.
func subjectOf(class string) string {
	for _, a := range contract.SDETypes() {
		if a.Type == class {
			return class
		}
	}
	return ""
}

// sequence numbers a case's requests: by its id, so that a selection of cases
// sends what the whole suite sends.
func sequence(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id)) // never fails
	return h.Sum64() >> 16
}
