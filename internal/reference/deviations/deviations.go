package deviations

import (
	"path"
	"slices"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// Mutant is a server that breaks the contract in one deliberate way.
type Mutant struct {
	ID string // stable, in kebab case
	// Title says in one sentence what the server does wrong.
	Title string
	// Catches are the requirements that have to be found broken: failed in the
	// profile strict, at least warned of in spec.
	Catches []string
	// Wake are requirements, or patterns of them as [path.Match] reads them, that
	// may be found broken besides, for their requests cannot avoid the defect.
	Wake []string
	// Unusable says that not even the smallest update is taken, or that all is
	// answered alike: there is nothing to judge the other requirements by.
	Unusable bool
	// Needs says what shows the defect besides requests and answers.
	Needs Need
	// TLS says that the defect is that of a server of https.
	TLS bool
	// Options makes a server deviate. It is called once for each server.
	Options func(*reference.Options)
	Probe   Probe
}

// Need is what an observer must have to see a deviation.
type Need string

// What may be needed.
const (
	NeedsNothing Need = ""
	NeedsFail    Need = "an injected failure" // Handler.FailNext
	NeedsState   Need = "the read-back"       // Handler.State
	NeedsAge     Need = "an aged session"     // Handler.Age
)

// May reports whether a requirement may be found broken.
func (m *Mutant) May(requirement string) bool {
	return slices.Contains(m.Catches, requirement) || matches(m.Wake, requirement)
}

func matches(patterns []string, requirement string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(pattern, requirement)
		return ok && err == nil
	})
}

// Innocent is a server with one harmless peculiarity.
type Innocent struct {
	ID    string // stable, in kebab case
	Title string // says in one sentence what it does
	// Profiles are those that have to let it pass.
	Profiles []string
	// Warned are requirements, or patterns of them, that may be warned of: the
	// contract allows what is done and prefers another status.
	Warned  []string
	Options func(*reference.Options)
	Probe   Probe
	// Slower is how much later than usual each answer comes at least, where that
	// is the whole peculiarity.
	Slower time.Duration
}

// Warns reports whether a requirement may be warned of.
func (i *Innocent) Warns(requirement string) bool { return matches(i.Warned, requirement) }

// Mutants returns the mutants by subject.
func Mutants() []Mutant {
	return slices.Concat(
		liars(),
		envelopeMutants(), statusMutants(), blameMutants(),
		pathMutants(), accountMutants(), visitorMutants(),
		versionMutants(), sessionIDMutants(), headerMutants(),
		bodyMutants(), pageMutants(),
		impressionMutants(), attributeMutants(),
		fieldMutants(), refusalMutants(), valueMutants(),
		lifecycleMutants(), createMutants(), failureMutants(),
	)
}

// Innocents returns the innocents by subject.
func Innocents() []Innocent {
	return slices.Concat(
		envelopeInnocents(), transportInnocents(), successInnocents(),
		statusInnocents(), silenceInnocents(), stateInnocents(),
	)
}

// FindMutant finds a mutant by its id.
func FindMutant(id string) (Mutant, bool) {
	return find(Mutants(), func(m Mutant) bool { return m.ID == id })
}

// FindInnocent finds an innocent by its id.
func FindInnocent(id string) (Innocent, bool) {
	return find(Innocents(), func(i Innocent) bool { return i.ID == id })
}

func find[T any](all []T, is func(T) bool) (found T, ok bool) {
	if at := slices.IndexFunc(all, is); at >= 0 {
		return all[at], true
	}
	return found, false
}

// Probe is what is done to a server that knows [Accounts] and [Sessions], step
// by step over one connection for as long as it lives.
type Probe []Step

// Step sends a request, unless it is one of the other things.
type Step struct {
	Method string // empty for PUT
	Target string // empty for that of the first of Sessions
	Header []contract.HeaderField
	Body   string

	// Age makes the first session older.
	Age time.Duration
	// Fail makes the next updates fail with these statuses.
	Fail []int
	// Read reads the first session back.
	Read bool
}

// Accounts are the accounts that a probed server knows.
func Accounts() []string { return []string{known.Account, otherAccount} }

// Sessions are the sessions that a probed server knows: the specification's
// example, one of another visitor, and one without an engagement.
func Sessions() []*contract.Session {
	return []*contract.Session{contract.ExampleSession(), otherSession(), plainSession()}
}
