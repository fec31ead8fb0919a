package scenarios

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/generators"
	"sdegauge/internal/contract"
)

// parse parses a scenario of a few lines around what a test is about.
func parse(t testing.TB, lines ...string) *Scenario {
	s, err := Parse("test.yaml", []byte(strings.Join(lines, "\n")), testOptions())
	require.NoError(t, err)
	return s
}

const (
	someStages = "stages: [{arrival: constant, rate: 10/s, duration: 5s}]"
	someMix    = "mix: [{class: page, weight: 1}]"
)

func TestDefaults(t *testing.T) {
	s := parse(t, "name: defaults", someStages, someMix)
	assert.Equal(t, uint64(1), s.Seed)
	assert.Equal(t, Target{HTTP: "auto", Transport: "auto", Timeout: 10 * time.Second}, s.Target)
	assert.Equal(t, Sessions{Count: 100, Engagement: "any", CreateRate: 10, RecycleAfter: 25 * time.Minute, AppType: "EXTERNAL"}, s.Sessions)
	assert.Equal(t, Retry{Policy: "none", Scale: 1}, s.Retry)
	assert.Equal(t, Checks{Profile: "spec", ImpIDs: "number"}, s.Checks)
	assert.Equal(t, Limits{Lag: Lag{0.99, time.Millisecond}}, s.Limits)
	assert.Equal(t, []Stage{{Name: "1-constant", Arrival: "constant", Rate: 10, Duration: 5 * time.Second}}, s.Stages)
	assert.Equal(t, 1.0, s.Stretch())
	assert.Empty(t, s.Secrets())
}

func TestEverythingIsRead(t *testing.T) {
	data, err := os.ReadFile("testdata/everything.good.yaml")
	require.NoError(t, err)
	s, err := Parse("dir/everything.yaml", data, testOptions())
	require.NoError(t, err)

	assert.Equal(t, "two lines: with a colon,\nand a # that is no comment", s.Description)
	assert.Equal(t, "012345678", s.Target.Account, "a number keeps its text")
	assert.Equal(t, "1.1", s.Target.HTTP)
	assert.Equal(t, 2500*time.Millisecond, s.Target.Timeout)
	assert.Equal(t, "Bearer t0ken", s.Target.Headers["Authorization"].Reveal())
	assert.Equal(t, TLS{"dir/ca.pem", "dir/client.pem", "/etc/client.key", "api.internal"}, s.Target.TLS, "a relative path starts at the scenario")
	assert.Equal(t, []netip.Prefix{
		netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("198.51.100.7/32"), netip.MustParsePrefix("2001:db8::/32"),
	}, s.Consent[0].Addresses)
	assert.Equal(t, Date{2027, time.January, 31}, s.Consent[0].Expires)
	assert.Equal(t, Rate(0.5), s.Consent[1].MaxRate)
	assert.Equal(t, "4743822558", s.Sessions.Fixed[0].Page)
	assert.Equal(t, Stage{Name: "3", Arrival: "ramp"}.Arrival, s.Stages[1].Arrival)
	assert.Equal(t, "7-burst", s.Stages[6].Name)
	assert.Equal(t, 100*time.Millisecond, s.Stages[6].Period)
	assert.Equal(t, "response.p99.9 < 250ms", s.Thresholds[0].String())
	assert.Equal(t, uint64(math.MaxUint64), s.Seed)
	assert.Equal(t, Limits{100, 1000, 64 << 10, 10, time.Second, 45 * time.Second, Lag{0.999, 500 * time.Microsecond}}, s.Limits)
	assert.Equal(t, 500.0, s.Peak(), "50 at once, ten times a second")
	assert.Equal(t, time.Second+5*time.Minute+90*time.Second, s.Duration())
	assert.Len(t, s.Secrets(), 1)

	assert.Equal(t, []generators.Entry{
		{Class: "cart", Weight: 0.5, Depth: generators.Minimal, Size: generators.Small}, {Fault: "V-*", Weight: 2},
	}, s.Entries(), "a weight of 0 is not sent")
}

