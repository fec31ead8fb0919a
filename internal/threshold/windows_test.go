package threshold

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// windowsOf are windows of a length, one for each letter: "h" holds, "b" is
// broken, "u" is not known, "-" is idle, and a blank is a gap in the measured
// time.
func windowsOf(t Threshold, letters string) (list []Window) {
	for i, letter := range letters {
		w := Window{Start: time.Duration(i) * t.Over}
		switch letter {
		case ' ':
			continue
		case '-':
			w.Idle = true
		case 'h':
			w.Result = t.Evaluate(reading{100, 2000, true, ""})
		case 'b':
			w.Result = t.Evaluate(reading{300 + float64(i), 2000, true, ""})
		case 'u':
			w.Result = t.Evaluate(reading{0, 10, false, "p99 needs 1,000 readings, there are 10"})
		}
		list = append(list, w)
	}
	return list
}

func TestAcrossWindows(t *testing.T) {
	const strict, patient = "response.p99 < 250ms over 10s windows", "response.p99 < 250ms over 10s windows for 30s"
	for _, tt := range []struct {
		reason, expr, windows string
		verdict               contract.Verdict
		detail                string
	}{
		{"every window holds", strict, "hhhh", contract.Pass,
			"held in 4 of 4 windows of 10s; worst 100ms over 2,000 readings, from 0s to 10s"},
		{"one window is enough", strict, "hhbh", contract.Fail,
			"broken in 1 of 4 windows of 10s; worst 302ms over 2,000 readings, from 20s to 30s"},
		{"one that is not known passes nothing", strict, "hhuh", contract.Inconclusive,
			"in 1 of 4 windows of 10s, the first from 20s to 30s: p99 needs 1,000 readings, there are 10"},
		{"what is broken stays broken", strict, "bu", contract.Fail, "broken in 1 of 2 windows of 10s; worst 300ms over 2,000 readings, from 0s to 10s"},
		{"where nothing was due nothing broke", strict, "h--h", contract.Pass, "held in 2 of 2 windows of 10s; worst 100ms over 2,000 readings, from 0s to 10s"},
		{"no window at all", strict, "", contract.Inconclusive, "nothing was measured in a whole window of 10s"},
		{"only idle windows", strict, "--", contract.Inconclusive, "nothing was measured in a whole window of 10s"},
		{"two windows are less than three", patient, "hbbhbbh", contract.Pass,
			"held in 3 of 7 windows of 10s, broken for at most 20s, less than 30s; worst 305ms over 2,000 readings, from 50s to 1m"},
		{"three are three", patient, "hbbbh", contract.Fail,
			"broken in 3 of 5 windows of 10s, for 30s without a pause, from 10s to 40s; worst 303ms over 2,000 readings, from 30s to 40s"},
		{"a gap is a pause", patient, "bb b", contract.Pass,
			"held in 0 of 3 windows of 10s, broken for at most 20s, less than 30s; worst 303ms over 2,000 readings, from 30s to 40s"},
		{"an idle window is a pause", patient, "bb-b", contract.Pass,
			"held in 0 of 3 windows of 10s, broken for at most 20s, less than 30s; worst 303ms over 2,000 readings, from 30s to 40s"},
		{"one that is not known could make three", patient, "bubh", contract.Inconclusive,
			"in 1 of 4 windows of 10s, the first from 10s to 20s: p99 needs 1,000 readings, there are 10"},
		{"one that is not known could not make three", patient, "ubhub", contract.Pass,
			"held in 1 of 5 windows of 10s, broken for at most 10s, less than 30s; worst 304ms over 2,000 readings, from 40s to 50s"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			th, err := Parse(tt.expr)
			require.NoError(t, err)
			got := th.AcrossWindows(windowsOf(th, tt.windows))
			assert.Equal(t, tt.verdict, got.Verdict)
			assert.Equal(t, tt.detail, got.Detail)
			assert.Equal(t, tt.expr, got.Expr)
		})
	}
}

func TestWorstIsWhatTheOperatorDreads(t *testing.T) {
	th, err := Parse("status(200) >= 90% over 1s windows")
	require.NoError(t, err)
	var list []Window
	for i, percent := range []float64{99, 91, 95} {
		list = append(list, Window{Start: time.Duration(i) * time.Second, Result: th.Evaluate(reading{percent, 100, true, ""})})
	}
	r := th.AcrossWindows(list)
	assert.Equal(t, 91.0, r.Value)
	assert.Equal(t, time.Second, r.Windows.Worst)
	assert.Equal(t, contract.Pass, r.Verdict)
}

// One window comes to what its readings come to as a whole.
func TestOneWindowIsTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		th := draw(t)
		th.Over, th.For = 10*time.Second, rapid.SampledFrom([]time.Duration{0, 10 * time.Second}).Draw(t, "for")
		m := reading{rapid.Float64Range(0, 1e6).Draw(t, "value"), rapid.Uint64Range(0, 10_000).Draw(t, "n"), rapid.Bool().Draw(t, "known"), "why"}
		whole := th.Evaluate(m)
		one := th.AcrossWindows([]Window{{Result: whole}})
		assert.Equal(t, whole.Verdict, one.Verdict)
		assert.Equal(t, whole.Value, one.Value)
		assert.Equal(t, whole.Known, one.Known)
	})
}

// Patience never makes a threshold stricter, and what comes to be known never
// turns a pass into a failure or a failure into a pass.
func TestWindowsAreAnOrder(t *testing.T) {
	rank := map[contract.Verdict]int{contract.Pass: 0, contract.Inconclusive: 1, contract.Fail: 2}
	rapid.Check(t, func(t *rapid.T) {
		letters := []rune(rapid.StringOfN(rapid.SampledFrom([]rune("hbu-")), 1, 20, -1).Draw(t, "windows"))
		windows := rapid.IntRange(1, 5).Draw(t, "for")
		th, err := Parse("response.p99 < 250ms over 10s windows")
		require.NoError(t, err)
		patient, more := th, th
		patient.For, more.For = time.Duration(windows)*th.Over, time.Duration(windows+1)*th.Over
		before := patient.AcrossWindows(windowsOf(th, string(letters))).Verdict
		assert.GreaterOrEqual(t, rank[before], rank[more.AcrossWindows(windowsOf(th, string(letters))).Verdict])

		for i, letter := range letters {
			if letter == 'u' {
				letters[i] = rapid.SampledFrom([]rune("hb")).Draw(t, "comes to")
			}
		}
		after := patient.AcrossWindows(windowsOf(th, string(letters))).Verdict
		if before != contract.Inconclusive {
			assert.Equal(t, before, after)
		} else if strings.Trim(string(letters), "-") != "" {
			assert.NotEqual(t, contract.Inconclusive, after)
		}
	})
}
