package traffic

import "time"

// dispatcher decides what leaves next and when. It is Vegeta's pacer: Vegeta
// calls Pace in one goroutine, once a tick, and the dispatcher waits in there
// by itself, because a wait that it returned could be ended neither by an
// interrupt nor by a retry that is due earlier. When Pace returns, one attempt
// is in the queue and a slot is taken for it; the worker that gets the tick
// takes the attempt.
//
// Of a late arrival and a due retry, the one that was wanted earlier goes first.
type dispatcher struct {
	*engine
	timer   *time.Timer
	alarm   alarm         // keeps the timer precise
	alarmed time.Duration // what both are set for; forever where they are not

	leg      int           // the one whose arrivals are next
	i        uint64        // the number of its next arrival
	at       time.Duration // the instant of that arrival, once it is known
	known    bool
	reached  time.Duration // when the arrivals of leg became the next ones
	graceEnd time.Duration // no first attempt leaves then or later

	draining    bool
	drainEnd    time.Duration // nothing at all leaves then or later
	interrupted bool
	stopped     time.Duration // when the last decision was made
}

func newDispatcher(e *engine) *dispatcher {
	timer := time.NewTimer(forever)
	timer.Stop()
	return &dispatcher{engine: e, timer: timer, alarm: newAlarm(), alarmed: forever, graceEnd: e.end() + e.plan.Limits.Grace}
}

// decision is what to do now: send an attempt, or wait until an instant, or,
// with neither, end the run.
type decision struct {
	attempt
	fresh bool // the first attempt of an update; its case is in the ring
	send  bool
	wait  bool
	until time.Duration
}

// Pace waits for the instant of the next attempt and hands it over.
func (d *dispatcher) Pace(time.Duration, uint64) (wait time.Duration, stop bool) {
	for {
		now := time.Since(d.began)
		d.stopped = now
		if d.ctx.Err() != nil {
			d.interrupt()
			return 0, true
		}
		next := d.decide(now)
		switch {
		case next.send && d.dispatch(next):
			return 0, false
		case next.wait:
			d.sleep(now, next.until)
		case !next.send:
			d.cut()
			return 0, true
		}
	}
}

// Rate is the rate that the stage asks for, in updates a second.
func (d *dispatcher) Rate(elapsed time.Duration) float64 {
	for _, l := range d.legs {
		if elapsed < l.end {
			return l.RateAt(elapsed - l.start)
		}
	}
	return 0
}

// sleep waits until an instant, or for what the workers have to tell, or for
// the end of the run.
func (d *dispatcher) sleep(now, until time.Duration) {
	if until != d.alarmed { // workers interrupt one long wait many times
		d.alarmed = until
		d.timer.Reset(until - now)
		d.alarm.set(until - now) // after the timer, which is then due when the alarm goes off
	}
	select {
	case <-d.timer.C:
		d.alarmed = forever // it may have fired a little early
	case <-d.flight.wake:
	case <-d.ctx.Done():
	}
}

// dispatch hands an attempt over. It returns false where the run was
// interrupted while the attempt's case was still being made.
func (d *dispatcher) dispatch(s decision) bool {
	if s.fresh {
		m, ok := d.ring.take(d.ctx, s.intended, d.began)
		if !ok {
			d.undo(s.stage)
			return false
		}
		s.c, s.seq = d.ring.current(m), m.seq
	}
	d.queue <- s.attempt
	return true
}

// undo takes back the departure of an update of a leg that did not happen.
func (d *dispatcher) undo(leg int) {
	f := &d.flight
	f.mu.Lock()
	f.inFlight--
	f.attempts--
	f.sent--
	d.legs[leg].sent--
	f.mu.Unlock()
}

// interrupt keeps updates that are under way from asking for a retry that will
// never be made.
func (d *dispatcher) interrupt() {
	d.interrupted = true
	d.flight.mu.Lock()
	d.flight.lastDue = 0
	d.flight.mu.Unlock()
}

// arrival is the next arrival: its instant in an open stage, the opening of a
// closed one; ok is false when none is left. The caller holds the flight's lock.
func (d *dispatcher) arrival(now time.Duration) (at time.Duration, closed, ok bool) {
	for d.leg < len(d.legs) && d.flight.sent < d.plan.Limits.Total {
		l := &d.legs[d.leg]
		switch {
		case l.closed && now < l.end:
			return max(l.start, d.reached), true, true
		case !l.closed && d.i < l.n && now < d.graceEnd:
			if !d.known {
				d.at, d.known = l.start+l.At(d.i), true
			}
			return d.at, false, true
		}
		d.leg++
		d.i, d.known, d.reached = 0, false, now
	}
	return 0, false, false
}

// decide says what to do now.
func (d *dispatcher) decide(now time.Duration) decision {
	f := &d.flight
	f.mu.Lock()
	defer f.mu.Unlock()
	at, closed, ok := d.arrival(now)
	f.wantSlot, f.wantIdle, f.sleepUntil = false, false, 0
	if closed && now >= at {
		if f.gate == nil || f.gate.leg != d.leg {
			f.gate = newGate(d.leg, d.legs[d.leg].Workers, f.inFlight, at)
		}
		return d.decideClosed(now)
	}
	f.gate = nil
	if ok {
		return d.decideOpen(now, at, d.graceEnd)
	}
	if !d.draining {
		d.draining = true
		d.drainEnd = max(now, d.end()) + d.plan.Limits.Drain
		f.lastDue = d.drainEnd
	}
	// A retry that is due after the end is not worth waiting for.
	if now >= d.drainEnd || f.inFlight == 0 && f.retries.head() >= d.drainEnd {
		return decision{}
	}
	f.wantIdle = true
	return d.decideOpen(now, forever, d.drainEnd)
}

// decideOpen chooses between the next arrival and the next retry; at the end
// everything is decided anew.
func (d *dispatcher) decideOpen(now, at, end time.Duration) decision {
	f := &d.flight
	due := f.retries.head()
	switch wanted := min(at, due); {
	case wanted > now:
		f.sleepUntil = min(wanted, end)
		return decision{wait: true, until: f.sleepUntil}
	case f.inFlight >= f.limit:
		f.wantSlot = true
		return decision{wait: true, until: end}
	case due <= at:
		return d.sendRetry(due)
	default:
		return d.sendFirst(at)
	}
}

// decideClosed gives the user that has been free longest an attempt: a retry that
// is due, else a new update. Neither is late for having waited for the user. It
// brings users in; those who stay see to themselves (see land).
func (d *dispatcher) decideClosed(now time.Duration) decision {
	f := &d.flight
	if f.gate.n == 0 {
		f.wantSlot = true
		return decision{wait: true, until: d.legs[d.leg].end}
	}
	free := f.gate.take()
	if due := f.retries.head(); due <= now {
		return d.sendRetry(max(due, free))
	}
	return d.sendFirst(free)
}

func (d *dispatcher) sendRetry(intended time.Duration) decision {
	a := d.flight.retries.take()
	a.intended = intended
	d.flight.depart(intended)
	return decision{attempt: a, send: true}
}

func (d *dispatcher) sendFirst(intended time.Duration) decision {
	d.flight.depart(intended)
	d.i, d.known = d.i+1, false
	return decision{attempt: d.first(d.leg, intended), fresh: true, send: true}
}
