package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sdegauge/internal/journal"
	"sdegauge/internal/run"
	"sdegauge/internal/shell"
	"sdegauge/internal/traffic"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

// runFlags are what sdegauge run can be told.
type runFlags struct {
	override scenarios.Override
	sessions []string
	firstSeq uint64
	shard    string
	beginAt  string
	out      string
	live     liveFlags
	github   bool
	noLog    bool
	results  bool
	// calibration is the file to quote; empty: the usual one.
	calibration string
}

func newRunCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run SCENARIO",
		Short: "drive a scenario; tables on the terminal, documents in a folder",
		Long: `Drive a scenario — the name of a shipped one or a file — and judge every
response. The tables go to standard output, progress to standard error, and the
documents to --out. Without a target the embedded reference server is measured,
and the report says so.

Flags override the scenario. --rate scales every open stage so that the peak is
the rate given; --duration scales all stages so that together they last as long.

--threshold adds to what has to hold: 'response.p99 < 250ms' for the measured
time as a whole; with 'over 10s windows' for every full window of it; with 'for
30s' behind that it may break for less; with 'abort' the run stops as soon as
nothing that could still come would make it hold. A threshold that the sample is
too small for is inconclusive: errors < 0.1% takes 3,000 updates.

A load that one machine cannot send is cut into shards, one for each machine:
--shard 2/4 sends every fourth update from the second on, with the instants and
the bytes that it has in the whole, and creates a quarter of the sessions, as
slowly. --begin-at has them all begin at one instant, and sdegauge report makes one
report of their folders.

Requests leave for this machine's loopback addresses and for hosts that the
scenario has a consent for, and for no other host.

An interrupt (Ctrl-C) stops the traffic and still writes the report; a second
one ends at once. Readings go to readings.log in --out as they come, about 22
bytes each, so that sdegauge report can tell of a run that was killed.

On a terminal progress is a display and verdicts are coloured, unless NO_COLOR is
set; elsewhere, and where TERM is dumb, it is a line now and then. --metrics serves
Prometheus metrics as long as the run lasts. In GitHub Actions summary.md is added
to the page of the job ($GITHUB_STEP_SUMMARY), and --github annotates it.

--results writes results.bin, one result an attempt, for vegeta report and
vegeta plot: its timestamp is the intended start, its latency the response time,
and its error is empty where the answer was as expected.

` + exitHelp,
		Example: `  sdegauge run smoke
  sdegauge run steady --rate 500/s --duration 20s
  sdegauge run mine.yaml --target http://127.0.0.1:8080 --account acme_01
  sdegauge run outage --retry none --seed 7 --out out
  sdegauge run smoke --out out --results && vegeta report out/results.bin`,
		Args:              takes(1, 1, "one SCENARIO: the name of a shipped one, or a file"),
		ValidArgsFunction: completeScenarios,
		RunE: func(c *cobra.Command, args []string) error {
			return runScenario(c, args[0], f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.override.Target, "target", "", "URL of the server, without path: http://127.0.0.1:8080")
	flags.StringVar(&f.override.Account, "account", "", "accountId of the path")
	flags.StringVar(&f.override.Rate, "rate", "", "highest rate of updates: 500/s, 30/m")
	flags.StringVar(&f.override.Duration, "duration", "", "length of all stages together: 30s, 5m")
	flags.StringVar(&f.override.Seed, "seed", "", "seed: two runs of one seed send the same bytes")
	flags.StringVar(&f.override.Retry, "retry", "", "retry policy: none, spec, general, monitoring, impatient")
	flags.StringVar(&f.override.Transport, "transport", "", "what sends the requests: auto, fast (HTTP/1.1), std (HTTP/2 as well)")
	flags.StringVar(&f.override.RetryScale, "retry-scale", "", "multiply every pause between attempts: 0.1")
	flags.StringVar(&f.override.LagWithin, "lag-within", "", "how late a send may be before the run is doubted: 1ms (limits.lag.within)")
	flags.StringArrayVar(&f.override.Thresholds, "threshold", nil, "what has to hold besides: 'errors < 1% over 10s windows abort' (repeatable)")
	flags.StringVar(&f.override.Profile, "profile", "", "what decides: spec, strict, lenient")
	flags.StringArrayVar(&f.sessions, "session", nil, "use this session: visitorId,sid,pageId[,campaign,engagement,revision,context] (repeatable)")
	flags.StringVar(&f.override.SessionFile, "sessions", "", "CSV file of sessions to use instead of creating them")
	flags.Uint64Var(&f.firstSeq, "first-seq", 0, "number of the first update: the run sends what a run from 0 sends from there on")
	flags.StringVar(&f.shard, "shard", "", "send this part of the scenario only: 2/4 is the second of four (see sdegauge report)")
	flags.StringVar(&f.beginAt, "begin-at", "", "when the first stage begins: 2026-07-01T14:30:00Z (default: when the sessions are there)")
	flags.StringVarP(&f.out, "out", "o", "", "folder for the documents (default sdegauge-out/SCENARIO-TIME)")
	flags.StringVar(&f.calibration, "calibration", "", "file of the calibration to quote (default: what sdegauge selftest kept)")
	flags.BoolVar(&f.noLog, "no-log", false, "write no log of readings")
	flags.BoolVar(&f.results, "results", false, "write results.bin as well, in Vegeta's encoding")
	flags.BoolVar(&f.github, "github", false, "annotate the job of GitHub Actions that this runs in: ::error and ::warning")
	f.live.register(c)
	return c
}

