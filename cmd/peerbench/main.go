//go:build linux

// Command peerbench races sdegauge against wrk and vegeta; see `make bench-peers`.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"sdegauge/internal/peerbench"
)

func main() {
	o := peerbench.Options{}
	flag.StringVar(&o.Program, "sdegauge", "bin/sdegauge", "the program that is measured")
	flag.StringVar(&o.Wrk, "wrk", "wrk", "wrk; skipped where it is not there")
	flag.StringVar(&o.Vegeta, "vegeta", "vegeta", "vegeta; skipped where it is not there")
	flag.IntVar(&o.Rounds, "rounds", 3, "how often each peer has its turn")
	flag.DurationVar(&o.Turn, "turn", 5*time.Second, "length of a turn")
	flag.DurationVar(&o.Open, "open", 10*time.Second, "length of the open model at 1,000/s; at 5,000/s it is twice as long")
	flag.BoolVar(&o.Soak, "soak", false, "also compare the memory of one and of five minutes at 10,000/s")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "peerbench: it takes no argument, and %q is one; see -help\n", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := peerbench.Run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "peerbench:", err)
		os.Exit(1)
	}
}
