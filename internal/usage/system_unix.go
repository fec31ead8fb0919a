//go:build unix

package usage

import (
	"time"

	"golang.org/x/sys/unix"
)

// processTime is the processor time of this process so far; negative where the
// system does not tell.
func processTime() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return -1
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// OpenFilesLimit is how many descriptors this process may have open: the soft
// limit, which Go has raised to the hard one at the program's start. It is
// negative where the system does not tell.
func OpenFilesLimit() int {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return -1
	}
	return int(min(limit.Cur, 1<<31-1))
}
