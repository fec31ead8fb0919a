package traffic

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"sdegauge/internal/contract"
)

// RawRequest is a request in parts, each of which may be changed to anything:
// nothing is checked, completed or put in order.
type RawRequest struct {
	Method, Target, Proto string
	Header                []contract.HeaderField
	Body                  []byte // with its framing, if it has any
}

// Request is a case in parts, Host, Content-Length and the run's own fields among
// its header: what [FastExchanger] would send. Nothing of it is shared with c.
func (x *RawExchanger) Request(c *contract.Case) RawRequest {
	header := slices.Clone(c.Header)
	if header == nil {
		header = contract.DefaultHeader()
	}
	for _, f := range x.to.extra {
		if !names(c.Header, f.Name) {
			header = append(header, f)
		}
	}
	r := RawRequest{Method: c.Method, Target: c.Target, Proto: "HTTP/1.1", Body: bytes.Clone(c.Body)}
	if !names(header, "Host") {
		r.Header = append(r.Header, contract.HeaderField{Name: "Host", Value: x.to.host})
	}
	r.Header = append(r.Header, header...)
	switch {
	case names(header, "Transfer-Encoding"):
		r.Body = Chunked(c.Body, len(c.Body))
	case names(header, "Content-Length"):
	case len(c.Body) > 0 || c.Method == http.MethodPut || c.Method == http.MethodPost || c.Method == http.MethodPatch:
		r.Header = append(r.Header, contract.HeaderField{Name: "Content-Length", Value: strconv.Itoa(len(c.Body))})
	}
	return r
}

// Wire is a case as [FastExchanger] would send it, byte for byte.
func (x *RawExchanger) Wire(c *contract.Case) []byte {
	r := x.Request(c)
	return r.Bytes()
}

// Bytes is the request as it goes on the wire.
func (r *RawRequest) Bytes() []byte { return append(r.Head(), r.Body...) }

// Head is what precedes the body, the empty line included.
func (r *RawRequest) Head() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s %s\r\n", r.Method, r.Target, r.Proto)
	for _, f := range r.Header {
		fmt.Fprintf(&out, "%s: %s\r\n", f.Name, f.Value)
	}
	out.WriteString("\r\n")
	return out.Bytes()
}

// Set gives the header one field of a name, in place of the first that has it in
// any letter case and without the others; without one it comes last.
func (r *RawRequest) Set(name, value string) {
	at := slices.IndexFunc(r.Header, func(f contract.HeaderField) bool { return same(f, name) })
	if at < 0 {
		r.Header = append(r.Header, contract.HeaderField{Name: name, Value: value})
		return
	}
	rest := slices.DeleteFunc(slices.Clone(r.Header[at+1:]), func(f contract.HeaderField) bool { return same(f, name) })
	r.Header = append(append(slices.Clone(r.Header[:at]), contract.HeaderField{Name: name, Value: value}), rest...)
}

// Remove takes all fields of a name, in any letter case, out of the header.
func (r *RawRequest) Remove(name string) {
	r.Header = slices.DeleteFunc(slices.Clone(r.Header), func(f contract.HeaderField) bool { return same(f, name) })
}

func same(f contract.HeaderField, name string) bool {
	return names([]contract.HeaderField{f}, name)
}

// Chunked is a body in the chunked coding, in chunks of at most size bytes and
// without a trailer. A size below 1 makes one chunk.
func Chunked(body []byte, size int) []byte {
	var out bytes.Buffer
	if size < 1 {
		size = max(len(body), 1)
	}
	for chunk := range slices.Chunk(body, size) {
		fmt.Fprintf(&out, "%x\r\n%s\r\n", len(chunk), chunk)
	}
	out.WriteString("0\r\n\r\n")
	return out.Bytes()
}
