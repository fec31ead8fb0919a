package live

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// Screen shows a run on a terminal, as a block of lines that is drawn in its own
// place again and again, and is gone when the run has ended. It never writes into
// the last column, where terminals differ.
type Screen struct {
	out   io.Writer
	width func() int
	color bool
	drawn int // lines of the block on the terminal
}

// NewScreen returns a display on a terminal. width is asked for the terminal's
// width before each drawing, in columns; 0 means 80.
func NewScreen(out io.Writer, width func() int, color bool) *Screen {
	return &Screen{out: out, width: width, color: color}
}

// tone is how a line looks, as the parameter of SGR, ECMA-48 8.3.117.
type tone string

const (
	plain  tone = ""
	strong tone = "1"
	alarm  tone = "31" // red
	doubt  tone = "33" // yellow
)

// row is one line of the block.
type row struct {
	text string
	tone tone
}

// Show implements [Display]. A drawing is one write, so that it does not flicker.
func (s *Screen) Show(v View) {
	width := s.width()
	if width <= 0 {
		width = 80
	}
	width--
	rows := block(v, width)
	var b bytes.Buffer
	s.rewind(&b)
	for _, r := range rows {
		text := r.text
		if twwidth.Width(text) > width {
			text = twwidth.Truncate(text, width, "…")
		}
		if s.color && r.tone != plain {
			text = "\x1b[" + string(r.tone) + "m" + text + "\x1b[0m"
		}
		b.WriteString(text + "\x1b[K\n") // and clear what was longer before
	}
	s.drawn = len(rows)
	_, _ = s.out.Write(b.Bytes()) // a terminal that is gone costs the run nothing
}

// rewind goes back to the beginning of the block.
func (s *Screen) rewind(b *bytes.Buffer) {
	if s.drawn > 0 {
		fmt.Fprintf(b, "\x1b[%dA", s.drawn)
	}
	b.WriteString("\r")
}

// Close implements [Display]: after a run its tables take the place of the block.
// After an interrupt the block stands, for something was written below it.
func (s *Screen) Close(ended bool) {
	if !ended || s.drawn == 0 {
		return
	}
	var b bytes.Buffer
	s.rewind(&b)
	b.WriteString("\x1b[J")
	s.drawn = 0
	_, _ = s.out.Write(b.Bytes())
}

// block are the lines of a view, always as many.
func block(v View, width int) []row {
	head := stageText(v.Stages, v.Stage)
	if v.Draining {
		head = drainText(v)
	}
	expected, lag := row{expectedText(v), plain}, row{tone: plain}
	if v.Counts.Unexpected() > 0 {
		expected.tone = alarm
	}
	var broken bool
	if lag.text, broken = lagText(v); broken {
		lag.tone = doubt
	}
	return []row{
		{head, strong},
		{bar(v, width), plain},
		{recentText(v), plain},
		expected,
		{flightText(v), plain},
		lag,
	}
}

// barLongest is how wide a bar becomes, in columns.
const barLongest = 40

// bar draws how much of the stages is over.
func bar(v View, width int) string {
	share := 1.0
	if v.Planned > 0 {
		share = min(1, v.Elapsed.Seconds()/v.Planned.Seconds())
	}
	left := seconds(v.Planned-v.Elapsed) + " left"
	if v.Draining {
		left = "at most " + seconds(v.Latest-v.Elapsed) + " left"
	}
	text := fmt.Sprintf("%3.0f %%  %s, %s", 100*share, seconds(v.Elapsed), left)
	length := min(barLongest, width-len(text)-1)
	if length < 4 {
		return text
	}
	over := int(share * float64(length))
	return strings.Repeat("━", over) + strings.Repeat("─", length-over) + " " + text
}
