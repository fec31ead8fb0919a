package reports

import (
	"math/rand/v2"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/threshold"
	"sdegauge/internal/traffic"
)

// ms is a time in milliseconds.
func ms(v float64) time.Duration { return time.Duration(v * float64(time.Millisecond)) }

// hit is a reading of a valid update in a measured stage: sent a millisecond
// after its intended start, answered 200 after service.
func hit(seq uint64, intended, service time.Duration) (*contract.Reading, *checks.Judgement) {
	sent := intended + time.Millisecond
	return &contract.Reading{
		Case:    &contract.Case{Seq: seq, Class: "cart", Expect: contract.Expectation{Requirement: "SC-01", Outcome: contract.OK}},
		Attempt: 1, Final: true, Stage: 1, Status: 200, Proto: "HTTP/1.1", First: intended,
		Instants: contract.Instants{Intended: intended, Dequeued: sent, Connected: sent, FirstByte: sent + service, LastByte: sent + service},
	}, &checks.Judgement{Verdict: contract.Pass, AsExpected: true}
}

// sampleRun is a run of everything that a document tells: 400 updates of warm-up
// and 1,600 measured ones, some of them faults, retried, failed, unexpected.
func sampleRun() Run {
	c := NewCollector()
	random := rand.New(rand.NewPCG(7, 7))
	classes := []string{"cart", "example", "personal", "several"}
	faults := []string{"version-missing", "page-null", "json-truncated", "cart-total-missing"}
	for i := range uint64(2000) {
		r, j := hit(i, time.Duration(i)*5*time.Millisecond, ms(4+2*random.ExpFloat64()))
		r.Case.Class = classes[i%4]
		r.WarmUp = i < 400
		if r.WarmUp {
			r.Stage = 0
		}
		switch {
		case i%20 == 7:
			r.Case.Class, r.Case.Fault = "fault", faults[i/20%4]
			r.Case.Expect.Requirement = "V-01"
			r.Status = 400
			if r.Case.Fault == "page-null" && i > 900 {
				r.Status, j.AsExpected, j.Verdict = 200, false, contract.Fail
			}
		case i%400 == 111:
			r.Status, r.Final, j.AsExpected = 503, false, false
			c.Take(r, j)
			again, answered := hit(i, r.LastByte+5*time.Second, ms(9))
			again.Attempt, again.Case, again.WarmUp, again.Stage = 2, r.Case, r.WarmUp, r.Stage
			again.First, again.PriorEnd, again.Pause = r.First, r.LastByte, 5*time.Second
			r, j = again, answered
		case i == 1501:
			r.Status, r.Failure, j.AsExpected, j.Verdict = 0, contract.FailTimeout, false, contract.Skipped
			r.FirstByte, r.LastByte = -1, r.Dequeued+10*time.Second
		}
		c.Take(r, j)
	}
	parse := func(text string) threshold.Threshold {
		t, err := threshold.Parse(text)
		if err != nil {
			panic(err)
		}
		return t
	}
	page := &checks.Example{
		Seed: 42, Seq: 927, Attempt: 1, Class: "fault", Fault: "page-null",
		Expected: "REJ(400;5)", Got: "status 200\x1b[2J", RequestLine: "PUT /api/account/acme_01/app/engagement/visitors/ExY?v=1.0&sid=Qm3",
		RequestBody: `{"pageId":null}`, RequestSize: 15, Status: 200,
		Curl: `curl -X PUT 'http://127.0.0.1:40123/api/account/acme_01/app/engagement/visitors/ExY?v=1.0&sid=Qm3' -H 'Content-Type: application/json' --data-binary '{"pageId":null}'`,
	}
	clock := &checks.Example{
		Seed: 42, Seq: 407, Attempt: 1, Class: "fault", Fault: "version-missing",
		Expected: "time: epoch milliseconds within 5m0s of now", Got: "integer 1469543282471, which is 10 years ago", Status: 400,
		RequestLine: "PUT /api/account/acme_01/app/engagement/visitors/ExY?sid=Qm3", Curl: "curl -X PUT 'http://127.0.0.1:40123/x?sid=Qm3'",
	}
	return Run{
		Tool:     Tool{Name: "sdegauge", Version: "1.2.3", Go: "go1.26.0"},
		Scenario: Scenario{Name: "smoke", Seed: 42, Profile: "spec", Retry: "spec"},
		Target:   Target{URL: "http://127.0.0.1:40123", Reference: true},
		Command:  "sdegauge run smoke --seed 42",
		Readings: c,
		Summary: traffic.Summary{
			Began: time.Date(2026, 7, 1, 12, 0, 0, 123456789, time.UTC), Elapsed: 14*time.Second + 222*time.Millisecond,
			PeakInFlight: 12,
			Stages: []traffic.StageSummary{
				{Name: "warm-up", WarmUp: true, End: 2 * time.Second, Scheduled: 400, Sent: 400},
				{Name: "steady", Start: 2 * time.Second, End: 10 * time.Second, Scheduled: 1600, Sent: 1600},
			},
		},
		Thresholds: []threshold.Threshold{parse("response.p99 < 250ms"), parse("class(personal).service.p99 < 80ms"), parse("checks(U-02) == 0")},
		Checks: []checks.Result{
			{ID: "PG-02", Level: contract.Must, Title: "pageId is null", Verdict: contract.Fail, Judged: 20, Passed: 6, Failed: 14,
				Evidence: checks.Evidence{First: page, Smallest: page}},
			{ID: "U-06", Level: contract.Should, Title: "time is epoch milliseconds near the client's clock", Verdict: contract.Warn, Judged: 66, Passed: 6, Warned: 60,
				Evidence: checks.Evidence{First: clock, Smallest: clock}},
			{ID: "U-02", Level: contract.Must, Title: "an error carries one JSON object with time and internalCode", Verdict: contract.Pass, Judged: 66, Passed: 66},
			{ID: "U-01", Level: contract.Must, Title: "the status is one the contract lists", Verdict: contract.Pass, Judged: 1602, Passed: 1602},
		},
		Unexpected: []checks.Unexpected{
			{Class: "fault", Fault: "page-null", Status: 200, Updates: 14, First: page},
			{Class: "example", Failure: contract.FailTimeout, Updates: 1},
		},
		Sessions: &Sessions{Created: 20},
	}
}
