package traffic

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"sdegauge/internal/contract"
)

// HTTPVersion names the protocol an exchange speaks.
type HTTPVersion string

// The protocols.
const (
	HTTPAuto HTTPVersion = "auto" // HTTP/1.1; over TLS what the server prefers and the transport speaks
	HTTP1    HTTPVersion = "1.1"
	HTTP2    HTTPVersion = "2"   // over TLS only
	HTTP2C   HTTPVersion = "h2c" // HTTP/2 in clear text, with prior knowledge
)

// The defaults of [ExchangeOptions].
const (
	DefaultTimeout = 10 * time.Second
	DefaultMaxBody = 64 << 10
	DefaultMaxIdle = 10_000
	// DefaultIdleTimeout is shorter than the 5 s after which widespread servers
	// close an idle connection: a request that meets such a close on its way is
	// lost, and would be booked on the server.
	DefaultIdleTimeout = 4 * time.Second
)

// maxResponseHeader bounds the header of a response, in bytes.
const maxResponseHeader = 64 << 10

// ExchangeOptions say where exchanges go and how. The zero value of each but URL
// stands for its default.
type ExchangeOptions struct {
	// URL is the target's scheme and host, with its port: "http://127.0.0.1:8080".
	URL string
	// Header is added to every request, but for fields that a case names itself.
	// It may hold secrets; it is never printed.
	Header []contract.HeaderField
	// UserAgent is the field User-Agent; empty: none is sent.
	UserAgent string
	TLS       TLSFiles
	HTTP      HTTPVersion
	// Transport is what [NewTransport] makes.
	Transport TransportName
	// Timeout bounds one exchange, from its send to its last byte.
	Timeout time.Duration
	// MaxBody is the most bytes read of a response's entity.
	MaxBody int
	// MaxIdle is the most idle connections kept, IdleTimeout how long.
	MaxIdle     int
	IdleTimeout time.Duration
	// Guard decides where requests may go; nil allows loopback alone.
	Guard *Guard
	// Dial opens connections to addresses the guard has let through; nil: TCP.
	Dial DialFunc
}

// String shows the options without what may be secret.
func (o ExchangeOptions) String() string {
	names := make([]string, len(o.Header))
	for i, f := range o.Header {
		names[i] = f.Name + ": ***"
	}
	return fmt.Sprintf("{URL:%s Header:[%s] UserAgent:%s HTTP:%s Timeout:%s MaxBody:%d}",
		redactURL(o.URL), strings.Join(names, ", "), o.UserAgent, o.HTTP, o.Timeout, o.MaxBody)
}

// GoString is String: %#v tells no secrets either.
func (o ExchangeOptions) GoString() string { return o.String() }

// redactURL hides the password of a URL, and all of one that cannot be read.
func redactURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "***"
	}
	return u.Redacted()
}

// StdExchanger makes exchanges over net/http: HTTP/1.1, HTTP/2 and h2c, with TLS
// and client certificates. No proxy is ever used, whatever the environment says.
//
// What net/http knows of a response differs a little from the wire: the names of
// its header fields are in canonical letter case, and come sorted.
type StdExchanger struct {
	endpoint
	transport *http.Transport
	header    http.Header // of every case that has none of its own; never changed
}

// NewExchanger makes an exchanger on net/http. The target's host is resolved and
// judged by the guard before it returns, and nothing is sent: a host that may
// not be loaded is a [*ConsentError], one without an address an
// [*UnreachableError]; other errors are about the options.
func NewExchanger(ctx context.Context, o ExchangeOptions) (*StdExchanger, error) {
	e := &StdExchanger{header: make(http.Header)}
	if err := e.open(ctx, o); err != nil {
		return nil, err
	}
	for _, f := range contract.DefaultHeader() {
		e.header[f.Name] = append(e.header[f.Name], f.Value)
	}
	e.addExtra(e.header)
	e.transport = e.newTransport(o)
	return e, nil
}

func (e *StdExchanger) newTransport(o ExchangeOptions) *http.Transport {
	return &http.Transport{
		Proxy: nil, // the environment may name one; it is never used
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			// A dial outlives the exchange that asked for it, for another may use the
			// connection: it needs a bound of its own.
			ctx, cancel := context.WithTimeout(ctx, e.timeout)
			defer cancel()
			return e.guard.Dial(ctx, network, address, e.dial)
		},
		TLSClientConfig:        e.config,
		TLSHandshakeTimeout:    e.timeout,
		Protocols:              e.protocols,
		DisableCompression:     true, // it would add Accept-Encoding and unpack by itself
		MaxIdleConnsPerHost:    orDefault(o.MaxIdle, DefaultMaxIdle),
		IdleConnTimeout:        orDefault(o.IdleTimeout, DefaultIdleTimeout),
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: maxResponseHeader,
		// Without these an answer may fill 4 MB before anybody reads it.
		HTTP2: &http.HTTP2Config{
			MaxReceiveBufferPerStream:     min(max(e.maxBody, 64<<10), 4<<20-1),
			MaxReceiveBufferPerConnection: 4<<20 - 1,
		},
	}
}

