package run_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/run"
	"sdegauge/scenarios"
)

// recorder is a server that accepts everything and keeps what came, in order.
type recorder struct {
	mu   sync.Mutex
	came []string
}

func (r *recorder) ServeHTTP(_ http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.came = append(r.came, request.Method+" "+request.RequestURI+"\n"+string(body))
}

// one attempt at a time: what arrives is in the order of seq.
const inOrder = `
name: in order
target: {account: acme_01}
sessions:
  fixed:
    - {visitor: ExYTlkNGJjMjdlOGYzMDUy, sid: Qm3xT7vK0aZr_9-LbW2eDg, page: "4743822558", campaign: 3115242510, engagement: 3115242810, revision: 537, context: "1"}
    - {visitor: AnotherVisitor22chars0, sid: AnotherSession22chars0, page: "4743822559"}
stages: [{arrival: poisson, rate: 400/s, duration: 500ms}]
mix:
  - {class: several, weight: 3}
  - {class: full, weight: 3}
  - {class: example, weight: 1}
  - {fault: "*", weight: 3}
limits: {in_flight: 1, total: 120, grace: 1m} # what is late counts all the same
`

// record runs the scenario and returns what the server received.
func record(t *testing.T, seed string, firstSeq uint64) []string {
	t.Helper()
	var r recorder
	server := httptest.NewServer(&r)
	defer server.Close()
	s := parse(t, inOrder)
	require.NoError(t, s.Apply(scenarios.Override{Target: server.URL, Seed: seed}))
	_, err := run.Run(t.Context(), s, run.Options{FirstSeq: firstSeq})
	require.NoError(t, err)
	return r.came
}

// TestSameSeedSameBytes: two runs of one seed send the same bytes in the same
// order, another seed sends others, and a run that begins at number N sends what
// the run from 0 sends from there on.
func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	whole := record(t, "5", 0)
	require.Len(t, whole, 120)
	assert.Equal(t, whole, record(t, "5", 0))
	assert.NotEqual(t, whole, record(t, "6", 0))

	from := record(t, "5", 70)
	assert.Equal(t, whole[70:], from[:50])
}
