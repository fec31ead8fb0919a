package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// watch is how long nothing may come for a script to be over, before scaling:
// the next pause in the row 5, 10, 15.
const watch = 20 * time.Second

// leastWatch keeps a short time scale from calling a client silent that a busy
// machine keeps waiting.
const leastWatch = 5 * time.Second

// settle is how long a request of a command that has ended may still be on its
// way.
const settle = 250 * time.Millisecond

// keptAttempts bounds what is kept of a client that never stops.
const keptAttempts = 50

// attempt is one request as the server had it. Instants count from the start of
// the trial.
type attempt struct {
	request
	step           Step
	arrived, ended time.Duration
	done           bool   // ended is set
	lost           string // why the step did not reach the client
}

// ending is the way in which a trial came to its end.
type ending uint8

const (
	quiet   ending = iota // nothing came for a whole watch
	over                  // the command ended
	timeout               // the time for all scripts was over
	stopped               // the user interrupted
)

// trial is one script with one client.
type trial struct {
	script Script
	waits  []wait
	quiet  time.Duration // the watch after the last instant at which something is due
	silent time.Duration // of a hang
	began  time.Time
	client *process // nil where the client was not started here

	changed chan struct{}

	mu          sync.Mutex
	attempts    []attempt
	total       int
	interrupted time.Duration // when the client was; 0: it was not
}

// serve does the next step of the script to a request.
func (t *trial) serve(w http.ResponseWriter, r *http.Request, arrived time.Time) {
	n, step := t.arrive(r, arrived)
	if step.kind != resetUnread {
		body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit))
		t.note(n, func(a *attempt) { a.body, a.unread = body, false })
		if err != nil {
			t.note(n, func(a *attempt) { a.lost = "its body broke off: " + shown(err.Error()) })
			t.end(n)
			panic(http.ErrAbortHandler) // half a request is not answered
		}
	}
	if err := step.perform(w, r, t.silent, func() { t.end(n) }); err != nil {
		t.note(n, func(a *attempt) { a.lost = shown(err.Error()) })
		t.end(n)
	}
}

// arrive books a request and says which it is, and what to do with it.
func (t *trial) arrive(r *http.Request, arrived time.Time) (n int, s Step) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total++
	s = t.script.step(t.total)
	if t.total <= keptAttempts {
		t.attempts = append(t.attempts, attempt{
			request: request{method: r.Method, target: r.RequestURI, host: r.Host, header: r.Header.Clone(), unread: true},
			step:    s, arrived: arrived.Sub(t.began),
		})
	}
	t.wake()
	return t.total, s
}

// end books that the answer to request n is about to be complete.
func (t *trial) end(n int) {
	t.note(n, func(a *attempt) {
		if !a.done {
			a.done, a.ended = true, time.Since(t.began)
		}
	})
}

func (t *trial) note(n int, change func(*attempt)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n <= len(t.attempts) {
		change(&t.attempts[n-1])
	}
	t.wake()
}

func (t *trial) wake() {
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// due is when the trial is over if nothing more comes; false while a client has
// not called or waits for its answer. What comes after the last expected
// request does not put the end off.
func (t *trial) due() (time.Duration, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := min(len(t.attempts), len(t.waits)+1)
	if n == 0 || !t.attempts[n-1].done {
		return 0, false
	}
	pause := t.attempts[n-1].step.retryAfter
	if n <= len(t.waits) {
		pause = max(pause, t.waits[n-1].pause)
	}
	return t.attempts[n-1].ended + pause + t.quiet, true
}

// run watches until the trial is over. A client that was started here is
// interrupted on the way where the script says so.
func (t *trial) run(ctx context.Context) ending {
	var ended <-chan struct{} // nil never ends
	if t.client != nil {
		ended = t.client.ended
	}
	for {
		var quietly, interrupt <-chan time.Time
		if at, ok := t.due(); ok {
			quietly = time.After(time.Until(t.began.Add(at)))
		}
		if at, ok := t.interruptAt(); ok {
			interrupt = time.After(time.Until(t.began.Add(at)))
		}
		select {
		case <-t.changed:
		case <-interrupt:
			t.interrupt()
		case <-quietly:
			return quiet
		case <-ended:
			return t.settled(ctx)
		case <-ctx.Done():
			return timeout
		}
	}
}

// settled lets what an ended command sent last arrive.
func (t *trial) settled(ctx context.Context) ending {
	select {
	case <-time.After(settle):
		return over
	case <-ctx.Done():
		return timeout
	}
}

// interruptAt is when the client is to be interrupted: half-way through the
// first pause.
func (t *trial) interruptAt() (time.Duration, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.script.judges.has(interrupt) || t.interrupted > 0 || len(t.attempts) != 1 || !t.attempts[0].done {
		return 0, false
	}
	return t.attempts[0].ended + t.waits[0].pause/2, true
}

func (t *trial) interrupt() {
	t.mu.Lock()
	t.interrupted = time.Since(t.began)
	t.mu.Unlock()
	if err := t.client.interrupt(); err != nil {
		t.note(1, func(a *attempt) { a.lost = fmt.Sprintf("the client could not be interrupted: %v", err) })
	}
}

// seen is what there is to judge.
func (t *trial) seen(end ending) sighting {
	t.mu.Lock()
	defer t.mu.Unlock()
	return sighting{attempts: slices.Clone(t.attempts), total: t.total, ending: end, interrupted: t.interrupted}
}
