package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sdegauge/checks/suite"
	"sdegauge/internal/conform"
	"sdegauge/internal/contract"
	"sdegauge/internal/run"
	"sdegauge/reports/conformance"
	"sdegauge/scenarios"
)

// conformFlags are what sdegauge conform can be told.
type conformFlags struct {
	targets       []string
	override      scenarios.Override
	sessions      []string
	rate, maxBody string
	options       conform.Options
	gates         conform.GateOptions
	list          bool
	format        string
	out           string
	quiet         bool
}

func newConformCommand() *cobra.Command {
	var f conformFlags
	c := &cobra.Command{
		Use:   "conform [SCENARIO]",
		Short: "does a server keep the contract? requirement by requirement, with evidence",
		Long: `Ask a server every requirement of the contract, one by one, and say with
evidence which of them hold. Without --target the embedded reference server is
asked. A SCENARIO gives target, headers, TLS, consent, sessions and how responses
are judged; its load is not sent. What is about to be sent is said first.

Requirements on which the specification is silent are observed and never failed.
--lock keeps what was observed in a small file; a later run warns of what changed.

Some rows need more than an address, and are skipped without it:
  --other-account  an account whose sessions must not mix with --account's
  --fault-hook     makes the next updates fail: a URL gets
                   POST {"statuses":[500,503]}, a command the words 500 503
  --readback       shows what is stored of a session: a URL gets
                   GET ?account=A&visitor=V&sid=S, a command the words A V S;
                   it prints {"attributes":{"cart":[{…}],…}}
  --age-hook       makes a session older: a URL gets POST
                   {"account":A,"visitor":V,"sid":S,"by":"21660s"},
                   a command the words A V S 21660s
sdegauge serve --control offers all three. A hook's URL has to be on this machine
or consented to; a command goes to the shell. A URL without a path gets /fail,
/state or /age.

--waivers names a YAML list of known deviations, each with requirement, reason,
owner and until, and target where it is one server's. A waived failure counts as a
warning; a waiver that has expired, or that waives nothing, fails the run.

` + exitHelp,
		Example: `  sdegauge conform
  sdegauge conform --target http://127.0.0.1:8080 --account acme_01 --out found
  sdegauge conform --only 'V-*,SC-03' --profile strict
  sdegauge conform --target old=http://127.0.0.1:8080 --target new=http://127.0.0.1:8081 --account acme_01
  sdegauge conform staging.yaml --rate 20/s --lock behaviour.lock --waivers waivers.yaml
  sdegauge conform --list`,
		Args:              takes(0, 1, "at most one SCENARIO"),
		ValidArgsFunction: completeScenarios,
		RunE: func(c *cobra.Command, args []string) error {
			if f.list {
				return listRequirements(c.OutOrStdout(), f.options.Only, f.format)
			}
			return runConform(c, strings.Join(args, ""), f)
		},
	}
	flags := c.Flags()
	flags.StringArrayVar(&f.targets, "target", nil, "[NAME=]URL of a server (repeatable; default: the embedded reference server)")
	flags.StringVar(&f.override.Account, "account", "", "accountId of the path")
	flags.StringVar(&f.options.OtherAccount, "other-account", "", "a second account of the same server")
	flags.StringVar(&f.override.Profile, "profile", "", "what decides: spec, strict, lenient")
	flags.StringSliceVar(&f.options.Only, "only", nil, "requirements or cases to ask: V-04, 'V-*', B-12-a (repeatable)")
	flags.StringVar(&f.override.Seed, "seed", "", "seed: two runs of one seed send the same bytes")
	flags.StringVar(&f.rate, "rate", "", "the most requests: 20/s (default: a consent's rate, else no bound)")
	flags.IntVar(&f.options.Workers, "workers", 0, "how many cases are put at once (default 4)")
	flags.StringVar(&f.maxBody, "max-body", "", "the longest body sent: 64KiB, 16MiB (default 1MiB)")
	flags.StringArrayVar(&f.sessions, "session", nil, "use this session: visitorId,sid,pageId[,campaign,engagement,revision,context] (repeatable)")
	flags.StringVar(&f.override.SessionFile, "sessions", "", "CSV file of sessions to use instead of creating them")
	flags.IntVar(&f.options.Fuzz, "fuzz", 0, "random updates besides, this many of each: valid, faulty and mutated; what fails is shrunk")
	flags.StringVar(&f.options.Hooks.Fail, "fault-hook", "", "URL or command that makes updates fail, see above")
	flags.StringVar(&f.options.Hooks.State, "readback", "", "URL or command that shows what is stored, see above")
	flags.StringVar(&f.options.Hooks.Age, "age-hook", "", "URL or command that makes sessions older, see above")
	flags.StringVar(&f.gates.Lock, "lock", "", "file of observed behaviours: written where it is missing, else compared")
	flags.BoolVar(&f.gates.Strict, "lock-strict", false, "what changed since --lock fails the run")
	flags.BoolVar(&f.gates.Update, "update-lock", false, "write --lock anew with what is observed now")
	flags.StringVar(&f.gates.Waivers, "waivers", "", "YAML file of known deviations")
	flags.BoolVar(&f.list, "list", false, "list the requirements and end; nothing is sent")
	flags.StringVar(&f.format, "format", formatTable, "of --list: table or json")
	flags.StringVarP(&f.out, "out", "o", "", "folder for the documents (default sdegauge-out/conform-TIME)")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress on standard error")
	return c
}

