package reports

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/preflight"
	"sdegauge/internal/traffic"
	"sdegauge/internal/usage"
)

// lateRun is a run of 2,000 updates at 200 a second, of which late ones left 5 ms
// after their instants.
func lateRun(late uint64) Run {
	run := calmRun(0)
	for i := range uint64(2000) {
		r, j := hit(i, ms(5*float64(i)), ms(3))
		if i < late {
			r.Dequeued += 4 * time.Millisecond
			r.LastByte += 4 * time.Millisecond
		}
		run.Readings.Take(r, j)
	}
	run.Summary.Elapsed = 10 * time.Second
	run.Summary.Stages[0] = traffic.StageSummary{Name: "steady", End: 10 * time.Second, Scheduled: 2000, Sent: 2000}
	run.Summary.Attempts = 2000
	return run
}

func TestLagBudget(t *testing.T) {
	for _, test := range []struct {
		reason string
		late   uint64
		limit  LagLimit
		want   LagBudget
		broken bool
	}{
		{"as many late as the default allows", 20, LagLimit{},
			LagBudget{Share: 0.99, WithinMS: 1, Sends: 2000, Late: 20, Allowed: 20}, false},
		{"one more", 21, LagLimit{},
			LagBudget{Share: 0.99, WithinMS: 1, Sends: 2000, Late: 21, Allowed: 20}, true},
		{"a wider share", 1000, LagLimit{Share: 0.5},
			LagBudget{Share: 0.5, WithinMS: 1, Sends: 2000, Late: 1000, Allowed: 1000}, false},
		{"more time", 2000, LagLimit{Within: 5 * time.Millisecond},
			LagBudget{Share: 0.99, WithinMS: 5, Sends: 2000, Late: 0, Allowed: 20}, false},
		{"less time", 0, LagLimit{Within: 999 * time.Microsecond},
			LagBudget{Share: 0.99, WithinMS: 0.999, Sends: 2000, Late: 2000, Allowed: 20}, true},
		{"every send", 1, LagLimit{Share: 1},
			LagBudget{Share: 1, WithinMS: 1, Sends: 2000, Late: 1, Allowed: 0}, true},
	} {
		t.Run(test.reason, func(t *testing.T) {
			run := lateRun(test.late)
			run.Lag = test.limit
			r := New(run)
			assert.Equal(t, test.want, r.Instrument.LagBudget)
			if !test.broken {
				assert.Equal(t, contract.Pass, r.Verdict, r.Reason)
				return
			}
			assert.Equal(t, contract.Inconclusive, r.Verdict)
			assert.Equal(t, 4, r.ExitCode)
			assert.Contains(t, r.Reason, "of 2,000 sends left more than")
		})
	}
}

// At two sends a second one in a hundred of the interval is 5 ms; and one late
// send of forty proves nothing.
func TestLagBudgetOfFewSends(t *testing.T) {
	lag := newDistribution(fineDigits)
	for range 39 {
		lag.record(5 * time.Millisecond)
	}
	lag.record(6 * time.Millisecond)
	b := LagLimit{}.held(lag, 2)
	assert.Equal(t, LagBudget{Share: 0.99, WithinMS: 5, Sends: 40, Late: 1, Allowed: 1}, b)
	assert.False(t, b.broken())
	assert.True(t, LagLimit{}.held(lag, 200).broken(), "a hundredth of 5 ms is less than the default")
	assert.False(t, LagLimit{}.held(newDistribution(fineDigits), 0).broken(), "nothing was sent, nothing was late")
}

