package contract

// The exit codes, the same for every command and in every document.
const (
	ExitPass         = 0   // every gate held
	ExitFail         = 1   // a gate failed: a threshold, a requirement, a regression
	ExitUsage        = 2   // usage, or a scenario that is not valid; nothing was sent
	ExitSetup        = 3   // the target could not be reached or set up
	ExitInconclusive = 4   // the instrument, not the server, was the limit, or the sample is too small
	ExitInterrupted  = 130 // interrupted; the partial report was written and says so
)

// ExitCode is the exit code of a command that came to a verdict. What was merely
// observed breaks no gate.
func (v Verdict) ExitCode() int {
	switch v {
	case Fail:
		return ExitFail
	case Inconclusive:
		return ExitInconclusive
	}
	return ExitPass
}
