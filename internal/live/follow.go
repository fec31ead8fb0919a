package live

import (
	"context"
	"time"
)

// Display shows a run. Its methods are called one at a time.
type Display interface {
	// Show is called several times a second.
	Show(v View)
	// Close is called once, when the run has ended or was interrupted; ended tells
	// which.
	Close(ended bool)
}

// every is the time between two looks at a run.
const every = 200 * time.Millisecond

// Follow shows a run until stop is called, and then once more, or until ctx ends;
// the display is then closed. An error means that the run's stages cannot be;
// nothing is shown.
func Follow(ctx context.Context, run Run, d Display) (stop func(), err error) {
	w, err := newWatch(run)
	if err != nil {
		return nil, err
	}
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for ended := false; !ended; {
			select {
			case <-ctx.Done():
			case <-stopping:
				ended = true
			case <-tick.C:
			}
			if ctx.Err() != nil {
				d.Close(false)
				return
			}
			if v, ok := w.look(); ok {
				d.Show(v)
			}
		}
		d.Close(true)
	}()
	return func() {
		close(stopping)
		<-stopped
	}, nil
}
