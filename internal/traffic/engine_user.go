package traffic

import "time"

// land gives the slot of an attempt back that ended at an instant, and queues the
// retry that it asked for where that was granted.
//
// In a closed stage the user who made the attempt keeps the slot and goes on with
// next at once. To send it back through Vegeta for a new tick would cost as much
// as half of what the exchange takes, for a decision that is the same for all:
// whoever is free sends. Vegeta brings the users in and bounds them; they leave
// when the stage ends, and when only the dispatcher can say what follows.
func (e *engine) land(at, now time.Duration, retry attempt, granted bool) (next attempt, stays bool) {
	f := &e.flight
	f.mu.Lock()
	wake := granted && f.keep(retry)
	next, m, stays := e.stay(at, now)
	if !stays {
		wake = f.arrive(at) || wake
	}
	f.mu.Unlock()
	if wake {
		f.call()
	}
	if m.c != nil {
		next.c = e.ring.current(m) // makes it anew, perhaps: not under the lock
	}
	return next, stays
}

// stay is what the user of a closed stage does next who has been free since an
// instant: a retry that is due, else a new update, made as m. ok is false where no
// closed stage goes on, where it has more users than it should, and where the
// next case is not made yet. The caller holds the flight's lock.
func (e *engine) stay(free, now time.Duration) (next attempt, m made, ok bool) {
	f := &e.flight
	g := f.gate
	if g == nil || g.debt > 0 || now >= e.legs[g.leg].end || f.sent >= e.plan.Limits.Total || e.ctx.Err() != nil {
		return attempt{}, made{}, false
	}
	if due := f.retries.head(); due <= now {
		next = f.retries.take()
		next.intended = max(due, free)
	} else if m, ok = e.ring.poll(); ok {
		next = e.first(g.leg, free)
		next.seq = m.seq
	} else {
		return attempt{}, made{}, false
	}
	f.attempts++
	return next, m, true
}

// first is the first attempt of a new update, which counts as sent. The caller
// holds the flight's lock.
func (e *engine) first(leg int, intended time.Duration) attempt {
	e.flight.sent++
	e.legs[leg].sent++
	return attempt{number: 1, stage: leg, intended: intended, first: intended}
}
