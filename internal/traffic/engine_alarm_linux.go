package traffic

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// alarm makes Go's timers precise. While a program has nothing to do, the
// runtime waits for timers in epoll_wait, in whole milliseconds, so that a
// timer alone is up to 1 ms late. A timer of the kernel on the same instant,
// which epoll watches and nobody reads, ends that wait when it should end:
//
//	timer of Go      |─────────────────────▶ due     (fires when the runtime looks)
//	epoll_wait(1 ms) |───────────|──────────────|
//	with the alarm   |───────────|─────────▶ looks
//
// No goroutine waits for it: in the virtual time of a test it changes nothing.
type alarm struct {
	file *os.File // nil where the kernel grants none: timers are then as they are
	fd   int
}

func newAlarm() alarm {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return alarm{}
	}
	return alarm{os.NewFile(uintptr(fd), "timerfd"), fd} // non-blocking: the runtime puts it under its epoll
}

// set arms the alarm for a time from now, in the place of an earlier one.
func (a alarm) set(t time.Duration) {
	if a.file == nil || t <= 0 {
		return
	}
	// An alarm that cannot be set costs precision, which the lag shows.
	_ = unix.TimerfdSettime(a.fd, 0, &unix.ItimerSpec{Value: unix.NsecToTimespec(int64(t))}, nil)
}

func (a alarm) close() {
	if a.file != nil {
		_ = a.file.Close() // nothing is written to it
	}
}
