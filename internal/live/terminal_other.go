//go:build !unix

package live

import "os"

// TerminalWidth tells of no terminal: on this system it is not known which file is
// one, and whether it would understand.
func TerminalWidth(*os.File) (columns int, ok bool) { return 0, false }
