package traffic

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// Every connection is judged, those to another port of the host as well.
func TestRawKeepsToTheGuard(t *testing.T) {
	now := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	consent := Consent{Host: "192.0.2.1", Owner: "o", MaxRate: 1, Expires: now.Add(time.Hour)}
	x := newRaw(t, ExchangeOptions{
		URL: "https://192.0.2.1", Guard: NewGuard([]Consent{consent}, nil, func() time.Time { return now }),
		Dial: func(context.Context, string, string) (net.Conn, error) {
			t.Error("a connection was opened")
			return nil, net.ErrClosed
		},
	})
	now = now.Add(2 * time.Hour)
	for _, script := range []RawScript{{}, {ClearPort: "80"}, {TLS: tls.VersionTLS10}} {
		a := x.Send(t.Context(), script)
		assert.Equal(t, contract.FailForbidden, a.Failure, "%v", a.Err)
	}
	_, err := NewRawExchanger(t.Context(), ExchangeOptions{URL: "http://192.0.2.1"})
	var refused *ConsentError
	assert.ErrorAs(t, err, &refused)
}

func TestRawFailsToConnect(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	x := newRaw(t, ExchangeOptions{URL: "http://" + listener.Addr().String()})
	a := x.Send(t.Context(), once(x))
	assert.Equal(t, contract.FailRefused, a.Failure, "%v", a.Err)
	assert.Equal(t, EndUnseen, a.End)
	assert.Zero(t, a.Written)

	r := a.Reading(0, putCase())
	assert.Equal(t, contract.FailRefused, r.Failure)
	assert.Negative(t, r.FirstByte)
}

// A server refuses the versions of TLS that it does not speak, and only those.
func TestRawOffersOneVersionOfTLS(t *testing.T) {
	ca, _, pair := issued(t, "server.test")
	clear := newRawServer(t, echo)
	for _, row := range []struct {
		least, most, offered uint16
		failure              contract.Failure
	}{
		{tls.VersionTLS12, tls.VersionTLS13, tls.VersionTLS10, contract.FailTLS},
		{tls.VersionTLS12, tls.VersionTLS13, tls.VersionTLS11, contract.FailTLS},
		{tls.VersionTLS12, tls.VersionTLS13, tls.VersionTLS12, contract.NoFailure},
		{tls.VersionTLS12, tls.VersionTLS13, tls.VersionTLS13, contract.NoFailure},
		{tls.VersionTLS10, tls.VersionTLS10, tls.VersionTLS10, contract.NoFailure},
		{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS11, contract.NoFailure},
	} {
		t.Run(tls.VersionName(row.offered), func(t *testing.T) {
			s := secureRawServer(t, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: row.least, MaxVersion: row.most}, echo)
			x := newRaw(t, ExchangeOptions{URL: s.URL, TLS: TLSFiles{CA: ca}})
			script := once(x)
			script.TLS = row.offered
			a := x.Send(t.Context(), script)
			assert.Equal(t, row.failure, a.Failure, "%v", a.Err)
			if row.failure == contract.NoFailure {
				assert.Equal(t, row.offered, a.TLS)
				assert.Len(t, a.Responses, 1)
			}

			script = once(x)
			_, script.ClearPort, _ = net.SplitHostPort(strings.TrimPrefix(clear.URL, "http://"))
			a = x.Send(t.Context(), script)
			require.NoError(t, a.Err, "the same host in clear text")
			assert.Zero(t, a.TLS)
		})
	}
}

func TestRawReading(t *testing.T) {
	s := answering(t, "HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\n{}")
	x := newRaw(t, ExchangeOptions{URL: s.URL})
	c := putCase()
	a := x.Send(t.Context(), once(x))
	r := a.Reading(0, c)
	assert.Same(t, c, r.Case)
	assert.Equal(t, 400, r.Status)
	assert.Equal(t, "{}", string(r.Body))
	assert.Equal(t, "HTTP/1.1", r.Proto)
	assert.LessOrEqual(t, r.FirstByte, r.LastByte)
}
