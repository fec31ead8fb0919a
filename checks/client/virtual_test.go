package client

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/memnet"
)

// try runs a client against each script at once, in virtual time.
func try(t *testing.T, o Options, client func(i Invitation, network *memnet.Network)) *Report {
	t.Helper()
	var r *Report
	synctest.Test(t, func(t *testing.T) {
		network := memnet.New()
		var clients sync.WaitGroup
		o.Listen = func() (net.Listener, error) { return network, nil }
		o.Ready = func(all []Invitation) {
			for _, i := range all {
				clients.Go(func() { client(i, network) })
			}
		}
		var err error
		r, err = Run(t.Context(), o)
		require.NoError(t, err)
		clients.Wait()
	})
	return r
}

// habits are what a client does; the zero habits keep the specification's
// policy.
type habits struct {
	pauses  []time.Duration
	retries func(status int) bool // 0: no complete response
	edit    func(attempt int, r *http.Request, body *string)
}

const second = time.Second

// visit is one update of a client in memory.
func (h habits) visit(i Invitation, network *memnet.Network) {
	h.update(i.URL, &http.Transport{DialContext: network.Dial, DisableKeepAlives: true})
}

// update is one update of a client.
func (h habits) update(url string, transport *http.Transport) {
	pauses, retries := h.pauses, h.retries
	if pauses == nil {
		pauses = []time.Duration{5 * second, 10 * second, 15 * second}
	}
	if retries == nil {
		retries = func(status int) bool { return status >= 500 }
	}
	for n := 1; ; n++ {
		if !retries(h.send(n, url, transport)) || n > len(pauses) {
			return
		}
		time.Sleep(pauses[n-1])
	}
}

func (h habits) send(attempt int, url string, transport *http.Transport) int {
	body := `{"pageId":"4743822558"}`
	request, err := http.NewRequest(contract.Method, url, nil)
	if err != nil {
		panic(err) // the URL is the server's own
	}
	request.Header.Set("Content-Type", "application/json")
	if h.edit != nil {
		h.edit(attempt, request, &body)
	}
	request.Body, request.ContentLength = io.NopCloser(bytes.NewBufferString(body)), int64(len(body))
	response, err := transport.RoundTrip(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0
	}
	return response.StatusCode
}

// red are the cases of a report with a verdict.
func red(r *Report, v contract.Verdict) []string { return r.ids(v) }
