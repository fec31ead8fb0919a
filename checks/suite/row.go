package suite

import (
	"fmt"

	"sdegauge/internal/contract"
)

// Row is one requirement and how it is probed.
type Row struct {
	contract.Requirement
	// Reason says in one sentence what goes wrong, and for whom, where the
	// requirement does not hold; of an observed row, what the answer tells.
	Reason string
	// Cases are the ways in which the row is probed. None: the row is gathered
	// from other answers, or Elsewhere says who judges it.
	Cases []Case
	// Elsewhere says why no server can be asked, and what can; such a row is
	// skipped.
	Elsewhere string
}

// Case is one probe of a row.
type Case struct {
	// ID is the requirement's, with a suffix where the row has several cases:
	// V-05-a. It never changes once published; new cases go to the end.
	ID string
	// Name tells the cases of a row apart; empty where there is one.
	Name string
	// Subject and Fault place the case in the coverage: the SDE or impression
	// type it is about, and the name of its fault; both may be empty.
	Subject, Fault string
	// Needs is what the case asks of the target and the run.
	Needs Need
	// Alone says that nothing else may be sent meanwhile: the case disturbs the
	// server for others.
	Alone bool
	// Unanswered says that no complete answer is a plausible outcome, too: the
	// request is broken below HTTP.
	Unanswered bool
	// Sends is about how many requests the case makes, where they are many.
	Sends int
	// Expect is what is expected, for the list; the probe judges by it.
	Expect contract.Expectation

	probe func(*Probe)
}

// Need is what a case asks of the target and of the run; needs add up.
type Need uint16

// The needs.
const (
	// NeedEngagement asks for a session with an engagement.
	NeedEngagement Need = 1 << iota
	// NeedNoEngagement asks for a session without one.
	NeedNoEngagement
	// NeedOther asks for a second live session of the account.
	NeedOther
	// NeedOwn asks for a session that no other case uses.
	NeedOwn
	// NeedCreate asks that Create Session may be called.
	NeedCreate
	// NeedAccount asks for a second account.
	NeedAccount
	// NeedAge asks that a session can be made older.
	NeedAge
	// NeedReadback asks that a session's stored state can be read.
	NeedReadback
	// NeedFault asks that the target can be made to fail.
	NeedFault
	// NeedTLS asks for an https target.
	NeedTLS
)

// needs tells a user what would open a row, in the order of the bits.
var needs = [...]string{
	"a session with an engagement", "a session without an engagement", "a second live session",
	"a session of its own", "leave to call Create Session", "a second account (--other-account)",
	"sessions that can be aged (--age-hook)", "the stored state (--readback)",
	"a fault that can be injected (--fault-hook)", "an https target",
}

// String lists what is needed: "a second live session and the stored state
// (--readback)".
func (n Need) String() string {
	text := ""
	for i, name := range needs {
		if n&(1<<i) == 0 {
			continue
		}
		if text != "" {
			text += " and "
		}
		text += name
	}
	return text
}

// row is the row of a requirement. Without cases it has those that package
// generators makes for it.
func row(id, reason string, cases ...Case) Row {
	requirement, ok := contract.LookupRequirement(id)
	if !ok {
		panic("suite: there is no requirement " + id) // a slip in a table of this package
	}
	if cases == nil {
		cases = generated(id)
	}
	return numbered(Row{Requirement: requirement, Reason: reason, Cases: cases})
}

// gathered is a row without requests of its own.
func gathered(id, reason string) Row { return row(id, reason, []Case{}...) }

// elsewhere is a row that no server can be asked.
func elsewhere(id, reason, where string) Row {
	r := gathered(id, reason)
	r.Elsewhere = where
	return r
}

// scripted is a case that is a function.
func scripted(name string, n Need, probe func(*Probe)) Case {
	return Case{Name: name, Needs: n, probe: probe}
}

// alone marks a case that must run by itself.
func alone(c Case) Case { c.Alone = true; return c }

// unanswered marks a case to which no complete answer is plausible as well.
func unanswered(c Case) Case { c.Unanswered = true; return c }

// numbered gives the cases of a row their ids, and the row's expectation to those
// that have none.
func numbered(r Row) Row {
	for i := range r.Cases {
		c := &r.Cases[i]
		c.ID = r.ID
		if len(r.Cases) > 1 {
			c.ID += "-" + suffix(i)
		}
		c.Expect.Requirement, c.Expect.Level = r.ID, r.Level
		switch {
		case c.Expect.Outcome != 0:
		case r.Level == contract.Obs:
			c.Expect.Outcome = contract.Observed
		default:
			c.Expect.Outcome = contract.OK
		}
	}
	return r
}

// suffix counts a, b, … z, aa, ab …
func suffix(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return fmt.Sprintf("%s%c", suffix(i/26-1), 'a'+i%26)
}
