package suite

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"sdegauge/checks"
	"sdegauge/checks/expect"
	"sdegauge/internal/contract"
)

// Random updates besides the rows: valid ones, faults, and mutations of valid
// ones, made from the seed and judged by what two readers of their final bytes
// agree on.
//
//	seq ─► trial ─► twin? ─► update ─► breach? ─► the first of each kind is shrunk
//
// Trials go out in rounds, each with new sessions where they can be created, so
// that none grows without bound and none that an update has spoilt is kept.

const (
	// fuzzRound is how many trials share sessions, a multiple of the kinds.
	fuzzRound = 300
	// fuzzFailures is how many different failures are shrunk and listed.
	fuzzFailures = 20
	// fuzzSends is about how many requests a trial makes, for the plan: half of
	// them have a twin, and of the mutations not all are sent.
	fuzzSends = 1.5
)

// fuzzer is the random part of a run.
type fuzzer struct {
	run     *runner
	workers []*worker
	// sessions of the round; engaged ones first.
	sessions []*contract.Session
	result   FuzzResult
	mu       sync.Mutex
	failed   []failedTrial
}

// failedTrial is a trial that was not answered as it had to be.
type failedTrial struct {
	*trial
	finding                      checks.Finding
	key                          string // see [keyOf]
	request, response, reproduce string
	engaged                      bool
}

// fuzz sends n random updates of each kind. Where ctx ends the result covers what
// was sent until then.
func (r *runner) fuzz(ctx context.Context, first *worker, n int) *FuzzResult {
	f := &fuzzer{run: r, result: FuzzResult{Asked: n, Failures: []FuzzFailure{}}}
	before := r.requests.Load()
	total := uint64(n * len(fuzzKinds))
	workers, err := r.workers(ctx, first, int(min(total, fuzzRound)))
	if err != nil {
		workers = []*worker{first}
	}
	f.workers = workers
	for from := uint64(0); from < total && ctx.Err() == nil; from += fuzzRound {
		if f.lease(ctx) {
			f.round(ctx, from, min(from+fuzzRound, total))
		}
		f.giveBack(f.sessions...)
	}
	f.conclude(ctx)
	for _, w := range workers[1:] {
		w.close()
	}
	f.result.Sent = r.requests.Load() - before
	return &f.result
}

// lease takes the sessions of a round, two with an engagement and two without
// where there are such; it reports whether there is any.
func (f *fuzzer) lease(ctx context.Context) bool {
	f.sessions = nil
	for _, n := range []Need{NeedEngagement, NeedEngagement, NeedNoEngagement, NeedNoEngagement} {
		if s, _, err := f.run.supply.take(ctx, f.workers[0].exchanger, n); err == nil && s != nil {
			f.sessions = append(f.sessions, s)
		}
	}
	return len(f.sessions) > 0
}

// giveBack returns given sessions. Created ones have done their work.
func (f *fuzzer) giveBack(sessions ...*contract.Session) {
	if f.run.supply.creates() {
		return
	}
	for _, s := range sessions {
		f.run.supply.back(s)
	}
}

// round sends the trials from one seq up to another, several at a time.
func (f *fuzzer) round(ctx context.Context, from, to uint64) {
	var next atomic.Uint64
	next.Store(from)
	var wg sync.WaitGroup
	for _, w := range f.workers {
		wg.Go(func() {
			for seq := next.Add(1) - 1; seq < to && ctx.Err() == nil; seq = next.Add(1) - 1 {
				at := int(f.run.draws(seq).Uint64() % uint64(len(f.sessions)))
				s, other := f.sessions[at], f.sessions[(at+1)%len(f.sessions)]
				f.book(ctx, w, f.run.trial(seq, s, other))
			}
		})
	}
	wg.Wait()
}

