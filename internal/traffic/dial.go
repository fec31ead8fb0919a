package traffic

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"sdegauge/internal/contract"
)

// DialFunc opens a connection to an address and a port; [net.Dialer.DialContext]
// is one.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// leastDial is the least time one address gets while others are left to try.
const leastDial = 2 * time.Second

// Dial opens a connection to host:port by way of the guard: only the addresses
// the host is pinned to are ever handed to dial, in the resolver's order, until
// one answers.
func (g *Guard) Dial(ctx context.Context, network, hostport string, dial DialFunc) (net.Conn, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, fmt.Errorf("cannot dial %q: %w", hostport, err)
	}
	permit, err := g.Check(ctx, host)
	if err != nil {
		return nil, err
	}
	var failed error
	for i, address := range permit.Addresses {
		one, cancel := shareDeadline(ctx, len(permit.Addresses)-i)
		conn, err := dial(one, network, net.JoinHostPort(address.String(), port))
		cancel()
		if err == nil {
			return conn, nil
		}
		failed = errors.Join(failed, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, failed
}

// shareDeadline gives the first of n addresses its share of the time left, so
// that one that never answers leaves some to the others.
func shareDeadline(ctx context.Context, n int) (context.Context, context.CancelFunc) {
	deadline, bounded := ctx.Deadline()
	if !bounded || n < 2 {
		return context.WithCancel(ctx)
	}
	left := time.Until(deadline)
	return context.WithTimeout(ctx, min(left, max(left/time.Duration(n), leastDial)))
}

// UnreachableError says that a target could not be talked to at all.
type UnreachableError struct {
	Target  string
	Failure contract.Failure
	Err     error
}

func unreachable(target string, failure contract.Failure, err error) *UnreachableError {
	return &UnreachableError{Target: target, Failure: failure, Err: err}
}

// advice is what to look at first, by failure.
var advice = map[contract.Failure]string{
	contract.FailRefused:   "check that the server runs and listens on this port",
	contract.FailClosed:    "the server hung up; check the port, http or https, and the HTTP version",
	contract.FailTimeout:   "check the address, the firewall, and whether the server is stuck",
	contract.FailProtocol:  "what answers does not speak this HTTP; check the port, http or https, and the HTTP version",
	contract.FailTLS:       "check that the port speaks TLS, that tls.ca names the CA of its certificate, and that the certificate is for this host",
	contract.FailResolve:   "check the spelling of the host and the name server",
	contract.FailResources: "this machine is out of ports or descriptors; check ulimit -n and the range of local ports",
}

// Error names the target, the failure and what to check.
func (e *UnreachableError) Error() string {
	text := fmt.Sprintf("cannot reach %s: %v", e.Target, e.Err)
	if check := advice[e.Failure]; check != "" {
		text += "; " + check
	}
	return text
}

// Unwrap is the transport's own account.
func (e *UnreachableError) Unwrap() error { return e.Err }
