package suite

import (
	"strconv"
	"sync"

	"sdegauge/checks"
	"sdegauge/internal/contract"
)

// gathering keeps what the answers to all cases say about the rows that have no
// request of their own.
type gathering struct {
	run *runner
	mu  sync.Mutex
	of  map[string]*gatheredRow
}

// gatheredRow is such a row while answers come in.
type gatheredRow struct {
	judged, broken int
	worst          CaseResult
	// shown are the behaviours seen, each with how often.
	shown map[string]int
}

// gatherRule is one row that is judged on every answer it applies to.
type gatherRule struct {
	id string
	// applies says whether the row has a say about the answer.
	applies func(a *Answer) bool
	// holds says whether the row's requirement is met, else what was expected
	// and what came. nil: the oracles judge the row; see [checks.Judge].
	holds func(a *Answer) (ok bool, expected, got string)
	// shows is what an observed row notes, in a short and stable form; empty
	// for nothing.
	shows func(a *Answer) string
}

// add books one answer to a case on every gathered row.
func (g *gathering) add(caseID string, a *Answer) {
	if a.Failure != contract.NoFailure {
		return
	}
	for _, f := range a.findings {
		if f.Requirement != a.Case.Expect.Requirement {
			g.book(caseID, a, f.Requirement, f.Verdict, f.Expected, f.Got)
		}
	}
	for i := range gatherRules {
		rule := &gatherRules[i]
		if !rule.applies(a) {
			continue
		}
		if rule.shows != nil {
			g.show(rule.id, rule.shows(a))
			continue
		}
		r, _ := contract.LookupRequirement(rule.id)
		ok, expected, got := rule.holds(a)
		verdict := checks.Met(r.Level)
		if !ok {
			verdict = checks.Broken(g.run.options.Profile, r.Level)
		}
		g.book(caseID, a, rule.id, verdict, expected, got)
	}
}

// at is the account of a row; g.mu is held.
func (g *gathering) at(id string) *gatheredRow {
	row := g.of[id]
	if row == nil {
		row = &gatheredRow{shown: make(map[string]int)}
		g.of[id] = row
	}
	return row
}

// book counts a finding and keeps the evidence of the worst: of equals that of
// the case which comes first by its id, whatever order the answers came in.
func (g *gathering) book(caseID string, a *Answer, id string, v contract.Verdict, expected, got string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	row := g.at(id)
	row.judged++
	if v > contract.Pass {
		row.broken++
	}
	first := v == row.worst.Verdict && v > contract.Pass && caseID < row.worst.Name
	if v <= row.worst.Verdict && !first {
		return
	}
	row.worst = CaseResult{ID: id, Name: caseID, Verdict: v, Expected: expected, Got: got}
	if v > contract.Pass {
		row.worst.Request, row.worst.Response, row.worst.Reproduce = g.run.evidence(a)
	}
}

// show counts a behaviour.
func (g *gathering) show(id, behaviour string) {
	if behaviour == "" {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at(id).shown[behaviour]++
}

// result is the outcome of a gathered row.
func (g *gathering) result(r *Row) Requirement {
	q := requirementOf(r)
	g.mu.Lock()
	defer g.mu.Unlock()
	row := g.of[r.ID]
	switch {
	case row == nil:
		q.Verdict, q.Note = contract.Skipped, "no answer had occasion to show it"
		return q
	case len(row.shown) > 0 && row.judged == 0:
		q.Verdict = contract.ObservedOnly
		q.Cases = append(q.Cases, CaseResult{ID: r.ID, Verdict: q.Verdict, Expected: "OBS", Behaviour: shownText(row.shown)})
		return q
	}
	worst := row.worst
	if worst.Name != "" {
		worst.Name = "first in " + worst.Name
	}
	q.Verdict, q.Cases = worst.Verdict, append(q.Cases, worst)
	q.Note = "judged on " + strconv.Itoa(row.judged) + " answers"
	if row.broken > 0 {
		q.Note += ", " + strconv.Itoa(row.broken) + " of them in breach"
	}
	return q
}
