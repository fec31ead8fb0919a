//go:build unix

package ab

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// lifeline runs a command so that it cannot outlive this program, however that
// ends: a companion in its process group waits for the end of a pipe that only
// this program holds, and then kills the group.
const lifeline = `{ read _ <&3; kill -9 0; } >/dev/null 2>&1 </dev/null & exec 3<&-; exec sh -c "$1"`

// patience is how long a server that was asked to end may take.
const patience = 2 * time.Second

// process is a server that was started here.
type process struct {
	command *exec.Cmd
	hold    *os.File      // the end of the pipe that keeps it alive
	done    chan struct{} // closed when the command has ended
}

// startProcess starts a command of the shell in a process group of its own. What
// it says goes to a file.
func startProcess(command, output string) (*process, error) {
	said, err := os.Create(output)
	if err != nil {
		return nil, fmt.Errorf("keep the output of %q: %w", command, err)
	}
	defer said.Close()
	read, hold, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start %q: %w", command, err)
	}
	defer read.Close()
	c := exec.Command("sh", "-c", lifeline, "sh", command)
	c.Stdout, c.Stderr, c.ExtraFiles = said, said, []*os.File{read}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Start(); err != nil {
		hold.Close()
		return nil, fmt.Errorf("start %q: %w", command, err)
	}
	p := &process{command: c, hold: hold, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		_ = c.Wait() // how it ended is in the state
	}()
	return p, nil
}

// ended says how the command ended; ok is false while it runs.
func (p *process) ended() (how string, ok bool) {
	select {
	case <-p.done:
		return p.command.ProcessState.String(), true
	default:
		return "", false
	}
}

// stop ends the command and all that it started: it asks first.
func (p *process) stop() {
	_ = p.signal(syscall.SIGTERM) // there may be nobody left
	for deadline := time.Now().Add(patience); p.signal(syscall.Signal(0)) == nil && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	_ = p.signal(syscall.SIGKILL)
	<-p.done
	p.hold.Close()
}

// signal reaches everybody in the process group.
func (p *process) signal(s syscall.Signal) error { return syscall.Kill(-p.command.Process.Pid, s) }
