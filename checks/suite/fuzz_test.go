package suite

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/checks/expect"
	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/reference/deviations"
)

// fuzzed sends n random updates of each kind to a server that deviates so; nil:
// that keeps the contract.
func fuzzed(t *testing.T, n int, deviate func(*reference.Options)) *Report {
	t.Helper()
	o := reference.Options{Seed: 7}
	if deviate != nil {
		deviate(&o)
	}
	_, url := serve(t, o)
	options := optionsFor(t, url, "strict")
	options.Only, options.Fuzz = []string{"EP-01"}, n
	report, err := Run(t.Context(), options)
	require.NoError(t, err)
	require.NotNil(t, report.Fuzz)
	return report
}

func TestFuzzReferenceKeepsTheContract(t *testing.T) {
	report := fuzzed(t, 120, nil)
	f := report.Fuzz
	assert.Empty(t, f.Failures)
	assert.Zero(t, f.Disputed, f.Dispute)
	assert.Equal(t, contract.Pass, f.Verdict)
	assert.Equal(t, 0, report.ExitCode, report.Reason)
	assert.Equal(t, 3*120, f.Accepted+f.Rejected+f.Unjudged, "each is counted once")
	assert.Greater(t, f.Accepted, 100)
	assert.Greater(t, f.Rejected, 100)
	assert.Greater(t, f.Unjudged, 10)
	assert.GreaterOrEqual(t, f.Sent, uint64(f.Accepted+f.Rejected))
	assert.LessOrEqual(t, f.Sent, report.Requests)
}

// TestFuzzFindsMutants: random updates find what some mutants do wrong, and the
// body is as small as it can be. The seed is fixed, the ids are not.
func TestFuzzFindsMutants(t *testing.T) {
	for _, row := range []struct{ mutant, requirement, shrunk, because string }{
		{"balance-negative-refused", "", `{"pageId":"*","engagementAttributes":[{"type":"ctmrinfo","info":{"balance":-*}}]}`, "accept (SHOULD)"},
		{"cart-total-optional", "SC-03", `{"pageId":"*","engagementAttributes":[{"type":"cart","numItems":0}]}`, "total: missing"},
		{"lead-wrapper-text", "SL-03", `{"pageId":"*","engagementAttributes":[{"type":"lead","lead":""}]}`, "lead: a string"},
		{"attribute-impdisplay", "EA-06", `{"pageId":"*","engagementAttributes":[{"type":"impDisplay"}]}`, "does not belong here"},
	} {
		t.Run(row.mutant, func(t *testing.T) {
			t.Parallel()
			m, ok := deviations.FindMutant(row.mutant)
			require.True(t, ok)
			report := fuzzed(t, 90, m.Options)
			require.NotEmpty(t, report.Fuzz.Failures, "%+v", report.Fuzz)
			require.Equal(t, 1, report.ExitCode, report.Reason)
			found := false
			for _, failure := range report.Fuzz.Failures {
				require.False(t, failure.Unsteady, "%+v", failure)
				if row.requirement == "" || failure.Requirement == row.requirement {
					found = true
					assert.True(t, like(row.shrunk, failure.Shrunk), "%s: %s", failure.Name, failure.Shrunk)
					assert.Contains(t, failure.Because, row.because)
					assert.Contains(t, failure.Request, failure.Shrunk)
					assert.Contains(t, failure.Reproduce, failure.Shrunk)
					assert.Contains(t, failure.Repeat, "--seed 1 --fuzz 90")
					assert.Positive(t, failure.Count)
				}
			}
			assert.True(t, found, "%+v", report.Fuzz.Failures)
		})
	}
}

// like holds a text against a pattern in which each * stands for digits.
func like(pattern, text string) bool {
	for i, piece := range strings.Split(pattern, "*") {
		rest := text
		if i > 0 {
			rest = strings.TrimLeft(text, "0123456789")
		}
		if !strings.HasPrefix(rest, piece) {
			return false
		}
		text = rest[len(piece):]
	}
	return text == ""
}

// TestFuzzIsRepeatable: two runs of one seed against servers that answer alike
// find the same.
func TestFuzzIsRepeatable(t *testing.T) {
	m, _ := deviations.FindMutant("attribute-impdisplay")
	find := func() (all []FuzzFailure) {
		for _, f := range fuzzed(t, 40, m.Options).Fuzz.Failures {
			all = append(all, FuzzFailure{Requirement: f.Requirement, Kind: f.Kind, Name: f.Name, Seq: f.Seq, Count: f.Count, Because: f.Because})
		}
		return all
	}
	first := find()
	require.NotEmpty(t, first)
	assert.Equal(t, first, find())
}

