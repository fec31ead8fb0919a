package traffic

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// TestExchangers runs the suite that every transport has to pass.
func TestExchangers(t *testing.T) {
	suite := map[string]func(*testing.T, exchangerMaker){
		"sends targets as they stand":    testTargets,
		"sends headers as they stand":    testHeaders,
		"reads a response":               testResponse,
		"names every failure":            testFailures,
		"bounds what it reads":           testBounds,
		"does not follow a redirect":     testRedirect,
		"keeps time":                     testTime,
		"never sends again":              testNoResend,
		"keeps concurrent bodies apart":  testConcurrent,
		"refuses what it cannot send":    testUnsendable,
		"blames this machine, not it":    testResources,
		"reuses a reading":               testReuse,
		"keeps connections when it may":  testKeepAlive,
		"dials nothing that is not free": testForbidden,
		"takes an early answer":          testEarlyAnswer,
		"sends chunks when asked to":     testChunkedRequest,
		"notices a dead connection":      testDeadIdle,
		"keeps to HTTP/1.1 about reuse":  testReuseOfConnections,
	}
	for transport, newExchanger := range makers {
		for name, test := range suite {
			t.Run(transport+" "+name, func(t *testing.T) { test(t, newExchanger) })
		}
	}
}

const emptyOK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

// capture sends one case and returns what stood on the wire.
func capture(t *testing.T, newExchanger exchangerMaker, o ExchangeOptions, c *contract.Case) (wire, host string) {
	seen := make(chan string, 1)
	s := newRawServer(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		if wire, err := s.readRequest(in); err == nil {
			seen <- wire
			_, _ = io.WriteString(conn, emptyOK)
		}
	})
	o.URL = s.URL
	r := exchange(newExchanger(t, o), c)
	require.NoError(t, r.Err)
	return <-seen, strings.TrimPrefix(s.URL, "http://")
}

func testTargets(t *testing.T, newExchanger exchangerMaker) {
	for _, target := range []string{
		"/api/account/le12345/app/engagement/visitors/V1?v=1.0&sid=S1", // S:L22, L35–36
		"/a//b/./../c",
		"/%zz/%2F%2f?sid=%GG",
		"/a`b{c}|d?sid=a+b%20c",
		"/a?sid=1&sid=2&v=1.0&",
		"/a?",
		"//double/slash?v=1.0",
		"/a#fragment?x",
		"*",
	} {
		t.Run(target, func(t *testing.T) {
			c := putCase()
			c.Target = target
			wire, _ := capture(t, newExchanger, ExchangeOptions{}, c)
			assert.Equal(t, "PUT "+target+" HTTP/1.1\r\n", wire[:strings.Index(wire, "\n")+1])
		})
	}
}

func testHeaders(t *testing.T, newExchanger exchangerMaker) {
	type fields = []contract.HeaderField
	for _, row := range []struct {
		reason string
		option fields
		agent  string
		method string
		header fields
		body   string
		want   string // without the request line; %s is the host
	}{
		{reason: "nothing but the default: no agent, no encoding", body: "{}",
			want: "Host: %s\r\nContent-Length: 2\r\nAccept: application/json\r\nContent-Type: application/json\r\n\r\n{}"},
		{reason: "an empty body has a length of 0",
			want: "Host: %s\r\nContent-Length: 0\r\nAccept: application/json\r\nContent-Type: application/json\r\n\r\n"},
		{reason: "an empty header is empty", header: fields{}, body: "{}",
			want: "Host: %s\r\nContent-Length: 2\r\n\r\n{}"},
		{reason: "letter case and repetition stand", body: "x",
			header: fields{{Name: "content-TYPE", Value: "application/JSON"}, {Name: "X-A", Value: "2"}, {Name: "X-A", Value: "1"}},
			want:   "Host: %s\r\nContent-Length: 1\r\nX-A: 2\r\nX-A: 1\r\ncontent-TYPE: application/JSON\r\n\r\nx"},
		{reason: "the run's own fields and agent come in", body: "x", header: fields{}, agent: "sdegauge/1",
			option: fields{{Name: "Authorization", Value: "Bearer t"}},
			want:   "Host: %s\r\nUser-Agent: sdegauge/1\r\nContent-Length: 1\r\nAuthorization: Bearer t\r\n\r\nx"},
		{reason: "what the case says itself goes first", body: "x", agent: "sdegauge/1",
			option: fields{{Name: "Authorization", Value: "Bearer t"}},
			header: fields{{Name: "authorization", Value: "none"}, {Name: "user-agent", Value: "probe"}},
			want:   "Host: %s\r\nUser-Agent: probe\r\nContent-Length: 1\r\nauthorization: none\r\n\r\nx"},
		{reason: "a host and the right length may be named", body: "xy",
			header: fields{{Name: "host", Value: "example.invalid"}, {Name: "content-length", Value: "2"}},
			want:   "Host: example.invalid\r\nContent-Length: 2\r\n\r\nxy"},
		{reason: "a GET without a body has no length", method: "GET", header: fields{}, want: "Host: %s\r\n\r\n"},
		{reason: "the method stands, whatever its case", method: "put", header: fields{}, body: "x",
			want: "Host: %s\r\nContent-Length: 1\r\n\r\nx"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := putCase()
			c.Header, c.Body = row.header, []byte(row.body)
			if row.method != "" {
				c.Method = row.method
			}
			wire, host := capture(t, newExchanger, ExchangeOptions{Header: row.option, UserAgent: row.agent}, c)
			line, rest, _ := strings.Cut(wire, "\r\n")
			assert.Equal(t, c.Method+" "+c.Target+" HTTP/1.1", line)
			want := row.want
			if strings.Contains(want, "%s") {
				want = fmt.Sprintf(want, host)
			}
			assert.Equal(t, sortedHead(want), sortedHead(rest))
		})
	}
}