func TestRetryResolve(t *testing.T) {
	for _, tt := range []struct {
		reason string
		retry  Retry
		want   []time.Duration
	}{
		{"the specified pauses (S:L116)", Retry{Policy: "spec", Scale: 1}, []time.Duration{5 * time.Second, 10 * time.Second, 15 * time.Second}},
		{"scaled for a study", Retry{Policy: "spec", Scale: 0.1}, []time.Duration{500 * time.Millisecond, time.Second, 1500 * time.Millisecond}},
		{"pauses of the scenario's own", Retry{Policy: "spec", Scale: 2, Pauses: []time.Duration{time.Second}}, []time.Duration{2 * time.Second}},
		{"nothing is retried", Retry{Policy: "none", Scale: 1}, []time.Duration{}},
	} {
		assert.Equal(t, tt.want, tt.retry.Resolve().Pauses, tt.reason)
	}
	assert.True(t, Retry{Policy: "general", Scale: 1}.Resolve().Retries(429), "who retries what stays the policy's")
	knobs := Retry{Policy: "general", Scale: 0.5, Jitter: 0.1, RetryAfter: time.Minute, Also: []int{429, 408}, Network: true}.Resolve()
	assert.Equal(t, []int{408, 429}, knobs.Also, "the policy's own stay")
	assert.Equal(t, 500*time.Millisecond, knobs.After429, "a pause like any other")
	assert.Equal(t, time.Minute, knobs.RetryAfter, "the server's word is not scaled")
	assert.Equal(t, 0.1, knobs.Jitter)
	assert.True(t, knobs.Retries(0), "network")
	assert.True(t, Retry{Policy: "impatient", Scale: 1}.Resolve().Retries(0), "the policy's own stays")
	original, _ := contract.LookupRetryPolicy("spec")
	assert.Equal(t, 5*time.Second, original.Pauses[0], "scaling leaves the policy alone")
}

func TestChecksResolve(t *testing.T) {
	strict, _ := contract.LookupProfile("strict")
	assert.Equal(t, strict, Checks{Profile: "strict"}.Resolve())
	no := false
	got := Checks{Profile: "lenient", EmptyEntity: "zero", LenientErrorTypes: &no, SearchInfo: "must", OffList: "fail", Skew: time.Minute}.Resolve()
	assert.Equal(t, contract.Profile{
		Name: "lenient", EmptyEntity: contract.EmptyZero, SearchInfoMust: true, OffListFails: true, Skew: time.Minute,
	}, got)
	assert.False(t, Checks{Profile: "strict", OffList: "warn"}.Resolve().OffListFails)
	assert.False(t, Checks{Profile: "strict", SearchInfo: "observe"}.Resolve().SearchInfoMust)
	assert.True(t, Checks{ImpIDs: "string"}.TextIDs())
	assert.False(t, Checks{ImpIDs: "number"}.TextIDs())
}

func TestFixedSession(t *testing.T) {
	f := Fixed{Visitor: "v", SID: "s", Page: "p"}
	assert.Nil(t, f.Session("acme").Engagement)
	assert.Equal(t, "/api/account/acme/app/engagement/visitors/v?v=1.0&sid=s", f.Session("acme").Target)
	f.Campaign, f.Engagement, f.Revision, f.Context = 3115242510, 3115242810, 537, "1"
	assert.Equal(t, &contract.Engagement{Campaign: 3115242510, ID: 3115242810, Revision: 537, ContextID: "1"}, f.Session("acme").Engagement)
}

func TestPeak(t *testing.T) {
	for _, tt := range []struct {
		reason string
		stage  Stage
		want   Rate
	}{
		{"the rate", Stage{Arrival: "constant", Rate: 5}, 5},
		{"the rate on average", Stage{Arrival: "poisson", Rate: 5}, 5},
		{"the upper end", Stage{Arrival: "ramp", Rate: 5, To: 50}, 50},
		{"the upper end on the way down", Stage{Arrival: "ramp", Rate: 50, To: 5}, 50},
		{"the last step", Stage{Arrival: "steps", Rate: 5, To: 50}, 50},
		{"the crest", Stage{Arrival: "sine", Rate: 50, Amplitude: 20}, 70},
		{"one burst a second at most", Stage{Arrival: "burst", Count: 30, Period: 5 * time.Second}, 30},
		{"two bursts within a second", Stage{Arrival: "burst", Count: 30, Period: 600 * time.Millisecond}, 60},
		{"no rate of its own", Stage{Arrival: "closed", Workers: 30}, 0},
	} {
		assert.Equal(t, tt.want, tt.stage.peak(), tt.reason)
	}
}

