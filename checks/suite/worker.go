package suite

import (
	"context"
	"net/url"

	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// worker puts cases one after another, over one connection as long as the server
// keeps it.
type worker struct {
	run       *runner
	exchanger traffic.Transport
	// session and other are shared by the worker's cases, one after another.
	session, other *contract.Session
}

func (r *runner) newWorker(ctx context.Context) (*worker, error) {
	e, err := traffic.NewTransport(ctx, r.options.Target)
	if err != nil {
		return nil, err
	}
	return &worker{run: r, exchanger: e}, nil
}

// workers are first and as many more as there is work for. With given sessions
// there are no more than half as many workers as sessions, so that each finds a
// second one.
func (r *runner) workers(ctx context.Context, first *worker, tasks int) ([]*worker, error) {
	n := min(r.options.Workers, max(tasks, 1))
	if given := len(r.options.Sessions); given > 0 {
		n = min(n, max(given/2, 1))
	}
	all := []*worker{first}
	for len(all) < n {
		w, err := r.newWorker(ctx)
		if err != nil {
			for _, open := range all[1:] {
				open.close()
			}
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// lease is the session for a case: the one in *kept where it will do, else one
// that it is replaced by.
func (w *worker) lease(p *Probe, kept **contract.Session, n Need) *contract.Session {
	if *kept != nil && n&NeedOwn == 0 && suits(*kept, n) {
		return *kept
	}
	if n&NeedOwn == 0 {
		w.run.supply.back(*kept)
		*kept = nil
	}
	s := p.Fresh(n)
	if n&NeedOwn == 0 {
		*kept = s
	}
	return s
}

// forget drops a session that is of no use any more.
func (w *worker) forget(s *contract.Session) {
	if w.session == s {
		w.session = nil
	}
	if w.other == s {
		w.other = nil
	}
}

// release gives the worker's sessions back.
func (w *worker) release() {
	w.run.supply.back(w.session)
	w.run.supply.back(w.other)
	w.session, w.other = nil, nil
}

func (w *worker) close() { w.exchanger.Close() }

func isTLS(target string) bool {
	u, err := url.Parse(target)
	return err == nil && u.Scheme == "https"
}

func hostOf(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return ""
	}
	return u.Host
}
