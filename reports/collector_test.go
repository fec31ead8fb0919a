package reports

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// A small run, counted by hand:
//
//	seq 0  warm-up   200
//	seq 1  cart      200 at once, service 10 ms
//	seq 2  cart      503, then 200 five seconds after it: service 20 and 30 ms
//	seq 3  lead      503, 503: gives up
//	seq 4  fault     400 as expected
//	seq 5  lead      time-out after 10 s
//	seq 6  lead      connection refused
//	seq 7  lead      cut by the interrupt
//	seq 8  cart      503, and the retry was still due at the end
//	and one that was never sent
func TestCollectorByHand(t *testing.T) {
	c := NewCollector()
	before := map[uint64]*contract.Reading{}
	take := func(seq uint64, class string, attempt int, final bool, status int, failure contract.Failure, intended, service time.Duration) {
		r, j := hit(seq, intended, service)
		r.Case.Class, r.Attempt, r.Final, r.Status, r.Failure = class, attempt, final, status, failure
		if class == "fault" {
			r.Case.Fault, r.Case.Expect.Requirement = "page-null", "PG-02"
		}
		r.WarmUp, r.Stage = seq == 0, min(1, int(seq))
		j.AsExpected = status == 200 || status == 400
		if attempt > 1 {
			r.First, r.PriorEnd, r.Pause = before[seq].First, before[seq].LastByte, 5*time.Second
		}
		before[seq] = r
		c.Take(r, j)
	}
	take(0, "cart", 1, true, 200, 0, 0, ms(5))
	take(1, "cart", 1, true, 200, 0, ms(1000), ms(10))
	take(2, "cart", 1, false, 503, 0, ms(1100), ms(20))
	take(2, "cart", 2, true, 200, 0, ms(6121), ms(30))
	take(3, "lead", 1, false, 503, 0, ms(1200), ms(40))
	take(3, "lead", 2, true, 503, 0, ms(6241), ms(40))
	take(4, "fault", 1, true, 400, 0, ms(1300), ms(7))
	take(5, "lead", 1, true, 0, contract.FailTimeout, ms(1400), 10*time.Second)
	take(6, "lead", 1, true, 0, contract.FailRefused, ms(1500), ms(0.1))
	take(7, "lead", 1, true, 0, contract.FailInterrupted, ms(1600), ms(50))
	take(8, "cart", 1, false, 503, 0, ms(1700), ms(20))

	r := New(Run{Readings: c, Wrote: new(uint64(10)), Summary: traffic.Summary{
		Elapsed: 12 * time.Second, Interrupted: true,
		Stages: []traffic.StageSummary{
			{Name: "warm-up", WarmUp: true, End: time.Second, Scheduled: 1, Sent: 1},
			{Name: "steady", Start: time.Second, End: 3 * time.Second, Scheduled: 9, Sent: 8, Unsent: 1},
		},
	}})

	assert.Equal(t, Totals{
		Scheduled: 10, Updates: 8, Attempts: 11, Unsent: 1, Unfinished: 1,
		AsExpected: 4, Unexpected: 4, NetworkErrors: 3,
	}, r.Totals)
	assert.Equal(t, map[int]uint64{200: 3, 400: 1, 503: 4}, r.Statuses)
	assert.Equal(t, map[string]uint64{"timeout": 1, "refused": 1, "interrupted": 1}, r.Failures)
	assert.Equal(t, WarmUp{
		Totals:   Totals{Scheduled: 1, Updates: 1, Attempts: 1, AsExpected: 1},
		Statuses: map[int]uint64{200: 1},
	}, r.WarmUp)
	assert.Equal(t, Rate{ScheduledPerS: 4.5, SentPerS: 4}, r.Rate, "9 and 8 in two seconds")

	assert.EqualValues(t, 8, r.Latency.Service.Count, "seven answers and the time-out; no warm-up, nothing refused or cut")
	assert.InDelta(t, (10+20+30+40+40+7+10_000+20)/8.0, *r.Latency.Service.MeanMS, 1e-9)
	assert.InDelta(t, *r.Latency.Service.MeanMS+1, *r.Latency.Response.MeanMS, 1e-9, "each was sent a millisecond late")
	assert.Equal(t, 10_000.0, *r.Latency.Service.MaxMS)
	assert.EqualValues(t, 10, r.Latency.Lag.Count, "lag of every measured attempt")
	assert.Nil(t, r.Latency.Response.P50MS, "8 readings have no median to speak of")

	assert.Equal(t, []uint64{2, 1}, r.Retries.SucceededAt, "seq 1 and 4 at once, seq 2 at the second attempt")
	assert.EqualValues(t, 1, r.Retries.GaveUp)
	assert.InDelta(t, 10/8.0, *r.Retries.Amplification, 1e-9)
	assert.InDelta(t, 6121+1+30-1100, *r.Retries.TimeToSuccess.MaxMS, 1e-9, "seq 2, from its first intended start")
	assert.EqualValues(t, 3, r.Retries.TimeToSuccess.Count, "seq 1, 2 and 4; warm-up is not measured")
	assert.Equal(t, []Pause{{BeforeAttempt: 2, Count: 2, AskedShortestS: 5, AskedLongestS: 5,
		ShortestS: 5.001, LongestS: 5.001, ExcessLeastMS: 1, ExcessMostMS: 1}}, r.Retries.Pauses, "each sent a millisecond late")
	assert.Zero(t, r.Retries.ClientErrorsRetried)
	assert.EqualValues(t, 11, r.Retries.AttemptsAsked, "warm-up is on the wire as well")
	assert.EqualValues(t, 10, *r.Retries.AttemptsWrote)
	assert.EqualValues(t, 1, r.Instrument.OwnFailures)

	require.Len(t, r.Classes, 3)
	assert.Equal(t, "cart", r.Classes[0].Name)
	assert.EqualValues(t, 2, r.Classes[0].Updates)
	assert.EqualValues(t, 4, r.Classes[0].Attempts)
	assert.Equal(t, map[int]uint64{200: 2, 503: 2}, r.Classes[0].Statuses)
	assert.Equal(t, []Fault{{Name: "page-null", Requirement: "PG-02", Updates: 1, AsExpected: 1, Statuses: map[int]uint64{400: 1}}}, r.Faults)
	assert.Nil(t, r.Stages[0].Latency, "warm-up is not measured")
	assert.EqualValues(t, 10, r.Stages[1].Attempts)
	assert.EqualValues(t, 3, r.Outcomes[0].Latency.Service.Count, "seq 1, 2 and 4")

	require.Len(t, r.Series, 7, "seconds 0 to 6, the empty ones as well")
	assert.EqualValues(t, 1, r.Series[0].WarmUp)
	assert.EqualValues(t, 8, r.Series[1].Due)
	assert.Equal(t, 10_000.0, *r.Series[1].Latency.Service.MaxMS, "filed where it was due, not where it ended")
	assert.EqualValues(t, 8, r.Series[1].UpdatesSent)
	assert.Equal(t, 1.0, *r.Series[1].Amplification)
	assert.Nil(t, r.Series[6].Amplification, "two retries, and no update to hold them against")
	assert.EqualValues(t, 0, r.Series[3].Due)
	assert.EqualValues(t, 2, r.Series[6].Updates)
	assert.EqualValues(t, 1, r.Series[6].AsExpected)
}

