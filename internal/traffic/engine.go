package traffic

import (
	"context"
	"net/http"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"sdegauge/internal/contract"
)

// landing is how long answers may still come in after an interrupt before what
// is under way is cut off.
const landing = 100 * time.Millisecond

// Run sends the traffic of a plan and returns when every answer is in, or given
// up. An error means that the plan cannot be carried out and that nothing was
// sent.
//
// When ctx ends, nothing more is sent, answers get another 100 ms, and what is
// then under way is cut off: it ends with [contract.FailInterrupted]. That is
// no error; the summary says so. Run does not close the exchanger.
func Run(ctx context.Context, p Plan) (Summary, error) {
	if err := p.settle(); err != nil {
		return Summary{}, err
	}
	legs, err := p.legs()
	if err != nil {
		return Summary{}, err
	}
	e := newEngine(ctx, p, legs)
	d := newDispatcher(e)
	defer d.alarm.close()
	e.drive(d)
	return e.summary(d.interrupted, d.stopped), nil
}

// engine is one run. It carries first attempts and retries in one Vegeta
// attack: one clock, one pool of workers, one bound. A hit of Vegeta's is one
// attempt; in a closed stage it is one user, who makes attempt after attempt until
// the stage ends (see land).
type engine struct {
	plan    Plan
	legs    []leg
	ctx     context.Context    // of the run
	sending context.Context    // of the exchanges; outlives the run's a little
	cut     context.CancelFunc // ends what is under way
	began   time.Time
	elapsed time.Duration

	flight flight
	ring   *ring
	sink   sinkClock
	// queue holds the attempts that have a tick and no worker yet.
	queue chan attempt
	// readings are reused, for the capacity of their bodies and headers.
	readings sync.Pool
}

func newEngine(ctx context.Context, p Plan, legs []leg) *engine {
	sending, cut := context.WithCancel(context.WithoutCancel(ctx))
	return &engine{
		plan: p, legs: legs, ctx: ctx, sending: sending, cut: cut,
		ring:     newRing(p.Source, p.Sessions, blocksFor(legs)),
		queue:    make(chan attempt, p.Limits.InFlight),
		readings: sync.Pool{New: func() any { return new(contract.Reading) }},
		flight: flight{
			limit: p.Limits.InFlight, maxWaiting: p.Limits.WaitingRetries,
			lastDue: forever, wake: make(chan struct{}, 1),
		},
	}
}

// end is when the last stage ends.
func (e *engine) end() time.Duration { return e.legs[len(e.legs)-1].end }

// drive fills the ring, then runs the attack to its end.
func (e *engine) drive(pacer vegeta.Pacer) {
	defer e.cut()
	filling, stopFilling := context.WithCancel(e.ctx)
	filled := make(chan struct{})
	go func() {
		defer close(filled)
		e.ring.fill(filling, e.plan.FirstSeq, e.plan.Every, updates(e.legs, e.plan.Limits.Total))
	}()
	<-e.ring.full

	e.began = time.Now()
	e.plan.Live.attach(e)
	attacker := vegeta.NewAttacker(
		vegeta.Client(&http.Client{Transport: roundTripper(e.hit)}),
		vegeta.MaxWorkers(uint64(e.plan.Limits.InFlight)),
	)
	results := attacker.Attack(target, pacer, 0, "")
	landed := make(chan struct{})
	go func() { // only drains: who keeps Vegeta's results waiting slows the load
		defer close(landed)
		for range results {
		}
	}()
	select {
	case <-landed:
	case <-e.ctx.Done():
		select {
		case <-landed:
		case <-time.After(landing):
			e.cut()
			<-landed
		}
	}
	e.elapsed = time.Since(e.began)
	stopFilling()
	<-filled
}

// target is all that Vegeta learns: the attempts themselves are in the queue.
func target(t *vegeta.Target) error {
	t.Method, t.URL = contract.Method, "http://queue"
	return nil
}

// roundTripper is where Vegeta's worker leaves Vegeta.
type roundTripper func()

// answer is what Vegeta gets to count. It is the same for all, and empty.
var answer = http.Response{StatusCode: http.StatusOK, Body: http.NoBody}

func (hit roundTripper) RoundTrip(*http.Request) (*http.Response, error) {
	hit()
	return &answer, nil
}

// hit makes the attempt that a tick of Vegeta's stands for, and in a closed stage
// those that the same user makes after it. Which worker makes an attempt does not
// matter: it brings its own number and instants.
func (e *engine) hit() {
	a := <-e.queue // filled before the tick that brought the worker here
	r := e.readings.Get().(*contract.Reading)
	for stays := true; stays; {
		a, stays = e.attempt(a, r)
	}
	e.readings.Put(r)
}

// attempt makes one attempt. Where its user stays, next is what follows.
func (e *engine) attempt(a attempt, r *contract.Reading) (next attempt, stays bool) {
	*r = contract.Reading{
		Case: a.c, Attempt: a.number, Stage: a.stage, WarmUp: e.legs[a.stage].WarmUp,
		Header: r.Header[:0], Body: r.Body[:0],
		Instants: contract.Instants{Intended: a.intended, Connected: -1, FirstByte: -1},
		First:    a.first, PriorEnd: a.priorEnd, Pause: a.pause,
	}
	r.Dequeued = time.Since(e.began)
	e.plan.Exchanger.Exchange(e.sending, r, e.began)

	retry, again := e.retry(a, r)
	again = again && e.flight.grant(retry.intended)
	r.Final = !again
	e.plan.Sink.Take(r)
	now := time.Since(e.began)
	e.sink.add(now - r.LastByte)
	if !again {
		e.ring.release(a.c)
	}
	return e.land(r.LastByte, now, retry, again)
}

// summary adds the run up, once everything has come to rest; stopped is when the
// last decision to send was made.
func (e *engine) summary(interrupted bool, stopped time.Duration) Summary {
	f := &e.flight
	waiting := uint64(len(f.retries))
	s := Summary{
		Began: e.began, Elapsed: e.elapsed, Interrupted: interrupted,
		Attempts: f.attempts, RingDry: e.ring.dry,
		RetriesRefused: f.refused, RetriesDropped: f.dropped + waiting, Unfinished: waiting,
		PeakInFlight: f.peak, AtLimit: f.atLimit,
		SinkTime: time.Duration(e.sink.total.Load()), SinkLongest: time.Duration(e.sink.longest.Load()),
	}
	left := e.plan.Limits.Total
	for _, l := range e.legs {
		n := l.n
		switch {
		case l.closed:
			n = l.sent
		case interrupted && stopped < l.end:
			n = max(l.sent, Arrivals(l, l.n, stopped-l.start))
		}
		n = min(n, left)
		left -= n
		s.Stages = append(s.Stages, StageSummary{
			Name: l.Name, WarmUp: l.WarmUp, Start: l.start, End: l.end,
			Scheduled: n, Sent: l.sent, Unsent: n - l.sent,
		})
	}
	return s
}
