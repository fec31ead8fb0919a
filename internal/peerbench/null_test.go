//go:build linux

package peerbench

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRequestLength(t *testing.T) {
	for _, test := range []struct {
		reason string
		in     string
		want   int
		bad    bool
	}{
		{reason: "nothing has come", in: ""},
		{reason: "the head is cut", in: "PUT / HTTP/1.1\r\nContent-Length: 2\r\n"},
		{reason: "the body is cut", in: "PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{"},
		{reason: "a whole request", in: "PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", want: 39},
		{reason: "letter case and spaces do not matter", in: "PUT / HTTP/1.1\r\ncontent-length:  2 \r\n\r\n{}", want: 41},
		{reason: "the next request is not this one's", in: "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n", want: 27},
		{reason: "another field that ends alike", in: "GET / HTTP/1.1\r\nX-Content-Length: 5\r\n\r\n", want: 39},
		{reason: "a length that is no number", in: "PUT / HTTP/1.1\r\nContent-Length: two\r\n\r\n", bad: true},
		{reason: "a negative length", in: "PUT / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", bad: true},
	} {
		t.Run(test.reason, func(t *testing.T) {
			got, err := requestLength([]byte(test.in))
			assert.Equal(t, test.bad, err != nil)
			assert.Equal(t, test.want, got)
		})
	}
}

func FuzzRequestLength(f *testing.F) {
	f.Add([]byte("PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"))
	f.Add([]byte("\r\n\r\n"))
	f.Add([]byte("content-length:\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := requestLength(b)
		if n < 0 || n > len(b) || err != nil && n != 0 {
			t.Fatalf("length %d of %d bytes, %v", n, len(b), err)
		}
		if n == 0 {
			return
		}
		if again, err := requestLength(b[:n]); again != n || err != nil {
			t.Fatalf("the request alone has length %d, %v; it was %d", again, err, n)
		}
	})
}

// nullOf starts a server on any core and ends it with the test.
func nullOf(t *testing.T) *nullServer {
	t.Helper()
	s, err := startNull(-1)
	require.NoError(t, err)
	t.Cleanup(s.close)
	return s
}

func TestNullServer(t *testing.T) {
	s := nullOf(t)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for range 20 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.url+"/any", strings.NewReader(strings.Repeat("x", 5000)))
		require.NoError(t, err)
		resp, err := client.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, http.StatusOK, resp.StatusCode)
		assert.Empty(t, body)
	}
	seen := s.take()
	assert.EqualValues(t, 20, seen.requests)
	assert.Positive(t, seen.rate())
	assert.Zero(t, s.take().requests, "it counts from 0 again")
	assert.Zero(t, tally{requests: 1}.rate(), "one request has no rate")
}

// TestNullServerPieces sends two requests byte by byte and then two in one piece:
// each is answered once.
func TestNullServerPieces(t *testing.T) {
	s := nullOf(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	one := []byte("PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")
	for _, b := range bytes.Repeat(one, 2) {
		_, err := conn.Write([]byte{b})
		require.NoError(t, err)
	}
	_, err = conn.Write(bytes.Repeat(one, 2))
	require.NoError(t, err)
	answers := bufio.NewReader(conn)
	for range 4 {
		resp, err := http.ReadResponse(answers, nil)
		require.NoError(t, err)
		assert.Equal(t, 200, resp.StatusCode)
		require.NoError(t, resp.Body.Close())
	}
	assert.Zero(t, answers.Buffered())
}

// TestNullServerRefuses closes a connection that sends what is not counted, and
// goes on with the others.
func TestNullServerRefuses(t *testing.T) {
	s := nullOf(t)
	for reason, text := range map[string]string{
		"no number":         "PUT / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
		"too long a head":   strings.Repeat("x", longestRequest),
		"its client leaves": "",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, text)
		require.NoError(t, err)
		require.NoError(t, conn.(*net.TCPConn).CloseWrite())
		got, err := io.ReadAll(conn)
		assert.Empty(t, got, reason)
		_ = err // a reset is as good as an end
		require.NoError(t, conn.Close())
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(s.url)
	require.NoError(t, err)
	assert.Equal(t, 200, resp.StatusCode)
	require.NoError(t, resp.Body.Close())
}

// TestNullServerLateEvent: a connection that was dropped may be told of once more,
// when its number is another file's already. That file stays open.
func TestNullServerLateEvent(t *testing.T) {
	other, err := os.CreateTemp(t.TempDir(), "other")
	require.NoError(t, err)
	assert.Zero(t, (&nullServer{}).serve(int(other.Fd())))
	require.NoError(t, other.Close())
}
