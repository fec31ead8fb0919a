package traffic

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// resolverFunc is a resolver made of a function.
type resolverFunc func(host string) ([]string, error)

func (f resolverFunc) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	found, err := f(host)
	var addresses []netip.Addr
	for _, a := range found {
		addresses = append(addresses, netip.MustParseAddr(a))
	}
	return addresses, err
}

var testNow = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestGuard(t *testing.T) {
	names := map[string][]string{
		"localhost":        {"::1", "127.0.0.1"},
		"dev.example":      {"127.0.0.7"},
		"docs.example":     {"192.0.2.1"},
		"pair.example":     {"192.0.2.1", "198.51.100.1"},
		"two-faced":        {"127.0.0.1", "192.0.2.1"},
		"mapped.example":   {"::ffff:127.0.0.1"},
		"expired.example":  {"192.0.2.1"},
		"ownerless":        {"192.0.2.1"},
		"rateless.example": {"192.0.2.1"},
	}
	resolver := resolverFunc(func(host string) ([]string, error) {
		if a := names[host]; a != nil {
			return a, nil
		}
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	})
	later := testNow.Add(time.Hour)
	within := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	guard := NewGuard([]Consent{
		{Host: "DOCS.example.", Owner: "us", MaxRate: 10, Expires: later},
		{Host: "pair.example", Owner: "us", MaxRate: 10, Expires: later, Addresses: within},
		{Host: "expired.example", Owner: "us", MaxRate: 10, Expires: testNow},
		{Host: "ownerless", Owner: " ", MaxRate: 10, Expires: later},
		{Host: "rateless.example", Owner: "us", Expires: later},
		{Host: "2001:DB8::1", Owner: "us", MaxRate: 10, Expires: later, Addresses: []netip.Prefix{netip.MustParsePrefix("2001:db8::/32")}},
	}, resolver, func() time.Time { return testNow })

	for _, row := range []struct {
		reason, host string
		want         string // the refusal, or the addresses
		refused      bool
	}{
		{"loopback by address", "127.0.0.1", "127.0.0.1", false},
		{"all of 127.0.0.0/8", "127.250.1.2", "127.250.1.2", false},
		{"loopback by IPv6 address, as in a URL", "[::1]", "::1", false},
		{"a mapped loopback address", "::ffff:127.0.0.1", "127.0.0.1", false},
		{"a name for loopback, its addresses in order", "localhost", "::1 127.0.0.1", false},
		{"any name for loopback, in any letter case", "DEV.example.", "127.0.0.7", false},
		{"a name for mapped loopback", "mapped.example", "127.0.0.1", false},
		{"the unspecified address is not loopback", "0.0.0.0", "no consent names it", true},
		{"an address without consent", "192.0.2.1", "no consent names it", true},
		{"a private address is not loopback", "10.0.0.1", "no consent names it", true},
		{"one address that is not loopback is enough", "two-faced", "no consent names it", true},
		{"a consent", "docs.example", "192.0.2.1", false},
		{"a consent to an IPv6 address", "2001:db8::1", "2001:db8::1", false},
		{"a consent that bounds the addresses", "pair.example", "its address 198.51.100.1 lies outside", true},
		{"a consent that is over", "expired.example", "its consent expired at 2026-03-01T12:00:00Z", true},
		{"a consent of nobody", "ownerless", "names no owner", true},
		{"a consent to no rate", "rateless.example", "names no highest rate", true},
	} {
		t.Run(row.reason, func(t *testing.T) {
			permit, err := guard.Check(t.Context(), row.host)
			if row.refused {
				var refused *ConsentError
				require.ErrorAs(t, err, &refused)
				assert.ErrorContains(t, err, row.want)
				assert.ErrorContains(t, err, "consent:\n  - host: ")
				return
			}
			require.NoError(t, err)
			text := ""
			loopback := true
			for i, a := range permit.Addresses {
				if i > 0 {
					text += " "
				}
				text += a.String()
				loopback = loopback && a.IsLoopback()
			}
			assert.Equal(t, row.want, text)
			assert.Equal(t, loopback, permit.Consent == nil)
		})
	}

	t.Run("a name without an address is unreachable", func(t *testing.T) {
		_, err := guard.Check(t.Context(), "missing.example")
		var missing *UnreachableError
		require.ErrorAs(t, err, &missing)
		assert.Equal(t, contract.FailResolve, missing.Failure)
		assert.ErrorContains(t, err, "check the spelling")
	})
}

func TestConsentErrorShowsTheKeyToAdd(t *testing.T) {
	guard := NewGuard(nil, resolverFunc(func(string) ([]string, error) { return []string{"192.0.2.1"}, nil }),
		func() time.Time { return testNow })
	_, err := guard.Check(t.Context(), "api.example.com")
	assert.EqualError(t, err, `host "api.example.com" (192.0.2.1) may not be loaded: it is not loopback and no consent names it; nothing was sent
if its owner agrees, say so in the scenario:

consent:
  - host: api.example.com
    owner: NAME OF WHO ANSWERS FOR IT
    max_rate: 10/s
    expires: 2026-04-01`)
	_, err = guard.Check(t.Context(), "2001:db8::1")
	assert.ErrorContains(t, err, `- host: "2001:db8::1"`)
}

