package run_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/run"
	"sdegauge/scenarios"
)

// TestPrepared measures twice: the sessions and the connections of the first time
// serve the second, and each report is of its own run.
func TestPrepared(t *testing.T) {
	s, err := scenarios.Parse("twice.yaml", []byte(`
name: twice
sessions: {count: 3}
stages: [{arrival: closed, workers: 1, duration: 1s}]
mix: [{class: page, weight: 1}]
limits: {total: 40}
`), scenarios.Options{})
	require.NoError(t, err)
	p, err := run.Prepare(t.Context(), s, run.Options{Version: "test"})
	require.NoError(t, err)
	defer p.Close()
	assert.True(t, p.Embedded())
	require.NoError(t, p.Probe(t.Context()))

	first, err := p.Measure(t.Context(), 0, 1)
	require.NoError(t, err)
	second, err := p.Measure(t.Context(), 40, 2)
	require.NoError(t, err)
	assert.EqualValues(t, 0, first.Scenario.FirstSeq)
	assert.EqualValues(t, 40, second.Scenario.FirstSeq)
	for _, r := range []uint64{first.Totals.Updates, second.Totals.Updates} {
		assert.EqualValues(t, 40, r)
	}
	assert.Empty(t, second.Causes, "what the server counted of the first is not held against the second")
	assert.Equal(t, p.URL(), second.Target.URL)
	assert.EqualValues(t, 3, second.Sessions.Created)
	require.NotNil(t, second.Instrument.Connections)
	assert.Zero(t, *second.Instrument.Connections, "those of the first are still open")
}

func TestPrepareErrors(t *testing.T) {
	s, err := scenarios.Parse("nobody.yaml", []byte(`
name: nobody
target: {url: "http://127.0.0.1:1", account: acme_01}
stages: [{arrival: constant, rate: 10/s, duration: 1s}]
mix: [{class: page, weight: 1}]
`), scenarios.Options{})
	require.NoError(t, err)
	_, err = run.Prepare(t.Context(), s, run.Options{})
	var setup *run.SetupError
	require.ErrorAs(t, err, &setup)
}
