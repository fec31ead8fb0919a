package selftest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/run"
	"sdegauge/internal/spelling"
)

// Options say what a selftest does. The zero Options do all of it, in less than
// a minute.
type Options struct {
	// Version is the program's.
	Version string
	// Only are the names of experiments, see [Names]; empty: all.
	Only []string
	// Quick takes seconds instead of most of a minute: the samples are smaller,
	// and so the bounds wider.
	Quick bool
	// Progress is told how it goes on, one line at a time; nil where nobody
	// listens.
	Progress func(line string)
}

// nameCeiling selects the search of the ceiling.
const nameCeiling = "ceiling"

// Names are the experiments that there are, the ceiling last.
func Names() []string {
	var names []string
	for _, e := range full.experiments() {
		names = append(names, e.name)
	}
	return append(names, nameCeiling)
}

// UnknownError says that no experiment has a name.
type UnknownError struct{ Name string }

func (e *UnknownError) Error() string {
	text := fmt.Sprintf("no experiment is called %q", e.Name)
	if near := spelling.Nearest(e.Name, Names()); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text + " (there are " + strings.Join(Names(), ", ") + ")"
}

// Run measures the servers of known truth side by side and then, alone on the
// machine, searches the ceiling. An error means that nothing can be said: the
// context's if it ended, an [*UnknownError], or what kept a server or a run from
// starting.
func Run(ctx context.Context, o Options) (*Calibration, error) {
	for _, name := range o.Only {
		if !slices.Contains(Names(), name) {
			return nil, &UnknownError{name}
		}
	}
	p := full
	if o.Quick {
		p = quick
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	wanted := func(name string) bool { return len(o.Only) == 0 || slices.Contains(o.Only, name) }
	return p.run(ctx, newMeasurer(run.Options{Version: o.Version}), wanted, o)
}

func (p pace) run(ctx context.Context, m measurer, wanted func(string) bool, o Options) (*Calibration, error) {
	c := &Calibration{
		Schema: Schema, Measured: time.Now().Round(time.Second).UTC(), Tool: o.Version,
		Whole: len(o.Only) == 0 && !o.Quick, Machine: ThisMachine(), Go: runtime.Version(),
	}
	var err error
	if c.Rows, c.About, err = p.sideBySide(ctx, m, wanted, o.Progress); err != nil {
		return nil, err
	}
	if wanted(nameCeiling) {
		ceiling, err := p.ceiling(ctx, m, o.Progress)
		if err != nil {
			return nil, err
		}
		c.Ceiling = &ceiling
	}
	c.Verdict = c.verdict()
	return c, nil
}

// sideBySide measures the servers all at once: each costs little, and most of
// each is waiting.
func (p pace) sideBySide(ctx context.Context, m measurer, wanted func(string) bool, progress func(string)) ([]Row, []string, error) {
	var chosen []experiment
	longest := time.Duration(0)
	for _, e := range p.experiments() {
		if wanted(e.name) {
			chosen = append(chosen, e)
			longest = p.scaled(10 * time.Second)
		}
	}
	if wanted("queue") {
		longest = max(longest, p.queue)
	}
	if len(chosen) == 0 {
		return nil, nil, nil
	}
	progress(fmt.Sprintf("servers of known truth: %d side by side, about %v", len(chosen), longest))
	rows, errs := make([][]Row, len(chosen)), make([]error, len(chosen))
	var all sync.WaitGroup
	for i, e := range chosen {
		all.Go(func() {
			select {
			case <-time.After(e.after):
				rows[i], errs[i] = e.measure(ctx, m)
			case <-ctx.Done(): // told below
			}
		})
	}
	all.Wait()
	var about []string
	for i, e := range chosen {
		about = append(about, e.name+": "+e.about)
		if errs[i] != nil && ctx.Err() == nil {
			errs[i] = fmt.Errorf("%s: %w", e.name, errs[i])
		}
	}
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	return slices.Concat(rows...), about, errors.Join(errs...)
}

// verdict is the worst of the rows, and of the ceiling: without one that holds
// nothing can be relied on.
func (c *Calibration) verdict() contract.Verdict {
	v := contract.Pass
	for _, r := range c.Rows {
		v = contract.Worst(v, r.Verdict)
	}
	if c.Ceiling != nil && c.Ceiling.HoldsPerS == 0 {
		v = contract.Worst(v, contract.Inconclusive)
	}
	return v
}
