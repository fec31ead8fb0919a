package reports

import (
	"fmt"
	"io"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

// Annotation is a message that GitHub Actions shows on the page of a job, and of
// the pull request.
type Annotation struct {
	// Verdict makes it an error (fail, inconclusive), a warning (warn) or a notice.
	Verdict     contract.Verdict
	Title, Text string
}

// annotationsMost is how many annotations of a kind GitHub keeps of a step; it
// drops the others.
const annotationsMost = 10

// WriteAnnotations writes annotations as commands to GitHub's runner, one a line.
// Of each kind there are at most ten; the last then counts the others.
func WriteAnnotations(w io.Writer, list []Annotation) error {
	total, told := map[string]int{}, map[string]int{}
	for _, a := range list {
		total[a.kind()]++
	}
	var out strings.Builder
	for _, a := range list {
		kind := a.kind()
		told[kind]++
		switch more := total[kind] - annotationsMost + 1; {
		case told[kind] < annotationsMost, total[kind] == annotationsMost && told[kind] == annotationsMost:
			writeCommand(&out, kind, a.Title, a.Text)
		case told[kind] == annotationsMost:
			writeCommand(&out, kind, "sdegauge", figure.CountOf(uint64(more), "more finding")+" in the report")
		}
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("write the annotations: %w", err)
	}
	return nil
}

func (a Annotation) kind() string {
	switch a.Verdict {
	case contract.Fail, contract.Inconclusive:
		return "error"
	case contract.Warn:
		return "warning"
	}
	return "notice"
}

// GitHub's runner unescapes these, and a colon and a comma in a property as well.
var (
	commandEscaper  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscaper = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func writeCommand(out *strings.Builder, kind, title, text string) {
	fmt.Fprintf(out, "::%s title=%s::%s\n", kind, propertyEscaper.Replace(printable(title)), commandEscaper.Replace(text))
}

// WriteGitHub writes a report as annotations: the verdict, then what it rests on
// and what was warned of.
func WriteGitHub(w io.Writer, r *Report) error {
	return WriteAnnotations(w, annotations(r))
}

func annotations(r *Report) []Annotation {
	list := []Annotation{{r.Verdict, "sdegauge " + r.Scenario.Name + ": " + r.Verdict.String(), printable(r.Reason)}}
	for _, c := range checksFound(r) {
		text := fmt.Sprintf("%s, %s of %s judged: %s", c.Level, figure.Count(c.found()), figure.CountOf(c.Judged, "response"), c.Title)
		list = append(list, Annotation{c.Verdict, "check " + c.ID + ": " + c.Verdict.String(),
			strings.Join(append([]string{printable(text)}, partLines(evidence(c.Example))...), "\n")})
	}
	for _, t := range r.Thresholds {
		if t.Verdict > contract.Pass {
			list = append(list, Annotation{t.Verdict, "threshold: " + t.Verdict.String(), printable(t.Expr + ": " + t.Detail)})
		}
	}
	for _, c := range r.Causes {
		list = append(list, Annotation{contract.Inconclusive, "inconclusive: " + c.Cause,
			printable(c.Detail) + "\nchange: " + printable(c.Advice)})
	}
	for _, f := range append(preflightSection(r).findings, calibrationSection(r).findings...) {
		list = append(list, Annotation{contract.Warn, "sdegauge",
			strings.Join(append([]string{f.title}, partLines(f.parts)...), "\n")})
	}
	return list
}

// partLines are the parts of a finding, a line each.
func partLines(parts []part) (lines []string) {
	for _, p := range parts {
		lines = append(lines, p.label+": "+p.text)
	}
	return lines
}