// sortedHead sorts the fields of a head by name, as one transport sends them, and
// writes three names, which one transport spells itself, in lower case.
func sortedHead(text string) []string {
	head, body, _ := strings.Cut(text, "\r\n\r\n")
	var fields []string
	for field := range strings.SplitSeq(head, "\r\n") {
		name, value, _ := strings.Cut(field, ":")
		switch lower := strings.ToLower(name); lower {
		case "host", "content-length", "user-agent":
			name = lower
		}
		fields = append(fields, name+":"+value)
	}
	slices.SortStableFunc(fields, func(a, b string) int {
		return strings.Compare(a[:strings.Index(a, ":")], b[:strings.Index(b, ":")])
	})
	return append(fields, body)
}

// sortedFields sorts fields by name; those of one name keep their order.
func sortedFields(fields []contract.HeaderField) []contract.HeaderField {
	return slices.SortedStableFunc(slices.Values(fields), func(a, b contract.HeaderField) int { return strings.Compare(a.Name, b.Name) })
}

func testResponse(t *testing.T, newExchanger exchangerMaker) {
	for _, row := range []struct {
		reason, response string
		status           int
		proto, body      string
		header           []contract.HeaderField
	}{
		{"the specification's error example", "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 68\r\n\r\n" +
			`{"time":1469543282471,"message":"Illegal Version","internalCode":33}`, 400, "HTTP/1.1",
			`{"time":1469543282471,"message":"Illegal Version","internalCode":33}`,
			[]contract.HeaderField{{Name: "Content-Length", Value: "68"}, {Name: "Content-Type", Value: "application/json"}}},
		{"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 200, "HTTP/1.1", "abc",
			[]contract.HeaderField{{Name: "Transfer-Encoding", Value: "chunked"}}},
		{"1xx are not the answer", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + emptyOK, 200, "HTTP/1.1", "",
			[]contract.HeaderField{{Name: "Content-Length", Value: "0"}}},
		{"repeated fields keep their order", "HTTP/1.1 503 Busy\r\nVia: b\r\nA: 1\r\nVia: a\r\nContent-Length: 0\r\n\r\n", 503, "HTTP/1.1", "",
			[]contract.HeaderField{{Name: "A", Value: "1"}, {Name: "Content-Length", Value: "0"}, {Name: "Via", Value: "b"}, {Name: "Via", Value: "a"}}},
		{"a switch of protocols has no entity", "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nxyz", 101, "HTTP/1.1", "",
			[]contract.HeaderField{{Name: "Connection", Value: "Upgrade"}, {Name: "Upgrade", Value: "x"}}},
		{"lines may end in LF alone", "HTTP/1.1 200 OK\nContent-Length: 2\nA: b\n\n{}", 200, "HTTP/1.1", "{}",
			[]contract.HeaderField{{Name: "A", Value: "b"}, {Name: "Content-Length", Value: "2"}}},
		{"a length said twice", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 200, "HTTP/1.1", "{}", nil},
		{"a folded line", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n  c\r\n\r\n{}", 200, "HTTP/1.1", "{}",
			[]contract.HeaderField{{Name: "A", Value: "b c"}, {Name: "Content-Length", Value: "2"}}},
		{"no reason phrase", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", 404, "HTTP/1.1", "",
			[]contract.HeaderField{{Name: "Content-Length", Value: "0"}}},
		{"HTTP/1.0 knows no chunks", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 200, "HTTP/1.0", "0\r\n\r\n", nil},
		{"a trailer is no part of the entity", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX: y\r\n\r\n", 200, "HTTP/1.1", "ab",
			[]contract.HeaderField{{Name: "Transfer-Encoding", Value: "chunked"}}},
		{"204 has no entity", "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", 204, "HTTP/1.1", "", nil},
		{"a long header", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: " + strings.Repeat("x", 20_000) + "\r\n\r\n{}", 200, "HTTP/1.1", "{}",
			[]contract.HeaderField{{Name: "Content-Length", Value: "2"}, {Name: "X", Value: strings.Repeat("x", 20_000)}}},
		{"compressed is left so", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08", 200, "HTTP/1.1", "\x1f\x8b\x08",
			[]contract.HeaderField{{Name: "Content-Encoding", Value: "gzip"}, {Name: "Content-Length", Value: "3"}}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			r := exchange(newExchanger(t, ExchangeOptions{URL: answering(t, row.response).URL}), putCase())
			require.NoError(t, r.Err)
			assert.Equal(t, contract.NoFailure, r.Failure)
			assert.Equal(t, row.status, r.Status)
			assert.Equal(t, row.proto, r.Proto)
			assert.Equal(t, row.body, string(r.Body))
			if row.header != nil { // nil: what net/http keeps to itself
				assert.Equal(t, row.header, sortedFields(r.Header))
			}
			assert.False(t, r.Truncated)
			assert.GreaterOrEqual(t, r.Connected, time.Duration(0))
			assert.GreaterOrEqual(t, r.FirstByte, r.Connected)
			assert.GreaterOrEqual(t, r.LastByte, r.FirstByte)
		})
	}
}

