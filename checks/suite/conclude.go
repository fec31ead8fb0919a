package suite

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sdegauge/generators"
	"sdegauge/internal/contract"
)

func (r *runner) newReport(target string, began time.Time) *Report {
	o := &r.options
	return &Report{
		Schema: Schema, Profile: o.Profile.Name, Seed: o.Seed, Began: began,
		Target: Target{Name: o.Name, URL: target, Account: o.Account, Given: o.given()},
		Counts: map[string]int{},
	}
}

// given lists what opened rows that a bare address would not.
func (o *Options) given() []string {
	given := o.Hooks.given()
	if n := len(o.Sessions); n > 0 {
		given = append(given, fmt.Sprintf("%d sessions", n))
	}
	if o.OtherAccount != "" {
		given = append(given, "a second account")
	}
	return given
}

// conclude adds the cases up. note is what the bracket has to say, and verdict
// what it makes of it; both are empty where it held.
func (r *runner) conclude(report *Report, rows []Row, got results, note string, verdict contract.Verdict) {
	for i := range rows {
		q := r.outcome(&rows[i], got)
		report.Requirements = append(report.Requirements, q)
		report.Coverage = append(report.Coverage, cells(&rows[i], q)...)
	}
	report.Bracket, report.BracketVerdict = note, verdict
	report.settle()
	report.Requests = r.requests.Load() + r.supply.requests()
	report.TookS = time.Since(report.Began).Seconds()
}

// settle adds up what was found; again whenever a lock or waivers changed it.
func (report *Report) settle() {
	report.Counts, report.Verdict = map[string]int{}, report.BracketVerdict
	for _, q := range report.Requirements {
		report.Counts[q.Verdict.String()]++
		report.Verdict = contract.Worst(report.Verdict, q.Verdict)
	}
	report.Reason = report.sentence(report.Bracket)
	report.settleLock()
	report.settleFuzz()
	report.settleWaivers()
	report.ExitCode = report.exitCode()
}

func requirementOf(r *Row) Requirement {
	return Requirement{ID: r.ID, Level: r.Level, Source: r.Source, Title: r.Title, Reason: r.Reason, Cases: []CaseResult{}}
}

// outcome is one row's.
func (r *runner) outcome(row *Row, got results) Requirement {
	switch {
	case row.Elsewhere != "":
		q := requirementOf(row)
		q.Verdict, q.Note = contract.Skipped, row.Elsewhere
		return q
	case len(row.Cases) == 0:
		return r.gathering.result(row)
	}
	q := requirementOf(row)
	q.Verdict = contract.Skipped
	for i := range row.Cases {
		c := &row.Cases[i]
		result, asked := got[c.ID]
		if !asked {
			result = CaseResult{ID: c.ID, Name: c.Name, Verdict: contract.Skipped, Reason: "not asked"}
		}
		q.Cases = append(q.Cases, result)
		q.Verdict = contract.Worst(q.Verdict, result.Verdict)
	}
	if q.Verdict == contract.Skipped {
		q.Note = q.Cases[0].Reason
	}
	return q
}

// cells place a row's cases in the coverage.
func cells(row *Row, q Requirement) []Cell {
	var all []Cell
	for i, result := range q.Cases {
		cell := Cell{Requirement: q.ID}
		if i < len(row.Cases) {
			cell.Subject, cell.Fault = row.Cases[i].Subject, row.Cases[i].Fault
		}
		at := slices.IndexFunc(all, func(x Cell) bool { return x.Subject == cell.Subject && x.Fault == cell.Fault })
		if at < 0 {
			all, at = append(all, cell), len(all)
		}
		if result.Verdict == contract.Skipped {
			all[at].Skipped++
			if all[at].Why == "" {
				all[at].Why = result.Reason
			}
		} else {
			all[at].Exercised++
		}
	}
	return all
}

// sentence is the verdict in a sentence.
func (report *Report) sentence(note string) string {
	if note != "" {
		return note
	}
	var broken, warned []string
	for _, q := range report.Requirements {
		switch q.Verdict {
		case contract.Fail:
			broken = append(broken, q.ID)
		case contract.Warn:
			warned = append(warned, q.ID)
		}
	}
	asked := len(report.Requirements) - report.Counts[contract.Skipped.String()]
	switch {
	case report.Interrupted:
		return fmt.Sprintf("interrupted: %d of %d requirements were asked", asked, len(report.Requirements))
	case len(broken) > 0:
		return fmt.Sprintf("%d of %d requirements asked do not hold: %s", len(broken), asked, few(broken))
	case report.Counts[contract.Inconclusive.String()] > 0:
		return fmt.Sprintf("%d requirements could not be decided, by no fault of the server", report.Counts[contract.Inconclusive.String()])
	case asked == 0:
		return "no requirement could be asked; each says what it needs"
	case len(warned) > 0:
		return fmt.Sprintf("no binding requirement is broken; %d to look at: %s", len(warned), few(warned))
	default:
		return fmt.Sprintf("all %d requirements asked hold", asked)
	}
}

// few names the first of a list.
func few(ids []string) string {
	const most = 8
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
}

func (report *Report) exitCode() int {
	switch {
	case report.Interrupted:
		return contract.ExitInterrupted
	case report.Verdict <= contract.Skipped: // nothing was asked
		return contract.ExitInconclusive
	}
	return report.Verdict.ExitCode()
}

// longestCommand is the longest command line that is kept, in bytes: shells take
// no argument of more than 128 KiB.
const longestCommand = 120 << 10

// evidence is an exchange as text, and the command that repeats it; none where no
// shell would take it.
func (r *runner) evidence(a *Answer) (request, response, reproduce string) {
	if request, response, reproduce = r.exchange(a); len(reproduce) > longestCommand {
		reproduce = ""
	}
	return request, response, reproduce
}

func (r *runner) exchange(a *Answer) (request, response, reproduce string) {
	if a.script != nil {
		mask := func(b []byte) []byte { return []byte(r.options.Redact(string(b))) }
		return r.options.Redact(scriptText(a.script)), responseText(a, r.options.Redact), r.raw.Line(*a.script, mask)
	}
	return requestText(a.Case, r.host), responseText(a, r.options.Redact), generators.Curl(r.options.Target.URL, a.Case)
}
