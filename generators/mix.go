package generators

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"sdegauge/internal/contract"
)

// Entry is one ingredient of a mix: a payload class, or faults by a pattern of
// [Match].
type Entry struct {
	Class string // one of [Classes]; empty where Fault is set
	Fault string // a pattern of [Match]; empty where Class is set
	// Weight is the entry's share, relative to the other entries.
	Weight float64
	// Depth and Size go with a class; empty they are typical and medium.
	Depth Depth
	Size  Size
}

// MixOptions are what a mix takes besides its seed and its entries.
type MixOptions struct {
	Options
	// Other gives a second live session of the account of s, or nil. Without it
	// the faults with [NeedOther] are not available. It MUST be a pure function
	// of its arguments and safe for concurrent use.
	Other func(seq uint64, s *contract.Session) *contract.Session
}

// Mix chooses what each update of a run sends. It is immutable and safe for
// concurrent use; its Fill makes it a source of cases.
type Mix struct {
	g     *Generator
	other otherSession
	// upTo is, for each ingredient, the share of it and all before it.
	upTo        []float64
	ingredients []ingredient
}

type ingredient struct {
	Entry
	faults []Fault
}

// NewMix makes a mix. Its errors name the entry by its place, counted from 1: no
// entry at all, an entry that is neither class nor fault or is both, an unknown
// name, a weight that is not positive and finite, a depth or size for a fault,
// or a pattern of which no fault is available.
func NewMix(seed uint64, entries []Entry, o MixOptions) (*Mix, error) {
	if len(entries) == 0 {
		return nil, errors.New("a mix needs at least one entry")
	}
	m := &Mix{g: New(seed, o.Options), other: o.Other}
	total := 0.0
	for i, e := range entries {
		in, err := m.ingredient(e)
		if err != nil {
			return nil, fmt.Errorf("mix entry %d: %w", i+1, err)
		}
		total += e.Weight
		m.upTo = append(m.upTo, total)
		m.ingredients = append(m.ingredients, in)
	}
	if math.IsInf(total, 0) {
		return nil, errors.New("the weights of the mix add up to more than a number can hold")
	}
	return m, nil
}

// ingredient checks an entry.
func (m *Mix) ingredient(e Entry) (ingredient, error) {
	in := ingredient{Entry: e}
	if !(e.Weight > 0) || math.IsInf(e.Weight, 0) {
		return in, fmt.Errorf("weight %v; a weight is a number above 0", e.Weight)
	}
	switch {
	case e.Class == "" && e.Fault == "":
		return in, errors.New("neither class nor fault is given")
	case e.Class != "" && e.Fault != "":
		return in, fmt.Errorf("both class %q and fault %q are given; make two entries of them", e.Class, e.Fault)
	case e.Class != "":
		return in, checkClass(e.Class, e.Depth, e.Size)
	case e.Depth != "" || e.Size != "":
		return in, fmt.Errorf("fault %q has no depth or size of its own", e.Fault)
	}
	matched, err := Match(e.Fault)
	if err != nil {
		return in, err
	}
	for _, f := range matched {
		if m.available(f) {
			in.faults = append(in.faults, f)
		}
	}
	if in.faults == nil {
		return in, fmt.Errorf("fault %q is not available here: it needs a second session or a larger bound for bodies", e.Fault)
	}
	return in, nil
}

// available reports whether any session could make the fault.
func (m *Mix) available(f Fault) bool {
	if f.Needs&NeedOther != 0 && m.other == nil {
		return false
	}
	for _, v := range f.Variants {
		if m.g.fits(v) {
			return true
		}
	}
	return false
}

// choose picks the ingredient of an update.
func (m *Mix) choose(seq uint64) *ingredient {
	if len(m.ingredients) == 1 {
		return &m.ingredients[0]
	}
	var d draw
	d.start(m.g.seed, pickStream, seq)
	// 53 bits make a float64 in [0, 1) exactly.
	point := float64(d.pcg.Uint64()>>11) / (1 << 53) * m.upTo[len(m.upTo)-1]
	i := sort.Search(len(m.upTo), func(i int) bool { return point < m.upTo[i] })
	return &m.ingredients[min(i, len(m.ingredients)-1)]
}

// Fill writes update seq for session s into c: a pure function of the mix, seq
// and s. All faults of an entry are equally likely, and so are the variants of a
// fault. Where the session has not what a fault needs, the entry's next fault
// takes its place; where it has it for none of them, the update is the class
// page, valid and counted as such.
func (m *Mix) Fill(c *contract.Case, seq uint64, s *contract.Session) {
	in := m.choose(seq)
	if in.faults == nil {
		m.g.valid(c, in.Class, in.Depth, in.Size, seq, s)
		return
	}
	if !m.g.faultOf(c, in.faults, seq, s, m.other) {
		m.g.valid(c, ClassPage, "", "", seq, s)
	}
}

// Twin writes into c what Fill writes, but for a fault the valid update from
// which it departs.
func (m *Mix) Twin(c *contract.Case, seq uint64, s *contract.Session) {
	m.Fill(c, seq, s)
	if c.Fault == "" {
		return
	}
	for _, f := range m.choose(seq).faults {
		if f.Name == c.Fault {
			m.g.Twin(c, &f, seq, s)
			return
		}
	}
}
