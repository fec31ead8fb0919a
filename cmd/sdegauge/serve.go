package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/olekukonko/tablewriter"
	"github.com/spf13/cobra"

	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// serveFlags are what sdegauge serve can be told.
type serveFlags struct {
	address  string
	accounts []string
	switches []string
	seed     uint64
	lifetime time.Duration

	versionEqual      string
	stringifiedArrays bool
	quotedNumbers     bool
	unavailable       float64

	deviationFlags
	control string
}

func newServeCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "the reference server, with switches that make it slow or faulty",
		Long: `Serve Update Session and Create Session as the contract has them, on loopback
unless --addr says otherwise, until interrupted or --for is over. The address
and a curl line that works are printed first; what was answered, by method and
status, when it ends.

--mutant makes it break the contract in one way, --innocent differ from the
usual in a way that the contract leaves open; --list-mutants and
--list-innocents name them. --control opens a second address, of its own, where
a tool makes updates fail, sessions age, and reads back what is stored.

Switches (--switch, repeatable) make it slow or faulty on purpose:
  ` + strings.Join(reference.SwitchHelp(), "\n  "),
		Example: `  sdegauge serve
  sdegauge serve --addr 127.0.0.1:8080 --account acme_01 --account acme_02
  sdegauge serve --switch latency=exp:5ms --switch errors=2%:503
  sdegauge serve --mutant time-iso
  sdegauge serve --control 127.0.0.1:0
  sdegauge serve --for 30s`,
		Args: takesNothing,
		RunE: func(c *cobra.Command, _ []string) error {
			if done, err := f.list(c.OutOrStdout()); done {
				return err
			}
			return serve(c.Context(), c.OutOrStdout(), f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.address, "addr", "127.0.0.1:0", "TCP address to listen on; port 0 is a free one")
	flags.StringArrayVar(&f.accounts, "account", nil, "account that the server knows (repeatable; default "+contract.ExampleSession().Account+")")
	flags.StringArrayVar(&f.switches, "switch", nil, "make the server slow or faulty, see above (repeatable)")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of the ids it makes and of the switches' draws")
	flags.StringVar(&f.versionEqual, "version-equal", "text", "which spellings of v it takes: text (1.0 alone) or numeric (1, 1.00, 1e0 as well)")
	flags.BoolVar(&f.stringifiedArrays, "allow-stringified-arrays", false, "take a string that holds a JSON array where the array belongs")
	flags.BoolVar(&f.quotedNumbers, "allow-quoted-numbers", false, "take a string that holds a number where a number belongs")
	flags.Float64Var(&f.unavailable, "unavailable", 0, "share of created sessions without an engagement, 0 to 1")
	f.deviationFlags.register(flags)
	flags.StringVar(&f.control, "control", "", "TCP address for orders from tools, such as 127.0.0.1:0 (default: none)")
	flags.DurationVar(&f.lifetime, "for", 0, "end after this long (default: when interrupted)")
	return c
}

func serve(ctx context.Context, out io.Writer, f serveFlags) error {
	faults, err := reference.ParseFaults(f.switches...)
	if err != nil {
		return usageError{fmt.Errorf("--switch: %w", err)}
	}
	if f.versionEqual != "text" && f.versionEqual != "numeric" {
		return usageError{fmt.Errorf("--version-equal: %q is neither text nor numeric", f.versionEqual)}
	}
	options := reference.Options{
		Accounts: f.accounts, Seed: f.seed, Faults: faults,
		NumericVersion: f.versionEqual == "numeric", StringifiedArrays: f.stringifiedArrays, QuotedNumbers: f.quotedNumbers,
		Unavailable: f.unavailable,
	}
	deviation, err := f.apply(&options)
	if err != nil {
		return err
	}
	handler, err := reference.New(options)
	if err != nil {
		return usageError{err}
	}
	example := contract.ExampleSession()
	if len(f.accounts) > 0 {
		example.Account = f.accounts[0]
		example.Prepare()
	}
	if err := handler.Preset(example); err != nil {
		return err
	}
	server, err := reference.Listen(f.address, handler)
	if err != nil {
		return usageError{fmt.Errorf("--addr: %w", err)}
	}
	fmt.Fprintf(out, "serving Update Session at %s\n", server.URL())
	if deviation != "" {
		fmt.Fprintln(out, deviation)
	}
	fmt.Fprintf(out, "try: %s\n", generators.Curl(server.URL(), exampleUpdate(example)))
	stop, err := openControl(out, f.control, handler, example)
	if err != nil {
		return errorsFirst(err, server.Close(ctx))
	}
	defer stop()

	if f.lifetime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.lifetime)
		defer cancel()
	}
	select {
	case <-ctx.Done():
	case <-server.Done():
	}
	closing, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err = server.Close(closing)
	return errorsFirst(writeCounts(out, handler.Counts()), server.Err(), err)
}

// exampleUpdate is the specification's own example (S:L48–96) for a session
// that the server knows.
func exampleUpdate(s *contract.Session) *contract.Case {
	return &contract.Case{
		Session: s, Method: contract.Method, Target: s.Target, Body: []byte(contract.ExampleBody),
	}
}

// writeCounts prints what the server answered.
func writeCounts(out io.Writer, counts reference.Counts) error {
	table := tablewriter.NewTable(out)
	table.Header("answered", "status", "requests")
	for _, group := range []struct {
		name  string
		tally reference.Tally
	}{
		{"PUT", counts.Updates}, {"POST", counts.Creates}, {"other", counts.Others}, {"not HTTP", counts.Unparsed},
	} {
		for _, status := range slices.Sorted(maps.Keys(group.tally)) {
			if err := table.Append(group.name, contract.StatusText(status), fmt.Sprint(group.tally[status])); err != nil {
				return err
			}
		}
	}
	if counts.Aborted > 0 {
		if err := table.Append("client left", "", fmt.Sprint(counts.Aborted)); err != nil {
			return err
		}
	}
	return table.Render()
}

// errorsFirst is the first error that is one.
func errorsFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
