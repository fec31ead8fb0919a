package reports

import (
	"fmt"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

// decide sets the verdict, its reason and the exit code. The verdict is the
// worst of what was seen; what was merely observed or skipped decides nothing.
//
//	what was seen                                        verdict       exit
//	a check failed                                       fail          1
//	a threshold on answers broken                        fail          1
//	a threshold on time or rate broken                   fail          1
//	  the same, with a cause to doubt the run            inconclusive  4
//	a threshold without the sample to decide it          inconclusive  4
//	a cause to doubt the run (see causes)                inconclusive  4
//	a check warned                                       warn          0
//	nothing of these                                     pass          0
//
// An interrupt is such a cause, and its exit code is 130 whatever the verdict. A
// run that a threshold stopped is not in doubt for that; its exit code is that of
// its verdict.
func decide(r *Report) {
	r.Verdict = contract.Pass
	for _, c := range r.Checks {
		r.Verdict = contract.Worst(r.Verdict, c.Verdict)
	}
	for _, t := range r.Thresholds {
		r.Verdict = contract.Worst(r.Verdict, t.Verdict)
	}
	if len(r.Causes) > 0 {
		r.Verdict = contract.Worst(r.Verdict, contract.Inconclusive)
	}
	r.Reason = reason(r)
	if r.ExitCode = r.Verdict.ExitCode(); r.Interrupted && r.Aborted == nil {
		r.ExitCode = contract.ExitInterrupted
	}
}

// reason names what the verdict rests on: the first two by name, the others by
// their number.
func reason(r *Report) string {
	if r.Verdict == contract.Pass {
		measured := r.Totals.AsExpected - r.WarmUp.AsExpected
		return fmt.Sprintf("every gate held; %s of %s measured updates were as expected",
			figure.Count(measured), figure.Count(r.Totals.Updates-r.WarmUp.Updates))
	}
	var reasons []string
	for _, c := range checksFound(r) {
		if c.Verdict == r.Verdict {
			reasons = append(reasons, checkReason(c))
		}
	}
	if r.Verdict == contract.Inconclusive {
		for _, c := range r.Causes {
			reasons = append(reasons, c.Detail)
		}
	}
	for _, t := range r.Thresholds {
		// Behind a cause the thresholds it touches are no further reason.
		if t.Verdict == r.Verdict && (r.Verdict == contract.Fail || len(r.Causes) == 0) {
			reasons = append(reasons, thresholdReason(t))
		}
	}
	const named = 2
	text := strings.Join(reasons[:min(named, len(reasons))], "; ")
	if more := len(reasons) - named; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

func checkReason(c Check) string {
	verb := "failed"
	if c.Verdict == contract.Warn {
		verb = "warned of"
	}
	return fmt.Sprintf("check %s %s %s of %s judged", c.ID, verb, figure.Count(c.found()), figure.CountOf(c.Judged, "response"))
}

func thresholdReason(t Threshold) string {
	if t.Verdict == contract.Fail {
		return fmt.Sprintf("threshold %s does not hold: %s", t.Expr, t.Detail)
	}
	return fmt.Sprintf("threshold %s cannot be decided: %s", t.Expr, t.Detail)
}
