package ab

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/run"
	"sdegauge/reports"
	"sdegauge/reports/compare"
	"sdegauge/scenarios"
)

// small loads each server a little. How late a send is does not matter to what is
// tested, and other tests fill the processors.
const small = `
name: small
target: {account: acme_01}
sessions: {count: 5, create_rate: 1000/s}
stages:
  - {arrival: constant, rate: 200/s, duration: 100ms, warm_up: true}
  - {arrival: constant, rate: 200/s, duration: 2s}
mix: [{class: page, weight: 1}]
thresholds: [response.p99 < 1us]
limits: {lag: {within: 10s}}
`

func parse(t *testing.T, text string) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Parse("small.yaml", []byte(text), scenarios.Options{})
	require.NoError(t, err)
	return s
}

// serve starts a reference server on loopback.
func serve(t *testing.T, latency string) *reference.Server {
	t.Helper()
	faults, err := reference.ParseFaults("latency=" + latency)
	require.NoError(t, err)
	handler, err := reference.New(reference.Options{Accounts: []string{"acme_01"}, Faults: faults})
	require.NoError(t, err)
	server, err := reference.Listen("127.0.0.1:0", handler)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close(context.Background()) })
	return server
}

// only gates the median alone: the runs of tests are too short for more.
func only(name string, margin float64) compare.Options {
	o := compare.Options{Margins: map[string]float64{name: margin}}
	for _, other := range compare.Names() {
		if other != name {
			o.Margins[other] = 0
		}
	}
	return o
}

// TestRun measures real servers, one of which takes far longer.
func TestRun(t *testing.T) {
	t.Parallel()
	fast, slow := serve(t, "2ms"), serve(t, "60ms")
	r, err := Run(t.Context(), parse(t, small), Options{
		Version: "test", Command: "sdegauge ab small.yaml", Base: Server{URL: fast.URL()}, New: Server{URL: slow.URL()},
		Block: 100 * time.Millisecond, MaxTime: 4 * time.Second, Compare: only("p50", 1),
	})
	require.NoError(t, err)
	assert.Equal(t, contract.ExitFail, r.ExitCode, r.Reason)
	assert.Contains(t, r.Reason, "p50 regressed by +")
	assert.True(t, r.Early, "the answer is clear long before")
	assert.GreaterOrEqual(t, r.Measured, leastPairs)
	assert.Zero(t, r.Dropped)
	require.NotNil(t, r.Control)
	require.Len(t, r.Pairs, r.Measured)
	for i, p := range r.Pairs {
		assert.EqualValues(t, 18, p.Base.Updates, "nine tenths of 100 ms at 200 a second")
		assert.EqualValues(t, 18, p.New.Updates)
		assert.Equal(t, p.NewFirst, p.New.Began.Before(p.Base.Began), "pair %d", i)
	}

	// Both blocks of a pair send the same updates, and the next pair others.
	assert.Equal(t, r.Kept[0].Base.Facts.FirstSeq, r.Kept[0].New.Facts.FirstSeq)
	assert.NotEqual(t, r.Kept[0].Base.Facts.FirstSeq, r.Kept[1].Base.Facts.FirstSeq)

	var text, markdown, document bytes.Buffer
	require.NoError(t, r.WriteText(&text, reports.TableOptions{Width: 100}))
	require.NoError(t, r.WriteMarkdown(&markdown))
	require.NoError(t, r.WriteJSON(&document))
	assert.Contains(t, text.String(), "the answer was clear")
	assert.Regexp(t, `A/A control: base blocks against base blocks raised \d+ false alarms? in 500\s+repairings of \d+ pairs`, text.String())
	assert.True(t, strings.HasPrefix(markdown.String(), "# fail: "), markdown.String())
	var back Result
	require.NoError(t, json.Unmarshal(document.Bytes(), &back))
	back.Kept, back.Began = r.Kept, r.Began
	for i := range back.Pairs { // JSON has no monotonic clock
		assert.True(t, back.Pairs[i].Base.Began.Equal(r.Pairs[i].Base.Began))
	}
	assert.Equal(t, r.Quantities, back.Quantities)
	assert.Equal(t, Schema, back.Schema)
}

// TestServerDies: what was measured until then is told, and nothing is judged.
func TestServerDies(t *testing.T) {
	t.Parallel()
	stays, dies := serve(t, "1ms"), serve(t, "1ms")
	r, err := Run(t.Context(), parse(t, small), Options{
		Base: Server{URL: stays.URL()}, New: Server{URL: dies.URL()},
		Block: 100 * time.Millisecond, MaxTime: 4 * time.Second, Compare: only("p50", 1e-6),
		Progress: func(line string) {
			if strings.Contains(line, " pairs") { // the first look
				dies.Close(context.Background())
			}
		},
	})
	require.NoError(t, err)
	assert.Equal(t, contract.ExitSetup, r.ExitCode)
	assert.Contains(t, r.Reason, "lost the new server: none of the last ")
	assert.GreaterOrEqual(t, r.Measured, leastPairs)
	assert.NotEmpty(t, r.Quantities, "the document is partial, not empty")
	assert.Nil(t, r.Control)
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	base, changed := serve(t, "1ms"), serve(t, "1ms")
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Run(ctx, parse(t, small), Options{
		Base: Server{URL: base.URL()}, New: Server{URL: changed.URL()},
		Block: 100 * time.Millisecond, MaxTime: 4 * time.Second, Compare: only("p50", 1e-6),
		Progress: func(line string) {
			if strings.Contains(line, " pairs") {
				cancel()
			}
		},
	})
	require.NoError(t, err)
	assert.Equal(t, contract.ExitInterrupted, r.ExitCode)
	assert.Equal(t, leastPairs, r.Measured)
	assert.Contains(t, r.Reason, "interrupted after 16 pairs")
}

