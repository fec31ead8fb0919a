package traffic

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"sdegauge/internal/contract"
)

// Consent is the word of a host's owner that it may be loaded.
type Consent struct {
	// Host is a name or an IP address, without scheme and port.
	Host string
	// Owner is who answers for the host.
	Owner string
	// MaxRate is the highest rate agreed on, in updates a second.
	MaxRate float64
	// Expires is the first moment at which the consent no longer holds.
	Expires time.Time
	// Addresses bound where the host's name may lead; empty: anywhere.
	Addresses []netip.Prefix
}

// Permit is leave to send to a host.
type Permit struct {
	Host string
	// Addresses are the only ones that are dialled, in the resolver's order.
	Addresses []netip.Addr
	// Consent is whose word it rests on; nil where every address is loopback.
	Consent *Consent
}

// Resolver finds the addresses of a name; [net.Resolver] is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Guard lets requests leave for loopback (127.0.0.0/8 and ::1) and for hosts
// with a valid consent, and for nothing else. What counts is the address, not
// the name: a name is resolved once, judged by all its addresses, and pinned to
// them, so that no later answer of the resolver can lead elsewhere.
type Guard struct {
	consents map[string]*Consent
	resolver Resolver
	now      func() time.Time

	mu     sync.Mutex
	pinned map[string][]netip.Addr
}

// NewGuard makes a guard. A nil resolver is the system's, a nil now is
// [time.Now].
func NewGuard(consents []Consent, resolver Resolver, now func() time.Time) *Guard {
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	if now == nil {
		now = time.Now
	}
	g := &Guard{
		consents: make(map[string]*Consent, len(consents)),
		resolver: resolver, now: now, pinned: make(map[string][]netip.Addr),
	}
	for _, c := range consents {
		g.consents[canonicalHost(c.Host)] = &c
	}
	return g
}

// Check resolves and judges a host, given without its port. It returns a
// [*ConsentError] for a host that may not be loaded, an [*UnreachableError] for
// a name without an address. Nothing is sent to the host.
func (g *Guard) Check(ctx context.Context, host string) (Permit, error) {
	host = canonicalHost(host)
	addresses, err := g.resolve(ctx, host)
	if err != nil {
		return Permit{}, err
	}
	consent, err := g.judge(host, addresses)
	if err != nil {
		return Permit{}, err
	}
	return Permit{Host: host, Addresses: addresses, Consent: consent}, nil
}

// resolve returns the pinned addresses of a host, pinning them the first time.
func (g *Guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if address, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{address.Unmap()}, nil
	}
	g.mu.Lock()
	pinned := g.pinned[host]
	g.mu.Unlock()
	if pinned != nil {
		return pinned, nil
	}
	found, err := g.resolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(found) == 0 {
		err = &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, unreachable(host, contract.FailResolve, err)
	}
	var addresses []netip.Addr
	for _, a := range found {
		if a = a.Unmap(); !slices.Contains(addresses, a) {
			addresses = append(addresses, a)
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if pinned := g.pinned[host]; pinned != nil { // another call was first
		return pinned, nil
	}
	g.pinned[host] = addresses
	return addresses, nil
}

// judge says on whose word a host with these addresses may be loaded.
func (g *Guard) judge(host string, addresses []netip.Addr) (*Consent, error) {
	outside := slices.DeleteFunc(slices.Clone(addresses), netip.Addr.IsLoopback)
	if len(outside) == 0 {
		return nil, nil
	}
	refuse := func(reason string) error {
		return &ConsentError{Host: host, Addresses: outside, Reason: reason, suggested: g.now().AddDate(0, 1, 0)}
	}
	consent := g.consents[host]
	switch {
	case consent == nil:
		return nil, refuse("no consent names it")
	case strings.TrimSpace(consent.Owner) == "":
		return nil, refuse("its consent names no owner")
	case !(consent.MaxRate > 0):
		return nil, refuse("its consent names no highest rate")
	case !g.now().Before(consent.Expires):
		return nil, refuse("its consent expired at " + consent.Expires.Format(time.RFC3339))
	}
	for _, a := range outside {
		within := func(p netip.Prefix) bool { return p.Contains(a) }
		if len(consent.Addresses) > 0 && !slices.ContainsFunc(consent.Addresses, within) {
			return nil, refuse(fmt.Sprintf("its address %s lies outside the addresses of its consent", a))
		}
	}
	return consent, nil
}

// canonicalHost is the spelling under which a host is looked up: lower case, no
// final dot, an address in its shortest form.
func canonicalHost(host string) string {
	host = strings.Trim(strings.TrimSpace(host), "[]")
	if address, err := netip.ParseAddr(host); err == nil {
		return address.Unmap().String()
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// ConsentError refuses a host that is neither loopback nor consented to. Nothing
// was sent to it.
type ConsentError struct {
	Host      string
	Addresses []netip.Addr // those that are not loopback
	Reason    string

	suggested time.Time
}

// Error says why, and shows the key of the scenario that would allow the host.
func (e *ConsentError) Error() string {
	addresses := make([]string, len(e.Addresses))
	for i, a := range e.Addresses {
		addresses[i] = a.String()
	}
	return fmt.Sprintf(`host %q (%s) may not be loaded: it is not loopback and %s; nothing was sent
if its owner agrees, say so in the scenario:

consent:
  - host: %s
    owner: NAME OF WHO ANSWERS FOR IT
    max_rate: 10/s
    expires: %s`,
		e.Host, strings.Join(addresses, ", "), e.Reason, yamlHost(e.Host), e.suggested.Format(time.DateOnly))
}

// yamlHost quotes what YAML would read as something else: an IPv6 address.
func yamlHost(host string) string {
	if strings.Contains(host, ":") {
		return `"` + host + `"`
	}
	return host
}
