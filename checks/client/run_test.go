package client

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/memnet"
	"sdegauge/internal/traffic"
)

var defaults = Tolerance{Late: second}

// passing are the cases that a client passes who keeps the specification's
// policy; the interrupt needs a command.
var passing = []string{
	"RT-01", "RT-02", "RT-03", "RT-04", "RT-05", "RT-06", "RT-07/400", "RT-07/401", "RT-07/404",
	"RT-08/500-400", "RT-08/503-400", "RT-09", "RT-10",
}

// TestClientsAreCaught tries clients with one bad habit each: exactly the cases
// that are about it go red.
func TestClientsAreCaught(t *testing.T) {
	timed := []string{"RT-01", "RT-02", "RT-03", "RT-04"}
	from := func(n int, f func(*http.Request, *string)) func(int, *http.Request, *string) {
		return func(attempt int, r *http.Request, body *string) {
			if attempt >= n {
				f(r, body)
			}
		}
	}
	tests := []struct {
		reason string
		client habits
		fail   []string
		warn   []string
	}{
		{"keeps the policy", habits{}, nil, nil},
		{"retries 400", habits{retries: func(status int) bool { return status >= 500 || status == 400 }},
			[]string{"RT-07/400", "RT-08/500-400", "RT-08/503-400"}, nil},
		{"retries 404", habits{retries: func(status int) bool { return status >= 500 || status == 404 }}, []string{"RT-07/404"}, nil},
		{"retries what succeeded", habits{retries: func(status int) bool { return status >= 500 || status == 200 }},
			[]string{"RT-03", "RT-04", "RT-09"}, nil},
		{"does not retry 503", habits{retries: func(status int) bool { return status == 500 }},
			[]string{"RT-02", "RT-04", "RT-08/503-400"}, nil},
		{"pauses 5, 5, 5", habits{pauses: []time.Duration{5 * second, 5 * second, 5 * second}}, []string{"RT-01", "RT-02", "RT-04"}, nil},
		{"a fifth attempt at 20 s", habits{pauses: []time.Duration{5 * second, 10 * second, 15 * second, 20 * second}},
			[]string{"RT-01", "RT-02", "RT-06"}, nil},
		{"gives up after two", habits{pauses: []time.Duration{5 * second}}, []string{"RT-01", "RT-02", "RT-04", "RT-05", "RT-06"}, nil},
		{"never retries", habits{pauses: []time.Duration{}}, []string{"RT-01", "RT-02", "RT-03", "RT-04", "RT-05", "RT-06", "RT-08/500-400", "RT-08/503-400"}, nil},
		{"a millisecond too short", habits{pauses: []time.Duration{4999 * time.Millisecond, 10 * second, 15 * second}}, timed, nil},
		{"just within the tolerance", habits{pauses: []time.Duration{6 * second, 11 * second, 16 * second}}, nil, nil},
		{"a millisecond too late", habits{pauses: []time.Duration{6001 * time.Millisecond, 10 * second, 15 * second}}, nil, timed},
		{"no pauses", habits{pauses: make([]time.Duration, 10)},
			[]string{"RT-01", "RT-02", "RT-03", "RT-04", "RT-06"}, nil},
		{"another body", habits{edit: from(2, func(_ *http.Request, body *string) { *body += " " })}, []string{"RT-10"}, nil},
		{"another body on the last attempt alone", habits{edit: from(4, func(_ *http.Request, body *string) { *body = "{}" })}, []string{"RT-10"}, nil},
		{"another method", habits{edit: from(2, func(r *http.Request, _ *string) { r.Method = "POST" })}, []string{"RT-10"}, nil},
		{"another URL", habits{edit: from(2, func(r *http.Request, _ *string) { r.URL.RawQuery += "&retry=1" })}, []string{"RT-10"}, nil},
		{"another field", habits{edit: from(2, func(r *http.Request, _ *string) { r.Header.Set("Accept", "*/*") })}, []string{"RT-10"}, nil},
		{"a field less", habits{edit: from(2, func(r *http.Request, _ *string) { r.Header.Del("Content-Type") })}, []string{"RT-10"}, nil},
		{"a mark of tracing may differ", habits{edit: from(2, func(r *http.Request, _ *string) { r.Header.Set("Traceparent", "00-1") })}, nil, nil},
		{"retries everything", habits{retries: func(status int) bool { return status != 200 }},
			[]string{"RT-07/400", "RT-07/401", "RT-07/404", "RT-08/500-400", "RT-08/503-400"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			t.Parallel()
			r := try(t, Options{Tolerance: defaults}, tt.client.visit)
			assert.Equal(t, tt.fail, red(r, contract.Fail))
			assert.Equal(t, tt.warn, red(r, contract.Warn))
			if pauses := tt.client.pauses; pauses == nil || len(pauses) > 0 {
				assert.Empty(t, red(r, contract.Inconclusive))
			} else {
				assert.Equal(t, []string{"RT-10", "RT-19"}, red(r, contract.Inconclusive), "there is no repeat to judge")
			}
			if tt.fail == nil && tt.warn == nil {
				assert.Equal(t, contract.Pass, r.Verdict, r.Reason)
				assert.Equal(t, passing, red(r, contract.Pass))
			}
		})
	}
}

