package run_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/run"
	"sdegauge/reports"
)

// hostile is a server that does not answer every third request as it should, and
// keeps book of all of them.
type hostile struct {
	http *httptest.Server
	fail func(w http.ResponseWriter, r *http.Request)
	// kills says that a failure ends the connection, and with it every exchange
	// on it: those that are booked as failed later had ended before.
	kills bool

	mu       sync.Mutex
	killed   map[any]time.Time // connection → when
	requests int
	failed   map[string]time.Time // body → when it was last failed
	pauses   []time.Duration      // from there to its next request
	seen     map[string]int       // body → requests
	first    map[string]string    // body → all that its first request was
	others   int                  // requests that differed from the first of their body
}

type connKey struct{}

// failures are ways to fail a request, in the order of their cruelty.
var failures = map[string]func(w http.ResponseWriter, r *http.Request){
	"answers 503":        func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
	"breaks an exchange": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"kills a connection": func(_ http.ResponseWriter, r *http.Request) {
		conn := r.Context().Value(connKey{}).(*net.TCPConn)
		_ = conn.SetLinger(0) // a reset, with all that is under way
		_ = conn.Close()
		panic(http.ErrAbortHandler)
	},
}

func newHostile(t *testing.T, failure string) *hostile {
	h := &hostile{fail: failures[failure], kills: failure == "kills a connection", killed: map[any]time.Time{}, failed: map[string]time.Time{}, seen: map[string]int{}, first: map[string]string{}}
	h.http = httptest.NewUnstartedServer(h)
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	h.http.Config.Protocols = protocols
	h.http.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) }
	h.http.Start()
	t.Cleanup(h.http.Close)
	return h
}

func (h *hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := time.Now()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // its connection was killed, and it never came whole
	}
	if h.book(r, string(body), arrived) {
		h.fail(w, r)
	}
}

// book notes a request and says whether it is to fail.
func (h *hostile) book(r *http.Request, body string, arrived time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests++
	h.seen[body]++
	whole := fmt.Sprint(r.Method, r.RequestURI, r.Host, r.Header)
	if first, again := h.first[body]; !again {
		h.first[body] = whole
	} else if first != whole {
		h.others++
	}
	if before, failed := h.failed[body]; failed {
		h.pauses = append(h.pauses, arrived.Sub(before))
	}
	delete(h.failed, body)
	if h.requests%3 != 0 {
		return false
	}
	h.failed[body] = h.ends(r.Context().Value(connKey{}))
	return true
}

// ends is when a request that is to fail now has ended; h.mu is held.
func (h *hostile) ends(conn any) time.Time {
	now := time.Now()
	if !h.kills {
		return now
	}
	if before, already := h.killed[conn]; already {
		return before
	}
	h.killed[conn] = now
	return now
}

// TestNoHiddenResends: whatever a server does to the connections, over HTTP/1.1
// and HTTP/2, each request it reads is an attempt that the policy asked for, with
// the bytes of the attempt before and after the policy's pause.
func TestNoHiddenResends(t *testing.T) {
	for _, version := range []string{`"1.1"`, "h2c"} {
		for _, failure := range slices.Sorted(maps.Keys(failures)) {
			for _, retry := range []string{"{policy: none}", "{policy: spec, pauses: [50ms, 100ms], network: true}"} {
				t.Run(version+" "+failure+" "+retry, func(t *testing.T) {
					t.Parallel()
					server := newHostile(t, failure)
					s := parse(t, fmt.Sprintf(`
name: hostile
target: {url: %s, account: acme_01, http: %s}
sessions: {fixed: [{visitor: ExYTlkNGJjMjdlOGYzMDUy, sid: Qm3xT7vK0aZr_9-LbW2eDg, page: 4743822558}]}
stages: [{arrival: constant, rate: 400/s, duration: 500ms}]
mix: [{class: several, weight: 1, depth: full}]
retry: %s
limits: {grace: 1m} # what is late counts all the same
`, server.http.URL, version, retry))
					r, err := run.Run(t.Context(), s, run.Options{})
					require.NoError(t, err)
					server.http.Close()
					server.agreesWith(t, r, failure == "kills a connection")
				})
			}
		}
	}
}

// agreesWith holds the book against a report. A killed connection may take
// attempts with it that the server never read. Every answer that the run read was
// booked before it was sent; but over h2c the server's end does not wait for
// handlers, so the book is held.
func (h *hostile) agreesWith(t *testing.T, r *reports.Report, lossy bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	require.EqualValues(t, 200, r.Totals.Updates)
	assert.LessOrEqual(t, h.requests, int(r.Totals.Attempts))
	assert.LessOrEqual(t, *r.Retries.AttemptsWrote, r.Totals.Attempts)
	if !lossy {
		assert.EqualValues(t, h.requests, r.Totals.Attempts, "what was asked for is what came")
		assert.Len(t, h.seen, 200, "no two updates have one body")
	}
	if r.Totals.NetworkErrors == 0 {
		assert.EqualValues(t, h.requests, *r.Retries.AttemptsWrote, "and what was written")
	}
	most := 1 + len(r.Retries.Policy.PausesS)
	for body, n := range h.seen {
		assert.LessOrEqual(t, n, most, "%s", body)
	}
	assert.Zero(t, h.others, "every attempt repeats the one before it")
	if most > 1 {
		assert.NotEmpty(t, h.pauses)
	}
	for _, pause := range h.pauses {
		assert.GreaterOrEqual(t, pause, 50*time.Millisecond, "the policy's shortest")
	}
	for _, pause := range r.Retries.Pauses {
		assert.GreaterOrEqual(t, pause.ExcessLeastMS, 0.0)
	}
	for _, c := range r.Causes {
		assert.NotEqual(t, "retries", c.Cause, c.Detail)
	}
}
