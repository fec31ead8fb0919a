package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

// document is a report as people read it, before it has a form: the terminal
// and Markdown print the same one. Its text is printable.
type document struct {
	verdict  contract.Verdict
	reason   string
	subtitle string
	sections []section
}

// section is a table with notes under it, or findings.
type section struct {
	columns  []column
	rows     [][]string
	findings []finding
	notes    []string
}

// column is one column; the head of the first is the section's title.
type column struct {
	head string
	kind columnKind
}

type columnKind uint8

const (
	words   columnKind = iota // wraps where the table is too wide
	numbers                   // aligned to the right, never wraps
)

// finding is one thing that was found, with its evidence.
type finding struct {
	title string
	parts []part
}

// part is a labelled line of a finding.
type part struct {
	label, text string
	kind        partKind
}

type partKind uint8

const (
	plain   partKind = iota
	foreign          // what the server or the case says
	command          // to be copied into a shell, so never wrapped
)

// outline makes the document of a report: the verdict, then the numbers, then
// what was found, so that on a terminal the findings end up nearest the prompt.
func outline(r *Report) document {
	d := document{
		verdict: r.Verdict, reason: printable(r.Reason), subtitle: subtitle(r),
	}
	for _, s := range []section{
		loadSection(r), latencySection(r), retriesSection(r), stagesSection(r), classesSection(r), statusesSection(r), faultsSection(r),
		checksSection(r), unexpectedSection(r), thresholdsSection(r), calibrationSection(r), logSection(r), preflightSection(r), causesSection(r),
	} {
		if len(s.rows)+len(s.findings)+len(s.notes) > 0 {
			d.sections = append(d.sections, s)
		}
	}
	return d
}

func subtitle(r *Report) string {
	text := fmt.Sprintf("%s, seed %d%s, against %s", r.Scenario.Name, r.Scenario.Seed, shardText(r.Scenario), r.Target.URL)
	if r.Target.Reference {
		text += " (the embedded reference server)"
	}
	if r.Target.Transport != "" {
		text += " over " + r.Target.Transport
	}
	text += ", " + figure.Seconds(r.ElapsedS)
	switch {
	case r.Aborted != nil:
		text += ", stopped by a threshold: the report is partial"
	case r.Interrupted:
		text += ", interrupted: the report is partial"
	}
	return printable(text)
}

// preflightSection tells what was found before the run.
func preflightSection(r *Report) section {
	s := section{}
	for _, w := range r.Preflight {
		s.findings = append(s.findings, finding{
			title: printable("preflight, " + w.What + ": " + w.Detail),
			parts: []part{{"change", printable(w.Fix), plain}},
		})
	}
	return s
}

func causesSection(r *Report) section {
	s := section{}
	for _, c := range r.Causes {
		s.findings = append(s.findings, finding{
			title: printable("inconclusive: " + c.Detail),
			parts: []part{{"change", printable(c.Advice), plain}},
		})
	}
	return s
}

func thresholdsSection(r *Report) section {
	s := section{columns: []column{{"threshold", words}, {"verdict", words}, {"seen", words}}}
	for _, t := range r.Thresholds {
		expr := t.Expr
		if t.Implicit {
			expr += " (implicit)"
		}
		s.rows = append(s.rows, []string{printable(expr), t.Verdict.String(), printable(t.Detail)})
	}
	return s
}

// checksSection tells every check that is worse than pass with its first
// example, and counts the others.
// checksShown is how many checks with a finding the documents tell whole; the
// others are named, and told in report.json.
const checksShown = 5

// checksFound are the checks that are worse than pass, most important first: by
// verdict, by level, and then by how many responses broke them.
func checksFound(r *Report) []Check {
	found := slices.DeleteFunc(slices.Clone(r.Checks), func(c Check) bool { return c.Verdict <= contract.Pass })
	slices.SortStableFunc(found, func(a, b Check) int {
		return cmp.Or(cmp.Compare(b.Verdict, a.Verdict), cmp.Compare(a.Level, b.Level), cmp.Compare(b.found(), a.found()))
	})
	return found
}

