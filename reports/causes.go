package reports

import (
	"fmt"
	"maps"
	"slices"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

// ringDryShare is the share of updates that may find their case not ready
// before the run is doubted. The wait of a few is in their lag and their
// response time, where it is seen; beyond this the generator set the pace.
const ringDryShare = 0.001

// causes are the reasons to doubt the run: where the instrument, not the
// server, was the limit.
func causes(r *Report) []Cause {
	list := []Cause{}
	doubt := func(is bool, cause, advice, detail string, args ...any) {
		if is {
			list = append(list, Cause{Cause: cause, Detail: fmt.Sprintf(detail, args...), Advice: advice})
		}
	}
	t, i := r.Totals, r.Instrument

	list = append(list, r.Log.causes(r)...)
	doubt(r.Interrupted && r.Aborted == nil && !r.Log.partial(), "interrupted", "let the run end",
		"the run was interrupted after %s", figure.Seconds(r.ElapsedS))
	doubt(t.Updates == r.WarmUp.Updates, "nothing measured",
		"give the scenario a stage that is not warm-up, and a longer duration",
		"no update was measured")
	list = append(list, limits(r)...)
	doubt(i.RetriesRefused > 0, "waiting retries",
		"raise limits.waiting_retries, or lower the rate",
		"%s gave up because too many retries waited", figure.CountOf(i.RetriesRefused, "update"))
	doubt(i.RetriesDropped > 0 && r.Aborted == nil, "drain",
		"raise limits.drain, so that retries due after the last stage still go out",
		"%s still due when the run had to end", figure.CountOf(i.RetriesDropped, "retry"))
	forbidden := r.Failures[contract.FailForbidden.String()]
	doubt(forbidden > 0, "forbidden",
		"name the address in the scenario's consent, or keep the target's name on one address",
		"%s would have gone to an address without consent", figure.CountOf(forbidden, "attempt"))
	if detail := retryDefect(r); detail != "" {
		doubt(true, "retries", "report this with report.json: it is a defect of the instrument", "%s", detail)
	}
	if detail := disagreement(r); detail != "" {
		doubt(true, "count", "report this with report.json: it is a defect of the instrument", "%s", detail)
	}
	return list
}

// disagreement says where the embedded server counted otherwise than the run;
// empty where the counts agree.
//
// The server may have seen, and answered in any way, an attempt that ended here
// without a complete response. So of each status it has counted as many as were
// read or more, and the surplus of all is at most the attempts that failed.
func disagreement(r *Report) string {
	if r.Reference == nil {
		return ""
	}
	codes := map[int]bool{}
	for code := range r.Statuses {
		codes[code] = true
	}
	for code := range r.Reference.Statuses {
		codes[code] = true
	}
	var surplus uint64
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		ours, theirs := r.Statuses[code], r.Reference.Statuses[code]
		if theirs < ours {
			return fmt.Sprintf("the embedded server counted %s answers of status %d, the run read %s",
				figure.Count(theirs), code, figure.Count(ours))
		}
		surplus += theirs - ours
	}
	answered := r.Totals.Attempts - r.Totals.NetworkErrors
	switch attempts := r.Reference.Attempts; {
	case surplus > r.Totals.NetworkErrors:
		return fmt.Sprintf("the embedded server counted %s more than were read, but only %s failed",
			figure.CountOf(surplus, "answer"), figure.CountOf(r.Totals.NetworkErrors, "attempt"))
	case attempts < answered || attempts > r.Totals.Attempts:
		return fmt.Sprintf("the embedded server counted %s, the run sent %s",
			figure.CountOf(attempts, "attempt"), figure.Count(r.Totals.Attempts))
	}
	return ""
}
