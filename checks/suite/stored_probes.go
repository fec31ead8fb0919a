package suite

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"sdegauge/internal/contract"
)

// The probes here send updates that leave something behind, and look at it where
// the target lets them.

// state reads what is stored of a session; nil where that cannot be seen.
func (p *Probe) state(s *contract.Session) *State {
	if p.run.options.Hooks.State == nil {
		return nil
	}
	state, err := p.run.options.Hooks.State(p.ctx, s)
	if err != nil {
		panic(stopped{skip("the read-back failed: " + err.Error())})
	}
	return &state
}

// stored tells how many entries of a type a session has; empty where that cannot
// be seen.
func (p *Probe) stored(s *contract.Session, wireType string) string {
	state := p.state(s)
	if state == nil {
		return ""
	}
	return fmt.Sprintf("%d stored", len(state.Attributes[wireType]))
}

// seen joins what was seen of several updates and of what is stored after them.
func seen(stored string, answers ...*Answer) string {
	var parts []string
	for _, a := range answers {
		if n := len(parts); n == 0 || parts[n-1] != a.Signature() {
			parts = append(parts, a.Signature())
		}
	}
	text := strings.Join(parts, " then ")
	if stored != "" {
		text += ", " + stored
	}
	return text
}

// repeat sends the same update n times.
func repeat(class string, n int) Case {
	return scripted("", NeedOwn, func(p *Probe) { p.sequence(class, n, func(int) int { return 0 }) })
}

// successive sends n different updates of one class.
func successive(class string, n int) Case {
	return scripted("", NeedOwn, func(p *Probe) { p.sequence(class, n, func(i int) int { return i }) })
}

func (p *Probe) sequence(class string, n int, which func(i int) int) {
	s := p.Session()
	var answers []*Answer
	for i := range n {
		answers = append(answers, p.Send(p.valid(s, class, which(i))))
	}
	p.Observe(answers[n-1], seen(p.stored(s, class), answers...))
}

// attributes is an update with SDEs as they stand.
func (p *Probe) attributes(s *contract.Session, sdes ...string) *contract.Case {
	return p.Update(s, fmt.Sprintf(`{"pageId":%q,"engagementAttributes":[%s]}`, s.PageID, strings.Join(sdes, ",")))
}

// written sends an SDE as it stands, with what a generated one may leave out by
// chance.
func written(name, sde string) Case {
	return scripted(name, 0, func(p *Probe) { p.Judge(p.Send(p.attributes(p.Session(), sde))) })
}

// disjoint sends two SDEs of a type that share no member.
func disjoint(wireType, first, second string, members ...string) Case {
	return scripted("", NeedOwn, func(p *Probe) {
		s := p.Session()
		a, b := p.Send(p.attributes(s, first)), p.Send(p.attributes(s, second))
		stored := ""
		if state := p.state(s); state != nil {
			stored = repeatShown(state.Attributes[wireType], members)
		}
		p.Observe(b, seen(stored, a, b))
	})
}

// repeatShown says what the second of two SDEs did to the first: the members are
// one of the first and one of the second.
func repeatShown(stored []json.RawMessage, members []string) string {
	if len(stored) == 0 {
		return "nothing stored"
	}
	if len(stored) > 1 {
		return "appended"
	}
	both := !slices.ContainsFunc(members, func(name string) bool { return !strings.Contains(string(stored[0]), `"`+name+`"`) })
	if both {
		return "merged"
	}
	return "replaced"
}

// sameTypeTwice sends two SDEs of one type in one update.
func sameTypeTwice(first, second string, members ...string) Case {
	return scripted("read back", NeedOwn|NeedReadback, func(p *Probe) {
		s := p.Session()
		a := p.Send(p.attributes(s, first, second))
		p.Observe(a, seen(repeatShown(p.state(s).Attributes["personal"], members), a))
	})
}

// nothingStored expects a refused update to leave nothing behind (MD).
func nothingStored(wireType string, sdes ...string) Case {
	return scripted("nothing stored", NeedOwn|NeedReadback, func(p *Probe) {
		s := p.Session()
		before := len(p.state(s).Attributes[wireType])
		c := p.attributes(s, sdes...)
		c.Expect = contract.Expectation{
			Requirement: p.row.ID, Level: p.row.Level, Outcome: contract.Rejected,
			Status: 400, Codes: []contract.InternalCode{contract.CodeInvalidData},
		}
		a := p.Send(c)
		if a.OK() {
			p.Skip("the update was taken; that it was not refused is another case's finding")
			return
		}
		left := len(p.state(s).Attributes[wireType]) - before
		p.Check(left == 0, "nothing of a refused update is stored", fmt.Sprintf("%s, and %d %s stored", a.Signature(), left, wireType), a)
	})
}

// resolved reports an error, and then that it is resolved.
func resolvedLater() Case {
	return scripted("", NeedOwn, func(p *Probe) {
		const form = `{"type":"error","error":{"contextId":"checkout","message":"card refused","code":"E-17","level":2,"resolved":%t}}`
		s := p.Session()
		a, b := p.Send(p.attributes(s, fmt.Sprintf(form, false))), p.Send(p.attributes(s, fmt.Sprintf(form, true)))
		p.Observe(b, seen(p.stored(s, "error"), a, b))
	})
}

// smallerCart sends a cart, and then one with fewer members.
func smallerCart() Case {
	return scripted("", NeedOwn, func(p *Probe) {
		s := p.Session()
		a := p.Send(p.valid(s, "cart", 0))
		b := p.Send(p.attributes(s, `{"type":"cart","total":5,"numItems":1}`))
		stored := ""
		if state := p.state(s); state != nil {
			stored = fieldsLeft(state.Attributes["cart"], "products")
		}
		p.Observe(b, seen(stored, a, b))
	})
}

// impression is an impression event with the live ids of a session.
func impression(s *contract.Session, wireType string) string {
	e := s.Engagement
	return fmt.Sprintf(`{"type":%q,"campaign":%d,"engId":%d,"revision":%d,"eContext":[{"type":"engagementContext","id":%q}]}`,
		wireType, e.Campaign, e.ID, e.Revision, e.ContextID)
}

// report is an update with one impression.
func (p *Probe) report(s *contract.Session, wireType string) *contract.Case {
	return p.Update(s, fmt.Sprintf(`{"pageId":%q,"impAttributes":[%s]}`, s.PageID, impression(s, wireType)))
}

// acceptFirst reports an accepted offer that was never shown.
func acceptFirst() Case {
	return scripted("", NeedOwn|NeedEngagement, func(p *Probe) {
		p.Judge(p.Send(p.report(p.Session(), "impAccept")))
	})
}

// validity is how long an offer holds in the documents' samples (CS).
const validity = 900 * time.Second

// lateImpression reports an offer that has run out.
func lateImpression() Case {
	return scripted("", NeedOwn|NeedEngagement|NeedAge, func(p *Probe) {
		s := p.Session()
		p.age(s, validity+time.Second)
		p.Judge(p.Send(p.report(s, "impDisplay")))
	})
}
