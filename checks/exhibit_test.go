package checks

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// TestRecount: a ledger that books the same readings again without their bodies,
// and is given the exhibits as they come out of a file, tells the same.
func TestRecount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, again := NewLedger(Options{Seed: 3}), NewLedger(Options{})
		for seq := range rapid.Uint64Range(0, 40).Draw(t, "readings") {
			r := &contract.Reading{
				Case: &contract.Case{
					Seq: seq, Class: rapid.SampledFrom([]string{"cart", "page"}).Draw(t, "class"), Method: "PUT",
					Body:   make([]byte, rapid.IntRange(0, 9).Draw(t, "body")),
					Expect: contract.Expectation{Requirement: "SC-01", Level: contract.Must, Outcome: contract.OK},
				},
				Attempt: 1, Final: rapid.Bool().Draw(t, "final"), Status: rapid.SampledFrom([]int{200, 400, 503}).Draw(t, "status"),
			}
			j := &Judgement{AsExpected: rapid.Bool().Draw(t, "as expected")}
			for range rapid.IntRange(0, 3).Draw(t, "findings") {
				j.add(rapid.SampledFrom([]string{"U-01", "U-06", "not in the catalogue"}).Draw(t, "id"), contract.Should,
					rapid.SampledFrom([]contract.Verdict{contract.Pass, contract.ObservedOnly, contract.Warn, contract.Fail}).Draw(t, "verdict"), "this", "that")
			}
			first.Add(r, j)
			bare := *r
			bare.Case = &contract.Case{Seq: seq, Class: r.Case.Class}
			again.Recount(&bare, j)
		}
		for _, x := range first.Exhibits() {
			text, err := json.Marshal(x)
			require.NoError(t, err)
			var read Exhibit
			require.NoError(t, json.Unmarshal(text, &read))
			again.Restore(read)
		}
		require.Equal(t, first.Results(), again.Results())
		groups, rest := first.Unexpected()
		sameGroups, sameRest := again.Unexpected()
		require.Equal(t, groups, sameGroups)
		require.Equal(t, rest, sameRest)
	})
}

// TestRestoreAlone: an exhibit whose reading was lost counts for nothing.
func TestRestoreAlone(t *testing.T) {
	l := NewLedger(Options{})
	l.Restore(Exhibit{Place{Requirement: "U-01", Verdict: contract.Fail}, &Example{Seq: 1}})
	l.Restore(Exhibit{Place{Class: "cart", Status: 500}, &Example{Seq: 1}})
	assert.Empty(t, l.Results())
	groups, _ := l.Unexpected()
	assert.Empty(t, groups)
}
