package reports

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCSVHoldsTheSeries reads the table as a stranger would and finds every number
// of the series in it.
func TestCSVHoldsTheSeries(t *testing.T) {
	for name, run := range documentRuns() {
		t.Run(name, func(t *testing.T) {
			r := New(run)
			var out bytes.Buffer
			require.NoError(t, WriteCSV(&out, r))
			table, err := csv.NewReader(&out).ReadAll() // which refuses rows of unequal length
			require.NoError(t, err)
			head := table[0]
			require.Len(t, table, 1+len(r.Series))
			sums := map[string]float64{}
			for i, row := range table[1:] {
				cells := map[string]string{}
				for k, column := range head {
					cells[column] = row[k]
					if row[k] == "" {
						continue
					}
					v, err := strconv.ParseFloat(row[k], 64)
					require.NoError(t, err, column)
					sums[column] += v
				}
				v := r.Series[i]
				sameFigure(t, v.Latency.Response.P50MS, cells["response_p50_ms"])
				sameFigure(t, v.Latency.Service.P99MS, cells["service_p99_ms"])
				sameFigure(t, v.Latency.Lag.MaxMS, cells["lag_max_ms"])
				sameFigure(t, v.Amplification, cells["amplification"])
				sameFigure(t, &v.StartS, cells["start_s"])
			}
			assert.EqualValues(t, r.Totals.Updates, sums["updates"])
			assert.EqualValues(t, r.Totals.AsExpected, sums["as_expected"])
			assert.EqualValues(t, r.Totals.Attempts, sums["due"])
			for code, n := range r.Statuses {
				assert.EqualValues(t, n, sums["status_"+strconv.Itoa(code)], code)
			}
			for failure, n := range r.Failures {
				assert.EqualValues(t, n, sums["failure_"+failure], failure)
			}
		})
	}
}

func sameFigure(t *testing.T, want *float64, cell string) {
	t.Helper()
	if want == nil {
		assert.Empty(t, cell, "a sample that is too small has no figure")
		return
	}
	got, err := strconv.ParseFloat(cell, 64)
	require.NoError(t, err)
	assert.LessOrEqual(t, math.Abs(got-*want), 0.5e-6)
}

// The names of the columns are what scripts rely on.
func TestCSVColumns(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, WriteCSV(&out, New(sampleRun())))
	head, _, _ := strings.Cut(out.String(), "\n")
	assert.Equal(t, "start_s,width_s,scheduled,due,sent,updates_sent,amplification,warm_up,updates,as_expected,"+
		"status_200,status_400,status_503,failure_timeout,"+
		"response_count,response_mean_ms,response_p50_ms,response_p90_ms,response_p95_ms,response_p99_ms,response_p999_ms,response_max_ms,"+
		"service_count,service_mean_ms,service_p50_ms,service_p90_ms,service_p95_ms,service_p99_ms,service_p999_ms,service_max_ms,"+
		"lag_count,lag_mean_ms,lag_p50_ms,lag_p90_ms,lag_p95_ms,lag_p99_ms,lag_p999_ms,lag_max_ms", head)
	assert.ErrorContains(t, WriteCSV(failing{}, New(calmRun(1))), "write the series: full")
}
