package run_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"sdegauge/internal/contract"
	"sdegauge/internal/run"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shippedFor are the shipped scenarios with the time each gets here: durations
// and outages are scaled to it.
var shippedFor = map[string]scenarios.Override{
	"smoke":  {Duration: "3s"},
	"steady": {Duration: "2s", Rate: "300/s"},
	"launch": {Duration: "3s", Rate: "300/s"},
	"spike":  {Duration: "3s", Rate: "300/s"},
	"soak":   {Duration: "2s"},
	"mixed":  {Duration: "3s"},
	"outage": {Duration: "6s", RetryScale: "0.1"},
}

// TestShippedScenarios runs each against the reference server: what the run
// counted is what the server counted, and every gate that does not depend on the
// speed of this machine holds.
func TestShippedScenarios(t *testing.T) {
	require.Len(t, shippedFor, len(scenarios.List()))
	for _, shipped := range scenarios.List() {
		t.Run(shipped.Name, func(t *testing.T) {
			t.Parallel()
			override, known := shippedFor[shipped.Name]
			require.True(t, known, "a shipped scenario without a length here")
			r := measure(t, shipped.Name, override)

			require.NotNil(t, r.Reference)
			assert.Equal(t, r.Reference.Attempts, r.Totals.Attempts)
			assert.Equal(t, r.Reference.Statuses, r.Statuses)
			assert.NotZero(t, r.Totals.Updates)
			assert.Equal(t, r.Totals.Scheduled, r.Totals.Updates+r.Totals.Unsent+r.Totals.Unfinished)
			assert.Zero(t, r.Totals.NetworkErrors)
			assert.Zero(t, r.Totals.Unexpected)
			for _, c := range r.Checks {
				assert.NotEqual(t, contract.Fail, c.Verdict, "%s: %+v", c.ID, c.Example)
			}
			for _, held := range r.Thresholds {
				// A run of seconds is too short for a share of one in a thousand.
				if !ofSpeed(held.Expr) && !strings.Contains(held.Detail, "; to tell ") {
					assert.Equal(t, contract.Pass, held.Verdict, "%s: %s", held.Expr, held.Detail)
				}
			}
		})
	}
}

// ofSpeed says that a gate depends on how fast this machine is.
func ofSpeed(expr string) bool {
	for _, part := range []string{"response.", "service.", "lag.", "rate.", "unsent"} {
		if strings.Contains(expr, part) {
			return true
		}
	}
	return false
}

// measure runs a scenario as overridden.
func measure(t *testing.T, name string, o scenarios.Override) *reports.Report {
	t.Helper()
	s, err := scenarios.Open(name, scenarios.Options{})
	require.NoError(t, err)
	require.NoError(t, s.Apply(o))
	r, err := run.Run(t.Context(), s, run.Options{Version: "test"})
	require.NoError(t, err)
	return r
}

// TestRetriesRescueUpdates: the outage of the shipped scenario costs no update
// with the specification's retries (S:L116), and many without.
func TestRetriesRescueUpdates(t *testing.T) {
	t.Parallel()
	with := measure(t, "outage", scenarios.Override{Duration: "4s", RetryScale: "0.1"})
	assert.Zero(t, with.Totals.Unexpected)
	assert.Greater(t, with.Totals.Attempts, with.Totals.Updates)
	assert.Equal(t, with.Totals.Attempts, attemptsOf(with))

	without := measure(t, "outage", scenarios.Override{Duration: "2s", Retry: "none"})
	assert.Equal(t, without.Totals.Attempts, without.Totals.Updates)
	assert.NotZero(t, without.Totals.Unexpected)
	assert.Equal(t, contract.Fail, without.Verdict)
	assert.Equal(t, 1, without.ExitCode)
}

func attemptsOf(r *reports.Report) uint64 {
	sum := r.Totals.NetworkErrors
	for _, n := range r.Statuses {
		sum += n
	}
	return sum
}

