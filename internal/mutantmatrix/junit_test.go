package mutantmatrix

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
	"sdegauge/reports/conformance"
)

// TestJUnitOfABrokenServer reads the document of a run against a broken server
// token by token and counts what is there: against what its heads claim, and
// against the report.
func TestJUnitOfABrokenServer(t *testing.T) {
	trial := trialOf(t, "no-envelope-on-404", Outcome{})
	report, err := ask(t.Context(), trial.Subject, "strict", binding())
	require.NoError(t, err)
	require.Equal(t, 1, report.ExitCode)
	var b bytes.Buffer
	require.NoError(t, conformance.WriteJUnit(&b, report))

	claimed, counted := counts{}, counts{}
	d := xml.NewDecoder(&b)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "testsuites":
			assert.Equal(t, counts{}, claimed, "one head for it all")
			claimed = countsOf(t, start)
		case "testcase":
			counted.tests++
		case "failure":
			counted.failures++
		case "error":
			counted.errors++
		case "skipped":
			counted.skipped++
		}
	}
	assert.Equal(t, claimed, counted, "what the head claims is there")
	assert.Equal(t, expected(report), counted, "what the report has is there")
	assert.Greater(t, counted.failures, 4)
}

type counts struct{ tests, failures, errors, skipped int }

// expected are the counts that a report leads to, each case a test.
func expected(report *suite.Report) counts {
	var c counts
	count := func(v contract.Verdict) {
		c.tests++
		switch v {
		case contract.Fail:
			c.failures++
		case contract.Inconclusive:
			c.errors++
		case contract.Skipped, contract.ObservedOnly:
			c.skipped++
		}
	}
	for _, q := range report.Requirements {
		for _, x := range q.Cases {
			count(x.Verdict)
		}
		if len(q.Cases) == 0 {
			count(q.Verdict)
		}
	}
	return c
}

func countsOf(t *testing.T, head xml.StartElement) counts {
	t.Helper()
	at := make(map[string]int)
	for _, a := range head.Attr {
		if n, err := strconv.Atoi(a.Value); err == nil {
			at[a.Name.Local] = n
		}
	}
	for _, name := range []string{"tests", "failures", "errors", "skipped"} {
		require.Contains(t, at, name)
	}
	return counts{at["tests"], at["failures"], at["errors"], at["skipped"]}
}
