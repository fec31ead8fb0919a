package traffic

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// reply is one answer of a scripted server. Every answer takes 100 ms.
type reply struct {
	status     int // 0: the failure instead
	failure    contract.Failure
	retryAfter string
	body       string
}

// script answers each update in turn, the last reply for ever, and keeps what it
// was sent.
type script struct {
	replies []reply

	mu   sync.Mutex
	seen []request
}

// request is one exchange as the server had it.
type request struct {
	at                   time.Duration // from the end of the answer before it
	method, target, body string
	header               []contract.HeaderField
	session              *contract.Session
}

const replyTakes = 100 * ms

func (s *script) Exchange(ctx context.Context, r *contract.Reading, began time.Time) {
	s.mu.Lock()
	at := time.Since(began)
	if n := len(s.seen); n > 0 {
		at -= r.PriorEnd
	}
	s.seen = append(s.seen, request{at, r.Case.Method, r.Case.Target, string(r.Case.Body), r.Case.Header, r.Case.Session})
	answer := s.replies[min(len(s.seen), len(s.replies))-1]
	s.mu.Unlock()
	time.Sleep(replyTakes)
	r.Status, r.Failure = answer.status, answer.failure
	r.Body = append(r.Body, answer.body...)
	if answer.retryAfter != "" {
		r.Header = append(r.Header, contract.HeaderField{Name: "Retry-After", Value: answer.retryAfter})
	}
	r.LastByte = time.Since(began)
}

func (*script) Close() {}

func statuses(codes ...int) (replies []reply) {
	for _, code := range codes {
		replies = append(replies, reply{status: code})
	}
	return replies
}

func failures(all ...contract.Failure) (replies []reply) {
	for _, f := range all {
		replies = append(replies, reply{failure: f})
	}
	return replies
}

