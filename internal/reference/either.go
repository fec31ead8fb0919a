package reference

import (
	"crypto/tls"
	"net"
	"sync"
)

// eitherListener lets the first byte of a connection decide whether it speaks
// TLS, see [Deviation.ClearToo].
type eitherListener struct {
	net.Listener
	config *tls.Config
}

func (l eitherListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &eitherConn{Conn: c, config: l.config}, nil
}

// eitherConn reads one byte ahead, in the goroutine that reads first: whoever
// accepts connections waits for none of them.
type eitherConn struct {
	net.Conn
	config *tls.Config
	once   sync.Once
	spoken net.Conn // what Read and Write go to
}

// handshake is the first byte of a TLS connection (RFC 8446, section 5.1).
const handshake = 0x16

func (c *eitherConn) speak() net.Conn {
	c.once.Do(func() {
		first := make([]byte, 1)
		n, err := c.Conn.Read(first)
		ahead := &aheadConn{Conn: c.Conn, ahead: first[:n], err: err}
		if c.spoken = ahead; n == 1 && first[0] == handshake {
			c.spoken = tls.Server(ahead, c.config)
		}
	})
	return c.spoken
}

func (c *eitherConn) Read(p []byte) (int, error)  { return c.speak().Read(p) }
func (c *eitherConn) Write(p []byte) (int, error) { return c.speak().Write(p) }

// aheadConn gives what was read ahead back first.
type aheadConn struct {
	net.Conn
	ahead []byte
	err   error // of reading ahead
}

func (c *aheadConn) Read(p []byte) (int, error) {
	if len(c.ahead) > 0 {
		n := copy(p, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	}
	if c.err != nil {
		return 0, c.err
	}
	return c.Conn.Read(p)
}
