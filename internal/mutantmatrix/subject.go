package mutantmatrix

import (
	"sdegauge/internal/reference"
	"sdegauge/internal/reference/deviations"
)

// Subject is one server that the suite is put to.
type Subject struct {
	ID      string
	Options func(*reference.Options)
	// TLS says that it is a server of https.
	TLS bool
	// Profiles are those in which it is judged.
	Profiles []string
	// Mutant is what it is to be caught at; nil where it is harmless.
	Mutant *deviations.Mutant

	innocent deviations.Innocent // of a harmless one
}

// workers is how many cases are put at once. One after another is what a mutant
// gets: a server that counts its requests then goes red in the same places every
// time.
func (s *Subject) workers() int {
	if s.Mutant != nil {
		return 1
	}
	return 4
}

// long reports whether the suite may have to wait, for slow answers or for a
// server to recover.
func (s *Subject) long() bool {
	return s.innocent.Slower > 0 || s.Mutant != nil && s.Mutant.May("*")
}

// warns reports whether a harmless server may be warned of by a requirement.
func (s *Subject) warns(requirement string) bool { return s.innocent.Warns(requirement) }

// Unmodified is the id of the server that keeps the contract.
const Unmodified = "unmodified"

// Subjects are the unmodified server, the mutants and the innocents.
func Subjects() []Subject {
	all := []Subject{
		{ID: Unmodified, Options: func(*reference.Options) {}, Profiles: []string{"spec", "strict", "lenient"}},
		{ID: Unmodified + "-tls", Options: func(*reference.Options) {}, TLS: true, Profiles: []string{"strict"}},
	}
	for _, m := range deviations.Mutants() {
		all = append(all, Subject{ID: m.ID, Options: m.Options, TLS: m.TLS, Profiles: []string{"strict", "spec"}, Mutant: &m})
	}
	for _, i := range deviations.Innocents() {
		all = append(all, Subject{ID: i.ID, Options: i.Options, Profiles: i.Profiles, innocent: i})
	}
	return all
}
