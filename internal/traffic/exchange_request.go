package traffic

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"sdegauge/internal/contract"
)

// request turns a case into the request that net/http writes as it stands.
//
// The body is copied: when an exchange ends early, net/http may go on reading it
// while the case is already being filled anew. GetBody stays nil, so that there
// is nothing to send again.
func (e *StdExchanger) request(c *contract.Case) (*http.Request, error) {
	if c.Method == http.MethodConnect {
		return nil, fmt.Errorf("%w: CONNECT names a host, not a target", errUnsendable)
	}
	target, err := e.target(c.Target)
	if err != nil {
		return nil, err
	}
	req := &http.Request{
		Method: c.Method, URL: target, Host: e.host, Header: e.header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: http.NoBody, ContentLength: int64(len(c.Body)),
	}
	if len(c.Body) > 0 {
		// A NopCloser around a bytes.Reader is a type that net/http knows to be in
		// memory: header and body leave in one write.
		req.Body = io.NopCloser(bytes.NewReader(bytes.Clone(c.Body)))
	}
	if c.Header != nil {
		if err := e.caseHeader(req, c); err != nil {
			return nil, err
		}
	}
	return req, nil
}

// target makes a URL whose request target is t, byte for byte. net/url neither
// cleans nor encodes what stands in Opaque; only a target with two slashes first
// would get the scheme in front, and goes the long way.
func (e *StdExchanger) target(t string) (*url.URL, error) {
	if err := checkTarget(t); err != nil {
		return nil, err
	}
	u := &url.URL{Scheme: e.scheme, Host: e.host, Opaque: t}
	if strings.HasPrefix(t, "//") {
		path, query, asked := strings.Cut(t, "?")
		clear, err := url.PathUnescape(path)
		if err != nil {
			return nil, fmt.Errorf("%w: its target %q: %w", errUnsendable, t, err)
		}
		u.Opaque, u.Path, u.RawPath = "", clear, path
		u.RawQuery, u.ForceQuery = query, asked
	}
	if u.RequestURI() != t {
		return nil, fmt.Errorf("%w: net/http would change its target %q", errUnsendable, t)
	}
	return u, nil
}

// checkTarget refuses a target that would not stay on the request line.
func checkTarget(t string) error {
	if t == "" {
		return fmt.Errorf("%w: it has no target", errUnsendable)
	}
	for i := range len(t) {
		if t[i] < ' ' || t[i] == 0x7f {
			return fmt.Errorf("%w: byte %d of its target is the control character %#02x", errUnsendable, i, t[i])
		}
	}
	return nil
}

// checkFraming refuses a field that says otherwise how long the body is: the
// connection would be out of step.
func checkFraming(f contract.HeaderField, length int) error {
	switch textproto.CanonicalMIMEHeaderKey(f.Name) {
	case "Content-Length":
		if f.Value != strconv.Itoa(length) {
			return fmt.Errorf("%w: its Content-Length %q is not the length of its body, %d", errUnsendable, f.Value, length)
		}
	case "Transfer-Encoding":
		if f.Value != "chunked" || length == 0 {
			return fmt.Errorf("%w: the only Transfer-Encoding it may have is chunked, with a body", errUnsendable)
		}
	case "Trailer":
		return fmt.Errorf("%w: it announces a trailer", errUnsendable)
	}
	return nil
}

// caseHeader gives req the header of its case. net/http writes the names in
// their own letter case, over HTTP/1.1, and sorted; fields of one name keep their
// order. Four fields it wants as values of their own, or not at all.
func (e *StdExchanger) caseHeader(req *http.Request, c *contract.Case) error {
	req.Header = make(http.Header, len(c.Header)+len(e.extra)+1)
	for _, f := range c.Header {
		if err := checkFraming(f, len(c.Body)); err != nil {
			return err
		}
		name := f.Name
		switch canonical := textproto.CanonicalMIMEHeaderKey(name); canonical {
		case "Host":
			req.Host = f.Value
			continue
		case "Content-Length":
			continue
		case "Transfer-Encoding":
			req.TransferEncoding, req.ContentLength = []string{"chunked"}, -1
			continue
		case "Connection":
			req.Close = req.Close || httpguts.HeaderValuesContainsToken([]string{f.Value}, "close")
			name = canonical
		case "User-Agent", "Expect":
			name = canonical // net/http looks for these under this spelling
		}
		req.Header[name] = append(req.Header[name], f.Value)
	}
	e.addExtra(req.Header)
	return nil
}

// addExtra adds the run's own fields that h does not name, in any letter case:
// what a case says itself goes first.
func (e *StdExchanger) addExtra(h http.Header) {
	named := make(map[string]bool, len(h))
	for name := range h {
		named[textproto.CanonicalMIMEHeaderKey(name)] = true
	}
	for _, f := range e.extra {
		if !named[textproto.CanonicalMIMEHeaderKey(f.Name)] {
			h[f.Name] = append(h[f.Name], f.Value)
		}
	}
	if _, named := h["User-Agent"]; !named {
		h["User-Agent"] = nil // else net/http writes one of its own
	}
}