// TestRetryRequirements holds the engine against the requirements on a client:
// one update, in virtual time, with the pauses that the server sees, each from
// the end of its answer to the next request.
func TestRetryRequirements(t *testing.T) {
	const s, m = time.Second, time.Minute
	all := []time.Duration{5 * s, 10 * s, 15 * s}
	named := func(name string, change ...func(*contract.RetryPolicy)) contract.RetryPolicy {
		p := policy(t, name)
		for _, c := range change {
			c(&p)
		}
		return p
	}
	heeding := func(p *contract.RetryPolicy) { p.RetryAfter = m }
	network := func(p *contract.RetryPolicy) { p.Network = true }
	quick := func(p *contract.RetryPolicy) { p.Pauses = make([]time.Duration, 2) }
	tests := []struct {
		id, reason string
		policy     contract.RetryPolicy
		replies    []reply
		pauses     []time.Duration
		last       int
	}{
		{"RT-01", "500 always", named("spec"), statuses(500), all, 500},
		{"RT-02", "503 always", named("spec"), statuses(503), all, 503},
		{"RT-03", "500, 200", named("spec"), statuses(500, 200), all[:1], 200},
		{"RT-04", "500, 503, 200", named("spec"), statuses(500, 503, 200), all[:2], 200},
		{"RT-05", "500 three times, 200", named("spec"), statuses(500, 500, 500, 200), all, 200},
		{"RT-06", "500 four times, 200: no fifth", named("spec"), statuses(500, 500, 500, 500, 200), all, 500},
		{"RT-07", "400 always", named("spec"), statuses(400), nil, 400},
		{"RT-07", "401 always", named("spec"), statuses(401), nil, 401},
		{"RT-07", "404 always", named("spec"), statuses(404), nil, 404},
		{"RT-08", "500, 400", named("spec"), statuses(500, 400), all[:1], 400},
		{"RT-09", "200 at once", named("spec"), statuses(200), nil, 200},
		{"RT-11", "429 is a 4xx to the specification", named("spec", heeding), []reply{{status: 429, retryAfter: "1"}}, nil, 429},
		{"RT-11", "429 without Retry-After (RP)", named("general", quick), statuses(429, 200), []time.Duration{s}, 200},
		{"RT-11", "429 with Retry-After, honoured", named("general", quick, heeding), []reply{{status: 429, retryAfter: "7"}, {status: 200}}, []time.Duration{7 * s}, 200},
		{"RT-11", "429 with Retry-After, not honoured", named("general"), []reply{{status: 429, retryAfter: "7"}, {status: 200}}, all[:1], 200},
		{"RT-11", "503 with Retry-After, honoured where longer", named("spec", heeding),
			[]reply{{status: 503, retryAfter: "20"}, {status: 503, retryAfter: "3"}, {status: 503, retryAfter: "9999999"}, {status: 200}},
			[]time.Duration{20 * s, 10 * s, m}, 200},
		{"RT-12", "502", named("spec"), statuses(502), all, 502},
		{"RT-12", "504", named("spec"), statuses(504), all, 504},
		{"RT-12", "599", named("spec"), statuses(599), all, 599},
		{"RT-13", "refused", named("spec"), failures(contract.FailRefused), nil, 0},
		{"RT-13", "reset", named("spec"), failures(contract.FailClosed), nil, 0},
		{"RT-13", "TLS", named("spec"), failures(contract.FailTLS), nil, 0},
		{"RT-13", "time-out", named("spec"), failures(contract.FailTimeout), nil, 0},
		{"RT-13", "time-out and reset, where the scenario has them retried", named("spec", network),
			append(failures(contract.FailTimeout, contract.FailClosed), reply{status: 200}), all[:2], 200},
		{"RT-14", "500 without an envelope", named("spec"), []reply{{status: 500}, {status: 200}}, all[:1], 200},
		{"RT-14", "500 with a broken envelope", named("spec"), []reply{{status: 500, body: `{"time":"now`}, {status: 200}}, all[:1], 200},
		{"RT-15", "the slow outer loop", named("general"), statuses(500), []time.Duration{5 * s, 10 * s, 15 * s, 2 * m, 4 * m, 8 * m}, 500},
		{"RT-16", "500", named("monitoring"), statuses(500), []time.Duration{3 * s, 10 * s, 30 * s, 90 * s}, 500},
		{"RT-16", "202: the account is loading", named("monitoring"), statuses(202, 202, 200), []time.Duration{3 * s, 10 * s}, 200},
		{"RT-20", "ten at once", named("impatient"), statuses(500), make([]time.Duration, 10), 500},
	}
	for _, tt := range tests {
		t.Run(tt.id+" "+tt.reason, func(t *testing.T) {
			server := &script{replies: tt.replies}
			_, entries := drive(t, Plan{
				Stages: stages(Stage{Arrival: Constant, Rate: 1, Duration: s}), Retry: tt.policy, Exchanger: server,
			})
			var got []time.Duration
			for _, r := range server.seen[1:] {
				got = append(got, r.at)
			}
			assert.Equal(t, tt.pauses, got)
			assert.Equal(t, tt.last, entries[len(entries)-1].status)
			assert.True(t, entries[len(entries)-1].final)
		})
	}
}

// wholeCase writes cases with every part that a request has.
type wholeCase struct{}

func (wholeCase) Fill(c *contract.Case, seq uint64, s *contract.Session) {
	numbered{}.Fill(c, seq, s)
	c.Target = "/visitors/" + strconv.FormatUint(seq, 10) + "?v=1.0"
	c.Header = []contract.HeaderField{{Name: "content-Type", Value: "application/json"}}
}

// TestRT10 has two updates retried while others are made and their cases reused:
// each attempt repeats the one before it byte for byte.
func TestRT10SameBytes(t *testing.T) {
	server := &script{replies: statuses(500)}
	_, entries := drive(t, Plan{
		Stages: stages(Stage{Arrival: Constant, Rate: 100, Duration: 40 * time.Second}),
		Source: wholeCase{}, Retry: policy(t, "spec"), Exchanger: server,
	})
	first := map[string]request{}
	for _, r := range server.seen {
		r.at = 0
		if before, again := first[r.body]; again {
			require.Equal(t, before, r)
		}
		first[r.body] = r
	}
	assert.Len(t, first, 4000)
	assert.Len(t, entries, 4*4000)
}

