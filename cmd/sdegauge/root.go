package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// newRoot is the command line: flags in, rooms called, documents out.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "sdegauge",
		Short: "measure servers of LivePerson's Update Session call",
		Long: `sdegauge measures servers of LivePerson's Update Session call
(PUT …/app/engagement/visitors/{visitorId}): do they keep the contract, and how
much do they carry? Without --target it starts a reference server of its own on
a free loopback port, so every command can be tried at once.`,
		Example: `  sdegauge run smoke                        try everything, against the reference server
  sdegauge run launch --target http://127.0.0.1:8080 --account acme_01
  sdegauge conform                          does it keep the contract? requirement by requirement
  sdegauge scenario show smoke > mine.yaml  begin a scenario of your own
  sdegauge scenario validate mine.yaml      check it; nothing is sent
  sdegauge serve                            the reference server, for other tools
  sdegauge generate --count 3               bodies, for other tools
  sdegauge report out                       the documents of a run again, also of one that was killed
  sdegauge compare before after             did it get worse?
  sdegauge ab steady                        the same of two live servers, by turns
  sdegauge client -- ./update.sh {url}      does a client retry as it should?
  sdegauge selftest                         is the instrument right on this machine, and how far?

` + exitHelp,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          knownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newRunCommand(), newConformCommand(), newServeCommand(), newGenerateCommand(), newScenarioCommand(), newReportCommand(), newSelftestCommand(), newClientCommand(), newCompareCommand(), newABCommand(), newVersionCommand())
	return root
}

// knownCommand refuses a first word that is no command, and names the nearest.
func knownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	c.SuggestionsMinimumDistance = 2
	text := fmt.Sprintf("unknown command %q", args[0])
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		text += fmt.Sprintf("; did you mean %q?", near[0])
	}
	return usageError{errors.New(text)}
}

// takes is how many words a command takes after its name, and what they are.
func takes(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return usageError{fmt.Errorf("%s takes %s, not %d words", c.Name(), what, len(args))}
		}
		return nil
	}
}

// takesNothing is for commands that are told everything by flags.
var takesNothing = takes(0, 0, "no words besides flags")
