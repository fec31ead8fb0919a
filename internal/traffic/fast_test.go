package traffic

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

func TestTransportIsChosen(t *testing.T) {
	const clear, secure = "http://127.0.0.1:1", "https://127.0.0.1:1"
	for _, row := range []struct {
		reason string
		o      ExchangeOptions
		want   TransportName
	}{
		{"clear text", ExchangeOptions{URL: clear}, TransportFast},
		{"clear text, HTTP/1.1 asked for", ExchangeOptions{URL: clear, HTTP: HTTP1, Transport: TransportAuto}, TransportFast},
		{"TLS: HTTP/1.1, whatever the server prefers", ExchangeOptions{URL: secure, HTTP: HTTPAuto}, TransportFast},
		{"HTTP/2", ExchangeOptions{URL: secure, HTTP: HTTP2}, TransportStd},
		{"h2c", ExchangeOptions{URL: clear, HTTP: HTTP2C}, TransportStd},
		{"std asked for", ExchangeOptions{URL: clear, Transport: TransportStd}, TransportStd},
		{"fast asked for", ExchangeOptions{URL: secure, Transport: TransportFast}, TransportFast},
	} {
		t.Run(row.reason, func(t *testing.T) {
			e, err := NewTransport(t.Context(), row.o)
			require.NoError(t, err)
			defer e.Close()
			assert.Equal(t, row.want, e.Name())
			assert.Equal(t, row.o.URL, e.Target())
		})
	}
	t.Run("a client certificate", func(t *testing.T) {
		certificate, key, _ := issued(t, "client.test")
		o := ExchangeOptions{URL: secure, TLS: TLSFiles{Certificate: certificate, Key: key}}
		assert.Equal(t, TransportStd, o.choose())
	})
}

// The fast transport changes nothing of what it sends.
func TestFastSendsInOrder(t *testing.T) {
	c := putCase()
	c.Header = []contract.HeaderField{
		{Name: "x-B", Value: "1"}, {Name: "HOST", Value: "Example.invalid"}, {Name: "X-a", Value: " 2"}, {Name: "x-b", Value: "3"},
		{Name: "cookie", Value: "a=b; c"}, {Name: "content-LENGTH", Value: "14"}, {Name: "User-agent", Value: "me"}, {Name: "X-Empty"},
	}
	wire, _ := capture(t, makers["fast"], ExchangeOptions{UserAgent: "sdegauge/1", Header: []contract.HeaderField{{Name: "Z", Value: "z"}}}, c)
	assert.Equal(t, "PUT "+c.Target+" HTTP/1.1\r\nx-B: 1\r\nHOST: Example.invalid\r\nX-a:  2\r\nx-b: 3\r\ncookie: a=b; c\r\n"+
		"content-LENGTH: 14\r\nUser-agent: me\r\nX-Empty: \r\nZ: z\r\n\r\n"+`{"pageId":"1"}`, wire)

	c.Header = nil
	wire, host := capture(t, makers["fast"], ExchangeOptions{UserAgent: "sdegauge/1"}, c)
	assert.Equal(t, "PUT "+c.Target+" HTTP/1.1\r\nHost: "+host+"\r\nContent-Type: application/json\r\nAccept: application/json\r\n"+
		"User-Agent: sdegauge/1\r\nContent-Length: 14\r\n\r\n"+`{"pageId":"1"}`, wire)

	c.Target = "//%zz" // which net/http cannot send
	wire, _ = capture(t, makers["fast"], ExchangeOptions{}, c)
	assert.True(t, strings.HasPrefix(wire, "PUT //%zz HTTP/1.1\r\n"))
}

// Requests of one connection leave nothing behind for the next.
func TestFastRequestsAreIndependent(t *testing.T) {
	var mu sync.Mutex
	var wires []string
	s := newRawServer(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		for {
			wire, err := s.readRequest(in)
			if err != nil {
				return
			}
			mu.Lock()
			wires = append(wires, wire)
			mu.Unlock()
			_, _ = io.WriteString(conn, emptyOK)
		}
	})
	e := newFast(t, ExchangeOptions{URL: s.URL})
	plain, own, get := putCase(), putCase(), &contract.Case{Method: "GET", Target: "/x"}
	own.Header = []contract.HeaderField{{Name: "X", Value: "1"}}
	for _, c := range []*contract.Case{plain, own, plain, get, plain, own} {
		require.NoError(t, exchange(e, c).Err)
	}
	require.Len(t, wires, 6)
	assert.EqualValues(t, 1, s.conns.Load())
	assert.Equal(t, wires[0], wires[2])
	assert.Equal(t, wires[0], wires[4])
	assert.Equal(t, wires[1], wires[5])
	assert.NotContains(t, wires[1], "Content-Type")
	assert.NotContains(t, wires[3], "Content-Length")
}

func TestFastReadsInOrder(t *testing.T) {
	s := answering(t, "HTTP/1.1 200 OK\r\nx-B: 1\r\nSet-Cookie: b=1\r\nServer: s\r\nset-cookie: a=2\r\nCONTENT-length: 0\r\nX-Empty:\r\nContent-Type: \t a/b \r\n\r\n")
	e := newFast(t, ExchangeOptions{URL: s.URL})
	for range 2 { // the second head is recognised
		r := exchange(e, putCase())
		require.NoError(t, r.Err)
		assert.Equal(t, []contract.HeaderField{
			{Name: "x-B", Value: "1"}, {Name: "Set-Cookie", Value: "b=1"}, {Name: "Server", Value: "s"}, {Name: "set-cookie", Value: "a=2"},
			{Name: "CONTENT-length", Value: "0"}, {Name: "X-Empty", Value: ""}, {Name: "Content-Type", Value: "a/b"},
		}, r.Header)
	}
}

