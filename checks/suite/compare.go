package suite

import (
	"slices"

	"sdegauge/internal/contract"
)

// ComparisonSchema names the shape of a comparison.json.
const ComparisonSchema = "sdegauge/conformance-comparison/1"

// Comparison is in what several servers differ.
type Comparison struct {
	Schema string `json:"schema"`
	// Targets are the names of the servers, in the order in which they were
	// asked; Verdicts and Reasons are theirs.
	Targets  []string           `json:"targets"`
	Verdicts []contract.Verdict `json:"verdicts"`
	Reasons  []string           `json:"reasons"`
	// Alike is how many requirements all servers answered the same way.
	Alike int          `json:"alike"`
	Rows  []Difference `json:"rows"`
}

// Difference is a requirement, or a case of an observed one, that the servers
// answer differently.
type Difference struct {
	ID    string         `json:"id"`
	Level contract.Level `json:"level"`
	Title string         `json:"title"`
	// Shown has a word for each target: a verdict, or what an observed case
	// showed.
	Shown []string `json:"shown"`
}

// Compare holds reports of the same requirements against each other. The targets
// are named by their names, or by their URLs where they have none.
func Compare(reports []*Report) *Comparison {
	c := &Comparison{Schema: ComparisonSchema, Rows: []Difference{}}
	for _, r := range reports {
		name := r.Target.Name
		if name == "" {
			name = r.Target.URL
		}
		c.Targets = append(c.Targets, name)
		c.Verdicts, c.Reasons = append(c.Verdicts, r.Verdict), append(c.Reasons, r.Reason)
	}
	if len(reports) == 0 {
		return c
	}
	for i, q := range reports[0].Requirements {
		same := make([]*Requirement, len(reports))
		for j, r := range reports {
			if i < len(r.Requirements) && r.Requirements[i].ID == q.ID {
				same[j] = &r.Requirements[i]
			}
		}
		if found := differences(q, same); found != nil {
			c.Rows = append(c.Rows, found...)
		} else {
			c.Alike++
		}
	}
	return c
}

// differences are the rows of one requirement: one for the verdict, and one for
// each observed case.
func differences(q Requirement, of []*Requirement) (rows []Difference) {
	compare := func(id, title string, word func(*Requirement) string) {
		shown := make([]string, len(of))
		for j, r := range of {
			if r != nil {
				shown[j] = word(r)
			}
		}
		if slices.ContainsFunc(shown, func(s string) bool { return s != shown[0] }) {
			rows = append(rows, Difference{ID: id, Level: q.Level, Title: title, Shown: shown})
		}
	}
	compare(q.ID, q.Title, verdictWord)
	if q.Level != contract.Obs {
		return rows
	}
	for i, c := range q.Cases {
		title := q.Title
		if c.Name != "" {
			title += ": " + c.Name
		}
		compare(c.ID, title, func(r *Requirement) string {
			if i >= len(r.Cases) || r.Cases[i].Behaviour == "" {
				return contract.Skipped.String()
			}
			return r.Cases[i].Behaviour
		})
	}
	// A skipped requirement differs in each of its cases; once is enough.
	if len(rows) > 1 && rows[0].ID == q.ID && len(q.Cases) > 1 && slices.Contains(rows[0].Shown, contract.Skipped.String()) {
		return rows[:1]
	}
	return slices.CompactFunc(rows, func(a, b Difference) bool { return a.ID == b.ID })
}

func verdictWord(r *Requirement) string {
	if r.Waived != "" {
		return r.Verdict.String() + ", waived"
	}
	return r.Verdict.String()
}
