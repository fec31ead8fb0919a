package mutantmatrix

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// TestGoldenReadsWhatItWrites: what is red survives the file.
func TestGoldenReadsWhatItWrites(t *testing.T) {
	var ids []string
	for _, r := range contract.Requirements() {
		ids = append(ids, r.ID)
	}
	verdicts := rapid.SampledFrom([]contract.Verdict{contract.Warn, contract.Inconclusive, contract.Fail})
	rapid.Check(t, func(t *rapid.T) {
		want := make(Golden)
		var trials []Trial
		for _, id := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]+(-[a-z0-9]+)*`), 0, 8, rapid.ID[string]).Draw(t, "servers") {
			o := Outcome{Profile: "strict", Red: rapid.MapOfN(rapid.SampledFrom(ids), verdicts, 0, 9).Draw(t, "red")}
			trials = append(trials, Trial{Subject: Subject{ID: id}, Outcomes: []Outcome{o}})
			if text := o.String(); text != "" {
				want[entry{id, "strict"}] = text
			}
		}
		var b bytes.Buffer
		require.NoError(t, WriteGolden(&b, trials))
		got, err := ReadGolden(&b)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestOutcomeString(t *testing.T) {
	o := Outcome{Red: map[string]contract.Verdict{"V-04": contract.Fail, "U-06": contract.Warn, "SI-04": contract.Inconclusive}}
	assert.Equal(t, "U-06=warn V-04 SI-04=inconclusive", o.String(), "in the order of the contract")
}

func TestGoldenRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"page-null strict PG-03":                       "line 1 of the golden file is not SERVER PROFILE: REQUIREMENTS",
		"# a comment\n\npage-null: PG-03":              "line 3",
		"page-null strict: ":                           "line 1",
		"a strict: U-01\na spec: U-01\na strict: U-02": "line 3 of the golden file is the second of a strict",
	} {
		_, err := ReadGolden(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
}
