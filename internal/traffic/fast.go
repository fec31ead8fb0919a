package traffic

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"sdegauge/internal/contract"
)

// FastExchanger makes exchanges over HTTP/1.1, with TLS, at a fraction of what
// net/http costs: one goroutine an exchange, which writes the request and reads
// the response itself, and hardly an allocation. Heads of responses are read by
// fasthttp; its clients are not used, for they send again what they take for
// idempotent and know no instants. Where fasthttp finds fault with the head of a
// response, net/http's parser has the last word, so that both transports agree on
// what is a response.
//
// It is nearer to the wire than [StdExchanger]: header fields go out in the order
// and letter case of their case, and come back so.
type FastExchanger struct {
	endpoint
	pool idleConns
}

// NewFastExchanger makes an exchanger for HTTP/1.1. Its errors are those of
// [NewExchanger], and one for an HTTP version that it does not speak.
func NewFastExchanger(ctx context.Context, o ExchangeOptions) (*FastExchanger, error) {
	var err error
	if o.HTTP, err = o.HTTP.fastVersion(); err != nil {
		return nil, err
	}
	e := &FastExchanger{pool: idleConns{
		most: orDefault(o.MaxIdle, DefaultMaxIdle), timeout: orDefault(o.IdleTimeout, DefaultIdleTimeout),
	}}
	if err := e.open(ctx, o); err != nil {
		return nil, err
	}
	return e, nil
}

// Name is [TransportFast].
func (e *FastExchanger) Name() TransportName { return TransportFast }

// Close ends idle connections.
func (e *FastExchanger) Close() { e.pool.close() }

// Exchange implements [Exchanger]. It reuses the capacity of r.Header and
// r.Body. A response that broke off leaves the part that came in r, with status 0.
func (e *FastExchanger) Exchange(ctx context.Context, r *contract.Reading, began time.Time) {
	emptyReading(r)
	status, err := e.roundTrip(ctx, r, began)
	if r.LastByte < 0 {
		r.LastByte = time.Since(began)
	}
	if err == nil {
		r.Status = status
		return
	}
	r.Err, r.Failure = err, failureOf(ctx, r.Connected >= 0, err)
}

// roundTrip sends the case of r and reads what comes back into it.
func (e *FastExchanger) roundTrip(ctx context.Context, r *contract.Reading, began time.Time) (status int, err error) {
	if err := checkRequest(r.Case); err != nil {
		return 0, err
	}
	now := time.Since(began)
	c, dialed, err := e.acquire(ctx, began.Add(now))
	if err != nil {
		return 0, err
	}
	if r.Connected = now; dialed {
		r.Connected = time.Since(began)
	}
	reuse := false
	defer func() {
		if c.release() && reuse && err == nil {
			e.pool.put(c)
		} else {
			c.abort()
		}
	}()
	if err := ctx.Err(); err != nil { // it ended before the connection was watched
		return 0, err
	}

	out := c.send(e, r.Case)
	// Who can go on does so first. A read before the response is there is a system
	// call in vain, and the goroutine comes back by way of the poller.
	runtime.Gosched()
	status, reuse, err = c.receive(r, began, e.maxBody)
	r.LastByte = time.Since(began)
	c.idleSince = began.Add(r.LastByte)
	unsent := out.finish(c, err == nil)
	if err == nil && unsent != nil {
		e.wrote.Add(1)
	}
	reuse = reuse && unsent == nil && !c.closeAfter
	if err != nil && out.err != nil {
		err = fmt.Errorf("%w; the request could not be sent: %w", err, out.err)
	}
	return status, err
}

// acquire takes an idle connection that is still good, or dials.
func (e *FastExchanger) acquire(ctx context.Context, now time.Time) (c *fastConn, dialed bool, err error) {
	deadline := now.Add(e.timeout)
	for c = e.pool.take(now); c != nil; c = e.pool.take(now) {
		if err := c.conn.SetDeadline(deadline); err == nil && c.alive(now) {
			c.watch(ctx)
			return c, false, nil
		}
		c.abort()
	}
	dialing, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	conn, raw, err := e.connect(dialing)
	if err != nil {
		return nil, false, err
	}
	c = newFastConn(conn, raw, e)
	if err := conn.SetDeadline(deadline); err != nil {
		c.abort()
		return nil, false, err
	}
	c.watch(ctx)
	return c, true, nil
}

// hasEntity says whether a response to a method can have an entity (RFC 9112
// §6.3).
func hasEntity(method string, status int) bool {
	return method != http.MethodHead && status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}
