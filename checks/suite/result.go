package suite

import (
	"time"

	"sdegauge/internal/contract"
)

// Schema names the shape of a conformance.json.
const Schema = "sdegauge/conformance/1"

// Report is what the suite found out about one server.
type Report struct {
	Schema string `json:"schema"`
	Tool   Tool   `json:"tool"`
	Target Target `json:"target"`
	// Profile decided what the levels mean.
	Profile string `json:"profile"`
	// Seed and the version of the program make the same requests again.
	Seed uint64 `json:"seed"`
	// Command repeats the run.
	Command string `json:"command,omitempty"`
	// Verdict is the worst of all, and Reason says it in a sentence.
	Verdict     contract.Verdict `json:"verdict"`
	Reason      string           `json:"reason"`
	ExitCode    int              `json:"exit_code"`
	Interrupted bool             `json:"interrupted"`
	// Counts are the requirements by verdict.
	Counts map[string]int `json:"counts"`
	// Requests is how many were sent, Create Session included.
	Requests uint64    `json:"requests"`
	Began    time.Time `json:"began"`
	// TookS is how long the suite took, in seconds.
	TookS        float64       `json:"took_s"`
	Requirements []Requirement `json:"requirements"`
	// Coverage counts the cases that were exercised, by requirement section,
	// subject and fault.
	Coverage []Cell `json:"coverage"`
	// Bracket says what the sanity bracket around the suite found amiss; empty
	// where it held.
	Bracket string `json:"bracket,omitempty"`
	// BracketVerdict is what that counts as.
	BracketVerdict contract.Verdict `json:"bracket_verdict,omitempty"`
	// Lock is the comparison with a behaviour lock; nil where none was asked for.
	Lock *LockResult `json:"lock,omitempty"`
	// Fuzz is what random updates found; nil where none were asked for.
	Fuzz *FuzzResult `json:"fuzz,omitempty"`
	// Waivers are those that were given, each with what became of it.
	Waivers []WaiverResult `json:"waivers,omitempty"`
}

// Tool is the program that wrote a report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Target is the server and what was given besides its address.
type Target struct {
	Name      string `json:"name,omitempty"`
	URL       string `json:"url"`
	Account   string `json:"account"`
	Reference bool   `json:"reference"`
	// Given lists the hooks and the further things that opened rows.
	Given []string `json:"given"`
}

// Requirement is one row's outcome.
type Requirement struct {
	ID     string         `json:"id"`
	Level  contract.Level `json:"level"`
	Source string         `json:"source"`
	Title  string         `json:"title"`
	Reason string         `json:"reason"`
	// Verdict is the worst of the cases'.
	Verdict contract.Verdict `json:"verdict"`
	// Waived names the waiver's reason where the requirement failed and was
	// waived; it then counts as a warning.
	Waived string `json:"waived,omitempty"`
	// Note is why the row was skipped, or on what a gathered row was judged.
	Note  string       `json:"note,omitempty"`
	Cases []CaseResult `json:"cases"`
}

// CaseResult is one case's outcome with its evidence.
type CaseResult struct {
	ID      string           `json:"id"`
	Name    string           `json:"name,omitempty"`
	Verdict contract.Verdict `json:"verdict"`
	// Expected is in the contract's notation for a case that passed, and in
	// words for one that did not; Got likewise is the answer's signature.
	Expected string `json:"expected"`
	Got      string `json:"got"`
	// Behaviour is what an observed case showed, in a stable short form.
	Behaviour string `json:"behaviour,omitempty"`
	// Reason says why a case was skipped or is inconclusive.
	Reason string `json:"reason,omitempty"`
	// Request and Response are the exchange that decided, as text; set where the
	// verdict is neither pass nor skipped.
	Request  string `json:"request,omitempty"`
	Response string `json:"response,omitempty"`
	// Reproduce is a command line that sends the request again.
	Reproduce string `json:"reproduce,omitempty"`

	subject, fault string
}

// Cell is one place of the coverage: how many cases of a section were exercised
// on a subject with a fault, and how many were not.
type Cell struct {
	Requirement string `json:"requirement"`
	Subject     string `json:"subject,omitempty"` // SDE or impression type
	Fault       string `json:"fault,omitempty"`
	Exercised   int    `json:"exercised"`
	Skipped     int    `json:"skipped"`
	// Why is the reason of the first skipped case of a cell without others.
	Why string `json:"why,omitempty"`
}
