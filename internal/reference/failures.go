package reference

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// failures are the updates that were asked to fail.
type failures struct {
	left atomic.Int64 // spares the lock where there are none
	mu   sync.Mutex
	next []int
}

// FailNext answers the next updates with these statuses, 400 to 599, in order
// and with envelopes, instead of what they ask for; after them the server is its
// old self. It adds to what was asked for before.
func (h *Handler) FailNext(statuses ...int) error {
	for _, s := range statuses {
		if err := validateStatus(s); err != nil {
			return fmt.Errorf("fail next: %w", err)
		}
	}
	f := &h.failures
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next = append(f.next, statuses...)
	f.left.Add(int64(len(statuses)))
	return nil
}

// take is the failure of the update at hand; the zero answer is none.
func (f *failures) take() answer {
	if f.left.Load() == 0 {
		return answer{}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.next) == 0 {
		return answer{}
	}
	status := f.next[0]
	f.next = f.next[1:]
	f.left.Add(-1)
	return injected(status, defaultCode(status))
}

// Age makes a session older: its creation and its last use move into the past,
// so that its end need not be waited for. It reports whether there is such a
// session.
func (h *Handler) Age(accountID, visitorID, sid string, by time.Duration) bool {
	if !h.store.knows(accountID) {
		return false
	}
	x, _ := h.store.lookup(accountID, visitorID, sid, time.Time{})
	if x == nil {
		return false
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.created, x.used = x.created.Add(-by), x.used.Add(-by)
	return true
}
