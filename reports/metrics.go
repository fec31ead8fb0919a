package reports

import (
	"fmt"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/internal/threshold"
)

// sample is what a metric is found in: the measured readings of a run, of one of
// its classes, or of a window. What the instrument itself spoilt is left out of
// every count: it is a cause to doubt the run, and no fault of the server.
type sample struct {
	*cell
	scheduled, unsent uint64
	// checks counts the judgements of a requirement, or of all where id is empty.
	checks func(id string) (failed, judged uint64)
}

// Value implements [threshold.Metrics]; the class is that of the sample.
func (s *sample) Value(q threshold.Metric) (value float64, n uint64, ok bool, why string) {
	updates, unexpected := s.updates-s.own, s.unexpected()-s.own
	attempts := s.attempts - s.ownFailed

	switch q.Name {
	case threshold.Response:
		return statOf(s.response, q.Stat)
	case threshold.Service:
		return statOf(s.service, q.Stat)
	case threshold.Lag:
		return statOf(s.lag, q.Stat)
	case threshold.Errors:
		return share(unexpected, updates, "update")
	case threshold.Unexpected:
		return count(unexpected, updates, "update")
	case threshold.Unsent:
		return count(s.unsent, s.scheduled, "scheduled update")
	case threshold.RateSent:
		return share(s.scheduled-s.unsent, s.scheduled, "scheduled update")
	case threshold.NetworkErrors:
		return count(s.failed()-s.ownFailed, attempts, "attempt")
	case threshold.Status:
		return share(s.statuses[q.Code], attempts, "attempt")
	case threshold.Amplification:
		if s.started == 0 {
			return nothing("update")
		}
		return float64(s.attempts) / float64(s.started), s.started, true, ""
	case threshold.Checks:
		failed, judged := s.checks(q.Check)
		if judged == 0 && q.Check != "" {
			return 0, 0, false, "no response was judged by " + q.Check
		}
		return count(failed, judged, "response")
	}
	return 0, 0, false, fmt.Sprintf("%s is not measured", q.Name)
}

// metrics answers thresholds from the measured part of a run as a whole.
type metrics struct {
	collector *Collector
	measured  *cell
	report    *Report
}

// Value implements [threshold.Metrics].
func (m *metrics) Value(q threshold.Metric) (value float64, n uint64, ok bool, why string) {
	one := m.measured
	if q.Class != "" {
		one = m.collector.class(q.Class)
	}
	t, w := m.report.Totals, m.report.WarmUp
	all := &sample{cell: one, scheduled: t.Scheduled - w.Scheduled, unsent: t.Unsent - w.Unsent, checks: m.checks}
	return all.Value(q)
}

// checks counts the failed judgements of a requirement, or of all.
func (m *metrics) checks(id string) (failed, judged uint64) {
	for _, c := range m.report.Checks {
		if id == "" || c.ID == id {
			failed += c.Failed
			judged += c.Judged
		}
	}
	return failed, judged
}

// statOf is one figure of a sample, in milliseconds.
func statOf(d *distribution, stat threshold.Stat) (ms float64, n uint64, ok bool, why string) {
	n = d.count()
	if n == 0 {
		return nothing("response")
	}
	switch stat {
	case threshold.Mean:
		ms, ok = d.mean()
	case threshold.Max:
		ms, ok = d.max()
	default:
		q, known := stat.Quantile()
		if !known {
			return 0, n, false, fmt.Sprintf("%s is no figure of a distribution", stat)
		}
		if ms, ok = d.quantile(q); !ok {
			return 0, n, false, fmt.Sprintf("%s needs %s readings, there are %s", stat, figure.Count(Needs(q)), figure.Count(n))
		}
	}
	return ms, n, ok, ""
}

func share(part, whole uint64, noun string) (percent float64, n uint64, ok bool, why string) {
	if whole == 0 {
		return nothing(noun)
	}
	return 100 * float64(part) / float64(whole), whole, true, ""
}

func count(part, whole uint64, noun string) (value float64, n uint64, ok bool, why string) {
	if whole == 0 {
		return nothing(noun)
	}
	return float64(part), whole, true, ""
}

func nothing(noun string) (value float64, n uint64, ok bool, why string) {
	return 0, 0, false, "no " + noun + " was measured"
}

// instrumental reports whether a metric depends on the instrument keeping its
// schedule. Where the instrument was the limit, such a metric says nothing of
// the server; the others count answers, which were what they were.
func instrumental(n threshold.Name) bool {
	switch n {
	case threshold.Response, threshold.Service, threshold.Lag, threshold.Unsent, threshold.RateSent:
		return true
	}
	return false
}

// speaksOfErrors reports whether a threshold decides how many updates of the
// whole run may be other than expected.
func speaksOfErrors(m threshold.Metric) bool {
	return m.Class == "" && (m.Name == threshold.Errors || m.Name == threshold.Unexpected)
}

// gate holds every threshold against the run, and the implicit one, that no
// update is unexpected, where none speaks of it.
func gate(run Run, m *metrics, doubts []Cause) []Threshold {
	list := make([]Threshold, 0, len(run.Thresholds)+1)
	implicit := true
	for _, t := range run.Thresholds {
		one := cameOut(t, evaluate(t, run, m), doubts)
		if a := run.Aborted; a != nil && a.Threshold == one.Expr {
			one.Detail += fmt.Sprintf("; it stopped the run after %s", figure.Seconds(a.AtS))
		}
		list = append(list, one)
		implicit = implicit && !speaksOfErrors(t.Metric)
	}
	if implicit {
		none := threshold.Threshold{Metric: threshold.Metric{Name: threshold.Unexpected}, Op: threshold.Equal}
		one := cameOut(none, none.Evaluate(m), doubts)
		one.Implicit = true
		list = append(list, one)
	}
	return list
}

// evaluate holds a threshold against the run, or against its windows.
func evaluate(t threshold.Threshold, run Run, m *metrics) threshold.Result {
	if t.Over == 0 {
		return t.Evaluate(m)
	}
	if w := m.collector.watchOf(t); w != nil {
		return w.result(run)
	}
	return threshold.Result{Expr: t.String(), Unit: t.Unit(), Verdict: contract.Inconclusive, Detail: "its windows were not kept"}
}

// cameOut is the result as the report has it.
func cameOut(t threshold.Threshold, result threshold.Result, doubts []Cause) Threshold {
	one := Threshold{Expr: result.Expr, Unit: string(result.Unit), Verdict: result.Verdict, Detail: result.Detail}
	if result.Known {
		one.Value = &result.Value
	}
	if w := result.Windows; w != nil {
		one.Windows = &ThresholdWindows{
			WidthS: seconds(t.Over), Judged: w.Judged, Broken: w.Broken, Undecided: w.Undecided,
			BreachS: seconds(w.Breach), BreachStartS: seconds(w.BreachStart), WorstStartS: seconds(w.Worst),
		}
	}
	if result.Verdict == contract.Fail && len(doubts) > 0 && instrumental(t.Metric.Name) {
		one.Verdict = contract.Inconclusive
		one.Detail += "; the run is in doubt, so this says nothing of the server"
	}
	return one
}
