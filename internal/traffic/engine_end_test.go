package traffic

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

func TestDrainBound(t *testing.T) {
	t.Run("retries", func(t *testing.T) {
		s, entries := drive(t, Plan{
			Stages: stages(Stage{Arrival: Constant, Rate: 1, Duration: 2 * time.Second}),
			Limits: Limits{Drain: 4 * time.Second}, Retry: policy(t, "spec"),
			Exchanger: server(func(seq uint64, _ int, _ time.Duration) (time.Duration, int) {
				return time.Duration(seq+1) * 100 * ms, 500
			}),
		})
		// The drain ends at 6 s. Update 0 is retried at 5.1 s and would be again
		// at 15.2 s; update 1 would be at 6.2 s. Both learn it from their last
		// answer, which is final then.
		assert.Len(t, entries, 3)
		assert.EqualValues(t, 2, s.RetriesDropped)
		assert.Zero(t, s.Unfinished)
		assert.Equal(t, 5200*ms, s.Elapsed, "nothing left is due before the end")
	})
	t.Run("a retry that waited already", func(t *testing.T) {
		s, entries := drive(t, Plan{
			Stages: stages(Stage{Arrival: Constant, Rate: 1, Duration: 2 * time.Second}),
			Limits: Limits{Drain: time.Second}, Retry: policy(t, "spec"), Exchanger: always(0, 500),
		})
		assert.Len(t, entries, 2)
		assert.EqualValues(t, 2, s.RetriesDropped)
		assert.EqualValues(t, 1, s.Unfinished)
		assert.Equal(t, time.Second, s.Elapsed)
	})
	t.Run("an answer", func(t *testing.T) {
		s, entries := drive(t, Plan{
			Stages: stages(Stage{Arrival: Constant, Rate: 1, Duration: time.Second}),
			Limits: Limits{Drain: 4 * time.Second}, Retry: policy(t, "impatient"), Exchanger: always(time.Hour, 200),
		})
		require.Len(t, entries, 1)
		assert.Equal(t, contract.FailInterrupted, entries[0].failure)
		assert.True(t, entries[0].final)
		assert.Equal(t, 5*time.Second, s.Elapsed)
		assert.False(t, s.Interrupted)
		assert.Zero(t, s.RetriesDropped, "no policy asks to repeat what was cut off")
	})
}

func TestInterrupt(t *testing.T) {
	tests := []struct {
		reason     string
		stage      Stage
		server     server
		at         time.Duration
		elapsed    time.Duration
		scheduled  uint64
		cut        int
		unfinished uint64
	}{
		{"while waiting for the next instant",
			Stage{Arrival: Constant, Rate: 0.1, Duration: time.Hour}, always(ms, 200),
			12345 * ms, 12345 * ms, 2, 0, 0},
		{"answers on their way come in",
			Stage{Arrival: Constant, Rate: 10, Duration: time.Hour}, always(150*ms, 200),
			1050 * ms, 1150 * ms, 11, 0, 0},
		{"others are cut off after a tenth of a second",
			Stage{Arrival: Constant, Rate: 10, Duration: time.Hour}, always(time.Minute, 200),
			1050 * ms, 1150 * ms, 11, 11, 0},
		{"in the pauses of retries",
			Stage{Arrival: Burst, Count: 3, Period: time.Hour, Duration: time.Hour}, always(ms, 500),
			3 * time.Second, 3 * time.Second, 3, 0, 3},
		{"at the limit",
			Stage{Arrival: Burst, Count: 100, Period: time.Hour, Duration: time.Hour}, always(time.Minute, 200),
			time.Second, 1100 * ms, 100, 20, 0},
		{"with every worker of a closed stage busy",
			Stage{Arrival: Closed, Workers: 5, Duration: time.Hour}, always(time.Minute, 200),
			time.Second, 1100 * ms, 5, 5, 0},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			book := &notebook{}
			p := withParts(Plan{Stages: stages(tt.stage), Exchanger: tt.server, Sink: book, Retry: policy(t, "spec"), Limits: Limits{InFlight: 20}})
			var s Summary
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tt.at)
				defer cancel()
				var err error
				s, err = Run(ctx, p)
				require.NoError(t, err)
			})
			cut := 0
			for _, e := range book.inOrder(t, p, s) {
				if e.failure == contract.FailInterrupted {
					cut++
				}
			}
			assert.True(t, s.Interrupted)
			assert.Equal(t, tt.elapsed, s.Elapsed)
			assert.Equal(t, tt.scheduled, s.Stages[0].Scheduled)
			assert.Equal(t, tt.cut, cut)
			assert.Equal(t, tt.unfinished, s.Unfinished)
			assert.Equal(t, tt.unfinished, s.RetriesDropped)
		})
	}
}

func TestLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live := &Live{}
		_, ok := live.Progress()
		assert.False(t, ok)
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, err := Run(t.Context(), withParts(Plan{
				Stages: stages(
					Stage{Arrival: Constant, Rate: 1, Duration: 10 * time.Second},
					Stage{Arrival: Constant, Rate: 2, Duration: 10 * time.Second}),
				Exchanger: always(800*ms, 503), Retry: policy(t, "spec"), Sink: &notebook{}, Live: live,
			}))
			assert.NoError(t, err)
		}()
		time.Sleep(3500 * ms)
		p, ok := live.Progress()
		assert.True(t, ok)
		assert.Equal(t, Progress{Elapsed: 3500 * ms, Planned: 20 * time.Second, Attempts: 4, Updates: 4, InFlight: 1, Waiting: 3, PeakInFlight: 1}, p)
		time.Sleep(18 * time.Second)
		p, _ = live.Progress()
		assert.Equal(t, 1, p.Stage)
		assert.True(t, p.Draining)
		assert.Equal(t, 80*time.Second, p.Latest, "the stages, the pauses of 30 s and 30 s more")
		<-done
	})
}

func TestPlanRefusals(t *testing.T) {
	good := func() Plan {
		return withParts(Plan{
			Stages:    stages(Stage{Name: "hold", Arrival: Constant, Rate: 1, Duration: time.Second}),
			Exchanger: always(0, 200), Sink: &notebook{},
		})
	}
	tests := []struct {
		says  string
		spoil func(*Plan)
	}{
		{"the plan has no stages", func(p *Plan) { p.Stages = nil }},
		{"the plan has no Source", func(p *Plan) { p.Source = nil }},
		{"the plan has no Sessions", func(p *Plan) { p.Sessions = nil }},
		{"the plan has no Exchanger", func(p *Plan) { p.Exchanger = nil }},
		{"the plan has no Sink", func(p *Plan) { p.Sink = nil }},
		{`stage 1 ("hold"): rate -1 is not between`, func(p *Plan) { p.Stages[0].Rate = -1 }},
		{`stage 1 ("hold"): 9 workers exceed the limit of 8 in flight`, func(p *Plan) {
			p.Stages[0].Arrival, p.Stages[0].Workers, p.Limits.InFlight = Closed, 9, 8
		}},
		{"the stages together last longer than", func(p *Plan) {
			p.Stages = append(p.Stages, Stage{Arrival: Burst, Count: 1, Period: forever, Duration: forever})
		}},
		{"limit in flight is -1; it goes from 0", func(p *Plan) { p.Limits.InFlight = -1 }},
		{"limit grace is -1ns", func(p *Plan) { p.Limits.Grace = -1 }},
		{"limit drain is 25h0m0s", func(p *Plan) { p.Limits.Drain = 25 * time.Hour }},
		{`pause 2 of the retry policy "odd" is -1s`, func(p *Plan) {
			p.Retry = contract.RetryPolicy{Name: "odd", Pauses: []time.Duration{0, -time.Second}}
		}},
		{`the jitter of the retry policy "odd" is 1.5; it goes from 0 to 1`, func(p *Plan) {
			p.Retry = contract.RetryPolicy{Name: "odd", Jitter: 1.5}
		}},
		{`the retry policy "odd" bounds a pause below 0`, func(p *Plan) {
			p.Retry = contract.RetryPolicy{Name: "odd", RetryAfter: -1}
		}},
	}
	for _, tt := range tests {
		p := good()
		tt.spoil(&p)
		_, err := Run(t.Context(), p)
		assert.ErrorContains(t, err, tt.says)
	}
}
