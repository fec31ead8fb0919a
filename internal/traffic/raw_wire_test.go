package traffic

import (
	"bufio"
	"io"
	"net/http/httputil"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// A case is written as the fast transport writes it: two accounts of one request.
func TestWireIsWhatTheFastTransportSends(t *testing.T) {
	type fields = []contract.HeaderField
	option := ExchangeOptions{UserAgent: "sdegauge/1", Header: fields{{Name: "Authorization", Value: "Bearer t"}, {Name: "X-Run", Value: "1"}}}
	for _, row := range []struct {
		reason string
		o      ExchangeOptions
		c      contract.Case
	}{
		{"the default header", ExchangeOptions{}, *putCase()},
		{"the run's own fields", option, *putCase()},
		{"a header of its own, which goes first", option, contract.Case{Method: "PUT", Target: "/x", Body: []byte("{}"),
			Header: fields{{Name: "x-RUN", Value: "2"}, {Name: "x-b", Value: "1"}, {Name: "X-B", Value: "2"}}}},
		{"no header", ExchangeOptions{}, contract.Case{Method: "PUT", Target: "/x", Header: fields{}, Body: []byte("{}")}},
		{"a host of its own, not in front", ExchangeOptions{}, contract.Case{Method: "PUT", Target: "/x", Header: fields{{Name: "A", Value: "1"}, {Name: "host", Value: "other"}}}},
		{"an empty body", ExchangeOptions{}, contract.Case{Method: "PUT", Target: "/x"}},
		{"no body and no length", ExchangeOptions{}, contract.Case{Method: "GET", Target: "*"}},
		{"a length of its own", ExchangeOptions{}, contract.Case{Method: "PUT", Target: "/x", Header: fields{{Name: "content-length", Value: "2"}, {Name: "Z", Value: "1"}}, Body: []byte("{}")}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			want, host := capture(t, makers["fast"], row.o, &row.c)
			row.o.URL = "http://" + host
			assert.Equal(t, want, string(newRaw(t, row.o).Wire(&row.c)))
		})
	}
}

func TestRawRequestIsEdited(t *testing.T) {
	x := newRaw(t, ExchangeOptions{URL: "http://127.0.0.1:1"})
	c := putCase()
	c.Target, c.Body = "/x", []byte("{}")
	const rest = "Content-Type: application/json\r\nAccept: application/json\r\n"
	for _, row := range []struct {
		reason string
		edit   func(r *RawRequest)
		want   string
	}{
		{"a method in lower case", func(r *RawRequest) { r.Method = "put" }, "put /x HTTP/1.1\r\nHost: 127.0.0.1:1\r\n" + rest + "Content-Length: 2\r\n\r\n{}"},
		{"no host, over HTTP/1.0", func(r *RawRequest) { r.Proto = "HTTP/1.0"; r.Remove("host") }, "PUT /x HTTP/1.0\r\n" + rest + "Content-Length: 2\r\n\r\n{}"},
		{"the absolute form", func(r *RawRequest) { r.Target = x.Target() + r.Target }, "PUT http://127.0.0.1:1/x HTTP/1.1\r\nHost: 127.0.0.1:1\r\n" + rest + "Content-Length: 2\r\n\r\n{}"},
		{"a wrong length", func(r *RawRequest) { r.Set("content-length", "+9") }, "PUT /x HTTP/1.1\r\nHost: 127.0.0.1:1\r\n" + rest + "content-length: +9\r\n\r\n{}"},
		{"one field where there were two", func(r *RawRequest) {
			r.Header = append(r.Header, contract.HeaderField{Name: "HOST", Value: "b"})
			r.Set("Host", "c")
		}, "PUT /x HTTP/1.1\r\nHost: c\r\n" + rest + "Content-Length: 2\r\n\r\n{}"},
		{"another field", func(r *RawRequest) { r.Set("X", "") }, "PUT /x HTTP/1.1\r\nHost: 127.0.0.1:1\r\n" + rest + "Content-Length: 2\r\nX: \r\n\r\n{}"},
		{"chunks", func(r *RawRequest) {
			r.Remove("Content-Length")
			r.Set("Transfer-Encoding", "chunked")
			r.Body = Chunked(r.Body, 1)
		}, "PUT /x HTTP/1.1\r\nHost: 127.0.0.1:1\r\n" + rest + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			r := x.Request(c)
			row.edit(&r)
			assert.Equal(t, row.want, string(r.Bytes()))
			assert.Equal(t, "{}", string(c.Body))
		})
	}
	t.Run("a case that asks for chunks has them", func(t *testing.T) {
		c := *c
		c.Header = []contract.HeaderField{{Name: "transfer-encoding", Value: "chunked"}}
		assert.Equal(t, "PUT /x HTTP/1.1\r\nHost: 127.0.0.1:1\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", string(x.Wire(&c)))
	})
}

// The default header belongs to everybody, and so does that of a case.
func TestRequestSharesNothing(t *testing.T) {
	x := newRaw(t, ExchangeOptions{URL: "http://127.0.0.1:1"})
	c := putCase()
	c.Header = []contract.HeaderField{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}}
	r := x.Request(c)
	r.Set("A", "x")
	r.Remove("B")
	r.Body[0] = '!'
	assert.Equal(t, []contract.HeaderField{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}}, c.Header)
	assert.Equal(t, putCase().Body, c.Body)
}

func TestChunkedIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		size := rapid.IntRange(-1, 20).Draw(t, "size")
		in := bufio.NewReader(strings.NewReader(string(Chunked(body, size)) + "next"))
		got, err := io.ReadAll(httputil.NewChunkedReader(in))
		require.NoError(t, err)
		require.Equal(t, string(body), string(got))
		rest, _ := io.ReadAll(in)
		require.Equal(t, "\r\nnext", string(rest), "the end of the trailer is left to who reads it")
	})
}
