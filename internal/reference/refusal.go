package reference

import (
	"bytes"
	"fmt"
	"net"
	"strconv"

	"sdegauge/internal/contract"
)

// refusingListener gives an envelope to the refusals of net/http itself.
//
// net/http answers a request that it cannot read — a malformed line or path, no
// Host, a head that is too large — with a line of plain text, before any handler
// is asked. The contract wants an envelope with every 400 (S:L105, S:L120), and
// the counts want every answer; so the connection recognises such a refusal as
// it is written and writes its own.
type refusingListener struct {
	net.Listener
	handler *Handler
}

func (l refusingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return refusingConn{c, l.handler}, nil
}

type refusingConn struct {
	net.Conn
	handler *Handler
}

// plainRefusal ends the head of every refusal of net/http and of no answer of
// ours.
var plainRefusal = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

// Write replaces a refusal, which net/http writes in one piece.
func (c refusingConn) Write(p []byte) (int, error) {
	status, ok := refusal(p)
	if !ok {
		return c.Conn.Write(p)
	}
	c.handler.counters.unparsed.add(status)
	line, _, _ := bytes.Cut(p, []byte("\r\n"))
	entity := envelope(c.handler.options.Now(), contract.CodeInvalidData, "not a request that can be read")
	_, err := fmt.Fprintf(c.Conn, "%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		line, len(entity), entity)
	return len(p), err
}

// refusal reads the status of a refusal of net/http.
func refusal(p []byte) (status int, ok bool) {
	rest, ok := bytes.CutPrefix(p, []byte("HTTP/1.1 "))
	if !ok || len(rest) < 3 || rest[0] < '4' || !bytes.Contains(rest, plainRefusal) {
		return 0, false
	}
	status, err := strconv.Atoi(string(rest[:3]))
	return status, err == nil && status <= maxStatus
}

// CloseWrite lets net/http end the answer and still listen for a while, so that
// a client in the middle of sending can read it.
func (c refusingConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
