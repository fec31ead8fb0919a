package memnet

import (
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/net/nettest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What any connection has to do: order, deadlines past, present and future,
// close, and all that from several goroutines.
func TestConn(t *testing.T) {
	nettest.TestConn(t, func() (ours, theirs net.Conn, stop func(), err error) {
		ours, theirs = connect(t)
		return ours, theirs, func() {
			_ = ours.Close()
			_ = theirs.Close()
		}, nil
	})
}

// connect dials the listener of a new network.
func connect(t *testing.T) (ours, theirs net.Conn) {
	t.Helper()
	n := New()
	accepted := make(chan net.Conn)
	go func() {
		c, err := n.Accept()
		assert.NoError(t, err)
		accepted <- c
	}()
	ours, err := n.Dial(t.Context(), "tcp", "shop.example:443")
	require.NoError(t, err)
	require.NoError(t, n.Close())
	return ours, <-accepted
}

// A message needs nobody who reads, until a connection is full; what was
// written is read although the writer has left.
func TestConnKeepsWhatNobodyHasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := connect(t)
		require.NoError(t, ours.SetWriteDeadline(time.Now().Add(time.Second)))
		n, err := ours.Write(make([]byte, highWater+1))
		assert.Equal(t, highWater, n)
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.NoError(t, ours.Close())
		all, err := io.ReadAll(theirs)
		require.NoError(t, err)
		assert.Len(t, all, highWater)
		_, err = theirs.Write([]byte("x"))
		assert.ErrorIs(t, err, io.ErrClosedPipe, "nobody is there")
	})
}

// A deadline that was moved on counts where it is now, although the alarm of the
// first still rings.
func TestConnDeadlineMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, _ := connect(t)
		begin := time.Now()
		require.NoError(t, ours.SetReadDeadline(begin.Add(time.Second)))
		go func() {
			time.Sleep(500 * time.Millisecond)
			assert.NoError(t, ours.SetReadDeadline(begin.Add(3*time.Second)))
		}()
		_, err := ours.Read(make([]byte, 1))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		assert.Equal(t, 3*time.Second, time.Since(begin))

		go func() {
			time.Sleep(time.Second)
			assert.NoError(t, ours.SetReadDeadline(time.Now().Add(time.Second)))
		}()
		require.NoError(t, ours.SetReadDeadline(time.Now().Add(time.Hour)))
		_, err = ours.Read(make([]byte, 1))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		assert.Equal(t, 5*time.Second, time.Since(begin), "nearer than the alarm that was set")
	})
}

func TestDialAfterClose(t *testing.T) {
	n := New()
	require.NoError(t, n.Close())
	require.NoError(t, n.Close())
	_, err := n.Dial(t.Context(), "tcp", "")
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = n.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
}
