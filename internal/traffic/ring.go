package traffic

import (
	"context"
	"sync"
	"time"

	"sdegauge/internal/contract"
)

// The ring holds up to ringBlocks blocks of blockCases cases. Blocks, because a
// hand-over between goroutines costs more than a case does.
const (
	blockCases  = 32
	ringBlocks  = 64
	shortBlocks = 8
)

// blocksFor is how many blocks the ring of a run holds. Where no stage has
// instants to keep, fewer do: cases that stay within a processor's cache are
// cheaper to make and to send.
func blocksFor(legs []leg) int {
	short := shortBlocks
	for _, l := range legs {
		if !l.closed {
			return ringBlocks
		}
		short = max(short, 2*l.Workers/blockCases)
	}
	return min(short, ringBlocks)
}

// ring makes cases ahead of their instants, in order of seq, so that making
// them is never billed to the server. One goroutine fills, the dispatcher and the
// users of a closed stage take, and whoever is done with a case gives it back.
type ring struct {
	source   Source
	sessions Sessions
	blocks   chan []made
	full     chan struct{} // closed when the ring is first full, or all is made

	mu     sync.Mutex
	free   []*contract.Case
	block  []made        // what is left of the block at hand
	late   time.Duration // when the block at hand came, if it was waited for
	waited bool          // the dispatcher waits for a block: the next case is its own

	dry uint64 // the dispatcher's
}

// made is a case with its number and the session it was made for. The case itself
// need not name that session: a fault may have put another in its place.
type made struct {
	c   *contract.Case
	s   *contract.Session
	seq uint64
}

func newRing(source Source, sessions Sessions, blocks int) *ring {
	return &ring{
		source: source, sessions: sessions,
		blocks: make(chan []made, blocks), full: make(chan struct{}), late: -1,
	}
}

// fill makes the next n cases from seq on, whose numbers are every apart, and
// returns when they are made or ctx has ended.
func (r *ring) fill(ctx context.Context, seq, every, n uint64) {
	announced := false
	announce := func() {
		if !announced {
			announced = true
			close(r.full)
		}
	}
	defer announce()
	for n > 0 && ctx.Err() == nil {
		block := make([]made, min(n, blockCases))
		r.recycle(block)
		for i := range block {
			block[i].s, block[i].seq = r.sessions.Session(seq), seq
			r.source.Fill(block[i].c, seq, block[i].s)
			seq += every
		}
		n -= uint64(len(block))
		select {
		case r.blocks <- block:
			continue
		default:
			announce()
		}
		select {
		case r.blocks <- block:
		case <-ctx.Done():
		}
	}
}

// recycle puts cases that were given back into the block, and new ones where
// there are not enough.
func (r *ring) recycle(block []made) {
	r.mu.Lock()
	had := len(r.free)
	for i := range block {
		if n := len(r.free); n > 0 {
			block[i].c, r.free = r.free[n-1], r.free[:n-1]
		}
	}
	r.mu.Unlock()
	for i := min(had, len(block)); i < len(block); i++ {
		block[i].c = new(contract.Case)
	}
}

// release gives a case back. What a burst of retries held beyond the ring's
// size goes to the garbage collector.
func (r *ring) release(c *contract.Case) {
	r.mu.Lock()
	if len(r.free) < blockCases*cap(r.blocks) {
		r.free = append(r.free, c)
	}
	r.mu.Unlock()
}

// take returns the next case, which was wanted at an instant of a run that
// began at began. It waits where the case is not ready, and then counts every
// update whose instant passed meanwhile. It returns false when ctx ends first.
// Only the dispatcher calls it.
func (r *ring) take(ctx context.Context, wanted time.Duration, began time.Time) (m made, ok bool) {
	r.mu.Lock()
	m, ok = r.pop()
	r.waited = !ok
	late := r.late
	r.mu.Unlock()
	if !ok {
		select {
		case block := <-r.blocks:
			// At the very instant counts too: it did wait.
			late = max(time.Since(began), wanted)
			r.mu.Lock()
			m, r.block, r.late, r.waited = block[0], block[1:], late, false
			r.mu.Unlock()
		case <-ctx.Done():
			return made{}, false
		}
	}
	if wanted <= late {
		r.dry++
	}
	return m, true
}

// poll returns the next case if it is ready and nobody waits for it.
func (r *ring) poll() (m made, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waited {
		return made{}, false
	}
	return r.pop()
}

// pop returns the next case if it is ready. The caller holds the lock.
func (r *ring) pop() (m made, ok bool) {
	if len(r.block) == 0 {
		select {
		case r.block = <-r.blocks:
			r.late = -1
		default:
			return made{}, false
		}
	}
	m, r.block = r.block[0], r.block[1:]
	return m, true
}

// current is a case for the session that its number has now.
func (r *ring) current(m made) *contract.Case {
	if now := r.sessions.Session(m.seq); now != m.s {
		r.source.Fill(m.c, m.seq, now)
	}
	return m.c
}
