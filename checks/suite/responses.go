package suite

import (
	"fmt"
	"strings"
	"time"

	"sdegauge/internal/contract"
)

// responseRows look at statuses and envelopes across all answers.
func responseRows() []Row {
	return []Row{
		gathered("RS-01", "A client that waits for 200 takes any other success for a failure and sends again."),
		gathered("RS-02", "A refusal of the client's data has to say what is wrong in the documented form."),
		gathered("RS-03", "A client cannot tell an expired session from a wrong address without the envelope."),
		row("RS-04", "Errors of a failing server that cannot be read leave a client no reason to come back.",
			injected("500", 500), injected("503", 503), recovers(), transient()),
		gathered("RS-05", "Only the documented code tells a client that it is its version, and nothing else, that must change."),
		gathered("RS-06", "The code of invalid data keeps a client from asking for a new session when its body is wrong."),
		gathered("RS-07", "The codes of an unknown visitor and session tell a client which of the two to make anew."),
		gathered("RS-08", "A cold account that is not answered in the loading form looks like an outage."),
		gathered("RS-09", "Tells whether a cold account is answered as a sibling's newer version does."),
		row("RS-10", "Tells who answers where the API does not: the server itself or a gateway before it.", unrouted()),
		row("RS-11", "Tells whether the same fault gets the same answer each time.", repeated()),
		row("RS-12", "Tells whether the times of errors run forward.", clockRuns()),
		gathered("RS-13", "The message is optional, so its absence is no fault."),
		gathered("RS-14", "Braces are one reading of an empty entity."),
	}
}

// fail makes the target fail next, or stops the case.
func (p *Probe) fail(statuses ...int) {
	if err := p.run.options.Hooks.Fail(p.ctx, statuses); err != nil {
		panic(stopped{skip("the fault hook failed: " + err.Error())})
	}
}

// trouble is an update that meets an injected failure: it is neither as expected
// nor in breach.
func (p *Probe) trouble(s *contract.Session) *Answer {
	c := p.Smallest(s)
	c.Expect = contract.Expectation{Requirement: "EP-01", Level: contract.Must, Outcome: contract.OK}
	return p.Send(c)
}

// injected expects an injected failure to carry the envelope.
func injected(name string, status int) Case {
	return alone(scripted(name, NeedFault, func(p *Probe) {
		s := p.Session()
		p.fail(status)
		a := p.trouble(s)
		p.Check(a.Status == status && a.Conforms, fmt.Sprintf("%d with a conforming envelope", status), a.Signature(), a)
	}))
}

// recovery is how long a target may take to be well after its last injected
// failure: the pauses of the retry policy together (S:L116).
const recovery = 30 * time.Second

// recovers expects the next update after the failures to be taken, at the latest
// when the last of the specified retries would come.
func recovers() Case {
	return alone(scripted("recovery", NeedFault, func(p *Probe) {
		s := p.Session()
		failures := []int{500, 503, 500, 503}
		p.fail(failures...)
		for range failures {
			p.trouble(s)
		}
		began := time.Now()
		for wait := 10 * time.Millisecond; ; wait *= 2 {
			a := p.trouble(s)
			if a.OK() || time.Since(began)+wait > recovery {
				p.Check(a.OK(), "200 within "+recovery.String()+" of the last failure", a.Signature(), a)
				return
			}
			if pause(p.ctx, wait) != nil {
				panic(stopped{p.ctx.Err()})
			}
		}
	}))
}

// transient expects trouble of the server's own never to be blamed on the client.
func transient() Case {
	return alone(scripted("no 4xx for the server's trouble", NeedFault, func(p *Probe) {
		s := p.Session()
		failures := []int{503, 500, 503}
		p.fail(failures...)
		var blamed *Answer
		for range failures { // every one, or else the next case meets what is left
			if a := p.trouble(s); blamed == nil && a.Status/100 == 4 {
				blamed = a
			}
		}
		if blamed != nil {
			p.Check(false, "a 5xx: the trouble is the server's", blamed.Signature(), blamed)
			return
		}
		p.Check(true, "a 5xx: the trouble is the server's", "5xx", nil)
	}))
}

// unrouted looks at a path that is nobody's.
func unrouted() Case {
	return scripted("", 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		c.Target = "/api/account/" + c.Session.Account + "/app/nowhere"
		p.Judge(p.Send(c))
	})
}

// repetitions of a fault that are compared.
const repetitions = 5

// repeated sends one fault several times.
func repeated() Case {
	return scripted("", 0, func(p *Probe) {
		s := p.Session()
		var seen []string
		var last *Answer
		for range repetitions {
			c := p.Update(s, `{}`)
			last = p.Send(c)
			seen = append(seen, last.Signature())
		}
		behaviour := "the same answer each time"
		for _, signature := range seen {
			if signature != seen[0] {
				behaviour = "different answers"
			}
		}
		if behaviour != "the same answer each time" {
			behaviour += ": " + strings.Join(seen, ", ")
		}
		p.Observe(last, behaviour)
	})
}

// clockRuns compares the times of two errors, one after the other.
func clockRuns() Case {
	return scripted("", 0, func(p *Probe) {
		s := p.Session()
		first := p.Send(p.Update(s, `{}`))
		second := p.Send(p.Update(s, `{}`))
		switch {
		case !first.Conforms || !second.Conforms:
			p.Observe(second, "no times to compare")
		case second.Envelope.Time < first.Envelope.Time:
			p.Observe(second, "backward")
		default:
			p.Observe(second, "forward")
		}
	})
}
