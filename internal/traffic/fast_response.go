package traffic

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"strings"
	"time"

	"sdegauge/internal/contract"
)

// The lengths of an entity whose length is not announced.
const (
	chunked    = -1
	untilClose = -2
)

// responseHead is the head of a response. Most responses of a connection have
// the same one, but for its date once a second: it is read anew only when its
// bytes differ.
type responseHead struct {
	text   string // as it stood on the wire
	status int
	proto  string
	length int64 // of the entity, where the response has one
	close  bool  // the connection ends with it
	fields []contract.HeaderField
}

// receive reads the response to the case of r into r.
func (c *fastConn) receive(r *contract.Reading, began time.Time, bound int) (status int, reuse bool, err error) {
	if _, err := c.in.Peek(1); err != nil {
		return 0, false, fmt.Errorf("the connection gave no response: %w", err)
	}
	r.FirstByte = time.Since(began)
	h := &c.head
	for left := maxResponseHeader; ; left -= len(h.text) {
		if err := c.readHead(left); err != nil {
			return 0, false, err
		}
		if h.status < 100 || h.status >= 200 || h.status == http.StatusSwitchingProtocols {
			break
		}
	}
	r.Proto, r.Header = h.proto, append(r.Header, h.fields...)
	switch {
	case h.status < 100:
		return 0, false, fmt.Errorf("malformed HTTP status code %03d", h.status)
	case h.status == http.StatusSwitchingProtocols:
		return h.status, false, nil // what follows is no entity
	case hasEntity(r.Case.Method, h.status) && h.length != 0:
		if r.Body, r.Truncated, err = c.readEntity(r.Body, bound); err != nil {
			return 0, false, fmt.Errorf("the entity of a response %d broke off after %d bytes: %w", h.status, len(r.Body), err)
		}
		reuse = !r.Truncated && h.length != untilClose
	default:
		reuse = true
	}
	// What came and was not asked for would be taken for the next response.
	return h.status, reuse && !h.close && c.in.Buffered() == 0 && c.in.Size() < maxResponseHeader, nil
}

// readHead reads one head of at most bound bytes.
func (c *fastConn) readHead(bound int) error {
	text, err := c.peekHead(bound)
	if err != nil {
		return err
	}
	h := &c.head
	if h.text == string(text) {
		_, err = c.in.Discard(len(text))
		return err
	}
	h.text = string(text)
	// fasthttp rewrites folded lines in place, skips empty lines in front, and
	// waits for an end of the head that not every server sends.
	if bytes.HasPrefix(text, []byte("HTTP/")) && bytes.HasSuffix(text, []byte("\r\n\r\n")) && c.response.Read(c.in) == nil {
		h.status, h.length = c.response.StatusCode(), int64(c.response.ContentLength())
		h.proto, h.close = protoName(c.response.Protocol()), c.response.ConnectionClose()
	} else {
		if err := h.askStd(); err != nil {
			h.text = ""
			return err
		}
		if _, err := c.in.Discard(len(h.text)); err != nil {
			return err
		}
	}
	h.list()
	return nil
}

// askStd reads the head with net/http's parser.
func (h *responseHead) askStd() error {
	resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(h.text)), nil)
	if err != nil {
		return err
	}
	h.status, h.proto, h.close, h.length = resp.StatusCode, resp.Proto, resp.Close, resp.ContentLength
	switch {
	case len(resp.TransferEncoding) > 0:
		h.length = chunked
	case h.length < 0:
		h.length = untilClose
	}
	return nil
}

// protoName spares an allocation for the one there usually is.
func protoName(proto []byte) string {
	if string(proto) == "HTTP/1.1" {
		return "HTTP/1.1"
	}
	return string(proto)
}

