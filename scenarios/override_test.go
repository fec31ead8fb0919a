package scenarios

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestApply(t *testing.T) {
	s := parse(t, "name: apply", someMix, "reference: [latency=5ms]", "retry: {policy: spec, pauses: [1s], jitter: 0.1, retry_after: 1m, also: [429], network: true, scale: 0.5}",
		"checks: {profile: spec, off_list: fail}", "stages:",
		"  - {arrival: ramp, rate: 10/s, to: 100/s, duration: 10s}",
		"  - {arrival: sine, rate: 50/s, amplitude: 25/s, period: 5s, duration: 20s}",
		"  - {arrival: burst, count: 30, period: 2s, duration: 20s}",
		"  - {arrival: closed, workers: 7, duration: 10s}")
	require.NoError(t, s.Apply(Override{
		Target: "http://127.0.0.1:8080", Account: "acme_02", Rate: "50/s", Duration: "6s", Seed: "7", Retry: "general", Profile: "strict",
	}))

	assert.Equal(t, "http://127.0.0.1:8080", s.Target.URL)
	assert.Equal(t, "acme_02", s.Target.Account)
	assert.Empty(t, s.Reference, "no reference server is started for a target")
	assert.Equal(t, uint64(7), s.Seed)
	assert.Equal(t, Retry{Policy: "general", Scale: 0.5}, s.Retry, "what the scenario changed in its policy goes with it")
	assert.Equal(t, Checks{Profile: "strict", OffList: "fail", ImpIDs: "number"}, s.Checks, "knobs stay")
	assert.Equal(t, []Stage{
		{Name: "1-ramp", Arrival: "ramp", Rate: 5, To: 50, Duration: time.Second},
		{Name: "2-sine", Arrival: "sine", Rate: 25, Amplitude: 12.5, Period: 500 * time.Millisecond, Duration: 2 * time.Second},
		{Name: "3-burst", Arrival: "burst", Count: 15, Period: 2 * time.Second, Duration: 2 * time.Second},
		{Name: "4-closed", Arrival: "closed", Workers: 7, Duration: time.Second},
	}, s.Stages)
	assert.Equal(t, 50.0, s.Peak())
	assert.Equal(t, 6*time.Second, s.Duration())
	assert.InDelta(t, 0.1, s.Stretch(), 1e-12)
	assertRoundTrip(t, s)
}

