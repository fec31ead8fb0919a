package live

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// parsed reads the exposition as Prometheus' own parser does.
func parsed(t *testing.T, text []byte) map[string]*dto.MetricFamily {
	t.Helper()
	var parser expfmt.TextParser
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	require.NoError(t, err)
	return families
}

// value is that of the one sample with a label, or of the only one.
func value(t *testing.T, families map[string]*dto.MetricFamily, name, label string) float64 {
	t.Helper()
	family := families[name]
	require.NotNil(t, family, name)
	for _, m := range family.Metric {
		if label == "" || len(m.Label) == 1 && m.Label[0].GetValue() == label {
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	require.Fail(t, name+" has no sample of "+label)
	return 0
}

func TestMetrics(t *testing.T) {
	m := NewMeter()
	for i := range 100 {
		m.Take(answered(0, ms(0.2), ms(float64(i))), i >= 10)
	}
	lost := answered(0, ms(300), ms(2))
	lost.Status, lost.Failure = 0, contract.FailClosed
	m.Take(lost, false)
	const hostile = "1.0\"\n\\ # x\xff"
	v := View{
		Progress: traffic.Progress{Updates: 101, InFlight: 4, Waiting: 5}, Counts: m.Counts(), Due: 110, DueSet: true,
	}
	text := metrics(Build{Version: hostile, Go: "go1.26"}, v)
	families := parsed(t, text)

	for _, test := range []struct {
		name, label string
		want        float64
		kind        dto.MetricType
	}{
		{"sdegauge_build_info", "", 1, dto.MetricType_GAUGE},
		{"sdegauge_updates_scheduled_total", "", 110, dto.MetricType_COUNTER},
		{"sdegauge_updates_unsent", "", 9, dto.MetricType_GAUGE},
		{"sdegauge_updates_sent_total", "", 101, dto.MetricType_COUNTER},
		{"sdegauge_updates_final_total", "", 101, dto.MetricType_COUNTER},
		{"sdegauge_updates_as_expected_total", "", 90, dto.MetricType_COUNTER},
		{"sdegauge_attempts_total", "200", 100, dto.MetricType_COUNTER},
		{"sdegauge_attempts_total", "none", 1, dto.MetricType_COUNTER},
		{"sdegauge_attempt_failures_total", "closed", 1, dto.MetricType_COUNTER},
		{"sdegauge_attempt_failures_total", "timeout", 0, dto.MetricType_COUNTER},
		{"sdegauge_in_flight", "", 4, dto.MetricType_GAUGE},
		{"sdegauge_retries_waiting", "", 5, dto.MetricType_GAUGE},
	} {
		assert.Equal(t, test.want, value(t, families, test.name, test.label), test.name+" "+test.label)
		assert.Equal(t, test.kind, families[test.name].GetType(), test.name)
	}
	for name, family := range families {
		assert.NotEmpty(t, family.GetHelp(), name)
		assert.Equal(t, 1, strings.Count(string(text), "# TYPE "+name+" "), "one family, in one place")
	}
	build := families["sdegauge_build_info"].Metric[0].Label
	assert.Equal(t, strings.ToValidUTF8(hostile, "\uFFFD"), build[0].GetValue())
	checkHistogram(t, families["sdegauge_response_seconds"], 100, ms(25), 25, "0.2 to 24.2 ms")
	checkHistogram(t, families["sdegauge_service_seconds"], 100, ms(25), 26, "0 to 25 ms, the bound included")
	checkHistogram(t, families["sdegauge_lag_seconds"], 101, ms(0.25), 100, "all but the one that was lost")
}

// checkHistogram holds a histogram to its count, to its buckets being cumulative,
// and one of them to what is in it.
func checkHistogram(t *testing.T, family *dto.MetricFamily, count uint64, le time.Duration, want uint64, reason string) {
	t.Helper()
	require.Len(t, family.GetMetric(), 1)
	require.Equal(t, dto.MetricType_HISTOGRAM, family.GetType())
	h := family.Metric[0].GetHistogram()
	assert.Equal(t, count, h.GetSampleCount())
	var before uint64
	found := false
	for _, b := range h.GetBucket() {
		assert.GreaterOrEqual(t, b.GetCumulativeCount(), before)
		before = b.GetCumulativeCount()
		if b.GetUpperBound() == le.Seconds() {
			found = true
			assert.Equal(t, want, before, reason)
		}
	}
	assert.True(t, found, "a bucket of %v", le)
	assert.Equal(t, count, before, "the last bucket has all")
}

// What is not known is left out.
func TestMetricsOfAClosedStage(t *testing.T) {
	families := parsed(t, metrics(Build{}, View{Progress: traffic.Progress{Updates: 3}}))
	assert.NotContains(t, families, "sdegauge_updates_unsent")
	assert.NotContains(t, families, "sdegauge_updates_scheduled_total")
	assert.EqualValues(t, 3, value(t, families, "sdegauge_updates_sent_total", ""))
}

func TestServer(t *testing.T) {
	s, err := Serve(":0", Build{Version: "1.2.3", Go: "go1.26"})
	require.NoError(t, err)
	defer func() { assert.NoError(t, s.Close()) }()
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+/metrics$`, s.URL(), "a port alone is this machine's")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	get := func(url string) (*http.Response, []byte) {
		response, err := client.Get(url)
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response, body
	}

	response, body := get(s.URL())
	assert.Equal(t, http.StatusOK, response.StatusCode)
	assert.Equal(t, metricsType, response.Header.Get("Content-Type"))
	assert.Zero(t, value(t, parsed(t, body), "sdegauge_updates_sent_total", ""), "before the traffic")

	m := NewMeter()
	m.Take(answered(0, ms(0.1), ms(1)), true)
	now := &standing{at: &traffic.Progress{Updates: 7, Elapsed: time.Second}}
	require.NoError(t, s.Show(Run{Stages: stages, Seed: 1, Traffic: now, Meter: m}))
	_, body = get(s.URL())
	families := parsed(t, body)
	assert.EqualValues(t, 7, value(t, families, "sdegauge_updates_sent_total", ""))
	assert.EqualValues(t, 1, value(t, families, "sdegauge_updates_as_expected_total", ""))
	assert.EqualValues(t, 50, value(t, families, "sdegauge_updates_scheduled_total", ""))

	response, body = get(strings.TrimSuffix(s.URL(), "metrics"))
	assert.Equal(t, http.StatusNotFound, response.StatusCode)
	assert.Contains(t, string(body), "/metrics")
	assert.ErrorContains(t, s.Show(Run{Stages: []traffic.Stage{{Arrival: "gallop", Duration: 1}}}), "gallop")

	_, err = Serve(s.listener.Addr().String(), Build{})
	assert.ErrorContains(t, err, "give HOST:PORT or a PORT that is free")
}

func TestWithHost(t *testing.T) {
	for address, want := range map[string]string{
		"9100": "127.0.0.1:9100", ":9100": "127.0.0.1:9100", "[::1]:9100": "[::1]:9100", "0.0.0.0:9100": "0.0.0.0:9100", "localhost:0": "localhost:0",
	} {
		assert.Equal(t, want, withHost(address), address)
	}
}
