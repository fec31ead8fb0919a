package traffic

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// The tests of the suite in exchange_test.go that hold every exchange to one
// request on the wire, and the count of requests to the wire.

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

// earlyAnswer refuses a request as soon as its header is there.
const earlyAnswer = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}"

// readHead reads the header of a request, counts it, and reports whether it came.
func (s *rawServer) readHead(in *bufio.Reader) bool {
	for line := ""; line != "\r\n"; {
		var err error
		if line, err = in.ReadString('\n'); err != nil {
			return false
		}
	}
	s.requests.Add(1)
	return true
}

// testEarlyAnswer asks a server that refuses a long body without reading it, and
// keeps the connection: the answer counts, the connection does not, and the
// request, which never got out to its end, was written once.
func testEarlyAnswer(t *testing.T, newExchanger exchangerMaker) {
	done := make(chan struct{})
	s := newRawServer(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		if s.readHead(in) {
			_, _ = io.WriteString(conn, earlyAnswer)
			<-done
		}
	})
	defer close(done)
	e := newExchanger(t, ExchangeOptions{URL: s.URL, Timeout: time.Minute, Dial: dialNarrow})
	c := putCase()
	c.Body = make([]byte, 8<<20) // far more than narrow buffers and a window that was never read from
	const n = 2
	for range n {
		r := exchange(e, c)
		require.NoError(t, r.Err)
		assert.Equal(t, 413, r.Status)
		assert.Equal(t, "{}", string(r.Body))
	}
	assert.EqualValues(t, n, s.conns.Load())
	assert.EqualValues(t, n, s.requests.Load(), "headers that the server read")
	assert.EqualValues(t, n, e.Wrote())
}

// dialNarrow makes connections that hold little of what the peer does not read.
func dialNarrow(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err == nil {
		_ = conn.(*net.TCPConn).SetWriteBuffer(64 << 10)
	}
	return conn, err
}

// testEarlyAnswerThenDrain asks a server that answers first and reads the body
// after: whether the answer or the end of the request is seen first is a race,
// and either way the request was written once.
func testEarlyAnswerThenDrain(t *testing.T, newExchanger exchangerMaker) {
	const workers, each, length = 8, 25, 100_000
	s := newRawServer(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		for s.readHead(in) {
			_, _ = io.WriteString(conn, earlyAnswer)
			if _, err := io.CopyN(io.Discard, in, length); err != nil {
				return
			}
		}
	})
	e := newExchanger(t, ExchangeOptions{URL: s.URL, Timeout: time.Minute})
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			c := putCase()
			c.Body = make([]byte, length)
			for range each {
				r := exchange(e, c)
				assert.NoError(t, r.Err)
				assert.Equal(t, 413, r.Status)
			}
		})
	}
	wg.Wait()
	e.Close()
	assert.EqualValues(t, workers*each, s.requests.Load(), "headers that the server read")
	assert.EqualValues(t, workers*each, e.Wrote())
}
