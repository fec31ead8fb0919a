package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"sdegauge/internal/ab"
	"sdegauge/internal/run"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

// abFlags are what sdegauge ab can be told.
type abFlags struct {
	base, changed ab.Server
	override      scenarios.Override
	compare       compareFlags
	block         time.Duration
	maxTime       time.Duration
	ready         time.Duration
	out           string
	quiet         bool
}

func newABCommand() *cobra.Command {
	var f abFlags
	c := &cobra.Command{
		Use:   "ab SCENARIO",
		Short: "did it get worse? two live servers by turns, in one run",
		Long: `Hold a new server against a base while both are live. Short blocks of the
scenario's load go to the one and to the other by turns (ABBA BAAB …), with the
same bodies at the same instants, so that a noisy machine hits both alike. The run
ends as soon as the answer is clear, or with --max-time.

  regressed   at least the margin worse, and surely worse than the base
  not worse   surely less than the margin worse
  undecided   neither; what would decide it is said

Base blocks held against base blocks show the false alarms that this machine
makes today; where they are more than 1 in 100, a regression is called
inconclusive. A pair of blocks in which the instrument sent late is dropped.

--start-base and --start-new have the servers started by the shell, and ended
when the run ends, whatever happens. What they say goes to base.log and new.log in
--out. Without --base and --new two reference servers are started: try it out.

Blocks have the scenario's measured stages, scaled to their length; where answers
take long, choose blocks some twenty times as long. Retries and thresholds of the
scenario are left out.

Margins (--margin, repeatable), in per cent of the base: p50 5%, p90, p95 and p99
10%, rate 5%, and errors 0.5% of the updates. QUANTITY=off takes a gate away.

` + exitHelp,
		Example: `  sdegauge ab steady --base http://127.0.0.1:8080 --new http://127.0.0.1:8081 --account acme_01
  sdegauge ab mine.yaml --base http://127.0.0.1:8080 --start-base './old --port 8080' \
                        --new http://127.0.0.1:8081 --start-new './new --port 8081'
  sdegauge ab steady --max-time 10s --block 500ms`,
		Args:              takes(1, 1, "one SCENARIO: the name of a shipped one, or a file"),
		ValidArgsFunction: completeScenarios,
		RunE:              func(c *cobra.Command, args []string) error { return runAB(c, args[0], f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.base.URL, "base", "", "URL of the base server, without path: http://127.0.0.1:8080")
	flags.StringVar(&f.changed.URL, "new", "", "URL of the new server")
	flags.StringVar(&f.base.Start, "start-base", "", "shell command that starts the base server at --base")
	flags.StringVar(&f.changed.Start, "start-new", "", "shell command that starts the new server at --new")
	flags.DurationVar(&f.ready, "ready", ab.DefaultReady, "how long a server that was started may take until it listens")
	flags.DurationVar(&f.maxTime, "max-time", ab.DefaultMaxTime, "how long each side may be sent load, at the longest")
	flags.DurationVar(&f.block, "block", ab.DefaultBlock, "length of a block; its first tenth is not measured")
	f.compare.registerJudging(flags)
	flags.StringVar(&f.override.Account, "account", "", "accountId of the path")
	flags.StringVar(&f.override.Rate, "rate", "", "highest rate of updates: 500/s, 30/m")
	flags.StringVar(&f.override.Seed, "seed", "", "seed: two runs of one seed send the same bytes")
	flags.StringVar(&f.override.Transport, "transport", "", "what sends the requests: auto, fast (HTTP/1.1), std (HTTP/2 as well)")
	flags.StringVar(&f.override.LagWithin, "lag-within", "", "how late a send may be before a block is doubted: 1ms (limits.lag.within)")
	flags.StringVar(&f.override.SessionFile, "sessions", "", "CSV file of sessions that both servers know, instead of creating them")
	flags.StringVarP(&f.out, "out", "o", "", "folder for the documents (default sdegauge-out/SCENARIO-ab-TIME)")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress on standard error")
	return c
}

func runAB(c *cobra.Command, name string, f abFlags) error {
	print, err := f.compare.printer(c.OutOrStdout())
	if err != nil {
		return err
	}
	options, err := f.options(c, name)
	if err != nil {
		return err
	}
	s, err := loadScenario(name)
	if err != nil {
		return err
	}
	if err := f.apply(s); err != nil {
		return &run.ConfigError{Err: err}
	}
	out := f.out
	if out == "" {
		out = filepath.Join("sdegauge-out", s.Name+"-ab-"+time.Now().Format("20060102-150405"))
	}
	if err := writable(out); err != nil {
		return &run.ConfigError{Err: err}
	}
	options.Output = out
	result, err := ab.Run(c.Context(), s, options)
	if err != nil {
		removeIfEmpty(out)
		return interruptedBeforeTraffic(c.Context(), err)
	}
	if err := print(result); err != nil {
		return err
	}
	saveErr := saveAB(c.OutOrStdout(), out, result, f.compare.format == formatText)
	return concluded(result.ExitCode, saveErr)
}

// options are what the flags say, and refuses what does not go together.
func (f abFlags) options(c *cobra.Command, name string) (ab.Options, error) {
	o := ab.Options{
		Version: version, Command: commandLine(c, name),
		Base: f.base, New: f.changed, Block: f.block, MaxTime: f.maxTime, Ready: f.ready,
	}
	var err error
	if o.Compare, err = f.compare.options(); err != nil {
		return o, err
	}
	if !f.quiet {
		o.Progress = func(line string) { fmt.Fprintln(c.ErrOrStderr(), line) }
	}
	switch {
	case (f.base.URL == "") != (f.changed.URL == ""):
		return o, usageError{errors.New("--base and --new go together: name both servers, or neither to try it out")}
	case f.base.URL == "" && f.base.Start != "":
		return o, usageError{errors.New("--start-base needs to know where the server will listen: name it with --base")}
	case f.changed.URL == "" && f.changed.Start != "":
		return o, usageError{errors.New("--start-new needs to know where the server will listen: name it with --new")}
	}
	for flag, d := range map[string]time.Duration{"--block": f.block, "--max-time": f.maxTime, "--ready": f.ready} {
		if d <= 0 {
			return o, usageError{fmt.Errorf("%s: %v is no length of time; write one as 10s", flag, d)}
		}
	}
	return o, nil
}

// apply changes the scenario as the flags say. Its own target gives way to the
// two servers.
func (f abFlags) apply(s *scenarios.Scenario) error {
	if f.base.URL == "" && s.Target.URL != "" {
		return fmt.Errorf("the scenario names one server, %s; name the two to compare with --base and --new", s.Target.URL)
	}
	o := f.override
	o.Target = f.base.URL
	return s.Apply(o)
}

// saveAB writes ab.json and ab.md, and names all files of the folder that are the
// run's.
func saveAB(w io.Writer, out string, r *ab.Result, tell bool) error {
	var errs []error
	var paths []string
	for _, d := range []struct {
		name  string
		write func(io.Writer) error
	}{{"ab.json", r.WriteJSON}, {"ab.md", r.WriteMarkdown}} {
		path := filepath.Join(out, d.name)
		if err := reports.ReplaceFile(path, d.write); err != nil {
			errs = append(errs, fmt.Errorf("write %s: %w; choose another folder with --out", path, err))
			continue
		}
		paths = append(paths, path)
	}
	if tell {
		fmt.Fprintln(w)
		for _, path := range paths {
			fmt.Fprintln(w, path)
		}
	}
	return errors.Join(errs...)
}