// TestDropped: where the instrument is always late, nothing is said, and soon.
func TestDropped(t *testing.T) {
	t.Parallel()
	server := serve(t, "1ms")
	s := parse(t, strings.Replace(small, "within: 10s", "within: 10us", 1))
	s.Stages[1].Rate = 1000 // a hundredth of the interval is in time in any case
	r, err := Run(t.Context(), s, Options{
		Base: Server{URL: server.URL()}, New: Server{URL: server.URL()},
		Block: 100 * time.Millisecond, MaxTime: 4 * time.Second,
	})
	require.NoError(t, err)
	assert.Equal(t, contract.ExitInconclusive, r.ExitCode)
	assert.Contains(t, r.Reason, "cannot be relied on: base: ")
	assert.Equal(t, r.Dropped, r.Measured)
	assert.LessOrEqual(t, r.Measured, 11, "after a quarter of 40 and one the rest cannot mend it")
	assert.Contains(t, r.Warnings, "base and new are the same server")
}

func TestCannotStart(t *testing.T) {
	t.Parallel()
	listens := serve(t, "1ms")
	closed := serve(t, "1ms")
	require.NoError(t, closed.Close(t.Context()))
	var setup *run.SetupError
	var config *run.ConfigError
	cases := []struct {
		reason  string
		options Options
		kind    any
		says    string
	}{
		{"nobody listens", Options{Base: Server{URL: listens.URL()}, New: Server{URL: closed.URL()}}, &setup, "the new server: cannot reach "},
		{"too little time", Options{MaxTime: 10 * time.Second}, &config, "is time for 10 blocks of 1s, and a comparison needs 16 pairs; allow 16s"},
		{"blocks too short", Options{Block: time.Millisecond}, &config, "choose 100ms or more"},
		{"the place is taken", Options{
			Base: Server{URL: listens.URL(), Start: "sleep 9"}, New: Server{URL: closed.URL()},
		}, &config, "listens at " + listens.URL() + " already"},
		{"two servers, one place", Options{
			Base: Server{URL: closed.URL(), Start: "sleep 9"}, New: Server{URL: closed.URL(), Start: "sleep 9"},
		}, &config, "give each its own port"},
		{"the command fails", Options{
			Base: Server{URL: closed.URL(), Start: "exit 3"}, New: Server{URL: listens.URL()},
		}, &setup, "the base server ended before it listened at " + closed.URL() + ": exit status 3; what it said is in "},
		{"the command listens elsewhere", Options{
			Base: Server{URL: listens.URL()}, New: Server{URL: closed.URL(), Start: "sleep 9"}, Ready: 100 * time.Millisecond,
		}, &setup, "the new server did not listen within 100ms"},
	}
	for _, tt := range cases {
		tt.options.Output = t.TempDir()
		_, err := Run(t.Context(), parse(t, small), tt.options)
		require.ErrorAs(t, err, tt.kind, tt.reason)
		assert.ErrorContains(t, err, tt.says, tt.reason)
	}
}

func TestBlockOf(t *testing.T) {
	s := parse(t, `
name: stages
stages:
  - {arrival: constant, rate: 50/s, duration: 5s, warm_up: true}
  - {arrival: ramp, rate: 50/s, to: 300/s, duration: 4s}
  - {arrival: closed, workers: 3, duration: 2s}
mix: [{class: page, weight: 1}]
retry: {policy: spec}
`)
	block, err := blockOf(s, "", time.Second)
	require.NoError(t, err)
	require.Len(t, block.Stages, 3, "a lead-in, and what is measured")
	assert.Equal(t, scenarios.Stage{Name: "lead-in", Arrival: "constant", Rate: 50, Duration: 100 * time.Millisecond, WarmUp: true}, block.Stages[0])
	assert.Equal(t, 600*time.Millisecond, block.Stages[1].Duration)
	assert.Equal(t, 300*time.Millisecond, block.Stages[2].Duration)
	assert.Equal(t, "none", block.Retry.Policy)
	assert.Equal(t, 5, warmUpBlocks(s, time.Second))
	assert.Equal(t, 1, warmUpBlocks(s, time.Minute))
	assert.Equal(t, "spec", s.Retry.Policy, "the scenario itself is as it was")
	assert.Len(t, s.Stages, 3)
	assert.Equal(t, 4*time.Second, s.Stages[1].Duration)

	s.Stages = s.Stages[:1]
	_, err = blockOf(s, "", time.Second)
	assert.ErrorContains(t, err, "every stage of the scenario is warm-up")
}
