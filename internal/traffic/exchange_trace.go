package traffic

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// trace follows one exchange through net/http. Its hooks may run in goroutines
// of the transport that outlive the exchange, so it is made anew for each.
type trace struct {
	began      time.Time
	sharesConn bool // HTTP/2 for certain: one connection carries many exchanges
	cancel     context.CancelFunc
	wrote      *atomic.Uint64 // the requests of all exchanges, see count

	connected atomic.Int64 // since began; -1: never
	firstByte atomic.Int64
	sent      atomic.Bool  // the request was begun to be written
	writes    atomic.Int64 // and was written to its end
	counted   atomic.Bool
	stopped   atomic.Bool // a second send was prevented
}

func (t *trace) hooks() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn:              t.gotConn,
		WroteHeaders:         func() { t.sent.Store(true) },
		WroteRequest:         t.wroteRequest,
		GotFirstResponseByte: func() { t.firstByte.CompareAndSwap(-1, int64(time.Since(t.began))) },
	}
}

func (t *trace) wroteRequest(info httptrace.WroteRequestInfo) {
	switch {
	case info.Err != nil || t.stopped.Load(): // the write that gotConn makes useless is none
	case t.writes.Add(1) == 1:
		t.count()
	default:
		t.wrote.Add(1) // a request that is sent twice counts twice
	}
}

// count counts the exchange's request as written. The goroutine that writes it
// may say so only after the exchange is over; what was answered counts as written.
func (t *trace) count() {
	if t.counted.CompareAndSwap(false, true) {
		t.wrote.Add(1)
	}
}

// gotConn runs whenever net/http has a connection for the request. Bodies cannot
// be sent twice, for there is no GetBody; but a request without one is sent
// again when its connection died, if it is a GET, carries an Idempotency-Key, or
// an HTTP/2 server refused its stream. So the second connection of a request that
// was begun on a first is made useless before anything is written to it:
//
//   - the exchange's context is cancelled, which HTTP/2 looks at before it writes;
//   - HTTP/1.1 does not look: there the connection, ours alone, is closed.
//
// A request of which nothing was written yet may have another connection.
func (t *trace) gotConn(info httptrace.GotConnInfo) {
	if t.sent.Load() {
		t.stopped.Store(true)
		t.cancel()
		secure, isTLS := info.Conn.(*tls.Conn)
		if !t.sharesConn && !(isTLS && secure.ConnectionState().NegotiatedProtocol == "h2") {
			_ = info.Conn.Close() // it was to carry this request alone
		}
		return
	}
	t.connected.Store(int64(time.Since(t.began)))
}