// TestLength: all at once, the longest is 30 s of pauses and the watch.
func TestLength(t *testing.T) {
	r := try(t, Options{Tolerance: defaults}, habits{}.visit)
	assert.Equal(t, 51.0, r.ElapsedS)
}

// one is a plan's session and case: one update of the specification's example.
type one contract.Session

func (o *one) Session(uint64) *contract.Session { return (*contract.Session)(o) }
func (o *one) Fill(c *contract.Case, seq uint64, s *contract.Session) {
	c.Reset()
	c.Seq, c.Session, c.Method, c.Target = seq, s, contract.Method, s.Target
	c.Header = contract.DefaultHeader()
	c.Body = append(c.Body, contract.ExampleBody...)
}

type nobody struct{}

func (nobody) Take(*contract.Reading) {}

// TestOwnEngine holds this program's own retries against the scripts, over both
// of its transports and under each policy.
func TestOwnEngine(t *testing.T) {
	for _, policy := range PolicyNames() {
		for _, transport := range []traffic.TransportName{traffic.TransportStd, traffic.TransportFast} {
			t.Run(policy+" over "+string(transport), func(t *testing.T) {
				t.Parallel()
				rules, _ := contract.LookupRetryPolicy(policy)
				engine := func(i Invitation, network *memnet.Network) {
					ctx := context.Background() // the test's own is not of the bubble
					exchanger, err := traffic.NewTransport(ctx, traffic.ExchangeOptions{
						URL: "http://127.0.0.1:8080", Transport: transport, Dial: network.Dial, Timeout: 5 * second,
					})
					require.NoError(t, err)
					defer exchanger.Close()
					session := contract.ExampleSession()
					session.Account = i.Script.Account()
					session.Prepare()
					_, err = traffic.Run(ctx, traffic.Plan{
						Stages: []traffic.Stage{{Arrival: traffic.Constant, Rate: 1, Duration: second}}, Retry: rules,
						Source: (*one)(session), Sessions: (*one)(session), Exchanger: exchanger, Sink: nobody{},
					})
					require.NoError(t, err)
				}
				r := try(t, Options{Policy: policy, Tolerance: defaults}, engine)
				assert.Equal(t, contract.Pass, r.Verdict, r.Reason)
				assert.Empty(t, red(r, contract.Inconclusive))
				want := passing
				if policy == "monitoring" {
					want = passing[6:]
				}
				assert.Equal(t, want, red(r, contract.Pass))
				for _, q := range r.Requirements {
					for _, c := range q.Cases {
						if c.Verdict == contract.ObservedOnly && q.ID != "RT-11" && q.ID != "RT-19" {
							assert.Equal(t, asPolicy(policy), c.Reason, c.ID)
						}
					}
				}
			})
		}
	}
}

