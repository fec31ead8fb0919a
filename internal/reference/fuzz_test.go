package reference

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// FuzzBody sends any bytes. The server never panics and never answers 5xx, an
// error has an envelope, and whatever is accepted is, to a reader of another
// making, a JSON object with the session's page and arrays of objects.
func FuzzBody(f *testing.F) {
	f.Add([]byte(page))
	f.Add([]byte(contract.ExampleBody))
	for _, row := range refused {
		if len(row.body) < 4096 {
			f.Add([]byte(row.body))
		}
	}
	for _, examples := range []map[string]string{minimalSDEs, fullSDEs} {
		f.Add([]byte(withSDEs(values(examples)...)))
	}
	f.Add([]byte(withImpressions(values(impressions)...)))
	strict := newTestHandler(f, Options{})
	lenient := newTestHandler(f, Options{StringifiedArrays: true, QuotedNumbers: true, Messaging: true})
	f.Fuzz(func(t *testing.T, body []byte) {
		got := update(strict, string(body))
		requireSound(t, got)
		if got.Status == http.StatusOK {
			requireObvious(t, body)
			requireOK(t, update(lenient, string(body)))
		}
		requireSound(t, update(lenient, string(body)))
		for _, attributes := range stateOf(t, lenient).Attributes {
			for _, a := range attributes {
				require.True(t, json.Valid(a), "%s", a)
			}
		}
		requireSound(t, send(strict, http.MethodPost, createTarget, string(body)))
	})
}

// requireSound: 200, or a rejection with an envelope.
func requireSound(t *testing.T, got result) {
	t.Helper()
	if got.Status == http.StatusOK {
		return
	}
	require.Contains(t, []int{400, 404}, got.Status)
	require.NotEqual(t, int64(-1), got.code(), got.Body)
}

func requireObvious(t *testing.T, body []byte) {
	t.Helper()
	require.True(t, json.Valid(body))
	require.True(t, utf8.Valid(body))
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(body, &members))
	var pageID string
	require.NoError(t, json.Unmarshal(members["pageId"], &pageID))
	require.Equal(t, "5120934471", pageID)
	for _, name := range []string{"impAttributes", "engagementAttributes"} {
		if list, ok := members[name]; ok {
			var entries []map[string]any
			require.NoError(t, json.Unmarshal(list, &entries))
			for _, e := range entries {
				isImpression := strings.HasPrefix(e["type"].(string), "imp")
				require.Equal(t, name == "impAttributes", isImpression)
			}
		}
	}
}

// FuzzTarget asks for any path and query.
func FuzzTarget(f *testing.F) {
	for _, target := range []string{baseTarget, createTarget, "/", basePath + "?v=1.0&sid=%zz", "/api/account//app", basePath + "%60?v&v=1&&;"} {
		f.Add(target)
	}
	h := newTestHandler(f, Options{NumericVersion: true})
	f.Fuzz(func(t *testing.T, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return // net/http refuses it
		}
		r := httptest.NewRequest(http.MethodPut, "/", strings.NewReader(page))
		r.URL = u
		got := do(h, r)
		requireSound(t, got)
		if got.Status == http.StatusOK {
			require.Contains(t, u.Path, "/api/account/acme_01/app/engagement/visitors/")
		}
	})
}

// TestReaderAgreesWithLibrary: on JSON that encoding/json writes, our scanner
// finds no fault, and the strings it unescapes are the library's.
func TestReaderAgreesWithLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.ToValidUTF8(rapid.String().Draw(t, "text"), "?")
		number := rapid.Float64().Draw(t, "number")
		b, err := json.Marshal(map[string]any{text: []any{text, number, nil, true, map[string]any{"a": text}}})
		require.NoError(t, err)
		r := &reader{limits: readerLimits{depth: 8, text: 1 << 20}}
		require.Nil(t, r.read(b, nil, nil))

		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		s := scanner{buf: quoted}
		raw, escaped, fault := s.text()
		require.Nil(t, fault)
		require.Equal(t, bytes.ContainsRune(quoted, '\\'), escaped)
		require.Equal(t, text, string(unescape(raw)))
	})
}
