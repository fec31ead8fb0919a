package traffic

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// echo answers every request with its target as the entity.
func echo(s *rawServer, conn net.Conn, in *bufio.Reader) {
	for {
		wire, err := s.readRequest(in)
		if err != nil {
			return
		}
		target := strings.Fields(wire)[1]
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(target))
		if !strings.HasPrefix(wire, http.MethodHead) {
			_, _ = io.WriteString(conn, target)
		}
	}
}

func TestRawPipelinesAndReuses(t *testing.T) {
	overBoth(t, echo, func(t *testing.T, o ExchangeOptions, s *rawServer) {
		x := newRaw(t, o)
		wire := func(method, target string) []byte {
			return x.Wire(&contract.Case{Method: method, Target: target})
		}
		a := x.Send(t.Context(), RawScript{Await: []string{"PUT", "HEAD", "GET", "PUT"}, Steps: []RawStep{
			{Bytes: bytes.Join([][]byte{wire("PUT", "/1"), wire("HEAD", "/22"), wire("GET", "/333")}, nil)},
			{After: 3, Bytes: wire("PUT", "/4444")},
			{After: 4, Pause: time.Millisecond, Bytes: []byte("PUT /5 HT"), End: Abort},
		}})
		require.NoError(t, a.Err)
		require.Len(t, a.Responses, 4)
		for i, want := range []string{"/1", "", "/333", "/4444"} {
			assert.Equal(t, want, string(a.Responses[i].Body))
			assert.Equal(t, []contract.HeaderField{{Name: "Content-Length", Value: strconv.Itoa(i + 2)}}, a.Responses[i].Header)
		}
		assert.Greater(t, a.Responses[3].FirstByte, a.Responses[2].LastByte)
		assert.Equal(t, EndOurs, a.End)
		assert.EqualValues(t, 4, s.requests.Load())
		assert.EqualValues(t, 1, s.conns.Load())
	})
}

// The waits of a script, on virtual time.
func TestRawKeepsTime(t *testing.T) {
	// patient reads a head, waits a second, answers 100 if it is asked to, and
	// answers when it has read the body.
	patient := func(expect bool) func(*rawServer, net.Conn, *bufio.Reader) {
		return func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			for {
				for line := "x"; line != "\r\n"; {
					var err error
					if line, err = in.ReadString('\n'); err != nil {
						return
					}
				}
				if !expect {
					time.Sleep(time.Second)
				} else {
					_ = conn.SetReadDeadline(time.Now().Add(time.Second))
					if _, err := in.Peek(1); err == nil {
						_, _ = io.WriteString(conn, "a body before its time\r\n")
						return
					}
					_ = conn.SetReadDeadline(time.Time{})
					_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n")
				}
				_, _ = io.CopyN(io.Discard, in, 2)
				_, _ = io.WriteString(conn, emptyOK)
			}
		}
	}
	const head = "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
	put := []string{"PUT"}
	for _, row := range []struct {
		reason  string
		serve   func(*rawServer, net.Conn, *bufio.Reader)
		script  RawScript
		failure contract.Failure
		sent    time.Duration
		ended   time.Duration // but for the watch
		interim []int
	}{
		{"100 is waited for no longer than it takes", patient(true),
			RawScript{Await: put, Steps: []RawStep{{Bytes: []byte(head)}, {Continue: 5 * time.Second, Bytes: []byte("{}")}}},
			0, time.Second, time.Second, []int{100}},
		{"100 that never comes is not waited for without end", patient(false),
			RawScript{Await: put, Steps: []RawStep{{Bytes: []byte(head)}, {Continue: 5 * time.Second, Bytes: []byte("{}")}}},
			0, 5 * time.Second, 5 * time.Second, nil},
		{"each 100 counts once", patient(true),
			RawScript{Await: []string{"PUT", "PUT"}, Steps: []RawStep{
				{Bytes: []byte(head)}, {Continue: 5 * time.Second, Bytes: []byte("{}")},
				{After: 1, Bytes: []byte(head)}, {Continue: 5 * time.Second, Bytes: []byte("{}")},
			}}, 0, 2 * time.Second, 2 * time.Second, []int{100, 100}},
		{"what follows the last response has its own time", patient(false),
			RawScript{Await: put, Steps: []RawStep{{Bytes: []byte(head + "{}")}, {After: 1, Pause: time.Minute, Bytes: []byte(head)}}},
			0, time.Minute + time.Second, time.Minute + time.Second, nil},
		{"no HTTP, before a write that nobody reads", func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			time.Sleep(time.Second) // the write has begun
			_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.6\r\n")
			time.Sleep(time.Minute)
		}, RawScript{Await: put, Steps: []RawStep{{Bytes: []byte(head)}}},
			contract.FailProtocol, -1, time.Second, nil},
		{"a slow body", patient(false),
			RawScript{Await: put, Steps: []RawStep{{Bytes: []byte(head)}, {Pause: 3 * time.Second, Bytes: []byte("{")}, {Pause: 20 * time.Second, Bytes: []byte("}")}}},
			0, 23 * time.Second, 23 * time.Second, nil},
		{"a body that never ends: the time-out, and the script's own pause", patient(false),
			RawScript{Await: put, Steps: []RawStep{{Bytes: []byte(head)}, {Pause: 3 * time.Second, Bytes: []byte("{")}}},
			contract.FailTimeout, 3 * time.Second, DefaultTimeout + 3*time.Second, nil},
		{"a response that never comes ends the steps that wait for it", patient(false),
			RawScript{Await: put, Steps: []RawStep{{Bytes: []byte(head)}, {After: 1, Bytes: []byte("{}")}}},
			contract.FailTimeout, -1, DefaultTimeout, nil},
		{"an early answer leaves the rest unsent", func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			_, _ = in.ReadString('\n')
			time.Sleep(time.Second)
			_, _ = io.WriteString(conn, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
			_, _ = io.Copy(io.Discard, in)
		}, RawScript{Await: put, Steps: []RawStep{{Bytes: []byte(head)}, {Pause: time.Minute, Bytes: []byte("{}")}}},
			0, -1, time.Second, nil},
		{"an early answer before a write that nobody reads", func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			time.Sleep(time.Second)
			_, _ = io.WriteString(conn, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
			time.Sleep(time.Minute)
		}, RawScript{Await: put, Steps: []RawStep{{Bytes: []byte(head)}}},
			0, -1, time.Second + unreadBody, nil},
		{"an early end leaves the rest unsent", func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			_, _ = in.ReadString('\n')
			time.Sleep(time.Second)
		}, RawScript{Await: put, Steps: []RawStep{{Bytes: []byte(head)}, {Pause: time.Minute, Bytes: []byte("{}")}}},
			contract.FailClosed, -1, time.Second, nil},
	} {
		t.Run(row.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				network := newPipes()
				(&rawServer{}).serve(t, network, row.serve)
				x := newRaw(t, ExchangeOptions{URL: pipedTarget, Dial: network.Dial})
				a := x.Send(t.Context(), row.script)
				assert.Equal(t, row.failure, a.Failure, "%v", a.Err)
				assert.Equal(t, row.sent, a.Sent)
				assert.Equal(t, row.interim, a.Interim)
				want := row.ended
				if a.Failure != contract.FailTimeout && a.End == EndKept {
					want += DefaultLinger
				}
				assert.Equal(t, want, a.Ended)
			})
		})
	}
}

