package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sdegauge/internal/selftest"
	"sdegauge/reports"
)

// selftestFlags are what sdegauge selftest can be told.
type selftestFlags struct {
	only        []string
	quick       bool
	quiet       bool
	calibration string
}

func newSelftestCommand() *cobra.Command {
	var f selftestFlags
	c := &cobra.Command{
		Use:   "selftest",
		Short: "prove the instrument on this machine: known truths, measured, in a table",
		Long: `Measure servers whose times and answers are known beforehand, all of them in this
program and on loopback, by whole runs as any other target is measured, and hold
what the reports say against the truth: a stall, exponential service times, a
queue with a known utilisation, dropped connections, 503s on a schedule. Then
search the ceiling: the highest rate at which 99 % of sends are within 1 ms
against a server that costs next to nothing. All of it takes less than a minute;
leave the machine alone meanwhile.

A whole selftest (neither --only nor --quick) is kept as the calibration of this
machine, in --calibration, or in the file that $` + selftest.PathVariable + ` names, or
in sdegauge/calibration.json in the user's cache folder. Later reports quote it,
and warn where a run comes near the ceiling.

A reading that is out of its bounds while the machine was too busy to send in
time is inconclusive, not wrong.

Experiments (--only, repeatable): ` + strings.Join(selftest.Names(), ", ") + `

Exit codes:
  0    every reading agrees with the truth
  1    a reading is wrong: the instrument cannot be relied on here
  2    usage
  4    inconclusive: the machine was too busy to say, or the calibration could
       not be kept
  130  interrupted`,
		Example: `  sdegauge selftest
  sdegauge selftest --quick                  in some ten seconds, with wider bounds
  sdegauge selftest --only stall --only queue`,
		Args: takesNothing,
		RunE: func(c *cobra.Command, _ []string) error { return runSelftest(c, f) },
	}
	flags := c.Flags()
	flags.StringArrayVar(&f.only, "only", nil, "do this experiment alone, see above (repeatable)")
	flags.BoolVar(&f.quick, "quick", false, "take seconds: smaller samples and wider bounds")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress on standard error")
	flags.StringVar(&f.calibration, "calibration", "", "file that keeps the calibration (default see above)")
	return c
}

func runSelftest(c *cobra.Command, f selftestFlags) error {
	o := selftest.Options{Version: version, Only: f.only, Quick: f.quick}
	if !f.quiet {
		o.Progress = func(line string) { fmt.Fprintln(c.ErrOrStderr(), line) }
	}
	found, err := selftest.Run(c.Context(), o)
	if unknown := new(selftest.UnknownError); errors.As(err, &unknown) {
		return usageError{fmt.Errorf("--only: %w", err)}
	}
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	if err := found.WriteTable(out, tablesFor(out)); err != nil {
		return err
	}
	if found.Whole {
		err = keepCalibration(out, found, f.calibration)
	}
	return concluded(found.Verdict.ExitCode(), err)
}

// keepCalibration saves what later reports quote.
func keepCalibration(out io.Writer, found *selftest.Calibration, given string) error {
	path := selftest.Path(given)
	if path == "" {
		return errors.New("the calibration has no place to be kept: name a file with --calibration")
	}
	if err := found.Save(path); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s\n", path)
	return err
}

// quotedCalibration is the calibration that a report is to quote; nil where
// there is none. One that cannot be used is a warning, for a run needs none.
func quotedCalibration(errs io.Writer, given string) *reports.Calibration {
	path := selftest.Path(given)
	if path == "" {
		return nil
	}
	found, err := selftest.Load(path)
	switch {
	case err == nil:
		return found.Quote()
	case errors.Is(err, os.ErrNotExist) && given == "":
		return nil // no selftest yet
	}
	fmt.Fprintln(errs, "warning: "+err.Error())
	return nil
}
