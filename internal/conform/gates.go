package conform

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"sdegauge/checks/suite"
	"sdegauge/internal/run"
	"sdegauge/reports"
)

// GateOptions name the files that a report is held against; empty: none.
type GateOptions struct {
	// Lock is written where it is missing, or where Update says so; else drift
	// from it is a warning, or where Strict says so a failure.
	Lock           string
	Strict, Update bool
	Waivers        string
}

// Gates are the lock and the waivers of a run, read before anything is sent.
type Gates struct {
	options GateOptions
	waivers []suite.Waiver
	lock    suite.Lock // nil: the file is missing
}

// OpenGates reads the files. What is wrong with them is a [*run.ConfigError].
func OpenGates(o GateOptions) (*Gates, error) {
	g := &Gates{options: o}
	var err error
	if g.waivers, err = readWaivers(o.Waivers); err == nil {
		g.lock, err = readLock(o.Lock)
	}
	if err == nil && o.Lock != "" && g.lock == nil {
		if info, statErr := os.Stat(filepath.Dir(o.Lock)); statErr != nil || !info.IsDir() {
			err = fmt.Errorf("--lock: there is no folder %s to write it into", filepath.Dir(o.Lock))
		}
	}
	if err != nil {
		return nil, &run.ConfigError{Err: err}
	}
	return g, nil
}

// Apply holds a report against the gates, and writes the lock where that is due.
// A run that was cut short, or that the sanity bracket stopped, writes none.
func (g *Gates) Apply(report *suite.Report) error {
	report.Waive(g.waivers, time.Now())
	if g.options.Lock == "" {
		return nil
	}
	report.HoldAgainst(g.lock, g.options.Lock, g.options.Strict)
	if g.lock != nil && !g.options.Update || report.Interrupted || report.Bracket != "" {
		return nil
	}
	seen := suite.LockOf(report)
	if len(seen) == 0 {
		return nil
	}
	next := maps.Clone(g.lock)
	if next == nil {
		next = suite.Lock{}
	}
	maps.Copy(next, seen)
	if err := reports.ReplaceFile(g.options.Lock, func(w io.Writer) error { return next.Write(w) }); err != nil {
		return fmt.Errorf("write the lock %s: %w", g.options.Lock, err)
	}
	g.lock = next
	report.WroteLock()
	return nil
}

func readLock(file string) (suite.Lock, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("--lock: %w", err)
	}
	defer f.Close()
	lock, err := suite.ReadLock(f, file)
	if err != nil {
		return nil, fmt.Errorf("--lock: %w", err)
	}
	return lock, nil
}

func readWaivers(file string) ([]suite.Waiver, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--waivers: %w", err)
	}
	return suite.ParseWaivers(text, file)
}
