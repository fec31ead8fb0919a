package ab

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/reports"
	"sdegauge/reports/compare"
)

// Schema names the layout of ab.json. The number changes when a member changes
// its meaning or goes away.
const Schema = "sdegauge/ab/1"

// Result is what was found, and the source of every form of it.
type Result struct {
	Schema  string           `json:"schema"`
	Verdict contract.Verdict `json:"verdict"`
	// Reason says in a sentence why the verdict is what it is.
	Reason   string          `json:"reason"`
	ExitCode int             `json:"exit_code"`
	Tool     reports.Tool    `json:"tool"`
	Machine  reports.Machine `json:"machine"`
	Command  string          `json:"command"`
	Began    time.Time       `json:"began"`
	Scenario string          `json:"scenario"`
	// Fingerprint is the scenario's, with what flags changed.
	Fingerprint string `json:"fingerprint"`
	Seed        uint64 `json:"seed"`
	Transport   string `json:"transport"`
	Base        Server `json:"base"`
	New         Server `json:"new"`
	// BlockS is how long a block is, its lead-in included, and MaxTimeS how long the
	// blocks of a side together might be. SideS is how long they were.
	BlockS   float64 `json:"block_s"`
	MaxTimeS float64 `json:"max_time_s"`
	SideS    float64 `json:"side_s"`
	// Planned, Measured, Dropped count pairs.
	Planned  int `json:"planned"`
	Measured int `json:"measured"`
	Dropped  int `json:"dropped"`
	// Early says that the answer was clear before the time was over.
	Early  bool           `json:"early"`
	Metric compare.Metric `json:"metric"`
	// Doubt and DoubtClear are of all looks together; From and To of the quantities
	// have those of the last look, DoubtLast and DoubtClearLast.
	Doubt          float64            `json:"doubt"`
	DoubtClear     float64            `json:"doubt_clear"`
	DoubtLast      float64            `json:"doubt_last"`
	DoubtClearLast float64            `json:"doubt_clear_last"`
	Quantities     []compare.Quantity `json:"quantities"`
	// Control is nil where there were too few blocks.
	Control  *Control     `json:"control"`
	Pairs    []PairReport `json:"pairs"`
	Warnings []string     `json:"warnings"`

	// Kept are the pairs that count, with their samples.
	Kept []compare.Pair `json:"-"`
}

// PairReport is one pair of blocks.
type PairReport struct {
	NewFirst bool `json:"new_first"`
	// Dropped says why the pair does not count; empty where it does.
	Dropped string      `json:"dropped,omitempty"`
	Base    BlockReport `json:"base"`
	New     BlockReport `json:"new"`
}

// BlockReport is one block; lead-ins are left out.
type BlockReport struct {
	Began   time.Time `json:"began"`
	Updates uint64    `json:"updates"`
	// P50MS is nil where the sample is too small.
	P50MS *float64 `json:"p50_ms"`
}

func blockReport(r *reports.Report, m compare.Metric) BlockReport {
	q := r.Latency.Response
	if m == compare.Service {
		q = r.Latency.Service
	}
	return BlockReport{Began: r.Began, Updates: r.Totals.Updates - r.WarmUp.Updates, P50MS: q.P50MS}
}

// outputPath is the file for what a started server says.
func outputPath(folder, side string) string { return filepath.Join(folder, side+".log") }

// result is what there is to say in the end.
func (e *experiment) result(ctx context.Context, gone *GoneError) *Result {
	o, base, changed := e.options, e.arms[0], e.arms[1]
	r := &Result{
		Schema: Schema, Tool: reports.Tool{Name: "sdegauge", Version: o.Version, Go: runtime.Version()},
		Machine: reports.ThisMachine(), Command: o.Command, Began: e.began,
		Scenario: e.scenario.Name, Fingerprint: e.scenario.Fingerprint(), Seed: e.scenario.Seed, Transport: base.Transport(),
		Base: Server{base.Prepared.URL(), base.server.Start}, New: Server{changed.Prepared.URL(), changed.server.Start},
		BlockS: o.Block.Seconds(), MaxTimeS: o.MaxTime.Seconds(), SideS: e.spent().Seconds(),
		Planned: e.trial.planned, Measured: len(e.all), Dropped: e.dropped(),
		Metric: o.Compare.Metric, Doubt: e.trial.regress.doubt, DoubtClear: e.trial.fine.doubt,
		DoubtLast: e.doubts.Regression, DoubtClearLast: e.doubts.Clear,
		Quantities: e.rows, Pairs: e.all, Warnings: append([]string{}, e.warnings...), Kept: e.pairs,
	}
	if r.Quantities == nil {
		r.Quantities = []compare.Quantity{}
	}
	if r.Pairs == nil {
		r.Pairs = []PairReport{}
	}
	if base.Embedded() && changed.Embedded() {
		r.Warnings = append(r.Warnings, "no server was named: the embedded reference server is held against another one of its kind")
	} else if r.Base.URL == r.New.URL {
		r.Warnings = append(r.Warnings, "base and new are the same server")
	}
	if p := e.scenario.Retry.Policy; p != "none" {
		r.Warnings = append(r.Warnings, fmt.Sprintf("the scenario's retry policy %s was left out: blocks are too short for its pauses", p))
	}
	r.Early = len(e.all) < e.trial.planned && decided(e.rows)
	if ctx.Err() == nil && gone == nil {
		r.Control = control(e.pairs, o.Compare, e.scenario.Seed)
	}
	r.decide(ctx.Err() != nil, gone)
	return r
}