// TestArrivalsWriteTheirKeys holds the table of arrivals against the format as
// it is documented, key by key.
func TestArrivalsWriteTheirKeys(t *testing.T) {
	want := map[string][2]string{
		"constant": {"rate", ""}, "ramp": {"to", "rate"}, "steps": {"rate to count", ""}, "sine": {"rate amplitude period", ""},
		"poisson": {"rate", ""}, "burst": {"count period", ""}, "closed": {"workers", ""},
	}
	for _, a := range Arrivals() {
		assert.Equal(t, want[a.Name], [2]string{strings.Join(a.Needs, " "), strings.Join(a.Takes, " ")}, a.Name)
		for _, key := range load {
			needed := slices.Contains(a.Needs, key) || slices.Contains(a.Takes, key)
			assert.NotEqual(t, needed, slices.Contains(a.refuses(), key), "%s, %s", a.Name, key)
		}
	}
	assert.Len(t, Arrivals(), len(want))
}

// TestTags holds the tags of the model to what the loader expects of them.
func TestTags(t *testing.T) {
	var walk func(reflect.Type, string)
	seen := map[string]bool{}
	walk = func(typ reflect.Type, path string) {
		for _, f := range fieldsOf(typ) {
			at := join(path, f.key)
			seen[at] = true
			assert.NotEmpty(t, f.tag.Get("doc"), at)
			if list, ok := f.tag.Lookup("of"); ok {
				assert.NotEmpty(t, choices(list), "%s: a list of words that exists", at)
			}
			field := typ.Field(f.index).Type
			for field.Kind() == reflect.Slice || field.Kind() == reflect.Map {
				field = field.Elem()
			}
			for _, tag := range []string{"default", "min", "max"} {
				if text, ok := f.tag.Lookup(tag); ok {
					assert.NoError(t, parseScalar(reflect.New(field).Elem(), text), "%s of %s", tag, at)
				}
			}
			if !isScalar(field) {
				walk(field, at)
			}
		}
	}
	walk(reflect.TypeFor[Scenario](), "")
	for _, path := range []string{"target.tls.server_name", "consent.max_rate", "sessions.fixed.context", "stages.warm_up", "mix.weight", "retry.scale", "checks.skew", "limits.waiting_retries", "limits.lag.within"} {
		assert.True(t, seen[path], path)
	}
	assert.NotPanics(t, func() { New() })
}

func TestValidateWithoutAFile(t *testing.T) {
	s := New()
	s.Name = "made by a program"
	s.Stages = []Stage{{Arrival: "ramp", To: 5, Duration: time.Second}, {Arrival: "ramp", Rate: 5, Duration: time.Second}}
	s.Mix = []Entry{{Class: "page", Weight: 1}, {Class: "cart"}}
	require.NoError(t, s.Validate())

	s.Stages[0].Arrival, s.Stages[1].Rate = "constant", -1
	s.Mix[1].Class = "carts"
	err := s.Validate()
	assert.EqualError(t, err, `stages[1].rate: "-1/s" is negative`+"\n"+
		`mix[1].class: unknown class "carts"`+"\n"+
		"  did you mean \"cart\"?\n"+
		"  allowed here: page, cart, purchase, prodView, ctmrinfo, mrktInfo, personal, lead, service,\n"+
		`    error, searchInfo, several, impressions, full, example, variation`+"\n"+
		`stages[0].rate: "rate" is missing: arrival constant means rate, evenly spaced`+"\n"+
		`stages[0].to: arrival constant takes no "to": it means rate, evenly spaced`+"\n"+
		"  allowed here: arrival, rate, duration, name, warm_up")
}

func TestOpen(t *testing.T) {
	s, err := Open("smoke", Options{})
	require.NoError(t, err)
	assert.Equal(t, "smoke", s.Name)

	_, err = Open("smok", Options{})
	assert.EqualError(t, err, `no shipped scenario is called "smok": there are smoke, steady, launch, spike, soak, mixed, outage, and a file ends in .yaml; did you mean "smoke"?`)

	file := filepath.Join(t.TempDir(), "smoke.yaml")
	require.NoError(t, os.WriteFile(file, []byte("name: mine\n"+someStages+"\n"+someMix), 0o600))
	s, err = Open(file, Options{})
	require.NoError(t, err)
	assert.Equal(t, "mine", s.Name)

	_, err = Open("no-such-file.yaml", Options{})
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "no-such-file.yaml")

	require.NoError(t, os.WriteFile(file, bytes.Repeat([]byte("#\n"), mostBytes), 0o600))
	_, err = Load(file, Options{})
	assert.ErrorContains(t, err, "longer than 256KiB")
}

