package traffic

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"sdegauge/internal/contract"
)

// longBody is the length from which on a body is written beside the reading of
// the response, for a server may answer before it has read it all. Shorter ones
// fit into the system's buffers.
const longBody = 64 << 10

// unreadBody is how long the rest of a long body may still take once the response
// is there, as net/http has it.
const unreadBody = 50 * time.Millisecond

// requestHead is what the head of a request says after its first line, but for the
// length of the body. Nothing is sorted, spelt otherwise or added.
type requestHead struct {
	lines   []byte
	close   bool // the request is the connection's last
	chunked bool
	length  bool // it has a length of its own
}

func (h *requestHead) begin() { *h = requestHead{lines: h.lines[:0]} }

// addDefault adds the fields of a case that has none of its own.
func (h *requestHead) addDefault(e *FastExchanger) {
	h.add(contract.HeaderField{Name: "Host", Value: e.host})
	for _, f := range contract.DefaultHeader() {
		h.add(f)
	}
	for _, f := range e.extra {
		h.add(f)
	}
}

func (h *requestHead) add(f contract.HeaderField) {
	h.lines = append(append(append(append(h.lines, f.Name...), ": "...), f.Value...), "\r\n"...)
	switch {
	case isName(f, "Connection"):
		h.close = h.close || httpguts.HeaderValuesContainsToken([]string{f.Value}, "close")
	case isName(f, "Transfer-Encoding"):
		h.chunked = true // checkRequest let nothing else through
	case isName(f, "Content-Length"):
		h.length = true
	}
}

// addCase adds the header of a case, as it stands, and what a request needs
// besides.
func (h *requestHead) addCase(e *FastExchanger, c *contract.Case) {
	if !names(c.Header, "Host") {
		h.add(contract.HeaderField{Name: "Host", Value: e.host})
	}
	for _, f := range c.Header {
		h.add(f)
	}
	for _, f := range e.extra {
		if !names(c.Header, f.Name) {
			h.add(f)
		}
	}
}

// isName says whether a field has a name, in any letter case.
func isName(f contract.HeaderField, name string) bool {
	return len(f.Name) == len(name) && strings.EqualFold(f.Name, name)
}

// names says whether a header has a field, in any letter case.
func names(header []contract.HeaderField, name string) bool {
	for i := range header {
		if isName(header[i], name) {
			return true
		}
	}
	return false
}

// write writes a request to its end.
func (c *fastConn) write(e *FastExchanger, k *contract.Case) error {
	h := &c.plain
	if k.Header != nil {
		h = &c.own
		h.begin()
		h.addCase(e, k)
	}
	c.closeAfter = h.close
	b := c.out.AvailableBuffer()
	b = append(append(append(append(b, k.Method...), ' '), k.Target...), " HTTP/1.1\r\n"...)
	b = append(b, h.lines...)
	if !h.chunked && !h.length && announces(k) {
		b = strconv.AppendInt(append(b, "Content-Length: "...), int64(len(k.Body)), 10)
		b = append(b, "\r\n"...)
	}
	_, err := c.out.Write(append(b, "\r\n"...))
	if err == nil && h.chunked {
		_, err = fmt.Fprintf(c.out, "%x\r\n%s\r\n0\r\n\r\n", len(k.Body), k.Body)
	} else if err == nil {
		_, err = c.out.Write(k.Body)
	}
	if err == nil {
		err = c.out.Flush()
	}
	if err == nil {
		e.wrote.Add(1)
	}
	return err
}

// announces says whether a request tells the length of its body: it does where it
// has one, or where its method leads the server to expect one (RFC 9110 §8.6).
func announces(k *contract.Case) bool {
	switch k.Method {
	case http.MethodPut, http.MethodPost, http.MethodPatch:
		return true
	}
	return len(k.Body) > 0
}

// sending is a request on its way out.
type sending struct {
	err    error
	beside chan error // where it is written by another goroutine
}

// send writes a request, a long one in a goroutine of its own.
func (c *fastConn) send(e *FastExchanger, k *contract.Case) sending {
	if len(k.Body) < longBody {
		return sending{err: c.write(e, k)}
	}
	beside := make(chan error, 1)
	go func() { beside <- c.write(e, k) }()
	return sending{beside: beside}
}

// finish waits until nobody writes any more. What is then still unsent of a
// request whose response is there stays so.
func (s sending) finish(c *fastConn, answered bool) error {
	if s.beside == nil {
		return s.err
	}
	if answered {
		_ = c.conn.SetWriteDeadline(time.Now().Add(unreadBody))
	} else {
		_ = c.raw.Close()
	}
	return <-s.beside
}

// checkRequest refuses what would not be a request, or not the one that the case
// means.
func checkRequest(c *contract.Case) error {
	if c.Method == http.MethodConnect {
		return fmt.Errorf("%w: CONNECT names a host, not a target", errUnsendable)
	}
	if !httpguts.ValidHeaderFieldName(c.Method) { // both are tokens
		return fmt.Errorf("%w: its method %q is no token", errUnsendable, c.Method)
	}
	if err := checkTarget(c.Target); err != nil {
		return err
	}
	for _, f := range c.Header {
		if !httpguts.ValidHeaderFieldName(f.Name) || !httpguts.ValidHeaderFieldValue(f.Value) {
			return fmt.Errorf("%w: its header field %q has an invalid name or value", errUnsendable, f.Name)
		}
		if err := checkFraming(f, len(c.Body)); err != nil {
			return err
		}
	}
	return nil
}