// decide sets the verdict, its reason and the exit code: the first row that
// applies.
//
//	what was seen                                        verdict       exit
//	an interrupt                                         inconclusive  130
//	a server that is gone                                inconclusive  3
//	more than droppedMost of the pairs dropped           inconclusive  4
//	fewer pairs than leastPairs                          inconclusive  4
//	a regression, and a control with too many alarms     inconclusive  4
//	a regression                                         fail          1
//	a quantity undecided, or none gated                  inconclusive  4
//	a control with too many alarms                       warn          0
//	nothing of these                                     pass          0
func (r *Result) decide(interrupted bool, gone *GoneError) {
	say := func(v contract.Verdict, code int, format string, args ...any) {
		r.Verdict, r.ExitCode, r.Reason = v, code, fmt.Sprintf(format, args...)
	}
	kept := r.Measured - r.Dropped
	switch regressed := has(r.Quantities, compare.Regressed); {
	case interrupted:
		say(contract.Inconclusive, contract.ExitInterrupted, "interrupted after %s", figure.CountOf(r.Measured, "pair"))
	case gone != nil:
		say(contract.Inconclusive, contract.ExitSetup, "%v; that was after %s", gone, figure.CountOf(r.Measured, "pair"))
	case float64(r.Dropped) > droppedMost*float64(r.Measured) || float64(r.Dropped) > droppedMost*float64(r.Planned):
		say(contract.Inconclusive, contract.ExitInconclusive, "%d of %s cannot be relied on: %s", r.Dropped, figure.CountOf(r.Measured, "pair"), r.usualDrop())
	case kept < leastPairs:
		say(contract.Inconclusive, contract.ExitInconclusive, "%s were measured, and a comparison needs %d; allow a longer --max-time or shorten --block", figure.CountOf(kept, "pair"), leastPairs)
	case regressed && r.Control.broken():
		say(contract.Inconclusive, contract.ExitInconclusive, "%s; but this machine is too noisy now to say so: %s", r.regressions(), r.Control.text())
	case regressed:
		say(contract.Fail, contract.ExitFail, "%s", r.regressions())
	case !decided(r.Quantities):
		say(contract.Inconclusive, contract.ExitInconclusive, "%s", r.undecided())
	default:
		say(contract.Pass, contract.ExitPass, "nothing got worse by its margin: %s", strings.Join(named(r.Quantities, compare.NotWorse), ", "))
		if r.Control.broken() {
			r.Verdict = contract.Warn
			r.Reason += "; but " + r.Control.text()
		}
	}
}

// usualDrop is why the first pair was dropped.
func (r *Result) usualDrop() string {
	for _, p := range r.Pairs {
		if p.Dropped != "" {
			return p.Dropped
		}
	}
	return ""
}

func (r *Result) regressions() string {
	names := named(r.Quantities, compare.Regressed)
	text := ""
	for _, q := range r.Quantities {
		if q.Name == names[0] {
			text = q.Regression()
		}
	}
	if len(names) > 1 {
		text += "; and so did " + strings.Join(names[1:], ", ")
	}
	return text
}

func (r *Result) undecided() string {
	names := named(r.Quantities, compare.Undecided)
	if len(names) == 0 {
		return "no quantity is gated; give one a margin, as in --margin p50=5%"
	}
	for _, q := range r.Quantities {
		if q.Name == names[0] {
			return fmt.Sprintf("undecided: %s; %s needs %s", strings.Join(names, ", "), q.Name, q.Needs)
		}
	}
	return ""
}

func named(rows []compare.Quantity, o compare.Outcome) (names []string) {
	for _, q := range rows {
		if q.Outcome == o {
			names = append(names, q.Name)
		}
	}
	return names
}
