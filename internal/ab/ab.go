package ab

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"time"

	"sdegauge/internal/run"
	"sdegauge/reports"
	"sdegauge/reports/compare"
	"sdegauge/scenarios"
)

// What an option of 0 stands for.
const (
	DefaultBlock   = time.Second
	DefaultMaxTime = time.Minute
	DefaultReady   = 30 * time.Second
)

// Options say what is compared and how.
type Options struct {
	// Version is the program's; Command repeats the run and MUST hold no secret.
	Version, Command string
	Base, New        Server
	// Block is how long a block is, and MaxTime how long all blocks of a side
	// together may be, without the wait for their last answers.
	Block, MaxTime time.Duration
	// Ready is how long a server that was started may take until it listens.
	Ready   time.Duration
	Compare compare.Options
	// Output is the folder for what started servers say.
	Output string
	// Progress is told in lines how the run goes on; nil where nobody listens.
	Progress func(line string)
}

func (o Options) filled() Options {
	fill := func(d *time.Duration, by time.Duration) {
		if *d == 0 {
			*d = by
		}
	}
	fill(&o.Block, DefaultBlock)
	fill(&o.MaxTime, DefaultMaxTime)
	fill(&o.Ready, DefaultReady)
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.Compare.Metric == "" {
		o.Compare.Metric = compare.Response
	}
	if o.Compare.Confidence == 0 {
		o.Compare.Confidence = compare.DefaultConfidence
	}
	return o
}

// Run compares two servers by the load of a scenario. When ctx ends, or a server
// does, the result covers the pairs until then. However Run ends, no server that it
// started runs on.
//
// A comparison that could not start is an error as [run.Run] has it.
func Run(ctx context.Context, s *scenarios.Scenario, o Options) (*Result, error) {
	o = o.filled()
	planned, err := pairsIn(o.MaxTime, o.Block)
	if err != nil {
		return nil, &run.ConfigError{Err: err}
	}
	if o.Base.Start != "" && o.New.Start != "" && o.Base.URL == o.New.URL {
		return nil, &run.ConfigError{Err: fmt.Errorf("both servers are to be started at %s; give each its own port", o.Base.URL)}
	}
	e := newExperiment(s, o, planned)
	defer e.close()
	if err := e.open(ctx); err != nil {
		return nil, err
	}
	err = e.measure(ctx)
	var gone *GoneError
	if err != nil && !errors.As(err, &gone) && ctx.Err() == nil {
		return nil, err
	}
	return e.result(ctx, gone), nil
}

// experiment is one run.
type experiment struct {
	scenario *scenarios.Scenario
	options  Options
	trial    *trial
	began    time.Time
	arms     [2]*arm // base, new
	seq      uint64  // the first update of the next pair
	all      []PairReport
	pairs    []compare.Pair // those that count
	rows     []compare.Quantity
	doubts   compare.Doubts // of rows
	warnings []string
}

func newExperiment(s *scenarios.Scenario, o Options, planned int) *experiment {
	side := func(name string, server Server) *arm {
		return &arm{name: name, server: server, output: outputPath(o.Output, name)}
	}
	return &experiment{
		scenario: s, options: o, began: time.Now(), trial: newTrial(planned, o.Compare),
		arms: [2]*arm{side(baseName, o.Base), side(newName, o.New)},
	}
}

func (e *experiment) close() {
	for _, a := range e.arms {
		a.close()
	}
}

// open makes both servers ready and warm.
func (e *experiment) open(ctx context.Context) error {
	for _, a := range e.arms {
		block, err := blockOf(e.scenario, a.server.URL, e.options.Block)
		if err != nil {
			return &run.ConfigError{Err: err}
		}
		if err := a.open(ctx, block, e.options); err != nil {
			return err
		}
		e.options.Progress(fmt.Sprintf("%s server: %s is ready", a.name, a.Prepared.URL()))
	}
	for _, w := range e.arms[0].Check() {
		e.warnings = append(e.warnings, fmt.Sprintf("%s: %s; %s", w.What, w.Detail, w.Fix))
	}
	for i := range warmUpBlocks(e.scenario, e.options.Block) {
		if _, err := e.pair(ctx, i); err != nil {
			return e.setup(ctx, err)
		}
	}
	for _, a := range e.arms {
		a.seconds = 0
	}
	return nil
}

