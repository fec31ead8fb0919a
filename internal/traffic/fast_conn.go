package traffic

import (
	"bufio"
	"context"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// fastConn is one connection of a [FastExchanger]. It belongs to one exchange at
// a time, or to the pool.
type fastConn struct {
	conn net.Conn
	raw  net.Conn // the connection under TLS; else conn itself
	in   *bufio.Reader
	out  *bufio.Writer

	plain      requestHead // of the cases that have no header of their own
	own        requestHead // of the others
	closeAfter bool        // the last request said that it was the last

	response fasthttp.ResponseHeader
	head     responseHead // the last that was read
	entity   lengthReader

	// peek asks the system for the state of the connection; nil where it is none
	// of the system's. look and live are its tools, made once.
	peek syscall.RawConn
	look func(fd uintptr) bool
	live bool

	idleSince    time.Time
	newer, older *fastConn // neighbours in the pool

	// watched is the end of a context that interrupt waits for. It stays from one
	// exchange to the next, for most have the same context: an exchange pays
	// nothing for it.
	watched <-chan struct{}
	unwatch func() bool

	mu      sync.Mutex
	serving <-chan struct{} // the end of the exchange's context; nil: idle, or endless
	cut     bool            // closed by interrupt
}

func newFastConn(conn, raw net.Conn, e *FastExchanger) *fastConn {
	c := &fastConn{conn: conn, raw: raw, in: bufio.NewReader(conn), out: bufio.NewWriter(conn)}
	c.plain.begin()
	c.plain.addDefault(e)
	if system, ok := raw.(syscall.Conn); ok {
		if peek, err := system.SyscallConn(); err == nil {
			c.peek = peek
			c.look = func(fd uintptr) bool { c.live = quiet(fd); return true }
		}
	}
	return c
}

// watch has the connection cut when ctx ends, until release.
func (c *fastConn) watch(ctx context.Context) {
	done := ctx.Done()
	c.mu.Lock()
	c.serving = done
	c.mu.Unlock()
	if done == c.watched {
		return
	}
	c.forget()
	if c.watched = done; done != nil {
		c.unwatch = context.AfterFunc(ctx, func() { c.interrupt(done) })
	}
}

// interrupt cuts the connection if it still serves the context that ended.
func (c *fastConn) interrupt(done <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.serving == done {
		c.cut = true
		_ = c.raw.Close()
	}
}

// release ends an exchange's hold; whole says that it was not cut meanwhile.
func (c *fastConn) release() (whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.serving = nil
	return !c.cut
}

func (c *fastConn) forget() {
	if c.unwatch != nil {
		c.unwatch()
		c.unwatch = nil
	}
}

// abort closes without a word: what the peer is still sending is not read.
func (c *fastConn) abort() {
	c.forget()
	_ = c.raw.Close()
}

// hangUp closes an idle connection, politely where it is TLS.
func (c *fastConn) hangUp() {
	c.forget()
	_ = c.conn.Close()
}

// freshness is how long a connection is taken for alive without asking. A close
// that is not announced is under way for about as long; asking costs as much as
// a tenth of an exchange.
const freshness = 50 * time.Microsecond

// alive says whether an idle connection is still good: the peer has neither
// closed it nor sent anything. It needs a deadline that has not passed.
func (c *fastConn) alive(now time.Time) bool {
	if c.peek == nil || now.Sub(c.idleSince) < freshness {
		return true
	}
	c.live = false
	return c.peek.Read(c.look) == nil && c.live
}

// idleConns keeps the idle connections, the newest in front: under a load that
// falls, the others grow old and are closed.
type idleConns struct {
	most    int
	timeout time.Duration

	mu             sync.Mutex
	newest, oldest *fastConn
	count          int
}

// take returns the connection that was idle for the shortest time, or nil.
func (p *idleConns) take(now time.Time) *fastConn {
	p.mu.Lock()
	c := p.newest
	if c != nil {
		p.unlink(c)
	}
	p.mu.Unlock()
	if c != nil && now.Sub(c.idleSince) >= p.timeout {
		c.hangUp()
		p.close() // the others are older
		return nil
	}
	return c
}

// put keeps a connection that has just become idle.
func (p *idleConns) put(c *fastConn) {
	p.mu.Lock()
	c.older, c.newer = p.newest, nil
	if p.newest != nil {
		p.newest.newer = c
	} else {
		p.oldest = c
	}
	p.newest = c
	p.count++
	old := p.oldest
	if p.count <= p.most && c.idleSince.Sub(old.idleSince) < p.timeout {
		old = nil
	} else {
		p.unlink(old)
	}
	p.mu.Unlock()
	if old != nil {
		old.hangUp()
	}
}

// unlink takes c out of the list; the lock is held.
func (p *idleConns) unlink(c *fastConn) {
	if c.newer != nil {
		c.newer.older = c.older
	} else {
		p.newest = c.older
	}
	if c.older != nil {
		c.older.newer = c.newer
	} else {
		p.oldest = c.newer
	}
	c.newer, c.older = nil, nil
	p.count--
}

// close hangs up every idle connection.
func (p *idleConns) close() {
	p.mu.Lock()
	c := p.newest
	p.newest, p.oldest, p.count = nil, nil, 0
	p.mu.Unlock()
	for c != nil {
		next := c.older
		c.newer, c.older = nil, nil
		c.hangUp()
		c = next
	}
}
