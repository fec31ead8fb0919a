package traffic

import (
	"context"
	"crypto/tls"
	"fmt"

	"sdegauge/internal/contract"
)

// Probe connects to the target, shakes hands where it is https, and hangs up:
// no request is sent. It says with an [*UnreachableError] what every exchange
// would run into, or with a [*ConsentError] that none may be made.
func (e *StdExchanger) Probe(ctx context.Context) error {
	run := ctx
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	conn, err := e.guard.Dial(ctx, "tcp", e.hostport, e.dial)
	if err != nil {
		return e.probeError(run, err)
	}
	defer conn.Close()
	if e.scheme != "https" {
		return nil
	}
	config := e.transport.TLSClientConfig.Clone()
	if config.ServerName == "" {
		config.ServerName = e.hostname
	}
	config.NextProtos = nil
	if e.transport.Protocols.HTTP2() {
		config.NextProtos = append(config.NextProtos, "h2")
	}
	if e.transport.Protocols.HTTP1() {
		config.NextProtos = append(config.NextProtos, "http/1.1")
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return e.probeError(run, err)
	}
	if got := secure.ConnectionState().NegotiatedProtocol; e.http == HTTP2 && got != "h2" {
		return unreachable(e.Target(), contract.FailProtocol, fmt.Errorf("the server does not offer HTTP/2 (it chose %q)", got))
	}
	return nil
}

func (e *StdExchanger) probeError(run context.Context, err error) error {
	switch failure := failureOf(run, false, err); failure {
	case contract.FailForbidden:
		return err
	case contract.FailInterrupted:
		return context.Cause(run)
	default:
		return unreachable(e.Target(), failure, err)
	}
}

// Target is the scheme and host that exchanges go to.
func (e *StdExchanger) Target() string { return e.scheme + "://" + e.host }