// TestPolicies: what another policy has is tried under it alone.
func TestPolicies(t *testing.T) {
	find := func(r *Report, id string) Case {
		for _, q := range r.Requirements {
			for _, c := range q.Cases {
				if c.ID == id {
					return c
				}
			}
		}
		require.Fail(t, "no case", id)
		return Case{}
	}
	minutes := habits{pauses: []time.Duration{5 * second, 10 * second, 15 * second, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute}}
	r := try(t, Options{Policy: "general", Tolerance: defaults}, minutes.visit)
	assert.Equal(t, contract.Pass, r.Verdict, r.Reason)
	assert.Equal(t, asPolicy("general"), find(r, "RT-15").Reason)
	assert.Equal(t, "7 attempts, pauses of 5 s, 10 s, 15 s, 120 s, 240 s, 480 s", find(r, "RT-15").Got)
	assert.Equal(t, contract.Skipped, find(r, "RT-16/202").Verdict)
	assert.Contains(t, find(r, "RT-11/bare").Reason, "gave up after attempt 1")
	assert.Equal(t, "2 attempts, pauses of at least 1 s", find(r, "RT-11/bare").Expected)

	quick := habits{pauses: []time.Duration{second, second}, retries: func(status int) bool { return status == 429 }}
	r = try(t, Options{Policy: "general", Only: []string{"RT-11"}, Tolerance: defaults}, quick.visit)
	assert.Equal(t, contract.ObservedOnly, r.Verdict)
	assert.Equal(t, asPolicy("general"), find(r, "RT-11/bare").Reason)
	r = try(t, Options{Only: []string{"RT-11/bare"}, Tolerance: defaults}, quick.visit)
	assert.Contains(t, find(r, "RT-11/bare").Reason, "attempt 2 came 1 s after 429, which ends the update")
	assert.Equal(t, contract.ObservedOnly, r.Verdict, "the specification is silent")
}

// TestNothingHappened: what was not seen is not passed.
func TestNothingHappened(t *testing.T) {
	tests := []struct {
		reason, why string
		client      func(Invitation, *memnet.Network)
	}{
		{"nobody calls", "the client never called", func(Invitation, *memnet.Network) {}},
		{"another method", "the first request is a POST; Update Session is a PUT",
			habits{edit: func(_ int, r *http.Request, _ *string) { r.Method = "POST" }}.visit},
		{"the wrong path", "the client never called",
			habits{edit: func(_ int, r *http.Request, _ *string) { r.URL.Path = "/nowhere\x1b" }}.visit},
		{"half a request", "attempt 1 was lost on this side: its body broke off: unexpected EOF",
			func(i Invitation, network *memnet.Network) {
				conn, err := network.Dial(context.Background(), "", "")
				if err != nil {
					panic(err)
				}
				_, path, _ := strings.Cut(strings.TrimPrefix(i.URL, "http://"), "/")
				_, _ = conn.Write([]byte("PUT /" + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"))
				_ = conn.Close()
			}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			r := try(t, Options{Only: []string{"RT-01", "RT-09"}, Tolerance: defaults, For: time.Minute}, tt.client)
			assert.Equal(t, contract.Inconclusive, r.Verdict)
			assert.False(t, r.Judged())
			for _, q := range r.Requirements {
				assert.Equal(t, tt.why, q.Cases[0].Reason)
			}
			if tt.reason == "the wrong path" {
				require.Len(t, r.Notes, 1)
				assert.Contains(t, r.Notes[0], "belonged to no script and were answered 404, the first: PUT /nowhere%1B?v=1.0")
			}
		})
	}
}

// TestTimeIsOver: what was under way is not judged, what was broken already is.
func TestTimeIsOver(t *testing.T) {
	r := try(t, Options{Only: []string{"RT-01", "RT-07/400"}, Tolerance: defaults, For: 12 * second},
		habits{retries: func(int) bool { return true }}.visit)
	assert.Equal(t, []string{"RT-07/400"}, red(r, contract.Fail))
	assert.Equal(t, []string{"RT-01"}, red(r, contract.Inconclusive))
	assert.Contains(t, r.Requirements[0].Cases[0].Reason, "give more with --for")
}

// TestInterrupted reports what was seen until then.
func TestInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 7*second)
		defer cancel()
		network := memnet.New()
		r, err := Run(ctx, Options{
			Only: []string{"RT-01"}, Tolerance: defaults, Listen: func() (net.Listener, error) { return network, nil },
			Ready: func(all []Invitation) { go habits{pauses: []time.Duration{5 * second}}.visit(all[0], network) },
		})
		require.NoError(t, err)
		assert.True(t, r.Interrupted)
		assert.Equal(t, contract.Inconclusive, r.Verdict)
		assert.Equal(t, 2, r.Requirements[0].Cases[0].Total)
	})
}

