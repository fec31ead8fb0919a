package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the expected messages and the schema anew")

// password is what the environment of the tests holds and no message may show.
const password = "hunter2-from-the-environment"

// testOptions is a fixed world: a clock, an environment and a server.
func testOptions() Options {
	environment := map[string]string{
		"TOKEN": "t0ken", "RATE": "10/s", "WEIGHT": "1.5", "PASSWORD": password, "LINES": "a\nb",
	}
	return Options{
		Getenv: func(name string) (string, bool) { v, ok := environment[name]; return v, ok },
		Now:    func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) },
		Reference: func(switches ...string) error {
			for _, s := range switches {
				name, value, _ := strings.Cut(s, "=")
				if !slices.Contains([]string{"latency", "outage", "queue", "capacity"}, name) {
					return fmt.Errorf("no switch is called %q", name)
				}
				if name == "queue" && !strings.Contains(strings.Join(switches, " "), "capacity") {
					return errors.New("queue goes with capacity")
				}
				if value == "tomorrow" {
					return errors.New("no time")
				}
			}
			return nil
		},
	}
}

func fixtures(t *testing.T, ending string) []string {
	files, err := filepath.Glob("testdata/*" + ending)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func TestBadFiles(t *testing.T) {
	schema := compiledSchema(t)
	for _, file := range fixtures(t, ".bad.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			name := filepath.Base(file)
			s, err := Parse(name, data, testOptions())
			require.Nil(t, s)
			var all *Errors
			require.ErrorAs(t, err, &all)
			require.NotContains(t, err.Error(), password)

			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(err.Error()+"\n"), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), all.Error()+"\n")

			for _, e := range all.List {
				assertPlace(t, e, data)
			}
			assertSchemaVerdict(t, schema, data)
		})
	}
}

// assertPlace holds a problem's position against the bytes of the file.
func assertPlace(t *testing.T, e *Error, data []byte) {
	lines := strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
	if e.Line == 0 {
		require.Contains(t, e.Problem, "the file", "only what concerns the whole file has no line")
		return
	}
	require.LessOrEqual(t, e.Line, len(lines))
	line := strings.TrimSuffix(lines[e.Line-1], "\r")
	rest := string([]rune(line)[e.Column-1:])
	assert.LessOrEqual(t, e.width, max(1, len([]rune(rest))), e.Problem)
	// Text with escapes, or folded over lines, is not in the file as it is.
	if first := rest + " "; !strings.Contains(rest, `\`) && first[0] != '>' && first[0] != '|' {
		assert.True(t, strings.HasPrefix(strings.TrimLeft(rest, `"'`), e.Text), "%s: %q stands at its column, not %q", e.Problem, e.Text, rest)
	}
}

// assertSchemaVerdict holds the schema against the first line of a bad file:
// "# schema: refuses", or "# schema: cannot …" and why.
func assertSchemaVerdict(t *testing.T, schema *jsonschema.Schema, data []byte) {
	head, _, _ := strings.Cut(string(data), "\n")
	verdict, ok := strings.CutPrefix(head, "# schema: ")
	require.True(t, ok, "the first line says what the schema makes of the file")
	value, err := generic(data)
	if err == nil {
		err = schema.Validate(value)
	} else if verdict == "refuses" {
		t.Fatalf("not YAML: %v", err)
	} else {
		return
	}
	if verdict == "refuses" {
		assert.Error(t, err)
	} else {
		assert.NoError(t, err, "the schema sees more than the file says")
	}
}

func TestGoodFiles(t *testing.T) {
	schema := compiledSchema(t)
	for _, file := range fixtures(t, ".good.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			s, err := Parse(file, data, testOptions())
			require.NoError(t, err)
			assertRoundTrip(t, s)
			assertSchemaTakes(t, schema, data)
			require.NoError(t, s.Validate())
			require.NoError(t, s.Apply(Override{}), "nothing overridden changes nothing")
		})
	}
}

