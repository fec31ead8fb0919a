package run_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	vegeta "github.com/tsenart/vegeta/v12/lib"

	"sdegauge/internal/contract"
	"sdegauge/internal/journal"
	"sdegauge/internal/run"
	"sdegauge/reports"
)

// eventful is a run with everything that a log has to keep: warm-up, faults,
// retries, answers that are not as expected, closed and open stages.
const eventful = `
name: eventful
reference: [errors=20%:503, latency=exp:2ms]
stages:
  - {arrival: constant, rate: 100/s, duration: 300ms, warm_up: true}
  - {arrival: poisson, rate: 200/s, duration: 1s}
  - {arrival: closed, workers: 2, duration: 300ms}
mix: [{class: cart, weight: 3}, {class: several, weight: 3}, {fault: version-*, weight: 1}]
retry: {policy: spec, scale: 0.01}
thresholds: [response.p90 < 10s, errors < 50%]
`

// logged runs a scenario with a log in dir.
func logged(t *testing.T, ctx context.Context, text, dir string) *reports.Report {
	t.Helper()
	r, err := run.Run(ctx, parse(t, text), run.Options{Version: "test", Command: "sdegauge run it", Log: filepath.Join(dir, journal.Name)})
	require.NoError(t, err)
	return r
}

func asJSON(t *testing.T, r *reports.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, reports.WriteJSON(&b, r))
	return b.String()
}

// TestRestoreWhole: the report made from the log is that of the run, to the byte.
func TestRestoreWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	written := logged(t, t.Context(), eventful, dir)
	require.NotZero(t, written.Totals.Unexpected+uint64(len(written.Retries.Pauses)), "the scenario is to be eventful")
	require.Equal(t, written.Totals.Attempts, written.Log.Readings)

	_, _, err := run.Stored(filepath.Join(dir, "nowhere"))
	require.ErrorContains(t, err, "holds the documents of no run")
	r, rebuilt, err := run.Stored(dir)
	require.NoError(t, err)
	assert.True(t, rebuilt)
	assert.Equal(t, asJSON(t, written), asJSON(t, r))

	_, err = reports.Save(dir, r)
	require.NoError(t, err)
	_, rebuilt, err = run.Stored(dir)
	require.NoError(t, err)
	assert.False(t, rebuilt, "report.json is there and of this run")

	// Another run begins in the same folder and is killed before its end.
	cutLog(t, dir, logged(t, t.Context(), eventful, dir).Log.Bytes-20)
	r, rebuilt, err = run.Stored(dir)
	require.NoError(t, err)
	assert.True(t, rebuilt, "report.json is of the run before")
	assert.True(t, r.Interrupted)
}

// TestRestoreInterrupted: an interrupted run is its own partial report.
func TestRestoreInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
	defer cancel()
	dir := t.TempDir()
	written := logged(t, ctx, eventful, dir)
	require.True(t, written.Interrupted)
	r, err := run.Restore(filepath.Join(dir, journal.Name))
	require.NoError(t, err)
	assert.Equal(t, asJSON(t, written), asJSON(t, r))
}

// TestRestoreCut: a log cut anywhere gives a partial report that adds up, holds
// no more than the run had, and says what is missing.
func TestRestoreCut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	written := logged(t, t.Context(), eventful, dir)
	path := filepath.Join(dir, journal.Name)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	most := uint64(0)
	for cut := 4; cut > 0; cut-- {
		require.NoError(t, os.WriteFile(path, whole[:len(whole)*(9-cut)/9], 0o600))
		r, err := run.Restore(path)
		require.NoError(t, err)
		assert.True(t, r.Interrupted)
		assert.Equal(t, 130, r.ExitCode)
		assert.GreaterOrEqual(t, r.Verdict, contract.Inconclusive)
		assert.Equal(t, "killed", r.Causes[0].Cause)
		assert.NotZero(t, r.Log.Partial.LostBytes)
		assert.Equal(t, r.Totals.Scheduled, r.Totals.Updates+r.Totals.Unsent+r.Totals.Unfinished)
		assert.LessOrEqual(t, r.Totals.Attempts, written.Totals.Attempts)
		assert.GreaterOrEqual(t, r.Totals.Attempts, most)
		most = r.Totals.Attempts
	}
	assert.NotZero(t, most)

	require.NoError(t, os.WriteFile(path, whole[:100], 0o600))
	_, err = run.Restore(path)
	require.ErrorContains(t, err, "cut off before it says what was run")
	_, _, err = run.Stored(dir)
	require.ErrorContains(t, err, "cut off before it says what was run")
}

// TestRestoreDamaged: a flipped bit ends the log where it is, and is told from a
// kill.
func TestRestoreDamaged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	logged(t, t.Context(), eventful, dir)
	path := filepath.Join(dir, journal.Name)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	data[len(data)-100] ^= 1
	require.NoError(t, os.WriteFile(path, data, 0o600))
	r, err := run.Restore(path)
	require.NoError(t, err)
	assert.Equal(t, "damaged", r.Causes[0].Cause)
	assert.Contains(t, r.Causes[0].Detail, "a checksum is wrong")
	assert.NotZero(t, r.Totals.Attempts)
}

func cutLog(t *testing.T, dir string, n int64) {
	t.Helper()
	require.NoError(t, os.Truncate(filepath.Join(dir, journal.Name), n))
}

// TestResults: Vegeta reads an attempt a result, counts the same statuses, and
// finds the response times of the report.
func TestResults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := logged(t, t.Context(), eventful, dir)
	to := filepath.Join(dir, run.ResultsName)
	require.NoError(t, run.WriteResults(filepath.Join(dir, journal.Name), to))

	file, err := os.Open(to)
	require.NoError(t, err)
	defer file.Close()
	decode := vegeta.DecoderFor(file)
	require.NotNil(t, decode, "Vegeta knows the encoding")
	var measured vegeta.Metrics
	seen, asExpected := map[string]map[uint64]time.Time{}, 0
	for {
		var result vegeta.Result
		if err := decode(&result); err == io.EOF {
			break
		} else {
			require.NoError(t, err)
		}
		if seen[result.Attack] == nil {
			seen[result.Attack] = map[uint64]time.Time{}
		}
		seen[result.Attack][result.Seq] = result.Timestamp
		require.Equal(t, "PUT", result.Method)
		require.Equal(t, r.Target.URL, result.URL)
		require.NotZero(t, result.BytesOut)
		if result.Attack == "eventful" {
			measured.Add(&result)
			if result.Error == "" {
				asExpected++
			}
		}
	}
	measured.Close()
	require.Len(t, seen, 2, "warm-up is an attack of its own")
	assert.Len(t, seen["eventful warm-up"], int(r.WarmUp.Attempts))
	assert.EqualValues(t, r.Totals.Attempts-r.WarmUp.Attempts, measured.Requests)
	for i := range measured.Requests - 1 {
		require.Contains(t, seen["eventful"], i, "numbered without a gap")
		require.False(t, seen["eventful"][i+1].Before(seen["eventful"][i]), "in the order of their starts")
	}
	assert.EqualValues(t, r.Statuses[503]-r.WarmUp.Statuses[503], measured.StatusCodes["503"])
	assert.EqualValues(t, r.Outcomes[0].Latency.Response.Count, asExpected)
	// The report rounds to its histogram's resolution.
	assert.InEpsilon(t, *r.Latency.Response.MaxMS, measured.Latencies.Max.Seconds()*1e3, 0.002)
	assert.InEpsilon(t, *r.Latency.Response.MeanMS, measured.Latencies.Mean.Seconds()*1e3, 0.01)
}
