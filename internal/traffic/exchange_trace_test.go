package traffic

import (
	"context"
	"io"
	"net"
	"net/http/httptrace"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The second connection of a request must be of no use before net/http writes to
// it; that it usually loses the race anyway would be no proof.
func TestSecondConnectionIsUseless(t *testing.T) {
	for _, row := range []struct {
		reason               string
		sent, shared         bool
		wantStopped, wantEnd bool
	}{
		{reason: "the first connection of a request"},
		{reason: "another, of a request of which nothing was written", sent: false, shared: true},
		{reason: "another over HTTP/1.1", sent: true, wantStopped: true, wantEnd: true},
		{reason: "another over h2c: it carries other requests", sent: true, shared: true, wantStopped: true},
	} {
		t.Run(row.reason, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			x := &trace{began: time.Now(), cancel: cancel, sharesConn: row.shared}
			hooks := x.hooks()
			if row.sent {
				hooks.WroteHeaders()
			}
			conn, peer := net.Pipe()
			defer conn.Close()
			defer peer.Close()
			hooks.GotConn(httptrace.GotConnInfo{Conn: conn, Reused: true})
			assert.Equal(t, row.wantStopped, x.stopped.Load())
			assert.Equal(t, row.wantStopped, ctx.Err() != nil)
			assert.Equal(t, row.wantEnd, conn.SetDeadline(time.Time{}) == io.ErrClosedPipe)
		})
	}
}

// A request counts once, whether its answer is seen first or the end of its body,
// and once more for every time that net/http might send it again.
func TestRequestsAreCountedOnce(t *testing.T) {
	written := func(x *trace) { x.wroteRequest(httptrace.WroteRequestInfo{}) }
	broken := func(x *trace) { x.wroteRequest(httptrace.WroteRequestInfo{Err: io.ErrClosedPipe}) }
	answered := func(x *trace) { x.count() }
	stopped := func(x *trace) { x.stopped.Store(true) }
	for _, row := range []struct {
		reason string
		events []func(*trace)
		want   uint64
	}{
		{"never written", nil, 0},
		{"written", []func(*trace){written}, 1},
		{"written, then answered", []func(*trace){written, answered}, 1},
		{"answered, then written to its end", []func(*trace){answered, written}, 1},
		{"answered, and the rest never read", []func(*trace){answered, broken}, 1},
		{"not written to its end", []func(*trace){broken}, 0},
		{"written twice", []func(*trace){written, written, answered}, 2},
		{"the second time prevented", []func(*trace){written, stopped, written}, 1},
	} {
		var wrote atomic.Uint64
		x := &trace{wrote: &wrote}
		for _, event := range row.events {
			event(x)
		}
		assert.Equal(t, row.want, wrote.Load(), row.reason)
	}
}

// When an exchange ends early net/http may go on reading the body, while its case
// is being filled anew.
func TestRequestHasABodyOfItsOwn(t *testing.T) {
	c := putCase()
	req, err := newStd(t, ExchangeOptions{URL: pipedTarget}).request(c)
	require.NoError(t, err)
	copy(c.Body, "!!!!")
	sent, err := io.ReadAll(req.Body)
	require.NoError(t, err)
	assert.Equal(t, `{"pageId":"1"}`, string(sent))
	assert.Nil(t, req.GetBody, "there is nothing to send again")
}
