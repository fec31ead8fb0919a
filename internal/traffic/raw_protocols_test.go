package traffic

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

func TestProbeProtocols(t *testing.T) {
	ca, _, pair := issued(t, "server.test")
	secure := &tls.Config{Certificates: []tls.Certificate{pair}}
	only := func(set ...func(*http.Protocols, bool)) *http.Protocols {
		var p http.Protocols
		for _, allow := range set {
			allow(&p, true)
		}
		return &p
	}
	for _, row := range []struct {
		reason    string
		protocols *http.Protocols
		tls       bool
		want      []string // asked and answered
	}{
		{"HTTP/1 in clear text", only((*http.Protocols).SetHTTP1), false,
			[]string{"HTTP/1.0 HTTP/1.0 204", "HTTP/1.1 HTTP/1.1 204", "h2c not spoken"}},
		{"h2c as well", only((*http.Protocols).SetHTTP1, (*http.Protocols).SetUnencryptedHTTP2), false,
			[]string{"HTTP/1.0 HTTP/1.0 204", "HTTP/1.1 HTTP/1.1 204", "h2c HTTP/2.0 204"}},
		{"HTTP/1 over TLS", only((*http.Protocols).SetHTTP1), true,
			[]string{"HTTP/1.0 HTTP/1.0 204", "HTTP/1.1 HTTP/1.1 204", "h2 not spoken"}},
		{"HTTP/2 as well", only((*http.Protocols).SetHTTP1, (*http.Protocols).SetHTTP2), true,
			[]string{"HTTP/1.0 HTTP/1.0 204", "HTTP/1.1 HTTP/1.1 204", "h2 HTTP/2.0 204"}},
		{"HTTP/2 alone", only((*http.Protocols).SetHTTP2), true,
			[]string{"HTTP/1.0 not spoken", "HTTP/1.1 not spoken", "h2 HTTP/2.0 204"}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.Method != "PRI" { // HTTP/2's first words, taken for a request
					assert.Equal(t, putCase().Body, body)
				}
				w.WriteHeader(http.StatusNoContent)
			}))
			s.Config.Protocols, s.Config.ErrorLog = row.protocols, log.New(io.Discard, "", 0)
			o := ExchangeOptions{TLS: TLSFiles{CA: ca}, HTTP: "nonsense, not looked at"}
			if row.tls {
				s.TLS, s.EnableHTTP2 = secure.Clone(), row.protocols.HTTP2()
				if !row.protocols.HTTP1() {
					s.TLS.NextProtos = []string{"h2"}
				}
				s.StartTLS()
			} else {
				s.Start()
			}
			defer s.Close()
			o.URL = s.URL
			readings, err := ProbeProtocols(t.Context(), o, putCase())
			require.NoError(t, err)
			var got []string
			for _, p := range readings {
				if p.Reading.Failure != contract.NoFailure {
					got = append(got, p.Asked+" not spoken")
					assert.Contains(t, []contract.Failure{contract.FailTLS, contract.FailProtocol, contract.FailClosed}, p.Reading.Failure, "%v", p.Reading.Err)
					continue
				}
				got = append(got, strings.Join([]string{p.Asked, p.Reading.Proto, contract.StatusText(p.Reading.Status)}, " "))
			}
			assert.Equal(t, row.want, got)
		})
	}
	_, err := ProbeProtocols(t.Context(), ExchangeOptions{URL: "http://192.0.2.1"}, putCase())
	var refused *ConsentError
	assert.ErrorAs(t, err, &refused)
}