// setup is the error of a warm-up: a server that is gone by then was never
// measured.
func (e *experiment) setup(ctx context.Context, err error) error {
	var gone *GoneError
	if errors.As(err, &gone) && ctx.Err() == nil {
		return &run.SetupError{Err: err}
	}
	return err
}

// measure goes from pair to pair until there is an answer or no time left.
func (e *experiment) measure(ctx context.Context) error {
	next := looks(e.trial.planned)
	for i := 0; ; i++ {
		both, err := e.pair(ctx, i)
		if err != nil {
			return err
		}
		e.take(i, both)
		last := i+1 == e.trial.planned || e.spent().Seconds() > overrun*e.options.MaxTime.Seconds()
		if n := len(e.pairs); last || n == next[0] {
			if n == next[0] {
				next = next[1:]
			}
			if e.look(last) || last {
				return nil
			}
		}
		if e.hopeless() {
			return nil
		}
	}
}

// overrun is by what factor blocks may take longer than they send, for answers
// that are slow, before the run ends for it.
const overrun = 1.5

// spent is how long the blocks of the slower side took.
func (e *experiment) spent() time.Duration {
	return time.Duration(max(e.arms[0].seconds, e.arms[1].seconds) * float64(time.Second))
}

// pair measures a block of each side: the same updates at the same instants.
func (e *experiment) pair(ctx context.Context, i int) (both [2]*reports.Report, err error) {
	first := newFirst(i)
	for _, side := range []int{first, 1 - first} {
		if ctx.Err() != nil {
			return both, ctx.Err()
		}
		both[side], err = e.arms[side].block(ctx, e.seq, e.scenario.Seed+uint64(i))
		if err != nil {
			return both, err
		}
	}
	e.seq += max(e.arms[0].sent, e.arms[1].sent)
	return both, nil
}

// newFirst is 1 where the new server has the first block of pair i, else 0: the
// sequence of Thue and Morse.
func newFirst(i int) int { return bits.OnesCount(uint(i)) & 1 }

// take notes a pair, and keeps it where both blocks can be relied on.
func (e *experiment) take(i int, both [2]*reports.Report) {
	told := PairReport{NewFirst: newFirst(i) == 1, Base: blockReport(both[0], e.options.Compare.Metric), New: blockReport(both[1], e.options.Compare.Metric)}
	var runs [2]compare.Run
	for side, r := range both {
		var err error
		runs[side], err = compare.FromReport(fmt.Sprintf("the block of the %s server", e.arms[side].name), r)
		switch {
		case told.Dropped != "":
		case err != nil:
			told.Dropped = err.Error()
		case runs[side].Facts.Doubt != "":
			told.Dropped = e.arms[side].name + ": " + runs[side].Facts.Doubt
		}
	}
	e.all = append(e.all, told)
	if told.Dropped == "" {
		e.pairs = append(e.pairs, compare.Pair{Base: runs[0], New: runs[1]})
	}
}

// look asks whether the answer is clear.
func (e *experiment) look(last bool) bool {
	if len(e.pairs) < leastPairs {
		return false
	}
	e.doubts = e.trial.doubts(len(e.pairs), last)
	e.rows = compare.Paired(e.pairs, e.options.Compare, e.doubts)
	e.options.Progress(lookLine(e.rows, len(e.pairs), e.trial.planned))
	return decided(e.rows)
}

// droppedMost is the share of pairs that may be dropped.
const droppedMost = 0.25

func (e *experiment) dropped() int { return len(e.all) - len(e.pairs) }

// hopeless reports whether too many pairs will have been dropped, whatever
// comes.
func (e *experiment) hopeless() bool {
	return float64(e.dropped()) > droppedMost*float64(e.trial.planned)
}
