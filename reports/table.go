package reports

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"sdegauge/internal/contract"
)

// The widths of the terminal document, in columns.
const (
	widest    = 100
	narrowest = 60
)

// TableOptions say what the terminal is like.
type TableOptions struct {
	// Width is the terminal's, in columns; the tables take 60 to 100 of them. 0
	// means 100.
	Width int
	// Color colours the verdicts. It is for terminals only.
	Color bool
	// Documents are the paths that were written, to be named at the end.
	Documents []string
}

// WriteTable writes the report as tables for a terminal. Only a line that is to
// be copied into a shell may be wider than they are, and numbers that no cut would
// leave true.
func WriteTable(w io.Writer, r *Report, o TableOptions) error {
	return writeDocument(w, outline(r), o)
}

func writeDocument(w io.Writer, d document, o TableOptions) error {
	t := terminal{width: widest, color: o.Color}
	if o.Width > 0 {
		t.width = min(widest, max(narrowest, o.Width))
	}
	t.document(d)
	if len(o.Documents) > 0 {
		t.line("")
	}
	for _, path := range o.Documents {
		t.line("written: " + printable(path))
	}
	if t.err != nil {
		return fmt.Errorf("lay out the tables: %w", t.err)
	}
	if _, err := w.Write(t.out.Bytes()); err != nil {
		return fmt.Errorf("write the tables: %w", err)
	}
	return nil
}

// terminal lays a document out in plain text.
type terminal struct {
	width int
	color bool
	out   bytes.Buffer
	err   error
}

func (t *terminal) line(text string) {
	t.out.WriteString(strings.TrimRight(text, " "))
	t.out.WriteByte('\n')
}

func (t *terminal) document(d document) {
	word := strings.ToUpper(d.verdict.String())
	for i, text := range wrap(d.reason, t.width-len(word)-2) {
		if i == 0 {
			t.line(t.painted(d.verdict, word) + "  " + text)
		} else {
			t.line(strings.Repeat(" ", len(word)+2) + text)
		}
	}
	for _, text := range wrap(d.subtitle, t.width) {
		t.line(text)
	}
	for _, s := range d.sections {
		t.line("")
		t.section(s)
	}
}

func (t *terminal) section(s section) {
	for _, f := range s.findings {
		t.finding(f)
	}
	if len(s.rows) > 0 {
		t.table(s)
	}
	for _, note := range s.notes {
		for _, text := range wrap(note, t.width) {
			t.line(text)
		}
	}
}

const indent = "  "

func (t *terminal) finding(f finding) {
	for i, text := range wrap(f.title, t.width-len(indent)) {
		if i > 0 {
			text = indent + text
		}
		t.line(text)
	}
	label := 0
	for _, p := range f.parts {
		label = max(label, len(p.label))
	}
	left := len(indent) + label + 2
	for _, p := range f.parts {
		lines := []string{p.text}
		if p.kind != command {
			lines = wrap(p.text, t.width-left)
		}
		for i, text := range lines {
			head := ""
			if i == 0 {
				head = p.label
			}
			t.line(fmt.Sprintf("%s%-*s  %s", indent, label, head, text))
		}
	}
}

// table prints a table without a frame: a rule under the head, two spaces
// between columns.
func (t *terminal) table(s section) {
	head, rows := fitted(s, t.width)
	var text bytes.Buffer
	table := tablewriter.NewTable(&text,
		tablewriter.WithRenderer(renderer.NewBlueprint()),
		tablewriter.WithRendition(tw.Rendition{
			Borders:  tw.BorderNone,
			Symbols:  tw.NewSymbols(tw.StyleLight),
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.Lines{ShowHeaderLine: tw.On}},
		}),
		tablewriter.WithPadding(tw.Padding{Right: "  ", Overwrite: true}),
		tablewriter.WithAlignment(alignment(s)), tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone), tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
	)
	table.Header(head)
	if err := table.Bulk(rows); err != nil {
		t.err = err
		return
	}
	if err := table.Render(); err != nil {
		t.err = err
		return
	}
	for line := range strings.Lines(text.String()) {
		t.line(strings.TrimRight(line, "\n"))
	}
}

func heads(s section) []string {
	list := make([]string, 0, len(s.columns))
	for _, c := range s.columns {
		list = append(list, c.head)
	}
	return list
}

func alignment(s section) tw.Alignment {
	var list tw.Alignment
	for _, c := range s.columns {
		if c.kind == numbers {
			list = append(list, tw.AlignRight)
		} else {
			list = append(list, tw.AlignLeft)
		}
	}
	return list
}

const (
	gap      = 2  // between columns
	slimmest = 12 // of a column of words
)

// fitted wraps the widest columns of words until the table fits, heads
// included. Numbers are never wrapped.
func fitted(s section, width int) (head []string, rows [][]string) {
	widths := make([]int, len(s.columns))
	excess := -width
	for i, c := range s.columns {
		widths[i] = twwidth.Width(c.head)
		for _, row := range s.rows {
			widths[i] = max(widths[i], twwidth.Width(row[i]))
		}
		excess += widths[i] + gap
	}
	for ; excess > 0; excess-- {
		wide := -1
		for i, c := range s.columns {
			if c.kind == words && widths[i] > slimmest && (wide < 0 || widths[i] > widths[wide]) {
				wide = i
			}
		}
		if wide < 0 {
			break
		}
		widths[wide]--
	}
	for _, row := range s.rows {
		rows = append(rows, wrapCells(row, widths))
	}
	return wrapCells(heads(s), widths), rows
}

func wrapCells(cells []string, widths []int) []string {
	wrapped := make([]string, len(cells))
	for i, cell := range cells {
		wrapped[i] = strings.Join(wrap(cell, widths[i]), "\n")
	}
	return wrapped
}

// wrap breaks text at spaces into lines of at most width columns; a word that
// is longer is broken where it must.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Split(text, " ") {
		switch {
		case line == "":
			line = word
		case twwidth.Width(line)+1+twwidth.Width(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
		for twwidth.Width(line) > width {
			head := cut(line, width)
			lines = append(lines, head)
			line = line[len(head):]
		}
	}
	return append(lines, line)
}

// cut is the longest beginning of text that is at most width columns wide, and
// at least one character.
func cut(text string, width int) string {
	for end, r := range text {
		next := end + len(string(r))
		if end > 0 && twwidth.Width(text[:next]) > width {
			return text[:end]
		}
	}
	return text
}

// painted colours a word by its verdict.
func (t *terminal) painted(v contract.Verdict, word string) string {
	if !t.color {
		return word
	}
	color := "32" // green
	switch v {
	case contract.Fail:
		color = "31" // red
	case contract.Warn, contract.Inconclusive:
		color = "33" // yellow
	}
	return "\x1b[1;" + color + "m" + word + "\x1b[0m"
}
