package traffic

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"sdegauge/internal/contract"
)

// The ages of a created session. The idle limit is the mobile SDK's (AND): 30
// minutes.
const (
	DefaultRecycleAfter = 25 * time.Minute
	maxSessionAge       = 30 * time.Minute
	// recycleRetry is the pause after a session that could not be replaced.
	recycleRetry = 10 * time.Second
)

// Pool deals a fixed number of sessions to updates: update seq gets session
// seq mod n. It implements [Sessions] without a lock.
type Pool struct {
	sessions []atomic.Pointer[contract.Session]
	// every is how far the numbers of the updates that it is for are apart; each next
	// one gets the next session.
	every uint64

	creator *creator // nil: the sessions were given, and stay
	ages    []age    // touched by Recycle alone

	recycled, failures, overdue atomic.Uint64
	lastError                   atomic.Pointer[error]
}

// age is when a session was made, and when it is to be replaced.
type age struct {
	born, due time.Time
	overdue   bool // it was counted as too old
}

// SessionStats count what a pool did.
type SessionStats struct {
	// Sessions is how many there are at a time.
	Sessions int
	// Posts is how many Create Session requests were made, retries included.
	Posts uint64
	// Recycled sessions were replaced before they aged out.
	Recycled uint64
	// Failures counts replacements that failed; the old session stayed in use.
	Failures uint64
	// Overdue counts sessions still in use 30 minutes after their creation.
	Overdue uint64
	// LastError is the last failure's account; nil where there was none.
	LastError error
}

// NewPool makes a pool of sessions that were given; they are never replaced.
func NewPool(sessions []*contract.Session) (*Pool, error) {
	if len(sessions) == 0 {
		return nil, errors.New("a run needs at least one session")
	}
	p := &Pool{sessions: make([]atomic.Pointer[contract.Session], len(sessions)), every: 1}
	for i, s := range sessions {
		prepared := *s
		p.sessions[i].Store(prepared.Prepare())
	}
	return p, nil
}

// CreatePool makes n sessions by Create Session, one after another at a gentle
// rate, so that the i-th created is always the i-th of the pool.
//
// A server that refuses is a [*SetupError], one that cannot be talked to an
// [*UnreachableError], one that may not be loaded a [*ConsentError].
func CreatePool(ctx context.Context, n int, o CreateOptions) (*Pool, error) {
	c, err := newCreator(o)
	if err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, errors.New("a run needs at least one session")
	}
	if least := time.Duration(n) * c.interval; least >= c.o.RecycleAfter {
		return nil, fmt.Errorf("creating %d sessions at %g/s takes %s, and each may be used for %s only; create fewer or faster",
			n, c.o.Rate, least.Round(time.Second), c.o.RecycleAfter)
	}
	p := &Pool{sessions: make([]atomic.Pointer[contract.Session], n), every: max(1, o.Every), creator: c, ages: make([]age, n)}
	for i := range n {
		if err := p.renew(ctx, i); err != nil {
			return nil, err
		}
		if c.o.Progress != nil {
			c.o.Progress(i + 1)
		}
	}
	return p, nil
}

// Session implements [Sessions].
func (p *Pool) Session(seq uint64) *contract.Session {
	return p.sessions[seq/p.every%uint64(len(p.sessions))].Load()
}

// Other is the session after that of update seq: another, where there are several.
func (p *Pool) Other(seq uint64) *contract.Session { return p.Session(seq + p.every) }

// renew puts a new session in place i.
func (p *Pool) renew(ctx context.Context, i int) error {
	made, err := p.creator.create(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	p.sessions[i].Store(made.session)
	p.ages[i] = age{born: now, due: now.Add(p.creator.lifetime(made))}
	return nil
}

// Recycle replaces created sessions before they age out, one at a time and no
// faster than they were created, until ctx is done; run it in a goroutine beside
// the load. For given sessions it returns at once. It MUST run once at a time.
//
// Where a replacement fails the old session stays in use and another is tried
// 10 s later; see [Pool.Stats].
func (p *Pool) Recycle(ctx context.Context) {
	if p.creator == nil {
		return
	}
	for {
		next := p.nextDue()
		if sleep(ctx, time.Until(p.ages[next].due)) != nil {
			return
		}
		err := p.renew(ctx, next)
		switch {
		case err == nil:
			p.recycled.Add(1)
		case ctx.Err() != nil:
			return
		default:
			p.failures.Add(1)
			p.lastError.Store(&err)
			p.ages[next].due = time.Now().Add(recycleRetry)
		}
		p.countOverdue()
	}
}

// nextDue is the session to replace next.
func (p *Pool) nextDue() int {
	next := 0
	for i := range p.ages {
		if p.ages[i].due.Before(p.ages[next].due) {
			next = i
		}
	}
	return next
}

// countOverdue counts each session once that should no longer be in use.
func (p *Pool) countOverdue() {
	for i := range p.ages {
		if a := &p.ages[i]; !a.overdue && time.Since(a.born) >= maxSessionAge {
			a.overdue = true
			p.overdue.Add(1)
		}
	}
}

// Stats returns the counts so far. It is safe for concurrent use.
func (p *Pool) Stats() SessionStats {
	s := SessionStats{
		Sessions: len(p.sessions),
		Recycled: p.recycled.Load(), Failures: p.failures.Load(), Overdue: p.overdue.Load(),
	}
	if p.creator != nil {
		s.Posts = p.creator.posts.Load()
	}
	if err := p.lastError.Load(); err != nil {
		s.LastError = *err
	}
	return s
}

// All returns the sessions in use, in the order of the pool.
func (p *Pool) All() []*contract.Session {
	all := make([]*contract.Session, 0, len(p.sessions))
	for i := range p.sessions {
		all = append(all, p.sessions[i].Load())
	}
	return slices.Clip(all)
}

// sleep waits for d, or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
