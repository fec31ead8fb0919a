package mutantmatrix

import (
	"os"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// sample are servers of every kind, each in the profile that is quickly asked and
// decides: `make mutants` tries all of them in all.
var sample = map[string][]string{
	"strict": {
		"always-200", "always-404-envelope", "always-closes", // liars
		"envelope-missing", "cart-total-optional", "cold-no-visitor",
	},
	"spec": {"envelope-order", "success-braces"},
}

func TestSample(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	golden, err := readGolden("testdata/golden.txt")
	require.NoError(t, err)
	var subjects []Subject
	for _, s := range Subjects() {
		for profile, ids := range sample {
			if slices.Contains(ids, s.ID) {
				s.Profiles = []string{profile}
				subjects = append(subjects, s)
			}
		}
	}
	require.Len(t, subjects, len(sample["strict"])+len(sample["spec"]), "each is in the catalogue")
	for _, trial := range Matrix(t.Context(), subjects, 6, func(*Trial) {}) {
		assert.Empty(t, trial.Breaches(golden), trial.Subject.ID)
	}
}

// TestGoldenIsOfTheCatalogue: a line of the golden file is about a server that
// there is, and about what is allowed to be red there.
func TestGoldenIsOfTheCatalogue(t *testing.T) {
	golden, err := readGolden("testdata/golden.txt")
	require.NoError(t, err)
	known := make(map[entry]bool)
	for _, s := range Subjects() {
		for _, profile := range s.Profiles {
			at := entry{s.ID, profile}
			known[at] = true
			if s.Mutant != nil {
				assert.NotEmpty(t, golden[at], "%s in %s: nothing is red", s.ID, profile)
			}
		}
	}
	for at := range golden {
		assert.True(t, known[at], "%s %s is not in the catalogue", at.id, at.profile)
	}
}

func TestGoldenFileIsThere(t *testing.T) {
	_, err := readGolden("testdata/none.txt")
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "-update writes it")
}

// trialOf is a trial of a server of the catalogue with an outcome by hand.
func trialOf(t *testing.T, id string, o Outcome) Trial {
	t.Helper()
	all := Subjects()
	at := slices.IndexFunc(all, func(s Subject) bool { return s.ID == id })
	require.GreaterOrEqual(t, at, 0, id)
	return Trial{Subject: all[at], Outcomes: []Outcome{o}}
}

// red makes a list of failed requirements.
func red(v contract.Verdict, ids ...string) map[string]contract.Verdict {
	m := make(map[string]contract.Verdict)
	for _, id := range ids {
		m[id] = v
	}
	return m
}

// TestBreaches holds the laws against outcomes that break them in one way each.
func TestBreaches(t *testing.T) {
	const mutant, innocent = "page-null", "envelope-order" // caught by PG-03; harmless
	for _, row := range []struct {
		reason, id string
		outcome    Outcome
		golden     string
		want       []string
	}{
		{"caught", mutant, Outcome{Profile: "strict", ExitCode: 1, Red: red(contract.Fail, "PG-03")}, "PG-03", nil},
		{"a warning in spec is a catch", mutant, Outcome{Profile: "spec", Red: red(contract.Warn, "PG-03")}, "PG-03=warn", nil},
		{"a warning in strict is none", mutant, Outcome{Profile: "strict", ExitCode: 1, Red: red(contract.Warn, "PG-03")}, "PG-03=warn",
			[]string{"page-null in strict: PG-03 does not catch it, though it takes null for a pageId"}},
		{"something unrelated", mutant, Outcome{Profile: "spec", Red: red(contract.Fail, "PG-03", "SL-01")}, "PG-03 SL-01",
			[]string{"page-null in spec: SL-01 is red, and has nothing to do with it"}},
		{"another set than before", mutant, Outcome{Profile: "spec", Red: red(contract.Fail, "PG-03")}, "PG-03 SL-01",
			[]string{`page-null in spec: red is not what it was: want "PG-03 SL-01", got "PG-03"`}},
		{"undecided", mutant, Outcome{Profile: "spec", Red: red(contract.Inconclusive, "PG-03")}, "PG-03=inconclusive",
			[]string{"page-null in spec: PG-03 does not catch it, though it takes null for a pageId", "page-null in spec: PG-03 is inconclusive"}},
		{"no report", mutant, Outcome{Profile: "spec", Err: os.ErrDeadlineExceeded}, "PG-03",
			[]string{"page-null in spec: there is no report: i/o timeout"}},
		{"a sentence for a server that can be used", mutant,
			Outcome{Profile: "strict", ExitCode: 1, Red: red(contract.Fail, "PG-03"), Sentence: "all is alike"}, "PG-03",
			[]string{`page-null in strict: unusable is false, and the suite's sentence about it all is "all is alike"`}},
		{"a liar without a sentence", "echo", Outcome{Profile: "strict", ExitCode: 1, Red: red(contract.Fail, "V-04", "SI-04", "U-05")}, "U-05 V-04 SI-04",
			[]string{`echo in strict: unusable is true, and the suite's sentence about it all is ""`}},
		{"harmless", innocent, Outcome{Profile: "strict"}, "", nil},
		{"harmless, and warned of", innocent, Outcome{Profile: "lenient", Red: red(contract.Warn, "U-02")}, "U-02=warn",
			[]string{"envelope-order in lenient: U-02 is warn"}},
		{"warned of where the contract prefers another status", "version-404", Outcome{Profile: "spec", Red: red(contract.Warn, "V-04")}, "V-04=warn", nil},
		{"failed there", "version-404", Outcome{Profile: "spec", ExitCode: 1, Red: red(contract.Fail, "V-04")}, "V-04",
			[]string{"version-404 in spec: the suite ends with exit code 1", "version-404 in spec: V-04 is fail"}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			trial := trialOf(t, row.id, row.outcome)
			golden := Golden{}
			if row.golden != "" {
				golden[entry{row.id, row.outcome.Profile}] = row.golden
			}
			assert.Equal(t, row.want, trial.Breaches(golden))
		})
	}
}

func TestUncaught(t *testing.T) {
	caught := trialOf(t, "page-null", Outcome{Profile: "strict", Red: red(contract.Fail, "PG-03")})
	assert.NotContains(t, Uncaught([]Trial{caught}), "PG-03")
	missed := trialOf(t, "page-null", Outcome{Profile: "strict", Red: red(contract.Warn, "PG-03")})
	assert.Contains(t, Uncaught([]Trial{missed}), "PG-03")
	for _, id := range []string{"RT-01", "LD-01", "U-09", "V-10"} {
		assert.NotContains(t, Uncaught(nil), id, "no server can be asked, or it cannot be broken")
	}
}

func TestRowOf(t *testing.T) {
	for name, want := range map[string]string{"first in H-12-a": "H-12", "first in V-04": "V-04", "first in Create Session": "", "twice": ""} {
		got, ok := rowOf(name)
		assert.Equal(t, want != "", ok, name)
		if ok {
			assert.Equal(t, want, got, name)
		}
	}
}
