package run_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/memnet"
	"sdegauge/internal/run"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fiveMinutes sends 30,000 updates, good ones and faults, in every way that has
// a rate of its own, to a server with a long tail that stalls once.
const fiveMinutes = `
name: five minutes
reference: [latency=lognormal:5ms/40ms, stall=200s-202s]
sessions: {count: 50}
stages:
  - {arrival: ramp, rate: 0/s, to: 100/s, duration: 1m, warm_up: true}
  - {arrival: constant, rate: 100/s, duration: 2m}
  - {arrival: poisson, rate: 125/s, duration: 2m}
mix:
  - {class: page, weight: 50}
  - {class: prodView, weight: 30}
  - {class: cart, weight: 15}
  - {fault: "*", weight: 5}
seed: 7
`

// longOutage has every update of fifteen seconds answered by 503, and one in a
// hundred by 500 all the time, with the specification's pauses of 5, 10 and 15 s
// (S:L116) as they are. Arrivals are independent, so that no retry falls on the
// instant of an arrival: the server draws its latencies by the order of arrival.
const longOutage = `
name: long outage
reference: ["latency=exp:4ms", "outage=30s-45s:503", "errors=1%:500"]
sessions: {count: 50}
stages: [{arrival: poisson, rate: 150/s, duration: 90s}]
mix:
  - {class: page, weight: 40}
  - {class: cart, weight: 30}
  - {class: lead, weight: 30}
retry: {policy: spec}
thresholds: [errors < 1%, amplification < 1.5]
`

// TestGoldenScenarios runs whole scenarios in virtual time, with nothing left
// out but TCP: sessions, generators, Vegeta, transport, reference server, judge
// and report. What the report says is the same to the digit each time, so the
// files test the schedule, the retries and the statistics at once.
//
// Each runs at its own rate and at a tenth of it, with the race detector at the
// tenth alone.
func TestGoldenScenarios(t *testing.T) {
	if !raceDetector {
		hurry(t)
	}
	for _, scale := range []struct {
		name, minutes, outage string // peak rates
		updates               float64
	}{
		{"", "", "", 30_000},
		{"-tenth", "12.5/s", "15/s", 3_000},
	} {
		if scale.name == "" && raceDetector {
			continue
		}
		t.Run("five-minutes"+scale.name, func(t *testing.T) {
			r := inMemory(t, fiveMinutes, scenarios.Override{Rate: scale.minutes})
			assert.InEpsilon(t, scale.updates, r.Totals.Updates, 0.02, "a tenth, four tenths, and about half")
			assert.InDelta(t, 300, r.ElapsedS, 1)
			golden(t, "five-minutes"+scale.name+".txt", r)
		})
		t.Run("long-outage"+scale.name, func(t *testing.T) {
			r := inMemory(t, longOutage, scenarios.Override{Rate: scale.outage})
			assert.NotZero(t, r.Retries.SucceededAt[2], "the outage outlasts one pause")
			for i, pause := range r.Retries.Pauses {
				assert.Equal(t, float64(5*(i+1)), pause.ShortestS)
				assert.Equal(t, float64(5*(i+1)), pause.LongestS)
				assert.Zero(t, pause.ExcessMostMS, "in virtual time nothing is late")
			}
			golden(t, "long-outage"+scale.name+".txt", r)
		})
	}
}

// hurry makes virtual time pass sooner. It moves on when everybody waits, so that
// hardly two goroutines are ever at work at once: on one processor none has to be
// woken on the other.
func hurry(t *testing.T) {
	processors, garbage := runtime.GOMAXPROCS(1), debug.SetGCPercent(400)
	t.Cleanup(func() {
		runtime.GOMAXPROCS(processors)
		debug.SetGCPercent(garbage)
	})
}

// inMemory runs a scenario in a bubble and holds the report to what is true of
// every run.
func inMemory(t *testing.T, text string, o scenarios.Override) (r *reports.Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := parse(t, text)
		require.NoError(t, s.Apply(o))
		var err error
		r, err = run.Run(t.Context(), s, run.Options{Version: "test", Network: memoryNetwork()})
		require.NoError(t, err)
		time.Sleep(time.Minute) // for time-outs of connections that are closed by now
	})
	assert.Equal(t, r.Reference.Attempts, r.Totals.Attempts)
	assert.Equal(t, r.Reference.Statuses, r.Statuses)
	assert.Equal(t, r.Totals.Attempts, *r.Retries.AttemptsWrote)
	assert.Zero(t, *r.Latency.Lag.MaxMS)
	assert.Zero(t, r.Totals.Unsent+r.Totals.NetworkErrors+r.Retries.ClientErrorsRetried)
	assert.LessOrEqual(t, r.Verdict, contract.Warn, r.Reason)
	return r
}

// memoryNetwork is a run's network without TCP.
func memoryNetwork() run.Network {
	n := memnet.New()
	return run.Network{Dial: n.Dial, Listen: n.Listen}
}

// golden compares the times and the retries of a report with a file that a
// person has looked at.
func golden(t *testing.T, name string, r *reports.Report) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "updates %d, as expected %d, attempts %d\n", r.Totals.Updates, r.Totals.AsExpected, r.Totals.Attempts)
	fmt.Fprintf(&b, "statuses %v\n", r.Statuses)
	quantiles(&b, "response", r.Latency.Response)
	quantiles(&b, "service", r.Latency.Service)
	for _, c := range r.Classes {
		quantiles(&b, c.Name, c.Latency.Response)
	}
	fmt.Fprintf(&b, "succeeded at %v, gave up %d, amplification %v\n", r.Retries.SucceededAt, r.Retries.GaveUp, *r.Retries.Amplification)
	if p := r.Retries.AmplificationPeak; p != nil {
		fmt.Fprintf(&b, "amplification at its peak %+v\n", *p)
	}
	quantiles(&b, "time to success", r.Retries.TimeToSuccess)
	for _, p := range r.Retries.Pauses {
		fmt.Fprintf(&b, "%+v\n", p)
	}
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o777))
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String())
}

func quantiles(b *strings.Builder, name string, q reports.Quantiles) {
	fmt.Fprintf(b, "%s, ms: %d readings", name, q.Count)
	for _, one := range []struct {
		name string
		ms   *float64
	}{{"mean", q.MeanMS}, {"p50", q.P50MS}, {"p90", q.P90MS}, {"p95", q.P95MS}, {"p99", q.P99MS}, {"p99.9", q.P999MS}, {"max", q.MaxMS}} {
		if one.ms != nil {
			fmt.Fprintf(b, ", %s %v", one.name, *one.ms)
		}
	}
	b.WriteByte('\n')
}
