package reference

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// discard is a response writer that keeps nothing.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// replay is a body that can be read again.
type replay struct{ bytes.Reader }

func (*replay) Close() error { return nil }

func benchmarkUpdate(b *testing.B, target, body string, want int) {
	h, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := h.Preset(contract.ExampleSession()); err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPut, target, io.NopCloser(nil))
	r.ContentLength = int64(len(body))
	again, content := &replay{}, []byte(body)
	r.Body = again
	w := &discard{header: make(http.Header)}
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		again.Reset(content)
		clear(w.header)
		h.ServeHTTP(w, r)
		if w.status != want {
			b.Fatalf("status %d", w.status)
		}
	}
}

// BenchmarkUpdate is the whole of an accepted update but for the network.
func BenchmarkUpdate(b *testing.B) {
	benchmarkUpdate(b, contract.ExampleSession().Target, contract.ExampleBody, http.StatusOK)
}

// BenchmarkRefusal is an update refused at its last member.
func BenchmarkRefusal(b *testing.B) {
	body := contract.ExampleBody[:len(contract.ExampleBody)-1] + `,"pageId":1}`
	benchmarkUpdate(b, contract.ExampleSession().Target, body, http.StatusBadRequest)
}

// BenchmarkRead is the validation alone.
func BenchmarkRead(b *testing.B) {
	book := newRulebook(false)
	r := &reader{limits: readerLimits{depth: 64, text: 50_000}}
	body := []byte(contract.ExampleBody)
	engagement := contract.ExampleSession().Engagement
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if f := r.read(body, book.update, engagement); f != nil {
			b.Fatal(f)
		}
	}
}

// BenchmarkServer is an update over loopback, client and server together, on
// kept connections. The client writes bytes that were made before.
func BenchmarkServer(b *testing.B) {
	h, err := New(Options{})
	require.NoError(b, err)
	require.NoError(b, h.Preset(contract.ExampleSession()))
	s, err := Listen("127.0.0.1:0", h)
	require.NoError(b, err)
	request := fmt.Appendf(nil, "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		contract.ExampleSession().Target, len(contract.ExampleBody), contract.ExampleBody)
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		c, err := net.Dial("tcp", s.listener.Addr().String())
		require.NoError(b, err)
		defer func() { _ = c.Close() }()
		in := bufio.NewReader(c)
		for pb.Next() {
			_, err := c.Write(request)
			require.NoError(b, err)
			for line := []byte("first"); len(line) > len("\r\n"); {
				line, err = in.ReadSlice('\n')
				require.NoError(b, err)
			}
		}
	})
	require.NoError(b, s.Close(context.Background()))
	require.Equal(b, Tally{200: uint64(b.N)}, h.Counts().Updates)
}
