package traffic

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"syscall"
	"time"
)

// rawSend is one script under way. The steps have a goroutine of their own, for a
// server may answer, or hang up, before it has been sent everything.
type rawSend struct {
	x      *RawExchanger
	script *RawScript
	began  time.Time
	c      *fastConn
	answer RawAnswer // the reader's, but for Sent and Written until the steps are over
	writer rawWriter
}

// Send carries out a script. It returns soon after ctx ends, and at the latest
// after the options' time-out, which bounds connecting, writing and reading
// together, plus the script's own pauses, waits and linger. All that is read is
// bounded as the options say, for each response anew.
//
// What is not yet sent when the last awaited response is there is left unsent,
// without a failure, but for steps that wait for that response.
func (x *RawExchanger) Send(ctx context.Context, script RawScript) RawAnswer {
	s := &rawSend{x: x, script: &script, began: time.Now()}
	s.answer.Connected, s.answer.Sent = -1, -1
	err := script.check(x.to.scheme)
	if err == nil {
		err = s.run(ctx)
	}
	a := &s.answer
	a.Ended = time.Since(s.began)
	a.Err, a.Failure = err, failureOf(ctx, a.Connected >= 0, err)
	return s.answer
}

func (s *rawSend) run(ctx context.Context) error {
	deadline := s.began.Add(s.x.to.timeout + s.script.patience())
	dialing, cancel := context.WithDeadline(ctx, deadline)
	conn, raw, err := s.x.connect(dialing, s.script)
	cancel()
	if err != nil {
		return err
	}
	s.answer.Connected = time.Since(s.began)
	if secure, ok := conn.(*tls.Conn); ok {
		s.answer.TLS = secure.ConnectionState().Version
	}
	s.c = &fastConn{conn: conn, raw: raw, in: bufio.NewReader(conn)}
	defer s.c.abort()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	s.c.watch(ctx)
	if err := ctx.Err(); err != nil { // it ended before the connection was watched
		return err
	}

	s.writer = rawWriter{c: s.c, await: len(s.script.Await), deadline: deadline, stop: ctx.Done(), changed: make(chan struct{})}
	done := make(chan error, 1)
	go func() { done <- s.writer.run(s.script.Steps) }()
	readErr := s.read()
	s.writer.readerIsDone(readErr)
	writeErr := <-done
	s.answer.Written = s.writer.written
	if s.writer.whole {
		s.answer.Sent = s.writer.over.Sub(s.began)
	}
	err = errors.Join(readErr, s.watch(readErr))
	switch {
	case writeErr == nil:
		if err == nil && !s.writer.ended && s.writer.whole {
			s.c.hangUp()
		}
		return err
	case err != nil:
		return fmt.Errorf("%w; the script could not be sent: %w", err, writeErr)
	case len(s.script.Await) > 0 && !s.writer.last:
		return nil // answered, and cut off as one that had said enough
	default:
		return writeErr
	}
}

// read reads the awaited responses.
func (s *rawSend) read() error {
	for i, method := range s.script.Await {
		response, err := s.response(method)
		if err != nil {
			return err
		}
		s.answer.Responses = append(s.answer.Responses, response)
		if response.Truncated && i+1 < len(s.script.Await) {
			return fmt.Errorf("response %d is longer than the bound, so that the next cannot be read", i+1)
		}
		s.writer.progress(func(w *rawWriter) { w.responses++ })
	}
	return nil
}

// response reads one response and the interim ones before it.
func (s *rawSend) response(method string) (RawResponse, error) {
	c, r := s.c, RawResponse{FirstByte: -1, LastByte: -1}
	if _, err := c.in.Peek(1); err != nil {
		return r, fmt.Errorf("the connection gave no response: %w", err)
	}
	r.FirstByte = time.Since(s.began)
	h := &c.head
	for left := maxResponseHeader; ; left -= len(h.text) {
		if err := c.readHead(left); err != nil {
			return r, err
		}
		if h.status < 100 {
			return r, fmt.Errorf("malformed HTTP status code %03d", h.status)
		}
		if h.status >= 200 || h.status == http.StatusSwitchingProtocols {
			break
		}
		s.answer.Interim = append(s.answer.Interim, h.status)
		if h.status == http.StatusContinue {
			s.writer.progress(func(w *rawWriter) { w.continues++ })
		}
	}
	r.Status, r.Proto, r.Header, r.Close = h.status, h.proto, slices.Clone(h.fields), h.close
	if hasEntity(method, h.status) && h.length != 0 {
		var err error
		r.Body, r.Truncated, err = c.readEntity(nil, s.x.to.maxBody)
		if err != nil {
			s.answer.Partial = &r
			return r, fmt.Errorf("the entity of a response %d broke off after %d bytes: %w", h.status, len(r.Body), err)
		}
	}
	r.LastByte = time.Since(s.began)
	return r, nil
}

// watch sees how the connection ends, and what else comes before.
func (s *rawSend) watch(readErr error) error {
	a := &s.answer
	last := len(a.Responses) - 1
	switch {
	case s.writer.ended:
		a.End = EndOurs
		return nil
	case last >= 0 && a.Responses[last].Truncated:
		return nil
	case readErr != nil:
		if a.End = endOf(readErr); a.End != EndUnseen {
			a.Surplus = s.unread()
			return nil
		}
	}
	// A connection that takes no deadline is closed: the read will say so.
	_ = s.c.conn.SetReadDeadline(time.Now().Add(orDefault(s.script.Linger, DefaultLinger)))
	var more bool
	var err error
	a.Surplus, more, err = readBounded(nil, s.c.in, s.x.to.maxBody)
	switch {
	case more:
		a.End = EndKept
	case err == nil:
		a.End = EndClosed
	default:
		if a.End = endOf(err); a.End == EndUnseen {
			return err
		}
	}
	return nil
}

// unread is what came and was not read as part of a response.
func (s *rawSend) unread() []byte {
	b, _ := s.c.in.Peek(min(s.c.in.Buffered(), s.x.to.maxBody))
	return bytes.Clone(b)
}

// endOf is what a failed read says of the connection.
func endOf(err error) RawEnd {
	switch {
	case isTimeout(err):
		return EndKept
	case isAny(err, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE):
		return EndReset
	case isAny(err, io.EOF, io.ErrUnexpectedEOF):
		return EndClosed
	default:
		return EndUnseen
	}
}
