package run_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/journal"
	"sdegauge/internal/run"
	"sdegauge/internal/traffic"
	"sdegauge/reports"
)

// partable answers everything after the same time, so that it does not matter
// which server an update goes to.
const partable = `
name: partable
reference: [latency=5ms]
sessions: {count: 12}
stages:
  - {arrival: ramp, rate: 0/s, to: 100/s, duration: 5s, warm_up: true}
  - {arrival: poisson, rate: 100/s, duration: 10s}
  - {arrival: constant, rate: 70/s, duration: 5s}
mix: [{class: cart, weight: 3}, {class: page, weight: 3}, {fault: version-*, weight: 1}]
limits: {total: 1700}
thresholds: [response.p99 < 6ms over 5s windows, rate.sent >= 99%]
`

// shard runs a part of a scenario in virtual time, with its log in a folder of its
// own.
func shard(t *testing.T, text string, part traffic.Shard) (r *reports.Report, dir string) {
	t.Helper()
	dir = t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var err error
		r, err = run.Run(t.Context(), parse(t, text), run.Options{
			Version: "test", Network: memoryNetwork(), Shard: part, Log: filepath.Join(dir, journal.Name),
		})
		require.NoError(t, err)
		time.Sleep(time.Minute) // for time-outs of connections that are closed by now
	})
	return r, dir
}

// The report of all shards is that of the whole.
func TestTogether(t *testing.T) {
	t.Parallel()
	whole, _ := shard(t, partable, traffic.Shard{})
	require.Empty(t, whole.Causes)
	var dirs []string
	scheduled := uint64(0)
	for k := range 3 {
		r, dir := shard(t, partable, traffic.Shard{Index: k, Of: 3})
		assert.Equal(t, traffic.Shard{Index: k, Of: 3}.String(), r.Scenario.Shard)
		assert.EqualValues(t, 4, r.Sessions.Created, "its share")
		scheduled += r.Totals.Scheduled
		dirs = append([]string{dir}, dirs...) // the order does not matter
	}
	assert.Equal(t, whole.Totals.Scheduled, scheduled)

	r, err := run.Together(dirs)
	require.NoError(t, err)
	assert.Equal(t, 3, r.Scenario.Shards)
	r.Scenario.Shards = 0
	assert.Equal(t, whole.Scenario, r.Scenario)
	assert.Equal(t, whole.Totals, r.Totals)
	assert.Equal(t, whole.Statuses, r.Statuses)
	assert.Equal(t, whole.Latency, r.Latency)
	assert.Equal(t, whole.Classes, r.Classes)
	assert.Equal(t, whole.Faults, r.Faults)
	assert.Equal(t, whole.Checks[0].Judged, r.Checks[0].Judged)
	assert.Equal(t, whole.Series, r.Series)
	assert.Equal(t, whole.Blocks, r.Blocks)
	assert.Equal(t, whole.Stages, r.Stages)
	assert.Equal(t, whole.Thresholds, r.Thresholds)
	assert.Equal(t, whole.Rate, r.Rate)
	assert.Equal(t, whole.Sessions, r.Sessions)
	assert.Equal(t, whole.Causes, r.Causes)
	assert.Equal(t, whole.Verdict, r.Verdict)
}

