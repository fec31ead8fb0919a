package traffic

import (
	"context"
	"io"
	"net"
	"net/http/httptrace"
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
