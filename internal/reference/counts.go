package reference

import (
	"net/http"
	"sync/atomic"
)

// Tally counts answers by their status.
type Tally map[int]uint64

// Total is the number of answers.
func (t Tally) Total() uint64 {
	var n uint64
	for _, c := range t {
		n += c
	}
	return n
}

// Counts say what a server answered. An answer counts when it is handed to the
// connection, before the client can have seen it: a client that compares after
// its last response never finds one missing.
type Counts struct {
	Updates Tally // PUT, injected answers included
	Creates Tally // POST
	Others  Tally // any other method
	// Unparsed were refused before their method was known: a request line or a
	// head that is not HTTP. Not counted over TLS.
	Unparsed Tally
	// Aborted requests have no answer, for their client left before.
	Aborted uint64
}

// All adds up the answers to every kind of request.
func (c Counts) All() Tally {
	all := make(Tally)
	for _, t := range []Tally{c.Updates, c.Creates, c.Others, c.Unparsed} {
		for status, n := range t {
			all[status] += n
		}
	}
	return all
}

// maxStatus is the highest status that can be answered.
const maxStatus = 599

// tally is a Tally under construction.
type tally [maxStatus + 1]atomic.Uint64

func (t *tally) add(status int) { t[status].Add(1) }

func (t *tally) read() Tally {
	out := make(Tally)
	for status := range t {
		if n := t[status].Load(); n > 0 {
			out[status] = n
		}
	}
	return out
}

// counters are the Counts of a running server.
type counters struct {
	updates, creates, others, unparsed tally
	aborted                            atomic.Uint64
}

func (c *counters) answered(method string, status int) {
	switch method {
	case http.MethodPut:
		c.updates.add(status)
	case http.MethodPost:
		c.creates.add(status)
	default:
		c.others.add(status)
	}
}

func (c *counters) read() Counts {
	return Counts{
		Updates: c.updates.read(), Creates: c.creates.read(), Others: c.others.read(),
		Unparsed: c.unparsed.read(), Aborted: c.aborted.Load(),
	}
}