// failing is a server that does one thing wrong on every connection.
func failing(t *testing.T, do func(s *rawServer, conn net.Conn, in *bufio.Reader)) string {
	return newRawServer(t, do).URL
}

func afterRequest(response string) func(*rawServer, net.Conn, *bufio.Reader) {
	return func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		if _, err := s.readRequest(in); err == nil {
			_, _ = io.WriteString(conn, response)
		}
	}
}

// reset closes a connection by RST.
func reset(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// nobodyListens is a URL whose port is closed.
func nobodyListens(t testing.TB) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return "http://" + listener.Addr().String()
}

func testFailures(t *testing.T, newExchanger exchangerMaker) {
	for _, row := range []struct {
		reason string
		url    string
		want   contract.Failure
		body   string // what came before it broke
	}{
		{"nobody listens", nobodyListens(t), contract.FailRefused, ""},
		{"closes every connection", failing(t, func(_ *rawServer, conn net.Conn, _ *bufio.Reader) { _ = conn.Close() }), contract.FailClosed, ""},
		{"closes after the request", failing(t, afterRequest("")), contract.FailClosed, ""},
		{"resets after the request", failing(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			_, _ = s.readRequest(in)
			reset(conn)
		}), contract.FailClosed, ""},
		{"closes before the end of the header", failing(t, afterRequest("HTTP/1.1 200 OK\r\nA: b\r\n")), contract.FailClosed, ""},
		{"closes in the middle of a line, which is then malformed", failing(t, afterRequest("HTTP/1.1 20")), contract.FailProtocol, ""},
		{"closes before the announced length", failing(t, afterRequest("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")), contract.FailClosed, "abc"},
		{"closes between chunks", failing(t, afterRequest("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")), contract.FailClosed, "ab"},
		{"an invalid status line", failing(t, afterRequest("HTTP/1.1 abc OK\r\n\r\n")), contract.FailProtocol, ""},
		{"a status of two digits", failing(t, afterRequest("HTTP/1.1 20 OK\r\n\r\n")), contract.FailProtocol, ""},
		{"a status below 100", failing(t, afterRequest("HTTP/1.1 007 OK\r\nContent-Length: 0\r\n\r\n")), contract.FailProtocol, ""},
		{"HTML without a status line", failing(t, afterRequest("<html><body>Bad gateway</body></html>\r\n")), contract.FailProtocol, ""},
		{"another protocol", failing(t, afterRequest("SSH-2.0-OpenSSH_9.6\r\n")), contract.FailProtocol, ""},
		{"a header without a colon", failing(t, afterRequest("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n")), contract.FailProtocol, ""},
		{"a length that is no number", failing(t, afterRequest("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")), contract.FailProtocol, ""},
		{"two lengths that differ", failing(t, afterRequest("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")), contract.FailProtocol, ""},
		{"a chunk size that is no number", failing(t, afterRequest("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n")), contract.FailProtocol, ""},
		{"a header beyond its bound", failing(t, afterRequest("HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 2*maxResponseHeader)+"\r\n\r\n")), contract.FailProtocol, ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			r := exchange(newExchanger(t, ExchangeOptions{URL: row.url}), putCase())
			assert.Equal(t, row.want, r.Failure, "%v", r.Err)
			assert.Error(t, r.Err)
			assert.Zero(t, r.Status)
			assert.Equal(t, row.body, string(r.Body))
			assert.GreaterOrEqual(t, r.LastByte, time.Duration(0))
			if row.want == contract.FailRefused {
				assert.Negative(t, r.Connected)
			} else {
				assert.GreaterOrEqual(t, r.Connected, time.Duration(0))
			}
		})
	}
}

