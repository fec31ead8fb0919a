package contract_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// documentedKeys are the source keys that the package documentation explains:
// the indented lines "KEY  what it is", or "KEY, KEY  what they are".
func documentedKeys(t *testing.T) map[string]bool {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	keys := map[string]bool{}
	for line := range strings.Lines(string(doc)) {
		row, ok := strings.CutPrefix(line, "//\t")
		if !ok {
			continue
		}
		names, _, ok := strings.Cut(row, "  ")
		require.True(t, ok, "two blanks after the key: %q", line)
		for name := range strings.SplitSeq(names, ",") {
			keys[strings.TrimSpace(name)] = true
		}
	}
	return keys
}

var (
	specSource    = regexp.MustCompile(`^(S:)?L[0-9]+(–[0-9]+)?\b|^S silent\b`)
	pageSource    = regexp.MustCompile(`^[A-Z]+[0-9]*\b|^[a-z-]+\.md$`)
	inconsistency = regexp.MustCompile(`X[0-9]+`)
)

// Whoever reads a source in a report finds in the documentation what it stands
// for.
func TestEverySourceIsExplained(t *testing.T) {
	keys := documentedKeys(t)
	require.Contains(t, keys, "CS", "the list was found")
	require.Contains(t, keys, "X7", "the list was found")
	explained := func(row, part, whole string) {
		part = strings.TrimSpace(part)
		if specSource.MatchString(part) {
			return
		}
		key := pageSource.FindString(part)
		assert.Contains(t, keys, key, "%s: source %q", row, whole)
	}
	for _, r := range contract.Requirements() {
		for _, part := range strings.FieldsFunc(r.Source, func(c rune) bool { return c == ';' || c == ',' }) {
			explained(r.ID, part, r.Source)
		}
		for _, x := range inconsistency.FindAllString(r.Source, -1) {
			assert.Contains(t, keys, x, "%s: source %q", r.ID, r.Source)
		}
	}
	for _, a := range allAttributes() {
		explained(a.Type, a.Source, a.Source)
		for _, f := range a.Fields {
			for part := range strings.SplitSeq(f.Source, ";") {
				explained(a.Type+" "+f.Path, part, f.Source)
			}
		}
	}
}
