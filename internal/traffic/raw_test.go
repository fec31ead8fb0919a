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

func newRaw(t testing.TB, o ExchangeOptions) *RawExchanger {
	x, err := NewRawExchanger(context.Background(), o)
	require.NoError(t, err)
	return x
}

// overBoth runs a test against a server over TCP and one over TLS.
func overBoth(t *testing.T, serve func(*rawServer, net.Conn, *bufio.Reader), test func(*testing.T, ExchangeOptions, *rawServer)) {
	t.Helper()
	t.Run("tcp", func(t *testing.T) {
		s := newRawServer(t, serve)
		test(t, ExchangeOptions{URL: s.URL}, s)
	})
	t.Run("tls", func(t *testing.T) {
		ca, _, pair := issued(t, "server.test")
		s := secureRawServer(t, &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}}, serve)
		test(t, ExchangeOptions{URL: s.URL, TLS: TLSFiles{CA: ca}}, s)
	})
}

func secureRawServer(t testing.TB, config *tls.Config, serve func(*rawServer, net.Conn, *bufio.Reader)) *rawServer {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &rawServer{URL: "https://" + listener.Addr().String()}
	s.serve(t, tls.NewListener(listener, config), serve)
	return s
}

// once is a script of one PUT and its response.
func once(x *RawExchanger) RawScript {
	return RawScript{Steps: []RawStep{{Bytes: x.Wire(putCase())}}, Await: []string{"PUT"}}
}

// What servers do to a request, and what is said of it.
func TestRawAgainstHostileServers(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
	for _, row := range []struct {
		reason   string
		response string
		keep     bool // the connection stays open after it
		failure  contract.Failure
		err      string
		statuses []int
		interim  []int
		end      RawEnd
		surplus  string
		partial  string
	}{
		{reason: "a good answer", response: head + "abcd", keep: true, statuses: []int{200}, end: EndKept},
		{reason: "a good answer and the end", response: head + "abcd", statuses: []int{200}, end: EndClosed},
		{reason: "an answer that lasts until the end", response: "HTTP/1.0 404 No\r\n\r\nabcd", statuses: []int{404}, end: EndClosed},
		{reason: "two answers to one question", response: emptyOK + "HTTP/1.1 400 Bad Request\r\n\r\n", keep: true,
			statuses: []int{200}, end: EndKept, surplus: "HTTP/1.1 400 Bad Request\r\n\r\n"},
		{reason: "interim responses first", response: "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + emptyOK, keep: true,
			statuses: []int{200}, interim: []int{103, 100}, end: EndKept},
		{reason: "another protocol from now on", response: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x00\x01", keep: true,
			statuses: []int{101}, end: EndKept, surplus: "\x00\x01"},
		{reason: "no answer", keep: true, failure: contract.FailTimeout, err: "gave no response", end: EndKept},
		{reason: "the end at once", failure: contract.FailClosed, err: "gave no response", end: EndClosed},
		{reason: "half a head", response: "HTTP/1.1 200 OK\r\nX: y\r\n", failure: contract.FailClosed, end: EndClosed, surplus: "HTTP/1.1 200 OK\r\nX: y\r\n"},
		{reason: "half a field", response: "HTTP/1.1 200 OK\r\nContent-", failure: contract.FailProtocol, end: EndClosed, surplus: "HTTP/1.1 200 OK\r\nContent-"},
		{reason: "half a head and silence", response: "HTTP/1.1 200 OK\r\nContent-", keep: true, failure: contract.FailTimeout, err: "broke off after 25 bytes",
			end: EndKept, surplus: "HTTP/1.1 200 OK\r\nContent-"},
		{reason: "half an entity", response: head + "ab", failure: contract.FailClosed, err: "broke off after 2 bytes", end: EndClosed, partial: "ab"},
		{reason: "no HTTP", response: "SSH-2.0-OpenSSH_9.6\r\n", keep: true, failure: contract.FailProtocol, end: EndKept, surplus: "SSH-2.0-OpenSSH_9.6\r\n"},
		{reason: "no status", response: "HTTP/1.1 2x0 OK\r\n\r\n", failure: contract.FailProtocol, end: EndClosed, surplus: "HTTP/1.1 2x0 OK\r\n\r\n"},
		{reason: "a flood of interim responses", response: strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", maxResponseHeader/27+2), keep: true,
			failure: contract.FailProtocol, err: "longer than 65536 bytes", end: EndKept},
		{reason: "a head without end", response: "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2*maxResponseHeader), keep: true,
			failure: contract.FailProtocol, err: "longer than 65536 bytes", end: EndKept},
	} {
		t.Run(row.reason, func(t *testing.T) {
			t.Parallel()
			overBoth(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
				_, _ = s.readRequest(in)
				_, _ = io.WriteString(conn, row.response)
				if row.keep {
					_, _ = in.ReadByte()
				}
			}, func(t *testing.T, o ExchangeOptions, s *rawServer) {
				o.Timeout, o.MaxBody = time.Minute, 4096
				if row.failure == contract.FailTimeout {
					o.Timeout = time.Second
				}
				x := newRaw(t, o)
				script := once(x)
				if !row.keep {
					script.Linger = time.Minute
				}
				a := x.Send(t.Context(), script)
				assert.Equal(t, row.failure, a.Failure, "%v", a.Err)
				if row.err != "" {
					assert.ErrorContains(t, a.Err, row.err)
				}
				var statuses []int
				for _, r := range a.Responses {
					statuses = append(statuses, r.Status)
				}
				assert.Equal(t, row.statuses, statuses)
				assert.Equal(t, row.end.String(), a.End.String())
				if len(row.response) > maxResponseHeader {
					assert.LessOrEqual(t, len(a.Surplus), o.MaxBody)
					assert.LessOrEqual(t, len(a.Interim), maxResponseHeader/27)
					return
				}
				assert.Equal(t, row.interim, a.Interim)
				assert.Equal(t, row.surplus, string(a.Surplus))
				if row.partial != "" {
					require.NotNil(t, a.Partial)
					assert.Equal(t, row.partial, string(a.Partial.Body))
				}
			})
		})
	}
}