func testBounds(t *testing.T, newExchanger exchangerMaker) {
	const size = 2 << 30
	flood := func(head string, chunk []byte) func(*rawServer, net.Conn, *bufio.Reader) {
		return func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			if _, err := s.readRequest(in); err != nil {
				return
			}
			_, _ = io.WriteString(conn, head)
			for sent := 0; sent < size; sent += len(chunk) {
				if _, err := conn.Write(chunk); err != nil {
					return // the client had enough
				}
			}
			panic("the client took 2 GB")
		}
	}
	chunk := bytes.Repeat([]byte("x"), 1<<16)
	coded := append([]byte("10000\r\n"), append(chunk, "\r\n"...)...)
	for _, row := range []struct {
		reason    string
		serve     func(*rawServer, net.Conn, *bufio.Reader)
		truncated bool
		length    int
	}{
		{"2 GB with a length", flood(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", size), chunk), true, 1000},
		{"2 GB in chunks", flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", coded), true, 1000},
		{"2 GB until the connection closes", flood("HTTP/1.1 200 OK\r\n\r\n", chunk), true, 1000},
		{"one byte too many", afterRequest("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + strings.Repeat("x", 1001)), true, 1000},
		{"exactly the bound", afterRequest("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + strings.Repeat("x", 1000)), false, 1000},
		{"one below", afterRequest("HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", 999)), false, 999},
	} {
		t.Run(row.reason, func(t *testing.T) {
			s := newRawServer(t, row.serve)
			r := exchange(newExchanger(t, ExchangeOptions{URL: s.URL, MaxBody: 1000}), putCase())
			require.NoError(t, r.Err)
			assert.Equal(t, 200, r.Status)
			assert.Equal(t, row.truncated, r.Truncated)
			assert.Len(t, r.Body, row.length)
			assert.LessOrEqual(t, cap(r.Body), 2000)
		})
	}
}

func testRedirect(t *testing.T, newExchanger exchangerMaker) {
	s := answering(t, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
	r := exchange(newExchanger(t, ExchangeOptions{URL: s.URL}), putCase())
	require.NoError(t, r.Err)
	assert.Equal(t, 302, r.Status)
	assert.EqualValues(t, 1, s.requests.Load())
}

// testTime runs on virtual time: the figures are exact.
func testTime(t *testing.T, newExchanger exchangerMaker) {
	drip := func(conn net.Conn, text string) {
		for _, b := range []byte(text) {
			time.Sleep(time.Second)
			if _, err := conn.Write([]byte{b}); err != nil {
				return
			}
		}
	}
	for _, row := range []struct {
		reason  string
		timeout time.Duration
		cancel  time.Duration
		serve   func(conn net.Conn)
		failure contract.Failure
		first   time.Duration
		last    time.Duration
	}{
		{reason: "never answers", serve: func(net.Conn) { time.Sleep(time.Hour) },
			failure: contract.FailTimeout, first: -1, last: 10 * time.Second},
		{reason: "never answers, own time-out", timeout: 3 * time.Second, serve: func(net.Conn) { time.Sleep(time.Hour) },
			failure: contract.FailTimeout, first: -1, last: 3 * time.Second},
		{reason: "drips its header", serve: func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\n\r\n") },
			failure: contract.FailTimeout, first: time.Second, last: 10 * time.Second},
		{reason: "drips its entity", serve: func(c net.Conn) {
			time.Sleep(2 * time.Second)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n")
			drip(c, strings.Repeat("x", 60))
		}, failure: contract.FailTimeout, first: 2 * time.Second, last: 10 * time.Second},
		{reason: "answers in time", serve: func(c net.Conn) {
			time.Sleep(1500 * time.Millisecond)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
			drip(c, "abcd")
		}, first: 1500 * time.Millisecond, last: 5500 * time.Millisecond},
		{reason: "the run is stopped", cancel: 4 * time.Second, serve: func(net.Conn) { time.Sleep(time.Hour) },
			failure: contract.FailInterrupted, first: -1, last: 4 * time.Second},
	} {
		t.Run(row.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				network := newPipes()
				s := &rawServer{}
				done := make(chan struct{})
				s.serve(t, network, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
					if _, err := s.readRequest(in); err == nil {
						row.serve(conn)
					}
					close(done)
				})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if row.cancel > 0 {
					time.AfterFunc(row.cancel, cancel)
				}
				e := newExchanger(t, ExchangeOptions{URL: pipedTarget, Dial: network.Dial, Timeout: row.timeout})
				r := &contract.Reading{Case: putCase()}
				e.Exchange(ctx, r, time.Now())
				assert.Equal(t, row.failure, r.Failure, "%v", r.Err)
				assert.Equal(t, time.Duration(0), r.Connected)
				assert.Equal(t, row.first, r.FirstByte)
				assert.Equal(t, row.last, r.LastByte)
				<-done
			})
		})
	}
}

// testNoResend asks a server that answers the first request of a connection and
// hangs up on the second, after it has read it: just where net/http sends again.
func testNoResend(t *testing.T, newExchanger exchangerMaker) {
	treacherous := func(hangUp func(net.Conn)) func(*rawServer, net.Conn, *bufio.Reader) {
		return func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			if _, err := s.readRequest(in); err != nil {
				return
			}
			_, _ = io.WriteString(conn, emptyOK)
			_, _ = s.readRequest(in)
			hangUp(conn)
		}
	}
	hangUps := map[string]func(net.Conn){"closes": func(c net.Conn) { _ = c.Close() }, "resets": reset}
	key := append(contract.DefaultHeader(), contract.HeaderField{Name: "Idempotency-Key", Value: "1"})
	cases := map[string]contract.Case{
		"PUT with a body":                     {Method: "PUT", Body: []byte("{}")},
		"PUT with a body and Idempotency-Key": {Method: "PUT", Body: []byte("{}"), Header: key},
		"PUT without a body":                  {Method: "PUT"},
		"PUT with Idempotency-Key only":       {Method: "PUT", Header: key},
		"GET":                                 {Method: "GET"},
		"OPTIONS":                             {Method: "OPTIONS"},
	}
	for how, hangUp := range hangUps {
		for what, c := range cases {
			t.Run(what+", server "+how, func(t *testing.T) {
				c.Target = "/"
				s := newRawServer(t, treacherous(hangUp))
				e := newExchanger(t, ExchangeOptions{URL: s.URL})
				const pairs = 10
				for range pairs {
					first, second := exchange(e, &c), exchange(e, &c)
					assert.Equal(t, 200, first.Status, "%v", first.Err)
					assert.Equal(t, contract.FailClosed, second.Failure, "%v", second.Err)
				}
				assert.EqualValues(t, 2*pairs, s.requests.Load(), "requests that the server read")
				if std, ok := e.(*StdExchanger); ok {
					assert.Eventually(t, func() bool { return std.Wrote() == 2*pairs }, time.Second, time.Millisecond)
				}
			})
		}
	}
	t.Run("the same server makes a plain client send again", func(t *testing.T) {
		s := newRawServer(t, treacherous(hangUps["closes"]))
		var plain http.Transport
		defer plain.CloseIdleConnections()
		for range 2 {
			resp, err := (&http.Client{Transport: &plain}).Get(s.URL)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
		}
		assert.EqualValues(t, 3, s.requests.Load())
	})
}

func testConcurrent(t *testing.T, newExchanger exchangerMaker) {
	var served atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(1)
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	}))
	defer s.Close()
	e := newExchanger(t, ExchangeOptions{URL: s.URL})
	const workers, each = 16, 40
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			c := putCase()
			r := &contract.Reading{Case: c}
			for i := range each {
				c.Body = fmt.Appendf(c.Body[:0], "%d/%d %s", w, i, strings.Repeat("y", i*50))
				e.Exchange(context.Background(), r, time.Now())
				if !bytes.Equal(c.Body, r.Body) || r.Err != nil {
					t.Errorf("sent %d bytes, got %d: %.20q, %v", len(c.Body), len(r.Body), r.Body, r.Err)
				}
			}
		})
	}
	wg.Wait()
	e.Close()
	assert.EqualValues(t, workers*each, served.Load())
}

