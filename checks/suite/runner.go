package suite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"sdegauge/checks"
	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// Options say which server is asked what, and how.
type Options struct {
	// Target is the way to the server.
	Target traffic.ExchangeOptions
	// Name is what a comparison of several servers calls this one.
	Name    string
	Account string
	// AppType is what Create Session is asked for; empty: EXTERNAL.
	AppType string
	// OtherAccount is a second account of the target; empty: there is none.
	OtherAccount string
	// Sessions are those to use; none: Create Session is called.
	Sessions []*contract.Session
	// CreateRetry is how Create Session repeats a refused request; the zero
	// policy means the contract's.
	CreateRetry contract.RetryPolicy
	Profile     contract.Profile
	// Only selects rows and cases; see [Select].
	Only []string
	// Rate is the most requests a second; 0 sets no bound.
	Rate float64
	// Workers is how many cases are put at once; 0 means 4.
	Workers int
	// MaxBody is the longest body sent, in bytes; 0 means 1 MiB.
	MaxBody int
	Seed    uint64
	// Fuzz is how many random updates of each kind are sent besides; see
	// [FuzzResult].
	Fuzz  int
	Hooks Hooks
	// Redact masks secrets in what the server sends back; nil: there are none.
	Redact func(string) string
	// Progress is told how far the suite is; nil: nobody listens.
	Progress func(done, total int)
}

const (
	defaultWorkers = 4
	defaultMaxBody = 1 << 20
)

