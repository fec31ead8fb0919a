package suite

import (
	"fmt"
	"sync"
	"time"

	"sdegauge/generators"
	"sdegauge/internal/contract"
)

// valid is the n-th valid update of a class that the case makes.
func (p *Probe) valid(s *contract.Session, class string, n int) *contract.Case {
	c := new(contract.Case)
	if err := p.generator().Valid(c, class, generators.Full, generators.Small, p.seq()+uint64(n), s); err != nil {
		panic(err) // an unknown class is a slip of this package
	}
	return c
}

// refused expects an update to be refused as a session that is gone is.
func (p *Probe) gone(c *contract.Case, codes ...contract.InternalCode) *Answer {
	c.Expect = contract.Expectation{
		Requirement: p.row.ID, Level: p.row.Level, Outcome: contract.Rejected, Status: 404, Codes: codes,
	}
	p.past = append(p.past, c.Session)
	return p.Send(c)
}

// take expects every one of the updates to be taken, one after another.
func (p *Probe) take(n int, update func(i int) *contract.Case) {
	for i := range n {
		a := p.Send(update(i))
		if !a.OK() {
			p.Check(false, fmt.Sprintf("200 to each of %d updates", n), fmt.Sprintf("%s to update %d", a.Signature(), i+1), a)
			return
		}
	}
	p.Check(true, fmt.Sprintf("200 to each of %d updates", n), "200", nil)
}

func handOver() Case {
	return scripted("", NeedOwn|NeedCreate, func(p *Probe) { p.Judge(p.Send(p.Smallest(p.Session()))) })
}

// patient is the lowest rate at which a thousand updates are still sent.
const patient = 100

func many(name string, n int) Case {
	return sending(n, scripted(name, NeedOwn, func(p *Probe) {
		if rate := p.run.options.Rate; n >= 1000 && rate > 0 && rate < patient {
			p.Skip(fmt.Sprintf("a thousand updates at --rate %g would take %s", rate, time.Duration(float64(n)/rate*float64(time.Second))))
			return
		}
		s := p.Session()
		p.take(n, func(int) *contract.Case { return p.Smallest(s) })
	}))
}

func everyType() Case {
	return scripted("", NeedOwn, func(p *Probe) {
		s := p.Session()
		var classes []string
		for _, a := range contract.SDETypes() {
			// searchInfo is only observed (X15): it has rows of its own.
			if a.Type != "searchInfo" {
				classes = append(classes, a.Type)
			}
		}
		p.take(len(classes), func(i int) *contract.Case { return p.valid(s, classes[i], i) })
	})
}

// crowdSize is how many equal updates are sent at once.
const crowdSize = 50

func crowd() Case {
	return sending(crowdSize, alone(scripted("", NeedOwn, func(p *Probe) {
		s := p.Session()
		answers := p.together(crowdSize, func(int) *contract.Case { return p.valid(s, "lead", 0) })
		p.Observe(answers[0], tally(answers))
	})))
}

func twoWriters() Case {
	return scripted("", NeedOwn, func(p *Probe) {
		s := p.Session()
		answers := p.together(2, func(i int) *contract.Case { return p.valid(s, "personal", i) })
		shown := tally(answers)
		if stored := p.stored(s, "personal"); stored != "" {
			shown += ", " + stored
		}
		p.Observe(answers[0], shown)
	})
}