// Whatever the resolver says, an exchanger without consent dials loopback alone.
func TestGuardDialsLoopbackAlone(t *testing.T) {
	address := rapid.OneOf(
		rapid.SampledFrom([]string{"127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"}),
		rapid.SampledFrom([]string{"192.0.2.1", "10.1.2.3", "0.0.0.0", "::", "fe80::1", "2001:db8::1", "128.0.0.1", "126.255.255.255"}),
	)
	rapid.Check(t, func(t *rapid.T) {
		answers := rapid.SliceOfN(rapid.SliceOfN(address, 1, 4), 1, 4).Draw(t, "answers")
		lookups := 0
		guard := NewGuard(nil, resolverFunc(func(string) ([]string, error) {
			lookups++
			return answers[min(lookups, len(answers))-1], nil
		}), nil)
		var dialled []string
		for range len(answers) {
			_, _ = guard.Dial(context.Background(), "tcp", "name.example:80", func(_ context.Context, _, a string) (net.Conn, error) {
				dialled = append(dialled, a)
				return nil, errors.New("refused")
			})
		}
		for _, a := range dialled {
			if !netip.MustParseAddrPort(a).Addr().Unmap().IsLoopback() {
				t.Fatalf("dialled %s", a)
			}
		}
		if lookups != 1 {
			t.Fatalf("resolved %d times: a name is pinned to its first answer", lookups)
		}
	})
}

func TestExchangerRefusesBeforeAnythingIsSent(t *testing.T) {
	dials := 0
	_, err := NewExchanger(t.Context(), ExchangeOptions{
		URL:   "https://docs.example:8443",
		Guard: NewGuard(nil, resolverFunc(func(string) ([]string, error) { return []string{"192.0.2.1"}, nil }), nil),
		Dial: func(context.Context, string, string) (net.Conn, error) {
			dials++
			return nil, errors.New("dialled")
		},
	})
	var refused *ConsentError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "docs.example", refused.Host)
	assert.Zero(t, dials)
}

func TestDialTriesAddressesInOrder(t *testing.T) {
	guard := NewGuard(nil, resolverFunc(func(string) ([]string, error) { return []string{"::1", "127.0.0.1", "127.0.0.2"}, nil }), nil)
	for _, row := range []struct {
		reason string
		live   string
		want   []string
	}{
		{"the first answers", "[::1]:80", []string{"[::1]:80"}},
		{"the second answers", "127.0.0.1:80", []string{"[::1]:80", "127.0.0.1:80"}},
		{"none answers", "", []string{"[::1]:80", "127.0.0.1:80", "127.0.0.2:80"}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			var dialled []string
			conn, err := guard.Dial(t.Context(), "tcp", "name.example:80", func(_ context.Context, _, a string) (net.Conn, error) {
				dialled = append(dialled, a)
				if a != row.live {
					return nil, errors.New(a + " is down")
				}
				client, server := net.Pipe()
				_ = server.Close()
				return client, nil
			})
			assert.Equal(t, row.want, dialled)
			if row.live == "" {
				assert.ErrorContains(t, err, "[::1]:80 is down\n127.0.0.1:80 is down")
				return
			}
			require.NoError(t, err)
			_ = conn.Close()
		})
	}
}

// An address that never answers leaves its share of the time to the next.
func TestDialSharesTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		guard := NewGuard(nil, resolverFunc(func(string) ([]string, error) { return []string{"::1", "127.0.0.1"}, nil }), nil)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began := time.Now()
		var tried []time.Duration
		_, err := guard.Dial(ctx, "tcp", "name.example:80", func(ctx context.Context, _, _ string) (net.Conn, error) {
			tried = append(tried, time.Since(began))
			<-ctx.Done()
			return nil, ctx.Err()
		})
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, []time.Duration{0, 5 * time.Second}, tried)
		assert.Equal(t, 10*time.Second, time.Since(began))
	})
}

// An exchange reaches a host whose first address is a black hole: the dial is
// over in time for the next address, though the exchange asks for no deadline.
func TestExchangeSurvivesABlackHole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := newPipes()
		new(rawServer).serve(t, network, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			for {
				if _, err := s.readRequest(in); err != nil {
					return
				}
				_, _ = io.WriteString(conn, emptyOK)
			}
		})
		guard := NewGuard(nil, resolverFunc(func(string) ([]string, error) { return []string{"::1", "127.0.0.1"}, nil }), nil)
		e := newStd(t, ExchangeOptions{URL: "http://name.example", Guard: guard, Dial: func(ctx context.Context, n, address string) (net.Conn, error) {
			if address == "[::1]:80" {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return network.Dial(ctx, n, address)
		}})
		r := exchange(e, putCase())
		assert.Equal(t, 200, r.Status, "%v", r.Err)
		assert.Equal(t, 5*time.Second, r.Connected)
		e.Close()
	})
}
