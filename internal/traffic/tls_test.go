package traffic

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// issued writes a self-signed certificate, which is its own CA, and its key.
func issued(t *testing.T, name string) (certificate, key string, pair tls.Certificate) {
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, secret.Public(), secret)
	require.NoError(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(secret)
	require.NoError(t, err)
	write := func(file, kind string, der []byte) string {
		path := filepath.Join(t.TempDir(), file)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return path
	}
	certificate, key = write(name+".pem", "CERTIFICATE", der), write(name+".key", "PRIVATE KEY", pkcs8)
	pair, err = tls.LoadX509KeyPair(certificate, key)
	require.NoError(t, err)
	return certificate, key, pair
}

// secureServer serves 200 over TLS.
func secureServer(t *testing.T, http2 bool, config *tls.Config) string {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "{}")
	}))
	s.EnableHTTP2, s.TLS = http2, config
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

func TestTLS(t *testing.T) {
	ca, _, pair := issued(t, "server.test")
	other, _, _ := issued(t, "other.test")
	clientCert, clientKey, clientPair := issued(t, "client.test")
	clients := x509.NewCertPool()
	clients.AddCert(clientPair.Leaf)

	modern := secureServer(t, true, &tls.Config{Certificates: []tls.Certificate{pair}})
	old := secureServer(t, false, &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"}})
	mutual := secureServer(t, false, &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients})
	clear := httptest.NewServer(http.NotFoundHandler())
	defer clear.Close()
	plain := clear.URL

	for _, row := range []struct {
		reason  string
		o       ExchangeOptions
		proto   string
		failure contract.Failure
		probe   string // what the probe's error says; empty: none
	}{
		{"the CA is named; the server prefers HTTP/2", ExchangeOptions{URL: modern, TLS: TLSFiles{CA: ca}}, "HTTP/2.0", 0, ""},
		{"HTTP/1.1 on demand", ExchangeOptions{URL: modern, HTTP: HTTP1, TLS: TLSFiles{CA: ca}}, "HTTP/1.1", 0, ""},
		{"HTTP/2 on demand", ExchangeOptions{URL: modern, HTTP: HTTP2, TLS: TLSFiles{CA: ca}}, "HTTP/2.0", 0, ""},
		{"a server without HTTP/2", ExchangeOptions{URL: old, TLS: TLSFiles{CA: ca}}, "HTTP/1.1", 0, ""},
		{"the certificate's own name", ExchangeOptions{URL: modern, TLS: TLSFiles{CA: ca, ServerName: "server.test"}}, "HTTP/2.0", 0, ""},
		{"a client certificate", ExchangeOptions{URL: mutual, TLS: TLSFiles{CA: ca, Certificate: clientCert, Key: clientKey}}, "HTTP/1.1", 0, ""},
		{"HTTP/2 on demand, not offered", ExchangeOptions{URL: old, HTTP: HTTP2, TLS: TLSFiles{CA: ca}}, "", contract.FailTLS, "no application protocol"},
		{"no CA is named", ExchangeOptions{URL: modern}, "", contract.FailTLS, "check that the port speaks TLS, that tls.ca names the CA"},
		{"another CA is named", ExchangeOptions{URL: modern, TLS: TLSFiles{CA: other}}, "", contract.FailTLS, "certificate"},
		{"another name is asked for", ExchangeOptions{URL: modern, TLS: TLSFiles{CA: ca, ServerName: "wrong.test"}}, "", contract.FailTLS, "wrong.test"},
		{"the port speaks no TLS", ExchangeOptions{URL: "https" + plain[len("http"):], TLS: TLSFiles{CA: ca}}, "", contract.FailTLS, "does not look like a TLS handshake"},
	} {
		for transport, newExchanger := range makers {
			proto := row.proto
			if transport == "fast" {
				if row.o.HTTP == HTTP2 {
					continue
				}
				proto = strings.Replace(proto, "HTTP/2.0", "HTTP/1.1", 1)
			}
			t.Run(row.reason+", "+transport, func(t *testing.T) {
				e := newExchanger(t, row.o)
				r := exchange(e, putCase())
				assert.Equal(t, row.failure, r.Failure, "%v", r.Err)
				assert.Equal(t, proto, r.Proto)
				assert.Equal(t, row.failure == contract.NoFailure, r.Status == 200)
				err := e.Probe(t.Context())
				if row.probe == "" {
					assert.NoError(t, err)
					return
				}
				var unreachable *UnreachableError
				require.ErrorAs(t, err, &unreachable)
				assert.ErrorContains(t, err, row.probe)
			})
		}
	}

	t.Run("the server wants a client certificate and gets none", func(t *testing.T) {
		// With TLS 1.3 the refusal comes after the client's side of the handshake.
		for transport, newExchanger := range makers {
			r := exchange(newExchanger(t, ExchangeOptions{URL: mutual, TLS: TLSFiles{CA: ca}}), putCase())
			assert.Equal(t, contract.FailTLS, r.Failure, "%s: %v", transport, r.Err)
		}
	})
}

func TestTLSFiles(t *testing.T) {
	certificate, key, _ := issued(t, "a.test")
	_, otherKey, _ := issued(t, "b.test")
	empty := filepath.Join(t.TempDir(), "empty.pem")
	require.NoError(t, os.WriteFile(empty, []byte("no PEM"), 0o600))
	for _, row := range []struct {
		reason string
		files  TLSFiles
		want   string
	}{
		{"no CA file", TLSFiles{CA: "missing.pem"}, "cannot read the CA file: open missing.pem"},
		{"a CA file without a certificate", TLSFiles{CA: empty}, "holds no PEM certificate"},
		{"a certificate without its key", TLSFiles{Certificate: certificate}, "needs both"},
		{"a key without its certificate", TLSFiles{Key: key}, "needs both"},
		{"a key of another certificate", TLSFiles{Certificate: certificate, Key: otherKey}, "cannot load the client certificate " + certificate},
	} {
		t.Run(row.reason, func(t *testing.T) {
			_, err := NewExchanger(t.Context(), ExchangeOptions{URL: "https://127.0.0.1:1", TLS: row.files})
			assert.ErrorContains(t, err, row.want)
		})
	}
}