func runScenario(c *cobra.Command, name string, f runFlags) error {
	if f.results && f.noLog {
		return usageError{errors.New("--results are made from the log of readings; leave out --no-log")}
	}
	var shard traffic.Shard
	if f.shard != "" {
		var err error
		if shard, err = traffic.ParseShard(f.shard); err != nil {
			return usageError{fmt.Errorf("--shard: %w", err)}
		}
	}
	beginAt, err := instant(f.beginAt)
	if err != nil {
		return usageError{fmt.Errorf("--begin-at: %w", err)}
	}
	s, err := loadScenario(name)
	if err != nil {
		return err
	}
	for _, text := range f.sessions {
		fixed, err := fixedSession(text)
		if err != nil {
			return usageError{fmt.Errorf("--session: %w", err)}
		}
		f.override.Sessions = append(f.override.Sessions, fixed)
	}
	if err := s.Apply(f.override); err != nil {
		return &run.ConfigError{Err: err}
	}
	out := f.out
	if out == "" {
		out = filepath.Join("sdegauge-out", s.Name+"-"+time.Now().Format("20060102-150405"))
	}
	if err := writable(out); err != nil {
		return &run.ConfigError{Err: err}
	}
	options := run.Options{Version: version, Command: commandLine(c, name), FirstSeq: f.firstSeq, Shard: shard, BeginAt: beginAt}
	options.Calibration = quotedCalibration(c.ErrOrStderr(), f.calibration)
	if !f.noLog {
		options.Log = filepath.Join(out, journal.Name)
	}
	stop, err := f.live.observe(c, s, &options)
	if err != nil {
		removeIfEmpty(out)
		return err
	}
	report, err := run.Run(c.Context(), s, options)
	stop()
	if err != nil {
		removeIfEmpty(out)
		return interruptedBeforeTraffic(c.Context(), err)
	}
	stepSummary(c.ErrOrStderr(), func(w io.Writer) error { return reports.WriteMarkdown(w, report) })
	publishRun := func(w io.Writer) error {
		return publish(w, out, report, readingsIn(out, !f.noLog, f.results))
	}
	if f.github {
		return annotated(c.OutOrStdout(), report, publishRun)
	}
	return publishRun(c.OutOrStdout())
}

// instant reads a time as RFC 3339 has it; the zero time of nothing.
func instant(text string) (at time.Time, err error) {
	if text == "" {
		return at, nil
	}
	if at, err = time.Parse(time.RFC3339, text); err != nil {
		return at, fmt.Errorf("%q is no instant; write date, time and zone, such as 2026-07-01T14:30:00Z or 2026-07-01T16:30:00+02:00", text)
	}
	return at, nil
}