// TestFuzzOfServersThatFail: a failure that does not come again is no more
// than a warning, and one without an answer is a failure.
func TestFuzzOfServersThatFail(t *testing.T) {
	t.Run("once", func(t *testing.T) {
		failed := make(chan bool, 1)
		report := fuzzed(t, 50, func(o *reference.Options) {
			o.Deviation.Answer = func(x *reference.Exchange) {
				if strings.Contains(string(x.Body), `"type":"service"`) && x.Cause == reference.Accepted {
					select {
					case failed <- true:
						x.Refuse(400, contract.CodeInvalidData)
					default:
					}
				}
			}
		})
		require.Len(t, report.Fuzz.Failures, 1)
		assert.True(t, report.Fuzz.Failures[0].Unsteady)
		assert.Equal(t, contract.Warn, report.Fuzz.Verdict)
	})
	t.Run("without an answer", func(t *testing.T) {
		report := fuzzed(t, 50, func(o *reference.Options) {
			o.Deviation.Around = func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.Contains(r.URL.RawQuery, "v=2.0") {
						panic(http.ErrAbortHandler)
					}
					next.ServeHTTP(w, r)
				})
			}
		})
		require.NotEmpty(t, report.Fuzz.Failures)
		for _, f := range report.Fuzz.Failures {
			assert.Contains(t, f.Got, "no complete response")
			assert.True(t, like(`{"pageId":"*"}`, f.Shrunk), f.Shrunk)
		}
		assert.Equal(t, contract.Fail, report.Fuzz.Verdict)
	})
}

// TestFuzzListsAFew: a server that breaks everything fills no report.
func TestFuzzListsAFew(t *testing.T) {
	report := fuzzed(t, 50, func(o *reference.Options) {
		o.Deviation.Answer = func(x *reference.Exchange) {
			if len(x.Body) > 60 { // the smallest update is let through
				x.Refuse(500, contract.CodeInvalidData)
			}
		}
	})
	f := report.Fuzz
	require.Len(t, f.Failures, fuzzFailures)
	assert.Positive(t, f.Unlisted)
	sum := f.Unlisted
	for _, failure := range f.Failures {
		sum += failure.Count
	}
	assert.Equal(t, f.Failed, sum)
}

func TestFuzzStopsWithItsContext(t *testing.T) {
	_, url := serve(t, reference.Options{})
	options := optionsFor(t, url, "spec")
	r, first, err := newRunner(t.Context(), options)
	require.NoError(t, err)
	defer first.close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := r.fuzz(ctx, first, 1000)
	assert.Zero(t, f.Sent)
	assert.Zero(t, f.Failed)
}

// TestFuzzWaived: a failure on a requirement that somebody answers for warns.
func TestFuzzWaived(t *testing.T) {
	report := &Report{
		Requirements: []Requirement{{ID: "SC-03", Verdict: contract.Warn, Waived: "known"}},
		Fuzz:         &FuzzResult{Failed: 1, Failures: []FuzzFailure{{Requirement: "SC-03", Verdict: contract.Fail}}},
	}
	report.settle()
	assert.Equal(t, contract.Warn, report.Verdict)
	report.Fuzz.Failures[0].Requirement = "SC-04"
	report.settle()
	assert.Equal(t, contract.Fail, report.Verdict)
	assert.Contains(t, report.Reason, "1 of 1 random updates failed")
}

// sameRefusal are rows between which a reason cannot tell, for they differ in how
// much of the JSON is broken, or in what stands in the place of a list.
var sameRefusal = map[string]string{"B-03": "B-07", "B-04": "B-07", "B-02": "PG-02", "B-06": "B-05", "EA-09": "EA-06", "EA-24": "SC-06"}

// TestRefusalRows: the reason why a fault's body has to be refused leads back to
// the fault's own requirement.
func TestRefusalRows(t *testing.T) {
	g := generators.New(5, generators.Options{})
	s := contract.ExampleSession()
	strict, _ := contract.LookupProfile("strict")
	tried := 0
	for _, f := range bindingFaults(64 << 10) {
		var c contract.Case
		if g.Fault(&c, &f.Fault, f.variant, 1, s, nil) != nil || c.Target != s.Target {
			continue
		}
		opinion, err := expect.Derive(expect.Of(&c), expect.Known{Session: s}, strict)
		require.NoError(t, err)
		want := f.Requirement
		if other := sameRefusal[want]; other != "" {
			want = other
		}
		tried++
		assert.Equal(t, want, refusalRow(opinion.Because, c.Body), "%s %s: %v", f.Name, f.Variants[f.variant].Name, opinion)
	}
	assert.Greater(t, tried, 80)
}

// TestEveryRefusalHasARow: of mutated bodies that are read at all, none is refused
// for a reason without a row, and the row's level is that of the reason.
func TestEveryRefusalHasARow(t *testing.T) {
	g := generators.New(5, generators.Options{})
	s := contract.ExampleSession()
	strict, _ := contract.LookupProfile("strict")
	refused := 0
	for seq := range uint64(400) {
		var c contract.Case
		classes := generators.Classes()
		require.NoError(t, g.Valid(&c, classes[seq%uint64(len(classes))], generators.Full, generators.Small, seq, s))
		c.Body = expect.Mutate(c.Body, rand.New(rand.NewPCG(seq, 2)))
		opinion, err := expect.Derive(expect.Of(&c), expect.Known{Session: s}, strict)
		require.NoError(t, err)
		if opinion.Class != expect.Refuse {
			continue
		}
		refused++
		row := refusalRow(opinion.Because, c.Body)
		r, ok := contract.LookupRequirement(row)
		if assert.True(t, ok, "%v: %s", opinion, c.Body) {
			assert.Equal(t, r.Level, opinion.Level, "%s: %v", row, opinion)
		}
	}
	assert.Greater(t, refused, 80)
}
