package live

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/traffic"
	"sdegauge/reports"
)

var update = flag.Bool("update", false, "write the golden documents anew")

// golden compares what is to be seen with the file that a person has looked at.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o777))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

var stages = []traffic.Stage{
	{Name: "warm-up", Arrival: traffic.Constant, Rate: 50, Duration: 2 * time.Second, WarmUp: true},
	{Name: "peak", Arrival: traffic.Ramp, Rate: 50, To: 300, Duration: 8 * time.Second},
}

// midway is a run in its second stage: n readings of late% beyond the budget, some
// of which were not as expected.
func midway(n, late, unexpected int) View {
	m := NewMeter()
	for i := range n {
		lag := ms(0.2)
		if i < late {
			lag = ms(12)
		}
		m.Take(answered(0, lag, ms(3+float64(i%50))), i >= unexpected)
	}
	c := m.Counts()
	return View{
		Progress: traffic.Progress{Stage: 1, Elapsed: 4200 * time.Millisecond, Planned: 10 * time.Second, Attempts: uint64(n), Updates: uint64(n), InFlight: 3, Waiting: 12},
		Stages:   stages, Lag: reports.LagLimit{}.At(100), Counts: c, Due: uint64(n), DueSet: true,
		Recent: Recent{Span: 4200 * time.Millisecond, Asked: 1234.5, Sent: 1230, Response: c.Response, Lag: c.Lag},
	}
}

func draining() View {
	v := midway(1500, 0, 0)
	v.Elapsed, v.Draining, v.Latest, v.Recent.Sent, v.Recent.Asked = 11*time.Second, true, 40*time.Second, 0, 0
	return v
}

func troubled() View {
	v := midway(1500, 40, 7)
	v.Due += 20
	return v
}

func TestScreenGolden(t *testing.T) {
	closed := midway(10, 0, 0)
	closed.Stages = []traffic.Stage{stages[0], {Name: "closed", Arrival: traffic.Closed, Workers: 8, Duration: 8 * time.Second}}
	closed.DueSet = false
	for _, test := range []struct {
		name, reason string
		columns      int
		view         View
	}{
		{"calm.txt", "a run that goes well", 80, midway(1500, 0, 0)},
		{"narrow.txt", "lines are cut where the terminal ends", 40, midway(1500, 0, 0)},
		{"troubled.txt", "late sends, unsent updates and unexpected answers", 100, troubled()},
		{"draining.txt", "nothing new is sent", 100, draining()},
		{"closed.txt", "answers set the pace, and the sample is small", 100, closed},
	} {
		t.Run(test.name, func(t *testing.T) {
			terminal := newFakeTerminal(t, test.columns, 12)
			io.WriteString(terminal, "sessions: 20 of 20 created\n")
			s := NewScreen(terminal, terminal.width, true)
			s.Show(troubled()) // longer lines, of which nothing may be left
			s.Show(test.view)
			golden(t, test.name, terminal.String())

			s.Close(true)
			assert.Equal(t, "sessions: 20 of 20 created\n", terminal.String(), "nothing is left, and nothing else is gone")
		})
	}
}

func TestScreenAfterAnInterrupt(t *testing.T) {
	terminal := newFakeTerminal(t, 80, 12)
	s := NewScreen(terminal, terminal.width, false)
	s.Show(midway(1500, 0, 0))
	io.WriteString(terminal, "\ninterrupted\n")
	before := terminal.String()
	s.Close(false)
	assert.Equal(t, before, terminal.String())
}

// The block scrolls with the terminal where there is no room below.
func TestScreenAtTheBottom(t *testing.T) {
	terminal := newFakeTerminal(t, 80, 10)
	for range 9 {
		io.WriteString(terminal, "above\n")
	}
	s := NewScreen(terminal, terminal.width, false)
	s.Show(midway(1500, 0, 0))
	first := terminal.String()
	s.Show(midway(1500, 0, 0))
	assert.Equal(t, first, terminal.String())
	assert.Contains(t, first, "above\nstage 2 of 2")
}

