package reference

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// clock is set by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestExpiry(t *testing.T) {
	const bad = `{"pageId":1}`
	type step struct {
		after  time.Duration
		body   string
		status int
		code   int64
	}
	for _, row := range []struct {
		reason string
		steps  []step
	}{
		{"idle for half an hour ends it", []step{{30 * time.Minute, page, 404, 12}}},
		{"an update starts the idle time anew", []step{
			{29 * time.Minute, page, 200, 0}, {29 * time.Minute, page, 200, 0}, {30 * time.Minute, page, 404, 12}}},
		{"a refused update does not", []step{{29 * time.Minute, bad, 400, 5}, {time.Minute, page, 404, 12}}},
		{"six hours end it, used or not", append(repeat(12, step{29*time.Minute + 30*time.Second, page, 200, 0}),
			step{6 * time.Minute, page, 404, 12})},
		{"an ended session wins over a broken body", []step{{time.Hour, bad, 404, 12}}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
			h := newTestHandler(t, Options{Now: c.Now})
			for i, s := range row.steps {
				c.add(s.after)
				got := update(h, s.body)
				require.Equal(t, s.status, got.Status, "step %d: %s", i, got.Body)
				if s.status != http.StatusOK {
					require.Equal(t, s.code, got.code())
				}
			}
		})
	}
}

func repeat[T any](n int, v T) (out []T) {
	for range n {
		out = append(out, v)
	}
	return out
}

// TestCreateAfterTheEnd: Create Session with ended ids makes a new session.
func TestCreateAfterTheEnd(t *testing.T) {
	c := &clock{now: time.Now()}
	h := newTestHandler(t, Options{Now: c.Now})
	c.add(25 * time.Minute)
	create(t, h, baseTarget, external) // keeps it alive
	c.add(25 * time.Minute)
	requireOK(t, update(h, page))
	c.add(30 * time.Minute)
	renewed := create(t, h, baseTarget, external)
	require.Equal(t, "ExYTlkNGJjMjdlOGYzMDUy", renewed["visitorId"])
	require.NotEqual(t, "Qm3xT7vK0aZr_9-LbW2eDg", renewed["sessionId"])
	requireRefused(t, update(h, page), 404, 12)
}

func TestEnvelopeTime(t *testing.T) {
	c := &clock{now: time.UnixMilli(1469543282471)}
	h := newTestHandler(t, Options{Now: c.Now})
	got := send(h, http.MethodPut, basePath+"?v=2.0&sid=x", "")
	// The specification's example, member for member (S:L133–137).
	require.Equal(t, `{"time":1469543282471,"message":"Illegal Version","internalCode":33}`, got.Body)
	require.Equal(t, "application/json", got.Header.Get("Content-Type"))
}

func TestBoundOnSessions(t *testing.T) {
	h := newTestHandler(t, Options{MaxSessions: 5}) // three are there
	first := create(t, h, createTarget, external)
	second := create(t, h, createTarget, external)
	requireOK(t, update(h, page))
	third := create(t, h, createTarget, external)
	requireRefused(t, update(h, page), 404, 37)
	for _, reply := range []map[string]any{first, second, third} {
		requireOK(t, send(h, http.MethodPut, targetOf(reply), fmt.Sprintf(`{"pageId":"%s"}`, reply["pageId"])))
	}
	require.Len(t, h.store.order, 5)
	require.Len(t, h.store.accounts["acme_01"].visitors, 5)
}

func TestPreset(t *testing.T) {
	h := newTestHandler(t, Options{})
	require.ErrorContains(t, h.Preset(baseSession()), "exists already")
	require.ErrorContains(t, h.Preset(&contract.Session{Account: "acme_01"}), "want an account")
	s := baseSession()
	s.Account = "new_account"
	require.NoError(t, h.Preset(s))
	requireOK(t, send(h, http.MethodPut, strings.Replace(baseTarget, "acme_01", "new_account", 1), page))
	// What the caller does to its session afterwards is its own affair.
	s.Engagement.Campaign = 1
	requireOK(t, send(h, http.MethodPut, strings.Replace(baseTarget, "acme_01", "new_account", 1), withImpressions(impressions["IM-02"])))
}

