package suite

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/generators"
	"sdegauge/internal/contract"
)

// judgedByOracles are the gathered rows that package checks judges.
var judgedByOracles = []string{"U-01", "U-02", "U-03", "U-04", "U-05", "U-06", "U-07", "U-08", "U-12"}

func TestRowsAreTheContract(t *testing.T) {
	rows, all := Rows(), contract.Requirements()
	require.Len(t, rows, len(all))
	for i, r := range rows {
		assert.Equal(t, all[i], r.Requirement, "in the order of the contract")
	}
}

func TestRowsAreWhole(t *testing.T) {
	gathered := map[string]bool{"CR-05": true} // judged where sessions are created
	for _, id := range judgedByOracles {
		gathered[id] = true
	}
	for _, rule := range gatherRules {
		gathered[rule.id] = true
	}
	demand := regexp.MustCompile(`(?i)\b(should|must|shall)\b`)
	ids := make(map[string]bool)
	for _, r := range Rows() {
		assert.True(t, strings.HasSuffix(r.Reason, "."), "%s: a reason is a sentence: %q", r.ID, r.Reason)
		assert.LessOrEqual(t, len(r.Reason), 120, r.ID)
		if r.Elsewhere == "" && len(r.Cases) == 0 {
			assert.True(t, gathered[r.ID], "%s has no case, no rule and nobody else to judge it", r.ID)
		} else {
			assert.False(t, gathered[r.ID], "%s is gathered and has cases", r.ID)
		}
		for _, c := range r.Cases {
			assert.False(t, ids[c.ID], "%s twice", c.ID)
			ids[c.ID] = true
			assert.NotRegexp(t, demand, c.Name, "%s: the expectation is data, not a name", c.ID)
			assert.Equal(t, r.ID, c.Expect.Requirement, c.ID)
			assert.Equal(t, r.Level, c.Expect.Level, c.ID)
			assert.NotZero(t, c.Expect.Outcome, c.ID)
			assert.NotNil(t, c.probe, c.ID)
			if len(r.Cases) > 1 {
				assert.Regexp(t, "^"+r.ID+"-[a-z]+$", c.ID)
			}
		}
	}
}

func TestEveryFaultIsACase(t *testing.T) {
	want, got := make(map[string]int), make(map[string]int)
	for _, list := range [][]generators.Fault{generators.Faults(), generators.Variations()} {
		for _, f := range list {
			want[f.Name] += len(f.Variants)
		}
	}
	for _, r := range Rows() {
		for _, c := range r.Cases {
			if c.Fault != "" {
				got[c.Fault]++
			}
		}
	}
	assert.Equal(t, want, got)
}

func TestSelect(t *testing.T) {
	rows := Rows()
	for _, row := range []struct {
		reason   string
		patterns []string
		ids      []string
	}{
		{"a row", []string{"SC-03"}, []string{"SC-03"}},
		{"a section and a row, blanks around", []string{"Q-0[12]", " SC-03 "}, []string{"Q-01", "Q-02", "SC-03"}},
		{"one case of a row", []string{"V-05-c"}, []string{"V-05"}},
	} {
		selected, err := Select(rows, row.patterns)
		require.NoError(t, err, row.reason)
		var ids []string
		for _, r := range selected {
			ids = append(ids, r.ID)
		}
		assert.Equal(t, row.ids, ids, row.reason)
	}
	one, err := Select(rows, []string{"V-05-c"})
	require.NoError(t, err)
	require.Len(t, one[0].Cases, 1)
	assert.Equal(t, "V-05-c", one[0].Cases[0].ID)

	all, err := Select(rows, nil)
	require.NoError(t, err)
	assert.Len(t, all, 415)
}

func TestSelectRefuses(t *testing.T) {
	for _, row := range []struct{ pattern, message string }{
		{"SC-3", `no requirement matches "SC-3"; did you mean "SC-0`},
		{"V-[", `the pattern "V-[" is not well formed`},
		{"", "is not well formed"},
		{"nothing at all", `ids are such as "V-04", patterns such as "V-*"`},
	} {
		_, err := Select(Rows(), []string{row.pattern})
		assert.ErrorContains(t, err, row.message, row.pattern)
	}
}

func TestSuffix(t *testing.T) {
	for i, want := range map[int]string{0: "a", 25: "z", 26: "aa", 27: "ab", 52: "ba"} {
		assert.Equal(t, want, suffix(i))
	}
}
