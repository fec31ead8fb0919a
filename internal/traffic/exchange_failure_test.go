package traffic

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// The tests of the suite in exchange_test.go that are about what goes wrong.

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
