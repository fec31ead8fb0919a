package traffic

import (
	"bufio"
	"context"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// The tests of the suite in exchange_test.go that are about connections.

func testKeepAlive(t *testing.T, newExchanger exchangerMaker) {
	s := answering(t, "HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\n{}")
	e := newExchanger(t, ExchangeOptions{URL: s.URL})
	for range 20 {
		require.NoError(t, exchange(e, putCase()).Err)
	}
	assert.EqualValues(t, 1, s.conns.Load())
	assert.EqualValues(t, 20, s.requests.Load())
}

// testDeadIdle asks a server that closes every connection some time after its
// answer, without a word: such a close costs no reading, only a connection.
func testDeadIdle(t *testing.T, newExchanger exchangerMaker) {
	gone := make(chan struct{})
	s := newRawServer(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		if _, err := s.readRequest(in); err == nil {
			_, _ = io.WriteString(conn, emptyOK)
			_ = conn.(*net.TCPConn).CloseWrite()
			gone <- struct{}{}
		}
	})
	e := newExchanger(t, ExchangeOptions{URL: s.URL})
	for range 5 {
		r := exchange(e, putCase())
		require.NoError(t, r.Err)
		<-gone
		time.Sleep(10 * freshness) // virtual time has no real sockets
	}
	assert.EqualValues(t, 5, s.conns.Load())
	assert.EqualValues(t, 5, e.Wrote())
}

func testReuseOfConnections(t *testing.T, newExchanger exchangerMaker) {
	ask := func(header ...contract.HeaderField) contract.Case {
		c := *putCase()
		c.Header = header
		return c
	}
	closing := ask(contract.HeaderField{Name: "connection", Value: "close"})
	head := *putCase()
	head.Method, head.Body = "HEAD", nil
	for _, row := range []struct {
		reason, response string
		c                contract.Case
		conns            int64 // of three exchanges
	}{
		{"it is kept", emptyOK, *putCase(), 1},
		{"HEAD announces an entity and sends none", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", head, 1},
		{"304 as well", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", *putCase(), 1},
		{"chunks have an end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX: y\r\n\r\n", *putCase(), 1},
		{"the server says close", "HTTP/1.1 200 OK\r\nConnection: keep-alive, Close\r\nContent-Length: 0\r\n\r\n", *putCase(), 3},
		{"the request says close", emptyOK, closing, 3},
		{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", *putCase(), 3},
		{"HTTP/1.0 that keeps it", "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\nContent-Length: 0\r\n\r\n", *putCase(), 1},
		{"the entity is beyond its bound", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234567890123456789", *putCase(), 3},
		{"protocols are switched", "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", *putCase(), 3},
	} {
		t.Run(row.reason, func(t *testing.T) {
			s := answering(t, row.response)
			e := newExchanger(t, ExchangeOptions{URL: s.URL, MaxBody: 16})
			for range 3 {
				r := &contract.Reading{Case: &row.c}
				e.Exchange(context.Background(), r, time.Now())
				require.NoError(t, r.Err)
			}
			assert.Equal(t, row.conns, s.conns.Load())
			assert.EqualValues(t, 3, s.requests.Load())
		})
	}
	t.Run("what came unasked is nobody's answer", func(t *testing.T) {
		var n atomic.Int64
		s := newRawServer(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			if _, err := s.readRequest(in); err == nil {
				n.Add(1)
				_, _ = io.WriteString(conn, emptyOK+"HTTP/1.1 500 Surprise\r\nContent-Length: 0\r\n\r\n")
				_, _ = in.ReadByte()
			}
		})
		e := newExchanger(t, ExchangeOptions{URL: s.URL})
		for range 3 {
			assert.Equal(t, 200, exchange(e, putCase()).Status)
			time.Sleep(10 * time.Millisecond) // lets net/http find the surplus
		}
		assert.EqualValues(t, 3, n.Load())
	})
}
