//go:build !unix

package ab

import "errors"

// process is a server that was started here; there is none on this system.
type process struct{}

func startProcess(string, string) (*process, error) {
	return nil, errors.New("servers can be started on Unix systems only; start them by hand and leave out --start-base and --start-new")
}

func (*process) ended() (string, bool) { return "", false }
func (*process) stop()                 {}
