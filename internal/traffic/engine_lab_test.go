package traffic

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// server is an exchanger without a network: it says when and how an attempt
// that arrives now is answered.
type server func(seq uint64, attempt int, now time.Duration) (takes time.Duration, status int)

func (s server) Exchange(ctx context.Context, r *contract.Reading, began time.Time) {
	now := time.Since(began)
	takes, status := s(r.Case.Seq, r.Attempt, now)
	timer := time.NewTimer(takes)
	defer timer.Stop()
	r.Connected = now
	select {
	case <-timer.C:
		r.Status = status
		if status == 0 {
			r.Failure = contract.FailClosed
		}
		r.FirstByte = time.Since(began)
		r.LastByte = r.FirstByte
	case <-ctx.Done():
		r.Failure, r.Err = contract.FailInterrupted, ctx.Err()
		r.LastByte = time.Since(began)
	}
}

func (server) Close() {}

// always answers everything alike.
func always(takes time.Duration, status int) server {
	return func(uint64, int, time.Duration) (time.Duration, int) { return takes, status }
}

// numbered writes cases whose body is their number.
type numbered struct{}

func (numbered) Fill(c *contract.Case, seq uint64, s *contract.Session) {
	c.Reset()
	c.Seq, c.Session, c.Method = seq, s, contract.Method
	c.Body = strconv.AppendUint(c.Body, seq, 10)
}

type oneSession contract.Session

func (s *oneSession) Session(uint64) *contract.Session { return (*contract.Session)(s) }

// entry is what the notebook keeps of a reading.
type entry struct {
	seq     uint64
	attempt int
	stage   int
	warmUp  bool
	final   bool
	status  int
	failure contract.Failure
	body    string
	contract.Instants
	first, priorEnd, pause time.Duration
}

// notebook keeps all readings.
type notebook struct {
	mu      sync.Mutex
	entries []entry
}

func (n *notebook) Take(r *contract.Reading) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.entries = append(n.entries, entry{r.Case.Seq, r.Attempt, r.Stage, r.WarmUp, r.Final, r.Status, r.Failure, string(r.Case.Body), r.Instants, r.First, r.PriorEnd, r.Pause})
}

// drive runs a plan in virtual time and returns its readings in order of update
// and attempt. It holds every run to what is true of all.
func drive(t *testing.T, p Plan) (Summary, []entry) {
	t.Helper()
	book := &notebook{}
	var s Summary
	p.Sink = book
	synctest.Test(t, func(t *testing.T) {
		var err error
		s, err = Run(t.Context(), withParts(p))
		require.NoError(t, err)
	})
	return s, book.inOrder(t, p, s)
}

func withParts(p Plan) Plan {
	if p.Source == nil {
		p.Source = numbered{}
	}
	if p.Sessions == nil {
		p.Sessions = &oneSession{}
	}
	return p
}

func (n *notebook) inOrder(t *testing.T, p Plan, s Summary) []entry {
	t.Helper()
	slices.SortFunc(n.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.attempt, b.attempt))
	})
	var updates, sent, finals uint64
	for i, e := range n.entries {
		require.Equal(t, strconv.FormatUint(e.seq, 10), e.body, "the case is its update's own")
		require.GreaterOrEqual(t, e.Dequeued, e.Intended)
		require.Equal(t, p.Stages[e.stage].WarmUp, e.warmUp)
		if e.final {
			finals++
		}
		if e.attempt == 1 {
			require.Equal(t, p.FirstSeq+updates, e.seq, "no update is left out or sent twice")
			updates++
			continue
		}
		before := n.entries[i-1]
		require.Equal(t, before.seq, e.seq)
		require.Equal(t, before.attempt+1, e.attempt)
		require.Equal(t, before.stage, e.stage)
		require.False(t, before.final, "a final reading is the last")
	}
	for _, stage := range s.Stages {
		sent += stage.Sent
		require.Equal(t, stage.Scheduled, stage.Sent+stage.Unsent)
	}
	require.Equal(t, sent, updates)
	require.Equal(t, updates, finals+s.Unfinished, "each update that was sent has one final reading")
	require.EqualValues(t, len(n.entries), s.Attempts)
	return n.entries
}

// responses are the response times in ascending order.
func responses(entries []entry) []time.Duration {
	all := make([]time.Duration, len(entries))
	for i, e := range entries {
		all[i] = e.Response()
	}
	slices.Sort(all)
	return all
}

// quantile is the smallest value that a share of all do not exceed.
func quantile(sorted []time.Duration, permille int) time.Duration {
	return sorted[(len(sorted)*permille+999)/1000-1]
}

func stages(s ...Stage) []Stage { return s }

func policy(t *testing.T, name string) contract.RetryPolicy {
	p, ok := contract.LookupRetryPolicy(name)
	require.True(t, ok)
	return p
}