// Each row is a run whose lag budget is broken, with one thing measured.
func TestCauseOfLateSends(t *testing.T) {
	idle := usage.Usage{
		Elapsed: 10 * time.Second, Processors: 2, CPU: 4 * time.Second, GC: 200 * time.Millisecond,
		GCPause: 2 * time.Millisecond, GCPauseLongest: 200 * time.Microsecond, SchedulerP99: 100 * time.Microsecond,
		MachineBusy: 0.3, OpenFiles: 50, OpenFilesLimit: 1000,
	}
	for _, test := range []struct {
		reason string
		change func(r *Run, u *usage.Usage)
		cause  string
		says   string
		advice string
	}{
		{"this process had the processors full", func(_ *Run, u *usage.Usage) { u.CPU = 19 * time.Second },
			"processors", "this program filled 95 % of its 2 processors", "lower the rate"},
		{"and the embedded server was a part of it", func(r *Run, u *usage.Usage) { u.CPU, r.Target.Reference = 19*time.Second, true },
			"processors", "filled 95 %", "measure one on another machine"},
		{"somebody else had them full", func(_ *Run, u *usage.Usage) { u.MachineBusy = 0.97 },
			"other programs", "processors were 97 % busy, and this program filled 20 % of its own", "does nothing else"},
		{"the hypervisor gave them away", func(_ *Run, u *usage.Usage) { u.Stolen = 0.12 },
			"hypervisor", "gave 12 % of the processors' time to other machines", "processors of its own"},
		{"the garbage collector worked much", func(_ *Run, u *usage.Usage) { u.GC = 2 * time.Second },
			"garbage collection", "took 50 % of this program's time", "GOGC"},
		{"the garbage collector stopped long", func(_ *Run, u *usage.Usage) { u.GCPauseLongest = 7 * time.Millisecond },
			"garbage collection", "its longest pause 7.00 ms", "GOGC"},
		{"goroutines waited", func(_ *Run, u *usage.Usage) { u.SchedulerP99 = 3 * time.Millisecond },
			"scheduler", "1 % of this program's goroutines waited 3.00 ms or longer", "more processors"},
		{"nothing of these", func(*Run, *usage.Usage) {},
			"unknown", "nothing that was measured explains it", "limits.lag.within"},
		{"nothing was told", func(_ *Run, u *usage.Usage) {
			*u = usage.Usage{CPU: -1, MachineBusy: -1, Stolen: -1, OpenFiles: -1, OpenFilesLimit: -1}
		}, "unknown", "nothing that was measured explains it", "limits.lag.within"},
		{"the reader was slow", func(r *Run, _ *usage.Usage) {
			r.Summary.SinkTime, r.Summary.SinkLongest = 4*time.Second, 90*time.Millisecond
		}, "reader", "to judge and count a reading took 2.000 ms on average, 90.0 ms at most", "faster disk"},
		{"all places in flight were taken", func(r *Run, _ *usage.Usage) { r.Summary.AtLimit = 30 },
			"in-flight limit", "30 arrivals found the limit of attempts in flight reached", "raise limits.in_flight"},
		{"bodies were not ready", func(r *Run, _ *usage.Usage) { r.Summary.RingDry = 30 },
			"generator", "30 updates had no body ready in time", "smaller bodies"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			run, u := lateRun(30), idle
			run.Usage = &u
			test.change(&run, &u)
			r := New(run)
			assert.Equal(t, contract.Inconclusive, r.Verdict)
			require.Len(t, r.Causes, 1)
			assert.Equal(t, test.cause, r.Causes[0].Cause)
			assert.Contains(t, r.Causes[0].Detail, "1.50 % of 2,000 sends left more than 1 ms late (p99 5.00 ms): ")
			assert.Contains(t, r.Causes[0].Detail, test.says)
			assert.Contains(t, r.Causes[0].Advice, test.advice)
		})
	}
}

// What the process used is no cause while everything left in time.
func TestABusyMachineInTimeIsNoCause(t *testing.T) {
	run := lateRun(0)
	run.Usage = &usage.Usage{Elapsed: time.Second, Processors: 1, CPU: time.Second, MachineBusy: 1, Stolen: 0.5, GCPauseLongest: time.Second}
	r := New(run)
	assert.Equal(t, contract.Pass, r.Verdict, r.Reason)
	assert.Empty(t, r.Causes)
	require.NotNil(t, r.Instrument.Usage)
	assert.Equal(t, 1.0, *r.Instrument.Usage.CPUShare)
	assert.Equal(t, 1000.0, r.Instrument.Usage.GCPauseLongestMS)
}

// Late sends and unsent updates have one cause in common; the breach comes first.
func TestBreachLeadsTheFirstCause(t *testing.T) {
	run := lateRun(30)
	run.Summary.Stages[0].Scheduled, run.Summary.Stages[0].Unsent = 2005, 5
	run.Summary.AtLimit, run.Summary.RingDry = 30, 30
	r := New(run)
	require.Len(t, r.Causes, 2)
	assert.Equal(t, "5 updates of 2,005 scheduled were never sent, and 1.50 % of 2,000 sends left more than 1 ms late (p99 5.00 ms): "+
		"30 arrivals found the limit of attempts in flight reached and went out late", r.Causes[0].Detail)
	assert.Equal(t, "30 updates had no body ready in time", r.Causes[1].Detail)
}

// Where there is no processor everything is late: the sink, the bodies, the
// goroutines. That is told first, and what lies within the program not at all.
func TestFullProcessorsComeFirst(t *testing.T) {
	run := lateRun(30)
	run.Usage = &usage.Usage{
		Elapsed: 10 * time.Second, Processors: 2, CPU: 18 * time.Second, GC: 9 * time.Second,
		GCPauseLongest: time.Second, SchedulerP99: time.Second, MachineBusy: 1,
	}
	run.Summary.SinkTime, run.Summary.RingDry = 4*time.Second, 30
	var names []string
	for _, c := range New(run).Causes {
		names = append(names, c.Cause)
	}
	assert.Equal(t, []string{"processors", "reader", "generator"}, names)
}