func TestTogetherRefuses(t *testing.T) {
	t.Parallel()
	const small = `{name: small, stages: [{arrival: constant, rate: 20/s, duration: 1s}], mix: [{class: page, weight: 1}]}`
	_, whole := shard(t, small, traffic.Shard{})
	_, first := shard(t, small, traffic.Shard{Of: 3})
	_, second := shard(t, small, traffic.Shard{Index: 1, Of: 3})
	_, other := shard(t, `{name: other, stages: [{arrival: constant, rate: 20/s, duration: 1s}], mix: [{class: page, weight: 1}]}`, traffic.Shard{Index: 2, Of: 3})
	cut := t.TempDir()
	log, err := os.ReadFile(filepath.Join(second, journal.Name))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(cut, journal.Name), log[:len(log)-100], 0o600))
	for _, tt := range []struct {
		dirs []string
		says string
	}{
		{[]string{first, second}, "shard 3/3 is missing; name its folder as well"},
		{[]string{first, first}, "are both shard 1/3"},
		{[]string{first, other}, "are not of one run"},
		{[]string{first, whole}, "holds a whole run; only the shards of one"},
		{[]string{first, cut}, "did not come to its end"},
		{[]string{first, t.TempDir()}, "no such file"},
	} {
		_, err := run.Together(tt.dirs)
		require.ErrorContains(t, err, tt.says)
	}
}

// Shards that are to begin at one instant do, however long their sessions took.
func TestBeginAt(t *testing.T) {
	t.Parallel()
	const text = `{name: slow to begin, sessions: {count: 4}, stages: [{arrival: constant, rate: 20/s, duration: 1s}], mix: [{class: page, weight: 1}]}`
	synctest.Test(t, func(t *testing.T) {
		at := time.Now().Add(time.Minute)
		r, err := run.Run(t.Context(), parse(t, text), run.Options{Version: "test", Network: memoryNetwork(), BeginAt: at})
		require.NoError(t, err)
		assert.True(t, at.Equal(r.Began), r.Began)

		_, err = run.Run(t.Context(), parse(t, text), run.Options{Version: "test", Network: memoryNetwork(), BeginAt: at})
		var config *run.ConfigError
		require.ErrorAs(t, err, &config)
		require.ErrorContains(t, err, "which is over")
		soon := time.Now().Add(time.Microsecond)
		_, err = run.Run(t.Context(), parse(t, text), run.Options{Version: "test", Network: memoryNetwork(), BeginAt: soon})
		var setup *run.SetupError
		require.ErrorAs(t, err, &setup)
		require.ErrorContains(t, err, "choose a later instant, or create sessions faster")

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = run.Run(ctx, parse(t, text), run.Options{Version: "test", Network: memoryNetwork(), BeginAt: time.Now().Add(time.Hour)})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		time.Sleep(time.Minute) // for time-outs of connections that are closed by now
	})
}

// Sessions age while a run waits for its beginning: they are replaced as during the
// traffic.
func TestBeginMuchLater(t *testing.T) {
	t.Parallel()
	const text = `{name: much later, sessions: {count: 4}, stages: [{arrival: constant, rate: 20/s, duration: 1s}], mix: [{class: page, weight: 1}]}`
	synctest.Test(t, func(t *testing.T) {
		r, err := run.Run(t.Context(), parse(t, text), run.Options{Version: "test", Network: memoryNetwork(), BeginAt: time.Now().Add(2 * time.Hour)})
		require.NoError(t, err)
		assert.EqualValues(t, 20, r.Totals.AsExpected)
		assert.NotZero(t, r.Sessions.Recycled)
		time.Sleep(time.Minute) // for time-outs of connections that are closed by now
	})
}

// A shard that is in doubt puts the whole in doubt, and so do shards that did not
// load the server together.
func TestTogetherDoubts(t *testing.T) {
	t.Parallel()
	const text = `{name: hurried, reference: [latency=50ms], stages: [{arrival: constant, rate: 100/s, duration: 1s}], mix: [{class: page, weight: 1}], limits: {in_flight: 1}}`
	_, first := shard(t, text, traffic.Shard{Of: 2})
	r, second := shard(t, text, traffic.Shard{Index: 1, Of: 2})
	require.NotEmpty(t, r.Causes)
	both, err := run.Together([]string{first, second})
	require.NoError(t, err)
	details := ""
	for _, c := range both.Causes {
		details += c.Detail + "\n"
	}
	assert.Contains(t, details, "shard 1/2: ")
	assert.Contains(t, details, "shard 2/2: ")
}
