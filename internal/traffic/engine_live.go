package traffic

import (
	"sync/atomic"
	"time"
)

// Live shows a run while it lasts. Its zero value is ready to be put in a
// [Plan]; one Live serves one run.
type Live struct{ engine atomic.Pointer[engine] }

// Progress is where a run stands.
type Progress struct {
	Stage    int           // index of the stage by the clock
	Elapsed  time.Duration // since the run began
	Planned  time.Duration // the stages together
	Draining bool          // nothing new is sent; retries and answers are awaited
	Latest   time.Duration // when the run ends at the latest; 0 before it drains
	Attempts uint64        // sent so far, retries included
	Updates  uint64        // sent so far
	InFlight int           // attempts under way
	Waiting  int           // updates that wait for a retry
	// What the summary says of the same name, so far.
	PeakInFlight                            int
	AtLimit, RetriesRefused, RetriesDropped uint64
}

// Progress is where the run stands now; ok is false before it began. It is safe
// for concurrent use and cheap enough for a display, not for every request.
func (l *Live) Progress() (p Progress, ok bool) {
	e := l.engine.Load()
	if e == nil {
		return Progress{}, false
	}
	p.Elapsed = time.Since(e.began)
	for p.Stage < len(e.legs)-1 && p.Elapsed >= e.legs[p.Stage].end {
		p.Stage++
	}
	p.Planned = e.end()
	f := &e.flight
	f.mu.Lock()
	defer f.mu.Unlock()
	if p.Draining = f.lastDue != forever; p.Draining {
		p.Latest = f.lastDue
	}
	p.Attempts, p.Updates, p.InFlight, p.Waiting = f.attempts, f.sent, f.inFlight, len(f.retries)
	p.PeakInFlight, p.AtLimit, p.RetriesRefused, p.RetriesDropped = f.peak, f.atLimit, f.refused, f.dropped
	return p, true
}

// attach shows an engine whose clock has started.
func (l *Live) attach(e *engine) {
	if l != nil {
		l.engine.Store(e)
	}
}
