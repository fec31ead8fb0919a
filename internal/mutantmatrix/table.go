package mutantmatrix

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/olekukonko/tablewriter"

	"sdegauge/internal/contract"
)

// WriteMatrix writes a row for each server: by which requirements it was to be
// found out and was, and what was red in the profiles that decide it.
func WriteMatrix(w io.Writer, trials []Trial) error {
	table := tablewriter.NewTable(w)
	table.Header("server", "caught by", "red in strict", "red in spec", "time")
	var err error
	for i := range trials {
		t := &trials[i]
		err = errors.Join(err, table.Append(t.Subject.ID, t.caughtBy(), count(t.Outcome("strict")), count(t.Outcome("spec")),
			fmt.Sprintf("%.1f s", t.Took.Round(100*time.Millisecond).Seconds())))
	}
	return errors.Join(err, table.Render())
}

// caughtBy lists the requirements that a mutant names and that failed.
func (t *Trial) caughtBy() string {
	o := t.Outcome("strict")
	if t.Subject.Mutant == nil || o == nil {
		return ""
	}
	var ids []string
	for _, id := range t.Subject.Mutant.Catches {
		if o.Red[id] == contract.Fail {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, " ")
}

// count says how many requirements are red: "7", or "3, 4 of them warnings".
func count(o *Outcome) string {
	switch {
	case o == nil:
		return "not judged"
	case o.Err != nil:
		return "no report"
	}
	warned := 0
	for _, v := range o.Red {
		if v == contract.Warn {
			warned++
		}
	}
	text := fmt.Sprint(len(o.Red))
	if warned > 0 {
		text += fmt.Sprintf(", %d of them warnings", warned)
	}
	return text
}

// WriteCoverage writes a row for each binding requirement: how many mutants it
// catches, and one of them.
func WriteCoverage(w io.Writer, trials []Trial) error {
	table := tablewriter.NewTable(w)
	table.Header("requirement", "level", "mutants caught", "the first of them")
	covered := Coverage(trials)
	var err error
	for _, r := range contract.Requirements() {
		if by := covered[r.ID]; len(by) > 0 {
			err = errors.Join(err, table.Append(r.ID, r.Level.String(), fmt.Sprint(len(by)), by[0]))
		}
	}
	return errors.Join(err, table.Render())
}
