package mutantmatrix

import (
	"fmt"
	"slices"
	"strings"

	"sdegauge/internal/contract"
)

// Breaches are the ways in which a trial breaks the laws, each a sentence; none:
// both hold. golden is what was red when somebody last looked.
func (t *Trial) Breaches(golden Golden) []string {
	var found []string
	for i := range t.Outcomes {
		o := &t.Outcomes[i]
		breach := func(format string, values ...any) {
			found = append(found, fmt.Sprintf("%s in %s: ", t.Subject.ID, o.Profile)+fmt.Sprintf(format, values...))
		}
		switch {
		case o.Err != nil:
			breach("there is no report: %v", o.Err)
			continue
		case t.Subject.Mutant == nil:
			t.harmless(o, breach)
		default:
			t.caught(o, breach)
		}
		if want, got := golden[entry{t.Subject.ID, o.Profile}], o.String(); got != want {
			breach("red is not what it was: want %q, got %q", want, got)
		}
	}
	return found
}

// caught is the first law.
func (t *Trial) caught(o *Outcome, breach func(string, ...any)) {
	m := t.Subject.Mutant
	if o.ExitCode != 1 && o.Profile == "strict" {
		breach("the suite ends with exit code %d, not 1", o.ExitCode)
	}
	for _, id := range m.Catches {
		verdict := o.Red[id]
		if verdict != contract.Fail && (o.Profile == "strict" || verdict != contract.Warn) {
			breach("%s does not catch it, though it %s", id, m.Title)
		}
	}
	for _, id := range o.IDs() {
		if o.Red[id] == contract.Inconclusive {
			breach("%s is inconclusive", id)
		}
		if !m.May(id) {
			breach("%s is red, and has nothing to do with it", id)
		}
	}
	after := strings.HasPrefix(o.Sentence, "after the suite ") && m.May("EP-01")
	if o.Profile == "strict" && m.Unusable != (o.Sentence != "") && !after {
		breach("unusable is %t, and the suite's sentence about it all is %q", m.Unusable, o.Sentence)
	}
}

// harmless is the second law.
func (t *Trial) harmless(o *Outcome, breach func(string, ...any)) {
	if o.ExitCode != 0 {
		breach("the suite ends with exit code %d", o.ExitCode)
	}
	if o.Sentence != "" {
		breach("the suite says of it all: %s", o.Sentence)
	}
	for _, id := range o.IDs() {
		if o.Red[id] != contract.Warn || !t.Subject.warns(id) {
			breach("%s is %s", id, o.Red[id])
		}
	}
}

// Coverage is how often each requirement that can be broken was found broken in
// strict, by the mutants that name it.
func Coverage(trials []Trial) map[string][]string {
	found := make(map[string][]string)
	for i := range trials {
		m, o := trials[i].Subject.Mutant, trials[i].Outcome("strict")
		if m == nil || o == nil {
			continue
		}
		for _, id := range m.Catches {
			if o.Red[id] == contract.Fail {
				found[id] = append(found[id], m.ID)
			}
		}
	}
	return found
}

// beyond are the binding requirements that no server can be caught breaking: the
// suite skips them, or judges this program by them.
var beyond = map[string]string{
	"U-09":  "a client's: it accepts more members in an envelope",
	"EA-05": "a client's: what it sends as valid holds no impression among the SDEs",
	"CR-04": "a client's: it reads ids as strings and as numbers",
	"CR-05": "a client's: it comes back to a cold account with the visitor it was told",
}

// Uncaught are the binding requirements that no mutant is caught breaking, though
// a server can be asked.
func Uncaught(trials []Trial) []string {
	covered := Coverage(trials)
	var missing []string
	for _, r := range contract.Requirements() {
		section, _, _ := strings.Cut(r.ID, "-")
		binding := r.Level == contract.Must || r.Level == contract.Should
		clients := section == "RT" || section == "LD" || beyond[r.ID] != ""
		if binding && !clients && len(covered[r.ID]) == 0 {
			missing = append(missing, r.ID)
		}
	}
	slices.Sort(missing)
	return missing
}
