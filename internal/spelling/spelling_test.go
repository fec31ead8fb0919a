package spelling_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"sdegauge/internal/spelling"
)

func TestNearest(t *testing.T) {
	words := []string{"constant", "ramp", "warm_up", "version-missing", "cart", "crate"}
	for _, row := range []struct{ word, want, reason string }{
		{"constnat", "constant", "two letters swapped are one edit"},
		{"Constant", "constant", "letter case is no edit"},
		{"warm-up", "warm_up", "the joining letter is no edit"},
		{"rmp", "ramp", "a letter left out"},
		{"crat", "cart", "of two equally near the first"},
		{"versoin-mising", "version-missing", "two edits in a long word"},
		{"xyzzy", "", "a guess helps nobody"},
		{"", "", "nothing is near nothing"},
	} {
		assert.Equal(t, row.want, spelling.Nearest(row.word, words), row.reason)
	}
}

// A candidate is nearest to itself, whatever stands beside it, unless another
// folds to the same letters.
func TestNearestIsReflexive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{2,20}`).Draw(t, "word")
		others := rapid.SliceOf(rapid.StringMatching(`[a-z]{2,20}`)).Draw(t, "others")
		assert.Equal(t, word, spelling.Nearest(word, append(others, word)))
	})
}

func TestOr(t *testing.T) {
	assert.Equal(t, "", spelling.Or(nil))
	assert.Equal(t, "a", spelling.Or([]string{"a"}))
	assert.Equal(t, "a or b", spelling.Or([]string{"a", "", "b"}))
	assert.Equal(t, "a, b or c", spelling.Or([]string{"a", "b", "c"}))
}
