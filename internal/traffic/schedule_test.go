package traffic

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const ms = time.Millisecond

func schedule(t require.TestingT, s Stage, seed uint64, index int) (Schedule, uint64) {
	schedule, err := NewSchedule(s, seed, index)
	require.NoError(t, err)
	n, bounded := schedule.Len()
	require.Equal(t, s.Arrival != Closed, bounded)
	return schedule, n
}

// TestScheduleByHand holds each arrival process against instants that were
// worked out on paper.
func TestScheduleByHand(t *testing.T) {
	tests := []struct {
		reason string
		stage  Stage
		n      uint64
		at     map[uint64]time.Duration
	}{
		{"the first update starts at 0, and an instant at the end belongs to the next stage",
			Stage{Arrival: Constant, Rate: 10, Duration: time.Second},
			10, map[uint64]time.Duration{0: 0, 1: 100 * ms, 9: 900 * ms, 10: time.Second}},
		{"a third of a second has no end in nanoseconds: the interval is not rounded, so a million seconds later nothing has drifted",
			Stage{Arrival: Constant, Rate: 3, Duration: 2_000_000 * time.Second},
			6_000_000, map[uint64]time.Duration{1: 333_333_333, 2: 666_666_666, 3: time.Second, 3_000_000: 1_000_000 * time.Second}},
		{"a rate below 1, which no binary fraction holds",
			Stage{Arrival: Constant, Rate: 0.1, Duration: time.Minute},
			6, map[uint64]time.Duration{1: 10 * time.Second, 5: 50 * time.Second}},
		{"a last interval that is cut short still has its update",
			Stage{Arrival: Constant, Rate: 10, Duration: 950 * ms},
			10, map[uint64]time.Duration{9: 900 * ms}},
		{"rate 0 is a pause", Stage{Arrival: Constant, Duration: time.Second}, 0, nil},
		{"N(t) = 5t²: update i at √(i/5) s",
			Stage{Arrival: Ramp, Rate: 0, To: 100, Duration: 10 * time.Second},
			500, map[uint64]time.Duration{0: 0, 5: time.Second, 20: 2 * time.Second, 125: 5 * time.Second, 1: 447_213_595}},
		{"the same ramp downwards: N(t) = 100t − 5t²",
			Stage{Arrival: Ramp, Rate: 100, To: 0, Duration: 10 * time.Second},
			500, map[uint64]time.Duration{0: 0, 95: time.Second, 375: 5 * time.Second, 495: 9 * time.Second}},
		{"a flat ramp is constant",
			Stage{Arrival: Ramp, Rate: 4, To: 4, Duration: time.Second},
			4, map[uint64]time.Duration{1: 250 * ms, 3: 750 * ms}},
		{"a ramp from nothing to nothing", Stage{Arrival: Ramp, Duration: time.Second}, 0, nil},
		{"10, 20 and 30 a second for 1 s each",
			Stage{Arrival: Steps, Rate: 10, To: 30, Count: 3, Duration: 3 * time.Second},
			60, map[uint64]time.Duration{0: 0, 9: 900 * ms, 10: time.Second, 11: 1050 * ms, 30: 2 * time.Second, 33: 2100 * ms, 60: 3 * time.Second}},
		{"a first step of rate 0 is passed over",
			Stage{Arrival: Steps, Rate: 0, To: 2, Count: 2, Duration: 4 * time.Second},
			4, map[uint64]time.Duration{0: 2 * time.Second, 1: 2500 * ms}},
		{"one step is constant",
			Stage{Arrival: Steps, Rate: 2, To: 9, Count: 1, Duration: time.Second},
			2, map[uint64]time.Duration{1: 500 * ms}},
		{"a sine without amplitude is constant",
			Stage{Arrival: Sine, Rate: 2, Period: time.Second, Duration: 2 * time.Second},
			4, map[uint64]time.Duration{0: 0, 1: 500 * ms, 2: time.Second}},
		{"amplitude 10π and period 1 s: half a period brings 50 + 10, a whole one 100",
			Stage{Arrival: Sine, Rate: 100, Amplitude: 10 * math.Pi, Period: time.Second, Duration: 2 * time.Second},
			200, map[uint64]time.Duration{60: 500 * ms, 100: time.Second, 160: 1500 * ms}},
		{"three at once, every second, the last burst in a period cut short",
			Stage{Arrival: Burst, Count: 3, Period: time.Second, Duration: 2500 * ms},
			9, map[uint64]time.Duration{0: 0, 2: 0, 3: time.Second, 8: 2 * time.Second, 9: 3 * time.Second}},
		{"a period that ends with the stage begins no burst",
			Stage{Arrival: Burst, Count: 1, Period: time.Second, Duration: 2 * time.Second},
			2, map[uint64]time.Duration{1: time.Second}},
		{"rate 0 draws nothing", Stage{Arrival: Poisson, Duration: time.Second}, 0, nil},
	}
	for _, tt := range tests {
		t.Run(string(tt.stage.Arrival)+": "+tt.reason, func(t *testing.T) {
			s, n := schedule(t, tt.stage, 1, 0)
			assert.Equal(t, tt.n, n)
			for i, want := range tt.at {
				got := s.At(i)
				if tt.stage.Arrival == Sine {
					assert.InDelta(t, want, got, 1, "update %d", i) // the inverse is found, not computed
					continue
				}
				assert.Equal(t, want, got, "update %d", i)
			}
			assert.GreaterOrEqual(t, s.At(n), tt.stage.Duration, "what comes after the last comes after the stage")
		})
	}
}

