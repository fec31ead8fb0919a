package reports

import (
	"fmt"

	"sdegauge/internal/contract"
	"sdegauge/internal/threshold"
)

// metrics answers thresholds from the measured part of a run. What the
// instrument itself spoilt is left out of every count: it is a cause to doubt
// the run, and no fault of the server.
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
	scheduled, unsent := t.Scheduled-w.Scheduled, t.Unsent-w.Unsent
	updates, unexpected := one.updates-one.own, one.unexpected()-one.own
	attempts := one.attempts - one.ownFailed

	switch q.Name {
	case threshold.Response:
		return figure(one.response, q.Stat)
	case threshold.Service:
		return figure(one.service, q.Stat)
	case threshold.Lag:
		return figure(one.lag, q.Stat)
	case threshold.Errors:
		return share(unexpected, updates, "update")
	case threshold.Unexpected:
		return count(unexpected, updates, "update")
	case threshold.Unsent:
		return count(unsent, scheduled, "scheduled update")
	case threshold.RateSent:
		return share(scheduled-unsent, scheduled, "scheduled update")
	case threshold.NetworkErrors:
		return count(one.failed()-one.ownFailed, attempts, "attempt")
	case threshold.Status:
		return share(one.statuses[q.Code], attempts, "attempt")
	case threshold.Amplification:
		if one.started == 0 {
			return nothing("update")
		}
		return float64(one.attempts) / float64(one.started), one.started, true, ""
	case threshold.Checks:
		return m.checks(q.Check)
	}
	return 0, 0, false, fmt.Sprintf("%s is not measured", q.Name)
}

// checks counts the failed judgements of a requirement, or of all.
func (m *metrics) checks(id string) (value float64, n uint64, ok bool, why string) {
	var failed uint64
	for _, c := range m.report.Checks {
		if id == "" || c.ID == id {
			failed += c.Failed
			n += c.Judged
		}
	}
	switch {
	case n > 0:
		return float64(failed), n, true, ""
	case id == "":
		return nothing("response")
	default:
		return 0, 0, false, "no response was judged by " + id
	}
}

// figure is one figure of a sample, in milliseconds.
func figure(d *distribution, stat threshold.Stat) (ms float64, n uint64, ok bool, why string) {
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
			return 0, n, false, fmt.Sprintf("%s needs %s readings, there are %s", stat, thousands(Needs(q)), thousands(n))
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
func gate(thresholds []threshold.Threshold, m threshold.Metrics, doubts []Cause) []Threshold {
	list := make([]Threshold, 0, len(thresholds)+1)
	implicit := true
	for _, t := range thresholds {
		list = append(list, held(t, m, doubts))
		implicit = implicit && !speaksOfErrors(t.Metric)
	}
	if implicit {
		none := threshold.Threshold{Metric: threshold.Metric{Name: threshold.Unexpected}, Op: threshold.Equal}
		one := held(none, m, doubts)
		one.Implicit = true
		list = append(list, one)
	}
	return list
}

func held(t threshold.Threshold, m threshold.Metrics, doubts []Cause) Threshold {
	result := t.Evaluate(m)
	one := Threshold{Expr: result.Expr, Unit: string(result.Unit), Verdict: result.Verdict, Detail: result.Detail}
	if result.Known {
		one.Value = &result.Value
	}
	if result.Verdict == contract.Fail && len(doubts) > 0 && instrumental(t.Metric.Name) {
		one.Verdict = contract.Inconclusive
		one.Detail += "; the run is in doubt, so this says nothing of the server"
	}
	return one
}