// taken is a drawn reading with its judgement.
type taken struct {
	r contract.Reading
	j checks.Judgement
}

// drawUpdates draws updates whole: attempts in order, the last one final.
func drawUpdates(t *rapid.T) (updates [][]taken) {
	const pause = time.Second // the shorter, the fewer seconds there are to report
	for seq := range rapid.IntRange(0, 12).Draw(t, "updates") {
		var attempts []taken
		class := rapid.SampledFrom([]string{"cart", "lead", "fault"}).Draw(t, "class")
		stage := rapid.IntRange(0, 2).Draw(t, "stage")
		due := time.Duration(rapid.IntRange(0, 3000).Draw(t, "due")) * time.Millisecond
		n, first := rapid.IntRange(1, 4).Draw(t, "attempts"), due
		for i := range n {
			r, j := hit(uint64(seq), due, ms(rapid.Float64Range(0, 900).Draw(t, "service")))
			r.Case.Class, r.Stage, r.WarmUp = class, stage, stage == 0
			if class == "fault" {
				r.Case.Fault = rapid.SampledFrom([]string{"page-null", "sid-missing"}).Draw(t, "fault")
			}
			r.Attempt, r.Final = i+1, i+1 == n
			r.Failure = contract.Failure(max(0, rapid.IntRange(-20, int(contract.FailOther)).Draw(t, "failure")))
			r.Status = rapid.SampledFrom([]int{200, 400, 500, 503}).Draw(t, "status")
			j.AsExpected = r.Failure == contract.NoFailure && r.Status < 500
			attempts = append(attempts, taken{*r, *j})
			r.First = first
			if i > 0 {
				r.PriorEnd, r.Pause = due-pause, pause
			}
			due = r.LastByte + pause
		}
		updates = append(updates, attempts)
	}
	return updates
}

