package suite

import (
	"slices"
	"strings"
	"sync"

	"sdegauge/internal/contract"
)

// attendance knows which cases are being put, so that a server which stops
// listening in their midst leaves a trail.
type attendance struct {
	mu sync.Mutex
	// now and last are each worker's present case and the one before it.
	now, last map[*worker]string
	// gone says in a sentence that nobody listens any more; empty while somebody
	// does.
	gone string
}

// enter notes the case that a worker begins with.
func (t *attendance) enter(w *worker, id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now == nil {
		t.now, t.last = make(map[*worker]string), make(map[*worker]string)
	}
	t.last[w], t.now[w] = t.now[w], id
}

// missed looks at an answer for the sign that the server has stopped listening,
// and makes sure of it by one more connection.
func (t *attendance) missed(p *Probe, a *Answer) {
	if a.Failure != contract.FailRefused || p.worker.exchanger.Probe(p.ctx) == nil || p.ctx.Err() != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gone != "" {
		return
	}
	var suspects []string
	for _, ids := range []map[*worker]string{t.now, t.last} {
		for _, id := range ids {
			if id != "" && !slices.Contains(suspects, id) {
				suspects = append(suspects, id)
			}
		}
	}
	slices.Sort(suspects)
	t.gone = "the server stopped listening during the suite, while or just after it was asked " + strings.Join(suspects, ", ")
}

// absent is the sentence about a server that has gone.
func (t *attendance) absent() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.gone
}
