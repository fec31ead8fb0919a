package traffic

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// The tests of the suite in exchange_test.go that are about what is sent.

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

func testChunkedRequest(t *testing.T, newExchanger exchangerMaker) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, strings.Join(r.TransferEncoding, ",")+" "+r.Header.Get("Content-Length")+string(body))
	}))
	defer s.Close()
	e := newExchanger(t, ExchangeOptions{URL: s.URL})
	c := putCase()
	c.Header = []contract.HeaderField{{Name: "Transfer-Encoding", Value: "chunked"}}
	for range 2 { // the second shows that the first left nothing behind
		r := exchange(e, c)
		require.NoError(t, r.Err)
		assert.Equal(t, `chunked {"pageId":"1"}`, string(r.Body))
	}
	e.Close()
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
