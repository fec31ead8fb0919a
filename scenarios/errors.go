package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Error is one thing that is wrong with a scenario.
type Error struct {
	// File, Line and Column say where; Line and Column count from 1, in
	// characters. Line is 0 where the value did not come from a file.
	File         string
	Line, Column int
	// Path names the value: "stages[1].rate", or the flag it came from: "--rate".
	Path string
	// Text is the offending text as it stands in the file.
	Text string
	// Problem says what is wrong with it.
	Problem string
	// Allowed is what could stand there.
	Allowed []string
	// Suggestion is what was probably meant; empty where nobody can tell.
	Suggestion string

	source *source // of the excerpt
	width  int     // how many characters of the line are marked
}

// Error writes the problem with the line it stands on:
//
//	smoke.yaml:12:5: unknown key "ratee"
//	    12 |     ratee: 100/s
//	       |     ^^^^^
//	  allowed here: arrival, rate, to; did you mean "rate"?
func (e *Error) Error() string {
	var b strings.Builder
	switch {
	case e.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d: %s", e.File, e.Line, e.Column, e.Problem)
		e.writeExcerpt(&b)
	case e.Path != "":
		fmt.Fprintf(&b, "%s: %s", e.Path, e.Problem)
	case e.File != "":
		fmt.Fprintf(&b, "%s: %s", e.File, e.Problem)
	default:
		b.WriteString(e.Problem)
	}
	if e.Suggestion != "" {
		fmt.Fprintf(&b, "\n  did you mean %q?", e.Suggestion)
	}
	hint := ""
	if len(e.Allowed) > 0 {
		hint = "allowed here: " + strings.Join(e.Allowed, ", ")
	}
	for i, line := range wrap(hint, textWidth-4) {
		b.WriteString("\n  ")
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// textWidth is the width in characters that messages keep to.
const textWidth = 100

// writeExcerpt writes the line with a mark under the offending text. A line that
// is too long is cut so that the mark stays in sight.
func (e *Error) writeExcerpt(b *strings.Builder) {
	line := []rune(strings.Map(visible, e.source.excerpt(e.Line)))
	at, width := min(e.Column-1, len(line)), max(1, e.width)
	const room = textWidth - 12
	if len(line) > room {
		from := max(0, min(at-room/3, len(line)-room))
		to := min(len(line), from+room)
		line, at = slices.Clone(line[from:to]), at-from
		if from > 0 {
			line[0] = '…'
		}
		line[len(line)-1] = '…'
	}
	width = max(1, min(width, len(line)-at))
	fmt.Fprintf(b, "\n%6d | %s\n       | %s%s", e.Line, string(line), strings.Repeat(" ", at), strings.Repeat("^", width))
}

// visible keeps a character where it can be shown in one column.
func visible(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case !unicode.IsPrint(r):
		return '\uFFFD'
	}
	return r
}

// wrap breaks a text at its spaces.
func wrap(text string, width int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		last := len(lines) - 1
		if last >= 0 && len([]rune(lines[last]))+1+len([]rune(word)) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// mostErrors is how many problems are reported of one scenario.
const mostErrors = 20

// Errors is everything that is wrong with a scenario, in the order of the file.
type Errors struct {
	List []*Error
	// Omitted is how many further problems there were.
	Omitted int
}

// Error writes every problem on lines of its own.
func (e *Errors) Error() string {
	lines := make([]string, len(e.List))
	for i, one := range e.List {
		lines[i] = one.Error()
	}
	if e.Omitted > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.Omitted))
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives errors.As each problem.
func (e *Errors) Unwrap() []error {
	all := make([]error, len(e.List))
	for i, one := range e.List {
		all[i] = one
	}
	return all
}

// collect makes one error of all problems, or nil of none.
func collect(all []*Error) error {
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	kept := min(len(all), mostErrors)
	return &Errors{List: all[:kept], Omitted: len(all) - kept}
}