func checksSection(r *Report) section {
	s := section{}
	found := checksFound(r)
	var others []string
	for i, c := range found {
		if i >= checksShown {
			others = append(others, c.ID)
			continue
		}
		s.findings = append(s.findings, finding{
			title: printable(fmt.Sprintf("check %s: %s, %s, %s of %s: %s",
				c.ID, c.Verdict, c.Level, figure.Count(c.found()), figure.CountOf(c.Judged, "response"), c.Title)),
			parts: evidence(c.Example),
		})
	}
	if len(others) > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%s with a finding, told in report.json: %s",
			figure.CountOf(uint64(len(others)), "more check"), strings.Join(others, ", ")))
	}
	if good := len(r.Checks) - len(found); good > 0 {
		s.notes = append(s.notes, figure.CountOf(uint64(good), "check")+" without a finding")
	}
	return s
}

// unexpectedShown is how many groups of unexpected updates the documents tell;
// all are in report.json.
const unexpectedShown = 5

func unexpectedSection(r *Report) section {
	found := checksFound(r)
	told := toldBy(found[:min(len(found), checksShown)])
	s := section{}
	for _, u := range r.Unexpected[:min(len(r.Unexpected), unexpectedShown)] {
		s.findings = append(s.findings, finding{title: unexpectedTitle(u), parts: told.evidence(u.Example)})
	}
	if more := len(r.Unexpected) - unexpectedShown; more > 0 {
		s.notes = append(s.notes, figure.CountOf(uint64(more), "more group")+" of unexpected updates in report.json")
	}
	return s
}

// toldExamples are those that checks have told, by seq, with the check.
type toldExamples map[uint64]string

func toldBy(checks []Check) toldExamples {
	list := toldExamples{}
	for _, c := range checks {
		if c.Example != nil {
			list[c.Example.Seq] = c.ID
		}
	}
	return list
}

// evidence are the parts of an example that may have been told before.
func (t toldExamples) evidence(e *Example) []part {
	if e != nil && t[e.Seq] != "" {
		return []part{{"example", printable("that of check " + t[e.Seq]), plain}}
	}
	return evidence(e)
}

// unexpectedTitle says which updates ended how.
func unexpectedTitle(u Unexpected) string {
	what := u.Class
	if u.Fault != "" {
		what += " " + u.Fault
	}
	end := "status " + contract.StatusText(u.Status)
	if u.Failure != "" {
		end = "network error " + u.Failure
	}
	return printable(fmt.Sprintf("unexpected: %s of %s ended with %s", figure.CountOf(u.Updates, "update"), what, end))
}

// evidence are the parts of an example. A command line is shown only where it
// can be shown as it is.
func evidence(e *Example) []part {
	if e == nil {
		return nil
	}
	parts := []part{{"expected", printable(e.Expected), foreign}, {"got", printable(e.Got), foreign}}
	if e.Curl != "" && printable(e.Curl) == e.Curl {
		return append(parts, part{"repeat", e.Curl, command})
	}
	return append(parts, part{"repeat", fmt.Sprintf("update %d of this seed; report.json has the request", e.Seq), plain})
}

func loadSection(r *Report) section {
	t, w := r.Totals, r.WarmUp
	scheduled, unsent := t.Scheduled-w.Scheduled, t.Unsent-w.Unsent
	updates, expected := t.Updates-w.Updates, t.AsExpected-w.AsExpected
	s := section{
		columns: []column{{"load", words}, {"asked", numbers}, {"seen", numbers}, {"", numbers}},
		rows: [][]string{
			{"rate", figure.Rate(r.Rate.ScheduledPerS), figure.Rate(r.Rate.SentPerS), ""},
			{"updates sent", figure.Count(scheduled), figure.Count(scheduled - unsent), figure.Share(scheduled-unsent, scheduled)},
			{"as expected", figure.Count(updates), figure.Count(expected), figure.Share(expected, updates)},
			{"attempts", "", figure.Count(t.Attempts - w.Attempts), ""},
		},
	}
	if failed := t.NetworkErrors - w.NetworkErrors; failed > 0 {
		s.rows = append(s.rows, []string{"network errors", "", figure.Count(failed), figure.Share(failed, t.Attempts-w.Attempts)})
	}
	if w.Attempts > 0 {
		s.notes = append(s.notes, fmt.Sprintf("warm-up: %s more, sent and not measured", figure.CountOf(w.Updates, "update")))
	}
	if n := r.Sessions; n != nil && n.Recycled+n.CreateFailures > 0 {
		s.notes = append(s.notes, fmt.Sprintf("sessions: %s created, %s recycled, %s could not be created",
			figure.Count(n.Created), figure.Count(n.Recycled), figure.Count(n.CreateFailures)))
	}
	return s
}

