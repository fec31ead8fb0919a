package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/olekukonko/tablewriter"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
)

// listed is a requirement as --list --format json prints it.
type listed struct {
	ID        string         `json:"id"`
	Level     contract.Level `json:"level"`
	Source    string         `json:"source"`
	Title     string         `json:"title"`
	Reason    string         `json:"reason"`
	Elsewhere string         `json:"elsewhere,omitempty"`
	Cases     []listedCase   `json:"cases"`
}

type listedCase struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Needs  string `json:"needs,omitempty"`
	Expect string `json:"expect"`
}

// listRequirements prints what the suite asks. Nothing is sent.
func listRequirements(out io.Writer, only []string, format string) error {
	if err := oneOf("--format", "format", format, []string{formatTable, formatJSON}); err != nil {
		return err
	}
	rows, err := suite.Select(suite.Rows(), only)
	if err != nil {
		return usageError{fmt.Errorf("--only: %w", err)}
	}
	if format == formatJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(listOf(rows))
	}
	table := tablewriter.NewTable(out)
	table.Header("id", "level", "source", "what is sent or looked at", "cases")
	cases := 0
	for _, r := range rows {
		text := fmt.Sprint(len(r.Cases))
		switch {
		case r.Elsewhere != "":
			text = "elsewhere"
		case len(r.Cases) == 0:
			text = "gathered"
		}
		cases += len(r.Cases)
		if err := table.Append(r.ID, r.Level.String(), r.Source, r.Title, text); err != nil {
			return err
		}
	}
	if err := table.Render(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, `%d requirements, %d cases
gathered: judged on the answers to all other cases
elsewhere: no server can be asked; --format json says who judges it
`, len(rows), cases)
	return err
}

func listOf(rows []suite.Row) []listed {
	list := make([]listed, len(rows))
	for i, r := range rows {
		list[i] = listed{ID: r.ID, Level: r.Level, Source: r.Source, Title: r.Title, Reason: r.Reason, Elsewhere: r.Elsewhere, Cases: []listedCase{}}
		for _, c := range r.Cases {
			list[i].Cases = append(list[i].Cases, listedCase{c.ID, c.Name, c.Needs.String(), c.Expect.String()})
		}
	}
	return list
}
