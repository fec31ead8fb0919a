package traffic

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"sdegauge/internal/contract"
)

// framed is an h2c server that counts the streams it is asked for and gives each
// the answer of a test, frame by frame.
func framed(t *testing.T, answer func(f *http2.Framer, conn net.Conn, stream uint32)) *rawServer {
	return newRawServer(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		preface := make([]byte, len(http2.ClientPreface))
		if _, err := io.ReadFull(in, preface); err != nil || string(preface) != http2.ClientPreface {
			return
		}
		f := http2.NewFramer(conn, in)
		if f.WriteSettings() != nil {
			return
		}
		for {
			frame, err := f.ReadFrame()
			if err != nil {
				return
			}
			switch frame := frame.(type) {
			case *http2.SettingsFrame:
				if !frame.IsAck() {
					_ = f.WriteSettingsAck()
				}
			case *http2.HeadersFrame:
				s.requests.Add(1)
				answer(f, conn, frame.StreamID)
			}
		}
	})
}

func TestHTTP2NeverSendsAgain(t *testing.T) {
	for _, row := range []struct {
		reason string
		answer func(f *http2.Framer, conn net.Conn, stream uint32)
		want   contract.Failure
	}{
		{"the stream is refused", func(f *http2.Framer, _ net.Conn, stream uint32) {
			_ = f.WriteRSTStream(stream, http2.ErrCodeRefusedStream)
		}, contract.FailClosed},
		{"the connection goes away and took nothing", func(f *http2.Framer, _ net.Conn, _ uint32) {
			_ = f.WriteGoAway(0, http2.ErrCodeNo, nil)
		}, contract.FailClosed},
		{"the stream is cancelled", func(f *http2.Framer, _ net.Conn, stream uint32) {
			_ = f.WriteRSTStream(stream, http2.ErrCodeCancel)
		}, contract.FailClosed},
		{"the connection closes", func(_ *http2.Framer, conn net.Conn, _ uint32) { _ = conn.Close() }, contract.FailClosed},
		{"a frame is of the wrong size", func(f *http2.Framer, _ net.Conn, _ uint32) {
			_ = f.WriteRawFrame(http2.FramePing, 0, 0, []byte("short"))
		}, contract.FailProtocol},
		{"the frames are malformed", func(f *http2.Framer, _ net.Conn, stream uint32) {
			_ = f.WriteRawFrame(http2.FrameHeaders, http2.FlagHeadersEndHeaders, stream, []byte{0xff, 0xff, 0xff})
		}, contract.FailProtocol},
	} {
		for method, body := range map[string]string{"PUT": "{}", "GET": ""} {
			t.Run(row.reason+", "+method, func(t *testing.T) {
				s := framed(t, row.answer)
				e := newStd(t, ExchangeOptions{URL: s.URL, HTTP: HTTP2C})
				const asked = 3
				for range asked {
					c := &contract.Case{Method: method, Target: "/", Body: []byte(body)}
					r := exchange(e, c)
					assert.Equal(t, row.want, r.Failure, "%v", r.Err)
					assert.Zero(t, r.Status)
				}
				assert.EqualValues(t, asked, s.requests.Load(), "streams that the server saw")
			})
		}
	}
	t.Run("the same server makes a plain client send again", func(t *testing.T) {
		s := framed(t, func(f *http2.Framer, _ net.Conn, stream uint32) {
			_ = f.WriteRSTStream(stream, http2.ErrCodeRefusedStream)
		})
		protocols, err := HTTP2C.protocols("http")
		require.NoError(t, err)
		plain := http.Transport{Protocols: protocols}
		defer plain.CloseIdleConnections()
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
		require.NoError(t, err)
		done := make(chan struct{})
		go func() {
			defer close(done)
			if resp, err := plain.RoundTrip(req); err == nil {
				_ = resp.Body.Close()
			}
		}()
		require.Eventually(t, func() bool { return s.requests.Load() >= 2 }, 5*time.Second, time.Millisecond)
		cancel()
		<-done
	})
}

func TestHTTP2(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Saw", r.Method+" "+r.RequestURI+" "+r.Header.Get("User-Agent")+" "+r.Header.Get("Content-Length"))
		_, _ = w.Write(body)
	})
	s := httptest.NewUnstartedServer(handler)
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	defer s.Close()
	e := newStd(t, ExchangeOptions{URL: s.URL, HTTP: HTTP2C})
	defer e.Close()
	for _, target := range []string{"/a//b/../c?v=1.0&sid=%2f", "//x?y"} {
		c := putCase()
		c.Target = target
		r := exchange(e, c)
		require.NoError(t, r.Err)
		assert.Equal(t, "HTTP/2.0", r.Proto)
		assert.Equal(t, string(c.Body), string(r.Body))
		assert.Contains(t, r.Header, contract.HeaderField{Name: "X-Saw", Value: "PUT " + target + "  14"})
		assert.GreaterOrEqual(t, r.Connected, time.Duration(0))
		assert.GreaterOrEqual(t, r.FirstByte, r.Connected)
	}
}

// An HTTP/2 answer without end stops at the bound as well: the receive window is
// what the client has allowed.
func TestHTTP2Bounds(t *testing.T) {
	took := make(chan int, 1)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk, n := make([]byte, 1<<16), 0
		for n < 1<<30 {
			wrote, err := w.Write(chunk)
			n += wrote
			if err != nil {
				break
			}
		}
		took <- n
	}))
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	defer s.Close()
	e := newStd(t, ExchangeOptions{URL: s.URL, HTTP: HTTP2C})
	defer e.Close()
	r := exchange(e, putCase())
	require.NoError(t, r.Err)
	assert.True(t, r.Truncated)
	assert.Len(t, r.Body, DefaultMaxBody)
	assert.Less(t, <-took, 1<<20)
}

// A server that does not know HTTP/2 answers the preface and hangs up; which of
// the two net/http meets first is a matter of chance.
func TestHTTP2AgainstHTTP1(t *testing.T) {
	s := newRawServer(t, func(_ *rawServer, conn net.Conn, in *bufio.Reader) {
		_, _ = in.ReadString('\n')
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
	})
	r := exchange(newStd(t, ExchangeOptions{URL: s.URL, HTTP: HTTP2C}), putCase())
	assert.Contains(t, []contract.Failure{contract.FailProtocol, contract.FailClosed}, r.Failure, "%v", r.Err)
	assert.Zero(t, r.Status)
}
