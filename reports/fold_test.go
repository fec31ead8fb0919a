package reports

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// Whenever a sample is folded, and whatever comes then, it tells what one that
// never was does.
func TestFoldChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain := []*distribution{newDistribution(coarseDigits), newDistribution(coarseDigits)}
		folded := []*distribution{newDistribution(coarseDigits), newDistribution(coarseDigits)}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			i := rapid.IntRange(0, 1).Draw(t, "which")
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				v := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "value"))
				plain[i].record(v)
				folded[i].record(v)
			case 1:
				n := rapid.Uint64Range(0, 2000).Draw(t, "n")
				plain[i].recordN(ms(7), n)
				folded[i].recordN(ms(7), n)
			case 2:
				plain[i].merge(plain[1-i])
				folded[i].merge(folded[1-i])
			default:
				folded[i].fold()
			}
		}
		for i := range plain {
			before := len(folded[i].folded)
			assert.Equal(t, plain[i].count(), folded[i].count())
			assert.Equal(t, plain[i].withHistogram(), folded[i].withHistogram())
			assert.Equal(t, plain[i].whole(), folded[i].whole())
			assert.Equal(t, plain[i].atMost(7000), folded[i].atMost(7000))
			assert.Len(t, folded[i].folded, before, "reading leaves it as it was")
		}
	})
}

// A run keeps open only what may still grow: what is over is folded, also when a
// late response opened it again, and when the width of the series doubled.
func TestSeriesFolds(t *testing.T) {
	s := &series{width: seriesWidth}
	at := func(second int) { s.at(time.Duration(second) * time.Second).response.record(ms(1)) }
	open := func() (n int) {
		for _, v := range s.intervals {
			if v.response.histogram != nil {
				n++
			}
		}
		return n
	}
	for second := range seriesLongest {
		at(second)
	}
	most := int(openLongest/seriesWidth) + 1
	assert.Equal(t, most, open())
	at(3)
	assert.Equal(t, most+1, open(), "a late one")

	for second := seriesLongest; second < 2*seriesLongest; second++ {
		at(second)
	}
	assert.Equal(t, 2*seriesWidth, s.width)
	assert.Equal(t, most/2+1, open())
	for i, v := range s.intervals {
		want := uint64(2)
		if i == 1 {
			want = 3
		}
		assert.Equal(t, want, v.response.count(), i)
		assert.LessOrEqual(t, len(v.response.folded), 1, i)
	}
}
