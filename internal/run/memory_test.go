package run_test

import (
	"context"
	"net"
	"sync"

	"sdegauge/internal/run"
)

// memory is a network without TCP: everything that is dialled ends at the one
// listener. Nothing in it takes time, so in the bubble of testing/synctest only
// the server's own latencies do.
type memory struct {
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newMemory() *memory {
	return &memory{waiting: make(chan net.Conn), closed: make(chan struct{})}
}

func (m *memory) network() run.Network {
	return run.Network{Dial: m.dial, Listen: func() (net.Listener, error) { return m, nil }}
}

func (m *memory) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case m.waiting <- theirs:
		return ours, nil
	case <-m.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.waiting:
		return c, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}

func (m *memory) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }
