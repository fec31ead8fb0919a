package traffic

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"testing"
	"time"

	"sdegauge/internal/contract"
)

// BenchmarkExchange is one PUT of 900 bytes over a kept connection, the side of
// the server, which reads and answers without looking, included. Over pipes there
// are no system calls: what is left is the transport and the scheduler.
func BenchmarkExchange(b *testing.B) {
	answer := []byte("HTTP/1.1 200 OK\r\nDate: Thu, 01 Oct 2026 10:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n")
	serve := func(_ *rawServer, conn net.Conn, in *bufio.Reader) {
		body := make([]byte, 900)
		for {
			for line := []byte("x"); !bytes.Equal(line, []byte("\r\n")); {
				var err error
				if line, err = in.ReadSlice('\n'); err != nil {
					return
				}
			}
			for n := 0; n < len(body); {
				read, err := in.Read(body[n:])
				if n += read; err != nil {
					return
				}
			}
			if _, err := conn.Write(answer); err != nil {
				return
			}
		}
	}
	for _, transport := range []string{"std", "fast"} {
		b.Run(transport+"/loopback", func(b *testing.B) {
			benchmarkExchange(b, transport, ExchangeOptions{URL: newRawServer(b, serve).URL})
		})
		b.Run(transport+"/pipe", func(b *testing.B) {
			network := newPipes()
			(&rawServer{}).serve(b, network, serve)
			benchmarkExchange(b, transport, ExchangeOptions{URL: pipedTarget, Dial: network.Dial})
		})
	}
}

func benchmarkExchange(b *testing.B, transport string, o ExchangeOptions) {
	e := makers[transport](b, o)
	c := putCase()
	c.Body = make([]byte, 900)
	r := &contract.Reading{Case: c}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	began := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if e.Exchange(ctx, r, began); r.Err != nil {
			b.Fatal(r.Err)
		}
	}
	e.Close()
}
