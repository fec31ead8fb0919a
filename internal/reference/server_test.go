package reference

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// listen serves h on a free loopback port until the test ends.
func listen(t *testing.T, h *Handler) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0", h)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.NoError(t, s.Close(ctx))
		require.NoError(t, s.Err())
	})
	return s
}

func client(t *testing.T, transport *http.Transport) *http.Client {
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func put(t *testing.T, c *http.Client, url, body string) (result, *http.Response) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, strings.NewReader(body))
	require.NoError(t, err)
	response, err := c.Do(r)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return result{response.StatusCode, response.Header, string(content)}, response
}

// raw writes bytes to the server and reads one response.
func raw(t *testing.T, s *Server, request string) (result, *http.Response) {
	t.Helper()
	c, err := net.Dial("tcp", s.listener.Addr().String())
	require.NoError(t, err)
	defer func() { _ = c.Close() }()
	_, err = io.WriteString(c, request)
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(t, err)
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return result{response.StatusCode, response.Header, string(content)}, response
}

func TestServerOverHTTP1(t *testing.T) {
	h := newTestHandler(t, Options{})
	s := listen(t, h)
	require.Regexp(t, `^http://127\.0\.0\.1:\d+$`, s.URL())
	c := client(t, &http.Transport{})
	for range 3 {
		got, response := put(t, c, s.URL()+baseTarget, page)
		require.Equal(t, "HTTP/1.1", response.Proto)
		requireOK(t, got)
	}
	got, _ := put(t, c, s.URL()+baseTarget, "{}")
	requireRefused(t, got, 400, 5)
	require.Equal(t, Tally{200: 3, 400: 1}, h.Counts().Updates)
}

func TestServerOverUnencryptedHTTP2(t *testing.T) {
	h := newTestHandler(t, Options{})
	s := listen(t, h)
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	got, response := put(t, client(t, &http.Transport{Protocols: protocols}), s.URL()+baseTarget, page)
	require.Equal(t, "HTTP/2.0", response.Proto)
	requireOK(t, got)
}

func TestServerOverTLS(t *testing.T) {
	config, pool := certificate(t)
	h := newTestHandler(t, Options{TLS: config})
	s := listen(t, h)
	require.Regexp(t, `^https://127\.0\.0\.1:\d+$`, s.URL())
	for _, http2 := range []bool{false, true} {
		protocols := new(http.Protocols)
		protocols.SetHTTP1(!http2)
		protocols.SetHTTP2(http2)
		got, response := put(t, client(t, &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: pool}, Protocols: protocols,
		}), s.URL()+baseTarget, page)
		require.Equal(t, http2, response.ProtoMajor == 2)
		requireOK(t, got)
	}

	_, err := Listen("127.0.0.1:0", newTestHandler(t, Options{TLS: &tls.Config{}}))
	require.ErrorContains(t, err, "no certificate")
}

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func TestListenFails(t *testing.T) {
	h := newTestHandler(t, Options{})
	s := listen(t, h)
	_, err := Listen(s.listener.Addr().String(), h)
	require.ErrorContains(t, err, "reference server: listen")
}

