package contract

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What was not found broken breaks no gate; what could not be found out holds none.
func TestExitCode(t *testing.T) {
	for verdict, want := range map[Verdict]int{
		Pass: ExitPass, Warn: ExitPass, ObservedOnly: ExitPass, Skipped: ExitPass,
		Inconclusive: ExitInconclusive, Fail: ExitFail,
	} {
		assert.Equal(t, want, verdict.ExitCode(), verdict)
	}
}
