package traffic

import (
	"container/heap"
	"time"

	"sdegauge/internal/contract"
)

// attempt is one exchange to be made: the first of its update or a retry.
type attempt struct {
	c        *contract.Case
	seq      uint64
	number   int           // from 1
	stage    int           // that scheduled the update
	intended time.Duration // when the schedule or the retry policy wants it sent

	// Of a retry.
	first    time.Duration // the intended start of the first attempt
	priorEnd time.Duration // when the attempt before it ended
	pause    time.Duration // that the policy asked for from there on
}

// retryQueue holds the retries that wait out their pause, the one that is due
// first in front. A waiting retry holds its case, and nothing else.
type retryQueue []attempt

// head is when the first retry is due; forever where none waits.
func (q retryQueue) head() time.Duration {
	if len(q) == 0 {
		return forever
	}
	return q[0].intended
}

func (q *retryQueue) add(a attempt)     { heap.Push((*retryHeap)(q), a) }
func (q *retryQueue) take() (a attempt) { return heap.Pop((*retryHeap)(q)).(attempt) }

// retryHeap is the queue as [heap.Interface]. Retries that are due at once go
// in order of seq, so that a run is the same every time.
type retryHeap []attempt

func (h retryHeap) Len() int      { return len(h) }
func (h retryHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h retryHeap) Less(i, j int) bool {
	if h[i].intended != h[j].intended {
		return h[i].intended < h[j].intended
	}
	return h[i].seq < h[j].seq
}
func (h *retryHeap) Push(x any) { *h = append(*h, x.(attempt)) }
func (h *retryHeap) Pop() any {
	last := len(*h) - 1
	a := (*h)[last]
	(*h)[last] = attempt{} // lets go of the case
	*h = (*h)[:last]
	return a
}