// publish prints the tables and saves the documents: the tables come first, so
// that a full disk loses nothing. readings sees to what lies beside the documents.
func publish(w io.Writer, out string, report *reports.Report, readings func() ([]string, error)) error {
	if err := reports.WriteTable(w, report, tablesFor(w)); err != nil {
		return err
	}
	paths, err := save(out, report)
	more, readingsErr := readings()
	fmt.Fprintln(w)
	for _, path := range append(paths, more...) {
		fmt.Fprintln(w, path)
	}
	return concluded(report.ExitCode, errors.Join(err, readingsErr))
}

// save writes the documents to a folder, or where that cannot be, to a temporary
// one; the error then says so.
func save(out string, report *reports.Report) ([]string, error) {
	paths, err := reports.Save(out, report)
	if err == nil {
		return paths, nil
	}
	elsewhere, tempErr := os.MkdirTemp("", "sdegauge-")
	if tempErr == nil {
		paths, tempErr = reports.Save(elsewhere, report)
	}
	if tempErr != nil {
		os.RemoveAll(elsewhere)
		return nil, fmt.Errorf("%w; nor could the documents be saved elsewhere: %w", err, tempErr)
	}
	return paths, fmt.Errorf("%w; the documents are in %s instead", err, elsewhere)
}

// loadScenario reads a file, or a shipped scenario by its name.
func loadScenario(name string) (*scenarios.Scenario, error) {
	s, err := scenarios.Open(name, scenarioOptions())
	if err != nil {
		return nil, &run.ConfigError{Err: err}
	}
	return s, nil
}

// fixedSession is a session as --session writes it.
func fixedSession(text string) (scenarios.Fixed, error) {
	session, err := traffic.ParseSession(text, "")
	if err != nil {
		return scenarios.Fixed{}, err
	}
	fixed := scenarios.Fixed{Visitor: session.VisitorID, SID: session.ID, Page: session.PageID}
	if e := session.Engagement; e != nil {
		fixed.Campaign, fixed.Engagement, fixed.Revision, fixed.Context = e.Campaign, e.ID, e.Revision, e.ContextID
	}
	return fixed, nil
}

// writable makes the folder of the documents and tries to write there, before
// anything is sent.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("--out: %w; choose a folder that can be written", err)
	}
	probe, err := os.CreateTemp(dir, ".probe-")
	if err != nil {
		return fmt.Errorf("--out: %w; choose a folder that can be written", err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// removeIfEmpty takes back the folder of a run that never was.
func removeIfEmpty(dir string) {
	os.Remove(dir)
	os.Remove(filepath.Dir(dir))
}

// interruptedBeforeTraffic says that there is no report because there was
// nothing to report.
func interruptedBeforeTraffic(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("interrupted before the first update; there is nothing to report")
	}
	return err
}

// cosmetic are the flags that only change what is seen of a run meanwhile.
var cosmetic = map[string]bool{"quiet": true, "github": true, "metrics": true, "format": true}

// commandLine is the command that repeats the run. Flags hold no secrets: those
// come from the environment.
func commandLine(c *cobra.Command, name string) string {
	words := strings.Fields(c.CommandPath())
	if name != "" {
		words = append(words, shell.Word(name))
	}
	c.Flags().Visit(func(flag *pflag.Flag) {
		if cosmetic[flag.Name] {
			return
		}
		if slice, ok := flag.Value.(interface{ GetSlice() []string }); ok {
			for _, value := range slice.GetSlice() {
				words = append(words, "--"+flag.Name, shell.Word(value))
			}
			return
		}
		if flag.Value.Type() == "bool" {
			words = append(words, "--"+flag.Name)
			return
		}
		words = append(words, "--"+flag.Name, shell.Word(flag.Value.String()))
	})
	return strings.Join(words, " ")
}
