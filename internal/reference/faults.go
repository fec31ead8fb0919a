package reference

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"sdegauge/internal/contract"
)

// Faults are the switches that make a server slow or faulty on purpose. All may
// be combined; the zero Faults inject nothing. They apply to every PUT, whatever
// it asks for, in the order of the fields; Cold alone applies to Create Session.
//
// Times count from the server's first PUT. Every draw is a function of the
// server's seed and the number of the PUT in order of arrival.
type Faults struct {
	// Stalls hold every update that arrives in the window until its end.
	Stalls []Window
	// Outages answer every update that arrives in the window at once.
	Outages []Outage
	// Capacity puts a queue before a number of servers.
	Capacity Capacity
	// Latency is waited on top of any queue.
	Latency Distribution
	// Errors answer a share of the updates, after their waits and instead of
	// what they ask for. The shares add up to at most 1.
	Errors []ErrorShare
	// Cold makes accounts load first.
	Cold Cold
}

// Window is a stretch of time, From included, To not.
type Window struct{ From, To time.Duration }

func (w Window) contains(t time.Duration) bool { return w.From <= t && t < w.To }

// Outage is a window in which every update is answered Status.
type Outage struct {
	Window
	Status int
}

// ErrorShare answers a share of the updates, 0 to 1, with an error.
type ErrorShare struct {
	Share  float64
	Status int
	Code   contract.InternalCode
}

// Capacity is a first-come-first-served queue before Servers servers; no
// servers, no queue.
type Capacity struct {
	Servers int
	Service Distribution
	// Waiting is the most updates that may wait for a server; one more is
	// answered 503 at once. 0 means 100,000.
	Waiting int
}

// Cold makes an account answer Create Session with 500, code 20 and a visitor
// id to come back with (CS): the first Calls times, or until For has passed
// since the first call, whichever is later.
type Cold struct {
	Calls int
	For   time.Duration
}

const (
	defaultWaiting = 100_000
	mostServers    = 4096
)

// defaultCode is the internal code that siblings pair with a status.
func defaultCode(status int) contract.InternalCode {
	switch status {
	case http.StatusBadRequest:
		return contract.CodeInvalidData
	case http.StatusUnauthorized:
		return contract.CodeNoPermission
	case http.StatusNotFound:
		return contract.CodeSessionNotFound
	default:
		return contract.CodeUnexpected
	}
}

func (f Faults) validate() error {
	for _, w := range f.Stalls {
		if err := w.validate(); err != nil {
			return fmt.Errorf("stall: %w", err)
		}
	}
	for _, o := range f.Outages {
		if err := errors.Join(o.validate(), validateStatus(o.Status)); err != nil {
			return fmt.Errorf("outage: %w", err)
		}
	}
	if err := f.Latency.validate(); err != nil {
		return fmt.Errorf("latency: %w", err)
	}
	if err := f.Capacity.validate(); err != nil {
		return err
	}
	sum := 0.0
	for _, e := range f.Errors {
		if !(e.Share >= 0 && e.Share <= 1) {
			return errors.New("errors: a share is not between 0% and 100%")
		}
		if err := validateStatus(e.Status); err != nil {
			return fmt.Errorf("errors: %w", err)
		}
		sum += e.Share
	}
	if sum > 1+1e-9 {
		return fmt.Errorf("errors: the shares add up to %.6g%%: want at most 100%%", sum*100)
	}
	if f.Cold.Calls < 0 || f.Cold.For < 0 {
		return errors.New("cold: negative")
	}
	return nil
}

func (w Window) validate() error {
	if w.From < 0 || w.To <= w.From || w.To > longest {
		return fmt.Errorf("window %v-%v: want an end after the start, within %v", w.From, w.To, longest)
	}
	return nil
}

func (c Capacity) validate() error {
	if err := c.Service.validate(); err != nil {
		return fmt.Errorf("capacity: %w", err)
	}
	switch {
	case c.Servers < 0 || c.Servers > mostServers:
		return fmt.Errorf("capacity: %d servers: want 1 to %d", c.Servers, mostServers)
	case c.Waiting < 0:
		return fmt.Errorf("queue: %d: want a positive number", c.Waiting)
	}
	return nil
}

func validateStatus(status int) error {
	if status < 400 || status > maxStatus {
		return fmt.Errorf("status %d: want 400 to %d", status, maxStatus)
	}
	return nil
}

// injector carries out the faults of a running server.
type injector struct {
	faults Faults
	seed   uint64
	queue  *queue
	// arrivals numbers the updates.
	arrivals atomic.Uint64
	begin    sync.Once
	began    time.Time
}

func newInjector(f Faults, seed uint64) *injector {
	i := &injector{faults: f, seed: seed}
	if f.Capacity.Servers > 0 {
		room := f.Capacity.Waiting
		if room == 0 {
			room = defaultWaiting
		}
		i.queue = newQueue(f.Capacity.Servers, room)
	}
	return i
}

// hold makes an update wait and says what to answer; the zero answer is to
// serve it. The error is the context's: the client has left.
func (i *injector) hold(ctx context.Context) (answer, error) {
	n := i.arrivals.Add(1) - 1
	i.begin.Do(func() { i.began = time.Now() })
	arrived := time.Since(i.began)

	for _, s := range i.faults.Stalls {
		if s.contains(arrived) {
			if err := wait(ctx, s.To-time.Since(i.began)); err != nil {
				return answer{}, err
			}
		}
	}
	for _, o := range i.faults.Outages {
		if o.contains(arrived) {
			return injected(o.Status, defaultCode(o.Status)), nil
		}
	}
	if i.queue != nil {
		service := i.faults.Capacity.Service.At(uniform(i.seed, streamService, n))
		end, ok := i.queue.arrive(time.Now(), service)
		if !ok {
			return injected(http.StatusServiceUnavailable, defaultCode(http.StatusServiceUnavailable)), nil
		}
		if err := wait(ctx, time.Until(end)); err != nil {
			return answer{}, err
		}
	}
	if i.faults.Latency != (Distribution{}) {
		if err := wait(ctx, i.faults.Latency.At(uniform(i.seed, streamLatency, n))); err != nil {
			return answer{}, err
		}
	}
	return i.failed(n), nil
}

// failed draws whether update n is one of the share of errors.
func (i *injector) failed(n uint64) answer {
	if len(i.faults.Errors) == 0 {
		return answer{}
	}
	u := uniform(i.seed, streamErrors, n)
	for _, e := range i.faults.Errors {
		if u < e.Share {
			return injected(e.Status, e.Code)
		}
		u -= e.Share
	}
	return answer{}
}

// waits reports whether an update may be held for longer than a read time-out.
func (i *injector) waits() bool {
	return i.queue != nil || len(i.faults.Stalls) > 0 || i.faults.Latency != (Distribution{})
}

// wait sleeps for d or until ctx ends, whichever is first.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
