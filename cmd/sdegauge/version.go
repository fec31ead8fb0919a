package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "print the version, and of what decides the bytes and the traffic",
		Long: `Print the version of sdegauge, of Go, and of the two libraries on which a run's
bytes and timing depend: the values gofakeit makes change between its versions,
so two runs of one seed send the same bytes only under the same version.`,
		Example: "  sdegauge version",
		Args:    takesNothing,
		RunE: func(c *cobra.Command, _ []string) error {
			out := c.OutOrStdout()
			fmt.Fprintf(out, "sdegauge %s (%s %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			for _, module := range []string{"github.com/brianvoe/gofakeit/v7", "github.com/tsenart/vegeta/v12"} {
				fmt.Fprintf(out, "%s %s\n", module, moduleVersion(module))
			}
			return nil
		},
	}
}

// moduleVersion is the version of a module that the program was built with.
func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, module := range info.Deps {
		if module.Path == path {
			return module.Version
		}
	}
	return "unknown"
}