func classesSection(r *Report) section {
	s := section{columns: []column{{"class, ms of response", words}, {"updates", numbers}, {"as expected", numbers},
		{"p50", numbers}, {"p95", numbers}, {"p99", numbers}, {"max", numbers}, {"statuses", words}}}
	places := decimals(r.Latency.Response)
	for _, c := range r.Classes {
		q := c.Latency.Response
		s.rows = append(s.rows, []string{printable(c.Name), figure.Count(c.Updates), figure.Count(c.AsExpected),
			millisText(q.P50MS, places), millisText(q.P95MS, places), millisText(q.P99MS, places), millisText(q.MaxMS, places),
			statusList(c.Statuses)})
	}
	return s
}

func statusesSection(r *Report) section {
	s := section{columns: []column{{"status, all attempts", words}, {"attempts", numbers}, {"share", numbers}}}
	row := func(name string, n uint64) {
		s.rows = append(s.rows, []string{printable(name), figure.Count(n), figure.Share(n, r.Totals.Attempts)})
	}
	for _, code := range sortedKeys(r.Statuses) {
		row(contract.StatusText(code), r.Statuses[code])
	}
	for _, name := range sortedKeys(r.Failures) {
		row("network error "+name, r.Failures[name])
	}
	return s
}

// faultsSection tells the faults that were not refused as expected, and counts
// the others.
func faultsSection(r *Report) section {
	s := section{columns: []column{{"fault", words}, {"probes", words}, {"updates", numbers}, {"as expected", numbers}, {"statuses", words}}}
	var good, kinds uint64
	for _, f := range r.Faults {
		if f.AsExpected == f.Updates {
			good, kinds = good+f.Updates, kinds+1
			continue
		}
		s.rows = append(s.rows, []string{printable(f.Name), printable(f.Requirement),
			figure.Count(f.Updates), figure.Count(f.AsExpected), statusList(f.Statuses)})
	}
	if kinds > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%s of %s, answered as expected", figure.CountOf(good, "fault"), figure.CountOf(kinds, "kind")))
	}
	return s
}

// stagesSection is there where the stages tell more than the whole.
func stagesSection(r *Report) section {
	if len(r.Stages) < 2 {
		return section{}
	}
	s := section{columns: []column{{"stage, ms of response", words}, {"seconds", numbers}, {"scheduled", numbers},
		{"as expected", numbers}, {"p50", numbers}, {"p99", numbers}, {"max", numbers}}}
	places, bounds := decimals(r.Latency.Response), boundDecimals(r.Stages)
	for _, g := range r.Stages {
		name := g.Name
		if g.WarmUp && name != warmUp {
			name += " (" + warmUp + ")"
		}
		row := []string{printable(name), figure.Number(g.StartS, bounds) + "–" + figure.Number(g.EndS, bounds), figure.Count(g.Scheduled), figure.Count(g.AsExpected)}
		if g.Latency == nil {
			row = append(row, "", "", "")
		} else {
			q := g.Latency.Response
			row = append(row, millisText(q.P50MS, places), millisText(q.P99MS, places), millisText(q.MaxMS, places))
		}
		s.rows = append(s.rows, row)
	}
	return s
}

// boundDecimals is how many decimals tell the bounds of stages apart: none for
// whole seconds.
func boundDecimals(stages []Stage) int {
	for _, g := range stages {
		if g.EndS != math.Trunc(g.EndS) {
			return 2
		}
	}
	return 0
}

// warmUp is the usual name of a stage that is not measured.
const warmUp = "warm-up"