// TestCreateFirst serves a client that creates its session before it updates it.
func TestCreateFirst(t *testing.T) {
	client := func(i Invitation, network *memnet.Network) {
		transport := &http.Transport{DialContext: network.Dial, DisableKeepAlives: true}
		visitors, _, _ := strings.Cut(i.URL, "/visitors/")
		request, err := http.NewRequest("POST", visitors+"/visitors/?v=1.0", strings.NewReader("{}"))
		if err != nil {
			panic(err)
		}
		response, err := transport.RoundTrip(request)
		if err != nil {
			panic(err)
		}
		defer response.Body.Close()
		var created map[string]string
		if err := json.NewDecoder(response.Body).Decode(&created); err != nil || response.StatusCode != 200 {
			panic(response.Status)
		}
		i.URL = visitors + "/visitors/" + created["visitorId"] + "?v=1.0&sid=" + created["sessionId"]
		habits{}.visit(i, network)
	}
	r := try(t, Options{Only: []string{"RT-03"}, Tolerance: defaults}, client)
	assert.Equal(t, contract.Pass, r.Verdict, r.Reason)
	assert.Equal(t, 2, r.Requirements[0].Cases[0].Total, "the session's creation is no attempt")
}

// TestEndless bounds what is kept of a client that does not stop.
func TestEndless(t *testing.T) {
	r := try(t, Options{Only: []string{"RT-07/400"}, Tolerance: defaults},
		habits{pauses: make([]time.Duration, 500), retries: func(int) bool { return true }}.visit)
	c := r.Requirements[0].Cases[0]
	assert.Equal(t, contract.Fail, c.Verdict)
	assert.Equal(t, 501, c.Total)
	assert.Len(t, c.Attempts, keptAttempts)
}

func TestOptions(t *testing.T) {
	tests := []struct {
		reason string
		o      Options
		why    string
	}{
		{"an unknown policy", Options{Policy: "genral"}, `did you mean "general"?`},
		{"a policy that is a load", Options{Policy: "impatient"}, "there are spec, general, monitoring"},
		{"a selection of nothing", Options{Only: []string{"RT-07/4*", "RX-1"}}, `no script matches "RX-1"`},
		{"no pattern", Options{Only: []string{"RT-[0"}}, "is no pattern"},
		{"a longer scale", Options{Scale: 2}, "from 0.001 to 1"},
		{"a negative tolerance", Options{Tolerance: Tolerance{Early: -1}}, "negative tolerance"},
		{"a negative time", Options{For: -1}, "negative time"},
		{"no such command", Options{Command: []string{"no-such-command"}}, "the command cannot be started"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			_, err := Run(t.Context(), tt.o)
			var option *OptionError
			require.ErrorAs(t, err, &option)
			assert.ErrorContains(t, err, tt.why)
		})
	}
	_, err := Run(t.Context(), Options{Address: "127.0.0.1:99999"})
	var listen *ListenError
	require.ErrorAs(t, err, &listen)
	assert.ErrorContains(t, err, "choose another address with --address")
}
