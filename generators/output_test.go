package generators

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	vegeta "github.com/tsenart/vegeta/v12/lib"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

const base = "http://127.0.0.1:8080"

// casesOf are the first n cases of a mix, in one case reused.
func casesOf(m *Mix, n uint64) iter.Seq[*contract.Case] {
	return func(yield func(*contract.Case) bool) {
		var c contract.Case
		for seq := range n {
			if m.Fill(&c, seq, engaged()); !yield(&c) {
				return
			}
		}
	}
}

func mixOf(t *testing.T, entries ...Entry) *Mix {
	m, err := NewMix(3, entries, MixOptions{Options: Options{MaxBody: 8 << 10}})
	require.NoError(t, err)
	return m
}

func TestBodiesAsLines(t *testing.T) {
	m := mixOf(t, Entry{Class: "several", Weight: 1})
	var out bytes.Buffer
	require.NoError(t, Write(&out, FormatBody, "", casesOf(m, 50)))
	lines := bufio.NewScanner(&out)
	n := 0
	for c := range casesOf(m, 50) {
		require.True(t, lines.Scan())
		require.Equal(t, string(c.Body), lines.Text())
		n++
	}
	assert.Equal(t, 50, n)
	assert.False(t, lines.Scan())

	err := Write(&out, FormatBody, "", casesOf(mixOf(t, Entry{Fault: "json-white-space", Weight: 1}), 1))
	assert.ErrorContains(t, err, "has a line break in its body")
}

// TestVegetaTakesTheTargets reads them with Vegeta's own reader.
func TestVegetaTakesTheTargets(t *testing.T) {
	m := mixOf(t, Entry{Class: "full", Weight: 1}, Entry{Fault: "*", Weight: 1}, Entry{Class: "variation", Weight: 1})
	var out bytes.Buffer
	require.NoError(t, Write(&out, FormatVegeta, base+"/", casesOf(m, 400)))
	targeter := vegeta.NewJSONTargeter(&out, nil, nil)
	for c := range casesOf(m, 400) {
		var got vegeta.Target
		require.NoError(t, targeter(&got), "%s", c.Fault)
		require.Equal(t, "PUT", got.Method)
		require.Equal(t, base+c.Target, got.URL)
		require.True(t, bytes.Equal(c.Body, got.Body), c.Fault)
		want := http.Header{}
		for _, h := range headerOf(c) {
			want[h.Name] = append(want[h.Name], h.Value)
		}
		require.Equal(t, want, got.Header)
	}
	require.ErrorIs(t, targeter(&vegeta.Target{}), vegeta.ErrNoTargets)
}

func TestUnknownFormat(t *testing.T) {
	assert.EqualError(t, Write(&bytes.Buffer{}, "vegetta", base, casesOf(mixOf(t, Entry{Class: "page", Weight: 1}), 1)),
		`unknown format "vegetta"; did you mean "vegeta"?`)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestFullDisk(t *testing.T) {
	m := mixOf(t, Entry{Class: "several", Size: Large, Weight: 1})
	for _, f := range Formats() {
		assert.EqualError(t, Write(full{}, f, base, casesOf(m, 3)), "no space left")
	}
}

func TestCurlByHand(t *testing.T) {
	s := engaged()
	c := &contract.Case{Method: "PUT", Target: s.Target, Session: s, Body: []byte(`{"pageId":"it's"}`)}
	assert.Equal(t, `curl -sS -i -g --path-as-is -X 'PUT' -H 'Content-Type: application/json' -H 'Accept: application/json' `+
		`--data-raw '{"pageId":"it'\''s"}' '`+base+s.Target+`'`, Curl(base, c))
	c.Body = []byte("a\x00%\\'\xff")
	c.Header = []contract.HeaderField{{Name: "Authorization", Value: ""}}
	assert.Equal(t, `printf 'a\000%%\\\047\377' | curl -sS -i -g --path-as-is -X 'PUT' -H 'Authorization;' -H 'Content-Type:' -H 'Accept:' `+
		`--data-binary @- '`+base+s.Target+`'`, Curl(base, c))
}

// inShell runs scripts with a curl that writes down its arguments and what came
// by the pipe.
func inShell(t *testing.T) func(script string) (args []string, body []byte) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh")
	}
	dir := t.TempDir()
	fake := "#!/bin/sh\nfor a; do printf '%s\\0' \"$a\"; done > \"$OUT/args\"\ncase \" $* \" in *' @- '*) cat > \"$OUT/body\";; esac\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "curl"), []byte(fake), 0o700))
	return func(script string) ([]string, []byte) {
		out := t.TempDir()
		cmd := exec.Command(sh)
		cmd.Stdin = strings.NewReader(script + "\n")
		cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "OUT=" + out}
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", said)
		raw, err := os.ReadFile(filepath.Join(out, "args"))
		require.NoError(t, err)
		args := strings.Split(strings.TrimSuffix(string(raw), "\x00"), "\x00")
		body, err := os.ReadFile(filepath.Join(out, "body"))
		if err != nil {
			i := slices.Index(args, "--data-raw")
			require.GreaterOrEqual(t, i, 0)
			body = []byte(args[i+1])
		}
		return args, body
	}
}

