package main

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// generateFlags are what sdegauge generate can be told.
type generateFlags struct {
	classes, faults []string
	depth, size     string
	count, firstSeq uint64
	seed            uint64
	format          string
	target          string
	account         string
	session         string
	impIDs          string
	list            bool
}

func newGenerateCommand() *cobra.Command {
	var f generateFlags
	c := &cobra.Command{
		Use:   "generate",
		Short: "bodies or targets on standard output, for other tools",
		Long: `Print generated updates: JSON lines of bodies (--format body), targets for
vegeta attack -format=json (vegeta), or curl lines (curl). Everything is a
function of --seed and the number of the update, so the same flags print the
same bytes, and --first-seq continues where another call ended.

Classes and faults may be repeated and are mixed evenly. A fault is a name or a
pattern: version-missing, version-*, V-*. --list prints all names.`,
		Example: `  sdegauge generate --count 3
  sdegauge generate --class cart --depth full --size large
  sdegauge generate --fault 'version-*' --format curl --target http://127.0.0.1:8080
  sdegauge generate --count 1000 --format vegeta --target http://127.0.0.1:8080 > targets.json
  sdegauge generate --list`,
		Args: takesNothing,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.list {
				return listPayloads(c.OutOrStdout())
			}
			return generate(c.OutOrStdout(), f)
		},
	}
	flags := c.Flags()
	flags.StringArrayVar(&f.classes, "class", nil, "payload class (repeatable; default several)")
	flags.StringArrayVar(&f.faults, "fault", nil, "name or pattern of faults (repeatable)")
	flags.StringVar(&f.depth, "depth", "", "how many of its fields an SDE carries: minimal, typical, full")
	flags.StringVar(&f.size, "size", "", "how long a body is made: small, medium, large")
	flags.Uint64VarP(&f.count, "count", "n", 1, "how many updates")
	flags.Uint64Var(&f.firstSeq, "first-seq", 0, "number of the first update")
	flags.Uint64Var(&f.seed, "seed", 1, "seed")
	flags.StringVar(&f.format, "format", string(generators.FormatBody), "body, vegeta or curl")
	flags.StringVar(&f.target, "target", "http://127.0.0.1:8080", "URL of the server, without path")
	flags.StringVar(&f.account, "account", contract.ExampleSession().Account, "accountId of the path")
	flags.StringVar(&f.session, "session", "", "visitorId,sid,pageId[,campaign,engagement,revision,context] (default: the one that serve knows)")
	flags.StringVar(&f.impIDs, "imp-ids", "number", "how impressions carry campaign and engId: number, or string as Create Session hands them out")
	flags.BoolVar(&f.list, "list", false, "list the classes and faults")
	return c
}

func generate(out io.Writer, f generateFlags) error {
	session, err := generateSession(f)
	if err != nil {
		return usageError{fmt.Errorf("--session: %w", err)}
	}
	if f.impIDs != "number" && f.impIDs != "string" {
		return usageError{fmt.Errorf("--imp-ids: %q is neither number nor string", f.impIDs)}
	}
	options := generators.Options{TextIDs: f.impIDs == "string"}
	mix, err := generators.NewMix(f.seed, generateEntries(f), generators.MixOptions{Options: options})
	if err != nil {
		return usageError{err}
	}
	if err := generators.Write(out, generators.Format(f.format), f.target, updates(mix, session, f)); err != nil {
		return usageError{err}
	}
	return nil
}

// updates are the updates asked for, each in the same case.
func updates(mix *generators.Mix, session *contract.Session, f generateFlags) iter.Seq[*contract.Case] {
	return func(yield func(*contract.Case) bool) {
		var c contract.Case
		for i := range f.count {
			mix.Fill(&c, f.firstSeq+i, session)
			if !yield(&c) {
				return
			}
		}
	}
}

func generateEntries(f generateFlags) []generators.Entry {
	var entries []generators.Entry
	classes := f.classes
	if len(classes)+len(f.faults) == 0 {
		classes = []string{generators.ClassSeveral}
	}
	for _, class := range classes {
		entries = append(entries, generators.Entry{
			Class: class, Weight: 1, Depth: generators.Depth(f.depth), Size: generators.Size(f.size),
		})
	}
	for _, fault := range f.faults {
		entries = append(entries, generators.Entry{Fault: fault, Weight: 1})
	}
	return entries
}

// generateSession is the session of --session, or the one that the reference
// server knows by itself.
func generateSession(f generateFlags) (*contract.Session, error) {
	if f.session == "" {
		session := contract.ExampleSession()
		session.Account = f.account
		return session.Prepare(), nil
	}
	return traffic.ParseSession(f.session, f.account)
}

// listPayloads prints what --class and --fault take.
func listPayloads(out io.Writer) error {
	fmt.Fprintf(out, "classes: %s\n\nfaults:\n", strings.Join(generators.Classes(), ", "))
	for _, fault := range generators.Faults() {
		if _, err := fmt.Fprintf(out, "  %-34s %-6s %-6s %-18s %s\n",
			fault.Name, fault.Requirement, fault.Expect.Level, fault.Expect, fault.Reason); err != nil {
			return err
		}
	}
	return nil
}
