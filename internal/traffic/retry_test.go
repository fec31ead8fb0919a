package traffic

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

func TestRetryQueue(t *testing.T) {
	var q retryQueue
	assert.Equal(t, forever, q.head())
	for _, a := range []attempt{{seq: 3, intended: 20}, {seq: 9, intended: 10}, {seq: 4, intended: 10}} {
		q.add(a)
	}
	assert.Equal(t, time.Duration(10), q.head())
	assert.EqualValues(t, 4, q.take().seq, "due at once: the earlier update first")
	assert.EqualValues(t, 9, q.take().seq)
	assert.EqualValues(t, 3, q.take().seq)
	assert.Empty(t, q)
}

func TestRetryQueueSorts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q retryQueue
		var model []attempt
		for seq := range uint64(rapid.IntRange(0, 50).Draw(t, "steps")) {
			if len(model) > 0 && rapid.Bool().Draw(t, "take") {
				if got := q.take(); got != model[0] {
					t.Fatalf("took %v, want %v", got, model[0])
				}
				model = model[1:]
				continue
			}
			a := attempt{seq: seq, intended: time.Duration(rapid.IntRange(0, 9).Draw(t, "due"))}
			q.add(a)
			model = append(model, a)
			slices.SortFunc(model, func(a, b attempt) int {
				return cmp.Or(cmp.Compare(a.intended, b.intended), cmp.Compare(a.seq, b.seq))
			})
		}
		if len(model) > 0 && q.head() != model[0].intended {
			t.Fatalf("head at %v, want %v", q.head(), model[0].intended)
		}
	})
}

// BenchmarkRetryQueue keeps 30,000 retries waiting while others come and go.
func BenchmarkRetryQueue(b *testing.B) {
	var q retryQueue
	c := new(contract.Case)
	for i := range 30_000 {
		q.add(attempt{c: c, seq: uint64(i), intended: time.Duration(scatter(uint64(i)) >> 1)})
	}
	b.ReportAllocs()
	for b.Loop() {
		a := q.take()
		a.intended = time.Duration(scatter(a.seq+uint64(a.intended)) >> 1)
		q.add(a)
	}
}
