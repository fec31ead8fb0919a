package selftest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
)

// nullServer reads requests and answers each 200 with no byte in it: the least
// that a server can do, so that what limits a run against it is the instrument.
// It looks at nothing of a request but its length.
type nullServer struct {
	listener net.Listener
	running  sync.WaitGroup

	mu    sync.Mutex
	open  map[net.Conn]struct{}
	ended bool
}

func newNullServer() (*nullServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the null server: %w", err)
	}
	s := &nullServer{listener: l, open: map[net.Conn]struct{}{}}
	s.running.Go(s.accept)
	return s, nil
}

func (s *nullServer) url() string { return "http://" + s.listener.Addr().String() }

func (s *nullServer) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed; without it nothing can be sent, which the run tells
		}
		s.mu.Lock()
		if s.ended {
			conn.Close()
		} else {
			s.open[conn] = struct{}{}
			s.running.Go(func() { s.serve(conn) })
		}
		s.mu.Unlock()
	}
}

func (s *nullServer) serve(conn net.Conn) {
	defer func() {
		conn.Close()
		s.mu.Lock()
		delete(s.open, conn)
		s.mu.Unlock()
	}()
	r := bufio.NewReaderSize(conn, 4<<10)
	for skipRequest(r) == nil {
		if _, err := conn.Write(nullAnswer); err != nil {
			return
		}
	}
}

var (
	nullAnswer    = []byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	contentLength = []byte("content-length:")
)

// skipRequest reads a request to its end. A line of the head that is longer than
// the reader's buffer is an error.
func skipRequest(r *bufio.Reader) error {
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if n := len(contentLength); len(line) > n && bytes.EqualFold(line[:n], contentLength) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[n:]))); err != nil || length < 0 {
				return fmt.Errorf("content length %q is none", line[n:])
			}
		}
	}
	_, err := r.Discard(length)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// close ends the server and returns when none of its goroutines is left.
func (s *nullServer) close() {
	s.mu.Lock()
	s.ended = true
	for conn := range s.open {
		conn.Close()
	}
	s.mu.Unlock()
	s.listener.Close()
	s.running.Wait()
}
