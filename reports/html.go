package reports

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/internal/plot"
)

//go:embed report.html.tmpl report.css
var pageFiles embed.FS

var pageTemplate = template.Must(template.ParseFS(pageFiles, "report.html.tmpl"))

// WriteHTML writes the report as one page that needs no network and no script.
// Everything on it comes from the report, so it can be made again from
// report.json. What a server sent is text on it and nothing else: it is made
// printable, escaped by the template, and the page forbids itself to load
// anything.
func WriteHTML(w io.Writer, r *Report) error {
	page, err := pageOf(r)
	if err != nil {
		return fmt.Errorf("draw the report: %w", err)
	}
	if err := pageTemplate.Execute(w, page); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// htmlPage is what the template shows.
type htmlPage struct {
	Style template.CSS

	Name, Subtitle, Description string
	Verdict                     contract.Verdict
	Reason                      string
	Tiles                       []tile
	Asked                       []*pageTable
	Doubts                      []pageFinding
	Shading                     string // what the backgrounds of the plots mean
	Figures                     []pageFigure
	Tables                      []*pageTable
	Findings                    []pageFinding
	Notes                       []string
	Command                     string
	Repeat                      []fact
}

// fact is a name with its value.
type fact struct{ Name, Value string }

// pageFinding is something that was found. Exchange is the whole request and
// response, where there is an example.
type pageFinding struct {
	Title    string
	Verdict  contract.Verdict
	Parts    []pagePart
	Exchange []pagePart
}

// pagePart is a line of a finding. Code is shown as it is.
type pagePart struct {
	Label, Text string
	Code        bool
}

func pageOf(r *Report) (*htmlPage, error) {
	css, err := pageFiles.ReadFile("report.css")
	if err != nil {
		return nil, err
	}
	figures, err := figuresOf(r)
	if err != nil {
		return nil, err
	}
	p := &htmlPage{
		Style: template.CSS(plot.CSS + string(css)),
		Name:  printable(r.Scenario.Name), Subtitle: bound(subtitle(r)), Description: printable(r.Scenario.Description),
		Verdict: r.Verdict, Reason: bound(printable(r.Reason)), Tiles: tiles(r),
		Asked:   tables(named{"Load", loadSection(r)}, named{"Thresholds", thresholdsSection(r)}),
		Shading: shading(r), Figures: figures,
		Tables: tables(
			named{"Latency", latencySection(r)}, named{"Payload classes", classesSection(r)}, named{"Stages", stagesSection(r)},
			named{"Statuses", statusesSection(r)}, named{"Retries", retriesSection(r)}, named{"Faults", faultsSection(r)},
		),
		Command: printable(r.Command), Repeat: repeat(r),
	}
	p.Doubts = append(findingsOf(causesSection(r), contract.Inconclusive), findingsOf(preflightSection(r), contract.Warn)...)
	p.Doubts = append(p.Doubts, findingsOf(calibrationSection(r), contract.Warn)...)
	p.Findings = checkFindings(r)
	p.Findings = append(p.Findings, unexpectedFindings(r)...)
	p.Notes = append(checkedNote(r), logSection(r).notes...)
	return p, nil
}

// shading explains the backgrounds of the plots; empty where there is one stage.
func shading(r *Report) string {
	text := ""
	if len(r.Stages) > 1 {
		text = "The background of a plot changes with the stage."
	}
	for _, s := range r.Stages {
		if s.WarmUp {
			return strings.TrimSpace(text + " What is hatched is warm-up: sent, and not measured.")
		}
	}
	return text
}

// bound keeps numbers and their units on one line.
func bound(text string) string { return units.Replace(text) }

var units = strings.NewReplacer(" %", "\u00a0%", " ms", "\u00a0ms", " µs", "\u00a0µs", " s ", "\u00a0s ")

// named is a section with a title of the page.
type named struct {
	title string
	section
}

func tables(list ...named) (shown []*pageTable) {
	for _, n := range list {
		if t := tableOf(n.title, n.section); t != nil {
			shown = append(shown, t)
		}
	}
	return shown
}

// findingsOf are the findings that a section has anyway.
func findingsOf(s section, v contract.Verdict) (list []pageFinding) {
	for _, f := range s.findings {
		list = append(list, pageFinding{Title: f.title, Verdict: v, Parts: partsOf(f.parts)})
	}
	return list
}

func partsOf(parts []part) (list []pagePart) {
	for _, p := range parts {
		list = append(list, pagePart{p.label, p.text, p.kind != plain})
	}
	return list
}

// pageExamples is how many findings of a kind the page tells.
const pageExamples = 200

// checkFindings are all checks with a finding, each with its first example and
// the smallest one.
func checkFindings(r *Report) (list []pageFinding) {
	found := checksFound(r)
	for _, c := range found[:min(len(found), pageExamples)] {
		f := pageFinding{
			Verdict: c.Verdict,
			Title: printable(fmt.Sprintf("%s %s, %s: %s of %s: %s",
				c.ID, c.Verdict, c.Level, figure.Count(c.found()), figure.CountOf(c.Judged, "response"), c.Title)),
			Parts:    partsOf(evidence(c.Example)),
			Exchange: exchange("", c.Example),
		}
		if c.Smallest != nil && c.Example != nil && c.Smallest.Seq != c.Example.Seq {
			f.Exchange = append(f.Exchange, exchange("smallest ", c.Smallest)...)
		}
		list = append(list, f)
	}
	return list
}

// checkedNote counts the checks without a finding.
func checkedNote(r *Report) (notes []string) {
	found := len(checksFound(r))
	if good := len(r.Checks) - found; good > 0 {
		notes = append(notes, figure.CountOf(uint64(good), "check")+" without a finding")
	}
	for _, more := range []int{found - pageExamples, len(r.Unexpected) - pageExamples} {
		if more > 0 {
			notes = append(notes, figure.CountOf(uint64(more), "finding")+" more in report.json")
		}
	}
	return notes
}

func unexpectedFindings(r *Report) (list []pageFinding) {
	found := checksFound(r)
	told := toldBy(found[:min(len(found), pageExamples)])
	for _, u := range r.Unexpected[:min(len(r.Unexpected), pageExamples)] {
		f := pageFinding{Title: unexpectedTitle(u), Verdict: contract.Fail, Parts: partsOf(told.evidence(u.Example))}
		if u.Example != nil && told[u.Example.Seq] == "" {
			f.Exchange = exchange("", u.Example)
		}
		list = append(list, f)
	}
	return list
}

// exchangeLongest is the longest body that the page shows, in characters.
const exchangeLongest = 20_000

// exchange is a request and what came back, as far as the report keeps them.
func exchange(prefix string, e *Example) (parts []pagePart) {
	if e == nil {
		return nil
	}
	add := func(label, text string) {
		if text != "" {
			parts = append(parts, pagePart{prefix + label, checks.Printable([]byte(text), exchangeLongest), true})
		}
	}
	add("request", e.Request)
	add("request body, "+figure.CountOf(uint64(max(0, e.RequestBytes)), "byte"), e.RequestBody)
	if e.Failure != "" {
		add("response", "none: network error "+e.Failure)
	} else {
		add("response", "status "+contract.StatusText(e.Status))
	}
	label := "response body, " + figure.CountOf(uint64(max(0, e.ResponseBytes)), "byte")
	if e.Truncated {
		label += ", cut"
	}
	add(label, e.ResponseBody)
	return parts
}

// repeat is what has to be alike for the run to be made again.
func repeat(r *Report) []fact {
	m := r.Machine
	list := []fact{
		{"scenario", fmt.Sprintf("%s, profile %s, retries %s", r.Scenario.Name, r.Scenario.Profile, r.Scenario.Retry)},
		{"seed", fmt.Sprintf("%d, from update %d on%s", r.Scenario.Seed, r.Scenario.FirstSeq, shardText(r.Scenario))},
		{"target", r.Target.URL},
		{"began", r.Began.Format(time.RFC3339)},
		{"program", fmt.Sprintf("%s %s, %s", r.Tool.Name, r.Tool.Version, r.Tool.Go)},
		{"machine", fmt.Sprintf("%s, %s/%s", figure.CountOf(uint64(max(0, m.CPUs)), "processor"), m.OS, m.Arch)},
	}
	calibration := "none: sdegauge selftest makes one"
	if notes := calibrationSection(r).notes; len(notes) > 0 {
		calibration = notes[0]
	}
	list = append(list, fact{"calibration", calibration})
	for i := range list {
		list[i].Value = printable(list[i].Value)
	}
	return list
}
