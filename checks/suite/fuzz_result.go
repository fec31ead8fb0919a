package suite

import (
	"fmt"

	"sdegauge/internal/contract"
)

// FuzzResult is what random updates found, besides the rows. Their expectations
// come from their final bytes alone, and only where both readers of package
// expect have the same opinion.
type FuzzResult struct {
	// Asked is how many updates of each kind were to be sent: valid ones, faults,
	// and mutations of valid ones.
	Asked int `json:"asked"`
	// Sent counts all requests: the valid twins and those of shrinking as well.
	Sent uint64 `json:"sent"`
	// Accepted and Rejected are the updates that were answered as they had to be.
	Accepted int `json:"accepted"`
	Rejected int `json:"rejected"`
	// Unjudged are the updates of which nothing can be expected, and which were
	// not sent; those of which the two readers disagree are counted once more.
	Unjudged int `json:"unjudged"`
	Disputed int `json:"disputed"`
	// Dispute is the first disagreement, a mistake of this program's own.
	Dispute string `json:"dispute,omitempty"`
	// Failed are the updates that were not answered as they had to be; Failures
	// are the first of each requirement and signature, at most 20, and Unlisted
	// counts the failed updates of none of them.
	Failed   int              `json:"failed"`
	Failures []FuzzFailure    `json:"failures"`
	Unlisted int              `json:"unlisted"`
	Verdict  contract.Verdict `json:"verdict"`
}

// FuzzFailure is an update that was not answered as it had to be, shrunk to the
// smallest body that still is not.
type FuzzFailure struct {
	Requirement string           `json:"requirement"`
	Level       contract.Level   `json:"level"`
	Verdict     contract.Verdict `json:"verdict"`
	// Kind is valid, fault or mutation; Name says which: "cart full small",
	// "version-missing".
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Seq and the report's seed make the update again, and Repeat is the command
	// that does so.
	Seq    uint64 `json:"seq"`
	Repeat string `json:"repeat"`
	// Count is how many updates failed on this requirement in this way.
	Count    int    `json:"count"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
	// Because is why the shrunk body has to be accepted or refused.
	Because string `json:"because"`
	// Unsteady says that the update did not fail a second time, in a new session:
	// it is told as it was, not shrunk, and is no more than a warning.
	Unsteady bool `json:"unsteady,omitempty"`
	// Bytes is the length of the body as it was made, and Shrunk is the smallest
	// that still fails.
	Bytes  int    `json:"bytes"`
	Shrunk string `json:"shrunk"`
	// Request, Response and Reproduce are the exchange with the shrunk body.
	Request   string `json:"request"`
	Response  string `json:"response"`
	Reproduce string `json:"reproduce"`
}

// settleFuzz lets the random updates have their say in the verdict. A failure on
// a requirement that was waived in this report is a warning.
func (report *Report) settleFuzz() {
	f := report.Fuzz
	if f == nil {
		return
	}
	waived := map[string]bool{}
	for _, q := range report.Requirements {
		waived[q.ID] = q.Waived != ""
	}
	f.Verdict = contract.Skipped
	if f.Accepted+f.Rejected > 0 {
		f.Verdict = contract.Pass
	}
	for _, failure := range f.Failures {
		v := failure.Verdict
		if waived[failure.Requirement] {
			v = min(v, contract.Warn)
		}
		f.Verdict = contract.Worst(f.Verdict, v)
	}
	report.Verdict = contract.Worst(report.Verdict, f.Verdict)
	if f.Failed > 0 {
		report.Reason += fmt.Sprintf("; %d of %d random updates failed", f.Failed, f.Accepted+f.Rejected+f.Failed)
	}
}

// String is the result in a sentence.
func (f *FuzzResult) String() string {
	text := fmt.Sprintf("%d random updates accepted and %d rejected as they had to be, %d failed; %d not judged",
		f.Accepted, f.Rejected, f.Failed, f.Unjudged)
	if f.Disputed > 0 {
		text += fmt.Sprintf(", %d of them because the two readers disagree", f.Disputed)
	}
	return fmt.Sprintf("%s; %d requests", text, f.Sent)
}