// TestPoissonGolden keeps a seed's instants what they are: stored runs are
// repeated by their seed.
func TestPoissonGolden(t *testing.T) {
	s, n := schedule(t, Stage{Arrival: Poisson, Rate: 2, Duration: 10 * time.Second}, 42, 0)
	got := make([]time.Duration, n)
	for i := range got {
		got[i] = s.At(uint64(i))
	}
	assert.Equal(t, []time.Duration{
		995984847, 1030754951, 1118324418, 1665618043, 3427296983, 3457240294, 4259554889, 5140914473,
		5352671860, 5848385100, 5981092189, 6878946020, 7652752032, 7909128750, 8068583238, 8091900864,
		8114292902, 8181045772, 8582245999, 8781091528, 9264326045, 9725494271,
	}, got)
}

// TestPoissonShape tests what makes a Poisson process: gaps whose mean and
// standard deviation are 1/rate, and counts whose variance is their mean. The
// tolerances are five standard errors, and the seed is fixed.
func TestPoissonShape(t *testing.T) {
	const rate, seconds = 3000.0, 100
	s, n := schedule(t, Stage{Arrival: Poisson, Rate: rate, Duration: seconds * time.Second}, 7, 3)
	assert.InDelta(t, rate*seconds, float64(n), 5*math.Sqrt(rate*seconds))

	var sum, squares float64
	counts := make([]float64, 1000) // of a tenth of a second each
	for i := uint64(1); i < n; i++ {
		gap := (s.At(i) - s.At(i-1)).Seconds() * rate
		sum += gap
		squares += gap * gap
		counts[s.At(i)/(100*ms)]++
	}
	mean := sum / float64(n)
	assert.InDelta(t, 1, mean, 5/math.Sqrt(float64(n)))
	assert.InDelta(t, 1, squares/float64(n)-mean*mean, 5*math.Sqrt(8/float64(n)), "variance of the gaps")

	variance := 0.0
	for _, c := range counts {
		variance += (c - rate/10) * (c - rate/10) / 1000
	}
	assert.InDelta(t, rate/10, variance, 5*rate/10*math.Sqrt(2.0/1000), "variance of the counts")
}

func TestPoissonStreams(t *testing.T) {
	stage := Stage{Arrival: Poisson, Rate: 50, Duration: 5 * time.Second}
	all := func(seed uint64, index int) (at []time.Duration) {
		s, n := schedule(t, stage, seed, index)
		for i := range n {
			at = append(at, s.At(i))
		}
		return at
	}
	base := all(1, 0)
	assert.Equal(t, base, all(1, 0), "the same seed and stage")
	assert.NotEqual(t, base, all(2, 0), "another seed")
	assert.NotEqual(t, base, all(1, 1), "another stage")

	s, n := schedule(t, stage, 1, 0)
	for i := n; i > 0; i-- {
		require.Equal(t, base[i-1], s.At(i-1), "backwards, update %d", i-1)
	}
}

// drawStage draws a stage of any open process, small enough to be walked.
func drawStage(t *rapid.T) Stage {
	rate := rapid.Float64Range(0, 300)
	return Stage{
		Arrival:   rapid.SampledFrom([]Arrival{Constant, Ramp, Steps, Sine, Poisson, Burst}).Draw(t, "arrival"),
		Duration:  time.Duration(rapid.Int64Range(1, int64(20*time.Second)).Draw(t, "duration")),
		Rate:      rate.Draw(t, "rate"),
		To:        rate.Draw(t, "to"),
		Period:    time.Duration(rapid.Int64Range(int64(10*ms), int64(30*time.Second)).Draw(t, "period")),
		Count:     rapid.IntRange(1, 9).Draw(t, "count"),
		Amplitude: 0,
	}
}

func TestScheduleLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stage := drawStage(t)
		if stage.Arrival == Sine {
			stage.Amplitude = stage.Rate * rapid.Float64Range(0, 1).Draw(t, "swing")
		}
		s, n := schedule(t, stage, rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 5).Draw(t, "index"))

		last := time.Duration(0)
		for i := range n {
			at := s.At(i)
			if at < last || at >= stage.Duration {
				t.Fatalf("update %d of %d at %v, after %v, in a stage of %v", i, n, at, last, stage.Duration)
			}
			last = at
		}
		if at := s.At(n); at < stage.Duration {
			t.Fatalf("update %d is not of the stage and at %v", n, at)
		}
		if got := Arrivals(s, math.MaxUint64, stage.Duration); got != n {
			t.Fatalf("%d arrivals before the end, and Len is %d", got, n)
		}
		if n > 0 {
			i := rapid.Uint64Range(0, n-1).Draw(t, "i")
			at := s.At(i)
			before, upTo := Arrivals(s, n, at), Arrivals(s, n, at+1)
			if before > i || upTo <= i || s.At(before) != at {
				t.Fatalf("update %d at %v: %d before it, %d up to it", i, at, before, upTo)
			}
		}
	})
}

// TestRateIntegrates holds the instants against RateAt: up to any t, as many
// updates have started as the area under the rate says.
func TestRateIntegrates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stage := drawStage(t)
		stage.Arrival = rapid.SampledFrom([]Arrival{Constant, Ramp, Steps, Sine}).Draw(t, "smooth arrival")
		stage.Amplitude = stage.Rate / 2
		stage.Period = max(stage.Period, stage.Duration/50) // the slices must see the swings
		s, n := schedule(t, stage, 1, 0)

		const slices = 2000
		upTo := rapid.IntRange(1, slices).Draw(t, "up to")
		slice := stage.Duration.Seconds() / slices
		area := 0.0
		for k := range upTo { // midpoint rule
			area += slice * stage.RateAt(time.Duration((float64(k)+0.5)*slice*1e9))
		}
		got := float64(Arrivals(s, n, time.Duration(float64(upTo)*slice*1e9)))
		// Each step may begin with an update of its own, and the slice in which
		// a step begins is counted whole.
		tolerance := 1.01 + float64(stage.Count)*(1+300*slice)
		if math.Abs(got-area) > tolerance {
			t.Fatalf("%v updates up to slice %d, area %v", got, upTo, area)
		}
	})
}

func TestScheduleRefusals(t *testing.T) {
	tests := []struct {
		stage Stage
		says  string
	}{
		{Stage{Arrival: "uniform", Duration: 1}, `"uniform" is no arrival process; there are constant, ramp`},
		{Stage{Arrival: Constant, Rate: 1}, "duration 0s is not above 0"},
		{Stage{Arrival: Constant, Rate: -5, Duration: 1}, "rate -5 is not between 0 and 1000000"},
		{Stage{Arrival: Poisson, Rate: math.NaN(), Duration: 1}, "rate NaN is not between"},
		{Stage{Arrival: Constant, Rate: 2e6, Duration: 1}, "rate 2e+06 is not between"},
		{Stage{Arrival: Ramp, Rate: 1, To: -1, Duration: 1}, "to -1 is not between"},
		{Stage{Arrival: Steps, Rate: 1, To: 2, Duration: 1}, "count 0 is not above 0"},
		{Stage{Arrival: Sine, Rate: 1, Amplitude: 2, Period: 1, Duration: 1}, "amplitude 2 exceeds the rate 1"},
		{Stage{Arrival: Sine, Rate: 1, Amplitude: 1, Duration: 1}, "period 0s is not above 0"},
		{Stage{Arrival: Burst, Period: 1, Duration: 1}, "count 0 is not above 0"},
		{Stage{Arrival: Closed, Duration: 1}, "workers 0 is not above 0"},
	}
	for _, tt := range tests {
		_, err := NewSchedule(tt.stage, 1, 0)
		assert.ErrorContains(t, err, tt.says)
	}
}

func BenchmarkAt(b *testing.B) {
	const d = time.Minute
	for _, stage := range []Stage{
		{Arrival: Constant, Rate: 5000, Duration: d},
		{Arrival: Ramp, Rate: 10, To: 5000, Duration: d},
		{Arrival: Steps, Rate: 10, To: 5000, Count: 10, Duration: d},
		{Arrival: Sine, Rate: 5000, Amplitude: 3000, Period: 10 * time.Second, Duration: d},
		{Arrival: Poisson, Rate: 5000, Duration: d},
		{Arrival: Burst, Count: 100, Period: time.Second, Duration: d},
	} {
		b.Run(string(stage.Arrival), func(b *testing.B) {
			s, n := schedule(b, stage, 1, 0)
			b.ReportAllocs()
			i := uint64(0)
			for b.Loop() {
				if s.At(i) < 0 {
					b.Fatal("an instant before the stage")
				}
				if i++; i == n {
					i = 0
				}
			}
		})
	}
}