func TestOptionsAreChecked(t *testing.T) {
	for text, o := range map[string]Options{
		"account":                   {Accounts: []string{"a-b"}},
		"share of sessions":         {Unavailable: 1.5},
		"a limit is negative":       {MaxBody: -1},
		"a duration is negative":    {MaxAge: -1},
		"the shares add up to 120%": {Faults: Faults{Errors: []ErrorShare{{Share: 0.6, Status: 500}, {Share: 0.6, Status: 503}}}},
		"without the switch":        {Faults: Faults{Capacity: Capacity{Waiting: 1}}},
		"want 400 to 599":           {Faults: Faults{Outages: []Outage{{Window{0, 1}, 200}}}},
	} {
		_, err := New(o)
		require.ErrorContains(t, err, text)
	}
}

func stateOf(t testing.TB, h *Handler) State {
	t.Helper()
	s, ok := h.State("acme_01", "ExYTlkNGJjMjdlOGYzMDUy", "Qm3xT7vK0aZr_9-LbW2eDg")
	require.True(t, ok)
	return s
}

// TestRepeats: replace, merge and append, as the best-practice pages have them.
func TestRepeats(t *testing.T) {
	bodies := []string{
		withSDEs(`{"type":"cart","total":1,"currency":"EUR","numItems":1}`,
			`{"type":"personal","personal":{"firstname":"Noa","company":"A"}}`, `{"type":"service","service":{"topic":"a"}}`, `{"type":"lead"}`),
		withSDEs(`{"type":"cart","total":2,"numItems":2}`,
			`{ "personal" : { "company" : "B" , "age":{"age": 30.0} }, "type":"personal"}`, `{"type":"service","service":{"topic":"b"}}`,
			`{"type":"lead","lead":{"value":5}}`, `{"type":"lead","lead":{"value":5}}`),
		withSDEs(`{"type":"personal"}`),
	}
	for _, row := range []struct {
		product   string
		messaging bool
		want      map[string][]string
	}{
		{"chat", false, map[string][]string{
			"cart":     {`{"type":"cart","total":2,"numItems":2}`},
			"personal": {`{"type":"personal","personal":{"firstname":"Noa","company":"B","age":{"age":30.0}}}`},
			"service":  {`{"type":"service","service":{"topic":"a"}}`, `{"type":"service","service":{"topic":"b"}}`},
			"lead":     {`{"type":"lead"}`, `{"type":"lead","lead":{"value":5}}`, `{"type":"lead","lead":{"value":5}}`},
		}},
		{"messaging", true, map[string][]string{
			"cart":     {`{"type":"cart","total":2,"numItems":2}`},
			"personal": {`{"type":"personal"}`},
			"service":  {`{"type":"service","service":{"topic":"b"}}`},
			"lead":     {`{"type":"lead"}`, `{"type":"lead","lead":{"value":5}}`, `{"type":"lead","lead":{"value":5}}`},
		}},
	} {
		t.Run(row.product, func(t *testing.T) {
			h := newTestHandler(t, Options{Messaging: row.messaging})
			for _, b := range bodies {
				requireOK(t, update(h, b))
			}
			s := stateOf(t, h)
			require.Equal(t, uint64(3), s.Updates)
			require.Equal(t, map[string]uint64{"cart": 2, "personal": 3, "service": 2, "lead": 3}, s.Received)
			require.Len(t, s.Attributes, len(row.want))
			for wire, want := range row.want {
				require.Len(t, s.Attributes[wire], len(want), wire)
				for i := range want {
					require.JSONEq(t, want[i], string(s.Attributes[wire][i]))
				}
			}
		})
	}
}

