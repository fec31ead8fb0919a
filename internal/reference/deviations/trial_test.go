package deviations

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// trial is a probe under way: a server, a connection to it, and what came back.
type trial struct {
	t       testing.TB
	handler *reference.Handler
	address string
	conn    net.Conn
	in      *bufio.Reader
	wire    bytes.Buffer // every byte that was read
	steps   []string     // what each step gave
}

// secure makes a server one of https.
func secure(t testing.TB) func(*reference.Options) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	return func(o *reference.Options) { o.TLS = config }
}

// try probes a server made with options and returns what each step gave, byte
// by byte but for the date.
func try(t testing.TB, deviate func(*reference.Options), p Probe) []string {
	t.Helper()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	o := reference.Options{Accounts: Accounts(), Seed: 1, Now: func() time.Time { return now }}
	deviate(&o)
	h, err := reference.New(o)
	require.NoError(t, err)
	for _, s := range Sessions() {
		require.NoError(t, h.Preset(s))
	}
	server, err := reference.Listen("127.0.0.1:0", h)
	require.NoError(t, err)
	tr := &trial{t: t, handler: h, address: server.URL()[strings.Index(server.URL(), "//")+2:]}
	for _, s := range p {
		tr.step(s)
	}
	tr.hangUp()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	require.NoError(t, server.Close(ctx))
	return tr.steps
}

func (tr *trial) step(s Step) {
	switch {
	case s.Age != 0:
		require.True(tr.t, tr.handler.Age(known.Account, known.VisitorID, known.ID, s.Age))
	case s.Fail != nil:
		require.NoError(tr.t, tr.handler.FailNext(s.Fail...))
	case s.Read:
		state, ok := tr.handler.State(known.Account, known.VisitorID, known.ID)
		require.True(tr.t, ok)
		text, err := json.Marshal(state)
		require.NoError(tr.t, err)
		tr.steps = append(tr.steps, string(text))
	default:
		tr.send(s)
	}
}

// send writes a request and keeps the whole answer.
func (tr *trial) send(s Step) {
	if tr.conn == nil {
		conn, err := net.Dial("tcp", tr.address)
		require.NoError(tr.t, err)
		require.NoError(tr.t, conn.SetDeadline(time.Now().Add(20*time.Second)))
		tr.conn, tr.in = conn, bufio.NewReader(io.TeeReader(conn, &tr.wire))
	}
	method, target := s.Method, s.Target
	if method == "" {
		method = contract.Method
	}
	if target == "" {
		target = known.Target
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", method, target, tr.address, len(s.Body))
	for _, h := range s.Header {
		fmt.Fprintf(&b, "%s: %s\r\n", h.Name, h.Value)
	}
	fmt.Fprintf(&b, "\r\n%s", s.Body)
	tr.wire.Reset()
	_, err := tr.conn.Write(b.Bytes())
	if err == nil {
		err = tr.read(method)
	}
	if err == nil {
		return
	}
	require.False(tr.t, errors.Is(err, context.DeadlineExceeded), "no answer")
	tr.steps = append(tr.steps, "closed")
	tr.hangUp()
}

var date = regexp.MustCompile(`(?i)(date: )[^\r]+`)

// read reads one answer, those that come before it included.
func (tr *trial) read(method string) error {
	status := http.StatusContinue
	for status < 200 {
		response, err := http.ReadResponse(tr.in, &http.Request{Method: method})
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			return err
		}
		status = response.StatusCode
	}
	tr.steps = append(tr.steps, date.ReplaceAllString(tr.wire.String(), "${1}-"))
	return nil
}

func (tr *trial) hangUp() {
	if tr.conn != nil {
		_ = tr.conn.Close()
		tr.conn = nil
	}
}
