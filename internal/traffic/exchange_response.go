package traffic

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"sdegauge/internal/contract"
)

// firstRead is what is set aside for an entity at first: more than any answer of
// the contract needs.
const firstRead = 512

// readBounded appends at most bound bytes of body to dst and says whether there
// were more.
func readBounded(dst []byte, body io.Reader, bound int) (read []byte, truncated bool, err error) {
	dst = slices.Grow(dst, min(firstRead, bound))
	for len(dst) < bound {
		if len(dst) == cap(dst) {
			dst = slices.Grow(dst, min(len(dst), bound-len(dst)))
		}
		n, err := body.Read(dst[len(dst):min(cap(dst), bound)])
		dst = dst[:len(dst)+n]
		if err == io.EOF {
			return dst, false, nil
		}
		if err != nil {
			return dst, false, err
		}
	}
	var beyond [1]byte
	switch _, err = io.ReadFull(body, beyond[:]); err {
	case nil:
		return dst, true, nil
	case io.EOF:
		return dst, false, nil
	default:
		return dst, false, err
	}
}

// appendHeader lists the header of a response, sorted by name; fields of one
// name keep their order.
func appendHeader(dst []contract.HeaderField, resp *http.Response) []contract.HeaderField {
	for name, values := range resp.Header {
		for _, value := range values {
			dst = append(dst, contract.HeaderField{Name: name, Value: value})
		}
	}
	for _, coding := range resp.TransferEncoding { // net/http takes it out of Header
		dst = append(dst, contract.HeaderField{Name: "Transfer-Encoding", Value: coding})
	}
	slices.SortStableFunc(dst, func(a, b contract.HeaderField) int { return strings.Compare(a.Name, b.Name) })
	return dst
}

// emptyReading makes a reading one of which nothing has come yet, keeping the
// capacity of its header and body.
func emptyReading(r *contract.Reading) {
	r.Connected, r.FirstByte, r.LastByte = -1, -1, -1
	r.Status, r.Proto, r.Failure, r.Err, r.Truncated = 0, "", contract.NoFailure, nil, false
	r.Header, r.Body = r.Header[:0], r.Body[:0]
}