// A server that sends without end costs no more than the bound.
func TestRawBoundsAnEndlessEntity(t *testing.T) {
	for _, framing := range []string{"Content-Length: 2147483648", "X: until the end"} {
		overBoth(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			_, _ = s.readRequest(in)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n"+framing+"\r\n\r\n")
			for chunk := make([]byte, 64<<10); ; {
				if _, err := conn.Write(chunk); err != nil {
					return
				}
			}
		}, func(t *testing.T, o ExchangeOptions, s *rawServer) {
			o.MaxBody = 1000
			x := newRaw(t, o)
			script := once(x)
			a := x.Send(t.Context(), script)
			require.NoError(t, a.Err)
			require.Len(t, a.Responses, 1)
			assert.Len(t, a.Responses[0].Body, 1000)
			assert.True(t, a.Responses[0].Truncated)
			assert.Equal(t, EndUnseen, a.End)

			script.Await = []string{"PUT", "PUT"}
			a = x.Send(t.Context(), script)
			assert.ErrorContains(t, a.Err, "response 1 is longer than the bound")
			assert.Len(t, a.Responses, 1)

			script.Await, script.Linger = nil, time.Minute
			a = x.Send(t.Context(), script)
			require.NoError(t, a.Err)
			assert.Len(t, a.Surplus, 1000)
			assert.Equal(t, EndKept, a.End)
		})
	}
}

// The bytes of all steps are what the server gets, whatever they are.
func TestRawSendsBytesAsTheyStand(t *testing.T) {
	const sent = "put //x HTTP/1.0\nA:1\r\nA :2\r\n\x00\xff\r\n\r\nrest"
	got := make(chan string, 1)
	overBoth(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		all, _ := io.ReadAll(in)
		got <- string(all)
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad\r\nx-B: 1\r\nX-a: 2\r\nx-b: 3\r\nContent-Length: 0\r\n\r\n")
	}, func(t *testing.T, o ExchangeOptions, s *rawServer) {
		a := newRaw(t, o).Send(t.Context(), RawScript{Await: []string{"PUT"}, Linger: time.Minute, Steps: []RawStep{
			{Bytes: []byte(sent[:9])}, {Bytes: []byte(sent[9:20]), Pause: time.Millisecond}, {Bytes: []byte(sent[20:])}, {End: HalfClose},
		}})
		require.NoError(t, a.Err)
		assert.Equal(t, sent, <-got)
		assert.Equal(t, len(sent), a.Written)
		assert.Equal(t, EndClosed, a.End)
		require.Len(t, a.Responses, 1)
		assert.Equal(t, []contract.HeaderField{{Name: "x-B", Value: "1"}, {Name: "X-a", Value: "2"}, {Name: "x-b", Value: "3"}, {Name: "Content-Length", Value: "0"}}, a.Responses[0].Header)
		assert.Equal(t, strings.HasPrefix(o.URL, "https"), a.TLS == tls.VersionTLS13)
		r := a.Responses[0]
		assert.True(t, 0 <= a.Connected && a.Connected <= a.Sent && a.Sent <= a.Ended)
		assert.True(t, a.Connected <= r.FirstByte && r.FirstByte <= r.LastByte && r.LastByte <= a.Ended)
	})
}