func TestUnreadable(t *testing.T) {
	for _, tt := range []struct{ text, want, reason string }{
		{"name: \xff\n", "x.yaml:1:7: not UTF-8", "bytes that are no text"},
		{"name: a\x00b\n", "x.yaml:1:8: a control character (U+0000)", "a NUL"},
		{"a: " + strings.Repeat("[", 60), "x.yaml:1:54: nested deeper than 50", "a parser would take long"},
	} {
		_, err := Parse("x.yaml", []byte(tt.text), testOptions())
		require.Error(t, err, tt.reason)
		assert.True(t, strings.HasPrefix(err.Error(), tt.want+"\n"), "%s: %v", tt.reason, err)
		assert.NotContains(t, err.Error(), "\x00", "a terminal is not given what the file holds")
	}
}

// TestErrorFields reads one error as a program does.
func TestErrorFields(t *testing.T) {
	_, err := Parse("a.yaml", []byte("name: a\n"+someMix+"\nstages:\n  - arrival: constant\n    ratee: 5/s\n    duration: 1s\n"), testOptions())
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "a.yaml", e.File)
	assert.Equal(t, [2]int{5, 5}, [2]int{e.Line, e.Column})
	assert.Equal(t, "ratee", e.Text)
	assert.Equal(t, "stages[0].ratee", e.Path)
	assert.Equal(t, `unknown key "ratee"`, e.Problem)
	assert.Equal(t, "rate", e.Suggestion)
	assert.Contains(t, e.Allowed, "warm_up")
}

func TestSecretIsNeverPrinted(t *testing.T) {
	s := NewSecret(password)
	scenario := parse(t, "name: secret", someStages, someMix, "target: {headers: {Authorization: '${env:PASSWORD}', X: literal-secret}}")
	type holder struct {
		Secret Secret
		hidden Secret
		Any    any
		Ptr    *Secret
		List   []Secret
		Map    map[string]Secret
	}
	h := holder{s, s, s, &s, []Secret{s}, map[string]Secret{"a": s}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%10s", "%-5v", "%T"} {
		for _, value := range []any{s, &s, h, &h, *scenario, scenario, scenario.Target, scenario.Target.Headers, scenario.Secrets()} {
			assertMasked(t, verb, fmt.Sprintf(verb, value))
		}
	}
	assert.Equal(t, Mask, fmt.Sprintf("%v", s))
	assert.Equal(t, Mask, fmt.Sprintf("%#v", s))
	assert.Equal(t, Mask, fmt.Sprint(s))
	assert.Equal(t, password, s.Reveal())
	assert.Empty(t, Secret{}.Reveal())

	text, err := json.Marshal(h.Map)
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":"***"}`, string(text))
	type document struct{ S Secret }
	for name, marshal := range map[string]func(any) ([]byte, error){"JSON": json.Marshal, "YAML": yaml.Marshal, "XML": xml.Marshal} {
		text, err := marshal(document{s})
		require.NoError(t, err, name)
		assertMasked(t, name, string(text))
		assert.Contains(t, string(text), Mask, name)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "scenario", scenario.Target.Headers)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s, "holder", h)
	assertMasked(t, "log", log.String())

	text, err = scenario.YAML()
	require.NoError(t, err)
	assertMasked(t, "scenario", string(text))
}

func assertMasked(t *testing.T, how, text string) {
	for _, secret := range []string{password, fmt.Sprintf("%x", password), fmt.Sprintf("%X", password), "literal-secret"} {
		assert.NotContains(t, text, secret, how)
	}
}

// TestLiteralSecretsStayOutOfExcerpts guards the line that is shown beside an
// error of its neighbour.
func TestLiteralSecretsStayOutOfExcerpts(t *testing.T) {
	_, err := Parse("a.yaml", []byte("name: a\n"+someStages+"\n"+someMix+"\ntarget: {headers: {Authorization: abc-secret, Host: x}}\n"), testOptions())
	require.Error(t, err)
	assert.Contains(t, err.Error(), "Authorization: **********, Host: *}")
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(f, err)
	shipped, err := filepath.Glob("*.yaml")
	require.NoError(f, err)
	for _, file := range append(files, shipped...) {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	o := testOptions()
	o.Getenv = func(string) (string, bool) { return password, true }
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse("fuzz.yaml", data, o)
		if err == nil {
			assertRoundTrip(t, s)
			return
		}
		var all *Errors
		require.ErrorAs(t, err, &all)
		require.NotEmpty(t, all.List)
		require.LessOrEqual(t, len(all.List), mostErrors)
		if !bytes.Contains(data, []byte(password)) {
			require.NotContains(t, err.Error(), password)
		}
		for _, e := range all.List {
			require.NotEmpty(t, e.Problem)
			require.Equal(t, "fuzz.yaml", e.File)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text, err := Get("smoke")
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("smoke.yaml", text, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
