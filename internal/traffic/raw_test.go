package traffic

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
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
