package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// Fingerprint is the same for two scenarios that ask for the same load: the same
// sessions, stages, mix, retries, readings of the specification and limits. The
// target, the reference server's switches, the seed and the thresholds are left
// out, for a comparison is to see what they do.
func (s *Scenario) Fingerprint() string {
	load := New()
	load.Sessions, load.Stages, load.Mix = s.Sessions, s.Stages, s.Mix
	load.Retry, load.Checks, load.Limits = s.Retry, s.Checks, s.Limits
	text, err := load.YAML()
	if err != nil { // as [Scenario.YAML] would say
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// Closed reports whether in a measured stage answers, and no schedule, set the
// pace.
func (s *Scenario) Closed() bool {
	return slices.ContainsFunc(s.Stages, func(st Stage) bool { return st.Arrival == "closed" && !st.WarmUp })
}