// deafConn takes no request and answers after a second, as a connection does whose
// server has answered early and closed.
type deafConn struct{ net.Conn }

func (c deafConn) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// A write may fail before the response that makes it needless is read.
func TestRawTakesAnAnswerForARefusedRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := newPipes()
		(&rawServer{}).serve(t, network, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			time.Sleep(time.Second)
			_, _ = io.WriteString(conn, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
		})
		x := newRaw(t, ExchangeOptions{URL: pipedTarget, Dial: func(ctx context.Context, n, address string) (net.Conn, error) {
			conn, err := network.Dial(ctx, n, address)
			return deafConn{conn}, err
		}})
		a := x.Send(t.Context(), once(x))
		require.NoError(t, a.Err)
		require.Len(t, a.Responses, 1)
		assert.Equal(t, 413, a.Responses[0].Status)
		assert.Negative(t, a.Sent)

		a = x.Send(t.Context(), RawScript{Await: []string{"PUT"}, Steps: []RawStep{{After: 1, Bytes: []byte("x")}}})
		assert.Equal(t, contract.FailClosed, a.Failure, "a step that waited for the response was to be sent: %v", a.Err)
	})
}

// The end of the context ends a script, whatever it waits for.
func TestRawIsInterrupted(t *testing.T) {
	for _, row := range []struct {
		reason string
		script RawScript
	}{
		{"a response", RawScript{Await: []string{"PUT"}}},
		{"a pause", RawScript{Steps: []RawStep{{Pause: time.Hour, Bytes: []byte("x")}}}},
		{"a pause before the response", RawScript{Await: []string{"PUT"}, Steps: []RawStep{{Pause: time.Hour, Bytes: []byte("x")}}}},
		{"a write", RawScript{Steps: []RawStep{{Bytes: []byte("x")}}}},
		{"the end", RawScript{Linger: time.Hour}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				network := newPipes()
				(&rawServer{}).serve(t, network, func(*rawServer, net.Conn, *bufio.Reader) { time.Sleep(time.Minute) })
				x := newRaw(t, ExchangeOptions{URL: pipedTarget, Dial: network.Dial})
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				a := x.Send(ctx, row.script)
				assert.Equal(t, contract.FailInterrupted, a.Failure, "%v", a.Err)
				assert.Equal(t, time.Second, a.Ended)
			})
		})
	}
}

func TestRawRefusesContradictions(t *testing.T) {
	put := []string{"PUT"}
	x := newRaw(t, ExchangeOptions{URL: pipedTarget, Dial: func(context.Context, string, string) (net.Conn, error) {
		t.Error("a connection was opened")
		return nil, net.ErrClosed
	}})
	for _, row := range []struct {
		script RawScript
		want   string
	}{
		{RawScript{Steps: []RawStep{{Pause: -1}}}, "step 0 waits for less than nothing"},
		{RawScript{Steps: []RawStep{{After: 2}}, Await: put}, "waits for 2 responses, and 1 are awaited"},
		{RawScript{Steps: []RawStep{{Continue: 1}}}, "waits for a 100, and no response is awaited"},
		{RawScript{Steps: []RawStep{{End: HalfClose}, {Bytes: []byte("x")}}}, "step 1 follows the end"},
		{RawScript{Steps: []RawStep{{End: HangUp}, {}}}, "step 1 follows the end"},
		{RawScript{Steps: []RawStep{{End: Abort}}, Await: put}, "hangs up before the last awaited response"},
		{RawScript{Steps: []RawStep{{End: Abort + 1}}}, "ends in no known way"},
		{RawScript{Linger: -1}, "lingers for less than nothing"},
		{RawScript{TLS: tls.VersionTLS10}, "names a version of TLS and goes in clear text"},
	} {
		a := x.Send(t.Context(), row.script)
		assert.ErrorContains(t, a.Err, row.want)
		assert.Equal(t, contract.FailOther, a.Failure)
		assert.Negative(t, a.Connected)
	}
}
