package checks

import (
	"cmp"
	"slices"

	"sdegauge/internal/contract"
)

// Place is where a ledger keeps an example: with a requirement, a verdict and a
// choice, or, where Requirement is empty, with a group of unexpected updates.
type Place struct {
	Requirement string
	Verdict     contract.Verdict `json:",omitzero"`
	Smallest    bool             // the example with the smallest body, not the first

	Class, Fault string
	Status       int
	Failure      contract.Failure
}

// Exhibit is an example in its place.
type Exhibit struct {
	Place   Place
	Example *Example
}

// Exhibits are all the examples that the ledger keeps, in an order of their own.
// It may be called while readings are still added; an example is never changed.
func (l *Ledger) Exhibits() []Exhibit {
	var all []Exhibit
	keep := func(p Place, e *Example) {
		if e != nil {
			all = append(all, Exhibit{p, e})
		}
	}
	show := func(id string, e *entry) {
		e.mu.Lock()
		defer e.mu.Unlock()
		for verdict, v := range map[contract.Verdict]Evidence{contract.Warn: e.warn, contract.Fail: e.fail} {
			keep(Place{Requirement: id, Verdict: verdict}, v.First)
			keep(Place{Requirement: id, Verdict: verdict, Smallest: true}, v.Smallest)
		}
	}
	for id, e := range l.entries {
		show(id, e)
	}
	l.strangers.Range(func(id, e any) bool { show(id.(string), e.(*entry)); return true })
	u := &l.unexpected
	u.mu.Lock()
	for g, known := range u.groups {
		keep(Place{Class: g.class, Fault: g.fault, Status: g.status, Failure: g.failure}, known.First)
	}
	u.mu.Unlock()
	slices.SortFunc(all, func(a, b Exhibit) int {
		p, q := a.Place, b.Place
		return cmp.Or(cmp.Compare(p.Requirement, q.Requirement), cmp.Compare(p.Verdict, q.Verdict),
			cmp.Compare(p.Class, q.Class), cmp.Compare(p.Fault, q.Fault),
			cmp.Compare(p.Status, q.Status), cmp.Compare(p.Failure, q.Failure))
	})
	return all
}

// Restore puts an exhibit of another ledger into its place.
func (l *Ledger) Restore(x Exhibit) {
	p := x.Place
	if p.Requirement == "" {
		u := &l.unexpected
		u.mu.Lock()
		defer u.mu.Unlock()
		if known := u.at(group{p.Class, p.Fault, p.Status, p.Failure}); known != nil {
			known.First = x.Example
		}
		return
	}
	e := l.entry(&Finding{Requirement: p.Requirement, Level: contract.Obs})
	e.mu.Lock()
	defer e.mu.Unlock()
	v := &e.warn
	if p.Verdict == contract.Fail {
		v = &e.fail
	}
	if p.Smallest {
		v.Smallest = x.Example
	} else {
		v.First = x.Example
	}
}

// Recount books a judged reading that another ledger has booked before. It keeps
// no example of it: those come by [Ledger.Restore].
func (l *Ledger) Recount(r *contract.Reading, j *Judgement) {
	for i := range j.Findings {
		f := &j.Findings[i]
		e := l.entry(f)
		if f.Verdict == contract.Warn || f.Verdict == contract.Fail {
			e.mu.Lock()
			e.bind(f.Level)
			e.mu.Unlock()
		}
		e.counts[f.Verdict].Add(1)
	}
	if r.Final && !j.AsExpected {
		u := &l.unexpected
		u.mu.Lock()
		defer u.mu.Unlock()
		if known := u.at(group{r.Case.Class, r.Case.Fault, r.Status, r.Failure}); known != nil {
			known.Updates++
		} else {
			u.rest++
		}
	}
}
