package reference

import (
	"sync"
	"time"
)

// queue is a first-come-first-served queue before n servers. It keeps a time
// table instead of workers: each arrival is told at once when its service ends,
//
//	start = max(arrival, the earliest instant at which a server is free)
//	end   = start + service time
//
// so a timer that fires late delays one answer and not the whole queue, and the
// queue's utilisation is exactly the asked one. A client that leaves is served
// all the same, as by a server that does not notice.
type queue struct {
	mu sync.Mutex
	// free is when each server is free next.
	free []time.Time
	// starts are the starts of those that wait, in order; first come, first
	// served makes them ascend.
	starts []time.Time
	// room is the most that may wait.
	room int
}

func newQueue(servers, room int) *queue {
	return &queue{free: make([]time.Time, servers), room: room}
}

// arrive joins the queue at now and returns the end of the service, or false
// where too many wait.
func (q *queue) arrive(now time.Time, service time.Duration) (end time.Time, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	gone := 0
	for gone < len(q.starts) && !q.starts[gone].After(now) {
		gone++
	}
	q.starts = q.starts[gone:]

	server := 0
	for i := range q.free {
		if q.free[i].Before(q.free[server]) {
			server = i
		}
	}
	start := now
	if q.free[server].After(now) {
		if len(q.starts) >= q.room {
			return time.Time{}, false
		}
		start = q.free[server]
		q.starts = append(q.starts, start)
	}
	q.free[server] = start.Add(service)
	return q.free[server], true
}
