package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sdegauge/internal/contract"
	"sdegauge/internal/run"
	"sdegauge/internal/spelling"
	"sdegauge/reports"
	"sdegauge/reports/compare"
)

// compareFlags are what sdegauge compare can be told.
type compareFlags struct {
	base, changed []string
	margins       []string
	metric        string
	confidence    string
	format        string
	baseline      string
}

func newCompareCommand() *cobra.Command {
	var f compareFlags
	c := &cobra.Command{
		Use:   "compare BASE NEW",
		Short: "did it get worse? the runs of a new build against those of a base",
		Long: `Hold runs of a new build against runs of a base: for each quantile, the rate and
the share of errors the change with its interval, and a verdict at a margin.

  regressed   at least the margin worse, and surely worse than the base
  not worse   surely less than the margin worse
  undecided   neither; what would decide it is said

BASE and NEW are each the folder of a run, its report.json, or a baseline file.
Give more than one run a side by --base and --new, repeatable: one run cannot
show how runs differ, and then what they usually differ by widens the intervals.
Several short runs decide sooner than a long one: six of ten seconds on each side
find 10 % at p50.

--update-baseline FILE writes the runs named after it into FILE, which is small
and fit for git, and compares nothing.

Margins (--margin, repeatable), in per cent of the base: p50 5%, p90, p95 and p99
10%, rate 5%, and errors 0.5% of the updates. p99.9 is shown, and gated where a
margin is given. QUANTITY=off takes a gate away.

A run that was inconclusive or interrupted makes the comparison inconclusive.

` + exitHelp,
		Example: `  sdegauge compare before after
  sdegauge compare --base b1 --base b2 --base b3 --new n1 --new n2 --new n3
  sdegauge compare --update-baseline baseline.json b1 b2 b3
  sdegauge compare baseline.json after --margin p50=10% --margin p99.9=25%`,
		RunE: func(c *cobra.Command, args []string) error {
			if f.baseline != "" {
				return updateBaseline(c.OutOrStdout(), args, f)
			}
			return compareRuns(c.OutOrStdout(), args, f)
		},
	}
	flags := c.Flags()
	flags.StringArrayVar(&f.base, "base", nil, "a run of the base (repeatable)")
	flags.StringArrayVar(&f.changed, "new", nil, "a run of the new build (repeatable)")
	f.registerJudging(flags)
	flags.StringVar(&f.baseline, "update-baseline", "", "write the runs into this file, and compare nothing")
	return c
}

// registerJudging adds the flags that say how to judge and how to tell of it.
func (f *compareFlags) registerJudging(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.margins, "margin", nil, "how much worse is tolerated, as p50=5% (repeatable)")
	flags.StringVar(&f.metric, "metric", string(compare.Response), "response, from the intended start, or service, from the send")
	flags.StringVar(&f.confidence, "confidence", fmt.Sprintf("%g%%", 100*compare.DefaultConfidence), "how sure a regression has to be, of each quantity")
	flags.StringVar(&f.format, "format", formatText, "text, markdown or json")
}

const formatText = "text"

func compareRuns(out io.Writer, args []string, f compareFlags) error {
	print, err := f.printer(out)
	if err != nil {
		return err
	}
	options, err := f.options()
	if err != nil {
		return err
	}
	basePaths, newPaths, err := f.sides(args)
	if err != nil {
		return err
	}
	base, err := runsAt(basePaths)
	if err != nil {
		return err
	}
	changed, err := runsAt(newPaths)
	if err != nil {
		return err
	}
	found, err := compare.Compare(base, changed, options)
	if err != nil {
		return usageError{err}
	}
	if err := print(found); err != nil {
		return err
	}
	return concluded(found.ExitCode, nil)
}

