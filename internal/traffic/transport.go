package traffic

import (
	"context"
	"errors"
	"fmt"
)

// TransportName names an implementation of [Transport].
type TransportName string

// The transports.
const (
	// TransportAuto is fast where the target speaks HTTP/1.1 and wants no client
	// certificate, and std otherwise. Over TLS, where the version is left open,
	// that is HTTP/1.1 even if the server would prefer HTTP/2: who wants HTTP/2
	// asks for it.
	TransportAuto TransportName = "auto"
	TransportFast TransportName = "fast" // [FastExchanger]
	TransportStd  TransportName = "std"  // [StdExchanger]
)

// Transport is an exchanger with its target, as a run needs it.
type Transport interface {
	Exchanger
	// Name is [TransportFast] or [TransportStd].
	Name() TransportName
	// Target is the scheme and host that exchanges go to.
	Target() string
	// Probe connects to the target and hangs up; see [StdExchanger.Probe].
	Probe(ctx context.Context) error
	// Wrote is how many requests were written out.
	Wrote() uint64
}

// NewTransport makes the transport that o names. Its errors are those of
// [NewExchanger].
func NewTransport(ctx context.Context, o ExchangeOptions) (Transport, error) {
	var made Transport
	var err error
	switch name := o.choose(); name {
	case TransportFast:
		made, err = NewFastExchanger(ctx, o)
	case TransportStd:
		made, err = NewExchanger(ctx, o)
	default:
		err = fmt.Errorf("%q is no transport; the transports are auto, fast and std", string(name))
	}
	if err != nil {
		return nil, err // not an interface that holds a nil pointer
	}
	return made, nil
}

// choose says what auto means for these options.
func (o ExchangeOptions) choose() TransportName {
	if o.Transport != "" && o.Transport != TransportAuto {
		return o.Transport
	}
	if o.HTTP == HTTP2 || o.HTTP == HTTP2C || o.TLS.Certificate != "" {
		return TransportStd
	}
	return TransportFast
}

// fastVersion is the HTTP version of a fast transport.
func (v HTTPVersion) fastVersion() (HTTPVersion, error) {
	if v == HTTP2 || v == HTTP2C {
		return "", errors.New("the fast transport speaks HTTP/1.1 only; take the transport std, or auto, for HTTP/2")
	}
	if v == "" || v == HTTPAuto {
		return HTTP1, nil
	}
	return v, nil
}