func runConform(c *cobra.Command, name string, f conformFlags) error {
	targets, err := f.open(name)
	if err != nil {
		return err
	}
	gates, err := conform.OpenGates(f.gates)
	if err != nil {
		return err
	}
	out := f.out
	if out == "" {
		out = filepath.Join("sdegauge-out", "conform-"+time.Now().Format("20060102-150405"))
	}
	if err := writable(out); err != nil {
		return &run.ConfigError{Err: err}
	}
	o := f.options
	o.Version, o.Command = version, commandLine(c, name)
	if !f.quiet {
		o.Announce, o.Progress = announce(c.ErrOrStderr()), suiteProgress(c.ErrOrStderr())
	}
	session := conformSession{c.OutOrStdout(), o, gates, out, len(targets) > 1}
	err = session.run(c.Context(), targets)
	removeIfEmpty(out)
	return err
}

// conformTarget is a server with the scenario by which it is asked.
type conformTarget struct {
	conform.Target
	scenario scenarios.Scenario
}

// open reads what was asked for. Nothing is sent.
func (f *conformFlags) open(name string) ([]conformTarget, error) {
	if err := f.readOptions(); err != nil {
		return nil, usageError{err}
	}
	base := name
	if base == "" {
		base = "smoke" // it says nothing of its own about target and sessions
	}
	s, err := loadScenario(base)
	if err != nil {
		return nil, err
	}
	if name == "" {
		s.Reference = nil
	}
	named, err := parseTargets(f.targets)
	if err != nil {
		return nil, usageError{err}
	}
	if named == nil {
		named = []conform.Target{{URL: s.Target.URL}}
	}
	targets := make([]conformTarget, len(named))
	for i, t := range named {
		targets[i] = conformTarget{t, *s}
		o := f.override
		if len(f.targets) > 0 {
			o.Target = t.URL
		}
		if err := targets[i].scenario.Apply(o); err != nil {
			return nil, &run.ConfigError{Err: err}
		}
	}
	return targets, nil
}

// readOptions reads the flags that a scenario knows nothing of.
func (f *conformFlags) readOptions() error {
	for _, text := range f.sessions {
		fixed, err := fixedSession(text)
		if err != nil {
			return fmt.Errorf("--session: %w", err)
		}
		f.override.Sessions = append(f.override.Sessions, fixed)
	}
	if f.rate != "" {
		rate, err := scenarios.ParseRate(f.rate)
		if err != nil || rate == 0 {
			return fmt.Errorf("--rate: %q is no rate above zero; write 20/s or 600/m", f.rate)
		}
		f.options.Rate = float64(rate)
	}
	if f.maxBody != "" {
		most, err := scenarios.ParseBytes(f.maxBody)
		if err != nil || most < 1<<10 || most > mostBody {
			return fmt.Errorf("--max-body: %q is no length from 1KiB to %s; write 64KiB or 16MiB", f.maxBody, mostBody)
		}
		f.options.MaxBody = int(most)
	}
	if f.options.Workers < 0 || f.options.Workers > mostWorkers {
		return fmt.Errorf("--workers: %d is not between 1 and %d", f.options.Workers, mostWorkers)
	}
	if f.options.Fuzz < 0 || f.options.Fuzz > mostFuzz {
		return fmt.Errorf("--fuzz: %d is not between 0 and %d", f.options.Fuzz, mostFuzz)
	}
	if f.gates.Lock == "" && (f.gates.Strict || f.gates.Update) {
		return errors.New("--lock-strict and --update-lock are about the file of --lock; name it")
	}
	return nil
}