// TestAllOrNothing is EA-09 and EA-24: one bad attribute keeps the others out.
func TestAllOrNothing(t *testing.T) {
	h := newTestHandler(t, Options{})
	for _, body := range []string{
		withSDEs(fullSDEs["SL-02"], `{"type":"cart"}`),
		withSDEs(`{"type":"cart"}`, fullSDEs["SL-02"]),
		withSDEs(fullSDEs["SL-02"], impressions["IM-02"]),
		`{"pageId":"1","engagementAttributes":[` + fullSDEs["SL-02"] + `]}`,
		`{"engagementAttributes":[` + fullSDEs["SL-02"] + `]}`,
		`{"pageId":"5120934471","engagementAttributes":[` + fullSDEs["SL-02"] + `]} x`,
	} {
		requireRefused(t, update(h, body), 400, 5)
	}
	s := stateOf(t, h)
	require.Zero(t, s.Updates)
	require.Empty(t, s.Received)
	require.Empty(t, s.Attributes)
}

// TestAppendIsBounded: the newest are kept, in order, and all are counted.
func TestAppendIsBounded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		bound := rapid.IntRange(1, 5).Draw(rt, "bound")
		n := rapid.IntRange(0, 12).Draw(rt, "n")
		h := newTestHandler(t, Options{MaxStored: bound})
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`{"type":"lead","lead":{"topic":"%d"}}`, i))
			requireOK(t, update(h, withSDEs(all[i])))
		}
		s := stateOf(t, h)
		require.Equal(t, uint64(n), s.Received["lead"])
		want := all[max(0, n-bound):]
		require.Len(t, s.Attributes["lead"], len(want))
		for i := range want {
			require.JSONEq(t, want[i], string(s.Attributes["lead"][i]))
		}
	})
}

// TestMergeIsBounded: unknown properties do not make a session grow for ever,
// and the documented ones always find room.
func TestMergeIsBounded(t *testing.T) {
	h := newTestHandler(t, Options{MaxStored: 2})
	for i := range 100 {
		requireOK(t, update(h, withSDEs(fmt.Sprintf(`{"type":"personal","personal":{"x%d":1}}`, i))))
	}
	var kept struct{ Personal map[string]any }
	require.NoError(t, json.Unmarshal(stateOf(t, h).Attributes["personal"][0], &kept))
	require.Len(t, kept.Personal, 2)
}

func TestStateOfUnknown(t *testing.T) {
	h := newTestHandler(t, Options{})
	for _, ids := range [][3]string{{"nobody", "a", "b"}, {"acme_01", "a", "b"}, {"acme_01", "ExYTlkNGJjMjdlOGYzMDUy", "b"}} {
		_, ok := h.State(ids[0], ids[1], ids[2])
		require.False(t, ok)
	}
}

// TestConcurrency: many updates of one session, creations and reads at once;
// every answer is counted and every accepted update is there.
func TestConcurrency(t *testing.T) {
	h := newTestHandler(t, Options{Faults: Faults{Errors: []ErrorShare{{Share: 0.2, Status: 503, Code: 18}}}})
	const goroutines, each = 8, 100
	var mu sync.Mutex
	answers := Tally{}
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for i := range each {
				got := update(h, withSDEs(fullSDEs["SL-02"], fullSDEs["SR-03"]))
				if i%10 == 0 {
					create(t, h, createTarget, external)
					stateOf(t, h)
				}
				mu.Lock()
				answers[got.Status]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	c := h.Counts()
	require.Equal(t, answers, c.Updates)
	require.Equal(t, Tally{200: goroutines * each / 10}, c.Creates)
	require.Equal(t, uint64(goroutines*each+goroutines*each/10), c.All().Total())
	require.Equal(t, answers[200], stateOf(t, h).Updates)
	require.Equal(t, answers[200], stateOf(t, h).Received["lead"])
}
