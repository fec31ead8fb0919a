package client

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// The variables that make a client of the test binary.
const (
	habitVariable = "CLIENT_HABIT"
	scaleVariable = "CLIENT_SCALE"
)

// testScale keeps the tests with real clients short: pauses of 50, 100 and
// 150 ms.
const testScale = 0.01

// comeAs is one update of a client with a habit; it returns the exit code.
func comeAs(habit, url string) int {
	scale, err := strconv.ParseFloat(os.Getenv(scaleVariable), 64)
	if err != nil {
		return 2
	}
	var h habits
	for _, pause := range []time.Duration{5 * second, 10 * second, 15 * second} {
		h.pauses = append(h.pauses, time.Duration(float64(pause)*scale))
	}
	lingers := false
	switch habit {
	case "silent":
		fmt.Fprintln(os.Stderr, "no \x1b[31mroute")
		return 7
	case "chatty":
		fmt.Println(strings.Repeat("x", 10*outputLimit) + "end")
	case "stubborn":
		signal.Ignore(os.Interrupt)
	case "hurried":
		h.pauses = make([]time.Duration, 3)
	case "lingering":
		signal.Ignore(os.Interrupt)
		h.pauses, lingers = []time.Duration{}, true
	}
	h.update(url, &http.Transport{})
	if lingers {
		time.Sleep(time.Hour)
	}
	return 0
}

// started runs scripts with this binary as the client, or with a shell script
// in which it is $0.
func started(t *testing.T, habit, script string, o Options) *Report {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("commands are started through a POSIX shell here")
	}
	o.Command = []string{"env", habitVariable + "=" + habit, fmt.Sprint(scaleVariable, "=", o.Scale)}
	if script != "" {
		o.Command = append(o.Command, "sh", "-c", script)
	}
	o.Command = append(o.Command, os.Args[0])
	r, err := Run(t.Context(), o)
	require.NoError(t, err)
	return r
}

// patient is a tolerance, once scaled, that a busy machine does not use up.
var patient = Tolerance{Late: 3000 * second}

// TestCommand starts a client for each script and ends it.
func TestCommand(t *testing.T) {
	t.Parallel()
	o := Options{Scale: testScale, Tolerance: patient, Only: []string{"RT-03", "RT-07", "RT-10"}}
	r := started(t, "keep", "", o)
	assert.Equal(t, contract.Pass, r.Verdict, r.Reason)
	assert.Equal(t, []string{"RT-03", "RT-07/400", "RT-07/401", "RT-07/404", "RT-10"}, red(r, contract.Pass))
	require.NotNil(t, r.Requirements[0].Cases[0].ExitCode)
	assert.Zero(t, *r.Requirements[0].Cases[0].ExitCode)
	assert.Less(t, r.ElapsedS, 25.0, "a command that has ended needs no watch, which is 31 s here")

	assert.Equal(t, []string{"RT-03"}, red(started(t, "hurried", "", o), contract.Fail))
}

// TestInterruptedClient: an interrupt in a pause is heeded, or not.
func TestInterruptedClient(t *testing.T) {
	t.Parallel()
	tests := []struct {
		habit, why string
		verdict    contract.Verdict
	}{
		{"keep", "", contract.Pass},
		{"stubborn", "after the interrupt", contract.Fail},
		{"lingering", "the command went on running after the interrupt", contract.Warn},
		{"hurried", "the second attempt came before the interrupt", contract.Inconclusive},
		{"silent", `the client never called; the command exited 7 and said "no \u001b[31mroute"`, contract.Inconclusive},
	}
	for _, tt := range tests {
		t.Run(tt.habit, func(t *testing.T) {
			t.Parallel()
			r := started(t, tt.habit, "", Options{Only: []string{"RT-17"}, Scale: 0.3})
			c := r.Requirements[0].Cases[0]
			assert.Equal(t, tt.verdict, c.Verdict, c.Reason)
			assert.Contains(t, c.Reason, tt.why)
			assert.Equal(t, tt.habit == "keep" || tt.habit == "lingering", c.ExitCode == nil, "a signal gives no exit code")
		})
	}
}

// TestLeftBehind: what a command starts is the client too, and is ended.
func TestLeftBehind(t *testing.T) {
	t.Parallel()
	for _, script := range []string{
		`"$0" & exit 0`,                  // keeps the output open
		`"$0" >/dev/null 2>&1 & exit 0`,  // keeps nothing open
		`"$0" && exec sleep 1000`,        // goes on and has to be ended
		`trap "" TERM; "$0"; sleep 1000`, // will not be asked
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			r := started(t, "keep", script, Options{Only: []string{"RT-07/400"}, Scale: testScale})
			assert.Equal(t, contract.Pass, r.Verdict, r.Requirements[0].Cases[0].Reason)
		})
	}
}

// TestOutput keeps the end of what a command says.
func TestOutput(t *testing.T) {
	t.Parallel()
	c := started(t, "chatty", "", Options{Only: []string{"RT-09"}, Scale: testScale}).Requirements[0].Cases[0]
	assert.LessOrEqual(t, len(c.Output), outputLimit+len("…"))
	assert.True(t, strings.HasPrefix(c.Output, "…x"))
	assert.True(t, strings.HasSuffix(c.Output, "xend"))
}

// TestPlaceholder puts the URL into the words and the environment.
func TestPlaceholder(t *testing.T) {
	t.Parallel()
	script := `test "{url}" = "$` + VariableURL + `" && echo "$` + VariableAccount + ` $` + VariableScript + `"`
	c := started(t, "", script, Options{Only: []string{"RT-07/400"}, Scale: testScale}).Requirements[0].Cases[0]
	assert.Equal(t, "rt07_400 RT-07/400", c.Output)
	assert.Equal(t, contract.Inconclusive, c.Verdict, "nobody called")
}
