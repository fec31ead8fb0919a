package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// badServers are servers that misbehave on PUT. On POST each creates a session,
// so that a run gets as far as its first update.
func badServers() map[string]func(net.Conn) {
	answer := func(text string) func(net.Conn) {
		return func(c net.Conn) { io.WriteString(c, text) }
	}
	return map[string]func(net.Conn){
		"closes":       func(net.Conn) {},
		"never":        func(c net.Conn) { io.Copy(io.Discard, c) },
		"redirects":    answer("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/elsewhere\r\nContent-Length: 0\r\n\r\n"),
		"html":         answer("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 31\r\n\r\n<html>\x1b[31mBad Gateway\x1b[0m</html>"),
		"statusline":   answer("HELLO THERE\r\n\r\n"),
		"halfbody":     answer("HTTP/1.1 400 Bad Request\r\nContent-Length: 500\r\n\r\n{\"time\":1"),
		"twogigabytes": twoGigabytes,
	}
}

// twoGigabytes writes until the client has had enough, at most 2 GB.
func twoGigabytes(c net.Conn) {
	io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n")
	chunk := []byte(strings.Repeat("x", 1<<16))
	for range 2_000_000_000 / len(chunk) {
		if _, err := c.Write(chunk); err != nil {
			return
		}
	}
}

const createdSession = `{"status":"NotAvailable","sessionId":"Qm3xT7vK0aZr_9-LbW2eDg",` +
	`"visitorId":"ExYTlkNGJjMjdlOGYzMDUy","pageId":"5120934471"}`

// startBadServer serves one of the bad servers on a free loopback port and
// returns its URL and how to stop it.
func startBadServer(kind string) (url string, stop func(), err error) {
	bad, known := badServers()[kind]
	if !known {
		return "", nil, fmt.Errorf("no bad server %q", kind)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveBadly(conn, bad)
		}
	}()
	return "http://" + listener.Addr().String(), func() { listener.Close() }, nil
}

// serveBadly reads one request and answers it, the connection then closes.
func serveBadly(conn net.Conn, bad func(net.Conn)) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	io.Copy(io.Discard, request.Body)
	if request.Method == http.MethodPost {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(createdSession), createdSession)
		return
	}
	bad(conn)
}

// startRefusingServer refuses every Create Session with an envelope.
func startRefusingServer() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"time":1469543282471,"message":"Unauthorized account access","internalCode":10}`)
	}))
}

// startUntrustedServer keeps the contract, over TLS, with a certificate that no
// authority of this machine signed.
func startUntrustedServer() *httptest.Server {
	return httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.Method == http.MethodPost {
			io.WriteString(w, createdSession)
		}
	}))
}
