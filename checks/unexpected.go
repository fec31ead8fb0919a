package checks

import (
	"cmp"
	"slices"
	"sync"

	"sdegauge/internal/contract"
)

// groupLimit bounds the groups of unexpected updates, and with them the memory
// that a server with ever new statuses can take.
const groupLimit = 256

// Unexpected counts the updates that ended alike, and not as expected.
type Unexpected struct {
	Class   string
	Fault   string // empty for a valid update
	Status  int    // 0 where no complete response came
	Failure contract.Failure
	Updates uint64
	// First is the one with the lowest seq; its Expected and Got are those of
	// the finding on the case's own requirement.
	First *Example
}

// group is what makes two unexpected updates alike.
type group struct {
	class, fault string
	status       int
	failure      contract.Failure
}

// unexpected is the ledger's account of updates that did not succeed. Whether
// an update did is decided by its last attempt.
type unexpected struct {
	mu     sync.Mutex
	groups map[group]*Unexpected
	rest   uint64
}

func (u *unexpected) add(o *Options, r *contract.Reading, j *Judgement) {
	g := group{r.Case.Class, r.Case.Fault, r.Status, r.Failure}
	u.mu.Lock()
	defer u.mu.Unlock()
	known := u.at(g)
	if known == nil {
		u.rest++
		return
	}
	known.Updates++
	if known.First == nil || before(r, known.First) {
		expected, got := explain(r, j)
		known.First = o.example(r, expected, got)
	}
}

// at is the account of a group; nil where there is no room for another. The
// caller holds the lock.
func (u *unexpected) at(g group) *Unexpected {
	known := u.groups[g]
	if known != nil || len(u.groups) == groupLimit {
		return known
	}
	if u.groups == nil {
		u.groups = make(map[group]*Unexpected)
	}
	known = &Unexpected{Class: g.class, Fault: g.fault, Status: g.status, Failure: g.failure}
	u.groups[g] = known
	return known
}

// explain says in what way an update did not end as expected.
func explain(r *contract.Reading, j *Judgement) (expected, got string) {
	for _, f := range j.Findings {
		if f.Requirement == r.Case.Expect.Requirement && f.Verdict > contract.Pass {
			return f.Expected, f.Got
		}
	}
	expected = r.Case.Expect.String()
	if r.Failure == contract.NoFailure {
		return expected, "status " + contract.StatusText(r.Status)
	}
	got = "no complete response: " + r.Failure.String()
	if r.Err != nil {
		got += ": " + r.Err.Error()
	}
	return expected, Printable([]byte(got), TextLimit)
}

// Unexpected returns the updates that did not end as expected, by what they
// were and how they ended, the most frequent first. rest counts updates beyond
// the 256 groups that are kept apart.
func (l *Ledger) Unexpected() (groups []Unexpected, rest uint64) {
	l.unexpected.mu.Lock()
	defer l.unexpected.mu.Unlock()
	for _, u := range l.unexpected.groups {
		if u.Updates > 0 { // not one of which only the example was restored
			groups = append(groups, *u)
		}
	}
	slices.SortFunc(groups, func(a, b Unexpected) int {
		return cmp.Or(cmp.Compare(b.Updates, a.Updates), cmp.Compare(a.Class, b.Class),
			cmp.Compare(a.Fault, b.Fault), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Failure, b.Failure))
	})
	return groups, l.unexpected.rest
}
