package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"sdegauge/internal/journal"
	"sdegauge/internal/run"
	"sdegauge/internal/shell"
	"sdegauge/internal/spelling"
	"sdegauge/internal/traffic"
	"sdegauge/reports"
)

// reportFlags are what sdegauge report can be told.
type reportFlags struct {
	format  string
	out     string
	results bool
	schema  bool
}

func newReportCommand() *cobra.Command {
	var f reportFlags
	c := &cobra.Command{
		Use:   "report DIR [DIR ...]",
		Short: "the documents of a stored run again, also of one that was killed",
		Long: `Tell again of the run whose folder DIR is: the --out of sdegauge run. A run that
ended has its report.json there, and that is what is printed.

Where report.json is missing, because the run was killed or the file is lost, or
is of an earlier run, the report is made from readings.log and saved in DIR. Of a
run that ended it is the same report to the digit. Of one that was killed it
covers what was written until then, at most about a second less than what was
read; it says what is missing, and its verdict is inconclusive at best. A damaged
log is used up to the damage.

The folders of all shards of a run (sdegauge run --shard) make one report: that
of the whole, from the readings of all. A shard whose own report is inconclusive
makes it so as well, and so do shards that did not begin together.

--format github prints annotations for a job of GitHub Actions, csv the run over
time. --schema prints the JSON Schema of report.json instead of a report.

The exit code is that of the run; a run that was killed was interrupted.

` + exitHelp,
		Example: `  sdegauge report out
  sdegauge report out --format markdown > summary.md
  sdegauge report out --results && vegeta plot out/results.bin > plot.html
  sdegauge report shard-1 shard-2 --out whole
  sdegauge report --schema > report.schema.json`,
		Args: func(c *cobra.Command, args []string) error {
			if f.schema {
				return takes(0, 0, "no DIR beside --schema")(c, args)
			}
			return takes(1, traffic.MostShards, "one DIR, the folder of a run, or those of all its shards")(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if f.schema {
				_, err := c.OutOrStdout().Write(reports.JSONSchema())
				return err
			}
			return reportAgain(c.OutOrStdout(), c.ErrOrStderr(), args, f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.format, "format", formatTable, spelling.Or(formats))
	flags.StringVarP(&f.out, "out", "o", "", "save the documents in this folder as well")
	flags.BoolVar(&f.results, "results", false, "write results.bin from the log of readings, in Vegeta's encoding")
	flags.BoolVar(&f.schema, "schema", false, "print the JSON Schema of report.json")
	return c
}

// The forms in which a report is printed.
const (
	formatTable    = "table"
	formatJSON     = "json"
	formatMarkdown = "markdown"
	formatHTML     = "html"
	formatJUnit    = "junit"
	formatCSV      = "csv"
	formatGitHub   = "github"
)

var formats = []string{formatTable, formatJSON, formatMarkdown, formatHTML, formatJUnit, formatCSV, formatGitHub}

// printers print a report in the form of their name.
var printers = map[string]func(io.Writer, *reports.Report) error{
	formatTable: func(w io.Writer, r *reports.Report) error {
		return reports.WriteTable(w, r, tablesFor(w))
	},
	formatJSON:     reports.WriteJSON,
	formatMarkdown: reports.WriteMarkdown,
	formatHTML:     reports.WriteHTML,
	formatJUnit:    reports.WriteJUnit,
	formatCSV:      reports.WriteCSV,
	formatGitHub:   reports.WriteGitHub,
}

func reportAgain(out, errs io.Writer, dirs []string, f reportFlags) error {
	printReport, ok := printers[f.format]
	if !ok {
		text := fmt.Sprintf("--format: %q is no format; choose %s", f.format, spelling.Or(formats))
		if near := spelling.Nearest(f.format, formats); near != "" {
			text += fmt.Sprintf("; did you mean %q?", near)
		}
		return usageError{errors.New(text)}
	}
	report, rebuilt, err := storedIn(dirs, f)
	if err != nil {
		return err
	}
	if err := printReport(out, report); err != nil {
		return err
	}
	to := f.out
	if to == "" {
		to = dirs[0]
	}
	var paths []string
	if rebuilt || f.out != "" {
		paths, err = save(to, report)
	}
	if f.results {
		path := filepath.Join(to, run.ResultsName)
		if resultsErr := run.WriteResults(filepath.Join(dirs[0], journal.Name), path); resultsErr != nil {
			err = errors.Join(err, resultsErr)
		} else {
			paths = append(paths, path)
		}
	}
	told := errs // standard output holds one document
	if f.format == formatTable {
		told = out
		fmt.Fprintln(out)
	}
	for _, path := range paths {
		fmt.Fprintln(told, path)
	}
	return concluded(report.ExitCode, err)
}

// storedIn is the report of the run in a folder, or of the shards in several;
// rebuilt says that the folder has no documents of it.
func storedIn(dirs []string, f reportFlags) (report *reports.Report, rebuilt bool, err error) {
	switch {
	case len(dirs) == 1:
		report, rebuilt, err = run.Stored(dirs[0])
	case f.results:
		return nil, false, usageError{errors.New("--results are those of one run; name one DIR")}
	default:
		if report, err = run.Together(dirs); err == nil {
			report.Command = togetherCommand(dirs)
		}
	}
	if err != nil {
		return nil, false, &run.ConfigError{Err: err}
	}
	return report, rebuilt, nil
}

// togetherCommand makes a report of shards again; how each was sent is in its own.
func togetherCommand(dirs []string) string {
	words := []string{"sdegauge", "report"}
	for _, dir := range dirs {
		words = append(words, shell.Word(dir))
	}
	return strings.Join(words, " ")
}

// readingsIn sees to the readings in the folder of a run: it makes the results
// where they are asked for, removes what an earlier run has left there, and tells
// the paths of what is there.
func readingsIn(dir string, log, results bool) func() ([]string, error) {
	return func() ([]string, error) {
		var (
			paths       []string
			logPath     = filepath.Join(dir, journal.Name)
			resultsPath = filepath.Join(dir, run.ResultsName)
		)
		if !log {
			return nil, errors.Join(remove(logPath), remove(resultsPath))
		}
		paths = append(paths, logPath)
		if !results {
			return paths, remove(resultsPath)
		}
		if err := run.WriteResults(logPath, resultsPath); err != nil {
			return paths, err
		}
		return append(paths, resultsPath), nil
	}
}

// remove removes a file that may be missing.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove what an earlier run left: %w", err)
	}
	return nil
}
