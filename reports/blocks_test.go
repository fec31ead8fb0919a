package reports

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/checks"
	"sdegauge/internal/contract"
)

func TestBlocks(t *testing.T) {
	t.Parallel()
	c := NewCollector()
	take := func(at time.Duration, edit func(*contract.Reading, *checks.Judgement)) {
		r, j := hit(1, at, ms(5))
		edit(r, j)
		c.Take(r, j)
	}
	take(0, func(r *contract.Reading, _ *checks.Judgement) { r.WarmUp = true })
	take(1200*time.Millisecond, func(*contract.Reading, *checks.Judgement) {})
	take(1300*time.Millisecond, func(_ *contract.Reading, j *checks.Judgement) { j.AsExpected = false })
	take(1400*time.Millisecond, func(r *contract.Reading, j *checks.Judgement) { r.Final, j.AsExpected = false, false })
	take(3500*time.Millisecond, func(r *contract.Reading, j *checks.Judgement) {
		r.Failure, j.AsExpected = contract.FailResources, false
	})
	b := c.series.blocks()
	assert.Equal(t, 1.0, b.WidthS)
	require.Len(t, b.List, 2, "neither the warm-up nor a second without readings is a block")
	assert.Equal(t, 1.0, b.List[0].StartS)
	assert.EqualValues(t, 2, b.List[0].Updates, "an attempt that is not final is no update")
	assert.EqualValues(t, 1, b.List[0].Unexpected)
	h, err := DecodeHistogram(b.List[0].Response)
	require.NoError(t, err)
	assert.EqualValues(t, 3, h.TotalCount(), "each attempt is timed")
	assert.EqualValues(t, 0, b.List[1].Unexpected, "what the instrument spoilt is not held against the server")
	assert.Empty(t, b.List[1].Response)
}

// However long a run is, it has at most 120 blocks, and every reading is in one of
// them.
func TestBlocksAreBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.IntRange(60, 100_000).Draw(t, "seconds")
		step := max(1, length/150)
		s, n := &series{width: seriesWidth}, 0
		for at := 0; at < length; at += step {
			v := s.at(time.Duration(at) * time.Second)
			v.due++
			v.updates++
			v.response.record(ms(3))
			n++
		}
		list, width := s.fewer(blocksMost)
		assert.LessOrEqual(t, len(list), blocksMost)
		assert.Greater(t, len(list), blocksMost/2-1, "of a minute or more there are at least half as many")
		assert.GreaterOrEqual(t, float64(len(list)), float64(length-step)/width.Seconds())
		var updates, readings int
		for _, one := range list {
			if one != nil {
				updates += int(one.updates)
				readings += int(one.response.count())
			}
		}
		assert.Equal(t, n, updates)
		assert.Equal(t, n, readings)
	})
}

// Ten minutes at 1,000 updates a second take less than 300 kB of report.json.
func TestBlocksAreSmall(t *testing.T) {
	t.Parallel()
	s := &series{width: seriesWidth}
	random := rand.New(rand.NewPCG(1, 2))
	for second := range 600 {
		v := s.at(time.Duration(second) * time.Second)
		v.due = 1000
		for i := range 1000 {
			d := ms(3*random.ExpFloat64() + 20*random.ExpFloat64()*float64(i%10/9))
			v.response.record(d)
			v.service.record(d - ms(1))
		}
	}
	b := s.blocks()
	text, err := json.Marshal(b)
	require.NoError(t, err)
	t.Logf("%d bytes in %d blocks of %v s", len(text), len(b.List), b.WidthS)
	assert.Less(t, len(text), 300_000)
}
