package traffic

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// TestExchangers runs the suite that every transport has to pass.
func TestExchangers(t *testing.T) {
	suite := map[string]func(*testing.T, exchangerMaker){
		"sends targets as they stand":    testTargets,
		"sends headers as they stand":    testHeaders,
		"reads a response":               testResponse,
		"names every failure":            testFailures,
		"bounds what it reads":           testBounds,
		"does not follow a redirect":     testRedirect,
		"keeps time":                     testTime,
		"never sends again":              testNoResend,
		"keeps concurrent bodies apart":  testConcurrent,
		"refuses what it cannot send":    testUnsendable,
		"blames this machine, not it":    testResources,
		"reuses a reading":               testReuse,
		"keeps connections when it may":  testKeepAlive,
		"dials nothing that is not free": testForbidden,
		"takes an early answer":          testEarlyAnswer,
		"counts an early answer once":    testEarlyAnswerThenDrain,
		"sends chunks when asked to":     testChunkedRequest,
		"notices a dead connection":      testDeadIdle,
		"keeps to HTTP/1.1 about reuse":  testReuseOfConnections,
	}
	for transport, newExchanger := range makers {
		for name, test := range suite {
			t.Run(transport+" "+name, func(t *testing.T) { test(t, newExchanger) })
		}
	}
}

// testTime runs on virtual time: the figures are exact.
func testTime(t *testing.T, newExchanger exchangerMaker) {
	drip := func(conn net.Conn, text string) {
		for _, b := range []byte(text) {
			time.Sleep(time.Second)
			if _, err := conn.Write([]byte{b}); err != nil {
				return
			}
		}
	}
	for _, row := range []struct {
		reason  string
		timeout time.Duration
		cancel  time.Duration
		serve   func(conn net.Conn)
		failure contract.Failure
		first   time.Duration
		last    time.Duration
	}{
		{reason: "never answers", serve: func(net.Conn) { time.Sleep(time.Hour) },
			failure: contract.FailTimeout, first: -1, last: 10 * time.Second},
		{reason: "never answers, own time-out", timeout: 3 * time.Second, serve: func(net.Conn) { time.Sleep(time.Hour) },
			failure: contract.FailTimeout, first: -1, last: 3 * time.Second},
		{reason: "drips its header", serve: func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\n\r\n") },
			failure: contract.FailTimeout, first: time.Second, last: 10 * time.Second},
		{reason: "drips its entity", serve: func(c net.Conn) {
			time.Sleep(2 * time.Second)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n")
			drip(c, strings.Repeat("x", 60))
		}, failure: contract.FailTimeout, first: 2 * time.Second, last: 10 * time.Second},
		{reason: "answers in time", serve: func(c net.Conn) {
			time.Sleep(1500 * time.Millisecond)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
			drip(c, "abcd")
		}, first: 1500 * time.Millisecond, last: 5500 * time.Millisecond},
		{reason: "the run is stopped", cancel: 4 * time.Second, serve: func(net.Conn) { time.Sleep(time.Hour) },
			failure: contract.FailInterrupted, first: -1, last: 4 * time.Second},
	} {
		t.Run(row.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				network := newPipes()
				s := &rawServer{}
				done := make(chan struct{})
				s.serve(t, network, func(s *rawServer, conn net.Conn, in *bufio.Reader) {
					if _, err := s.readRequest(in); err == nil {
						row.serve(conn)
					}
					close(done)
				})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if row.cancel > 0 {
					time.AfterFunc(row.cancel, cancel)
				}
				e := newExchanger(t, ExchangeOptions{URL: pipedTarget, Dial: network.Dial, Timeout: row.timeout})
				r := &contract.Reading{Case: putCase()}
				e.Exchange(ctx, r, time.Now())
				assert.Equal(t, row.failure, r.Failure, "%v", r.Err)
				assert.Equal(t, time.Duration(0), r.Connected)
				assert.Equal(t, row.first, r.FirstByte)
				assert.Equal(t, row.last, r.LastByte)
				<-done
			})
		})
	}
}

func testConcurrent(t *testing.T, newExchanger exchangerMaker) {
	var served atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(1)
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	}))
	defer s.Close()
	e := newExchanger(t, ExchangeOptions{URL: s.URL})
	const workers, each = 16, 40
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			c := putCase()
			r := &contract.Reading{Case: c}
			for i := range each {
				c.Body = fmt.Appendf(c.Body[:0], "%d/%d %s", w, i, strings.Repeat("y", i*50))
				e.Exchange(context.Background(), r, time.Now())
				if !bytes.Equal(c.Body, r.Body) || r.Err != nil {
					t.Errorf("sent %d bytes, got %d: %.20q, %v", len(c.Body), len(r.Body), r.Body, r.Err)
				}
			}
		})
	}
	wg.Wait()
	e.Close()
	assert.EqualValues(t, workers*each, served.Load())
}

func testReuse(t *testing.T, newExchanger exchangerMaker) {
	full := newExchanger(t, ExchangeOptions{URL: answering(t, "HTTP/1.1 400 No\r\nContent-Length: 5\r\nX: y\r\n\r\nabcde").URL})
	gone := newExchanger(t, ExchangeOptions{URL: nobodyListens(t)})
	r := &contract.Reading{Case: putCase()}
	full.Exchange(context.Background(), r, time.Now())
	require.Equal(t, "abcde", string(r.Body))
	held := &r.Body[:1][0]
	gone.Exchange(context.Background(), r, time.Now())
	assert.Zero(t, r.Status)
	assert.Empty(t, r.Proto)
	assert.Empty(t, r.Header)
	assert.Empty(t, r.Body)
	assert.Negative(t, r.FirstByte)
	full.Exchange(context.Background(), r, time.Now())
	assert.Equal(t, contract.NoFailure, r.Failure)
	assert.NoError(t, r.Err)
	assert.Same(t, held, &r.Body[0], "the capacity of the body is used again")
}
