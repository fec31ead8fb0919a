package contract_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

func TestRequirementCounts(t *testing.T) {
	counts := map[contract.Level]int{}
	for _, r := range contract.Requirements() {
		counts[r.Level]++
	}
	assert.Equal(t, map[contract.Level]int{
		contract.Must: 52, contract.Should: 127, contract.May: 2, contract.Obs: 234,
	}, counts)
	assert.Len(t, contract.Requirements(), 415)
}

// Sections come in the order of the contract, and within one the ids count up
// from 01 without a gap: a row that was lost or given twice is seen here.
func TestRequirementIDsAreContiguous(t *testing.T) {
	sections := []struct {
		prefix string
		rows   int
	}{
		{"U", 13}, {"EP", 28}, {"AC", 13}, {"VI", 15}, {"V", 19}, {"SI", 17}, {"Q", 8}, {"H", 26}, {"B", 26},
		{"PG", 14}, {"IM", 43}, {"EA", 32}, {"SC", 12}, {"SP", 8}, {"SV", 7}, {"SK", 12}, {"SM", 8}, {"SR", 22},
		{"SL", 6}, {"SS", 7}, {"SE", 5}, {"SQ", 3}, {"RS", 14}, {"LC", 17}, {"RT", 20}, {"CR", 9}, {"LD", 11},
	}
	var want []string
	for _, s := range sections {
		for n := range s.rows {
			want = append(want, fmt.Sprintf("%s-%02d", s.prefix, n+1))
		}
	}
	var got []string
	for _, r := range contract.Requirements() {
		got = append(got, r.ID)
	}
	assert.Equal(t, want, got)
}

func TestRequirementRowsAreWhole(t *testing.T) {
	var (
		idForm  = regexp.MustCompile(`^[A-Z]{1,2}-[0-9]{2}$`)
		bidding = regexp.MustCompile(`(?i)\b(should|must|may not|shall)\b`)
		line    = regexp.MustCompile(`^S:L[0-9]+`)
		titles  = map[string]string{}
	)
	for _, r := range contract.Requirements() {
		t.Run(r.ID, func(t *testing.T) {
			assert.Regexp(t, idForm, r.ID)
			assert.NotEmpty(t, r.Source)
			assert.NotRegexp(t, bidding, r.Title, "what is expected is data, not part of a title")
			assert.NotEmpty(t, r.Title)
			assert.Equal(t, strings.TrimSpace(r.Title), r.Title)
			assert.LessOrEqual(t, len(r.Title), 80, "a title fits a line of a table")
			assert.False(t, strings.HasSuffix(r.Title, "."), "no full stop")
			assert.Empty(t, titles[r.Title], "another row has this title")
			titles[r.Title] = r.ID
			if r.Level == contract.Must {
				assert.Regexp(t, line, r.Source, "only a line of the specification makes a MUST")
			}
		})
	}
}

func TestLookupRequirement(t *testing.T) {
	tests := []struct {
		id     string
		ok     bool
		level  contract.Level
		source string
		reason string
	}{
		{"V-04", true, contract.Must, "S:L35, L134–136", "v=2.0 is answered as the specification's example shows"},
		{"SC-03", true, contract.Should, "T", "S names no mandatory field of an SDE"},
		{"EA-06", true, contract.Should, "S:L44; IE", "S excludes impressions here and names no status"},
		{"RS-13", true, contract.May, "S:L125", "message is optional"},
		{"SQ-01", true, contract.Obs, "S:L44; T (X15)", "the pages disagree about searchInfo"},
		{"U-08", true, contract.Should, "S:L122–127; I97, I118", "relatives wrap the envelope"},
		{"LD-11", true, contract.Should, "S:L100–127", "the last row is found as well"},
		{"V-00", false, 0, "", "ids count from 01"},
		{"V-4", false, 0, "", "an id has two digits"},
		{"v-04", false, 0, "", "letter case matters"},
		{"", false, 0, "", "no id, no requirement"},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			got, ok := contract.LookupRequirement(tt.id)
			require.Equal(t, tt.ok, ok, tt.reason)
			assert.Equal(t, tt.level, got.Level, tt.reason)
			assert.Equal(t, tt.source, got.Source, tt.reason)
		})
	}
	for _, want := range contract.Requirements() {
		got, ok := contract.LookupRequirement(want.ID)
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
}

func TestRequirementsAreACopy(t *testing.T) {
	contract.Requirements()[0].Title = "changed"
	assert.NotEqual(t, "changed", contract.Requirements()[0].Title)
}

func TestLevelText(t *testing.T) {
	want := map[contract.Level]string{
		contract.Must: "MUST", contract.Should: "SHOULD", contract.May: "MAY", contract.Obs: "OBS",
	}
	for level, name := range want {
		assert.Equal(t, name, level.String())
		text, err := level.MarshalText()
		require.NoError(t, err)
		var back contract.Level
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, level, back)
	}
	for _, bad := range []string{"", "must", "MUST ", "Level(0)", "WILL"} {
		level := contract.Must
		assert.ErrorContains(t, level.UnmarshalText([]byte(bad)), "MUST, SHOULD, MAY and OBS", "the error says what is allowed")
		assert.Equal(t, contract.Must, level, "a refused text changes nothing")
	}
	assert.Equal(t, "Level(0)", contract.Level(0).String())
	assert.Equal(t, "Level(9)", contract.Level(9).String())
}

// The examples of the field table point at rows that ask for a valid request.
func TestAttributesNameTheirRequirements(t *testing.T) {
	for _, a := range allAttributes() {
		t.Run(a.Type, func(t *testing.T) {
			for _, id := range []string{a.Minimal, a.Full} {
				_, ok := contract.LookupRequirement(id)
				assert.True(t, ok, "no requirement %s", id)
			}
		})
	}
	for _, a := range contract.SDETypes() {
		full, _ := contract.LookupRequirement(a.Full)
		if a.Type == "searchInfo" {
			assert.Equal(t, contract.Obs, full.Level, "T keeps it from mobile, so it is observed")
			continue
		}
		assert.Equal(t, contract.Must, full.Level, "%s: S takes every SDE", a.Type)
	}
}

func allAttributes() []contract.Attribute {
	return slices.Concat(contract.SDETypes(), contract.ImpressionTypes())
}

func BenchmarkLookupRequirement(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		contract.LookupRequirement("LD-11")
	}
}
