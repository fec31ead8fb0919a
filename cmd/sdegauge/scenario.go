package main

import (
	"errors"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/run"
	"sdegauge/scenarios"
)

func newScenarioCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "scenario",
		Short: "list, show and check scenarios; print their JSON Schema, or the call as OpenAPI",
		Example: `  sdegauge scenario list
  sdegauge scenario show smoke > mine.yaml
  sdegauge scenario validate mine.yaml
  sdegauge scenario schema > scenario.schema.json
  sdegauge scenario openapi > openapi.json`,
		Args: knownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(
		&cobra.Command{
			Use: "list", Short: "the shipped scenarios", Args: takesNothing,
			RunE: listScenarios,
		},
		&cobra.Command{
			Use: "show NAME", Short: "print a shipped scenario, comments and all: a start for your own",
			Args: takes(1, 1, "the NAME of a shipped scenario"), ValidArgsFunction: completeScenarios,
			RunE: showScenario,
		},
		&cobra.Command{
			Use: "validate FILE...", Short: "check scenarios; nothing is sent",
			Args: takes(1, math.MaxInt, "one FILE or more"),
			RunE: validateScenarios,
		},
		&cobra.Command{
			Use: "schema", Short: "print the JSON Schema of scenario files, for editors", Args: takesNothing,
			RunE: func(c *cobra.Command, _ []string) error {
				_, err := c.OutOrStdout().Write(scenarios.Schema())
				return err
			},
		},
		&cobra.Command{
			Use: "openapi", Short: "print the call as an OpenAPI description, for mock servers", Args: takesNothing,
			RunE: func(c *cobra.Command, _ []string) error {
				_, err := c.OutOrStdout().Write(contract.OpenAPI())
				return err
			},
		},
	)
	return c
}

func listScenarios(c *cobra.Command, _ []string) error {
	for _, shipped := range scenarios.List() {
		s, err := loadScenario(shipped.Name)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "%-8s %7s  %s\n", shipped.Name, s.Duration(), shipped.Description)
	}
	return nil
}

func showScenario(c *cobra.Command, args []string) error {
	text, err := scenarios.Get(args[0])
	if err != nil {
		return usageError{err}
	}
	_, err = c.OutOrStdout().Write(text)
	return err
}

// validateScenarios checks every file, and fails when one is not valid.
func validateScenarios(c *cobra.Command, args []string) error {
	var problems []error
	for _, name := range args {
		s, err := loadScenario(name)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		fmt.Fprintf(c.OutOrStdout(), "%s is valid: %d stages, %s, at most %g updates/s\n",
			name, len(s.Stages), s.Duration(), s.Peak())
	}
	if err := errors.Join(problems...); err != nil {
		return &run.ConfigError{Err: err}
	}
	return nil
}

// scenarioOptions lets the loader check the reference server's switches.
func scenarioOptions() scenarios.Options {
	return scenarios.Options{
		Reference: func(switches ...string) error {
			_, err := reference.ParseFaults(switches...)
			return err
		},
	}
}

// completeScenarios offers the shipped scenarios beside files.
func completeScenarios(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, shipped := range scenarios.List() {
		names = append(names, shipped.Name+"\t"+shipped.Description)
	}
	return names, cobra.ShellCompDirectiveDefault
}
