//go:build unix

package traffic

import "syscall"

// quiet says whether nothing waits to be read from a socket that does not block:
// no byte and no end. What it reads is lost, but then so is the connection.
func quiet(fd uintptr) bool {
	var one [1]byte
	n, err := syscall.Read(int(fd), one[:])
	return n < 0 && (err == syscall.EAGAIN || err == syscall.EINTR)
}