func TestApplyRefuses(t *testing.T) {
	const consent = "consent: [{host: api.example.net, owner: me, max_rate: 100/s, expires: 2026-12-31}]"
	closed := "stages: [{arrival: closed, workers: 5, duration: 1s}]"
	for _, tt := range []struct {
		reason   string
		file     []string
		override Override
		want     string // begins with
	}{
		{"no unit", nil, Override{Rate: "500"}, `--rate: "500" has no unit` + "\n  did you mean \"500/s\"?\n  allowed here: a rate with its unit, such as 500/s or 30/m"},
		{"nothing", nil, Override{Rate: "0/s"}, "--rate: a rate of 0 sends nothing"},
		{"beyond the bound", nil, Override{Rate: "2000000/s"}, `--rate: "2000000/s" is more than 1000000/s`},
		{"no open stage", []string{closed}, Override{Rate: "5/s"}, "--rate: every stage is closed: its workers decide the rate"},
		{"no unit of time", nil, Override{Duration: "30"}, `--duration: "30" has no unit`},
		{"no time", nil, Override{Duration: "0s"}, "--duration: a run needs some time"},
		{"too long", nil, Override{Duration: "25h"}, `--duration: "25h0m0s" is more than 24h`},
		{"too short to measure", nil, Override{Duration: "1ns"}, `--duration: "1ns" is less than 1ms`},
		{"no number", nil, Override{Seed: "0x10"}, `--seed: "0x10" is no whole number in plain digits`},
		{"negative", nil, Override{Seed: "-1"}, `--seed: "-1" is negative`},
		{"no policy", nil, Override{Retry: "specc"}, `--retry: unknown policy "specc"`},
		{"no transport", nil, Override{Transport: "quick"}, `--transport: unknown transport "quick"`},
		{"a transport that does not speak its HTTP", []string{"target: {url: \"http://127.0.0.1\", account: a, http: h2c}", someStages}, Override{Transport: "fast"}, "--transport: fast speaks HTTP/1.1 only"},
		{"no profile", nil, Override{Profile: "Strict"}, `--profile: unknown profile "Strict"`},
		{"no URL", nil, Override{Target: "api.example.net", Account: "a"}, `--target: "api.example.net" is no URL of a server`},
		{"a target needs an account", nil, Override{Target: "http://127.0.0.1"}, `--account: "account" is missing`},
		{"above the consent", []string{someStages, consent}, Override{Target: "https://api.example.net", Account: "a", Rate: "101/s"},
			"--rate: the stage reaches 101/s, above the 100/s that the consent for its target allows"},
		{"a consent for less", []string{strings.Replace(someStages, "10/s", "200/s", 1), consent}, Override{Target: "https://api.example.net", Account: "a"},
			"--target: the stage reaches 200/s, above the 100/s that the consent for its target allows"},
		{"sessions of two kinds", nil, Override{Target: "http://127.0.0.1", Account: "a", SessionFile: "a.csv", Sessions: []Fixed{{Visitor: "v", SID: "s", Page: "p"}}},
			"--session: sessions come from the file or from this list, not from both"},
		{"half an engagement", nil, Override{Sessions: []Fixed{{Visitor: "v", SID: "s", Page: "p", Campaign: 1}}},
			"--session: an engagement needs campaign, engagement, revision and context"},
		{"sessions nobody knows", nil, Override{SessionFile: "a.csv"}, "--sessions: sessions of a file need a target"},
		{"no factor", nil, Override{RetryScale: "-1"}, `--retry-scale: "-1" is negative`},
		{"no pauses at all", nil, Override{RetryScale: "0"}, `--retry-scale: "0" is less than 0.001`},
		{"no time for lag", nil, Override{LagWithin: "1%"}, `--lag-within: "1%" is no time`},
		{"too little time for lag", nil, Override{LagWithin: "1us"}, `--lag-within: "1µs" is less than 10us`},
		{"several at once", nil, Override{Rate: "x", Seed: "y"}, "--rate: \"x\" is no rate\n"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			file := append([]string{"name: refuses", someMix}, tt.file...)
			if tt.file == nil {
				file = append(file, someStages)
			}
			s := parse(t, file...)
			before := bare(s)
			err := s.Apply(tt.override)
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), tt.want), "%v", err)
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Zero(t, e.Line, "a flag has no line")
			assert.Equal(t, before, bare(s), "the scenario is as it was")
		})
	}
}

func TestApplyLag(t *testing.T) {
	s := parse(t, "name: lag", someStages, someMix)
	assert.Equal(t, Lag{0.99, time.Millisecond}, s.Limits.Lag, "99 % within a millisecond, where the file says nothing")
	require.NoError(t, s.Apply(Override{LagWithin: "1s"}))
	assert.Equal(t, Lag{0.99, time.Second}, s.Limits.Lag)
	assertRoundTrip(t, s)
}

func TestApplySessions(t *testing.T) {
	s := parse(t, "name: sessions", someStages, someMix, "retry: {policy: spec}")
	fixed := []Fixed{{Visitor: "v", SID: "s", Page: "p"}}
	require.NoError(t, s.Apply(Override{Sessions: fixed, RetryScale: "0.1"}))
	assert.Equal(t, fixed, s.Sessions.Fixed)
	assert.Equal(t, 500*time.Millisecond, s.Retry.Resolve().Pauses[0])
	require.NoError(t, s.Apply(Override{SessionFile: "a.csv", Target: "http://127.0.0.1", Account: "a"}))
	assert.Equal(t, "a.csv", s.Sessions.From, "a flag's path starts where the user is")
	assert.Empty(t, s.Sessions.Fixed)
}

// TestApplyKeepsSecretsOfTheFile overrides beside a value from the environment.
func TestApplyKeepsSecretsOfTheFile(t *testing.T) {
	s := parse(t, "name: env", someStages, someMix, `target: {url: "https://${env:PASSWORD}", account: "${env:PASSWORD}"}`)
	err := s.Apply(Override{Target: "nonsense"})
	assert.ErrorContains(t, err, `--target: "nonsense" is no URL`)
	err = s.Apply(Override{Rate: "x", Profile: "y"})
	assert.NotContains(t, err.Error(), password)
	require.NoError(t, s.Apply(Override{Target: "http://127.0.0.1"}))
	assert.ErrorContains(t, s.Apply(Override{Target: "ftp://x"}), `"ftp://x"`)
}

