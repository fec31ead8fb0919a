// Package spelling finds the word that somebody meant to write.
package spelling

import (
	"slices"
	"strings"
)

// Nearest is the candidate with the fewest edits from word, or "" where none is
// near: a suggestion that is a guess helps nobody. An edit is one letter put in,
// left out, changed, or swapped with its neighbour; letter case is not one, and
// "-", "_" and " " are the same letter. Of two equally near candidates the first
// is taken.
func Nearest(word string, candidates []string) string {
	w := fold(word)
	best, fewest := "", max(1, len(w)/3)
	for _, c := range candidates {
		f := fold(c)
		if len(f)-len(w) > fewest || len(w)-len(f) > fewest {
			continue
		}
		d := edits(w, f)
		if d < fewest || d == fewest && best == "" && d < len(f) {
			best, fewest = c, d
		}
	}
	return best
}

// longest bounds the work on a word that is no word at all.
const longest = 64

func fold(s string) []rune {
	r := []rune(strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(s)))
	return r[:min(len(r), longest)]
}

// edits is the optimal string alignment distance. Row i of the table holds the
// edits from the first i letters of a to each beginning of b; three rows are
// enough, for a swap looks two back.
func edits(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			row[j+1] = min(last[j]+change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// Or writes names as a choice: "a, b or c".
func Or(names []string) string {
	names = slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == "" })
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
