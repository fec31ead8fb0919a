package suite

import (
	"fmt"
	"slices"

	"sdegauge/checks/expect"
	"sdegauge/internal/contract"
)

// unfair is the reason why a request is not sent: what its case claims of it is
// not what its bytes are. The mistake is the suite's own.
type unfair struct{ reason string }

func (u unfair) Error() string { return u.reason }

// fair holds the outcome that a case claims of an update against what two
// readers make of the bytes that are about to go out. Only a claim that both
// share may be held against a server; the error is an [unfair].
//
// Observed updates claim nothing, and NOT2XX is looked for at the edge of HTTP,
// of which the readers know nothing.
func (p *Probe) fair(c *contract.Case) error {
	wanted, claims := classOf(c.Expect.Outcome)
	if !claims || c.Method != contract.Method {
		return nil
	}
	opinion, err := expect.Derive(expect.Of(c), p.known(c), p.run.options.Profile)
	switch {
	case err != nil:
		return unfair{err.Error()}
	case c.Expect.TolerateOK && opinion.Class == expect.Open:
		return nil
	case opinion.Class == wanted && opinion.Level <= c.Expect.Level:
		return nil // what binds more than is claimed binds as claimed
	}
	return unfair{fmt.Sprintf("the case claims %v (%v) of a request on which both readers have this opinion, so nothing was sent: %v",
		c.Expect, c.Expect.Level, opinion)}
}

// classOf is the class that an outcome claims; false where it claims none.
func classOf(o contract.Outcome) (expect.Class, bool) {
	switch o {
	case contract.OK:
		return expect.Accept, true
	case contract.Rejected:
		return expect.Refuse, true
	default:
		return 0, false
	}
}

// known are the live sessions as the case knows them, that of the request first.
func (p *Probe) known(c *contract.Case) expect.Known {
	live := func(s *contract.Session) *contract.Session {
		if slices.Contains(p.past, s) {
			return nil
		}
		return s
	}
	k := expect.Known{Session: live(c.Session)}
	for _, s := range []*contract.Session{p.session, p.other} {
		if s != c.Session {
			k.Others = append(k.Others, live(s))
		}
	}
	return k
}
