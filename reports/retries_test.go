package reports

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// retriedRun is a run of ten updates, one each second, counted by hand. Each is
// answered at once; seq 4 to 6 meet an outage:
//
//	seq 4   503 at 4 s, 503 at 9.01 s, 200 at 19.03 s
//	seq 5   503 at 5 s, 200 at 10 s
//	seq 6   503 at 6 s, 503 at 11 s, 503 at 21 s: gives up
func retriedRun(change func(r *contract.Reading, j *checks.Judgement)) Run {
	c := NewCollector()
	policy, _ := contract.LookupRetryPolicy("spec")
	policy.Pauses = policy.Pauses[:2]
	take := func(seq uint64, attempt int, sent, prior time.Duration, status int, final bool) {
		r := &contract.Reading{
			Case: &contract.Case{Seq: seq, Class: "cart"}, Attempt: attempt, Final: final, Status: status,
			Instants: contract.Instants{Intended: sent, Dequeued: sent, Connected: sent, FirstByte: sent, LastByte: sent},
			First:    time.Duration(seq) * time.Second,
		}
		if attempt > 1 {
			r.PriorEnd, r.Pause = prior, policy.Pauses[attempt-2]
		}
		j := &checks.Judgement{Verdict: contract.Pass, AsExpected: status == 200}
		if change != nil {
			change(r, j)
		}
		c.Take(r, j)
	}
	for seq := range uint64(10) {
		at := time.Duration(seq) * time.Second
		if seq < 4 || seq > 6 {
			take(seq, 1, at, 0, 200, true)
			continue
		}
		take(seq, 1, at, 0, 503, false)
	}
	take(4, 2, ms(9010), ms(4000), 503, false)
	take(5, 2, ms(10000), ms(5000), 200, true)
	take(6, 2, ms(11000), ms(6000), 503, false)
	take(4, 3, ms(19030), ms(9010), 200, true)
	take(6, 3, ms(21000), ms(11000), 503, true)
	return Run{
		Scenario: Scenario{Name: "retried", Seed: 1, Retry: "spec"}, Target: Target{URL: "http://127.0.0.1:8080"},
		Readings: c, Retry: policy, Wrote: new(uint64(15)),
		Summary: traffic.Summary{Elapsed: 21 * time.Second, Stages: []traffic.StageSummary{
			{Name: "steady", End: 10 * time.Second, Scheduled: 10, Sent: 10},
		}},
	}
}

func TestRetriesByHand(t *testing.T) {
	report := New(retriedRun(nil))
	r := report.Retries
	assert.Equal(t, Policy{Name: "spec", PausesS: []float64{5, 10}, Also: []int{}}, r.Policy)
	assert.Equal(t, []uint64{7, 1, 1}, r.SucceededAt)
	assert.EqualValues(t, 1, r.GaveUp)
	assert.Equal(t, 1.5, *r.Amplification, "15 attempts for 10 updates")
	assert.Equal(t, &Amplification{StartS: 9, WidthS: 1, Attempts: 2, Updates: 1, Ratio: 2}, r.AmplificationPeak)
	assert.Equal(t, []Pause{
		{BeforeAttempt: 2, Count: 3, AskedShortestS: 5, AskedLongestS: 5, ShortestS: 5, LongestS: 5.01, ExcessLeastMS: 0, ExcessMostMS: 10},
		{BeforeAttempt: 3, Count: 2, AskedShortestS: 10, AskedLongestS: 10, ShortestS: 10, LongestS: 10.02, ExcessLeastMS: 0, ExcessMostMS: 20},
	}, r.Pauses)
	assert.Equal(t, 15_030.0, *r.TimeToSuccess.MaxMS, "seq 4, from 4 s to 19.03 s")
	assert.EqualValues(t, 9, r.TimeToSuccess.Count)
	assert.Zero(t, r.ClientErrorsRetried)
	assert.Equal(t, r.AttemptsAsked, *r.AttemptsWrote)
	assert.Empty(t, report.Causes)
	table := terminal{width: widest}
	table.section(retriesSection(report))
	require.NoError(t, table.err)
	golden(t, "retries.txt", table.out.Bytes())
}

func TestNoRetriesNoSection(t *testing.T) {
	var table bytes.Buffer
	require.NoError(t, WriteTable(&table, New(calmRun(20)), TableOptions{}))
	assert.NotContains(t, table.String(), "retries")
	assert.NotContains(t, table.String(), "amplification")
}

// What must never be is a reason to doubt the instrument.
func TestRetryDefects(t *testing.T) {
	tests := []struct {
		reason string
		run    func() Run
		want   string
	}{
		{"more written than asked for", func() Run {
			run := retriedRun(nil)
			run.Wrote = new(uint64(16))
			return run
		}, "the transport wrote 16 requests, and 15 were asked for"},
		{"less written: two had no connection", func() Run {
			run := retriedRun(nil)
			run.Wrote = new(uint64(13))
			return run
		}, ""},
		{"a transport that does not count", func() Run {
			run := retriedRun(nil)
			run.Wrote = nil
			return run
		}, ""},
		{"a 4xx retried (S:L115)", func() Run {
			return retriedRun(func(r *contract.Reading, _ *checks.Judgement) {
				if r.Case.Seq == 5 && r.Attempt == 1 {
					r.Status = 429
				}
			})
		}, "1 answer of status 4xx retried, and the policy names none"},
		{"a 4xx retried as asked (X22)", func() Run {
			run := retriedRun(func(r *contract.Reading, _ *checks.Judgement) {
				if r.Case.Seq == 5 && r.Attempt == 1 {
					r.Status = 429
				}
			})
			run.Retry.Also = []int{429}
			return run
		}, ""},
		{"a pause too short", func() Run {
			return retriedRun(func(r *contract.Reading, _ *checks.Judgement) {
				if r.Attempt == 3 {
					r.Dequeued -= 25 * time.Millisecond
				}
			})
		}, "a pause before attempt 3 was 25.000 ms shorter than the policy has it"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			r := New(tt.run())
			if tt.want == "" {
				assert.Empty(t, r.Causes)
				return
			}
			require.Len(t, r.Causes, 1)
			assert.Equal(t, "retries", r.Causes[0].Cause)
			assert.Equal(t, tt.want, r.Causes[0].Detail)
			assert.NotEqual(t, contract.Pass, r.Verdict)
		})
	}
}

// A 4xx that is retried as the scenario has it is told beside the rule it breaks.
func TestRetriedClientErrorsAreTold(t *testing.T) {
	run := retriedRun(func(r *contract.Reading, _ *checks.Judgement) {
		if !r.Final {
			r.Status = 429
		}
	})
	run.Retry.Also = []int{429}
	r := New(run)
	assert.EqualValues(t, 5, r.Retries.ClientErrorsRetried)
	var table bytes.Buffer
	require.NoError(t, WriteTable(&table, r, TableOptions{}))
	assert.Contains(t, table.String(), "5 answers of status 4xx retried, as the scenario has it and against the specification (S:L115)")
}