// TestRT17 ends the run in the middle of a pause.
func TestRT17CancelInAPause(t *testing.T) {
	server := &script{replies: statuses(500)}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		s, err := Run(ctx, withParts(Plan{
			Stages: stages(Stage{Arrival: Constant, Rate: 1, Duration: time.Second}),
			Retry:  policy(t, "spec"), Exchanger: server, Sink: &notebook{},
		}))
		require.NoError(t, err)
		assert.Equal(t, 3*time.Second, s.Elapsed, "at once")
		assert.EqualValues(t, 1, s.Unfinished)
	})
	assert.Len(t, server.seen, 1, "and nothing more is sent")
}

// TestRT18 has a thousand updates wait for their retry while there is one slot:
// the others leave on time all the while, through the same slot.
func TestRT18PausesHoldNothing(t *testing.T) {
	s, entries := drive(t, Plan{
		Stages: stages(Stage{Arrival: Constant, Rate: 200, Duration: 5 * time.Second}),
		Limits: Limits{InFlight: 1}, Retry: policy(t, "spec"),
		Exchanger: server(func(_ uint64, attempt int, _ time.Duration) (time.Duration, int) {
			return ms, []int{500, 200}[attempt-1]
		}),
	})
	assert.Equal(t, 1, s.PeakInFlight)
	require.Len(t, entries, 2000)
	for _, e := range entries {
		require.Zero(t, e.Lag())
		if e.attempt == 2 {
			require.Equal(t, e.first+5001*ms, e.Dequeued, "the answer, and five seconds")
		}
	}
}

// TestRT19 knows jitter only where it is asked for: then a pause is longer by up
// to its share, and the same in every run of the seed.
func TestRT19Jitter(t *testing.T) {
	pauses := func(jitter float64, seed uint64) (all []time.Duration) {
		p := policy(t, "spec")
		p.Jitter = jitter
		_, entries := drive(t, Plan{
			Stages: stages(Stage{Arrival: Constant, Rate: 100, Duration: 5 * time.Second}),
			Seed:   seed, Retry: p, Exchanger: always(ms, 500),
		})
		for i, e := range entries {
			if e.attempt > 1 {
				all = append(all, e.Dequeued-entries[i-1].LastByte)
				require.Equal(t, e.Dequeued, e.priorEnd+e.pause)
			}
		}
		require.Len(t, all, 3*500)
		return all
	}
	for i, pause := range pauses(0, 1) {
		require.Equal(t, []time.Duration{5, 10, 15}[i%3]*time.Second, pause)
	}
	jittered := pauses(0.2, 1)
	var mean float64
	for i, pause := range jittered {
		asked := []time.Duration{5, 10, 15}[i%3] * time.Second
		require.True(t, pause >= asked && pause < asked+asked/5, "%v of %v", pause, asked)
		mean += float64(pause-asked) / float64(asked) / float64(len(jittered))
	}
	assert.InDelta(t, 0.1, mean, 0.005, "even: 1,500 draws have a standard error of 0.0015")
	assert.Equal(t, jittered, pauses(0.2, 1))
	assert.NotEqual(t, jittered, pauses(0.2, 2))
}

// TestRetryFields follows what a reading says of the attempts before it.
func TestRetryFields(t *testing.T) {
	_, entries := drive(t, Plan{
		Stages: stages(Stage{Arrival: Constant, Rate: 1, Duration: 2 * time.Second}),
		Retry:  policy(t, "spec"), Exchanger: always(700*ms, 500),
	})
	require.Len(t, entries, 8)
	for i, e := range entries {
		assert.Equal(t, time.Duration(e.seq)*time.Second, e.first)
		if e.attempt == 1 {
			assert.Zero(t, e.priorEnd+e.pause)
			continue
		}
		assert.Equal(t, entries[i-1].LastByte, e.priorEnd)
		assert.Equal(t, time.Duration(e.attempt-1)*5*time.Second, e.pause)
	}
}
