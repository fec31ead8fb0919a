package contract

import "fmt"

// HeaderField is one header line as it goes on the wire, order and letter case
// kept.
type HeaderField struct{ Name, Value string }

// DefaultHeader is what a request carries when its case does not say otherwise:
// JSON both ways (CS; S is silent).
func DefaultHeader() []HeaderField {
	return []HeaderField{{"Content-Type", "application/json"}, {"Accept", "application/json"}}
}

// Case is one request and what is expected of its response. A case is a pure
// function of the scenario's seed, its Seq and its Session.
//
// Cases are reused: whoever fills one overwrites every field and may keep the
// capacity of Body.
type Case struct {
	// Seq numbers the update within the run, from 0.
	Seq uint64
	// Class is the payload class under which the update is counted.
	Class string
	// Fault names the deliberate defect of the request; empty for a valid one.
	Fault string
	// Session is whom the update is for. Never changed by a case.
	Session *Session
	// Method is PUT but for probes.
	Method string
	// Target is the origin-form request target, sent as it stands.
	Target string
	// Header replaces [DefaultHeader] when it is not nil.
	Header []HeaderField
	// Body is sent as it stands.
	Body []byte
	// Expect is the outcome that makes the update a success.
	Expect Expectation
}

// Reset empties c for its next use, keeping the capacity of its body.
func (c *Case) Reset() { *c = Case{Body: c.Body[:0]} }

// Outcome is what kind of answer a case expects.
type Outcome uint8

// The outcomes.
const (
	// OK is 200 with an empty entity (S:L104, S:L118).
	OK Outcome = iota + 1
	// Rejected is 400, 401 or 404 with a conforming error envelope.
	Rejected
	// Not2xx is any status outside 2xx; a gateway's page will do.
	Not2xx
	// Observed is recorded and never failed.
	Observed
)

var outcomeNames = [...]string{OK: "OK", Rejected: "REJ", Not2xx: "NOT2XX", Observed: "OBS"}

// String is the outcome's short name: OK, REJ, NOT2XX or OBS.
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) && outcomeNames[o] != "" {
		return outcomeNames[o]
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

// Expectation is what a case's response is held against.
type Expectation struct {
	// Requirement is the id of the requirement that the case probes.
	Requirement string
	// Level is that requirement's level.
	Level Level
	// Outcome is the class of answers that meet it.
	Outcome Outcome
	// Status is the preferred status of a rejection; another listed rejection
	// that Statuses does not hold is a warning. 0: no preference.
	Status int
	// Statuses are further statuses that meet the expectation without a warning.
	Statuses []int
	// Codes are the preferred internal codes; another is a warning. Empty: no
	// preference.
	Codes []InternalCode
	// TolerateOK says that acceptance is not a failure either, only recorded:
	// the documentation lets a server coerce.
	TolerateOK bool
}

// String writes the expectation in the notation of the requirements:
// "REJ(400;33)".
func (e Expectation) String() string {
	if e.Outcome != Rejected {
		return e.Outcome.String()
	}
	s := "REJ(any"
	if e.Status != 0 {
		s = "REJ(" + StatusText(e.Status)
	}
	for i, c := range e.Codes {
		if i == 0 {
			s += ";"
		} else {
			s += " or "
		}
		s += fmt.Sprint(int64(c))
	}
	return s + ")"
}