// The bounds of the flags.
const (
	mostBody    = scenarios.Bytes(16 << 20)
	mostWorkers = 64
	mostFuzz    = 100_000
)

// targetName is what stands before the first = of a --target that has a name.
var targetName = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]*)=(.*)$`)

// parseTargets reads --target. Of several, each has a name: that of its folder.
func parseTargets(texts []string) ([]conform.Target, error) {
	var targets []conform.Target
	taken := map[string]bool{}
	for _, text := range texts {
		t := conform.Target{URL: text}
		if m := targetName.FindStringSubmatch(text); m != nil {
			t.Name, t.URL = m[1], m[2]
		} else if len(texts) > 1 {
			t.Name = strings.Trim(notInNames.ReplaceAllString(strings.TrimPrefix(strings.TrimPrefix(text, "https://"), "http://"), "-"), ".-_")
		}
		if t.URL == "" {
			return nil, fmt.Errorf("--target: %q has no URL; write NAME=http://127.0.0.1:8080", text)
		}
		if len(texts) > 1 && (t.Name == "" || taken[t.Name]) {
			return nil, fmt.Errorf("--target: give each of several targets a name of its own: old=%s", t.URL)
		}
		taken[t.Name] = true
		targets = append(targets, t)
	}
	return targets, nil
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// conformSession puts the suite to one target after another.
type conformSession struct {
	out     io.Writer
	options conform.Options
	gates   *conform.Gates
	dir     string
	several bool
}

func (s *conformSession) run(ctx context.Context, targets []conformTarget) error {
	var (
		all  []*suite.Report
		code = contract.ExitPass
		errs []error
	)
	for _, t := range targets {
		report, err := s.one(ctx, t)
		if report == nil {
			// Without a report of one there is nothing to hold the others against.
			return interruptedBeforeTraffic(ctx, err)
		}
		all, errs = append(all, report), append(errs, err)
		code = worseExit(code, report.ExitCode)
		if report.Interrupted {
			break
		}
	}
	if s.several && len(all) > 1 {
		compared := suite.Compare(all)
		paths, err := conformance.SaveComparison(s.dir, compared)
		errs = append(errs, err, conformance.WriteComparison(s.out, compared, tablesFor(s.out, paths...)))
	}
	return concluded(code, errors.Join(errs...))
}

// one asks one target and writes its documents. A report with an error was made
// and could not be kept.
func (s *conformSession) one(ctx context.Context, t conformTarget) (*suite.Report, error) {
	report, err := conform.Run(ctx, &t.scenario, t.Target, s.options)
	if err != nil {
		return nil, err
	}
	lockErr := s.gates.Apply(report)
	dir := s.dir
	if s.several {
		dir = filepath.Join(dir, t.Name)
	}
	paths, saveErr := conformance.Save(dir, report)
	if s.several {
		// The matrix tells what matters; the rest is in the folders.
		return report, errors.Join(lockErr, saveErr)
	}
	tableErr := conformance.WriteTable(s.out, report, tablesFor(s.out, paths...))
	return report, errors.Join(lockErr, saveErr, tableErr)
}

// worseExit is the exit code of two runs together.
func worseExit(a, b int) int {
	for _, code := range []int{contract.ExitInterrupted, contract.ExitFail, contract.ExitInconclusive} {
		if a == code || b == code {
			return code
		}
	}
	return contract.ExitPass
}

// announce says what is about to be sent.
func announce(w io.Writer) func(string, bool, suite.Plan) {
	return func(url string, embedded bool, plan suite.Plan) {
		if embedded {
			url = "the embedded reference server at " + url
		}
		fmt.Fprintf(w, "about to send %s: %s\n", url, plan)
	}
}

// suiteProgressEvery is the time between two lines of progress.
const suiteProgressEvery = 10 * time.Second

// suiteProgress writes a line from time to time.
func suiteProgress(w io.Writer) func(done, total int) {
	began := time.Now()
	next := suiteProgressEvery
	return func(done, total int) {
		if elapsed := time.Since(began); elapsed >= next {
			next = elapsed + suiteProgressEvery
			fmt.Fprintf(w, "%6.1fs  %d of %d cases\n", elapsed.Seconds(), done, total)
		}
	}
}