func testUnsendable(t *testing.T, newExchanger exchangerMaker) {
	s := answering(t, emptyOK)
	e := newExchanger(t, ExchangeOptions{URL: s.URL})
	with := func(name, value string) contract.Case {
		return contract.Case{Method: "PUT", Target: "/", Body: []byte("{}"), Header: []contract.HeaderField{{Name: name, Value: value}}}
	}
	for reason, c := range map[string]contract.Case{
		"no target":                        {Method: "PUT"},
		"a line break in the target":       {Method: "PUT", Target: "/a\r\nX: y"},
		"CONNECT":                          {Method: "CONNECT", Target: "/"},
		"an invalid method":                {Method: "P U T", Target: "/"},
		"a length that is not the body's":  with("Content-Length", "3"),
		"a coding other than chunked":      with("Transfer-Encoding", "gzip"),
		"a trailer":                        with("Trailer", "X"),
		"a line break in a header's value": with("X", "a\r\nY: b"),
		"a space in a header's name":       with("X Y", "a"),
	} {
		t.Run(reason, func(t *testing.T) {
			r := exchange(e, &c)
			assert.Equal(t, contract.FailOther, r.Failure, "%v", r.Err)
			assert.Error(t, r.Err)
			assert.Zero(t, s.requests.Load())
		})
	}
}