// check finds values that make no sense.
func (o ExchangeOptions) check() error {
	if o.Timeout < 0 || o.IdleTimeout < 0 {
		return fmt.Errorf("a negative time-out (%s, idle %s) makes no sense", o.Timeout, o.IdleTimeout)
	}
	if o.MaxBody < 0 || o.MaxIdle < 0 {
		return fmt.Errorf("a negative bound (body %d, idle connections %d) makes no sense", o.MaxBody, o.MaxIdle)
	}
	for _, f := range o.Header {
		switch textproto.CanonicalMIMEHeaderKey(f.Name) {
		case "Host", "Content-Length", "Transfer-Encoding", "Trailer", "User-Agent":
			return fmt.Errorf("the header field %q cannot be set for every request", f.Name)
		}
		if !httpguts.ValidHeaderFieldName(f.Name) || !httpguts.ValidHeaderFieldValue(f.Value) {
			return fmt.Errorf("the header field %q has an invalid name or value", f.Name)
		}
	}
	return nil
}

// baseURL reads a target's URL and refuses what would be ignored.
func baseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, errors.New("the target is no URL; write it like https://host:port") // s may hold a secret
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("the target %s must begin with http:// or https://", u.Redacted())
	case u.User != nil:
		return nil, fmt.Errorf("the target %s must not hold credentials; send them in a header", u.Redacted())
	case u.Hostname() == "":
		return nil, fmt.Errorf("the target %s names no host", u.Redacted())
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("the target %s must end after host and port; the path is the contract's", u.Redacted())
	}
	return u, nil
}

func withPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// protocols are what a transport may speak over a scheme.
func (v HTTPVersion) protocols(scheme string) (*http.Protocols, error) {
	var p http.Protocols
	switch {
	case v == "" || v == HTTPAuto:
		p.SetHTTP1(true)
		p.SetHTTP2(scheme == "https")
	case v == HTTP1:
		p.SetHTTP1(true)
	case v == HTTP2 && scheme == "https":
		p.SetHTTP2(true)
	case v == HTTP2C && scheme == "http":
		p.SetUnencryptedHTTP2(true)
	case v == HTTP2:
		return nil, errors.New("HTTP version 2 needs an https target; over http it is called h2c")
	case v == HTTP2C:
		return nil, errors.New("HTTP version h2c needs an http target; over https it is called 2")
	default:
		return nil, fmt.Errorf("%q is no HTTP version; the versions are auto, 1.1, 2 and h2c", string(v))
	}
	return &p, nil
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// Name is [TransportStd].
func (e *StdExchanger) Name() TransportName { return TransportStd }

// Close ends idle connections.
func (e *StdExchanger) Close() { e.transport.CloseIdleConnections() }

// Exchange implements [Exchanger]. It reuses the capacity of r.Header and
// r.Body. A response that broke off leaves the part that came in r, with status 0.
func (e *StdExchanger) Exchange(ctx context.Context, r *contract.Reading, began time.Time) {
	emptyReading(r)
	t := &trace{began: began, sharesConn: e.http == HTTP2C, wrote: &e.wrote}
	t.connected.Store(-1)
	t.firstByte.Store(-1)
	status, err := e.roundTrip(ctx, r, t)

	r.LastByte = time.Since(began)
	r.Connected = time.Duration(t.connected.Load())
	r.FirstByte = time.Duration(t.firstByte.Load())
	if err == nil {
		t.count()
		r.Status = status
		return
	}
	if t.stopped.Load() {
		err = errNotSentAgain
	}
	r.Err, r.Failure = err, failureOf(ctx, r.Connected >= 0, err)
}

// roundTrip sends the case of r and reads what comes back into it.
func (e *StdExchanger) roundTrip(ctx context.Context, r *contract.Reading, t *trace) (status int, err error) {
	req, err := e.request(r.Case)
	if err != nil {
		return 0, err
	}
	ctx, t.cancel = context.WithTimeout(ctx, e.timeout)
	defer t.cancel()
	resp, err := e.transport.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, t.hooks())))
	if err != nil {
		return 0, err
	}
	// Closing before the end breaks the connection, or resets the stream: what
	// lies beyond the bound is not read.
	defer resp.Body.Close()
	r.Proto = resp.Proto
	r.Header = appendHeader(r.Header, resp)
	if resp.StatusCode < 100 {
		return 0, fmt.Errorf("malformed HTTP status code %03d", resp.StatusCode)
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return resp.StatusCode, nil // what follows is no entity
	}
	r.Body, r.Truncated, err = readBounded(r.Body, resp.Body, e.maxBody)
	if err != nil {
		return 0, fmt.Errorf("the entity of a response %d broke off after %d bytes: %w", resp.StatusCode, len(r.Body), err)
	}
	return resp.StatusCode, nil
}
