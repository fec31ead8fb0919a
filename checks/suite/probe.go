package suite

import (
	"context"
	"fmt"
	"time"

	"sdegauge/checks"
	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// Probe is one case being put to a server. It belongs to one goroutine; only
// [Probe.Send] may be called by several at once.
//
// Its methods record the worst verdict with the exchange that led to it. A probe
// that records nothing is inconclusive: a case that asked nothing has passed
// nothing.
type Probe struct {
	ctx    context.Context
	run    *runner
	worker *worker
	row    *Row
	c      *Case
	result CaseResult
	// session is the case's; nil before it is asked for. floor says that it has
	// to take an update after the case.
	session, other *contract.Session
	floor          bool
	// past are sessions that are no longer live, whatever a request to them says.
	past []*contract.Session
}

// stopped ends a probe by panic: the run was interrupted, a session could not be
// had, or a request is not what the case claims. The runner recovers it.
type stopped struct{ err error }

// Context ends with the run.
func (p *Probe) Context() context.Context { return p.ctx }

// Session is the case's session, of the kind that the case needs. Cases that do
// not ask for one of their own share it, one after another.
func (p *Probe) Session() *contract.Session {
	if p.session == nil {
		p.session = p.worker.lease(p, &p.worker.session, p.c.Needs)
		p.floor = true
	}
	return p.session
}

// Other is a second live session of the account.
func (p *Probe) Other() *contract.Session {
	if p.other == nil {
		p.other = p.worker.lease(p, &p.worker.other, p.c.Needs&NeedEngagement)
	}
	return p.other
}

// Fresh is one more session, which nobody else uses and which was not used.
func (p *Probe) Fresh(n Need) *contract.Session {
	s, reason, err := p.run.supply.take(p.ctx, p.worker.exchanger, n)
	if err != nil {
		panic(stopped{err})
	}
	if s == nil {
		panic(stopped{skip(reason)})
	}
	return s
}

// Ended says that the case has ended its session on purpose: nobody uses it
// again, and no update is expected to be taken.
func (p *Probe) Ended() { p.floor = false; p.worker.forget(p.session); p.session = nil }

// generator makes the bodies of the run.
func (p *Probe) generator() *generators.Generator { return p.run.generator }

// seq numbers the case's requests.
func (p *Probe) seq() uint64 { return sequence(p.c.ID) }

// Update is a request of the case: PUT to the session with a body, expected as
// the case is.
func (p *Probe) Update(s *contract.Session, body string) *contract.Case {
	return &contract.Case{
		Seq: p.seq(), Class: generators.ClassPage, Session: s, Method: contract.Method,
		Target: contract.Target(s.Account, s.VisitorID, s.ID), Body: []byte(body), Expect: p.c.Expect,
	}
}

// Smallest is the smallest legal update of a session (S:L42).
func (p *Probe) Smallest(s *contract.Session) *contract.Case {
	return p.Update(s, smallest(s))
}

func smallest(s *contract.Session) string { return fmt.Sprintf(`{"pageId":%q}`, s.PageID) }

// Send sends a request and judges the answer by the oracles; what they find goes
// to their own rows. It decides nothing about the case, unless the request is not
// what the case claims: then the case ends inconclusive.
//
// A server may close an idle connection at any moment, and a request that crosses
// such a close on its way gets no answer by nobody's fault: it is sent once more,
// on another connection. A server that means it does it again.
func (p *Probe) Send(c *contract.Case) *Answer {
	if err := p.fair(c); err != nil {
		panic(stopped{err})
	}
	return p.deliver(c)
}

// deliver is Send of a request whose claim needs no second look.
func (p *Probe) deliver(c *contract.Case) *Answer { return p.took(p.exchange(c)) }

// exchange sends over the worker's connection, and once more where that closed.
func (p *Probe) exchange(c *contract.Case) contract.Reading {
	r := p.over(c, p.worker.exchanger)
	if r.Failure == contract.FailClosed {
		r = p.over(c, p.worker.exchanger)
	}
	return r
}

// turn waits until the run's rate lets n requests go out, and counts them.
func (p *Probe) turn(n int) {
	if err := p.run.pace.wait(p.ctx, n); err != nil {
		panic(stopped{err})
	}
	p.run.requests.Add(uint64(n))
}

// over sends exactly once, over a given exchanger.
func (p *Probe) over(c *contract.Case, e traffic.Exchanger) contract.Reading {
	p.turn(1)
	r := contract.Reading{Case: c, Attempt: 1, Final: true}
	r.Connected, r.FirstByte = -1, -1
	e.Exchange(p.ctx, &r, time.Now())
	if p.ctx.Err() != nil {
		panic(stopped{context.Cause(p.ctx)})
	}
	return r
}

// took makes an answer of a reading and lets the oracles see it.
func (p *Probe) took(r contract.Reading) *Answer {
	a := p.run.answer(r)
	p.run.attendance.missed(p, a)
	p.run.gathering.add(p.c.ID, a)
	return a
}

// answer reads and judges what came back.
func (r *runner) answer(reading contract.Reading) *Answer {
	a := &Answer{Reading: reading}
	if a.Status >= 400 && a.Failure == contract.NoFailure {
		a.Envelope, a.Conforms = r.judge.Envelope(&reading)
	}
	var j checks.Judgement
	r.judge.Judge(&reading, &j)
	a.findings = j.Findings
	return a
}

// accepted reports whether a valid update was taken as it is expected to be.
func (p *Probe) accepted(a *Answer) bool {
	return a.OK() || a.Case.Expect.Outcome == contract.Observed && a.Failure == contract.NoFailure
}

// Judge holds an answer against the expectation of its request, by the rules
// that all cases share.
func (p *Probe) Judge(a *Answer) {
	if p.lost(a) {
		return
	}
	p.behaved(a.Signature())
	for _, f := range a.findings {
		if f.Requirement != a.Case.Expect.Requirement {
			continue
		}
		if f.Verdict <= contract.Pass {
			p.record(f.Verdict, a.Case.Expect.String(), a.Signature(), a)
			return
		}
		p.record(f.Verdict, f.Expected, f.Got, a)
		return
	}
	// The cold account is the one answer about which the judge is silent.
	p.Inconclusive("the account is still being loaded; ask again")
}

// lost handles an answer that is not complete; it reports whether it was.
func (p *Probe) lost(a *Answer) bool {
	switch {
	case a.Failure == contract.NoFailure:
		return false
	case a.Failure == contract.FailRefused && p.run.attendance.absent() != "":
		panic(stopped{skip("not answered: the server had stopped listening")})
	case a.Failure == contract.FailResources, a.Failure == contract.FailForbidden, a.Failure == contract.FailInterrupted:
		p.Inconclusive(fmt.Sprintf("the request could not be sent: %v", a.Err))
	case p.c.Unanswered:
		p.behaved(a.Signature())
		p.record(contract.ObservedOnly, p.c.Expect.String(), a.Signature(), a)
	case p.row.Level == contract.Obs:
		// The safety floor: something complete comes back, whatever was sent.
		p.behaved(a.Signature())
		p.record(checks.Broken(p.run.options.Profile, contract.Should), "a complete response within the time-out", a.Signature(), a)
	default:
		p.record(checks.Broken(p.run.options.Profile, p.row.Level), a.Case.Expect.String(), "no complete response: "+a.Failure.String(), a)
	}
	return true
}

// Observe records what an observed case showed: the answer's signature and what
// is worth telling besides, in a form that is the same for the same behaviour.
func (p *Probe) Observe(a *Answer, behaviour string) {
	if p.lost(a) {
		return
	}
	p.behaved(behaviour)
	p.record(contract.ObservedOnly, p.c.Expect.String(), a.Signature(), a)
}

// Check records whether the requirement holds, where the shared rules have no
// word for it; a is the answer that shows it.
func (p *Probe) Check(holds bool, expected, got string, a *Answer) {
	if a != nil && p.lost(a) {
		return
	}
	if holds {
		p.record(checks.Met(p.row.Level), expected, got, nil)
		return
	}
	p.record(checks.Broken(p.run.options.Profile, p.row.Level), expected, got, a)
}

// Skip records that the case could not be probed, and what it would need.
func (p *Probe) Skip(reason string) {
	p.result.Reason = reason
	p.record(contract.Skipped, "", "", nil)
}

// Inconclusive records trouble of the suite's own.
func (p *Probe) Inconclusive(reason string) {
	p.result.Reason = reason
	p.record(contract.Inconclusive, p.c.Expect.String(), "", nil)
}

// behaved notes what an observed case showed. Several notes of a case are kept
// in their order.
func (p *Probe) behaved(text string) {
	if p.row.Level != contract.Obs {
		return
	}
	if p.result.Behaviour != "" {
		p.result.Behaviour += ", "
	}
	p.result.Behaviour += text
}

// record keeps a verdict that is worse than those before, with its evidence.
func (p *Probe) record(v contract.Verdict, expected, got string, a *Answer) {
	if v <= p.result.Verdict {
		return
	}
	r := &p.result
	r.Verdict, r.Expected, r.Got = v, expected, got
	r.Request, r.Response, r.Reproduce = "", "", ""
	if a != nil && v != contract.Pass {
		r.Request, r.Response, r.Reproduce = p.run.evidence(a)
	}
}
