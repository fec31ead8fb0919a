//go:build unix

package live

import (
	"os"

	"golang.org/x/sys/unix"
)

// TerminalWidth is the width of a terminal in columns; ok is false where the file
// is none. A terminal that does not know its width has width 0.
func TerminalWidth(file *os.File) (columns int, ok bool) {
	size, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, false
	}
	return int(size.Col), true
}