// TestImplicitGate: a scenario without thresholds does not pass when the server
// refuses everything.
func TestImplicitGate(t *testing.T) {
	t.Parallel()
	s := parse(t, `
name: refused
reference: [errors=100%:503]
stages: [{arrival: constant, rate: 50/s, duration: 500ms}]
mix: [{class: cart, weight: 1}]
`)
	r, err := run.Run(t.Context(), s, run.Options{})
	require.NoError(t, err)
	assert.Equal(t, contract.Fail, r.Verdict)
	require.Len(t, r.Thresholds, 1)
	assert.Equal(t, "unexpected == 0", r.Thresholds[0].Expr)
	assert.True(t, r.Thresholds[0].Implicit)
}

// TestColdAccount: a cold account answers Create Session with 500 and code 20 at
// first (CS); the run warms it up and counts none of it.
func TestColdAccount(t *testing.T) {
	t.Parallel()
	s := parse(t, `
name: cold
reference: [cold=1]
limits: {lag: {within: 1s}}
sessions: {count: 2}
stages: [{arrival: constant, rate: 50/s, duration: 500ms}]
mix: [{class: cart, weight: 1}]
`)
	r, err := run.Run(t.Context(), s, run.Options{})
	require.NoError(t, err)
	assert.Equal(t, contract.Pass, r.Verdict, r.Reason)
	assert.Zero(t, r.Statuses[500])
}

// TestFixedSessions: the embedded server knows the sessions that a scenario
// brings along, and nothing is created.
func TestFixedSessions(t *testing.T) {
	t.Parallel()
	s := parse(t, inOrder)
	r, err := run.Run(t.Context(), s, run.Options{})
	require.NoError(t, err)
	assert.Zero(t, r.Totals.Unexpected, "%+v", r.Unexpected)
	assert.Nil(t, r.Sessions)
}

// TestEveryArrival drives all arrival processes in one run; each stage sends
// what it says it scheduled, and the closed one as much as it can.
func TestEveryArrival(t *testing.T) {
	t.Parallel()
	s := parse(t, `
name: arrivals
sessions: {count: 3}
stages:
  - {name: constant, arrival: constant, rate: 100/s, duration: 300ms}
  - {name: ramp, arrival: ramp, rate: 50/s, to: 150/s, duration: 300ms}
  - {name: steps, arrival: steps, rate: 50/s, to: 150/s, count: 3, duration: 300ms}
  - {name: sine, arrival: sine, rate: 100/s, amplitude: 50/s, period: 100ms, duration: 300ms}
  - {name: poisson, arrival: poisson, rate: 100/s, duration: 300ms}
  - {name: burst, arrival: burst, count: 10, period: 100ms, duration: 300ms}
  - {name: closed, arrival: closed, workers: 2, duration: 1s}
limits: {grace: 1m} # what is late counts all the same
mix: [{class: several, weight: 1}]
`)
	r, err := run.Run(t.Context(), s, run.Options{})
	require.NoError(t, err)
	assert.Zero(t, r.Totals.Unexpected)
	assert.Equal(t, r.Reference.Statuses, r.Statuses)
	require.Len(t, r.Stages, 7)
	for i, want := range []uint64{30, 30, 30, 30, 0, 30, 0} {
		if want > 0 {
			assert.Equal(t, want, r.Stages[i].Scheduled, r.Stages[i].Name)
		}
		assert.NotZero(t, r.Stages[i].Updates, r.Stages[i].Name)
	}
}

// TestHTTP2: the same over HTTP/2 without TLS.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	s := parse(t, `
name: h2c
target: {http: h2c}
sessions: {count: 2}
stages: [{arrival: constant, rate: 100/s, duration: 500ms}]
mix: [{class: several, weight: 1}, {fault: "V-*", weight: 1}]
`)
	r, err := run.Run(t.Context(), s, run.Options{})
	require.NoError(t, err)
	assert.Zero(t, r.Totals.Unexpected, "%+v", r.Unexpected)
	assert.Equal(t, r.Reference.Statuses, r.Statuses)
}

func parse(t *testing.T, text string) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Parse("test.yaml", []byte(text), scenarios.Options{})
	require.NoError(t, err)
	return s
}
