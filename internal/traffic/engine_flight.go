package traffic

import (
	"sync"
	"time"
)

// flight is what the dispatcher and the workers share: how many attempts are
// under way, which retries wait, and what the dispatcher is waiting for. A
// worker wakes it only for that, so that most completions cost one lock.
type flight struct {
	mu       sync.Mutex
	limit    int
	inFlight int
	peak     int
	attempts uint64
	sent     uint64 // updates, of all stages; legs count their own
	atLimit  uint64
	// freed is when the last attempt landed that the dispatcher was waiting for
	// at the limit: who was to leave before then was held up.
	freed time.Duration
	gate  *gate // of the closed stage under way; nil elsewhere

	retries    retryQueue
	promised   int // retries granted to attempts that have not landed yet
	maxWaiting int
	lastDue    time.Duration // retries due then or later come too late
	refused    uint64
	dropped    uint64

	// The dispatcher sleeps until sleepUntil, or until a slot is free, or until
	// nothing is under way.
	sleepUntil time.Duration
	wantSlot   bool
	wantIdle   bool
	wake       chan struct{}
}

// grant decides whether a retry that the policy asks for may wait until it is
// due. If so its place is kept until the attempt before it lands.
func (f *flight) grant(due time.Duration) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case due >= f.lastDue:
		f.dropped++
		return false
	case len(f.retries)+f.promised >= f.maxWaiting:
		f.refused++
		return false
	}
	f.promised++
	return true
}

// depart takes a slot. The caller holds the lock and knows that one is free.
func (f *flight) depart(intended time.Duration) {
	f.inFlight++
	f.peak = max(f.peak, f.inFlight)
	f.attempts++
	if intended < f.freed {
		f.atLimit++
	}
}

// arrive gives a slot back at an instant and says whether the dispatcher waits for
// that. The caller holds the lock.
func (f *flight) arrive(at time.Duration) (wake bool) {
	f.inFlight--
	if f.gate != nil {
		f.gate.free(at)
	}
	wake = f.wantIdle && f.inFlight == 0
	if f.wantSlot {
		f.wantSlot, f.freed, wake = false, at, true
	}
	return wake
}

// keep queues a retry that was granted and says whether the dispatcher would sleep
// too long for it. The caller holds the lock.
func (f *flight) keep(retry attempt) (wake bool) {
	f.promised--
	f.retries.add(retry)
	return retry.intended < f.sleepUntil
}

// call wakes the dispatcher.
func (f *flight) call() {
	select {
	case f.wake <- struct{}{}:
	default: // it has not noticed the last call yet
	}
}

// gate keeps a closed stage at its number of workers and remembers when each
// worker that is free became so: that is the intended start of what it does
// next.
type gate struct {
	leg  int
	debt int             // attempts from before the stage beyond its workers
	buf  []time.Duration // ring of free workers' instants, oldest at head
	head int
	n    int
}

// newGate opens the gate of a leg at an instant when some attempts of earlier
// legs may still be under way; those count as the workers' own.
func newGate(leg, workers, inFlight int, at time.Duration) *gate {
	g := &gate{leg: leg, debt: max(0, inFlight-workers), buf: make([]time.Duration, workers)}
	for range workers - inFlight {
		g.free(at)
	}
	return g
}

func (g *gate) free(at time.Duration) {
	if g.debt > 0 {
		g.debt--
		return
	}
	g.buf[(g.head+g.n)%len(g.buf)] = at
	g.n++
}

// take removes the worker that has been free longest; there must be one.
func (g *gate) take() (since time.Duration) {
	since = g.buf[g.head]
	g.head = (g.head + 1) % len(g.buf)
	g.n--
	return since
}