// What no response begins with fails at once: its sender may wait for more.
func TestFastNeedsNoCloseToSeeAnotherProtocol(t *testing.T) {
	done := make(chan struct{})
	s := newRawServer(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.6\r\n")
		<-done
	})
	defer close(done)
	r := exchange(newFast(t, ExchangeOptions{URL: s.URL, Timeout: time.Hour}), putCase())
	assert.Equal(t, contract.FailProtocol, r.Failure, "%v", r.Err)
}

// slowServer is a server on a network in memory that takes a second for an answer.
func slowServer(t *testing.T) (*pipes, *rawServer) {
	network, s := newPipes(), &rawServer{}
	s.serve(t, network, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		for {
			if _, err := s.readRequest(in); err != nil {
				return
			}
			time.Sleep(time.Second)
			if _, err := io.WriteString(conn, emptyOK); err != nil {
				return
			}
		}
	})
	return network, s
}

// TestFastIdle runs on virtual time: connections are kept for the idle time-out
// and up to the bound, the newest first.
func TestFastIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, s := slowServer(t)
		e := newFast(t, ExchangeOptions{URL: pipedTarget, Dial: network.Dial, MaxIdle: 2})
		atOnce := func(n int) {
			var wg sync.WaitGroup
			for range n {
				wg.Go(func() { assert.NoError(t, exchange(e, putCase()).Err) })
			}
			wg.Wait()
		}
		atOnce(3)
		assert.EqualValues(t, 3, s.conns.Load())
		assert.Equal(t, 2, e.pool.count, "one was beyond the bound")
		time.Sleep(DefaultIdleTimeout - time.Nanosecond)
		atOnce(1)
		assert.EqualValues(t, 3, s.conns.Load(), "still fresh")
		assert.Equal(t, 1, e.pool.count, "the other grew too old meanwhile")
		time.Sleep(DefaultIdleTimeout)
		atOnce(1)
		assert.EqualValues(t, 4, s.conns.Load(), "too old")
		assert.Equal(t, 1, e.pool.count)
		e.Close()
		assert.Zero(t, e.pool.count)
		assert.Nil(t, e.pool.newest)
		assert.Nil(t, e.pool.oldest)
	})
}

// The end of a context cuts the exchanges it was given to, and no others, though
// they may have the connection of one before.
func TestFastInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, s := slowServer(t)
		e := newFast(t, ExchangeOptions{URL: pipedTarget, Dial: network.Dial})
		first, endFirst := context.WithCancel(t.Context())
		second, endSecond := context.WithCancel(t.Context())
		ask := func(ctx context.Context) *contract.Reading {
			r := &contract.Reading{Case: putCase()}
			e.Exchange(ctx, r, time.Now())
			return r
		}
		require.NoError(t, ask(first).Err)
		time.AfterFunc(500*time.Millisecond, endFirst)
		assert.NoError(t, ask(second).Err, "the first context ended, and is none of its business")
		assert.EqualValues(t, 1, s.conns.Load())

		time.AfterFunc(500*time.Millisecond, endSecond)
		r := ask(second)
		assert.Equal(t, contract.FailInterrupted, r.Failure, "%v", r.Err)
		assert.Equal(t, 500*time.Millisecond, r.LastByte)

		r = ask(second)
		assert.Equal(t, contract.FailInterrupted, r.Failure, "it had ended before")
		assert.Zero(t, r.LastByte)
		assert.Zero(t, e.pool.count)
	})
}

func TestFastTLS(t *testing.T) {
	ca, _, pair := issued(t, "server.test")
	secure := secureServer(t, true, &tls.Config{Certificates: []tls.Certificate{pair}})
	e := newFast(t, ExchangeOptions{URL: secure, TLS: TLSFiles{CA: ca}})
	for range 3 {
		r := exchange(e, putCase())
		require.NoError(t, r.Err)
		assert.Equal(t, "HTTP/1.1", r.Proto)
		assert.Equal(t, "{}", string(r.Body))
		time.Sleep(10 * freshness) // so that the connection is asked whether it lives
	}
	assert.Equal(t, 1, e.pool.count)
}

// FuzzFastResponse holds the reading of a response against net/http's: what both
// take for one has the same status and entity.
func FuzzFastResponse(f *testing.F) {
	for _, seed := range []string{
		emptyOK, "", "HTTP/1.1 200 OK\r\n\r\nrest", "HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\nab",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX: y\r\n\r\n", "HTTP/1.0 099 x\r\n\r\n", "<html>",
		"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\nx",
		"HTTP/1.1 200 OK\nContent-Length: 1\nA: b\n c\n\nx", "HTTP/1.1 200\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n1;x=y\r\na\r\n0\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, response []byte) {
		const bound = 64
		c := &fastConn{in: bufio.NewReader(bytes.NewReader(response))}
		r := &contract.Reading{Case: putCase()}
		status, _, err := c.receive(r, time.Now(), bound)
		assert.LessOrEqual(t, len(r.Body), bound)

		in := bufio.NewReader(bytes.NewReader(response))
		want, wantErr := http.ReadResponse(in, nil)
		if err != nil || wantErr != nil || want.StatusCode < 200 {
			return
		}
		body, truncated, wantErr := readBounded(nil, want.Body, bound)
		if wantErr != nil {
			return
		}
		assert.Equal(t, want.StatusCode, status)
		assert.Equal(t, want.Proto, r.Proto)
		assert.Equal(t, string(body), string(r.Body))
		assert.Equal(t, truncated, r.Truncated)
	})
}
