package traffic

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"sdegauge/internal/contract"
)

// endpoint is a target and the way to it: what all transports have in common.
type endpoint struct {
	scheme   string
	host     string
	hostname string // without its port
	hostport string
	http     HTTPVersion
	guard    *Guard
	dial     DialFunc
	timeout  time.Duration
	maxBody  int
	// extra are the run's own fields: every request has those that its case does
	// not name itself.
	extra     []contract.HeaderField
	protocols *http.Protocols
	// config is as the files say, handshake what a handshake of our own needs
	// besides; nil over http.
	config, handshake *tls.Config
	wrote             atomic.Uint64
}

// open reads the options and has the guard judge the target's host. Nothing is
// sent.
func (p *endpoint) open(ctx context.Context, o ExchangeOptions) error {
	u, err := baseURL(o.URL)
	if err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	if p.config, err = o.TLS.Config(); err != nil {
		return err
	}
	if p.protocols, err = o.HTTP.protocols(u.Scheme); err != nil {
		return err
	}
	p.scheme, p.host, p.hostname, p.hostport, p.http = u.Scheme, u.Host, u.Hostname(), withPort(u), o.HTTP
	p.timeout, p.maxBody = orDefault(o.Timeout, DefaultTimeout), orDefault(o.MaxBody, DefaultMaxBody)
	if p.guard = o.Guard; p.guard == nil {
		p.guard = NewGuard(nil, nil, nil)
	}
	if p.dial = o.Dial; p.dial == nil {
		p.dial = new(net.Dialer).DialContext
	}
	if _, err := p.guard.Check(ctx, p.hostname); err != nil {
		return err
	}
	p.extra = slices.Clone(o.Header)
	if o.UserAgent != "" {
		p.extra = append(p.extra, contract.HeaderField{Name: "User-Agent", Value: o.UserAgent})
	}
	if p.scheme == "https" {
		p.handshake = p.handshakeConfig()
	}
	return nil
}

func (p *endpoint) handshakeConfig() *tls.Config {
	config := p.config.Clone()
	if config.ServerName == "" {
		config.ServerName = p.hostname
	}
	config.NextProtos = nil
	if p.protocols.HTTP2() {
		config.NextProtos = append(config.NextProtos, "h2")
	}
	if p.protocols.HTTP1() {
		config.NextProtos = append(config.NextProtos, "http/1.1")
	}
	return config
}

// connect opens a connection and shakes hands where the target is https. Both
// results are the same over http; raw is the connection under TLS.
func (p *endpoint) connect(ctx context.Context) (conn, raw net.Conn, err error) {
	return p.connectTo(ctx, p.hostport, p.handshake)
}

// connectTo is connect to a port of the target's host, with a handshake or, where
// that is nil, without.
func (p *endpoint) connectTo(ctx context.Context, hostport string, handshake *tls.Config) (conn, raw net.Conn, err error) {
	raw, err = p.guard.Dial(ctx, "tcp", hostport, p.dial)
	if err != nil || handshake == nil {
		return raw, raw, err
	}
	secure := tls.Client(raw, handshake)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, nil, err
	}
	return secure, raw, nil
}

// Target is the scheme and host that exchanges go to.
func (p *endpoint) Target() string { return p.scheme + "://" + p.host }

// Wrote is how many requests were written out, to their end or to their answer:
// a server may give one before it has read the body. It is what a server that
// counts headers has counted. A request is counted by the goroutine that writes
// it, so the last may be missing for a moment after their exchanges have returned.
func (p *endpoint) Wrote() uint64 { return p.wrote.Load() }

// Probe connects to the target, shakes hands where it is https, and hangs up:
// no request is sent. It says with an [*UnreachableError] what every exchange
// would run into, or with a [*ConsentError] that none may be made.
func (p *endpoint) Probe(ctx context.Context) error {
	run := ctx
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	conn, _, err := p.connect(ctx)
	if err != nil {
		return p.probeError(run, err)
	}
	defer conn.Close()
	if secure, ok := conn.(*tls.Conn); ok && p.http == HTTP2 {
		if got := secure.ConnectionState().NegotiatedProtocol; got != "h2" {
			return unreachable(p.Target(), contract.FailProtocol, fmt.Errorf("the server does not offer HTTP/2 (it chose %q)", got))
		}
	}
	return nil
}

func (p *endpoint) probeError(run context.Context, err error) error {
	switch failure := failureOf(run, false, err); failure {
	case contract.FailForbidden:
		return err
	case contract.FailInterrupted:
		return context.Cause(run)
	default:
		return unreachable(p.Target(), failure, err)
	}
}
