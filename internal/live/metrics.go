package live

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"sdegauge/internal/contract"
)

// Build is which program is running.
type Build struct{ Version, Go string }

// The buckets of the histograms that Prometheus gets, fixed so that runs can be
// compared. All are among the bounds.
var (
	timeBuckets = []time.Duration{
		500 * time.Microsecond, time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond,
		10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
		100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
		time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second, 25 * time.Second, 50 * time.Second,
	}
	lagBuckets = []time.Duration{
		50 * time.Microsecond, 100 * time.Microsecond, 250 * time.Microsecond, 500 * time.Microsecond,
		time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond,
		50 * time.Millisecond, 100 * time.Millisecond, 500 * time.Millisecond, time.Second,
	}
)

// metricsType is the media type of the text format.
const metricsType = "text/plain; version=0.0.4; charset=utf-8"

// metrics writes a view in Prometheus' text exposition format 0.0.4. Before the
// traffic begins there is none, and the counters are 0.
func metrics(build Build, v View) []byte {
	var e exposition
	c := v.Counts
	e.family("sdegauge_build_info", "gauge", "Which program is running.")
	e.sample("sdegauge_build_info", "1", "version", build.Version, "goversion", build.Go)
	if n, ok := v.Unsent(); ok {
		e.number("sdegauge_updates_scheduled_total", "counter", "Updates whose instant has come, warm-up included.", v.Due)
		e.number("sdegauge_updates_unsent", "gauge", "Updates whose instant has come and that have not been sent.", n)
	}
	e.number("sdegauge_updates_sent_total", "counter", "Updates sent, warm-up included as in all that follows.", v.Updates)
	e.number("sdegauge_updates_final_total", "counter", "Updates that became final.", c.Updates)
	e.number("sdegauge_updates_as_expected_total", "counter", "Updates that became final and were answered as expected.", c.AsExpected)
	e.family("sdegauge_attempts_total", "counter", "Attempts that ended, by status; none where no complete response came.")
	var failed uint64
	for _, n := range c.Failures {
		failed += n
	}
	e.sample("sdegauge_attempts_total", number(failed), "status", "none")
	for _, code := range slices.Sorted(maps.Keys(c.Statuses)) {
		name := strconv.Itoa(code)
		if code == 0 {
			name = "other" // no status of HTTP
		}
		e.sample("sdegauge_attempts_total", number(c.Statuses[code]), "status", name)
	}
	e.family("sdegauge_attempt_failures_total", "counter", "Attempts without a complete response, by what went wrong.")
	for failure := contract.FailRefused; failure <= contract.FailOther; failure++ {
		e.sample("sdegauge_attempt_failures_total", number(c.Failures[failure]), "failure", failure.String())
	}
	e.number("sdegauge_in_flight", "gauge", "Attempts under way.", uint64(max(0, v.InFlight)))
	e.number("sdegauge_retries_waiting", "gauge", "Updates that wait for a retry.", uint64(max(0, v.Waiting)))
	e.histogram("sdegauge_response_seconds", "Time from an attempt's intended start to the last byte of its response.", c.Response, timeBuckets)
	e.histogram("sdegauge_service_seconds", "Time from the send of an attempt to the last byte of its response.", c.Service, timeBuckets)
	e.histogram("sdegauge_lag_seconds", "Time from an attempt's intended start to its send: the instrument's own error.", c.Lag, lagBuckets)
	return e.out.Bytes()
}

// exposition is text in the format under construction.
type exposition struct{ out bytes.Buffer }

// family begins a metric. help is of this package and needs no escape.
func (e *exposition) family(name, kind, help string) {
	e.out.WriteString("# HELP " + name + " " + help + "\n# TYPE " + name + " " + kind + "\n")
}

var labelEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// sample writes a value; labels are names, each followed by its value.
func (e *exposition) sample(name, value string, labels ...string) {
	e.out.WriteString(name)
	for i := 0; i < len(labels); i += 2 {
		start := ","
		if i == 0 {
			start = "{"
		}
		text := strings.ToValidUTF8(labels[i+1], "\uFFFD")
		e.out.WriteString(start + labels[i] + `="` + labelEscaper.Replace(text) + `"`)
	}
	if len(labels) > 0 {
		e.out.WriteByte('}')
	}
	e.out.WriteString(" " + value + "\n")
}

// number writes a metric of one value.
func (e *exposition) number(name, kind, help string, n uint64) {
	e.family(name, kind, help)
	e.sample(name, number(n))
}

// histogram writes a sample with cumulative buckets.
func (e *exposition) histogram(name, help string, s Sample, buckets []time.Duration) {
	e.family(name, "histogram", help)
	for _, le := range buckets {
		e.sample(name+"_bucket", number(s.AtMost(le)), "le", inSeconds(le))
	}
	n := number(s.Count())
	e.sample(name+"_bucket", n, "le", "+Inf")
	e.sample(name+"_sum", inSeconds(s.Sum))
	e.sample(name+"_count", n)
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

func inSeconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'g', -1, 64) }
