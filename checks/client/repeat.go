package client

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"sdegauge/checks"
)

// bodyLimit is the most bytes of a body that are read and compared.
const bodyLimit = 1 << 20

// request is what a client sent, as far as a repeat has to be like it.
type request struct {
	method, target, host string
	header               http.Header
	body                 []byte
	unread               bool // the body was not read
}

// ownFields belong to an attempt or its connection and may differ between
// repeats: framing, time, signatures that hold a time, and the marks of tracing.
var ownFields = []string{
	"Authorization", "Connection", "Content-Length", "Date", "Expect", "Keep-Alive", "Proxy-Authorization",
	"Traceparent", "Tracestate", "Transfer-Encoding", "X-Correlation-Id", "X-Request-Id",
}

func ownField(name string) bool {
	return slices.Contains(ownFields, name) || strings.HasPrefix(name, "X-B3-") || strings.HasPrefix(name, "X-Amzn-Trace")
}

// differs says in which way a request is not the first one again; empty where
// it is.
func (r request) differs(first request) string {
	switch {
	case r.method != first.method:
		return "the method was " + shown(first.method) + " and became " + shown(r.method)
	case r.target != first.target:
		return "the URL was " + shown(first.target) + " and became " + shown(r.target)
	case r.host != first.host:
		return "the host was " + shown(first.host) + " and became " + shown(r.host)
	}
	if text := fieldsDiffer(first.header, r.header); text != "" {
		return text
	}
	if r.unread || first.unread || bytes.Equal(r.body, first.body) {
		return ""
	}
	at := 0
	for at < min(len(r.body), len(first.body)) && r.body[at] == first.body[at] {
		at++
	}
	return fmt.Sprintf("the body of %d bytes became one of %d, other from byte %d on: %s", len(first.body), len(r.body), at, shown(string(r.body[at:])))
}

func fieldsDiffer(was, became http.Header) string {
	names := slices.Sorted(maps.Keys(was))
	for name := range became {
		if _, known := was[name]; !known {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if !ownField(name) && !slices.Equal(was[name], became[name]) {
			return fmt.Sprintf("the header field %s was %s and became %s", shown(name), fieldText(name, was), fieldText(name, became))
		}
	}
	return ""
}

// fieldText is the value of a field as it may be shown.
func fieldText(name string, h http.Header) string {
	values, ok := h[name]
	if !ok {
		return "absent"
	}
	for _, word := range []string{"auth", "cookie", "token", "secret", "key"} {
		if strings.Contains(strings.ToLower(name), word) {
			return "***"
		}
	}
	return shown(strings.Join(values, ", "))
}

// shown makes what a client sent fit for a terminal. An Update Session URL of
// usual ids is not cut.
func shown(text string) string { return checks.Printable([]byte(text), 160) }