func testResources(t *testing.T, newExchanger exchangerMaker) {
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS} {
		t.Run(errno.Error(), func(t *testing.T) {
			e := newExchanger(t, ExchangeOptions{URL: pipedTarget, Dial: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Err: errno}
			}})
			r := exchange(e, putCase())
			assert.Equal(t, contract.FailResources, r.Failure)
			assert.ErrorIs(t, r.Err, errno)
		})
	}
}

func testReuse(t *testing.T, newExchanger exchangerMaker) {
	full := newExchanger(t, ExchangeOptions{URL: answering(t, "HTTP/1.1 400 No\r\nContent-Length: 5\r\nX: y\r\n\r\nabcde").URL})
	gone := newExchanger(t, ExchangeOptions{URL: nobodyListens(t)})
	r := &contract.Reading{Case: putCase()}
	full.Exchange(context.Background(), r, time.Now())
	require.Equal(t, "abcde", string(r.Body))
	held := &r.Body[:1][0]
	gone.Exchange(context.Background(), r, time.Now())
	assert.Zero(t, r.Status)
	assert.Empty(t, r.Proto)
	assert.Empty(t, r.Header)
	assert.Empty(t, r.Body)
	assert.Negative(t, r.FirstByte)
	full.Exchange(context.Background(), r, time.Now())
	assert.Equal(t, contract.NoFailure, r.Failure)
	assert.NoError(t, r.Err)
	assert.Same(t, held, &r.Body[0], "the capacity of the body is used again")
}

func testKeepAlive(t *testing.T, newExchanger exchangerMaker) {
	s := answering(t, "HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\n{}")
	e := newExchanger(t, ExchangeOptions{URL: s.URL})
	for range 20 {
		require.NoError(t, exchange(e, putCase()).Err)
	}
	assert.EqualValues(t, 1, s.conns.Load())
	assert.EqualValues(t, 20, s.requests.Load())
}

func testForbidden(t *testing.T, newExchanger exchangerMaker) {
	// The name was harmless when the exchanger was made; its consent ended since.
	var expired atomic.Bool
	guard := NewGuard(
		[]Consent{{Host: "docs.example", Owner: "us", MaxRate: 1, Expires: time.Unix(1000, 0)}},
		resolverFunc(func(string) ([]string, error) { return []string{"192.0.2.1"}, nil }),
		func() time.Time {
			if expired.Load() {
				return time.Unix(1000, 0)
			}
			return time.Unix(999, 0)
		})
	dials := 0
	e := newExchanger(t, ExchangeOptions{URL: "http://docs.example", Guard: guard, Dial: func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, errors.New("dialled")
	}})
	expired.Store(true)
	r := exchange(e, putCase())
	assert.Equal(t, contract.FailForbidden, r.Failure, "%v", r.Err)
	assert.Zero(t, dials)
}
