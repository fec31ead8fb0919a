package traffic

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"sdegauge/internal/contract"
)

// What can be edited into a request, and what net/http's server, which is strict
// and well known, makes of it.
func TestRawAgainstNetHTTP(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "%s %s %s", r.Method, r.URL.Path, body)
	}))
	defer s.Close()
	x := newRaw(t, ExchangeOptions{URL: s.URL})
	one, two := []string{"PUT"}, []string{"PUT", "PUT"}
	plain := func(edit func(*RawRequest)) []RawStep {
		r := x.Request(&contract.Case{Method: "PUT", Target: "/x", Body: []byte("abcd")})
		edit(&r)
		return []RawStep{{Bytes: r.Bytes()}}
	}
	for _, row := range []struct {
		reason string
		steps  []RawStep
		await  []string
		want   string // statuses, entities, interim statuses
		end    RawEnd
	}{
		{"nothing edited", plain(func(*RawRequest) {}), one, "200 PUT /x abcd", EndKept},
		{"a method in lower case", plain(func(r *RawRequest) { r.Method = "put" }), one, "200 put /x abcd", EndKept},
		{"no host", plain(func(r *RawRequest) { r.Remove("Host") }), one, "400 400 Bad Request: missing required Host header", EndClosed},
		{"two hosts", plain(func(r *RawRequest) { r.Header = append(r.Header, contract.HeaderField{Name: "Host", Value: "b"}) }), one,
			"400 400 Bad Request", EndClosed},
		{"HTTP/1.0", plain(func(r *RawRequest) { r.Proto = "HTTP/1.0" }), one, "200 PUT /x abcd", EndClosed},
		{"the absolute form", plain(func(r *RawRequest) { r.Target = "http://elsewhere.invalid/y" }), one, "200 PUT /y abcd", EndKept},
		{"a length too small", plain(func(r *RawRequest) { r.Set("Content-Length", "2"); r.Body = []byte("abcd\r\n\r\n") }), two, "200 PUT /x ab; 400 400 Bad Request", EndClosed},
		{"two lengths", plain(func(r *RawRequest) {
			r.Header = append(r.Header, contract.HeaderField{Name: "Content-Length", Value: "5"})
		}), one, "400 400 Bad Request", EndClosed},
		{"chunks", plain(func(r *RawRequest) {
			r.Remove("Content-Length")
			r.Set("Transfer-Encoding", "chunked")
			r.Body = Chunked(r.Body, 3)
		}), one, "200 PUT /x abcd", EndKept},
		{"chunks without an end, and none to come", append(plain(func(r *RawRequest) {
			r.Remove("Content-Length")
			r.Set("Transfer-Encoding", "chunked")
			r.Body = []byte("zz\r\n")
		}), RawStep{End: HalfClose}), one, "200 PUT /x ", EndClosed},
		{"two at once", append(plain(func(*RawRequest) {}), plain(func(r *RawRequest) { r.Target = "/y" })...), two,
			"200 PUT /x abcd; 200 PUT /y abcd", EndKept},
		{"a body on demand", append(plain(func(r *RawRequest) { r.Set("Expect", "100-continue"); r.Body = nil }),
			RawStep{Continue: time.Minute, Bytes: []byte("wxyz")}), one, "200 PUT /x wxyz; interim 100", EndKept},
	} {
		t.Run(row.reason, func(t *testing.T) {
			script := RawScript{Steps: row.steps, Await: row.await}
			if row.end == EndClosed {
				script.Linger = time.Minute
			}
			a := x.Send(t.Context(), script)
			assert.NoError(t, a.Err)
			var got []string
			for _, r := range a.Responses {
				got = append(got, fmt.Sprintf("%d %s", r.Status, r.Body))
			}
			for _, status := range a.Interim {
				got = append(got, fmt.Sprintf("interim %d", status))
			}
			assert.Equal(t, row.want, strings.Join(got, "; "))
			assert.Equal(t, row.end.String(), a.End.String())
		})
	}
}