// book sends a trial and counts what came of it.
func (f *fuzzer) book(ctx context.Context, w *worker, t *trial) {
	var failed *failedTrial
	sent := false
	if t.unjudged == "" {
		failed, sent = f.fire(ctx, w, t)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	r := &f.result
	switch {
	case t.unjudged != "":
		r.Unjudged++
		if t.disputed {
			r.Disputed++
			if r.Dispute == "" {
				r.Dispute = t.unjudged
			}
		}
	case !sent:
		r.Unjudged++
	case failed != nil:
		r.Failed++
		f.failed = append(f.failed, *failed)
	case t.update.Expect.Outcome == contract.OK:
		r.Accepted++
	default:
		r.Rejected++
	}
}

// fire sends a trial, its twin first. A twin that is refused is the failure, and
// the update beside it proves nothing. sent is false where no answer could be had
// for a reason of this machine's own, or the run was interrupted.
func (f *fuzzer) fire(ctx context.Context, w *worker, t *trial) (failed *failedTrial, sent bool) {
	if t.twin != nil {
		twin := &trial{seq: t.seq, kind: kindValid, name: "the valid twin of " + t.name, update: *t.twin}
		twin.expected(f.run, expect.Accept, t.twin.Session, nil)
		if twin.unjudged != "" {
			return nil, false
		}
		if failed, sent := f.fire(ctx, w, twin); failed != nil || !sent {
			return failed, sent
		}
	}
	a, ok := f.ask(ctx, w, &t.update)
	if !ok {
		return nil, false
	}
	finding, broken := f.breach(a)
	if !broken {
		return nil, true
	}
	failed = &failedTrial{trial: t, finding: finding, key: keyOf(finding, a), engaged: t.update.Session.Engagement != nil}
	failed.request, failed.response, failed.reproduce = f.run.evidence(a)
	return failed, true
}

// keyOf tells failures apart: by the requirement and the answer's signature.
func keyOf(finding checks.Finding, a *Answer) string {
	return finding.Requirement + " " + a.Signature()
}

// ask sends one request; once more where the server had closed the connection.
// What it finds goes to no row. It reports whether the request could be sent.
func (f *fuzzer) ask(ctx context.Context, w *worker, c *contract.Case) (a *Answer, ok bool) {
	defer func() {
		switch s := recover().(type) {
		case nil:
		case stopped:
			a, ok = nil, false
		default:
			panic(s)
		}
	}()
	p := &Probe{ctx: ctx, run: f.run, worker: w, row: &Row{}, c: &Case{}}
	reading := p.exchange(c)
	switch reading.Failure {
	case contract.FailResources, contract.FailForbidden, contract.FailInterrupted:
		return nil, false
	}
	return f.run.answer(reading), true
}

// breach is what an answer breaks: the update's own requirement before others.
func (f *fuzzer) breach(a *Answer) (checks.Finding, bool) {
	e := a.Case.Expect
	if a.Failure != contract.NoFailure {
		return checks.Finding{
			Requirement: e.Requirement, Level: e.Level, Verdict: checks.Broken(f.run.options.Profile, e.Level),
			Expected: e.String(), Got: "no complete response: " + a.Failure.String(),
		}, true
	}
	var worst checks.Finding
	for _, finding := range a.findings {
		if finding.Verdict <= contract.Pass {
			continue
		}
		if finding.Requirement == e.Requirement {
			return finding, true
		}
		if finding.Verdict > worst.Verdict {
			worst = finding
		}
	}
	return worst, worst.Verdict > contract.Pass
}

// conclude shrinks and lists the first failure of each kind, in the order of seq
// whatever order they came in.
func (f *fuzzer) conclude(ctx context.Context) {
	slices.SortFunc(f.failed, func(a, b failedTrial) int { return int(a.seq) - int(b.seq) })
	counts, firsts := map[string]int{}, []failedTrial{}
	for _, t := range f.failed {
		if counts[t.key]++; counts[t.key] == 1 {
			firsts = append(firsts, t)
		}
	}
	for i, t := range firsts {
		if i == fuzzFailures {
			break
		}
		failure := f.shrink(ctx, &t)
		failure.Count = counts[t.key]
		delete(counts, t.key)
		f.result.Failures = append(f.result.Failures, failure)
	}
	for n := range maps.Values(counts) {
		f.result.Unlisted += n
	}
}