// list finds the fields in a head that was found good. Names and values are parts
// of its text, which is never changed.
func (h *responseHead) list() {
	h.fields = h.fields[:0]
	_, rest, _ := strings.Cut(h.text, "\n")
	for {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if line = strings.TrimSuffix(line, "\r"); line == "" {
			return
		}
		if last := len(h.fields) - 1; last >= 0 && (line[0] == ' ' || line[0] == '\t') { // folded
			h.fields[last].Value += " " + strings.Trim(line, " \t")
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		h.fields = append(h.fields, contract.HeaderField{Name: name, Value: strings.Trim(value, " \t")})
	}
}

// peekHead waits for a whole head and returns its bytes, which are not yet
// consumed. What is no response fails as soon as its first line is there: who
// sends it may be waiting for an answer himself.
func (c *fastConn) peekHead(bound int) ([]byte, error) {
	for searched, looked := 0, false; ; {
		b, _ := c.in.Peek(c.in.Buffered())
		if end := headEnd(b, searched); end > 0 && end <= bound {
			return b[:end], nil
		}
		if len(b) >= bound {
			return nil, fmt.Errorf("the head of the response is longer than %d bytes", maxResponseHeader)
		}
		if i := bytes.IndexByte(b, '\n'); i >= 0 && !looked {
			looked = true
			first := responseHead{text: string(b[:i+1]) + "\r\n"}
			if err := first.askStd(); err != nil {
				return nil, err
			}
		}
		searched = len(b)
		if len(b) == c.in.Size() {
			c.in, searched = bufio.NewReaderSize(c.in, maxResponseHeader), 0
		}
		if _, err := c.in.Peek(len(b) + 1); errors.Is(err, io.EOF) {
			return nil, endedWithin(b)
		} else if err != nil {
			return nil, fmt.Errorf("the head of the response broke off after %d bytes: %w", len(b), err)
		}
	}
}

// headEnd is the length of the head that b begins with, 0 where it is not whole.
// The first searched bytes hold no end. Lines may end in LF alone (RFC 9112 §2.2).
func headEnd(b []byte, searched int) int {
	for i := max(searched-2, 0); ; i++ {
		next := bytes.IndexByte(b[i:], '\n')
		if next < 0 {
			return 0
		}
		i += next
		switch {
		case i+1 < len(b) && b[i+1] == '\n':
			return i + 2
		case i+2 < len(b) && b[i+1] == '\r' && b[i+2] == '\n':
			return i + 3
		}
	}
}

// endedWithin is the error of a connection that closed in the middle of a head:
// that it did, or that what came could never have become a response.
func endedWithin(b []byte) error {
	h := responseHead{text: string(b)}
	if err := h.askStd(); err != nil {
		return fmt.Errorf("the connection closed within the head of the response: %w", err)
	}
	return io.ErrUnexpectedEOF
}

// readEntity appends at most bound bytes of the entity to dst.
func (c *fastConn) readEntity(dst []byte, bound int) (read []byte, truncated bool, err error) {
	switch c.head.length {
	case untilClose:
		return readBounded(dst, c.in, bound)
	case chunked:
		read, truncated, err = readBounded(dst, httputil.NewChunkedReader(c.in), bound)
		if err == nil && !truncated {
			err = c.skipTrailer()
		}
		return read, truncated, err
	default:
		c.entity = lengthReader{c.in, c.head.length}
		return readBounded(dst, &c.entity, bound)
	}
}

// skipTrailer reads to the empty line that ends a chunked entity.
func (c *fastConn) skipTrailer() error {
	for left := maxResponseHeader; left > 0; {
		line, err := c.in.ReadSlice('\n')
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil && err != bufio.ErrBufferFull {
			return err
		}
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			return nil
		}
		left -= len(line)
	}
	return fmt.Errorf("the trailer of the response is longer than %d bytes", maxResponseHeader)
}

// lengthReader reads an entity of a known length.
type lengthReader struct {
	in   *bufio.Reader
	left int64
}

func (l *lengthReader) Read(b []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	n, err := l.in.Read(b[:min(int64(len(b)), l.left)])
	l.left -= int64(n)
	if err == io.EOF && l.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
