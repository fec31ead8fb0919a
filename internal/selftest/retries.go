package selftest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// The policy is the specification's (S:L113–116), its pauses of 5, 10 and 15 s
// cut to a fiftieth.
const (
	retryRate  = 100 // updates a second
	retryScale = 0.02
)

const retryScenario = `
name: retries
%s
stages: [{arrival: constant, rate: %d/s, duration: %v}]
mix: [{class: several, weight: 1, depth: full}]
retry: {policy: spec, scale: %g}
limits: {grace: 1m} # what is late counts all the same
`

// retries measures a server that answers 503 on a schedule: of the updates, in
// order of arrival, the first fails never, the next once, and so on to four
// times, then again from the beginning. It knows an update again by its body.
func (p pace) retries() experiment {
	updates := uint64(retryRate * p.steady.Seconds() / 2)
	return experiment{
		name: "retries",
		about: fmt.Sprintf("updates are answered 503 0, 1, 2, 3, 4, 0, 1 … times, then 200; pauses of 5, 10, 15 s × %g; %d/s for %v",
			retryScale, retryRate, p.steady/2),
		measure: func(ctx context.Context, m measurer) ([]Row, error) {
			policy, _ := contract.LookupRetryPolicy("spec")
			server := &retryServer{seen: map[string]*updateSeen{}, pauses: policy.Pauses}
			url, stop, err := listen(server)
			if err != nil {
				return nil, err
			}
			defer stop()
			r, err := m(ctx, fmt.Sprintf(retryScenario, targetOf(url), retryRate, p.steady/2, retryScale))
			if err != nil {
				return nil, err
			}
			return retryRows(r, updates, server.counts()), nil
		},
	}
}

// retryCounts are what the server saw.
type retryCounts struct {
	requests, bodies uint64
	// excess is by how much each pause exceeded the policy's, ascending, in
	// milliseconds.
	excess []float64
}

// retryRows judges a run of a number of updates, a multiple of five. An update
// that fails f times costs f+1 attempts, but no more than four.
func retryRows(r *reports.Report, updates uint64, seen retryCounts) []Row {
	doubt := incomplete(r)
	fifth := updates / 5
	rows := []Row{
		countRow(Row{Experiment: "retries", What: "different bodies at the server", Truth: float64(updates)}, seen.bodies, doubt),
		countRow(Row{Experiment: "retries", What: "requests at the server", Truth: float64(fifth * (1 + 2 + 3 + 4 + 4))}, seen.requests, doubt),
		countRow(Row{Experiment: "retries", What: "attempts reported", Truth: float64(fifth * (1 + 2 + 3 + 4 + 4))}, r.Totals.Attempts, doubt),
		countRow(Row{Experiment: "retries", What: "updates that gave up", Truth: float64(fifth)}, r.Totals.Unexpected, doubt),
	}
	for _, bound := range []struct {
		what  string
		share float64
	}{{"shortest pause, excess", 0}, {"p90 of the pauses, excess", 0.9}} {
		row := Row{
			Experiment: "retries", What: bound.what, Unit: "ms", High: lateBy(0),
			Why: "a pause is never shorter than asked; on the wire it is longer by the way there and back, at most 2 ms",
		}
		if n := len(seen.excess); n > 0 {
			row.Reading = new(seen.excess[rank(bound.share, n)-1])
		}
		rows = append(rows, row.judge(busy(lagOf(r))))
	}
	return rows
}

// retryServer answers by its schedule and times the pauses.
type retryServer struct {
	pauses []time.Duration

	mu       sync.Mutex
	requests uint64
	seen     map[string]*updateSeen
	excess   []float64
}

// updateSeen is one update as the server knows it.
type updateSeen struct {
	fails  int // how often it is to fail
	failed int
	last   time.Time // when it last did
}

func (s *retryServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := time.Now()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // half a body is nobody's update
	}
	if !s.refuse(string(body), arrived) {
		return
	}
	// Numbers and a string always marshal.
	envelope, _ := json.Marshal(contract.NewEnvelope(arrived, contract.CodeUnexpected, "on schedule"))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(envelope)
}

// refuse counts a request and says whether it is to fail. The pause before a
// request counts from before its predecessor was answered, so that it is never
// taken for shorter than it was.
func (s *retryServer) refuse(body string, arrived time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	u := s.seen[body]
	if u == nil {
		u = &updateSeen{fails: len(s.seen) % 5}
		s.seen[body] = u
	} else if u.failed > 0 && u.failed <= len(s.pauses) {
		asked := time.Duration(retryScale * float64(s.pauses[u.failed-1]))
		s.excess = append(s.excess, float64(arrived.Sub(u.last)-asked)/float64(time.Millisecond))
	}
	if u.failed == u.fails {
		return false
	}
	u.failed++
	u.last = time.Now()
	return true
}

func (s *retryServer) counts() retryCounts {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.excess)
	return retryCounts{requests: s.requests, bodies: uint64(len(s.seen)), excess: s.excess}
}
