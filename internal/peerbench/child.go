//go:build linux

package peerbench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// child is a program that was run to its end.
type child struct {
	exit  int
	cpu   time.Duration // user and system
	rss   uint64        // its greatest, in bytes
	print string        // what it wrote
}

// longestPrint bounds what is kept of a program's output.
const longestPrint = 64 << 10

// runChild runs a program on the processors that cpus lists, as taskset has it,
// and waits for it. Where it gets one processor, Go is told so too.
func runChild(ctx context.Context, cpus string, argv []string) (child, error) {
	cmd := exec.CommandContext(ctx, "taskset", append([]string{"-c", cpus}, argv...)...)
	cmd.WaitDelay = time.Second
	if !strings.ContainsAny(cpus, ",-") {
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	}
	print := &bounded{}
	cmd.Stdout, cmd.Stderr = print, print
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return child{}, fmt.Errorf("run %s: %w", argv[0], err)
	}
	c := child{
		exit: cmd.ProcessState.ExitCode(), print: print.String(),
		cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.rss = uint64(usage.Maxrss) << 10 // Linux counts KiB
	}
	return c, ctx.Err()
}

// bounded keeps the first bytes that are written to it.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if room := longestPrint - b.Len(); room > 0 {
		b.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// threadTime is the CPU time that the calling thread has used.
func threadTime() (time.Duration, error) {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &usage); err != nil {
		return 0, fmt.Errorf("read the CPU time of a thread: %w", err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), nil
}
