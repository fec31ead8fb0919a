package suite

import (
	"fmt"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// framed sends the smallest update with its framing changed.
func framed(name string, edit func(*traffic.RawRequest)) Case {
	return unanswered(scripted(name, 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		r := p.Parts(c)
		edit(&r)
		c.Expect.Outcome = contract.Observed
		script := Once(r)
		script.Linger = traffic.DefaultLinger
		a, raw := p.SendRaw(c, script)
		p.Observe(a, ended(a, raw))
	}))
}

// ended is an answer with what became of the connection.
func ended(a *Answer, raw *traffic.RawAnswer) string {
	shown := a.Signature()
	switch raw.End {
	case traffic.EndClosed, traffic.EndReset:
		return shown + ", connection closed"
	case traffic.EndKept:
		return shown + ", connection kept"
	default:
		return shown
	}
}

func chunked(r *traffic.RawRequest) {
	r.Remove("Content-Length")
	r.Set("Transfer-Encoding", "chunked")
	r.Body = traffic.Chunked(r.Body, 7)
}

// lengthOff declares a length that is off by delta bytes.
func lengthOff(delta int) func(*traffic.RawRequest) {
	return func(r *traffic.RawRequest) { r.Set("Content-Length", fmt.Sprint(len(r.Body)+delta)) }
}

// bothLengths frames the body in two ways at once, which is how requests are
// smuggled past a proxy.
func bothLengths(r *traffic.RawRequest) {
	length := fmt.Sprint(len(r.Body))
	chunked(r)
	r.Set("Content-Length", length)
}

func anonymous(r *traffic.RawRequest) { r.Remove("User-Agent") }

// asksFirst waits for the interim 100 before it sends the body.
func asksFirst() Case {
	return unanswered(scripted("", 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		r := p.Parts(c)
		r.Set("Expect", "100-continue")
		c.Expect.Outcome = contract.Observed
		a, raw := p.SendRaw(c, traffic.RawScript{Await: []string{r.Method}, Steps: []traffic.RawStep{
			{Bytes: r.Head()}, {Continue: time.Second, Bytes: r.Body},
		}})
		shown := a.Signature() + " without 100"
		if len(raw.Interim) > 0 {
			shown = fmt.Sprintf("%s after %d", a.Signature(), raw.Interim[0])
		}
		p.Observe(a, shown)
	}))
}

// reuse is how many requests are sent over one connection.
const reuse = 1000

// reused sends many updates over one connection, as long as it is kept.
func reused() Case {
	return sending(reuse, scripted("1,000 requests on one connection", NeedOwn, func(p *Probe) {
		if rate := p.run.options.Rate; rate > 0 && rate < patient {
			p.Skip(fmt.Sprintf("a thousand requests at --rate %g take too long", rate))
			return
		}
		c := p.Smallest(p.Session())
		c.Expect.Outcome = contract.Observed
		bytes := p.run.raw.Wire(c)
		var script traffic.RawScript
		for i := range reuse {
			script.Steps = append(script.Steps, traffic.RawStep{After: i, Pause: p.run.pace.interval, Bytes: bytes})
			script.Await = append(script.Await, c.Method)
		}
		a, raw := p.SendRaw(c, script)
		p.Observe(a, allOf(a, raw, reuse))
	}))
}

// allOf tells of several requests on one connection.
func allOf(a *Answer, raw *traffic.RawAnswer, n int) string {
	for i, r := range raw.Responses {
		if r.Status != raw.Responses[0].Status {
			return fmt.Sprintf("%d, then %d to request %d", raw.Responses[0].Status, r.Status, i+1)
		}
	}
	if len(raw.Responses) < n {
		return fmt.Sprintf("%s to each of %d, then the connection ended", a.Signature(), len(raw.Responses))
	}
	return a.Signature() + " to all"
}

// pipelined sends three updates before it reads an answer.
func pipelined() Case {
	return unanswered(scripted("pipelining", NeedOwn, func(p *Probe) {
		const n = 3
		c := p.Smallest(p.Session())
		c.Expect.Outcome = contract.Observed
		var script traffic.RawScript
		step := traffic.RawStep{}
		for range n {
			step.Bytes = append(step.Bytes, p.run.raw.Wire(c)...)
			script.Await = append(script.Await, c.Method)
		}
		script.Steps = []traffic.RawStep{step}
		a, raw := p.SendRaw(c, script)
		p.Observe(a, allOf(a, raw, n))
	}))
}

// slow sends a body byte by byte, each after a pause.
func slow() Case {
	return unanswered(scripted("slow body", 0, func(p *Probe) {
		const bytes, pause = 5, 200 * time.Millisecond
		c := p.Smallest(p.Session())
		c.Expect.Outcome = contract.Observed
		r := p.Parts(c)
		script := traffic.RawScript{Await: []string{r.Method}, Steps: []traffic.RawStep{{Bytes: r.Head()}}}
		for i := range bytes {
			script.Steps = append(script.Steps, traffic.RawStep{Pause: pause, Bytes: r.Body[i : i+1]})
		}
		script.Steps = append(script.Steps, traffic.RawStep{Pause: pause, Bytes: r.Body[bytes:]})
		a, _ := p.SendRaw(c, script)
		p.Observe(a, a.Signature())
	}))
}

// patience is how long the suite waits for a server to give up on a body.
const patience = time.Second

// unfinished never sends the end of the body. A server that waits for longer than
// the suite is left alone.
func unfinished() Case {
	return unanswered(scripted("body never finished", 0, func(p *Probe) {
		r := p.Parts(p.Smallest(p.Session()))
		r.Body = r.Body[:len(r.Body)/2]
		p.waits(r)
	}))
}

// lengthBeyond declares more than is sent.
func lengthBeyond() Case {
	return unanswered(scripted("too large", 0, func(p *Probe) {
		r := p.Parts(p.Smallest(p.Session()))
		lengthOff(+3)(&r)
		p.waits(r)
	}))
}

// waits sends a request whose end does not come and watches for a while what the
// server does.
func (p *Probe) waits(r traffic.RawRequest) {
	raw := p.carry(traffic.RawScript{Steps: []traffic.RawStep{{Bytes: r.Bytes()}}, Linger: patience})
	shown := "waits for more than " + patience.String()
	if raw.End == traffic.EndClosed || raw.End == traffic.EndReset {
		shown = "closes the connection"
	}
	if len(raw.Surplus) > 0 {
		shown = "answers and " + shown
	}
	p.behaved(shown)
	p.record(contract.ObservedOnly, p.c.Expect.String(), shown, nil)
}

// leaves hangs up after a part of the request; what counts is that the server
// takes the next one.
func leaves(name string, part func(r *traffic.RawRequest) []byte, how traffic.RawHangUp) Case {
	return unanswered(scripted(name, 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		r := p.Parts(c)
		p.carry(traffic.RawScript{Steps: []traffic.RawStep{{Bytes: part(&r), End: how}}})
		a := p.Send(p.Smallest(p.Session()))
		p.Observe(a, "next update "+a.Signature())
	}))
}

func headOnly(r *traffic.RawRequest) []byte { return r.Head() }

func halfBody(r *traffic.RawRequest) []byte { return append(r.Head(), r.Body[:len(r.Body)/2]...) }

func whole(r *traffic.RawRequest) []byte { return r.Bytes() }
