package memnet

import (
	"bytes"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// highWater is how much a connection holds of what its reader has not taken yet;
// who writes more waits, as for a full window of TCP.
const highWater = 64 << 10

// conn is one end of a connection. Unlike [net.Pipe]'s, what is written waits in
// memory until it is read, so a small message costs no change of goroutine, and a
// deadline costs nothing until somebody waits for it.
//
//	one end            other end
//	 Write ──▶ [ out = in ] ──▶ Read
//	 Read  ◀── [ in = out ] ◀── Write
type conn struct {
	in, out *stream
	address net.Addr
}

// pipe is both ends of a new connection.
func pipe(address net.Addr) (ours, theirs net.Conn) {
	up, down := newStream(), newStream()
	return &conn{in: down, out: up, address: address}, &conn{in: up, out: down, address: address}
}

// Read implements [net.Conn].
func (c *conn) Read(p []byte) (int, error) { return c.in.read(p) }

// Write implements [net.Conn].
func (c *conn) Write(p []byte) (int, error) { return c.out.write(p) }

// Close implements [net.Conn]. The other end reads what was written before.
func (c *conn) Close() error {
	c.in.end(true)
	c.out.end(false)
	return nil
}

// LocalAddr and RemoteAddr are the listener's: there is one place only.
func (c *conn) LocalAddr() net.Addr  { return c.address }
func (c *conn) RemoteAddr() net.Addr { return c.address }

// SetDeadline implements [net.Conn].
func (c *conn) SetDeadline(t time.Time) error {
	c.in.setDeadline(&c.in.readBy, t)
	c.out.setDeadline(&c.out.writeBy, t)
	return nil
}

// SetReadDeadline implements [net.Conn].
func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.setDeadline(&c.in.readBy, t)
	return nil
}

// SetWriteDeadline implements [net.Conn].
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.setDeadline(&c.out.writeBy, t)
	return nil
}

// stream is one direction of a connection.
type stream struct {
	mu      sync.Mutex
	changed sync.Cond // of mu; for what is below
	unread  bytes.Buffer
	// The reader or the writer has closed its end.
	readerGone, writerGone bool
	readBy, writeBy        time.Time // deadlines; zero for none
	// alarm wakes those that wait at an instant no later than their deadlines. It
	// is moved forward only: a deadline that is renewed with each message costs a
	// timer once in its length, not with each.
	alarm   *time.Timer
	alarmAt time.Time // zero while it is not set
}

func newStream() *stream {
	s := &stream{}
	s.changed.L = &s.mu
	return s
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.readerGone:
			return 0, io.ErrClosedPipe
		case passed(s.readBy):
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case s.unread.Len() > 0:
			s.changed.Broadcast()
			return s.unread.Read(p)
		case s.writerGone:
			return 0, io.EOF
		}
		s.wait(s.readBy)
	}
}

func (s *stream) write(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.writerGone, s.readerGone:
			return n, io.ErrClosedPipe
		case passed(s.writeBy):
			return n, os.ErrDeadlineExceeded
		}
		if room := min(len(p), highWater-s.unread.Len()); room > 0 {
			s.unread.Write(p[:room])
			n, p = n+room, p[room:]
			s.changed.Broadcast()
		}
		if len(p) == 0 {
			return n, nil
		}
		s.wait(s.writeBy)
	}
}

// wait lets go of the lock until something changed, or at the deadline.
func (s *stream) wait(by time.Time) {
	if !by.IsZero() && (s.alarmAt.IsZero() || by.Before(s.alarmAt)) {
		s.alarmAt = by
		if s.alarm == nil {
			s.alarm = time.AfterFunc(time.Until(by), s.ring)
		} else {
			s.alarm.Reset(time.Until(by))
		}
	}
	s.changed.Wait()
}

// ring wakes all that wait; who still has time sets the alarm again.
func (s *stream) ring() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alarmAt = time.Time{}
	s.changed.Broadcast()
}

func (s *stream) setDeadline(field *time.Time, t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*field = t
	s.changed.Broadcast()
}

// end closes the stream for its reader or its writer.
func (s *stream) end(reader bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if reader {
		s.readerGone = true
	} else {
		s.writerGone = true
	}
	if s.alarm != nil {
		s.alarm.Stop()
		s.alarmAt = time.Time{}
	}
	s.changed.Broadcast()
}

// passed reports whether a deadline is over.
func passed(t time.Time) bool { return !t.IsZero() && !time.Now().Before(t) }