func (o Options) withDefaults() Options {
	if o.Workers == 0 {
		o.Workers = defaultWorkers
	}
	if o.MaxBody == 0 {
		o.MaxBody = defaultMaxBody
	}
	if o.Redact == nil {
		o.Redact = func(s string) string { return s }
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	return o
}

// runner is one run of the suite.
type runner struct {
	options   Options
	judge     *checks.Judge
	generator *generators.Generator
	supply    *supply
	pace      *pace
	gathering *gathering
	requests  atomic.Uint64
	host      string
	raw       *traffic.RawExchanger
	// before is what the bracket before the suite found.
	before     results
	attendance attendance
}

// Run puts the cases to the server and returns what it found. Where ctx ends the
// report covers what was asked until then and says so.
//
// An error means that there is nothing to report: a selection that matches
// nothing is an error of [Select], a target that cannot be reached or set up one
// of package traffic.
func Run(ctx context.Context, o Options) (*Report, error) {
	rows, err := Select(Rows(), o.Only)
	if err != nil {
		return nil, &SelectionError{err}
	}
	r, first, err := newRunner(ctx, o)
	if err != nil {
		return nil, err
	}
	defer first.close()
	report := r.newReport(first.exchanger.Target(), time.Now())
	b, err := r.bracket(ctx, first)
	if err != nil {
		return nil, err
	}
	if b.broken != "" {
		r.conclude(report, rows, b.results, b.broken, contract.Fail)
		return report, nil
	}
	results, err := r.probeAll(ctx, rows, first)
	if err != nil {
		return nil, err
	}
	if o.Fuzz > 0 && ctx.Err() == nil {
		report.Fuzz = r.fuzz(ctx, first, o.Fuzz)
	}
	after, verdict := r.attendance.absent(), contract.Verdict(0)
	if report.Interrupted = ctx.Err() != nil; !report.Interrupted {
		if after == "" {
			after = r.changed(ctx, first)
		}
		if after != "" {
			verdict = checks.Broken(r.options.Profile, contract.Should)
		}
	}
	r.conclude(report, rows, results, after, verdict)
	return report, nil
}

// newRunner makes a runner with its first worker and makes sure that something
// listens at the target.
func newRunner(ctx context.Context, o Options) (*runner, *worker, error) {
	o = o.withDefaults()
	r := &runner{
		options: o, judge: checks.NewJudge(o.Profile, time.Now),
		generator: generators.New(o.Seed, generators.Options{Profile: o.Profile, MaxBody: o.MaxBody}),
		pace:      newPace(o.Rate),
	}
	r.gathering = &gathering{run: r, of: make(map[string]*gatheredRow)}
	r.supply = newSupply(r)
	var err error
	if r.raw, err = traffic.NewRawExchanger(ctx, o.Target); err != nil {
		return nil, nil, err
	}
	first, err := r.newWorker(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := first.exchanger.Probe(ctx); err != nil {
		first.close()
		return nil, nil, err
	}
	r.host = hostOf(first.exchanger.Target())
	return r, first, nil
}

// SelectionError says that the requirements asked for do not exist.
type SelectionError struct{ Err error }

func (e *SelectionError) Error() string { return e.Err.Error() }
func (e *SelectionError) Unwrap() error { return e.Err }

// results are the outcomes of the cases by their id.
type results map[string]CaseResult

// task is one case to put.
type task struct {
	row *Row
	c   *Case
}

// probeAll puts every case: those that tolerate company several at a time, then
// the others one by one.
func (r *runner) probeAll(ctx context.Context, rows []Row, first *worker) (results, error) {
	var together, singly []task
	for i := range rows {
		for j := range rows[i].Cases {
			t := task{&rows[i], &rows[i].Cases[j]}
			if t.c.Alone {
				singly = append(singly, t)
			} else {
				together = append(together, t)
			}
		}
	}
	workers, err := r.workers(ctx, first, len(together))
	if err != nil {
		return nil, err
	}
	var (
		all   = make(results)
		mu    sync.Mutex
		fails []error
		total = len(together) + len(singly)
	)
	keep := func(t task, w *worker) {
		got, err := r.put(ctx, w, t)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			fails = append(fails, err)
			return
		}
		all[t.c.ID] = got
		r.options.Progress(len(all), total)
	}
	queue := make(chan task)
	var wg sync.WaitGroup
	for _, w := range workers {
		wg.Go(func() {
			for t := range queue {
				keep(t, w)
			}
			w.release()
		})
	}
	for _, t := range together {
		queue <- t
	}
	close(queue)
	wg.Wait()
	for _, t := range singly {
		keep(t, first)
	}
	first.release()
	for _, w := range workers[1:] {
		w.close()
	}
	if ctx.Err() == nil && len(all) == 0 && len(fails) > 0 {
		return nil, fails[0]
	}
	return all, nil
}

// put puts one case and sees to the safety floor after it. An error means that
// the run was interrupted, or that no session could be had for it.
func (r *runner) put(ctx context.Context, w *worker, t task) (result CaseResult, err error) {
	if err := ctx.Err(); err != nil {
		return CaseResult{}, err
	}
	p := &Probe{ctx: ctx, run: r, worker: w, row: t.row, c: t.c}
	p.result = CaseResult{ID: t.c.ID, Name: t.c.Name, subject: t.c.Subject, fault: t.c.Fault}
	defer func() {
		switch s := recover().(type) {
		case nil:
		case stopped:
			result, err = p.ended(s)
		default:
			panic(s)
		}
	}()
	if missing := r.missing(t.c.Needs); missing != 0 {
		p.Skip("needs " + missing.String())
		return p.result, nil
	}
	if r.attendance.absent() != "" {
		p.Skip("not asked: the server had stopped listening")
		return p.result, nil
	}
	r.attendance.enter(w, t.c.ID)
	t.c.probe(p)
	if p.result.Verdict == 0 {
		p.Inconclusive("the case recorded nothing")
	}
	p.keepFloor()
	return p.result, nil
}

// ended is the outcome of a probe that stopped before its end.
func (p *Probe) ended(s stopped) (CaseResult, error) {
	if p.run.attendance.absent() != "" {
		p.Skip("not asked: the server had stopped listening")
		return p.result, nil
	}
	var reason skip
	if errors.As(s.err, &reason) {
		p.Skip(string(reason))
		return p.result, nil
	}
	var mistake unfair
	if errors.As(s.err, &mistake) {
		p.Inconclusive(mistake.reason)
		return p.result, nil
	}
	if p.ctx.Err() != nil {
		return CaseResult{}, s.err
	}
	p.Inconclusive(fmt.Sprintf("no session could be had: %v", s.err))
	return p.result, nil
}

// skip is the reason of a case that cannot be put, as an error.
type skip string

func (s skip) Error() string { return string(s) }

// keepFloor is the safety floor of every case: the next update of the same
// session is taken. A session that fails it is not used again.
func (p *Probe) keepFloor() {
	if !p.floor || p.result.Verdict == contract.Skipped {
		return
	}
	c := p.Smallest(p.session)
	c.Expect = contract.Expectation{Requirement: "EP-01", Level: contract.Should, Outcome: contract.OK}
	a := p.deliver(c)
	if a.OK() || p.run.attendance.absent() != "" {
		return
	}
	p.worker.forget(p.session)
	p.record(checks.Broken(p.run.options.Profile, contract.Should),
		"after this case the session still takes the smallest update", a.Signature(), a)
}

// missing are the needs that this run cannot meet.
func (r *runner) missing(n Need) Need {
	var missing Need
	lacks := func(need Need, lacking bool) {
		if n&need != 0 && lacking {
			missing |= need
		}
	}
	lacks(NeedCreate, !r.supply.creates())
	lacks(NeedAccount, r.options.OtherAccount == "")
	lacks(NeedAge, r.options.Hooks.Age == nil)
	lacks(NeedReadback, r.options.Hooks.State == nil)
	lacks(NeedFault, r.options.Hooks.Fail == nil)
	lacks(NeedTLS, !isTLS(r.options.Target.URL))
	return missing
}