// TestRefusalsOfTheLibrary: what net/http refuses before the handler sees it has
// an envelope too, and is counted.
func TestRefusalsOfTheLibrary(t *testing.T) {
	h := newTestHandler(t, Options{MaxHeader: 8 << 10})
	s := listen(t, h)
	want := Tally{}
	for _, row := range []struct {
		reason, request string
		status          int
	}{
		{"path that cannot be decoded (VI-14)", "PUT " + basePath + "%zz?v=1.0 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
		{"no Host (EP-28)", "PUT " + baseTarget + " HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400},
		{"no HTTP at all", "hello, is there anybody who speaks HTTP?\r\n\r\n", 400},
		{"bad length", "PUT " + baseTarget + " HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
		{"unknown transfer coding", "PUT " + baseTarget + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n", 501},
		{"huge head (EP-26)", "PUT " + baseTarget + "&x=" + strings.Repeat("x", 16<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got, response := raw(t, s, row.request)
			requireRefused(t, got, row.status, 5)
			require.Equal(t, "application/json", got.Header.Get("Content-Type"))
			require.True(t, response.Close)
			want[row.status]++
		})
	}
	require.Equal(t, want, h.Counts().Unparsed)
	require.Empty(t, h.Counts().Updates)
	require.Equal(t, uint64(6), h.Counts().All().Total())
}

func TestRawBodies(t *testing.T) {
	h := newTestHandler(t, Options{})
	s := listen(t, h)
	head := "PUT " + baseTarget + " HTTP/1.1\r\nHost: x\r\n"
	got, _ := raw(t, s, head+"\r\n") // neither length nor body (H-19)
	requireRefused(t, got, 400, 5)
	got, _ = raw(t, s, head+"Transfer-Encoding: chunked\r\n\r\n7\r\n{\"pageI\r\nf\r\nd\":\"5120934471\"\r\n1\r\n}\r\n0\r\n\r\n")
	requireOK(t, got)
	got, response := raw(t, s, head+"Transfer-Encoding: chunked\r\n\r\nzz\r\n")
	requireRefused(t, got, 400, 5)
	require.Equal(t, "the body is framed badly", got.message())
	require.True(t, response.Close)
	got, _ = raw(t, s, head+"Expect: 100-continue\r\nContent-Length: "+fmt.Sprint(len(page))+"\r\n\r\n"+page)
	require.Equal(t, 100, got.Status) // and then 200, which the reader of one response does not see
	got, _ = raw(t, s, "PUT http://elsewhere"+baseTarget+" HTTP/1.0\r\nContent-Length: "+fmt.Sprint(len(page))+"\r\n\r\n"+page)
	requireOK(t, got) // absolute form, HTTP/1.0 (EP-16, EP-27)
}

// TestLargeBody: a client that sends everything before it reads gets its answer,
// on a connection that lives on.
func TestLargeBody(t *testing.T) {
	h := newTestHandler(t, Options{})
	s := listen(t, h)
	c := client(t, &http.Transport{})
	got, _ := put(t, c, s.URL()+baseTarget, strings.Repeat(" ", 16<<20))
	requireRefused(t, got, 400, 5)
	require.Equal(t, "the body is too large", got.message())
	got, _ = put(t, c, s.URL()+baseTarget, page)
	requireOK(t, got)
}

// TestSlowBody: a body that does not come is answered when its time is over
// (B-25).
func TestSlowBody(t *testing.T) {
	h := newTestHandler(t, Options{ReadTimeout: 50 * time.Millisecond})
	s := listen(t, h)
	got, response := raw(t, s, "PUT "+baseTarget+" HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
	requireRefused(t, got, 400, 5)
	require.Equal(t, "the body did not come in time", got.message())
	require.True(t, response.Close)
}

// TestWaitOutlastsReadTimeout: the time-out of reading does not end a latency.
func TestWaitOutlastsReadTimeout(t *testing.T) {
	faults, err := ParseFaults("latency=200ms")
	require.NoError(t, err)
	h := newTestHandler(t, Options{ReadTimeout: 50 * time.Millisecond, Faults: faults})
	s := listen(t, h)
	c := client(t, &http.Transport{})
	for range 2 {
		got, _ := put(t, c, s.URL()+baseTarget, page)
		requireOK(t, got)
	}
	require.Zero(t, h.Counts().Aborted)
}

// TestDisconnects: clients that leave, in the body or while they wait, are
// counted apart, and the session is still good (B-26).
func TestDisconnects(t *testing.T) {
	faults, err := ParseFaults("stall=0s-1h")
	require.NoError(t, err)
	h := newTestHandler(t, Options{Faults: faults})
	s := listen(t, h)
	for _, request := range []string{
		"PUT " + baseTarget + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
		"PUT " + baseTarget + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + fmt.Sprint(len(page)) + "\r\n\r\n" + page,
	} {
		c, err := net.Dial("tcp", s.listener.Addr().String())
		require.NoError(t, err)
		_, err = io.WriteString(c, request)
		require.NoError(t, err)
		require.NoError(t, c.Close())
	}
	require.Eventually(t, func() bool { return h.Counts().Aborted == 2 }, 10*time.Second, time.Millisecond)
	require.Zero(t, h.Counts().All().Total())
}

// TestClose cuts what still waits when its context ends, and leaves neither
// goroutine nor connection.
func TestClose(t *testing.T) {
	faults, err := ParseFaults("latency=1h")
	require.NoError(t, err)
	h := newTestHandler(t, Options{Faults: faults})
	s, err := Listen("127.0.0.1:0", h)
	require.NoError(t, err)
	unused, err := net.Dial("tcp", s.listener.Addr().String())
	require.NoError(t, err)
	defer func() { _ = unused.Close() }()

	failed := make(chan error)
	go func() {
		r, _ := http.NewRequest(http.MethodPut, s.URL()+baseTarget, strings.NewReader(page))
		response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
		if err == nil {
			_ = response.Body.Close()
		}
		failed <- err
	}()
	require.Eventually(t, func() bool { return h.injector.arrivals.Load() == 1 }, 10*time.Second, time.Millisecond)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorContains(t, s.Close(ctx), "requests were cut")
	require.Error(t, <-failed)
	require.Equal(t, uint64(1), h.Counts().Aborted)
	_, err = net.Dial("tcp", s.listener.Addr().String())
	require.Error(t, err)
	require.NoError(t, s.Err())
	<-s.Done()
}

// TestBaseURL names an address that a client on this machine can use.
func TestBaseURL(t *testing.T) {
	for address, want := range map[string]string{
		"0.0.0.0:80": "http://127.0.0.1:80", "[::]:80": "http://127.0.0.1:80",
		"[::1]:80": "http://[::1]:80", "127.0.0.1:80": "http://127.0.0.1:80",
	} {
		tcp, err := net.ResolveTCPAddr("tcp", address)
		require.NoError(t, err)
		require.Equal(t, want, baseURL(tcp, nil))
	}
}

// TestHandlerAlone: the handler serves under any server, not only ours.
func TestHandlerAlone(t *testing.T) {
	s := httptest.NewServer(newTestHandler(t, Options{}))
	defer s.Close()
	got, _ := put(t, client(t, &http.Transport{}), s.URL+baseTarget, page)
	requireOK(t, got)
}