func TestScreenColors(t *testing.T) {
	for _, test := range []struct {
		name  string
		color bool
		view  View
		want  map[string]int
	}{
		{"the stage is bold", true, midway(1500, 0, 0), map[string]int{"1": 1, "0": 1}},
		{"what is wrong has a colour", true, troubled(), map[string]int{"1": 1, "31": 1, "33": 1, "0": 3}},
		{"NO_COLOR", false, troubled(), map[string]int{}},
	} {
		terminal := newFakeTerminal(t, 100, 12)
		NewScreen(terminal, terminal.width, test.color).Show(test.view)
		assert.Equal(t, test.want, terminal.tones, test.name)
		assert.Equal(t, 1, terminal.writes, "a drawing is one write")
	}
}

// A terminal that knows no width gets lines of at most 79 columns.
func TestScreenWithoutWidth(t *testing.T) {
	terminal := newFakeTerminal(t, 80, 12)
	NewScreen(terminal, func() int { return 0 }, true).Show(troubled())
	assert.Contains(t, terminal.String(), "stage 2 of 2")
}

func TestLinesGolden(t *testing.T) {
	var out strings.Builder
	l := NewLines(&out)
	at := func(v View, elapsed time.Duration, stage int) View {
		v.Elapsed, v.Stage = elapsed, stage
		return v
	}
	calm := midway(1500, 0, 0)
	for _, v := range []View{
		at(calm, 200*time.Millisecond, 0), at(calm, time.Second, 0), at(calm, 2*time.Second, 1), at(calm, 9900*time.Millisecond, 1),
		at(troubled(), 10*time.Second, 1), at(calm, 19*time.Second, 1), at(calm, 43*time.Second, 1), at(calm, 49*time.Second, 1),
		at(draining(), 50200*time.Millisecond, 1), at(draining(), 51*time.Second, 1), at(draining(), 60*time.Second, 1),
	} {
		l.Show(v)
	}
	l.Close(true)
	golden(t, "lines.txt", out.String())
}

// A run that ended before anybody looked still has its stages told.
func TestLinesCatchUp(t *testing.T) {
	var out strings.Builder
	v := draining()
	v.InFlight, v.Waiting = 0, 0
	NewLines(&out).Show(v)
	assert.Equal(t, "  11.0s of 10s  stage 1 of 2: warm-up, constant\n  11.0s of 10s  stage 2 of 2: peak, ramp\n", out.String())
}

// What a scenario calls its stages must not act on a terminal, nor reach a file.
func TestForeignTextIsHarmless(t *testing.T) {
	const evil = "\x1b]0;x\x07\u009b2J\r\nnext"
	v := midway(1500, 0, 0)
	v.Stages = []traffic.Stage{{Name: evil}, {Name: evil, Arrival: traffic.Constant}}
	var out strings.Builder
	NewLines(&out).Show(v)
	assert.Equal(t, 2, strings.Count(out.String(), "\n"), "a line a stage")
	for _, c := range strings.ReplaceAll(out.String(), "\n", "") {
		assert.True(t, unicode.IsPrint(c), "%q", c)
	}
	assert.Contains(t, out.String(), `\u001b]0;x`)

	terminal := newFakeTerminal(t, 80, 12) // which fails at what it does not know
	NewScreen(terminal, terminal.width, false).Show(v)
	assert.Contains(t, terminal.String(), `\u001b]0;x`)
}

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{
		290 * time.Microsecond: "0.29 ms", ms(1): "1.0 ms", ms(9.9): "9.9 ms", ms(15): "15 ms", ms(710): "710 ms", ms(1200): "1.2 s", time.Minute: "60.0 s",
	} {
		assert.Equal(t, want, duration(d))
	}
	for d, want := range map[time.Duration]string{
		-time.Second: "0.0 s", 4200 * time.Millisecond: "4.2 s", 125 * time.Second: "2 min 05 s", time.Hour + 61*time.Second: "1 h 1 min 01 s",
	} {
		assert.Equal(t, want, seconds(d))
	}
}
