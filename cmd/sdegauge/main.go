// Command sdegauge measures servers of the Update Session call: whether they
// keep the contract, and how much they carry.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"sdegauge/internal/contract"
)

// version is set when the program is built.
var version = "dev"

func main() {
	// net/http reports what a server sends unasked to the standard logger, and
	// offers no other way to keep it off the terminal.
	log.SetOutput(io.Discard)
	ctx, stop := interruptible()
	code := execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// interruptible returns a context that the first interrupt ends, so that a run
// can still write what it has. The second interrupt ends the program at once.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if _, open := <-signals; !open {
			return
		}
		fmt.Fprintln(os.Stderr, "\ninterrupted: writing what was read so far; interrupt again to end at once")
		cancel()
		if _, open := <-signals; open {
			os.Exit(contract.ExitInterrupted)
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel()
	}
}

// execute runs the command line args and returns the exit code.
func execute(ctx context.Context, args []string, out, errs io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	code := exitCode(ctx, err)
	if err != nil {
		if text := err.Error(); text != "" {
			fmt.Fprintln(errs, "sdegauge: "+text)
		}
		if hint := usageHint(err); hint != "" {
			fmt.Fprintln(errs, hint)
		}
	}
	return code
}
