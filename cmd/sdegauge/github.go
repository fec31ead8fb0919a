package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"sdegauge/reports"
)

// stepSummaryVariable names the file whose Markdown GitHub Actions shows on the
// page of a job.
const stepSummaryVariable = "GITHUB_STEP_SUMMARY"

// stepSummary appends a document in Markdown to the job's page, where there is
// one. A page that cannot be written is told and decides nothing: the gate is not
// about it.
func stepSummary(errs io.Writer, write func(io.Writer) error) {
	path := os.Getenv(stepSummaryVariable)
	if path == "" {
		return
	}
	if err := appendTo(path, write); err != nil {
		fmt.Fprintf(errs, "warning: the summary of the job lacks this: $%s: %v\n", stepSummaryVariable, err)
	}
}

// appendTo writes at the end of a file, all or nothing of a document that could
// not be made.
func appendTo(path string, write func(io.Writer) error) error {
	var text strings.Builder
	if err := write(&text); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(file, text.String()+"\n"); err != nil {
		_ = file.Close() // at best a second account of err
		return err
	}
	return file.Close()
}

// annotated prints a report's tables and, below them, its annotations. The tables
// may hold text from a server, of which GitHub's runner must take no line for one
// of its commands: it obeys none until a token comes again that nobody can know
// beforehand.
func annotated(w io.Writer, r *reports.Report, tables func(io.Writer) error) error {
	token := rand.Text()
	fmt.Fprintf(w, "::stop-commands::%s\n", token)
	err := tables(w)
	fmt.Fprintf(w, "::%s::\n", token)
	if told := reports.WriteGitHub(w, r); told != nil {
		return concluded(r.ExitCode, errors.Join(err, told))
	}
	return err
}