// TestShellReadsTheCurlLines runs the lines of odd cases by a real shell.
func TestShellReadsTheCurlLines(t *testing.T) {
	run := inShell(t)
	g := New(3, Options{})
	var c contract.Case
	for _, name := range []string{"body-missing", "body-invalid-utf-8", "body-control-character", "body-encoding", "text-hostile",
		"content-encoding", "visitor-illegal-character", "query-array-style", "authorization-other", "text-length-4-bytes", "body-not-json"} {
		matched, err := Match(name)
		require.NoError(t, err)
		for v := range matched[0].Variants {
			if !g.fits(matched[0].Variants[v]) {
				continue
			}
			require.NoError(t, g.Fault(&c, &matched[0], v, 1, engaged(), nil))
			args, body := run(Curl(base, &c))
			require.Equal(t, base+c.Target, args[len(args)-1], name)
			require.True(t, bytes.Equal(c.Body, body), "%s %s", name, matched[0].Variants[v].Name)
			for _, h := range headerOf(&c) {
				field := h.Name + ": " + h.Value
				if h.Value == "" {
					field = h.Name + ";"
				}
				require.Contains(t, args, field)
			}
		}
	}
}

func TestShellReadsAnyBody(t *testing.T) {
	run := inShell(t)
	bodies := rapid.SliceOf(rapid.Byte())
	for i := range 25 {
		body := bodies.Example(i)
		_, got := run(Curl(base, &contract.Case{Method: "PUT", Target: "/x", Body: body}))
		require.True(t, bytes.Equal(body, got), "%q became %q", body, got)
	}
	var all []byte
	for b := range 256 {
		all = append(all, byte(b))
	}
	_, got := run(Curl(base, &contract.Case{Method: "PUT", Target: "/x", Body: all}))
	require.Equal(t, all, got)
}

// FuzzString holds the writer of strings against encoding/json.
func FuzzString(f *testing.F) {
	for _, seed := range []string{"", "plain", `"\`, "\x00\x1f\x7f\n\r\t\b\f", "größe", "\xff\xed\xa0\x80", "\u2028😀\ufffd", "</script>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		raw := appendString(nil, text)
		var got string
		require.NoError(t, json.Unmarshal(raw, &got), "%q", raw)
		require.Equal(t, string([]rune(text)), got)
		require.NoError(t, conforms(append(append([]byte(`{"pageId":"1","engagementAttributes":[{"type":"personal","personal":{"firstname":`), raw...), "}}]}"...)))
	})
}

func TestMoney(t *testing.T) {
	for cents, want := range map[int64]string{0: "0.00", 5: "0.05", 1999: "19.99", 100: "1.00", -1275: "-12.75", -7: "-0.07"} {
		assert.Equal(t, want, string(appendMoney(nil, cents)))
	}
}

func TestPatches(t *testing.T) {
	const body = `{"a":1,"b":{"c":[10,{"d":"x,]}\"y"},[]]},"e":"z"}`
	for _, row := range []struct {
		reason string
		do     func([]byte) []byte
		want   string
	}{
		{"replace a number", func(b []byte) []byte { return replace(b, "a", "null") }, `{"a":null,"b":{"c":[10,{"d":"x,]}\"y"},[]]},"e":"z"}`},
		{"replace within an array", func(b []byte) []byte { return replace(b, "b.c[1].d", `"w"`) }, `{"a":1,"b":{"c":[10,{"d":"w"},[]]},"e":"z"}`},
		{"replace by something longer", func(b []byte) []byte { return replace(b, "b.c[0]", "1000000") }, `{"a":1,"b":{"c":[1000000,{"d":"x,]}\"y"},[]]},"e":"z"}`},
		{"remove the first", func(b []byte) []byte { return remove(b, "a") }, `{"b":{"c":[10,{"d":"x,]}\"y"},[]]},"e":"z"}`},
		{"remove the last", func(b []byte) []byte { return remove(b, "e") }, `{"a":1,"b":{"c":[10,{"d":"x,]}\"y"},[]]}}`},
		{"remove the only one", func(b []byte) []byte { return remove(b, "b.c[1].d") }, `{"a":1,"b":{"c":[10,{},[]]},"e":"z"}`},
		{"remove an entry", func(b []byte) []byte { return remove(b, "b.c[2]") }, `{"a":1,"b":{"c":[10,{"d":"x,]}\"y"}]},"e":"z"}`},
		{"rename", func(b []byte) []byte { return rename(b, "b", "B") }, `{"a":1,"B":{"c":[10,{"d":"x,]}\"y"},[]]},"e":"z"}`},
		{"insert into the root", func(b []byte) []byte { return insert(b, "", `"f":2`) }, `{"a":1,"b":{"c":[10,{"d":"x,]}\"y"},[]]},"e":"z","f":2}`},
		{"insert into what is empty", func(b []byte) []byte { return insert(b, "b.c[2]", "7") }, `{"a":1,"b":{"c":[10,{"d":"x,]}\"y"},[7]]},"e":"z"}`},
		{"insert into an array", func(b []byte) []byte { return insert(b, "b.c", "7") }, `{"a":1,"b":{"c":[10,{"d":"x,]}\"y"},[],7]},"e":"z"}`},
	} {
		assert.Equal(t, row.want, string(row.do([]byte(body))), row.reason)
		assert.True(t, json.Valid([]byte(row.want)))
	}
	for _, path := range []string{"x", "b.x", "b.c[3]", "a.b", "a[0]"} {
		assert.Panics(t, func() { find([]byte(body), path) }, path)
	}
}
