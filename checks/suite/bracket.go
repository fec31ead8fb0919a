package suite

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// The sanity bracket stands before and after the suite: nonsense has to be
// refused and the smallest update taken, or else a red list would say nothing
// about the requirements in it.

// bracketRows are what the bracket asks: rows of one case each.
func bracketRows() []Row {
	return slices.DeleteFunc(slices.Concat(endpointRows(), versionRows(), sessionIDRows()), func(r Row) bool {
		return r.ID != "EP-01" && r.ID != "V-04" && r.ID != "SI-04"
	})
}

// bracketResult is what the bracket before the suite found.
type bracketResult struct {
	// broken says in a sentence why the suite was not run; empty where it was.
	broken  string
	results results
}

// bracket asks the server for the difference between sense and nonsense. An
// error means that it could not be asked: there is no session for it.
func (r *runner) bracket(ctx context.Context, w *worker) (bracketResult, error) {
	s, reason, err := r.supply.take(ctx, w.exchanger, 0)
	switch {
	case err != nil:
		return r.withoutSession(ctx, w, err)
	case s == nil:
		return bracketResult{}, &SelectionError{fmt.Errorf("no session to begin with: it %s", reason)}
	}
	defer r.supply.back(s)
	asked := make(results)
	for _, rw := range bracketRows() {
		got, err := r.putWith(ctx, w, task{&rw, &rw.Cases[0]}, s)
		if err != nil {
			return bracketResult{}, err
		}
		asked[rw.Cases[0].ID] = got
	}
	r.before = asked
	smallest := asked["EP-01"]
	switch sentence, _ := r.alike(ctx, w, s); {
	case sentence != "":
		return bracketResult{broken: sentence, results: asked}, nil
	case smallest.Verdict < contract.Inconclusive:
		return bracketResult{results: asked}, nil
	case !r.supply.creates():
		// It may have ended long ago, which is no fault of the server's.
		return bracketResult{}, &traffic.SetupError{
			Request: r.options.Target.URL + s.Target, Attempts: 1,
			Reason: "the smallest update of a given session was answered " + smallest.Got + "; is the session still alive?",
		}
	}
	return bracketResult{results: asked, broken: "the server does not take the smallest update of a session that it created a moment ago (" +
		smallest.Got + "); nothing else was asked"}, nil
}

// withoutSession is the bracket where Create Session gave none. A server that
// takes nonsense all the same is in breach; one that refuses everything may just
// not know the account.
func (r *runner) withoutSession(ctx context.Context, w *worker, err error) (bracketResult, error) {
	sentence, signature := r.alike(ctx, w, stranger(r.options.Account))
	switch {
	case sentence == "":
		return bracketResult{}, err
	case strings.HasPrefix(signature, "2"):
		return bracketResult{broken: sentence, results: results{}}, nil
	default:
		return bracketResult{}, fmt.Errorf("%w; besides, %s", err, sentence)
	}
}

// putWith puts a case with a given session.
func (r *runner) putWith(ctx context.Context, w *worker, t task, s *contract.Session) (CaseResult, error) {
	kept := w.session
	w.session = s
	got, err := r.put(ctx, w, t)
	w.session = kept
	return got, err
}

// alike says in a sentence that the server answers everything the same way, and
// how; it is empty where the server does not. The answers prove nothing about any
// single requirement.
func (r *runner) alike(ctx context.Context, w *worker, s *contract.Session) (sentence, signature string) {
	unknown := stranger(s.Account)
	requests := []contract.Case{
		{Target: contract.Target(s.Account, s.VisitorID, s.ID), Body: []byte(smallest(s))},
		{Target: contract.Path(s.Account, s.VisitorID) + "?v=2.0&sid=" + unknown.ID, Body: []byte(smallest(s))},
		{Target: contract.Target(unknown.Account, unknown.VisitorID, unknown.ID), Body: []byte("nonsense")},
		{Target: "/nowhere/at/all", Body: []byte(`[`)},
	}
	for i := range requests {
		c := &requests[i]
		c.Method, c.Session, c.Class = contract.Method, s, generators.ClassPage
		c.Expect = contract.Expectation{Outcome: contract.Observed}
		p := &Probe{ctx: ctx, run: r, worker: w, row: &Row{}, c: &Case{}}
		a, err := p.try(c)
		if err != nil || a.Failure == contract.FailInterrupted {
			return "", ""
		}
		if i == 0 {
			signature = a.Signature()
		} else if a.Signature() != signature {
			return "", ""
		}
	}
	return "the server answers everything alike, sense and nonsense: " + answered(signature) +
		"; no requirement can be judged by such answers", signature
}

// answered reads a signature out.
func answered(signature string) string {
	if signature == contract.FailClosed.String() {
		return "it closes the connection"
	}
	return "it answers " + signature
}

// try is Send for requests outside of any case.
func (p *Probe) try(c *contract.Case) (a *Answer, err error) {
	defer func() {
		switch s := recover().(type) {
		case nil:
		case stopped:
			err = s.err
		default:
			panic(s)
		}
	}()
	return p.Send(c), nil
}

// stranger is a session that no server has.
func stranger(account string) *contract.Session {
	return &contract.Session{
		Account: account, VisitorID: "QUFBQUFBQUFBQUFBQUFBQQ", ID: "QUFBQUFBQUFBQUFBQUFBQQ", PageID: "1000000000",
	}
}

// changed says in a sentence that the suite left the server another one than it
// found; empty where the bracket still holds.
func (r *runner) changed(ctx context.Context, w *worker) string {
	s, _, err := r.supply.take(ctx, w.exchanger, 0)
	if err != nil {
		return "after the suite the server creates no session any more; it did before"
	}
	if s == nil {
		return "" // every given session was used up; the floor has told
	}
	defer r.supply.back(s)
	for _, rw := range bracketRows() {
		got, err := r.putWith(ctx, w, task{&rw, &rw.Cases[0]}, s)
		if err == nil && got.Verdict == contract.Fail && r.before[rw.ID].Verdict < contract.Fail {
			return fmt.Sprintf("after the suite the server answers %s otherwise than before (%s): the suite changed it", rw.ID, got.Got)
		}
	}
	return ""
}
