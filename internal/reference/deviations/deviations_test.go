package deviations

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

var unmodified = func(*reference.Options) {}

// TestMutantsDeviate: what a mutant promises is reached by its own probe, and
// the unmodified server answers it otherwise.
func TestMutantsDeviate(t *testing.T) {
	for _, m := range Mutants() {
		t.Run(m.ID, func(t *testing.T) {
			t.Parallel()
			base := unmodified
			if m.TLS {
				base = secure(t)
			}
			require.NotEqual(t, try(t, base, m.Probe), try(t, all(base, m.Options), m.Probe))
		})
	}
}

func TestInnocentsDeviate(t *testing.T) {
	for _, i := range Innocents() {
		t.Run(i.ID, func(t *testing.T) {
			t.Parallel()
			before := try(t, unmodified, i.Probe)
			start := time.Now()
			after := try(t, i.Options, i.Probe)
			if i.Slower > 0 {
				require.Equal(t, before, after)
				require.GreaterOrEqual(t, time.Since(start), i.Slower)
				return
			}
			require.NotEqual(t, before, after)
		})
	}
}

// TestMutantsLeaveTheRestAlone: what a mutant is not about it answers like the
// unmodified server, unless it can be judged by nothing else at all.
func TestMutantsLeaveTheRestAlone(t *testing.T) {
	rest := Probe{
		{Body: smallest},
		{Body: smallest},
		{Method: "POST", Target: contract.VisitorsPath(known.Account) + "/?v=1.0", Body: external},
	}
	want := try(t, unmodified, rest)
	for _, m := range Mutants() {
		t.Run(m.ID, func(t *testing.T) {
			t.Parallel()
			if m.TLS {
				t.Skip("the rest of a server of https is not what plain HTTP shows of it")
			}
			got := try(t, m.Options, rest)
			switch {
			case m.Unusable:
				require.NotEqual(t, want[:2], got[:2], "the smallest update is answered as ever")
				require.Equal(t, want[2], got[2])
			case slices.Equal(m.Wake, everything), strings.HasPrefix(m.Catches[0], "CR-"), slices.Contains(m.Catches, "RS-08"):
			default:
				require.Equal(t, want, got)
			}
		})
	}
}

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestCatalogueIsWellFormed(t *testing.T) {
	mutants, innocents := Mutants(), Innocents()
	require.GreaterOrEqual(t, len(mutants), 150)
	require.GreaterOrEqual(t, len(innocents), 40)
	ids, titles := make(map[string]bool), make(map[string]bool)
	entry := func(id, title string, options func(*reference.Options), p Probe) {
		require.Regexp(t, kebab, id)
		require.False(t, ids[id], "%s is there twice", id)
		require.False(t, titles[title], "%s: the title is another entry's: %s", id, title)
		ids[id], titles[title] = true, true
		require.NotEmpty(t, title, id)
		require.False(t, strings.HasSuffix(title, "."), "%s: a title is no sentence of its own", id)
		require.NotNil(t, options, id)
		require.NotEmpty(t, p, id)
	}
	for _, m := range mutants {
		entry(m.ID, m.Title, m.Options, m.Probe)
		require.NotEmpty(t, m.Catches, m.ID)
		for _, id := range m.Catches {
			r, ok := contract.LookupRequirement(id)
			require.True(t, ok, "%s: no requirement is called %s", m.ID, id)
			require.Contains(t, []contract.Level{contract.Must, contract.Should}, r.Level, "%s: %s cannot be broken", m.ID, id)
			require.True(t, m.May(id))
		}
		for _, pattern := range m.Wake {
			require.NotEmpty(t, matching(t, pattern), "%s: %s fits no requirement", m.ID, pattern)
		}
	}
	for _, i := range innocents {
		entry(i.ID, i.Title, i.Options, i.Probe)
		require.NotEmpty(t, i.Profiles, i.ID)
		for _, name := range i.Profiles {
			_, ok := contract.LookupProfile(name)
			require.True(t, ok, "%s: no profile is called %s", i.ID, name)
		}
	}
}

func matching(t *testing.T, pattern string) (ids []string) {
	for _, r := range contract.Requirements() {
		ok, err := path.Match(pattern, r.ID)
		require.NoError(t, err)
		if ok {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// beyond are binding requirements that no deviating server can break by itself.
var beyond = map[string]string{
	"U-09":  "a client's: it accepts more members in an envelope",
	"EA-05": "a client's: what it sends as valid holds no impression among the SDEs",
	"CR-04": "a client's: it reads ids as strings and as numbers",
	"CR-05": "a client's: it comes back to a cold account with the visitor it was told",
}

// TestEveryRequirementHasAMutant: each MUST and SHOULD that can be seen to break
// from outside is broken by a mutant.
func TestEveryRequirementHasAMutant(t *testing.T) {
	caught := make(map[string]bool)
	for _, m := range Mutants() {
		for _, id := range m.Catches {
			caught[id] = true
		}
	}
	for _, r := range contract.Requirements() {
		section, _, _ := strings.Cut(r.ID, "-")
		binding := r.Level == contract.Must || r.Level == contract.Should
		switch {
		case !binding, section == "RT", section == "LD": // those are a client's, and the load generator's
			require.NotContains(t, beyond, r.ID)
		case caught[r.ID]:
			require.NotContains(t, beyond, r.ID, "a mutant breaks it")
		default:
			require.Contains(t, beyond, r.ID, fmt.Sprintf("%s %s: no mutant breaks it", r.ID, r.Title))
		}
	}
}
