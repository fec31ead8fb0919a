package suite

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// supply hands out sessions: those that were given, or new ones by Create
// Session.
type supply struct {
	run     *runner
	options Options
	pace    *pace
	mu      sync.Mutex
	given   []*contract.Session // free ones
	// bare says that a session without an engagement was looked for in vain.
	bare   bool
	spares []*contract.Session // created, of the kind that was not wanted then
	posts  uint64
	// cold begins the request that a cold account waits for; empty: it is warm.
	cold string
}

// tries is how many sessions are created in search of one of the other kind of
// engagement.
const tries = 12

func newSupply(r *runner) *supply {
	o := r.options
	return &supply{run: r, options: o, pace: r.pace, given: append([]*contract.Session(nil), o.Sessions...)}
}

// creates reports whether Create Session may be called.
func (s *supply) creates() bool { return len(s.options.Sessions) == 0 }

// take returns a session that nobody else has. reason says why there is none.
func (s *supply) take(ctx context.Context, e traffic.Exchanger, n Need) (session *contract.Session, reason string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := &s.given
	if s.creates() {
		from = &s.spares
	}
	for i, free := range *from {
		if suits(free, n) {
			*from = append((*from)[:i:i], (*from)[i+1:]...)
			return free, "", nil
		}
	}
	if !s.creates() {
		return nil, "needs one more session that is free: " + (n | NeedOwn).String() + " (--session)", nil
	}
	if s.bare && n&NeedNoEngagement != 0 {
		return nil, "needs a session without an engagement, and Create Session gave none", nil
	}
	for range tries {
		made, err := s.create(ctx, e)
		if err != nil {
			return nil, "", err
		}
		if suits(made, n) {
			return made, "", nil
		}
		s.spares = append(s.spares, made)
	}
	if n&NeedNoEngagement != 0 {
		s.bare = true
		return nil, "needs a session without an engagement, and Create Session gave none", nil
	}
	return nil, "needs a session with an engagement, and Create Session gave none", nil
}

// back returns a session that is still good.
func (s *supply) back(session *contract.Session) {
	if session == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.creates() {
		s.spares = append(s.spares, session)
	} else {
		s.given = append(s.given, session)
	}
}

// create makes one session. It holds the lock: sessions are made one at a time.
func (s *supply) create(ctx context.Context, e traffic.Exchanger) (*contract.Session, error) {
	if err := s.pace.wait(ctx, 1); err != nil {
		return nil, err
	}
	pool, err := traffic.CreatePool(ctx, 1, traffic.CreateOptions{
		Exchanger: watched{e, s.run}, Account: s.options.Account, AppType: s.options.AppType, Rate: 1e6, Target: s.options.Target.URL,
		Retry: s.options.CreateRetry,
	})
	if err != nil {
		return nil, err
	}
	s.posts += pool.Stats().Posts
	return pool.All()[0], nil
}

// watched shows the replies of Create Session to the rows about them.
type watched struct {
	traffic.Exchanger
	run *runner
}

func (w watched) Exchange(ctx context.Context, r *contract.Reading, began time.Time) {
	w.Exchanger.Exchange(ctx, r, began)
	// It may have crossed the close of an idle connection, see [Probe.Send].
	if r.Failure == contract.FailClosed && w.run.pace.wait(ctx, 1) == nil {
		w.run.requests.Add(1)
		again := contract.Reading{Case: r.Case, Attempt: r.Attempt, Final: r.Final}
		again.Connected, again.FirstByte = -1, -1
		w.Exchanger.Exchange(ctx, &again, time.Now())
		*r = again
	}
	seen := *r
	seen.Case = new(*r.Case)
	seen.Case.Expect.Outcome = contract.Observed
	seen.Body, seen.Header = slices.Clone(r.Body), slices.Clone(r.Header)
	a := w.run.answer(seen)
	w.run.gathering.add(createSession, a)
	w.run.supply.warmedUp(a)
}

// createSession stands where the id of a case would, for requests outside of any.
const createSession = "Create Session"

// warmedUp follows a cold account: a client that comes back with the visitor it
// was told of gets its session (CR-05). It runs under the lock of create.
func (s *supply) warmedUp(a *Answer) {
	if visitor, loading := traffic.LoadingVisitor(a.Status, a.Body); loading {
		s.cold = contract.Path(s.options.Account, visitor) + "?"
		return
	}
	if s.cold != "" && strings.HasPrefix(a.Case.Target, s.cold) {
		s.run.gathering.book(createSession, a, "CR-05", checks.Met(contract.Should), "200 to the visitor that the cold account named", a.Signature())
	}
}

// requests is how many Create Session requests were sent.
func (s *supply) requests() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posts
}

func suits(s *contract.Session, n Need) bool {
	return !(n&NeedEngagement != 0 && s.Engagement == nil || n&NeedNoEngagement != 0 && s.Engagement != nil)
}

// pace spaces requests out, those of all workers together.
type pace struct {
	interval time.Duration // 0: as fast as may be
	mu       sync.Mutex
	next     time.Time
}

func newPace(perSecond float64) *pace {
	if perSecond <= 0 {
		return &pace{}
	}
	return &pace{interval: time.Duration(float64(time.Second) / perSecond)}
}

// wait returns when the next n requests may begin to go out, or ctx has ended. Who
// comes after them waits until they all had their time.
func (p *pace) wait(ctx context.Context, n int) error {
	if p.interval == 0 {
		return ctx.Err()
	}
	p.mu.Lock()
	now := time.Now()
	at := p.next
	if at.Before(now) {
		at = now
	}
	p.next = at.Add(time.Duration(n) * p.interval)
	p.mu.Unlock()
	return pause(ctx, at.Sub(now))
}

// pause waits for d, or until ctx has ended.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return ctx.Err()
	}
}
