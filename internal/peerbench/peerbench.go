//go:build linux

// Package peerbench races sdegauge against other load generators on this machine.
//
// Each peer gets one core and 64 connections and sends updates as fast as they
// are answered; the server, which does nothing else, has another core. The
// peers take turns, round after round, so that a machine that slows down slows
// them all, and the ratios are taken within a round.
//
//	core 0   sdegauge   wrk   vegeta   sdegauge   wrk   …
//	core 1   ─────────────── null server ──────────────
//
// sdegauge is the program that users run, with all that it does: bodies of their
// own, every oracle, histograms, documents. wrk and vegeta send one body again
// and again and look at the status at most.
package peerbench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// connections is how many each peer uses.
const connections = 64

// The processors of the peers and of the server.
const (
	peerCPU   = 0
	serverCPU = 1
)

// Options say what is raced and how long.
type Options struct {
	// Program, Wrk and Vegeta are paths, or names to be looked up. A peer that is
	// not there is skipped, and the table says so.
	Program, Wrk, Vegeta string
	// Rounds is how often each peer has its turn, Turn how long.
	Rounds int
	Turn   time.Duration
	// Open is how long the open model is driven at 1,000 a second; at 5,000 it is
	// twice as long.
	Open time.Duration
	// Soak adds what takes six minutes more: the memory of a long run.
	Soak bool
}

// check finds what would make the race meaningless.
func (o Options) check() error {
	switch {
	case o.Rounds < 1 || o.Turn < time.Second || o.Open < time.Second:
		return fmt.Errorf("%d rounds of %v and %v of open model are too little; the least is 1 round of 1s and 1s", o.Rounds, o.Turn, o.Open)
	case runtime.NumCPU() < 2:
		return errors.New("the race needs two processors, one for the server and one for the peer")
	}
	if _, err := exec.LookPath("taskset"); err != nil {
		return fmt.Errorf("the race keeps each peer on one processor with taskset, which is not there: install util-linux: %w", err)
	}
	return nil
}

// Run races the peers and writes the tables to out.
func Run(ctx context.Context, o Options, out io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "peerbench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) // in the temporary folder: what stays there does no harm
	l, err := newLab(dir, o.Program)
	if err != nil {
		return err
	}
	if err := l.closed(ctx, o, out); err != nil {
		return err
	}
	if err := made(out); err != nil {
		return err
	}
	return l.open(ctx, o, out)
}

// closed races the peers for the highest rate.
func (l *lab) closed(ctx context.Context, o Options, out io.Writer) error {
	s, err := startNull(serverCPU)
	if err != nil {
		return err
	}
	defer s.close()
	peers := l.peers(s.url, o.Wrk, o.Vegeta)
	cells := make([][]cell, len(peers))
	for range o.Rounds {
		for i, p := range peers {
			if p.missing != "" {
				continue
			}
			c, err := p.race(ctx, s, peerCPU, o.Turn)
			if err != nil {
				return err
			}
			cells[i] = append(cells[i], c)
		}
	}
	r, err := l.report()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "highest rate: PUT, %d connections, one core each for peer and server, transport %s, %d turns of %v in rotation\n",
		connections, r.Target.Transport, o.Rounds, o.Turn)
	if err = errors.Join(err, writeRace(out, peers, cells)); err != nil || r.Verdict == "pass" {
		return err
	}
	_, err = fmt.Fprintf(out, "sdegauge doubts its last turn: %s: %s\n", r.Verdict, r.Reason)
	return err
}

// made measures what a body and its judgement cost.
func made(out io.Writer) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const turns, updates = 5, 100_000
	var costs []float64
	for range turns {
		cost, err := madeAndJudged(updates)
		if err != nil {
			return err
		}
		costs = append(costs, float64(cost)/1000)
	}
	mid, least, most := middle(costs)
	_, err := fmt.Fprintf(out, "\nbody made and judged: %.2f µs of CPU a request (%.2f to %.2f); the bar is 3\n", mid, least, most)
	return err
}

// open drives the open model, with the server on the same processors.
func (l *lab) open(ctx context.Context, o Options, out io.Writer) error {
	s, err := startNull(-1)
	if err != nil {
		return err
	}
	defer s.close()
	drives := []drive{
		{rate: 1000, length: o.Open, bar: 0.3},
		{rate: 5000, length: 2 * o.Open, bar: 1},
	}
	if o.Soak {
		drives = append(drives, drive{rate: 10_000, length: time.Minute}, drive{rate: 10_000, length: 5 * time.Minute})
	}
	for i := range drives {
		if err := l.drive(ctx, s, &drives[i]); err != nil {
			return err
		}
	}
	_, err = fmt.Fprint(out, "\nopen model: sdegauge at a constant rate, server on the same cores\n")
	return errors.Join(err, writeDrives(out, drives))
}

// drive is one run at a constant rate.
type drive struct {
	rate   int // a second
	length time.Duration
	bar    float64 // the most that the 99th percentile of the lag should be, in ms; 0: none

	lag    *float64 // its 99th percentile, in ms
	unsent uint64
	exit   int
	cpu    time.Duration // a request
	rss    uint64        // bytes
}

func (l *lab) drive(ctx context.Context, s *nullServer, d *drive) error {
	argv, err := l.sdegauge(s.url, openStage(d.rate, d.length))
	if err != nil {
		return err
	}
	s.take()
	c, err := runChild(ctx, fmt.Sprintf("%d,%d", peerCPU, serverCPU), argv)
	if err != nil {
		return err
	}
	r, err := l.report()
	seen := s.take()
	if err != nil || seen.requests == 0 {
		return fmt.Errorf("sdegauge at %d/s ended with %d after %d requests (%v); it wrote:\n%s", d.rate, c.exit, seen.requests, err, c.print)
	}
	d.lag, d.unsent, d.exit, d.rss = r.Latency.Lag.P99MS, r.Totals.Unsent, c.exit, c.rss
	d.cpu = c.cpu / time.Duration(seen.requests)
	return nil
}
