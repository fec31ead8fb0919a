//go:build !unix

package client

import (
	"os"
	"os/exec"
)

// ownGroup does nothing here: what a command starts is left alone.
func ownGroup(*exec.Cmd) {}

func (p *process) signal(s os.Signal) error { return p.command.Process.Signal(s) }
func (p *process) terminate() error         { return p.command.Process.Kill() }
func (p *process) kill() error              { return p.command.Process.Kill() }
func (p *process) othersAlive() bool        { return false }