// together sends n updates at once.
func (p *Probe) together(n int, update func(i int) *contract.Case) []*Answer {
	answers := make([]*Answer, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		c := update(i)
		wg.Go(func() { answers[i], errs[i] = p.try(c) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			panic(stopped{err})
		}
	}
	return answers
}

// tally counts answers by their signature, in a stable order.
func tally(answers []*Answer) string {
	counts := make(map[string]int)
	for _, a := range answers {
		counts[a.Signature()]++
	}
	if len(counts) == 1 {
		return "all " + answers[0].Signature()
	}
	// How many of each is not the same from run to run.
	return "mixed: " + shownText(counts)
}

func afterSixHours() Case {
	return scripted("", NeedOwn|NeedAge, func(p *Probe) {
		s := p.Session()
		p.age(s, 6*time.Hour+time.Minute)
		p.Judge(p.gone(p.Smallest(s), contract.CodeSessionNotFound, contract.CodeUnknownSession))
	})
}

// age makes the case's own session older, or stops the case. Whether the session
// still takes an update then is not for the safety floor to ask.
func (p *Probe) age(s *contract.Session, by time.Duration) {
	p.floor = false
	if err := p.run.options.Hooks.Age(p.ctx, s, by); err != nil {
		panic(stopped{skip("the age hook failed: " + err.Error())})
	}
}

func idle() Case {
	return scripted("", NeedOwn|NeedAge, func(p *Probe) {
		s := p.Session()
		p.age(s, 30*time.Minute+time.Second)
		a := p.Send(p.Smallest(s))
		p.Observe(a, a.Signature())
	})
}

func keptAlive() Case {
	return scripted("", NeedOwn|NeedAge, func(p *Probe) {
		s := p.Session()
		p.age(s, 29*time.Minute)
		first := p.Send(p.Smallest(s))
		p.age(s, 29*time.Minute)
		second := p.Send(p.Smallest(s))
		p.Observe(second, seen("", first, second))
	})
}

func oldAndNewPage() Case {
	return scripted("", NeedOwn|NeedCreate, func(p *Probe) {
		s := p.Session()
		again, ok := p.recreate(s, s.ID)
		if !ok {
			return
		}
		old := p.Send(p.Smallest(s))
		newer := p.Send(p.Smallest(again))
		p.Observe(newer, "old page "+old.Signature()+", new page "+newer.Signature())
	})
}

func replacedSession() Case {
	return scripted("", NeedOwn|NeedCreate, func(p *Probe) {
		s := p.Session()
		unknown := stranger(s.Account).ID
		again, ok := p.recreate(s, unknown)
		if !ok {
			return
		}
		if again.ID == unknown {
			p.Check(false, "a new sid in the place of one that does not exist", "the unknown sid itself", nil)
			return
		}
		old := *s
		old.ID = unknown
		p.Judge(p.gone(p.Smallest(&old), contract.CodeUnknownSession))
	})
}

func beforeOffer() Case {
	return scripted("", NeedNoEngagement|NeedOwn, func(p *Probe) {
		a := p.Send(p.Smallest(p.Session()))
		p.Observe(a, a.Signature())
	})
}

// fullAt bounds the SDEs that are sent in search of a session's bound.
const fullAt = 500

func untilFull() Case {
	return sending(fullAt, scripted("", NeedOwn, func(p *Probe) {
		s := p.Session()
		for i := range fullAt {
			a := p.Send(p.valid(s, "lead", i))
			if !a.OK() {
				p.Observe(a, fmt.Sprintf("%s after %d SDEs", a.Signature(), i))
				p.Ended() // a full session need not take anything any more
				return
			}
		}
		a := p.Send(p.Smallest(s))
		p.Observe(a, fmt.Sprintf("%s after %d SDEs", a.Signature(), fullAt))
	}))
}

func atOnce() Case {
	return scripted("", NeedOwn|NeedCreate, func(p *Probe) {
		s := p.Session()
		a := p.Send(p.Smallest(s))
		p.Observe(a, a.Signature())
	})
}

func twoConnections() Case {
	return scripted("", NeedOwn, func(p *Probe) {
		s := p.Session()
		first := p.Send(p.Smallest(s))
		c := p.Smallest(s)
		second, _ := p.SendRaw(c, Once(p.Parts(c)))
		p.Observe(second, seen("", first, second))
	})
}

// olderPage reports on a page that the same visit has left.
func olderPage() Case {
	return scripted("", NeedOwn|NeedCreate, func(p *Probe) {
		s := p.Session()
		if _, ok := p.recreate(s, s.ID); ok {
			p.Judge(p.Send(p.Smallest(s)))
		}
	})
}

// foreignAccount names a visitor and a session of one account under another.
func foreignAccount() Case {
	c := scripted("", NeedAccount, func(p *Probe) {
		s := p.Session()
		foreign := p.Smallest(s)
		foreign.Target = contract.Target(p.run.options.OtherAccount, s.VisitorID, s.ID)
		p.Judge(p.Send(foreign))
	})
	c.Expect = contract.Expectation{
		Outcome: contract.Rejected, Status: 404, Statuses: []int{401},
		Codes: []contract.InternalCode{contract.CodeUnknownVisitor, contract.CodeUnknownSession, contract.CodeNoPermission},
	}
	return c
}