// Whatever comes, the sums agree with one another and with a count of the
// readings, and the order of updates changes nothing.
func TestSumsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		updates := drawUpdates(t)
		report := func(shuffle uint64) *Report {
			order := rand.New(rand.NewPCG(shuffle, 0)).Perm(len(updates))
			c := NewCollector()
			stages := []traffic.StageSummary{{Name: "a", WarmUp: true, End: time.Second}, {Name: "b", Start: time.Second, End: 2 * time.Second}, {Name: "c", Start: 2 * time.Second, End: 6 * time.Second}}
			for _, i := range order {
				for _, one := range updates[i] {
					c.Take(&one.r, &one.j)
				}
				s := &stages[updates[i][0].r.Stage]
				s.Scheduled, s.Sent = s.Scheduled+1, s.Sent+1
			}
			return New(Run{Readings: c, Summary: traffic.Summary{Stages: stages, Elapsed: 6 * time.Second}})
		}
		r := report(1)
		if other := report(2); !assert.ObjectsAreEqual(r, other) {
			t.Fatal("the order of updates changed the report")
		}
		attempts := uint64(0)
		for _, u := range updates {
			attempts += uint64(len(u))
		}
		equal := func(what string, want, got uint64) {
			if want != got {
				t.Fatalf("%s: want %d, got %d", what, want, got)
			}
		}
		equal("updates", uint64(len(updates)), r.Totals.Updates)
		equal("attempts", attempts, r.Totals.Attempts)
		equal("outcomes of updates", r.Totals.Updates, r.Totals.AsExpected+r.Totals.Unexpected)
		equal("scheduled", r.Totals.Scheduled, r.Totals.Updates+r.Totals.Unsent+r.Totals.Unfinished)
		equal("ends of attempts", r.Totals.Attempts, total(r.Statuses)+r.Totals.NetworkErrors)
		equal("failures", r.Totals.NetworkErrors, total(r.Failures))
		var classes, faults, faultClass, stages, due, sent, retries, pauses uint64
		for _, c := range r.Classes {
			classes += c.Updates
			if c.Name == "fault" {
				faultClass = c.Updates
			}
		}
		for _, f := range r.Faults {
			faults += f.Updates
		}
		for _, s := range r.Stages {
			stages += s.Attempts
		}
		for _, v := range r.Series {
			due, sent = due+v.Due, sent+v.Sent
		}
		for _, n := range r.Retries.SucceededAt {
			retries += n
		}
		for _, p := range r.Retries.Pauses {
			pauses += p.Count
		}
		equal("classes", r.Totals.Updates-r.WarmUp.Updates, classes)
		equal("faults", faultClass, faults)
		equal("stages", r.Totals.Attempts, stages)
		equal("series, due", r.Totals.Attempts, due)
		equal("series, sent", r.Totals.Attempts, sent)
		equal("successes by attempt", r.Totals.AsExpected-r.WarmUp.AsExpected, retries)
		equal("retries", r.Totals.Attempts-r.WarmUp.Attempts-(r.Totals.Updates-r.WarmUp.Updates), pauses)
		equal("outcomes of attempts", r.Latency.Service.Count, r.Outcomes[0].Latency.Service.Count+r.Outcomes[1].Latency.Service.Count)
	})
}

func total[K comparable](m map[K]uint64) (n uint64) {
	for _, k := range m {
		n += k
	}
	return n
}

func TestCollectorIsConcurrent(t *testing.T) {
	const workers, each = 8, 500
	c := NewCollector()
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := range each {
				c.Take(hit(uint64(w*each+i), ms(float64(i)), ms(2)))
			}
		})
	}
	group.Wait()
	r := New(Run{Readings: c})
	assert.EqualValues(t, workers*each, r.Totals.Updates)
	assert.EqualValues(t, workers*each, r.Latency.Response.Count)
}

// A collector keeps nothing of what it is handed: cases are reused.
func TestCollectorCopiesNames(t *testing.T) {
	c := NewCollector()
	r, j := hit(0, 0, ms(1))
	r.Case.Class = "cart"
	c.Take(r, j)
	r.Case.Reset()
	r.Case.Class = "lead"
	c.Take(r, j)
	report := New(Run{Readings: c})
	require.Len(t, report.Classes, 2)
	assert.Equal(t, "cart", report.Classes[0].Name)
}

// A long run takes no more intervals than a short one, and loses no reading.
func TestSeriesDoubles(t *testing.T) {
	c := NewCollector()
	const day = 24 * 3600
	for s := range day {
		if s%500 == 0 {
			c.Take(hit(uint64(s), time.Duration(s)*time.Second, ms(float64(s)/100)))
		}
	}
	r := New(Run{Readings: c})
	assert.LessOrEqual(t, len(r.Series), seriesLongest)
	assert.Equal(t, 64.0, r.Series[0].WidthS, "86,400 s in at most 2,048 intervals")
	var due, timed uint64
	for i, v := range r.Series {
		assert.Equal(t, 64.0*float64(i), v.StartS)
		due += v.Due
		timed += v.Latency.Service.Count
	}
	assert.EqualValues(t, (day+499)/500, due)
	assert.Equal(t, due, timed)
	assert.Equal(t, 15.0, *r.Series[23].Latency.Service.MaxMS, "second 1,500 is in the interval from 1,472 on")
}

func TestRateOfLateRun(t *testing.T) {
	c := NewCollector()
	late, j := hit(0, 0, ms(1))
	late.Dequeued = 15 * time.Second
	c.Take(late, j)
	r := New(Run{Readings: c, Summary: traffic.Summary{Stages: []traffic.StageSummary{
		{End: 10 * time.Second, Scheduled: 1000, Sent: 1000},
	}}})
	assert.Equal(t, 100.0, r.Rate.ScheduledPerS)
	assert.InDelta(t, 1000/15.0, r.Rate.SentPerS, 1e-9, "all were sent, and it took 15 s")
	assert.Equal(t, Rate{}, New(Run{Readings: NewCollector()}).Rate, "no stage, no division by zero")
}