func TestShippedScenarios(t *testing.T) {
	schema := compiledSchema(t)
	files, err := filepath.Glob("*.yaml")
	require.NoError(t, err)
	require.Len(t, List(), len(files), "every file is listed")
	for _, shipped := range List() {
		name := shipped.Name
		t.Run(name, func(t *testing.T) {
			text, err := Get(name)
			require.NoError(t, err)
			s, err := Open(name, Options{Getenv: func(string) (string, bool) { return "", false }})
			require.NoError(t, err, "a shipped scenario needs nothing from the environment")
			assert.Equal(t, name, s.Name)
			assert.NotEmpty(t, s.Description)
			assert.Equal(t, s.Description, shipped.Description)
			assert.NotEmpty(t, s.Thresholds)
			assert.Empty(t, s.Target.URL, "it runs against the embedded server")
			assert.True(t, strings.HasPrefix(string(text), "# yaml-language-server: $schema=./"+SchemaFile+"\n"))
			assertRoundTrip(t, s)
			assertSchemaTakes(t, schema, text)
		})
	}
	smoke, err := Open("smoke", Options{})
	require.NoError(t, err)
	assert.Less(t, smoke.Duration(), 15*time.Second)
	assert.True(t, slices.ContainsFunc(smoke.Mix, func(e Entry) bool { return e.Class == "example" }))
	assert.True(t, slices.ContainsFunc(smoke.Mix, func(e Entry) bool { return e.Fault != "" }))
}

// TestMixedHasFivePercentFaults adds the weights up by hand.
func TestMixedHasFivePercentFaults(t *testing.T) {
	s, err := Open("mixed", Options{})
	require.NoError(t, err)
	var faults, all float64
	for _, e := range s.Entries() {
		all += e.Weight
		if e.Fault != "" {
			faults += e.Weight
		}
	}
	assert.InDelta(t, 0.05, faults/all, 1e-12)
}

func TestSchemaIsKept(t *testing.T) {
	text := Schema()
	if *update {
		require.NoError(t, os.WriteFile(SchemaFile, text, 0o644))
	}
	kept, err := os.ReadFile(SchemaFile)
	require.NoError(t, err)
	assert.Equal(t, string(kept), string(text), "the schema has changed: go test ./scenarios -update")
}

func compiledSchema(t testing.TB) *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource(SchemaFile, doc))
	schema, err := c.Compile(SchemaFile)
	require.NoError(t, err)
	return schema
}

// generic reads YAML as an editor does, without the model.
func generic(data []byte) (any, error) {
	var v any
	if err := yaml.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &v); err != nil {
		return nil, err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
}

func assertSchemaTakes(t *testing.T, schema *jsonschema.Schema, data []byte) {
	value, err := generic(data)
	require.NoError(t, err)
	assert.NoError(t, schema.Validate(value))
}

// assertRoundTrip writes a scenario and reads it again.
func assertRoundTrip(t testing.TB, s *Scenario) {
	text, err := s.YAML()
	require.NoError(t, err)
	again, err := Parse("again.yaml", text, s.options)
	require.NoError(t, err, "%s", text)
	require.Equal(t, bare(s), bare(again), "%s", text)
}

// bare is a scenario without its file, its world and its secrets.
func bare(s *Scenario) Scenario {
	b := *s
	b.origin, b.options, b.stretch = nil, Options{}, 0
	b.Target.Headers = map[string]Secret{}
	for name := range s.Target.Headers {
		b.Target.Headers[name] = NewSecret(Mask)
	}
	for _, v := range []reflect.Value{reflect.ValueOf(&b.Reference), reflect.ValueOf(&b.Consent), reflect.ValueOf(&b.Thresholds),
		reflect.ValueOf(&b.Sessions.Fixed), reflect.ValueOf(&b.Retry.Pauses), reflect.ValueOf(&b.Retry.Also)} {
		if v.Elem().Len() == 0 {
			v.Elem().SetZero()
		}
	}
	if len(b.Sessions.Fixed) > 0 || b.Sessions.From != "" {
		d := New().Sessions
		b.Sessions.Count, b.Sessions.CreateRate, b.Sessions.RecycleAfter, b.Sessions.AppType = d.Count, d.CreateRate, d.RecycleAfter, d.AppType
	}
	b.Consent = slices.Clone(b.Consent)
	for i := range b.Consent {
		if len(b.Consent[i].Addresses) == 0 {
			b.Consent[i].Addresses = nil
		}
	}
	return b
}
