package traffic

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// MostShards is how many shards a run can be cut into.
const MostShards = 1000

// Shard is one part of a run that is sent from several places. Of the updates in
// the order of their numbers it has each Of-th, from number Index on:
//
//	update        0  1  2  3  4  5  6  7  8
//	shard 1/3     ·        ·        ·
//	shard 2/3        ·        ·        ·
//	shard 3/3           ·        ·        ·
//
// So every update is in one shard, with the instant, the bytes and the number that
// it has in the whole, and the shards together are the whole; that needs no word
// between the places. The zero Shard is the whole.
type Shard struct {
	Index, Of int // Index counts from 0
}

// ParseShard reads "2/4": the second of four.
func ParseShard(text string) (Shard, error) {
	first, second, ok := strings.Cut(text, "/")
	number, err := strconv.Atoi(first)
	of, ofErr := strconv.Atoi(second)
	if !ok || err != nil || ofErr != nil || of < 1 || of > MostShards || number < 1 || number > of {
		return Shard{}, fmt.Errorf("%q is no shard; write NUMBER/OF, such as 2/4 for the second of four, with at most %d", text, MostShards)
	}
	return Shard{number - 1, of}, nil
}

// String writes the shard as [ParseShard] reads it; empty for the whole.
func (s Shard) String() string {
	if s.Of <= 1 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index+1, s.Of)
}

// Share is the shard's part of a number of like things.
func (s Shard) Share(n int) int {
	if s.Of <= 1 {
		return n
	}
	return (n + s.Of - 1 - s.Index) / s.Of
}

// Plan cuts the plan of the whole down to the shard: the stages, their workers and
// the limit of updates. The error is that of a stage that cannot be, or has fewer
// workers than there are shards.
func (s Shard) Plan(whole Plan) (Plan, error) {
	if s.Of <= 1 {
		return whole, nil
	}
	p := whole
	p.FirstSeq, p.Every = whole.FirstSeq+uint64(s.Index), uint64(s.Of)
	p.Stages = make([]Stage, len(whole.Stages))
	before := uint64(0) // updates of the stages so far
	for i, stage := range whole.Stages {
		schedule, err := NewSchedule(stage, whole.Seed, i)
		if err != nil {
			return p, fmt.Errorf("stage %d (%q): %w", i+1, stage.Name, err)
		}
		if n, bounded := schedule.Len(); bounded {
			stage.Every, stage.Skip = uint64(s.Of), s.skip(before)
			before += n
		} else if stage.Workers = s.Share(stage.Workers); stage.Workers == 0 {
			return p, fmt.Errorf("stage %d (%q) has %d workers, too few for %d shards; give it as many or cut the run into fewer",
				i+1, stage.Name, whole.Stages[i].Workers, s.Of)
		}
		p.Stages[i] = stage
	}
	if total := whole.Limits.Total; total > 0 {
		p.Limits.Total = thinnedLen(total, uint64(s.Of), uint64(s.Index))
		if p.Limits.Total == 0 { // which would mean no limit
			return p, fmt.Errorf("a limit of %d updates in all leaves none for shard %v", total, s)
		}
	}
	return p, nil
}

// skip is how many updates of a stage come before the shard's first, where so many
// came before the stage.
func (s Shard) skip(before uint64) uint64 {
	of := uint64(s.Of)
	return (uint64(s.Index) + of - before%of) % of
}

// thinned is each every-th update of a schedule after the first skip.
type thinned struct {
	Schedule
	every, skip uint64
}

func (s thinned) At(i uint64) time.Duration {
	if i > (math.MaxUint64-s.skip)/s.every {
		return s.Schedule.At(math.MaxUint64)
	}
	return s.Schedule.At(s.skip + i*s.every)
}

func (s thinned) Len() (n uint64, bounded bool) {
	n, bounded = s.Schedule.Len()
	return thinnedLen(n, s.every, s.skip), bounded
}

// thinnedLen is how many of n updates are each every-th after the first skip.
func thinnedLen(n, every, skip uint64) uint64 {
	if n <= skip {
		return 0
	}
	return (n-skip-1)/every + 1
}
