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
	blockCases = 32
	ringBlocks = 64
)

// ring makes cases ahead of their instants, in order of seq, so that making
// them is never billed to the server. One goroutine fills, the dispatcher
// takes, and whoever is done with a case gives it back.
type ring struct {
	source   Source
	sessions Sessions
	blocks   chan []made
	full     chan struct{} // closed when the ring is first full, or all is made

	mu   sync.Mutex
	free []*contract.Case

	// What follows belongs to the taker.
	seq   uint64        // of the next case
	block []made        // what is left of the block at hand
	late  time.Duration // when the block at hand came, if it was waited for
	dry   uint64
}

// made is a case with the session it was made for. The case itself need not
// name that session: a fault may have put another in its place.
type made struct {
	c *contract.Case
	s *contract.Session
}

func newRing(source Source, sessions Sessions, firstSeq uint64) *ring {
	return &ring{
		source: source, sessions: sessions, seq: firstSeq,
		blocks: make(chan []made, ringBlocks), full: make(chan struct{}), late: -1,
	}
}

// fill makes the next n cases from seq on and returns when they are made or ctx
// has ended.
func (r *ring) fill(ctx context.Context, seq, n uint64) {
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
			block[i].s = r.sessions.Session(seq)
			r.source.Fill(block[i].c, seq, block[i].s)
			seq++
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
	if len(r.free) < blockCases*ringBlocks {
		r.free = append(r.free, c)
	}
	r.mu.Unlock()
}

// take returns the next case, which was wanted at an instant of a run that
// began at began. It waits where the case is not ready, and then counts every
// update whose instant passed meanwhile. It returns nil when ctx ends first.
func (r *ring) take(ctx context.Context, wanted time.Duration, began time.Time) *contract.Case {
	if len(r.block) == 0 {
		r.late = -1
		select {
		case r.block = <-r.blocks:
		default:
			select {
			case r.block = <-r.blocks:
				// At the very instant counts too: it did wait.
				r.late = max(time.Since(began), wanted)
			case <-ctx.Done():
				return nil
			}
		}
	}
	if wanted <= r.late {
		r.dry++
	}
	m := r.block[0]
	r.block = r.block[1:]
	if now := r.sessions.Session(r.seq); now != m.s {
		r.source.Fill(m.c, r.seq, now)
	}
	r.seq++
	return m.c
}
