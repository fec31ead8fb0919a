package traffic

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// sh runs a line with a folder in front of the path of commands.
func sh(t testing.TB, line, folder string) []byte {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh here that could run the line: ", err)
	}
	command := exec.CommandContext(t.Context(), shell, "-c", line)
	command.Env = append(os.Environ(), "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	command.WaitDelay = time.Second
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	require.NoError(t, err, "%s\n%s", line, &stderr)
	return out
}

// stub is a folder with a command that shows its arguments, a line each, and then
// what it is given.
func stub(t testing.TB, name string) string {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\nprintf '%s\\n' \"$@\"; exec cat\n"), 0o700))
	return folder
}

// What sh makes of a line is what the script sends, byte for byte.
func TestLineSendsTheBytes(t *testing.T) {
	folder := stub(t, "nc")
	x := newRaw(t, ExchangeOptions{URL: "http://127.0.0.1:1"})
	// sent is what nc is given, and what it should be.
	sent := func(parts ...[]byte) (got, want string) {
		var script RawScript
		for _, b := range parts {
			script.Steps = append(script.Steps, RawStep{Bytes: b})
		}
		return string(sh(t, x.Line(script, nil), folder)), "127.0.0.1\n1\n" + string(bytes.Join(parts, nil))
	}
	var all []byte
	for b := range 256 {
		all = append(all, byte(b), '7')
	}
	for _, parts := range [][][]byte{
		nil, {all}, {x.Wire(putCase()), x.Wire(putCase())},
		{[]byte("-n %s %% \\101 \\c ' \" $HOME `id` \u202e ü €"), []byte("--"), []byte("-")},
	} {
		got, want := sent(parts...)
		assert.Equal(t, want, got)
	}
	lines := 0
	rapid.Check(t, func(rt *rapid.T) {
		parts := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 60), 0, 3).Draw(rt, "parts")
		if lines++; lines > 40 && !t.Failed() { // each costs some processes
			return
		}
		got, want := sent(parts...)
		require.Equal(rt, want, got)
	})
}

func TestLine(t *testing.T) {
	clear := newRaw(t, ExchangeOptions{URL: "http://[::1]:8080"})
	secure := newRaw(t, ExchangeOptions{URL: "https://127.0.0.1", TLS: TLSFiles{ServerName: "server.test"}})
	for _, row := range []struct {
		reason string
		x      *RawExchanger
		script RawScript
		want   string
	}{
		{"one part", clear, RawScript{Steps: []RawStep{{Bytes: []byte("a\r\n")}}}, `printf 'a\r\n' | nc ::1 8080`},
		{"nothing", clear, RawScript{}, `printf '' | nc ::1 8080`},
		{"pauses and waits", clear, RawScript{Await: []string{"PUT"}, Steps: []RawStep{
			{Bytes: []byte("a")}, {Pause: 1500 * time.Millisecond, Bytes: []byte("b")}, {Continue: time.Second, Bytes: []byte("c")}, {After: 1, Bytes: []byte("d")},
		}}, `{ printf 'a'; sleep 1.5; printf 'b'; sleep 1; printf 'c'; sleep 1; printf 'd'; } | nc ::1 8080`},
		{"half a connection", clear, RawScript{Steps: []RawStep{{Bytes: []byte("a"), End: HalfClose}}}, `printf 'a' | nc -N ::1 8080`},
		{"what nc cannot do", clear, RawScript{Steps: []RawStep{{Bytes: []byte("a"), End: Abort}}}, `printf 'a' | nc ::1 8080 # then reset the connection at once`},
		{"TLS", secure, RawScript{Steps: []RawStep{{Bytes: []byte("a")}}},
			`printf 'a' | openssl s_client -quiet -connect 127.0.0.1:443 -alpn http/1.1 -servername server.test`},
		{"a version of TLS", secure, RawScript{Steps: []RawStep{{Bytes: []byte("a")}}, TLS: tls.VersionTLS11},
			`printf 'a' | openssl s_client -quiet -connect 127.0.0.1:443 -alpn http/1.1 -servername server.test -tls1_1`},
		{"the same host in clear text", secure, RawScript{Steps: []RawStep{{Bytes: []byte("a")}}, ClearPort: "80"}, `printf 'a' | nc 127.0.0.1 80`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			assert.Equal(t, row.want, row.x.Line(row.script, nil))
		})
	}
}

func TestLineMasksSecrets(t *testing.T) {
	x := newRaw(t, ExchangeOptions{URL: "http://127.0.0.1:1", UserAgent: "sdegauge", Header: []contract.HeaderField{
		{Name: "Authorization", Value: "Bearer s3cr3t"}, {Name: "X-Pin", Value: "42"}, {Name: "X-Empty"},
	}})
	c := putCase()
	c.Target, c.Body = "/42?sid=SESSION", []byte("42 Bearer s3cr3t")
	wire := x.Wire(c)
	redact := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("SESSION"), []byte("***")) }

	const want = `printf 'PUT /42?sid=*** HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Type: application/json\r\nAccept: application/json\r\n` +
		`Authorization: ***\r\nX-Pin: ***\r\nX-Empty: \r\nUser-Agent: sdegauge\r\nContent-Length: 16\r\n\r\n42 ***' | nc 127.0.0.1 1`
	assert.Equal(t, want, x.Line(RawScript{Steps: []RawStep{{Bytes: wire}}}, redact))

	var drops []RawStep
	for i := range wire {
		drops = append(drops, RawStep{Pause: time.Second, Bytes: wire[i : i+1]})
	}
	assert.Equal(t, want+" # pauses left out, for a secret is spread over them", x.Line(RawScript{Steps: drops}, redact))
	assert.Equal(t, x.Wire(c), wire, "what is sent stays as it was")
}

// A line that goes over TLS reaches a server of TLS, with the bytes as they are.
func TestLineOverTLS(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("there is no openssl here that could run the line: ", err)
	}
	got := make(chan string, 1)
	ca, _, pair := issued(t, "server.test")
	s := secureRawServer(t, &tls.Config{Certificates: []tls.Certificate{pair}}, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		if wire, err := s.readRequest(in); err == nil {
			got <- wire
			_, _ = io.WriteString(conn, emptyOK)
		}
	})
	x := newRaw(t, ExchangeOptions{URL: s.URL, TLS: TLSFiles{CA: ca, ServerName: "server.test"}})
	c := putCase()
	c.Body = []byte("Q\nR\n%s '\x00\xff\\n")
	out := sh(t, x.Line(RawScript{Steps: []RawStep{{Bytes: x.Wire(c)}}}, nil), t.TempDir())
	assert.Equal(t, string(x.Wire(c)), <-got)
	assert.True(t, strings.HasPrefix(string(out), "HTTP/1.1 200 OK"), "%s", out)
}