func TestResourcesAreToldApart(t *testing.T) {
	for _, test := range []struct {
		reason string
		change func(*Run)
		cause  string
		says   string
	}{
		{"nearly all descriptors were open", func(r *Run) { r.Usage = &usage.Usage{OpenFiles: 1000, OpenFilesLimit: 1024} },
			"descriptors", "1,000 of 1,024 were open"},
		{"few descriptors were open, so it was the ports", func(r *Run) {
			r.Usage, r.Connections = &usage.Usage{OpenFiles: 100, OpenFilesLimit: 1024}, new(uint64(28_000))
		}, "ports", "ran out of local ports: 28,000 connections were opened"},
		{"not measured", func(*Run) {}, "resources", "ports or descriptors"},
		{"not told", func(r *Run) { r.Usage = &usage.Usage{OpenFiles: -1, OpenFilesLimit: -1} }, "resources", "ports or descriptors"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			run := calmRun(2000)
			spoil(&run, 0, contract.FailResources)
			test.change(&run)
			r := New(run)
			require.Len(t, r.Causes, 1)
			assert.Equal(t, test.cause, r.Causes[0].Cause)
			assert.Contains(t, r.Causes[0].Detail, test.says)
		})
	}
}

// engine runs real traffic in virtual time, 200 updates a second, and reports on
// it.
func engine(t *testing.T, limits traffic.Limits, server, sink time.Duration) (r *Report) {
	synctest.Test(t, func(t *testing.T) {
		run := Run{Readings: NewCollector()}
		summary, err := traffic.Run(t.Context(), traffic.Plan{
			Stages: []traffic.Stage{{Arrival: traffic.Constant, Rate: 200, Duration: time.Second}},
			Limits: limits,
			Source: twin{}, Sessions: twin{}, Exchanger: twin{takes: server},
			Sink: taking(func(r *contract.Reading) {
				time.Sleep(sink)
				run.Readings.Take(r, &checks.Judgement{Verdict: contract.Pass, AsExpected: true})
			}),
		})
		require.NoError(t, err)
		run.Summary = summary
		r = New(run)
	})
	return r
}

// twin is all that a run of traffic needs besides a sink: cases without a body,
// one session, and a server that takes a time.
type twin struct{ takes time.Duration }

func (w twin) Exchange(_ context.Context, r *contract.Reading, began time.Time) {
	r.Connected = time.Since(began)
	time.Sleep(w.takes)
	r.FirstByte, r.LastByte, r.Status = time.Since(began), time.Since(began), 200
}

func (twin) Fill(c *contract.Case, seq uint64, _ *contract.Session) { c.Seq, c.Class = seq, "cart" }
func (twin) Session(uint64) *contract.Session                       { return nil }
func (twin) Close()                                                 {}

type taking func(*contract.Reading)

func (take taking) Take(r *contract.Reading) { take(r) }

// TestRealCauses makes the instrument the limit, in two ways.
func TestRealCauses(t *testing.T) {
	fine := engine(t, traffic.Limits{InFlight: 1}, 2*time.Millisecond, 0)
	assert.Equal(t, contract.Pass, fine.Verdict, fine.Reason)
	assert.Equal(t, LagBudget{Share: 0.99, WithinMS: 1, Sends: 200, Allowed: 2}, fine.Instrument.LagBudget)
	assert.Zero(t, *fine.Instrument.SinkMeanMS)

	// There are 5 ms between updates, and one place in flight.
	reader := engine(t, traffic.Limits{InFlight: 1}, 2*time.Millisecond, 9*time.Millisecond)
	assert.Equal(t, 4, reader.ExitCode)
	assert.Equal(t, "reader", reader.Causes[0].Cause)
	assert.Contains(t, reader.Causes[0].Detail, "took 9.000 ms on average, 9.0 ms at most")
	assert.Equal(t, 9.0, *reader.Instrument.SinkMeanMS)

	workers := engine(t, traffic.Limits{InFlight: 1}, 11*time.Millisecond, 0)
	assert.Equal(t, 4, workers.ExitCode)
	require.Len(t, workers.Causes, 1)
	assert.Equal(t, "in-flight limit", workers.Causes[0].Cause)
	assert.EqualValues(t, 199, workers.Instrument.LagBudget.Late, "all but the first")
}

func TestPreflightIsShown(t *testing.T) {
	run := calmRun(2000)
	run.Preflight = []preflight.Warning{{What: "open files", Detail: "10 may be open", Fix: "raise the limit"}}
	r := New(run)
	assert.Equal(t, contract.Pass, r.Verdict, "a warning decides nothing")
	assert.Equal(t, run.Preflight, r.Preflight)
	assert.Equal(t, section{findings: []finding{{
		title: "preflight, open files: 10 may be open", parts: []part{{"change", "raise the limit", plain}},
	}}}, preflightSection(r))
}
