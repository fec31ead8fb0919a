package contract

import (
	"fmt"
	"time"
)

// Profile decides what the levels mean and how each inconsistency of the
// specification is read.
type Profile struct {
	Name string // spec, strict or lenient
	// ShouldFails says that a broken SHOULD is a failure, not a warning.
	ShouldFails bool
	// OffListFails says that a status the contract does not list is a failure, not
	// a warning, where an OK or a rejection is expected.
	OffListFails bool
	// EmptyEntity is what a success may carry.
	EmptyEntity EmptyEntity
	// LenientErrorTypes accepts an ISO time and a quoted internalCode, as a
	// sibling API sends them.
	LenientErrorTypes bool
	// SearchInfoMust expects searchInfo to be accepted; else it is observed
	// only, for T says that it cannot be reported from mobile (S:L44, T).
	SearchInfoMust bool
	// Skew is how far the envelope's time may be from this machine's clock.
	Skew time.Duration
}

// EmptyEntity is the reading of "empty entity" (S:L118, whose heading stands
// over the error entity).
type EmptyEntity string

// The readings of an empty entity, from the narrowest.
const (
	EmptyZero   EmptyEntity = "zero"        // no byte
	EmptyBraces EmptyEntity = "zero+braces" // no byte, whitespace, or {}
	EmptyAny    EmptyEntity = "any"         // whatever comes
)

// Profiles returns the named profiles, the default first.
func Profiles() []Profile {
	const skew = 5 * time.Minute
	return []Profile{
		{Name: "spec", EmptyEntity: EmptyBraces, Skew: skew},
		{Name: "strict", ShouldFails: true, OffListFails: true, EmptyEntity: EmptyZero, SearchInfoMust: true, Skew: skew},
		{Name: "lenient", EmptyEntity: EmptyAny, LenientErrorTypes: true, Skew: skew},
	}
}

// LookupProfile finds a profile by name.
func LookupProfile(name string) (Profile, bool) {
	for _, p := range Profiles() {
		if p.Name == name {
			return p, true
		}
	}
	return Profile{}, false
}

// Verdict is the answer to one question about a server. Verdicts are ordered:
// the worse is the greater, and the worst of several is their verdict together.
type Verdict uint8

// The verdicts, from the best. Inconclusive is the instrument's own trouble: it
// outranks Pass, for a reading that cannot be trusted passes nothing, and not
// Fail, for what was seen to break is broken.
const (
	Skipped Verdict = iota + 1
	ObservedOnly
	Pass
	Warn
	Inconclusive
	Fail
)

var verdictNames = [...]string{
	Skipped: "skipped", ObservedOnly: "observed", Pass: "pass",
	Warn: "warn", Inconclusive: "inconclusive", Fail: "fail",
}

// String is the verdict's name in tables and documents.
func (v Verdict) String() string {
	if int(v) < len(verdictNames) && verdictNames[v] != "" {
		return verdictNames[v]
	}
	return fmt.Sprintf("Verdict(%d)", uint8(v))
}

// MarshalText writes the verdict as String does.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (v *Verdict) UnmarshalText(text []byte) error {
	for i, name := range verdictNames {
		if name != "" && name == string(text) {
			*v = Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no verdict; the verdicts are skipped, observed, pass, warn, inconclusive and fail", text)
}

// Worst is the worse of two verdicts; the zero Verdict is better than any.
func Worst(a, b Verdict) Verdict { return max(a, b) }
