package checks

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"sdegauge/internal/contract"
)

// Ledger adds judgements up by requirement and keeps evidence of the bad ones.
// It is safe for concurrent use. A finding that passed costs one atomic
// addition; a reading is copied only where it becomes an example.
type Ledger struct {
	options Options
	// entries holds the catalogue and is never written to again.
	entries map[string]*entry
	// strangers holds what the catalogue does not know.
	strangers  sync.Map // id → *entry
	unexpected unexpected
}

// entry is the account of one requirement.
type entry struct {
	requirement contract.Requirement
	counts      [contract.Fail + 1]atomic.Uint64

	mu sync.Mutex
	// level is the most binding one among the findings that did not pass.
	level      contract.Level
	warn, fail Evidence
}

// NewLedger makes an empty ledger.
func NewLedger(o Options) *Ledger {
	l := &Ledger{options: o.bare(), entries: make(map[string]*entry)}
	for _, r := range contract.Requirements() {
		l.entries[r.ID] = &entry{requirement: r, level: r.Level}
	}
	return l
}

// Add books one judged reading; it copies what it keeps of r and j.
func (l *Ledger) Add(r *contract.Reading, j *Judgement) {
	for i := range j.Findings {
		f := &j.Findings[i]
		e := l.entry(f)
		switch f.Verdict {
		case contract.Warn, contract.Fail:
			e.keep(&l.options, r, f)
		}
		e.counts[f.Verdict].Add(1)
	}
	if r.Final && !j.AsExpected {
		l.unexpected.add(&l.options, r, j)
	}
}

func (l *Ledger) entry(f *Finding) *entry {
	if e, ok := l.entries[f.Requirement]; ok {
		return e
	}
	if e, ok := l.strangers.Load(f.Requirement); ok {
		return e.(*entry)
	}
	e, _ := l.strangers.LoadOrStore(f.Requirement, &entry{
		requirement: contract.Requirement{ID: f.Requirement, Level: f.Level},
		level:       f.Level,
	})
	return e.(*entry)
}

// keep takes the reading as evidence where it is first or smallest.
func (e *entry) keep(o *Options, r *contract.Reading, f *Finding) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bind(f.Level)
	if f.Verdict == contract.Fail {
		e.fail.keep(o, r, f.Expected, f.Got)
	} else {
		e.warn.keep(o, r, f.Expected, f.Got)
	}
}

// bind takes the level of a finding where it is more binding. The caller holds
// the lock.
func (e *entry) bind(level contract.Level) {
	if level != 0 {
		e.level = min(e.level, level) // the most binding is the least
	}
}

// Result is the account of one requirement over a run.
type Result struct {
	ID string
	// Level is the catalogue's, or the more binding one of a finding: a profile
	// may demand what the catalogue only observes.
	Level  contract.Level
	Source string
	Title  string
	// Verdict is the worst of all.
	Verdict contract.Verdict
	// Judged counts the responses that the requirement applied to; it is the sum
	// of the others.
	Judged, Passed, Observed, Warned, Failed uint64
	// Evidence is that of the failures where there are any, else that of the
	// warnings.
	Evidence
	// Warnings is the evidence of the warnings where Verdict is fail.
	Warnings Evidence
}

// Results returns the account of every requirement that applied to a response:
// the worst verdict first, then by id. It may be called while readings are
// still added.
func (l *Ledger) Results() []Result {
	var all []Result
	take := func(e *entry) {
		if r := e.result(); r.Judged > 0 {
			all = append(all, r)
		}
	}
	for _, e := range l.entries {
		take(e)
	}
	l.strangers.Range(func(_, e any) bool { take(e.(*entry)); return true })
	slices.SortFunc(all, func(a, b Result) int {
		return cmp.Or(cmp.Compare(b.Verdict, a.Verdict), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// Verdict is the worst of all that was booked; skipped where nothing was.
func (l *Ledger) Verdict() contract.Verdict {
	worst := contract.Skipped
	for _, r := range l.Results() {
		worst = contract.Worst(worst, r.Verdict)
	}
	return worst
}

func (e *entry) result() Result {
	r := Result{
		ID: e.requirement.ID, Source: e.requirement.Source, Title: e.requirement.Title,
		Passed:   e.counts[contract.Pass].Load(),
		Observed: e.counts[contract.ObservedOnly].Load(),
		Warned:   e.counts[contract.Warn].Load(),
		Failed:   e.counts[contract.Fail].Load(),
	}
	r.Judged = r.Passed + r.Observed + r.Warned + r.Failed
	e.mu.Lock()
	defer e.mu.Unlock()
	r.Level = e.level
	switch {
	case r.Failed > 0:
		r.Verdict, r.Evidence, r.Warnings = contract.Fail, e.fail, e.warn
	case r.Warned > 0:
		r.Verdict, r.Evidence = contract.Warn, e.warn
	case r.Passed > 0:
		r.Verdict = contract.Pass
	default:
		r.Verdict = contract.ObservedOnly
	}
	return r
}