func drawStages(t *rapid.T) []Stage {
	rate := func(name string) Rate { return Rate(rapid.Float64Range(0.5, 1000).Draw(t, name)) }
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stage {
		st := Stage{Duration: time.Duration(rapid.Int64Range(int64(time.Second), int64(time.Minute)).Draw(t, "duration"))}
		switch st.Arrival = rapid.SampledFrom([]string{"constant", "ramp", "steps", "sine", "poisson"}).Draw(t, "arrival"); st.Arrival {
		case "ramp":
			st.To = rate("to")
		case "steps":
			st.Rate, st.To, st.Count = rate("rate"), rate("to"), rapid.IntRange(2, 9).Draw(t, "count")
		case "sine":
			st.Rate = rate("rate")
			st.Amplitude, st.Period = st.Rate/2, st.Duration/4
		default:
			st.Rate = rate("rate")
		}
		return st
	}), 1, 5).Draw(t, "stages")
}

func TestApplyHitsRateAndDuration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New()
		s.Name, s.Mix, s.Stages = "property", []Entry{{Class: "page", Weight: 1}}, drawStages(t)
		require.NoError(t, s.Validate())
		before := s.Stages
		rate := Rate(rapid.Float64Range(0.5, 10_000).Draw(t, "new rate"))
		length := time.Duration(rapid.Int64Range(int64(10*time.Second), int64(20*time.Hour)).Draw(t, "new duration"))
		require.NoError(t, s.Apply(Override{Rate: rate.String(), Duration: length.String()}))

		assert.InEpsilon(t, float64(rate), s.Peak(), 1e-9)
		assert.Equal(t, length, s.Duration())
		for i, st := range s.Stages {
			assert.InEpsilon(t, float64(st.Duration), float64(before[i].Duration)*s.Stretch(), 1e-3, "every stage alike")
			assert.InEpsilon(t, float64(st.peak())*float64(before[0].peak()), float64(before[i].peak())*float64(s.Stages[0].peak()), 1e-9)
		}
	})
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]Rate{"500/s": 500, "30/m": 0.5, "7200/h": 2, "0.25/s": 0.25, "0/s": 0} {
		got, err := ParseRate(text)
		require.NoError(t, err)
		assert.Equal(t, want, got, text)
	}
	for text, want := range map[string]valueError{
		"500":                           {"has no unit", "500/s"},
		"-1/s":                          {"is negative", ""},
		"500/sec":                       {"is no rate", "500/s"},
		"500 / s":                       {"is no rate", "500/s"},
		"500rps":                        {"is no rate", "500/s"},
		"500/minute":                    {"is no rate", "500/m"},
		"10 per hour":                   {"is no rate", "10/h"},
		"5Hz":                           {"is no rate", "5/s"},
		"5/ms":                          {"is no rate", ""},
		"fast":                          {"is no rate", ""},
		"":                              {"is no rate", ""},
		"5e3/s":                         {"is no rate", ""},
		"0x5/s":                         {"is no rate", ""},
		".5/s":                          {"is no rate", ""},
		"5/s and more":                  {"is no rate", "5/s"},
		"1/s\n":                         {"is no rate", ""},
		strings.Repeat("9", 400) + "/s": {"is too large", ""},
	} {
		_, err := ParseRate(text)
		assert.Equal(t, &want, err, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		want := Rate(rapid.Float64Range(0, 1e6).Draw(t, "rate"))
		got, err := ParseRate(want.String())
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestParseShare(t *testing.T) {
	for _, tt := range []struct {
		text, want string // want begins the problem
		share      Share
	}{
		{"99%", "", 0.99}, {"99.9%", "", 0.999}, {"100%", "", 1}, {"0%", "", 0},
		{"99", "has no unit", 0}, {"0.99", "has no unit", 0}, {"-1%", "is negative", 0},
		{"99 %", "is no share", 0}, {"", "is no share", 0}, {"many", "is no share", 0}, {"1e2%", "is no share", 0},
	} {
		got, err := ParseShare(tt.text)
		if tt.want != "" {
			assert.EqualError(t, err, tt.want, tt.text)
			continue
		}
		require.NoError(t, err, tt.text)
		assert.Equal(t, tt.share, got, tt.text)
		assert.Equal(t, tt.text, got.String())
	}
}

func TestParseOtherUnits(t *testing.T) {
	d, err := parseDuration("1m30.5s")
	require.NoError(t, err)
	assert.Equal(t, 90500*time.Millisecond, d)
	for text, want := range map[string]valueError{
		"30": {"has no unit", "30s"}, "-5s": {"is negative", ""}, "0": {"has no unit", "0s"}, "+5s": {"is no time", ""},
		"5min": {"is no time", "5m"}, "2 hours": {"is no time", "2h"}, "2days": {"is no time", "48h"}, "5 secs": {"is no time", "5s"},
		"250 msec": {"is no time", "250ms"}, "soon": {"is no time", ""}, "": {"is no time", ""},
	} {
		_, err := parseDuration(text)
		assert.Equal(t, &want, err, text)
	}

	for text, want := range map[string]Bytes{"512B": 512, "64KiB": 65536, "1MiB": 1048576, "0B": 0} {
		got, err := ParseBytes(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, text, got.String())
	}
	for text, want := range map[string]valueError{
		"512": {"has no unit", "512B"}, "64kb": {"is no number of bytes", "64KiB"}, "1M": {"is no number of bytes", "1MiB"},
		"1.5MiB": {"is no number of bytes", ""}, "-1B": {"is negative", ""}, "99999999999999999999B": {"is too large", ""},
		"9999999999999999MiB": {"is too large", ""},
	} {
		_, err := ParseBytes(text)
		assert.Equal(t, &want, err, text)
	}

	day, err := ParseDate("2027-01-31")
	require.NoError(t, err)
	assert.Equal(t, "2027-01-31", day.String())
	assert.Equal(t, time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), day.End(), "the last day counts in full")
	assert.Equal(t, day, DateOf(time.Date(2027, 2, 1, 0, 30, 0, 0, time.FixedZone("", 3600))), "days are UTC days")
}

// TestConsentEndsWithItsDay looks at the two instants around midnight.
func TestConsentEndsWithItsDay(t *testing.T) {
	file := []byte("name: c\n" + someStages + "\n" + someMix + "\nconsent: [{host: a, owner: b, max_rate: 1/s, expires: 2026-06-01}]\n")
	o := testOptions()
	midnight := time.Date(2026, 6, 2, 0, 0, 0, 0, time.UTC)
	o.Now = func() time.Time { return midnight.Add(-time.Nanosecond) }
	_, err := Parse("c.yaml", file, o)
	require.NoError(t, err)
	o.Now = func() time.Time { return midnight }
	_, err = Parse("c.yaml", file, o)
	assert.ErrorContains(t, err, "expired on 2026-06-01")
}

// TestExactlyTheConsentedRate guards against a last digit that scaling leaves.
func TestExactlyTheConsentedRate(t *testing.T) {
	for _, rate := range []string{"0.1/s", "0.7/s", "3/s", "7/s", "9.9/s", "49/s"} {
		s := parse(t, "name: exactly", someMix, "stages: [{arrival: sine, rate: "+rate+", amplitude: 0.05/s, period: 1s, duration: 5s}]",
			"consent: [{host: api.example.net, owner: me, max_rate: 100/s, expires: 2026-12-31}]")
		assert.NoError(t, s.Apply(Override{Target: "https://api.example.net", Account: "a", Rate: "100/s"}), rate)
		assert.NoError(t, s.Apply(Override{Target: "http://127.0.0.1", Rate: "1000000/s"}), rate)
	}
}

func TestApplyThresholds(t *testing.T) {
	s := parse(t, "name: thresholds", someMix, someStages, "thresholds: [errors < 1%]")
	require.NoError(t, s.Apply(Override{Thresholds: []string{"errors < 1%", "response.p99 < 1s over 10s windows for 30s abort", "errors < 1% abort"}}))
	var got []string
	for _, one := range s.Thresholds {
		got = append(got, one.String())
	}
	assert.Equal(t, []string{"errors < 1%", "response.p99 < 1s over 10s windows for 30s abort", "errors < 1% abort"}, got, "what is there is not added again")

	err := s.Apply(Override{Thresholds: []string{"respnse.p99 < 1s", "unsent == 0 over 10s windws"}})
	assert.ErrorContains(t, err, "--threshold: \"respnse\" is no metric\n       | respnse.p99 < 1s\n       | ^^^^^^^\n  did you mean \"response\"?")
	assert.ErrorContains(t, err, "       | unsent == 0 over 10s windws\n       |                      ^^^^^^\n  did you mean \"windows\"?")
	assert.ErrorContains(t, s.Apply(Override{Thresholds: []string{"class(lead).errors < 1%"}}), "--threshold: the mix sends no lead")
	assert.Len(t, s.Thresholds, 3, "on an error the scenario is as it was")
}
