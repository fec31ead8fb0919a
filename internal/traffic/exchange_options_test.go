package traffic

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

func TestOptionsAreChecked(t *testing.T) {
	const good = "http://127.0.0.1:1"
	header := func(name string) []contract.HeaderField { return []contract.HeaderField{{Name: name, Value: "x"}} }
	for _, row := range []struct {
		reason string
		o      ExchangeOptions
		want   string
	}{
		{"no URL", ExchangeOptions{}, "must begin with http:// or https://"},
		{"another scheme", ExchangeOptions{URL: "ftp://127.0.0.1"}, "must begin with http:// or https://"},
		{"no host", ExchangeOptions{URL: "http://:80"}, "names no host"},
		{"a path", ExchangeOptions{URL: good + "/api"}, "must end after host and port"},
		{"a query", ExchangeOptions{URL: good + "?x"}, "must end after host and port"},
		{"credentials", ExchangeOptions{URL: "http://u:secret@127.0.0.1"}, "must not hold credentials"},
		{"not a URL", ExchangeOptions{URL: "http://127.0.0.1:secret"}, "is no URL"},
		{"HTTP/2 in clear text by the wrong name", ExchangeOptions{URL: good, HTTP: HTTP2}, "it is called h2c"},
		{"h2c over TLS", ExchangeOptions{URL: "https://127.0.0.1", HTTP: HTTP2C}, "it is called 2"},
		{"an unknown version", ExchangeOptions{URL: good, HTTP: "3"}, "the versions are auto, 1.1, 2 and h2c"},
		{"a negative time-out", ExchangeOptions{URL: good, Timeout: -1}, "negative time-out"},
		{"a negative bound", ExchangeOptions{URL: good, MaxBody: -1}, "negative bound"},
		{"a line break in a field for all", ExchangeOptions{URL: good, Header: []contract.HeaderField{{Name: "X", Value: "a\r\nsecret: b"}}}, "invalid name or value"},
		{"an unknown transport", ExchangeOptions{URL: good, Transport: "quick"}, "the transports are auto, fast and std"},
		{"HTTP/2 over the fast one", ExchangeOptions{URL: "https://127.0.0.1", Transport: TransportFast, HTTP: HTTP2}, "speaks HTTP/1.1 only"},
		{"a host for all", ExchangeOptions{URL: good, Header: header("host")}, "cannot be set for every request"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			made, err := NewTransport(t.Context(), row.o)
			require.ErrorContains(t, err, row.want)
			assert.NotContains(t, err.Error(), "secret")
			assert.True(t, made == nil, "no interface that holds a nil pointer")
		})
	}
}

func TestOptionsTellNoSecret(t *testing.T) {
	o := ExchangeOptions{URL: "http://u:s3cret@127.0.0.1", Header: []contract.HeaderField{{Name: "Authorization", Value: "s3cret"}}}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		text := fmt.Sprintf(format, o)
		assert.NotContains(t, text, "s3cret", format)
		assert.Contains(t, text, "Authorization: ***", format)
	}
}

func TestNoProxyIsUsed(t *testing.T) {
	assert.Nil(t, newStd(t, ExchangeOptions{URL: pipedTarget}).transport.Proxy)
}

func TestProbe(t *testing.T) {
	for _, row := range []struct {
		reason, url string
		want        contract.Failure
		advice      string
	}{
		{"a server is there", answering(t, emptyOK).URL, contract.NoFailure, ""},
		{"nobody listens", nobodyListens(t), contract.FailRefused, "check that the server runs and listens on this port"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			err := newStd(t, ExchangeOptions{URL: row.url}).Probe(t.Context())
			if row.want == contract.NoFailure {
				require.NoError(t, err)
				return
			}
			var unreachable *UnreachableError
			require.ErrorAs(t, err, &unreachable)
			assert.Equal(t, row.want, unreachable.Failure)
			assert.Equal(t, row.url, unreachable.Target)
			assert.ErrorContains(t, err, row.advice)
		})
	}
	t.Run("the run is stopped", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		assert.ErrorIs(t, newStd(t, ExchangeOptions{URL: nobodyListens(t)}).Probe(ctx), context.Canceled)
	})
}

// FuzzExchange plays any bytes back as a response: a reading is complete or has a
// failure, never both and never neither.
func FuzzExchange(f *testing.F) {
	for _, seed := range []string{
		emptyOK, "", "HTTP/1.1 200 OK\r\n\r\nrest", "HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\nab",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/0.9 099 x\r\n\r\n",
		"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "<html>", "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\nx",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, response []byte) {
		for transport, newExchanger := range makers {
			s := &rawServer{}
			dial := func(context.Context, string, string) (net.Conn, error) {
				client, server := net.Pipe()
				go func() {
					defer server.Close()
					buffer := make([]byte, 4096)
					if _, err := server.Read(buffer); err == nil {
						s.requests.Add(1)
						_, _ = server.Write(response)
					}
				}()
				return client, nil
			}
			e := newExchanger(t, ExchangeOptions{URL: pipedTarget, Dial: dial, MaxBody: 16, Timeout: 5 * time.Second})
			r := exchange(e, putCase())
			assert.Equal(t, r.Failure == contract.NoFailure, r.Status >= 100, "%s: %d %v", transport, r.Status, r.Err)
			assert.Equal(t, r.Failure == contract.NoFailure, r.Err == nil, transport)
			assert.LessOrEqual(t, len(r.Body), 16, transport)
			assert.LessOrEqual(t, s.requests.Load(), int64(1), transport)
			assert.Contains(t, []contract.Failure{contract.NoFailure, contract.FailClosed, contract.FailProtocol}, r.Failure, "%s: %v", transport, r.Err)
		}
	})
}

// BenchmarkRoundTrip is one PUT of 900 bytes by net/http alone: what Exchange adds
// to it is the difference to BenchmarkExchange.
func BenchmarkRoundTrip(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer s.Close()
	e := newStd(b, ExchangeOptions{URL: s.URL})
	c := putCase()
	c.Body = make([]byte, 900)
	b.ReportAllocs()
	for b.Loop() {
		req, err := e.request(c)
		if err != nil {
			b.Fatal(err)
		}
		resp, err := e.transport.RoundTrip(req)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	e.Close()
}
