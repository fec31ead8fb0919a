package traffic

import (
	"errors"
	"sync"
	"time"
)

// rawWriter carries out the steps of a script, in a goroutine of its own, while
// the reader tells it how far the reading has come.
type rawWriter struct {
	c        *fastConn
	await    int
	deadline time.Time       // of the whole script
	stop     <-chan struct{} // closed when the run is stopped

	mu                   sync.Mutex
	continues, responses int
	failed               bool          // nothing more is read
	changed              chan struct{} // closed at the next change of these

	// What became of the steps; read when they are over.
	written int
	whole   bool // all were done
	ended   bool // one of them ended the connection
	last    bool // the last that was begun waited for the last awaited response
	over    time.Time
}

// errNoUse ends the steps without a failure of theirs: nobody waits for what they
// would send.
var errNoUse = errors.New("the rest is of no use")

// progress changes what the steps wait for.
func (w *rawWriter) progress(change func(*rawWriter)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(w)
	if w.responses == w.await {
		// A server that has answered need not read on; see unreadBody. The steps
		// that are to follow set the deadline anew.
		_ = w.c.conn.SetWriteDeadline(time.Now().Add(unreadBody))
	}
	close(w.changed)
	w.changed = make(chan struct{})
}

// readerIsDone says that nothing more is read; with an error, that the steps need
// not go on.
func (w *rawWriter) readerIsDone(err error) {
	if err == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = true // before the write ends, which asks for it
	_ = w.c.conn.SetWriteDeadline(time.Now())
	close(w.changed)
	w.changed = make(chan struct{})
}

// run carries out the steps. Its error is one of writing, unless the reading was
// over before.
func (w *rawWriter) run(steps []RawStep) error {
	defer func() { w.over = time.Now() }()
	for i := range steps {
		err := w.step(&steps[i])
		if errors.Is(err, errNoUse) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	w.whole = true
	return nil
}

func (w *rawWriter) step(s *RawStep) error {
	w.last = s.After == w.await
	if err := w.prepare(s); err != nil {
		return err
	}
	if len(s.Bytes) > 0 {
		n, err := w.c.conn.Write(s.Bytes)
		w.written += n
		if err != nil && w.useless(s) {
			return errNoUse
		}
		if err != nil {
			return err
		}
	}
	return w.end(s.End)
}

// prepare waits for everything that the step waits for.
func (w *rawWriter) prepare(s *RawStep) error {
	if s.After > 0 {
		met, err := w.wait(s, time.Until(w.deadline), func() bool { return w.responses >= s.After })
		if err != nil {
			return err
		}
		if !met {
			return errNoUse // the reading has run out of time as well
		}
		if w.last {
			_ = w.c.conn.SetWriteDeadline(w.deadline) // where it fails the write will
		}
	}
	if s.Continue > 0 {
		met, err := w.wait(s, s.Continue, func() bool { return w.continues > 0 })
		if err != nil {
			return err
		}
		if met {
			w.mu.Lock()
			w.continues--
			w.mu.Unlock()
		}
	}
	_, err := w.wait(s, s.Pause, func() bool { return false })
	return err
}

// wait waits until something is met, which is asked under the lock, at most for a
// time. Its error is errNoUse.
func (w *rawWriter) wait(s *RawStep, atMost time.Duration, something func() bool) (met bool, err error) {
	timer := time.NewTimer(atMost)
	defer timer.Stop()
	for {
		w.mu.Lock()
		met, changed := something(), w.changed
		w.mu.Unlock()
		switch {
		case w.useless(s):
			return false, errNoUse
		case met:
			return true, nil
		}
		select {
		case <-changed:
		case <-w.stop:
			return false, errNoUse
		case <-timer.C:
			return false, nil
		}
	}
}

// useless says whether the reading is over and did not have to wait for the step.
func (w *rawWriter) useless(s *RawStep) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failed || w.await > 0 && w.responses == w.await && s.After < w.await
}

// end ends the connection as a step wants it.
func (w *rawWriter) end(how RawHangUp) error {
	switch how {
	case HalfClose:
		half, ok := w.c.conn.(interface{ CloseWrite() error })
		if !ok {
			return errors.New("this kind of connection cannot be closed by halves")
		}
		return half.CloseWrite()
	case HangUp:
		w.ended = true
		return w.c.conn.Close()
	case Abort:
		w.ended = true
		if tcp, ok := w.c.raw.(interface{ SetLinger(int) error }); ok {
			if err := tcp.SetLinger(0); err != nil {
				return err
			}
		}
		return w.c.raw.Close()
	default:
		return nil
	}
}
