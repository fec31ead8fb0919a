package live

import (
	"fmt"
	"io"
	"time"
)

// linesEvery is the time between two lines about a run.
const linesEvery = 10 * time.Second

// Lines shows a run in plain lines, for a file or a pipe: one as a stage begins,
// one when all are over, and otherwise one every ten seconds. A stage that was too
// short to be looked at has its line late.
type Lines struct {
	out      io.Writer
	stages   int // that have their line
	draining bool
	next     time.Duration
}

// NewLines returns a display that writes to out.
func NewLines(out io.Writer) *Lines { return &Lines{out: out, next: linesEvery} }

// Show implements [Display].
func (l *Lines) Show(v View) {
	begun := v.Stage >= l.stages
	for ; l.stages <= v.Stage; l.stages++ {
		l.line(v, stageText(v.Stages, l.stages))
	}
	switch {
	case v.Draining && !l.draining:
		l.draining = true
		if v.InFlight+v.Waiting > 0 {
			l.line(v, drainText(v))
		}
	case !begun && v.Elapsed >= l.next:
		lag, _ := lagText(v)
		l.line(v, recentText(v)+"; "+expectedText(v)+"; "+flightText(v)+"; "+lag)
		for l.next <= v.Elapsed {
			l.next += linesEvery
		}
	}
}

func (l *Lines) line(v View, text string) {
	fmt.Fprintf(l.out, "%6.1fs of %s  %s\n", v.Elapsed.Seconds(), v.Planned.Round(100*time.Millisecond), text)
}

// Close implements [Display]. What was written stands.
func (l *Lines) Close(bool) {}
