// Package memnet is a network in memory, for tests: everything that is dialled
// ends at the one listener. Nothing in it takes time, so in the bubble of
// testing/synctest only what the two sides wait for does.
package memnet

import (
	"context"
	"net"
	"sync"
)

// Network is the listener and the way to it.
type Network struct {
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

// New makes a network. In a bubble it has to be made there.
func New() *Network {
	return &Network{waiting: make(chan net.Conn), closed: make(chan struct{})}
}

// Dial connects to the listener, whatever the address. It fails once that is
// closed.
func (n *Network) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := pipe(n.Addr())
	select {
	case n.waiting <- theirs:
		return ours, nil
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Listen returns the network itself: it is its only listener.
func (n *Network) Listen() (net.Listener, error) { return n, nil }

// Accept implements [net.Listener].
func (n *Network) Accept() (net.Conn, error) {
	select {
	case c := <-n.waiting:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener]; it may be called again.
func (n *Network) Close() error {
	n.once.Do(func() { close(n.closed) })
	return nil
}

// Addr implements [net.Listener].
func (n *Network) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }
