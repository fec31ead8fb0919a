package reference

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

func TestParseFaults(t *testing.T) {
	const ms, s = time.Millisecond, time.Second
	for text, want := range map[string]Faults{
		"latency=5ms":                {Latency: Distribution{Shape: Constant, Mean: 5 * ms}},
		"latency=exp:5ms":            {Latency: Distribution{Shape: Exponential, Mean: 5 * ms}},
		"latency=uniform:1ms-9ms":    {Latency: Distribution{Shape: Uniform, Min: ms, Max: 9 * ms}},
		"latency=lognormal:5ms/40ms": {Latency: Distribution{Shape: Lognormal, Mean: 5 * ms, P99: 40 * ms}},
		"errors=2%:503":              {Errors: []ErrorShare{{0.02, 503, contract.CodeUnexpected}}},
		"errors=0.5%:400":            {Errors: []ErrorShare{{0.005, 400, contract.CodeInvalidData}}},
		"errors=1%:500:20":           {Errors: []ErrorShare{{0.01, 500, contract.CodeLoadingAccount}}},
		"outage=3s-6s":               {Outages: []Outage{{Window{3 * s, 6 * s}, 503}}},
		"outage=3s-1m:500":           {Outages: []Outage{{Window{3 * s, time.Minute}, 500}}},
		"stall=0s-1.5s":              {Stalls: []Window{{0, 1500 * ms}}},
		"capacity=4x2ms":             {Capacity: Capacity{Servers: 4, Service: Distribution{Shape: Constant, Mean: 2 * ms}}},
		"capacity=1xexp:2ms":         {Capacity: Capacity{Servers: 1, Service: Distribution{Shape: Exponential, Mean: 2 * ms}}},
		"cold=2":                     {Cold: Cold{Calls: 2}},
		"cold=3s":                    {Cold: Cold{For: 3 * s}},
	} {
		got, err := ParseFaults(text)
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
	got, err := ParseFaults("queue=3", "capacity=1x1s", "errors=1%:500", "errors=2%:503", "cold=1", "cold=1s")
	require.NoError(t, err)
	require.Equal(t, Capacity{1, Distribution{Shape: Constant, Mean: s}, 3}, got.Capacity)
	require.Len(t, got.Errors, 2)
	require.Equal(t, Cold{1, s}, got.Cold)
}

// TestParseFaultsRefuses: a wrong switch is named with what would be right.
func TestParseFaultsRefuses(t *testing.T) {
	for _, row := range []struct {
		texts  []string
		errors []string
	}{
		{[]string{"latancy=5ms"}, []string{`"latancy"`, "capacity, cold, errors, latency, outage, queue, stall"}},
		{[]string{""}, []string{"no switch is called"}},
		{[]string{"latency"}, []string{"is no duration", "latency=5ms"}},
		{[]string{"latency=5"}, []string{`"5" is no duration`}},
		{[]string{"latency=-5ms"}, []string{"negative"}},
		{[]string{"latency=25h"}, []string{"longer than 24h"}},
		{[]string{"latency=normal:5ms"}, []string{`no distribution is called "normal"`, "lognormal:5ms/40ms"}},
		{[]string{"latency=uniform:9ms-1ms"}, []string{"the wrong way round"}},
		{[]string{"latency=uniform:9ms"}, []string{`"-" between them`}},
		{[]string{"latency=lognormal:5ms/5ms"}, []string{"not above the mean"}},
		{[]string{"latency=lognormal:1ms/1s"}, []string{"14.9 times"}},
		{[]string{"latency=5ms", "latency=6ms"}, []string{"given twice"}},
		{[]string{"errors=2:503"}, []string{`"2": want a share from 0% to 100%`, "errors=2%:503"}},
		{[]string{"errors=101%:503"}, []string{"want a share"}},
		{[]string{"errors=NaN%:503"}, []string{"want a share"}},
		{[]string{"errors=2%"}, []string{"want a share and a status"}},
		{[]string{"errors=2%:200"}, []string{"status 200: want 400 to 599"}},
		{[]string{"errors=2%:x"}, []string{`"x" is no status`}},
		{[]string{"errors=2%:500:x"}, []string{`"x" is no internal code`}},
		{[]string{"errors=60%:500", "errors=60%:503"}, []string{"add up to 120%"}},
		{[]string{"outage=6s-3s"}, []string{"want an end after the start"}},
		{[]string{"outage=3s"}, []string{`"-" between them`}},
		{[]string{"outage=3s-6s:no"}, []string{`"no" is no status`}},
		{[]string{"stall=3s-3s"}, []string{"want an end after the start"}},
		{[]string{"capacity=4"}, []string{"want servers, an x"}},
		{[]string{"capacity=0x1s"}, []string{"want a positive number"}},
		{[]string{"capacity=5000x1s"}, []string{"want 1 to 4096"}},
		{[]string{"capacity=1x1s", "capacity=1x1s"}, []string{"given twice"}},
		{[]string{"queue=0", "capacity=1x1s"}, []string{"want a positive number"}},
		{[]string{"queue=3"}, []string{"without the switch capacity"}},
		{[]string{"cold=0"}, []string{"want a positive number"}},
		{[]string{"cold=0s"}, []string{"no time at all"}},
		{[]string{"cold=x"}, []string{"is no duration", "cold=2"}},
	} {
		_, err := ParseFaults(row.texts...)
		for _, part := range row.errors {
			require.ErrorContains(t, err, part, "%q", row.texts)
		}
	}
	f := Faults{Cold: Cold{Calls: 1}}
	require.Error(t, f.Set("latency=x"))
	require.Equal(t, Faults{Cold: Cold{Calls: 1}}, f, "a refused switch changes nothing")
}

// TestSwitchHelp: every example that the help shows is one that works.
func TestSwitchHelp(t *testing.T) {
	example := regexp.MustCompile(`[a-z]+=[^ ,;)]+`)
	seen := map[string]bool{}
	for _, line := range SwitchHelp() {
		for _, text := range example.FindAllString(line, -1) {
			require.NoError(t, new(Faults).Set(text))
			name, _, _ := strings.Cut(text, "=")
			seen[name] = true
		}
	}
	require.Len(t, seen, len(switchForms))
}

func drawDistribution(t *rapid.T) Distribution {
	duration := func(name string) time.Duration {
		return time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, name))
	}
	d := Distribution{Shape: rapid.SampledFrom([]Shape{Constant, Uniform, Exponential, Lognormal}).Draw(t, "shape")}
	switch d.Shape {
	case Uniform:
		d.Min = duration("min")
		d.Max = d.Min + duration("width")
	case Lognormal:
		d.Mean = duration("mean") + time.Microsecond
		d.P99 = d.Mean + 1 + time.Duration(rapid.Float64Range(0, 13.8).Draw(t, "tail")*float64(d.Mean))
	default:
		d.Mean = duration("mean")
	}
	return d
}

// TestSwitchesRoundTrip: the text form of any faults reads back as they were.
func TestSwitchesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var f Faults
		if rapid.Bool().Draw(t, "latency") {
			f.Latency = drawDistribution(t)
		}
		for range rapid.IntRange(0, 3).Draw(t, "outages") {
			from := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "from"))
			f.Outages = append(f.Outages, Outage{Window{from, from + 1}, rapid.IntRange(400, 599).Draw(t, "status")})
			f.Stalls = append(f.Stalls, Window{from, from + time.Second})
		}
		for range rapid.IntRange(0, 3).Draw(t, "errors") {
			// Any share of whole hundredths of a percent survives its text.
			share := float64(rapid.IntRange(0, 3000).Draw(t, "share")) / 100
			f.Errors = append(f.Errors, ErrorShare{share / 100, 500, contract.InternalCode(rapid.Int64().Draw(t, "code"))})
		}
		if rapid.Bool().Draw(t, "capacity") {
			f.Capacity = Capacity{rapid.IntRange(1, 100).Draw(t, "servers"), drawDistribution(t), rapid.IntRange(0, 9).Draw(t, "waiting")}
		}
		f.Cold = Cold{rapid.IntRange(0, 9).Draw(t, "calls"), time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "for"))}

		got, err := ParseFaults(f.Switches()...)
		require.NoError(t, err)
		for i := range f.Errors {
			require.InDelta(t, f.Errors[i].Share, got.Errors[i].Share, 1e-12)
			got.Errors[i].Share = f.Errors[i].Share
		}
		require.Equal(t, f, got)
	})
}

// TestDistributions: At is monotone, and mean and 99th percentile are the asked
// ones, by integrating the quantile function.
func TestDistributions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistribution(t)
		a := rapid.Float64Range(1e-9, 1-1e-9).Draw(t, "a")
		b := rapid.Float64Range(1e-9, 1-1e-9).Draw(t, "b")
		require.LessOrEqual(t, d.At(min(a, b)), d.At(max(a, b)))
		require.GreaterOrEqual(t, d.At(a), time.Duration(0))
	})
	const ms = float64(time.Millisecond)
	for text, want := range map[string]struct{ mean, median, p99 float64 }{
		"8ms":                {8, 8, 8},
		"uniform:2ms-10ms":   {6, 6, 9.92},
		"exp:10ms":           {10, 10 * math.Ln2, 10 * math.Log(100)},
		"lognormal:5ms/40ms": {5, math.NaN(), 40},
	} {
		d, err := ParseDistribution(text)
		require.NoError(t, err)
		const n = 200_000
		mean := 0.0
		for i := range n {
			mean += float64(d.At((float64(i)+0.5)/n)) / n / ms
		}
		require.InEpsilon(t, want.mean, mean, 0.005, text)
		require.InEpsilon(t, want.p99, float64(d.At(0.99))/ms, 1e-6, text)
		if !math.IsNaN(want.median) {
			require.InEpsilon(t, want.median, float64(d.At(0.5))/ms, 1e-6, text)
		}
	}
}
