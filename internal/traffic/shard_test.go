package traffic

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Thinned to its shards, and these put together again, any schedule is what it
// was: every update once, with its number and its instant. That holds for
// independent arrivals as for all others, and across the ends of stages.
func TestShardsAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := Plan{Seed: rapid.Uint64().Draw(t, "seed"), FirstSeq: rapid.Uint64Range(0, 1<<40).Draw(t, "first")}
		for range rapid.IntRange(1, 3).Draw(t, "stages") {
			stage := drawStage(t)
			stage.Duration = min(stage.Duration, 5*time.Second)
			whole.Stages = append(whole.Stages, stage)
		}
		of := rapid.IntRange(1, 7).Draw(t, "of")
		if rapid.Bool().Draw(t, "limited") {
			whole.Limits.Total = rapid.Uint64Range(uint64(of), 2000).Draw(t, "total")
		}
		want := instantsOf(t, whole)
		got := map[uint64]time.Duration{}
		for k := range of {
			part, err := Shard{k, of}.Plan(whole)
			require.NoError(t, err)
			for seq, at := range instantsOf(t, part) {
				if before, twice := got[seq]; twice {
					t.Fatalf("update %d is at %v and at %v", seq, before, at)
				}
				got[seq] = at
			}
		}
		require.Equal(t, want, got)
	})
}

// instantsOf are the instants of a plan's updates since its beginning, by number.
func instantsOf(t require.TestingT, p Plan) map[uint64]time.Duration {
	p.Limits.InFlight = maxInFlight
	legs, err := p.legs()
	require.NoError(t, err)
	total := p.Limits.Total
	if total == 0 {
		total = math.MaxUint64
	}
	at := map[uint64]time.Duration{}
	seq := p.FirstSeq
	for n := updates(legs, total); len(legs) > 0; legs = legs[1:] {
		for i := uint64(0); i < legs[0].n && uint64(len(at)) < n; i++ {
			at[seq] = legs[0].start + legs[0].At(i)
			seq += max(1, p.Every)
		}
	}
	return at
}

// A shard of independent arrivals is asked for its share of the rate, and has it.
func TestShardRate(t *testing.T) {
	stage := Stage{Arrival: Poisson, Rate: 4000, Duration: 10 * time.Second}
	p, err := Shard{1, 4}.Plan(Plan{Stages: []Stage{stage}, Seed: 5})
	require.NoError(t, err)
	assert.InDelta(t, 1000, p.Stages[0].RateAt(time.Second), 1e-9)
	_, n := schedule(t, p.Stages[0], 5, 0)
	assert.InDelta(t, 10_000, float64(n), 5*math.Sqrt(40_000)/4)
}

func TestShardOfClosedStages(t *testing.T) {
	whole := Plan{Stages: []Stage{{Name: "busy", Arrival: Closed, Workers: 5, Duration: time.Second}}}
	var workers []int
	for k := range 3 {
		p, err := Shard{k, 3}.Plan(whole)
		require.NoError(t, err)
		workers = append(workers, p.Stages[0].Workers)
	}
	assert.Equal(t, []int{2, 2, 1}, workers)
	_, err := Shard{5, 6}.Plan(whole)
	require.EqualError(t, err, `stage 1 ("busy") has 5 workers, too few for 6 shards; give it as many or cut the run into fewer`)
	_, err = Shard{3, 4}.Plan(Plan{Stages: []Stage{{Arrival: Constant, Rate: 1, Duration: time.Second}}, Limits: Limits{Total: 3}})
	require.EqualError(t, err, "a limit of 3 updates in all leaves none for shard 4/4")
}

func TestParseShard(t *testing.T) {
	for text, want := range map[string]Shard{"1/1": {0, 1}, "2/4": {1, 4}, "1000/1000": {999, 1000}} {
		got, err := ParseShard(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	assert.Equal(t, "2/4", Shard{1, 4}.String())
	assert.Empty(t, Shard{}.String())
	for _, text := range []string{"", "2", "0/4", "5/4", "1/0", "1/1001", "a/b", "1/2/3", "-1/2"} {
		_, err := ParseShard(text)
		require.ErrorContains(t, err, "write NUMBER/OF, such as 2/4", text)
	}
}