// How a connection ends here is how the server sees it end.
func TestRawEndsConnections(t *testing.T) {
	seen := make(chan string, 1)
	for _, row := range []struct {
		end  RawHangUp
		want string
	}{{HangUp, "EOF"}, {Abort, "connection reset by peer"}} {
		overBoth(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			_, err := io.Copy(io.Discard, in)
			if err == nil {
				err = io.EOF
			}
			seen <- err.Error()
		}, func(t *testing.T, o ExchangeOptions, s *rawServer) {
			a := newRaw(t, o).Send(t.Context(), RawScript{Steps: []RawStep{{Bytes: []byte("PUT /half"), End: row.end}}})
			require.NoError(t, a.Err)
			assert.Equal(t, EndOurs, a.End)
			assert.Contains(t, <-seen, row.want)
		})
	}
}

func TestRawSeesAReset(t *testing.T) {
	s := newRawServer(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		_, _ = s.readRequest(in)
		_ = conn.(*net.TCPConn).SetLinger(0)
	})
	x := newRaw(t, ExchangeOptions{URL: s.URL})
	a := x.Send(t.Context(), once(x))
	assert.Equal(t, contract.FailClosed, a.Failure, "%v", a.Err)
	assert.Equal(t, EndReset, a.End)
}

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

// Every connection is judged, those to another port of the host as well.
func TestRawKeepsToTheGuard(t *testing.T) {
	now := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	consent := Consent{Host: "192.0.2.1", Owner: "o", MaxRate: 1, Expires: now.Add(time.Hour)}
	x := newRaw(t, ExchangeOptions{
		URL: "https://192.0.2.1", Guard: NewGuard([]Consent{consent}, nil, func() time.Time { return now }),
		Dial: func(context.Context, string, string) (net.Conn, error) {
			t.Error("a connection was opened")
			return nil, net.ErrClosed
		},
	})
	now = now.Add(2 * time.Hour)
	for _, script := range []RawScript{{}, {ClearPort: "80"}, {TLS: tls.VersionTLS10}} {
		a := x.Send(t.Context(), script)
		assert.Equal(t, contract.FailForbidden, a.Failure, "%v", a.Err)
	}
	_, err := NewRawExchanger(t.Context(), ExchangeOptions{URL: "http://192.0.2.1"})
	var refused *ConsentError
	assert.ErrorAs(t, err, &refused)
}

func TestRawFailsToConnect(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	x := newRaw(t, ExchangeOptions{URL: "http://" + listener.Addr().String()})
	a := x.Send(t.Context(), once(x))
	assert.Equal(t, contract.FailRefused, a.Failure, "%v", a.Err)
	assert.Equal(t, EndUnseen, a.End)
	assert.Zero(t, a.Written)

	r := a.Reading(0, putCase())
	assert.Equal(t, contract.FailRefused, r.Failure)
	assert.Negative(t, r.FirstByte)
}

// A server refuses the versions of TLS that it does not speak, and only those.
func TestRawOffersOneVersionOfTLS(t *testing.T) {
	ca, _, pair := issued(t, "server.test")
	clear := newRawServer(t, echo)
	for _, row := range []struct {
		least, most, offered uint16
		failure              contract.Failure
	}{
		{tls.VersionTLS12, tls.VersionTLS13, tls.VersionTLS10, contract.FailTLS},
		{tls.VersionTLS12, tls.VersionTLS13, tls.VersionTLS11, contract.FailTLS},
		{tls.VersionTLS12, tls.VersionTLS13, tls.VersionTLS12, contract.NoFailure},
		{tls.VersionTLS12, tls.VersionTLS13, tls.VersionTLS13, contract.NoFailure},
		{tls.VersionTLS10, tls.VersionTLS10, tls.VersionTLS10, contract.NoFailure},
		{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS11, contract.NoFailure},
	} {
		t.Run(tls.VersionName(row.offered), func(t *testing.T) {
			s := secureRawServer(t, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: row.least, MaxVersion: row.most}, echo)
			x := newRaw(t, ExchangeOptions{URL: s.URL, TLS: TLSFiles{CA: ca}})
			script := once(x)
			script.TLS = row.offered
			a := x.Send(t.Context(), script)
			assert.Equal(t, row.failure, a.Failure, "%v", a.Err)
			if row.failure == contract.NoFailure {
				assert.Equal(t, row.offered, a.TLS)
				assert.Len(t, a.Responses, 1)
			}

			script = once(x)
			_, script.ClearPort, _ = net.SplitHostPort(strings.TrimPrefix(clear.URL, "http://"))
			a = x.Send(t.Context(), script)
			require.NoError(t, a.Err, "the same host in clear text")
			assert.Zero(t, a.TLS)
		})
	}
}

func TestRawReading(t *testing.T) {
	s := answering(t, "HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\n{}")
	x := newRaw(t, ExchangeOptions{URL: s.URL})
	c := putCase()
	a := x.Send(t.Context(), once(x))
	r := a.Reading(0, c)
	assert.Same(t, c, r.Case)
	assert.Equal(t, 400, r.Status)
	assert.Equal(t, "{}", string(r.Body))
	assert.Equal(t, "HTTP/1.1", r.Proto)
	assert.LessOrEqual(t, r.FirstByte, r.LastByte)
}
