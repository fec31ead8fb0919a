package run

import (
	"net"

	"sdegauge/internal/reference"
	"sdegauge/internal/traffic"
)

// Network is a stand-in for TCP, so that a whole run can take place in memory
// and in virtual time. A member that is nil leaves its part to TCP.
type Network struct {
	// Dial opens connections to the target.
	Dial traffic.DialFunc
	// Listen opens the listener of the embedded reference server.
	Listen func() (net.Listener, error)
}

// serve starts the embedded server, on a free loopback port where nothing else
// is said.
func (n Network) serve(h *reference.Handler) (*reference.Server, error) {
	if n.Listen == nil {
		return reference.Listen("127.0.0.1:0", h)
	}
	l, err := n.Listen()
	if err != nil {
		return nil, err
	}
	return reference.Serve(l, h)
}

// wire counts the requests for updates that leave while it watches. A transport
// counts all that it writes; the sessions that are recycled meanwhile are known
// to be posts, and are none.
type wire struct {
	transport    interface{ Wrote() uint64 } // nil where the exchanger does not count
	pool         *traffic.Pool
	wrote, posts uint64 // when it began to watch
}

func watchWire(e traffic.Exchanger, pool *traffic.Pool) wire {
	w := wire{pool: pool, posts: pool.Stats().Posts}
	if counts, ok := e.(interface{ Wrote() uint64 }); ok {
		w.transport, w.wrote = counts, counts.Wrote()
	}
	return w
}

// updates is how many there were; nil where nobody knows.
func (w wire) updates() *uint64 {
	if w.transport == nil {
		return nil
	}
	wrote, posts := w.transport.Wrote()-w.wrote, w.pool.Stats().Posts-w.posts
	return new(wrote - min(wrote, posts))
}
