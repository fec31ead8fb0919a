package reports

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// A server that breaks much gives many findings; the documents tell the most
// important ones whole and name the others.
func TestChecksSectionTellsTheMostImportant(t *testing.T) {
	r := &Report{Checks: []Check{{ID: "U-05", Level: contract.Must, Verdict: contract.Pass, Judged: 9}}}
	for i := range 7 {
		r.Checks = append(r.Checks, Check{
			ID: fmt.Sprintf("SC-%02d", i), Level: contract.Should, Verdict: contract.Warn, Judged: 9, Warned: uint64(i),
		})
	}
	r.Checks = append(r.Checks,
		Check{ID: "V-02", Level: contract.Must, Verdict: contract.Warn, Judged: 9, Warned: 1},
		Check{ID: "V-07", Level: contract.Should, Verdict: contract.Fail, Judged: 9, Failed: 1},
	)

	s := checksSection(r)
	require.Len(t, s.findings, checksShown)
	for i, id := range []string{"V-07", "V-02", "SC-06", "SC-05", "SC-04"} {
		assert.Contains(t, s.findings[i].title, "check "+id+":", "by verdict, by level, by number")
	}
	assert.Equal(t, []string{
		"4 more checks with a finding, told in report.json: SC-03, SC-02, SC-01, SC-00",
		"1 check without a finding",
	}, s.notes)
}
