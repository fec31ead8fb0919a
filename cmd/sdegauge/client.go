package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"sdegauge/checks/client"
	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/reports"
)

// clientDocument is the name of the document in --out.
const clientDocument = "client.json"

// clientFlags are what sdegauge client can be told.
type clientFlags struct {
	address   string
	policy    string
	only      []string
	tolerance time.Duration
	early     time.Duration
	scale     float64
	bound     time.Duration
	out       string
	quiet     bool
}

func newClientCommand() *cobra.Command {
	var f clientFlags
	c := &cobra.Command{
		Use:   "client [-- COMMAND [ARG ...]]",
		Short: "judge how a client retries: a server that answers it by scripts",
		Long: `Serve faults by scripts and judge what a client of Update Session makes of them:
four attempts and no fifth, pauses of 5, 10 and 15 s, each attempt the first one
again byte for byte, no retry after a 4xx, nothing after a success. Where the
specification is silent (429, other 5xx, resets, half answers, broken envelopes)
the client is only observed.

A COMMAND is started once for each script, all at once. In its words {url}
becomes the script's Update Session URL; $` + client.VariableURL + `, $` + client.VariableAccount + ` and
$` + client.VariableScript + ` are in its environment. It sends one update, retries as it
sees fit, and ends. Without a COMMAND the URLs are printed: send one update to
each.

Takes about 31 s where the commands end by themselves. Otherwise 51 s: the
attempt that must not come is waited for, as the pauses 5, 10, 15 go on, 20 s and
the tolerance. A pause counts from the end of an answer to the next request, as
the server sees it; early is a failure, late a warning. --time-scale shortens all
pauses, for a client whose own can be shortened, or to try this command.

Exit codes:
  0    the client keeps the policy, or is late at most
  1    it breaks the policy
  2    usage
  3    the server could not listen
  4    a script could not be judged: the client did not call, or time ran out
  130  interrupted; what was seen is reported`,
		Example: `  sdegauge client -- ./update.sh {url}
  sdegauge client --only 'RT-0*' --out found -- python3 update.py
  sdegauge client --for 3m                  print the URLs and wait for clients
  sdegauge client --policy general --only RT-15 -- ./update.sh {url}
  sdegauge client --time-scale 0.01 --only RT-07 -- curl -s -X PUT -d '{"pageId":"1"}' {url}`,
		Args: commandAfterDash,
		RunE: func(c *cobra.Command, words []string) error { return runClient(c, f, words) },
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; a command goes after --: sdegauge client -- COMMAND", err)}
	})
	flags := c.Flags()
	flags.StringVar(&f.address, "address", "127.0.0.1:0", "TCP address to listen on; port 0 is a free one")
	flags.StringVar(&f.policy, "policy", client.PolicyNames()[0], "what the client is held against: "+strings.Join(client.PolicyNames(), ", "))
	flags.StringSliceVar(&f.only, "only", nil, "scripts to run, by requirement or id: RT-07, RT-07/400, 'RT-0*' (repeatable)")
	flags.DurationVar(&f.tolerance, "tolerance", time.Second, "by how much a pause may be too long")
	flags.DurationVar(&f.early, "early", 0, "by how much a pause may be too short")
	flags.Float64Var(&f.scale, "time-scale", 1, "multiply pauses and tolerances, 0.001 to 1")
	flags.DurationVar(&f.bound, "for", 0, "end after this long (default 90s, more where a script takes longer)")
	flags.StringVar(&f.out, "out", "", "folder for "+clientDocument)
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress on standard error")
	return c
}

// commandAfterDash takes words after -- alone: before it, they may be flags
// that were meant for the command.
func commandAfterDash(c *cobra.Command, args []string) error {
	if len(args) > 0 && c.ArgsLenAtDash() != 0 {
		return usageError{fmt.Errorf("write -- before the command: sdegauge client -- %s", strings.Join(args, " "))}
	}
	return nil
}

