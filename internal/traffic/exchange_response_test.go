package traffic

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// The tests of the suite in exchange_test.go that are about what comes back.

// sortedFields sorts fields by name; those of one name keep their order.
func sortedFields(fields []contract.HeaderField) []contract.HeaderField {
	return slices.SortedStableFunc(slices.Values(fields), func(a, b contract.HeaderField) int { return strings.Compare(a.Name, b.Name) })
}

func testResponse(t *testing.T, newExchanger exchangerMaker) {
	for _, row := range []struct {
		reason, response string
		status           int
		proto, body      string
		header           []contract.HeaderField
	}{
		{"the specification's error example", "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 68\r\n\r\n" +
			`{"time":1469543282471,"message":"Illegal Version","internalCode":33}`, 400, "HTTP/1.1",
			`{"time":1469543282471,"message":"Illegal Version","internalCode":33}`,
			[]contract.HeaderField{{Name: "Content-Length", Value: "68"}, {Name: "Content-Type", Value: "application/json"}}},
		{"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 200, "HTTP/1.1", "abc",
			[]contract.HeaderField{{Name: "Transfer-Encoding", Value: "chunked"}}},
		{"1xx are not the answer", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + emptyOK, 200, "HTTP/1.1", "",
			[]contract.HeaderField{{Name: "Content-Length", Value: "0"}}},
		{"repeated fields keep their order", "HTTP/1.1 503 Busy\r\nVia: b\r\nA: 1\r\nVia: a\r\nContent-Length: 0\r\n\r\n", 503, "HTTP/1.1", "",
			[]contract.HeaderField{{Name: "A", Value: "1"}, {Name: "Content-Length", Value: "0"}, {Name: "Via", Value: "b"}, {Name: "Via", Value: "a"}}},
		{"a switch of protocols has no entity", "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nxyz", 101, "HTTP/1.1", "",
			[]contract.HeaderField{{Name: "Connection", Value: "Upgrade"}, {Name: "Upgrade", Value: "x"}}},
		{"lines may end in LF alone", "HTTP/1.1 200 OK\nContent-Length: 2\nA: b\n\n{}", 200, "HTTP/1.1", "{}",
			[]contract.HeaderField{{Name: "A", Value: "b"}, {Name: "Content-Length", Value: "2"}}},
		{"a length said twice", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 200, "HTTP/1.1", "{}", nil},
		{"a folded line", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n  c\r\n\r\n{}", 200, "HTTP/1.1", "{}",
			[]contract.HeaderField{{Name: "A", Value: "b c"}, {Name: "Content-Length", Value: "2"}}},
		{"no reason phrase", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", 404, "HTTP/1.1", "",
			[]contract.HeaderField{{Name: "Content-Length", Value: "0"}}},
		{"HTTP/1.0 knows no chunks", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 200, "HTTP/1.0", "0\r\n\r\n", nil},
		{"a trailer is no part of the entity", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX: y\r\n\r\n", 200, "HTTP/1.1", "ab",
			[]contract.HeaderField{{Name: "Transfer-Encoding", Value: "chunked"}}},
		{"204 has no entity", "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", 204, "HTTP/1.1", "", nil},
		{"a long header", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: " + strings.Repeat("x", 20_000) + "\r\n\r\n{}", 200, "HTTP/1.1", "{}",
			[]contract.HeaderField{{Name: "Content-Length", Value: "2"}, {Name: "X", Value: strings.Repeat("x", 20_000)}}},
		{"compressed is left so", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08", 200, "HTTP/1.1", "\x1f\x8b\x08",
			[]contract.HeaderField{{Name: "Content-Encoding", Value: "gzip"}, {Name: "Content-Length", Value: "3"}}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			r := exchange(newExchanger(t, ExchangeOptions{URL: answering(t, row.response).URL}), putCase())
			require.NoError(t, r.Err)
			assert.Equal(t, contract.NoFailure, r.Failure)
			assert.Equal(t, row.status, r.Status)
			assert.Equal(t, row.proto, r.Proto)
			assert.Equal(t, row.body, string(r.Body))
			if row.header != nil { // nil: what net/http keeps to itself
				assert.Equal(t, row.header, sortedFields(r.Header))
			}
			assert.False(t, r.Truncated)
			assert.GreaterOrEqual(t, r.Connected, time.Duration(0))
			assert.GreaterOrEqual(t, r.FirstByte, r.Connected)
			assert.GreaterOrEqual(t, r.LastByte, r.FirstByte)
		})
	}
}

func testBounds(t *testing.T, newExchanger exchangerMaker) {
	const size = 2 << 30
	flood := func(head string, chunk []byte) func(*rawServer, net.Conn, *bufio.Reader) {
		return func(s *rawServer, conn net.Conn, in *bufio.Reader) {
			if _, err := s.readRequest(in); err != nil {
				return
			}
			_, _ = io.WriteString(conn, head)
			for sent := 0; sent < size; sent += len(chunk) {
				if _, err := conn.Write(chunk); err != nil {
					return // the client had enough
				}
			}
			panic("the client took 2 GB")
		}
	}
	chunk := bytes.Repeat([]byte("x"), 1<<16)
	coded := append([]byte("10000\r\n"), append(chunk, "\r\n"...)...)
	for _, row := range []struct {
		reason    string
		serve     func(*rawServer, net.Conn, *bufio.Reader)
		truncated bool
		length    int
	}{
		{"2 GB with a length", flood(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", size), chunk), true, 1000},
		{"2 GB in chunks", flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", coded), true, 1000},
		{"2 GB until the connection closes", flood("HTTP/1.1 200 OK\r\n\r\n", chunk), true, 1000},
		{"one byte too many", afterRequest("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + strings.Repeat("x", 1001)), true, 1000},
		{"exactly the bound", afterRequest("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + strings.Repeat("x", 1000)), false, 1000},
		{"one below", afterRequest("HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", 999)), false, 999},
	} {
		t.Run(row.reason, func(t *testing.T) {
			s := newRawServer(t, row.serve)
			r := exchange(newExchanger(t, ExchangeOptions{URL: s.URL, MaxBody: 1000}), putCase())
			require.NoError(t, r.Err)
			assert.Equal(t, 200, r.Status)
			assert.Equal(t, row.truncated, r.Truncated)
			assert.Len(t, r.Body, row.length)
			assert.LessOrEqual(t, cap(r.Body), 2000)
		})
	}
}

func testRedirect(t *testing.T, newExchanger exchangerMaker) {
	s := answering(t, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
	r := exchange(newExchanger(t, ExchangeOptions{URL: s.URL}), putCase())
	require.NoError(t, r.Err)
	assert.Equal(t, 302, r.Status)
	assert.EqualValues(t, 1, s.requests.Load())
}
