//go:build linux

package peerbench

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// answer is what the null server says to everything.
const answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

// staysAwake is how long a server with a core of its own looks for the next
// request before it sleeps. To wake a sleeping core takes microseconds, and they
// fall to the peer that writes: the slower the peer, the more often.
const staysAwake = time.Millisecond

// longestRequest bounds a request, in bytes; a longer one ends its connection.
const longestRequest = 64 << 10

// nullServer answers every request with 200 and does nothing else. It is one
// thread over epoll, which spends two system calls a request, so that on a core
// of its own it outruns whoever loads it: what a peer reaches is the peer's.
//
// It counts the requests, the same way for every peer.
type nullServer struct {
	url      string
	listener int
	poll     int
	wake     int  // an eventfd; a write ends the loop
	awake    bool // it has a core of its own
	ended    chan struct{}
	conns    map[int][]byte // what came of the next request, by connection

	mu    sync.Mutex
	count tally
}

// tally is what the null server saw.
type tally struct {
	requests    uint64
	first, last time.Time
}

// rate is the requests a second between the first and the last.
func (t tally) rate() float64 {
	if t.requests < 2 {
		return 0
	}
	return float64(t.requests-1) / t.last.Sub(t.first).Seconds()
}

// startNull starts a server on a free loopback port, on one core where cpu is not
// negative. The caller closes it.
func startNull(cpu int) (*nullServer, error) {
	s := &nullServer{listener: -1, poll: -1, wake: -1, awake: cpu >= 0, ended: make(chan struct{}), conns: map[int][]byte{}}
	if err := s.open(); err != nil {
		s.release()
		return nil, fmt.Errorf("start the null server: %w", err)
	}
	pinned := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the pinned thread ends with its goroutine
		defer close(s.ended)
		defer s.release()
		err := pin(cpu)
		pinned <- err
		if err == nil {
			s.loop()
		}
	}()
	if err := <-pinned; err != nil {
		return nil, fmt.Errorf("pin the null server to processor %d: %w", cpu, err)
	}
	return s, nil
}

// pin keeps the calling thread on one processor.
func pin(cpu int) error {
	if cpu < 0 {
		return nil
	}
	var set unix.CPUSet
	set.Set(cpu)
	return unix.SchedSetaffinity(0, &set)
}

func (s *nullServer) open() error {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close() // the descriptor below is a copy
	s.url = "http://" + l.Addr().String()
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	defer file.Close()
	if s.listener, err = unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0); err != nil {
		return err
	}
	if err = unix.SetNonblock(s.listener, true); err != nil {
		return err
	}
	if s.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	if s.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return err
	}
	return errors.Join(s.watch(s.listener), s.watch(s.wake))
}

func (s *nullServer) watch(fd int) error {
	return unix.EpollCtl(s.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

// close ends the server and its connections.
func (s *nullServer) close() {
	if _, err := unix.Write(s.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0}); err == nil { // an eventfd takes it unless the loop has ended
		<-s.ended
	}
}

func (s *nullServer) release() {
	for fd := range s.conns {
		_ = unix.Close(fd)
	}
	for _, fd := range []int{s.listener, s.poll, s.wake} {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}

// take returns what was counted since the last call and counts from 0 again.
func (s *nullServer) take() tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.count
	s.count = tally{}
	return t
}

func (s *nullServer) loop() {
	events := make([]unix.EpollEvent, 128)
	var busy time.Time // when requests last came
	for {
		wait := -1
		if s.awake && time.Since(busy) < staysAwake {
			wait = 0
		}
		n, err := unix.EpollWait(s.poll, events, wait)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
		answered := 0
		for _, e := range events[:max(0, n)] {
			switch fd := int(e.Fd); fd {
			case s.wake:
				return
			case s.listener:
				s.accept()
			default:
				answered += s.serve(fd)
			}
		}
		if answered > 0 {
			busy = time.Now()
			s.add(uint64(answered), busy)
		}
	}
}

func (s *nullServer) add(answered uint64, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count.requests == 0 {
		s.count.first = now
	}
	s.count.requests += answered
	s.count.last = now
}

// accept takes one connection; what else waits is told again.
func (s *nullServer) accept() {
	fd, _, err := unix.Accept4(s.listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	if err != nil {
		return
	}
	// Without it answers still go out, later.
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	if s.watch(fd) != nil {
		_ = unix.Close(fd)
		return
	}
	s.conns[fd] = make([]byte, 0, longestRequest)
}

// serve reads what is there and answers the requests that are complete. A
// connection that errs, or whose client does not read, is closed.
func (s *nullServer) serve(fd int) (answered int) {
	buf, known := s.conns[fd]
	if !known { // dropped since the poll
		return 0
	}
	n, err := unix.Read(fd, buf[len(buf):cap(buf)])
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
		return 0
	}
	if err != nil || n <= 0 {
		s.drop(fd)
		return 0
	}
	buf = buf[:len(buf)+n]
	rest := buf
	for {
		length, err := requestLength(rest)
		if err != nil || length == 0 && len(rest) == cap(buf) {
			s.drop(fd)
			return answered
		}
		if length == 0 {
			break
		}
		if written, err := unix.Write(fd, []byte(answer)); err != nil || written < len(answer) {
			s.drop(fd)
			return answered
		}
		rest = rest[length:]
		answered++
	}
	s.conns[fd] = buf[:copy(buf, rest)]
	return answered
}

func (s *nullServer) drop(fd int) {
	delete(s.conns, fd)
	// Closing alone leaves it in the poll while a child that is being started still
	// has a copy; its number may by then be another file's.
	_ = unix.EpollCtl(s.poll, unix.EPOLL_CTL_DEL, fd, nil)
	_ = unix.Close(fd)
}

var (
	headEnd      = []byte("\r\n\r\n")
	lineEnd      = []byte("\r\n")
	lengthField  = []byte("content-length")
	errNotNumber = errors.New("a length that is no number")
)

// requestLength is the length of the first request in b, with its body; 0 where
// it is not complete. Chunked bodies are not known here.
func requestLength(b []byte) (int, error) {
	end := bytes.Index(b, headEnd)
	if end < 0 {
		return 0, nil
	}
	body := 0
	for head := b[:end]; len(head) > 0; {
		var line []byte
		line, head, _ = bytes.Cut(head, lineEnd)
		if len(line) <= len(lengthField) || line[len(lengthField)] != ':' || !bytes.EqualFold(line[:len(lengthField)], lengthField) {
			continue
		}
		n, err := strconv.ParseUint(string(bytes.TrimSpace(line[len(lengthField)+1:])), 10, 31)
		if err != nil {
			return 0, errNotNumber
		}
		body = int(n)
	}
	if whole := end + len(headEnd) + body; whole <= len(b) {
		return whole, nil
	}
	return 0, nil
}
