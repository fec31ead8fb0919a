package suite

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"sdegauge/internal/contract"
)

// Waiver is a known deviation that somebody answers for, for a while.
type Waiver struct {
	// Requirement is an id or a pattern of [path.Match]: "V-05", "V-*".
	Requirement string
	// Reason says why, and Owner who answers for it.
	Reason, Owner string
	// Until is the last day on which the waiver holds, in UTC.
	Until time.Time
	// Target bounds the waiver to the target of this name or URL; empty: any.
	Target string
	// Line is where the waiver stands in its file.
	Line int
}

// WaiverState is what became of a waiver in a run.
type WaiverState string

// The states. Expired and unused waivers fail the run: a list of known
// deviations is worth something as long as it is true.
const (
	WaiverUsed    WaiverState = "used"
	WaiverUnused  WaiverState = "unused"    // what it waives was asked, and holds
	WaiverExpired WaiverState = "expired"   // its last day is over
	WaiverUnasked WaiverState = "not asked" // nothing that it waives was asked in this run, or of this target
)

// WaiverResult is a waiver with what became of it.
type WaiverResult struct {
	Requirement string      `json:"requirement"`
	Reason      string      `json:"reason"`
	Owner       string      `json:"owner"`
	Until       string      `json:"until"`
	Target      string      `json:"target,omitempty"`
	State       WaiverState `json:"state"`
	// Covers are the requirements that it waived.
	Covers []string `json:"covers,omitempty"`
	// Broad says that the pattern reaches beyond one section.
	Broad bool `json:"broad,omitempty"`
}

// Stale says that the waiver fails the run.
func (w WaiverResult) Stale() bool { return w.State == WaiverExpired || w.State == WaiverUnused }

// Waive applies waivers to a report and concludes it anew. A failure that is
// waived counts as a warning. now decides what has expired.
func (report *Report) Waive(waivers []Waiver, now time.Time) {
	report.Waivers = nil
	for _, w := range waivers {
		report.Waivers = append(report.Waivers, report.waive(w, now))
	}
	report.settle()
}

func (report *Report) waive(w Waiver, now time.Time) WaiverResult {
	result := WaiverResult{
		Requirement: w.Requirement, Reason: w.Reason, Owner: w.Owner, Until: w.Until.Format(time.DateOnly), Target: w.Target,
		State: WaiverUnasked, Broad: broad(w.Requirement),
	}
	if w.Target != "" && w.Target != report.Target.Name && w.Target != report.Target.URL {
		return result
	}
	asked := false
	expired := !now.Before(w.Until.AddDate(0, 0, 1))
	for i := range report.Requirements {
		q := &report.Requirements[i]
		if ok, _ := path.Match(w.Requirement, q.ID); !ok {
			continue
		}
		asked = asked || q.Verdict > contract.Skipped && q.Verdict != contract.Inconclusive
		if expired || q.Waived != "" || q.Verdict != contract.Fail && q.Verdict != contract.Warn {
			continue
		}
		q.Verdict = contract.Warn
		q.Waived = fmt.Sprintf("%s (%s, until %s)", w.Reason, w.Owner, result.Until)
		result.Covers = append(result.Covers, q.ID)
	}
	switch {
	case expired:
		result.State = WaiverExpired
	case result.Covers != nil:
		result.State = WaiverUsed
	case asked && !report.Interrupted:
		result.State = WaiverUnused
	}
	return result
}

// broad reports whether a pattern matches requirements of more than one section.
func broad(pattern string) bool {
	section := ""
	for _, r := range contract.Requirements() {
		if ok, _ := path.Match(pattern, r.ID); !ok {
			continue
		}
		of, _, _ := strings.Cut(r.ID, "-")
		if section != "" && of != section {
			return true
		}
		section = of
	}
	return false
}

// settleWaivers lets the waivers have their say in the verdict.
func (report *Report) settleWaivers() {
	var stale []string
	for _, w := range report.Waivers {
		switch w.State {
		case WaiverExpired:
			stale = append(stale, fmt.Sprintf("the waiver of %s expired on %s", w.Requirement, w.Until))
		case WaiverUnused:
			stale = append(stale, fmt.Sprintf("the waiver of %s waives nothing, for what it names holds", w.Requirement))
		}
	}
	if len(stale) > 0 {
		report.Verdict = contract.Worst(report.Verdict, contract.Fail)
		report.Reason = strings.Join(stale, "; ") + "; " + report.Reason
		return
	}
	if slices.ContainsFunc(report.Waivers, func(w WaiverResult) bool { return w.Broad }) {
		report.Verdict = contract.Worst(report.Verdict, contract.Warn)
	}
}
