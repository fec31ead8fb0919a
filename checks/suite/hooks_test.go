package suite

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/traffic"
)

// The hooks over HTTP, and by commands that pass them on, do what the reference
// server's own do.
func TestHooksReachTheReferenceServer(t *testing.T) {
	h, url := serve(t, reference.Options{})
	s := contract.ExampleSession()
	require.NoError(t, h.Preset(s))
	control := httptest.NewServer(reference.Control(h))
	defer control.Close()

	for _, from := range []struct {
		name    string
		sources HookSources
	}{
		{"URLs with paths", HookSources{control.URL + "/fail", control.URL + "/state", control.URL + "/age"}},
		{"a URL without a path gets the hook's own", HookSources{control.URL, control.URL + "/", control.URL}},
	} {
		t.Run(from.name, func(t *testing.T) {
			hooks, err := OpenHooks(t.Context(), from.sources, nil)
			require.NoError(t, err)
			require.NoError(t, hooks.Fail(t.Context(), []int{500, 503}))
			assert.Equal(t, 500, updated(t, url, s))
			assert.Equal(t, 503, updated(t, url, s))
			assert.Equal(t, 200, updated(t, url, s))

			state, err := hooks.State(t.Context(), s)
			require.NoError(t, err)
			assert.NotEmpty(t, state.Attributes["lead"])

			fresh := *s
			fresh.ID = "another-session-00000000"
			assert.ErrorContains(t, hooks.Age(t.Context(), &fresh, time.Hour), "answered 404")
			require.NoError(t, hooks.Age(t.Context(), s, time.Minute+500*time.Millisecond))
		})
	}
}

// updated sends one update and returns its status.
func updated(t *testing.T, base string, s *contract.Session) int {
	t.Helper()
	body := `{"pageId":"` + s.PageID + `","engagementAttributes":[{"type":"lead","lead":{"topic":"x"}}]}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, base+contract.Target(s.Account, s.VisitorID, s.ID), strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

// A command gets its words after its own, and what it prints is the state.
func TestCommandHooks(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "hook.sh")
	require.NoError(t, os.WriteFile(script, []byte(`echo "$@" >> "`+dir+`/called"; echo '{"attributes":{"cart":[{"total":1}]},"more":1}'`), 0o755))
	command := "sh " + script
	hooks, err := OpenHooks(t.Context(), HookSources{command + " fail", command + " state http://no.such.host/", command + " age"}, nil)
	require.NoError(t, err)
	s := &contract.Session{Account: "a", VisitorID: "v;x", ID: "s $(id)"}

	require.NoError(t, hooks.Fail(t.Context(), []int{500, 503}))
	state, err := hooks.State(t.Context(), s)
	require.NoError(t, err)
	assert.JSONEq(t, `{"total":1}`, string(state.Attributes["cart"][0]))
	require.NoError(t, hooks.Age(t.Context(), s, 90*time.Second))

	called, err := os.ReadFile(filepath.Join(dir, "called"))
	require.NoError(t, err)
	assert.Equal(t, "fail 500 503\nstate http://no.such.host/ a v;x s $(id)\nage a v;x s $(id) 90s\n", string(called))
}

func TestHooksThatCannotBeOpened(t *testing.T) {
	for _, c := range []struct{ reason, source, says string }{
		{"a host that is neither loopback nor consented to", "http://192.0.2.1/state", "nothing was sent"},
		{"a URL of another kind", "ftp://127.0.0.1/state", "neither an http or https URL nor a command"},
		{"a URL without a host", "http:///state", "names no host"},
		{"a password would end in documents", "http://a:secret@127.0.0.1/state", "holds a password"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, err := OpenHooks(t.Context(), HookSources{State: c.source}, nil)
			require.ErrorContains(t, err, c.says)
			assert.ErrorContains(t, err, "read-back hook: ")
			assert.NotContains(t, err.Error(), "secret")
		})
	}
	var refused *traffic.ConsentError
	_, err := OpenHooks(t.Context(), HookSources{Fail: "https://192.0.2.1"}, nil)
	assert.ErrorAs(t, err, &refused, "so that the command line knows what it is")
}

func TestHooksThatFail(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/state", http.StatusFound)
		case "/html":
			w.Write([]byte("<html>"))
		case "/empty":
			w.Write([]byte("{}"))
		case "/odd":
			w.Write([]byte(`{"attributes":[1]}`))
		case "/endless":
			block := make([]byte, 1<<20)
			for range hookOutput>>20 + 1 {
				w.Write(block)
			}
		default:
			http.Error(w, "no \x1b[31mway", http.StatusTeapot)
		}
	}))
	defer server.Close()
	for _, c := range []struct{ reason, source, says string }{
		{"a redirect is not followed", server.URL + "/moved", "answered 302"},
		{"what is not 2xx is told, made printable", server.URL + "/x", `answered 418: no \u001b[31mway`},
		{"HTML is no state", server.URL + "/html", "no JSON object"},
		{"an object without attributes would look like an empty session", server.URL + "/empty", `no member "attributes"`},
		{"attributes of another form", server.URL + "/odd", "lists by type"},
		{"output is bounded", server.URL + "/endless", "more than 16 MiB"},
		{"nobody listens", "http://127.0.0.1:1/state", "refused"},
		{"an exit code other than 0, with what was said", "echo broken >&2; exit 3; :", "exit status 3 and said broken"},
		{"a command that is not there", "no-such-command-at-all", "failed"},
		{"a command's output is bounded as well", "head -c 17000000 /dev/zero; :", "more than 16 MiB"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			hooks, err := OpenHooks(t.Context(), HookSources{State: c.source}, nil)
			require.NoError(t, err)
			_, err = hooks.State(t.Context(), contract.ExampleSession())
			assert.ErrorContains(t, err, c.says)
		})
	}
}