// sides are the paths of both sides, from the words or from the flags.
func (f compareFlags) sides(args []string) (base, changed []string, err error) {
	flagged := len(f.base)+len(f.changed) > 0
	switch {
	case flagged && len(args) > 0:
		return nil, nil, usageError{fmt.Errorf("%q stands beside --base and --new; say of every run which side it is of: --base %[1]s or --new %[1]s", args[0])}
	case flagged && len(f.base) == 0:
		return nil, nil, usageError{errors.New("--new needs a run to be held against; name one with --base")}
	case flagged && len(f.changed) == 0:
		return nil, nil, usageError{errors.New("--base needs a run to be judged; name one with --new")}
	case flagged:
		return f.base, f.changed, nil
	case len(args) == 2:
		return args[:1], args[1:], nil
	case len(args) > 2:
		return nil, nil, usageError{fmt.Errorf("compare takes BASE and NEW, not %d words; for more runs a side write --base RUN and --new RUN, each as often as needed", len(args))}
	}
	return nil, nil, usageError{fmt.Errorf("compare takes BASE and NEW, each the folder of a run, its report.json or a baseline file, not %d words", len(args))}
}

// runsAt are the runs in the folders and files.
func runsAt(paths []string) ([]compare.Run, error) {
	var all []compare.Run
	for _, path := range paths {
		runs, err := runsIn(path)
		if err != nil {
			return nil, &run.ConfigError{Err: err}
		}
		all = append(all, runs...)
	}
	return all, nil
}

func runsIn(path string) ([]compare.Run, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return compare.Read(path)
	}
	report, _, err := run.Stored(path)
	if err != nil {
		return nil, err
	}
	one, err := compare.FromReport(path, report)
	if err != nil {
		return nil, err
	}
	return []compare.Run{one}, nil
}

func (f compareFlags) options() (compare.Options, error) {
	o := compare.Options{Margins: map[string]float64{}}
	for _, text := range f.margins {
		name, margin, err := compare.ParseMargin(text)
		if err != nil {
			return o, usageError{fmt.Errorf("--margin: %w", err)}
		}
		o.Margins[name] = margin
	}
	metrics := []string{string(compare.Response), string(compare.Service)}
	if err := oneOf("--metric", "metric", f.metric, metrics); err != nil {
		return o, err
	}
	o.Metric = compare.Metric(f.metric)
	var err error
	if o.Confidence, err = compare.ParseConfidence(f.confidence); err != nil {
		return o, usageError{fmt.Errorf("--confidence: %w", err)}
	}
	return o, nil
}

// comparison is what can be told in every form.
type comparison interface {
	WriteText(io.Writer, reports.TableOptions) error
	WriteMarkdown(io.Writer) error
	WriteJSON(io.Writer) error
}

// printer prints a comparison in the form asked for.
func (f compareFlags) printer(out io.Writer) (func(comparison) error, error) {
	if err := oneOf("--format", "format", f.format, []string{formatText, formatMarkdown, formatJSON}); err != nil {
		return nil, err
	}
	return func(c comparison) error {
		switch f.format {
		case formatMarkdown:
			return c.WriteMarkdown(out)
		case formatJSON:
			return c.WriteJSON(out)
		}
		return c.WriteText(out, tablesFor(out))
	}, nil
}

// oneOf refuses a value that is not among the allowed, and names the nearest.
func oneOf(flag, noun, value string, allowed []string) error {
	for _, one := range allowed {
		if value == one {
			return nil
		}
	}
	text := fmt.Sprintf("%s: %q is no %s; choose %s", flag, value, noun, spelling.Or(allowed))
	if near := spelling.Nearest(value, allowed); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return usageError{errors.New(text)}
}

// updateBaseline writes runs into a baseline file, in the place of what was there.
func updateBaseline(out io.Writer, args []string, f compareFlags) error {
	if len(f.base) > 0 {
		return usageError{errors.New("--update-baseline compares nothing; leave out --base")}
	}
	paths := append(args, f.changed...)
	if len(paths) == 0 {
		return usageError{errors.New("--update-baseline needs the runs to write; name their folders after it")}
	}
	runs, err := runsAt(paths)
	if err != nil {
		return err
	}
	err = reports.ReplaceFile(f.baseline, func(w io.Writer) error { return compare.WriteBaseline(w, runs) })
	if doubt := new(compare.DoubtError); errors.As(err, &doubt) {
		return verdictError{contract.ExitInconclusive, err}
	}
	if err != nil {
		return &run.ConfigError{Err: fmt.Errorf("write the baseline %s: %w", f.baseline, err)}
	}
	_, err = fmt.Fprintln(out, f.baseline)
	return err
}
