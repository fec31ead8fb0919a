package deviations

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sdegauge/internal/reference"
)

// transportInnocents answer over HTTP in other ways that clients have to take.
func transportInnocents() []Innocent {
	unread := put("{}")
	headers := func(id, title string, pairs ...string) Innocent {
		return innocent(id, title, answering(func(x *reference.Exchange) {
			for i := 0; i < len(pairs); i += 2 {
				x.Header.Add(pairs[i], pairs[i+1])
			}
		}), times(1))
	}
	typed := func(id, title, contentType string) Innocent {
		return innocent(id, title, updates(refused, func(x *reference.Exchange) { x.Header.Set("Content-Type", contentType) }), unread)
	}
	const slow = 20 * time.Millisecond
	return []Innocent{
		typed("type-charset", "names the charset in the type of an envelope", "application/json;charset=UTF-8"),
		typed("type-octets", "sends envelopes as application/octet-stream, as a sibling does", "application/octet-stream"),
		typed("type-text", "sends envelopes as text/plain", "text/plain"),
		typed("type-problem", "sends envelopes as application/problem+json", "application/problem+json"),
		innocent("type-absent", "names no type for an envelope", answering(func(x *reference.Exchange) { x.Header["Content-Type"] = []string{} }), unread),
		headers("type-on-success", "names a type for an empty entity", "Content-Type", "application/json"),
		headers("server-named", "names itself in the header Server", "Server", "ws"),
		headers("cookies", "sets cookies with every answer", "Set-Cookie", "LPVID=1; Path=/; Secure", "Set-Cookie", "LPSID=2; Path=/"),
		headers("cors", "allows other origins", "Access-Control-Allow-Origin", "*", "Access-Control-Allow-Methods", "GET, POST, PUT"),
		headers("caching", "forbids caching", "Cache-Control", "no-store", "Pragma", "no-cache", "Expires", "0"),
		headers("other-protocols", "offers other protocols", "Alt-Svc", `h3=":443"; ma=60`),
		headers("many-fields", "sends forty header fields more", strings.Split(strings.Repeat("X-Trace,a-1,", 40)+"X-Last,1", ",")...),
		headers("retry-after", "says when to come back, whatever the answer", "Retry-After", "1"),
		innocent("date-absent", "sends no date", answering(func(x *reference.Exchange) { x.Header["Date"] = nil }), times(1)),
		innocent("connection-close", "closes the connection after every answer and says so",
			answering(func(x *reference.Exchange) { x.Header.Set("Connection", "close") }), times(2)),
		innocent("connection-close-unsaid", "ends every answer by closing the connection, and tells neither that nor the length",
			byHand(func(a *answer) { a.header.Del("Content-Length") }, false), times(2)),
		innocent("connection-close-silent", "closes the connection after every answer and does not say so",
			byHand(func(*answer) {}, false), times(2)),
		innocent("fields-lower-case", "writes the names of header fields in lower case", byHand(func(a *answer) { a.name = strings.ToLower }, true), unread),
		innocent("reason-phrases", "has words of its own beside the status", byHand(func(a *answer) { a.reason = "Fine by me" }, true), times(1)),
		innocent("reason-absent", "has no words beside the status", byHand(func(a *answer) { a.reason = "" }, true), times(1)),
		innocent("chunked", "sends envelopes in chunks", around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			got := capture(r, next)
			got.header.Del("Content-Length")
			got.copyHeader(w)
			for i := 0; i < got.body.Len(); i += 16 {
				_, _ = w.Write(got.body.Bytes()[i:min(i+16, got.body.Len())]) // a client that has left cannot be told
				_ = http.NewResponseController(w).Flush()
			}
		}), unread),
		innocent("gzip", "compresses envelopes where that is offered", around(compress), Probe{{Body: "{}", Header: acceptGzip}}),
		innocent("early-hints", "sends a 103 before every answer", around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Set("Link", "</style.css>; rel=preload")
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Del("Link")
			next.ServeHTTP(w, r)
		}), times(1)),
		{ID: "slow", Title: "takes 20 ms for every update", Profiles: inAll, Slower: slow, Probe: times(1),
			Options: func(o *reference.Options) {
				o.Faults.Latency = reference.Distribution{Shape: reference.Constant, Mean: slow}
			}},
	}
}

// answer is a response that was caught before it went out.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
	reason string
	name   func(string) string
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
func (a *answer) WriteHeader(status int)      { a.status = status }

// capture lets the server answer and keeps the answer.
func capture(r *http.Request, next http.Handler) *answer {
	a := &answer{status: http.StatusOK, header: make(http.Header), name: func(n string) string { return n }}
	next.ServeHTTP(a, r)
	a.reason = http.StatusText(a.status)
	return a
}

func (a *answer) copyHeader(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
}

// byHand writes answers in HTTP/1.1 itself, past the library that would know
// better, and closes the connection, with a word of that where said. Answers
// over HTTP/2 it leaves alone.
func byHand(edit func(*answer), said bool) change {
	return around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.ProtoMajor != 1 {
			next.ServeHTTP(w, r)
			return
		}
		a := capture(r, next)
		if said {
			a.header.Set("Connection", "close")
		}
		edit(a)
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		defer conn.Close()
		a.writeTo(buffered.Writer)
	})
}

func (a *answer) writeTo(w *bufio.Writer) {
	fmt.Fprintf(w, "HTTP/1.1 %d %s\r\n", a.status, a.reason)
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		for _, value := range a.header[name] {
			fmt.Fprintf(w, "%s: %s\r\n", a.name(name), value)
		}
	}
	fmt.Fprintf(w, "\r\n%s", a.body.Bytes())
	_ = w.Flush() // a client that has left cannot be told
}

func compress(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		next.ServeHTTP(w, r)
		return
	}
	a := capture(r, next)
	if a.body.Len() > 0 {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, _ = z.Write(a.body.Bytes()) // into memory
		_ = z.Close()
		a.body = packed
		a.header.Set("Content-Encoding", "gzip")
		a.header.Set("Content-Length", strconv.Itoa(a.body.Len()))
	}
	a.copyHeader(w)
	_, _ = w.Write(a.body.Bytes())
}
