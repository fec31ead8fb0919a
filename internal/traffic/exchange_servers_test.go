package traffic

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// rawServer hands every connection to serve, which may do to it what no library
// would, and closes it afterwards.
type rawServer struct {
	URL      string
	requests atomic.Int64 // counted by readRequest
	conns    atomic.Int64
}

func newRawServer(t testing.TB, serve func(s *rawServer, conn net.Conn, in *bufio.Reader)) *rawServer {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &rawServer{URL: "http://" + listener.Addr().String()}
	s.serve(t, listener, serve)
	return s
}

func (s *rawServer) serve(t testing.TB, listener net.Listener, serve func(*rawServer, net.Conn, *bufio.Reader)) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.conns.Add(1)
			mu.Lock()
			open = append(open, conn)
			mu.Unlock()
			wg.Go(func() {
				defer conn.Close()
				serve(s, conn, bufio.NewReader(conn))
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		for _, conn := range open {
			_ = conn.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
}

// readRequest reads one HTTP/1.1 request and returns it as it stood on the wire.
func (s *rawServer) readRequest(in *bufio.Reader) (string, error) {
	var wire strings.Builder
	length := 0
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		wire.WriteString(line)
		if value, ok := strings.CutPrefix(strings.ToLower(line), "content-length:"); ok {
			length, _ = strconv.Atoi(strings.TrimSpace(value))
		}
		if line == "\r\n" {
			break
		}
	}
	_, err := io.CopyN(&wire, in, int64(length))
	if err == nil {
		s.requests.Add(1)
	}
	return wire.String(), err
}

// answering is a server that reads requests and answers each with the same bytes,
// keeping the connection.
func answering(t testing.TB, response string) *rawServer {
	return newRawServer(t, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
		for {
			if _, err := s.readRequest(in); err != nil {
				return
			}
			if _, err := io.WriteString(conn, response); err != nil {
				return
			}
		}
	})
}

// pipes is a network in memory, for tests on virtual time.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func newPipes() *pipes {
	return &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.accepted <- server:
		return client, nil
	case <-p.closed:
		return nil, errors.New("no listener")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// pipedTarget is the URL under which tests reach a server behind pipes.
const pipedTarget = "http://127.0.0.1:1"

// exchangerMaker makes the exchanger under test; it ends with the test.
type exchangerMaker func(t testing.TB, o ExchangeOptions) Transport

// makers make every transport there is.
var makers = map[string]exchangerMaker{
	"std":  func(t testing.TB, o ExchangeOptions) Transport { return newStd(t, o) },
	"fast": func(t testing.TB, o ExchangeOptions) Transport { return newFast(t, o) },
}

func newStd(t testing.TB, o ExchangeOptions) *StdExchanger {
	e, err := NewExchanger(context.Background(), o)
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return e
}

func newFast(t testing.TB, o ExchangeOptions) *FastExchanger {
	e, err := NewFastExchanger(context.Background(), o)
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return e
}

// putCase is a case with a small body.
func putCase() *contract.Case {
	return &contract.Case{Method: http.MethodPut, Target: "/api/account/a/app/engagement/visitors/v?v=1.0&sid=s", Body: []byte(`{"pageId":"1"}`)}
}

func exchange(e Exchanger, c *contract.Case) *contract.Reading {
	r := &contract.Reading{Case: c}
	e.Exchange(context.Background(), r, time.Now())
	return r
}
