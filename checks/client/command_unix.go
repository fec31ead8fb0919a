//go:build unix

package client

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup puts a command and what it starts into a process group, so that they
// can be ended together and an interrupt at the terminal does not reach them.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func (p *process) signal(s os.Signal) error {
	return syscall.Kill(-p.command.Process.Pid, s.(syscall.Signal))
}

func (p *process) terminate() error { return p.signal(syscall.SIGTERM) }
func (p *process) kill() error      { return p.signal(syscall.SIGKILL) }

// othersAlive reports whether the group of a command that is gone has members.
func (p *process) othersAlive() bool { return p.signal(syscall.Signal(0)) == nil }