func runClient(c *cobra.Command, f clientFlags, words []string) error {
	o := client.Options{
		Version: version, Address: f.address, Policy: f.policy, Only: f.only,
		Tolerance: client.Tolerance{Early: f.early, Late: f.tolerance}, Scale: f.scale, Command: words, For: f.bound,
	}
	if len(words) == 0 {
		o.Ready = func(all []client.Invitation) { writeInvitations(c.OutOrStdout(), all) }
	}
	if !f.quiet {
		var mu sync.Mutex
		o.Progress = func(line string) {
			mu.Lock()
			defer mu.Unlock()
			fmt.Fprintln(c.ErrOrStderr(), line)
		}
	}
	r, err := client.Run(c.Context(), o)
	var option *client.OptionError
	var listen *client.ListenError
	switch {
	case errors.As(err, &option):
		return usageError{err}
	case errors.As(err, &listen):
		return verdictError{contract.ExitSetup, err}
	case err != nil:
		return err
	}
	documents, saveErr := saveClient(f.out, r)
	err = reports.WritePage(c.OutOrStdout(), clientPage(r), tablesFor(c.OutOrStdout(), documents...))
	err = errorsFirst(saveErr, err)
	return concluded(clientExit(r), err)
}

func writeInvitations(out io.Writer, all []client.Invitation) {
	fmt.Fprintf(out, "send one update to each of %d URLs:\n", len(all))
	for _, i := range all {
		fmt.Fprintf(out, "%-18s %s\n", i.Script.ID, i.URL)
	}
	fmt.Fprintln(out)
}

func clientExit(r *client.Report) int {
	switch {
	case r.Interrupted:
		return contract.ExitInterrupted
	case r.Verdict != contract.Fail && !r.Judged():
		return contract.ExitInconclusive
	}
	return r.Verdict.ExitCode()
}

// saveClient writes the document into a folder, where one is named.
func saveClient(dir string, r *client.Report) ([]string, error) {
	if dir == "" {
		return nil, nil
	}
	path := filepath.Join(dir, clientDocument)
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		err = reports.ReplaceFile(path, func(w io.Writer) error { return client.WriteJSON(w, r) })
	}
	if err != nil {
		return nil, fmt.Errorf("write %s: %w; choose another folder with --out", path, err)
	}
	return []string{path}, nil
}

// clientPage lays out what was found of a client: what ran in a table, why
// below it.
func clientPage(r *client.Report) reports.Page {
	ran := reports.Table{Columns: []reports.Column{
		{Head: "script"}, {Head: "answers"}, {Head: "attempts", Number: true}, {Head: "pauses, s"}, {Head: "verdict"},
	}}
	for _, q := range r.Requirements {
		for _, c := range q.Cases {
			if c.Verdict == contract.Skipped {
				continue
			}
			attempts := ""
			if c.URL != "" {
				attempts = fmt.Sprint(c.Total)
			}
			ran.Rows = append(ran.Rows, []string{c.ID, c.Title, attempts, clientPauses(c), c.Verdict.String()})
		}
	}
	subtitle := fmt.Sprintf("policy %s, pauses at most %g s early and %g s late, %s s",
		r.Policy, r.EarlyS, r.LateS, figure.Number(r.ElapsedS, 1))
	if r.Scale != 1 {
		subtitle += fmt.Sprintf("; all pauses × %g", r.Scale)
	}
	return reports.Page{Verdict: r.Verdict, Reason: r.Reason, Subtitle: subtitle, Tables: slices.DeleteFunc(
		[]reports.Table{ran, {Notes: clientReasons(r)}, {Notes: r.Notes}},
		func(t reports.Table) bool { return len(t.Rows)+len(t.Notes) == 0 },
	)}
}

// clientReasons say each reason once, the worst verdict last: nearest to the
// prompt.
func clientReasons(r *client.Report) []string {
	type group struct {
		verdict contract.Verdict
		reason  string
		ids     []string
	}
	var groups []group
	for _, q := range r.Requirements {
		for _, c := range q.Cases {
			at := slices.IndexFunc(groups, func(g group) bool { return g.verdict == c.Verdict && g.reason == c.Reason })
			if at < 0 && c.Reason != "" {
				at, groups = len(groups), append(groups, group{verdict: c.Verdict, reason: c.Reason})
			}
			if at >= 0 {
				groups[at].ids = append(groups[at].ids, c.ID)
			}
		}
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(a.verdict, b.verdict) })
	var notes []string
	for _, g := range groups {
		notes = append(notes, fmt.Sprintf("%s, %s: %s", g.verdict, g.reason, strings.Join(g.ids, ", ")))
	}
	return notes
}

// clientPauses are the pauses of a case in seconds; the document has all of a
// client that would not stop.
func clientPauses(c client.Case) string {
	const most = 4
	var list []string
	for i, a := range c.Attempts {
		switch {
		case i == 0:
			continue
		case i > most:
			return strings.Join(append(list, "…"), ", ")
		case a.PauseS == nil:
			list = append(list, "none")
		default:
			list = append(list, figure.Number(*a.PauseS, 3))
		}
	}
	return strings.Join(list, ", ")
}
