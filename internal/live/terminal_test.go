package live

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// fakeTerminal is a terminal of a fixed size that understands what a [Screen]
// writes, and fails the test at anything else. A character in its last column or
// beyond fails too: there terminals differ.
type fakeTerminal struct {
	t             *testing.T
	columns, rows int
	lines         [][]rune
	row, column   int
	tones         map[string]int // how often each was switched on
	writes        int
}

func newFakeTerminal(t *testing.T, columns, rows int) *fakeTerminal {
	return &fakeTerminal{t: t, columns: columns, rows: rows, lines: make([][]rune, rows), tones: map[string]int{}}
}

func (f *fakeTerminal) width() int { return f.columns }

func (f *fakeTerminal) Write(p []byte) (int, error) {
	f.writes++
	rest := string(p)
	for rest != "" {
		if sequence, after, ok := strings.Cut(rest, "\x1b["); ok && sequence == "" {
			end := strings.IndexFunc(after, func(c rune) bool { return c >= '@' })
			f.control(after[:end], after[end])
			rest = after[end+1:]
			continue
		}
		for _, c := range rest {
			f.print(c)
			rest = rest[len(string(c)):]
			break
		}
	}
	return len(p), nil
}

// control carries out a control sequence, ECMA-48 5.4.
func (f *fakeTerminal) control(parameters string, final byte) {
	n, _ := strconv.Atoi(parameters)
	switch final {
	case 'A': // up
		if f.row -= n; f.row < 0 {
			f.t.Errorf("the cursor went above the terminal")
			f.row = 0
		}
	case 'K': // erase to the end of the line
		f.lines[f.row] = f.lines[f.row][:min(f.column, len(f.lines[f.row]))]
	case 'J': // erase to the end of the terminal
		f.control("", 'K')
		clear(f.lines[f.row+1:])
	case 'm':
		f.tones[parameters]++
	default:
		f.t.Errorf("a control sequence that is not known: %q", parameters+string(final))
	}
}

func (f *fakeTerminal) print(c rune) {
	switch {
	case c == '\r':
		f.column = 0
	case c == '\n': // as a terminal's driver shows it
		f.column = 0
		if f.row++; f.row == f.rows {
			f.lines = append(f.lines[1:], nil)
			f.row--
		}
	case c < ' ' || c == 0x7f:
		f.t.Errorf("a control character: %q", c)
	default:
		line := f.lines[f.row]
		for len(line) <= f.column {
			line = append(line, ' ')
		}
		line[f.column] = c
		f.lines[f.row] = line
		f.column += twwidth.Width(string(c))
		if f.column >= f.columns {
			f.t.Errorf("a character in the last column: %s", string(line))
		}
	}
}

// String is what is to be seen.
func (f *fakeTerminal) String() string {
	var b strings.Builder
	for _, line := range f.lines {
		fmt.Fprintln(&b, strings.TrimRight(string(line), " "))
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}
