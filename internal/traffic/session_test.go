package traffic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// createServer answers Create Session on a network in memory, and remembers what
// it was asked and when.
type createServer struct {
	mu     sync.Mutex
	began  time.Time
	posts  []createPost
	answer func(n int, p createPost) (status int, body string)
}

type createPost struct {
	at           time.Duration
	target, body string
}

func (s *createServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	p := createPost{at: time.Since(s.began), target: r.Method + " " + r.RequestURI, body: string(body)}
	s.posts = append(s.posts, p)
	n := len(s.posts)
	s.mu.Unlock()
	status, reply := s.answer(n, p)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, reply)
}

func (s *createServer) seen() []createPost {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]createPost(nil), s.posts...)
}

// inBubble runs a test on virtual time with an exchanger that reaches answer.
func inBubble(t *testing.T, answer func(n int, p createPost) (int, string), test func(t *testing.T, s *createServer, o CreateOptions)) {
	synctest.Test(t, func(t *testing.T) {
		network := newPipes()
		s := &createServer{began: time.Now(), answer: answer}
		server := &http.Server{Handler: s}
		served := make(chan error, 1)
		go func() { served <- server.Serve(network) }()
		e := newStd(t, ExchangeOptions{URL: pipedTarget, Dial: network.Dial})
		test(t, s, CreateOptions{Exchanger: e, Account: "acme", Target: pipedTarget})
		e.Close()
		_ = server.Close()
		assert.ErrorIs(t, <-served, http.ErrServerClosed)
	})
}

// The replies as the page of Create Session shows them: ids of an engagement as
// strings, its revision as a number.
const availableReply = `{"status":"Available","sessionId":"Qm3xT7vK0aZr_9-LbW2eDg","visitorId":"ExYTlkNGJjMjdlOGYzMDUy","pageId":"5120934471",` +
	`"engagementDetails":{"campaignId":"4100200301","engagementId":"4100200402","contextId":"1","windowId":"4100200777","language":"en-US",` +
	`"engagementRevision":12,"validForSeconds":900,"skillId":7,"skillName":"Sales"}}`

const notAvailableReply = `{"status":"NotAvailable","sessionId":"Qm3xT7vK0aZr_9-LbW2eDg","visitorId":"ExYTlkNGJjMjdlOGYzMDUy","pageId":"5120934471"}`

// numberedReply is a reply whose ids tell which request it answers.
func numberedReply(n int) string {
	return fmt.Sprintf(`{"status":"NotAvailable","sessionId":"s%d","visitorId":"v%d","pageId":"p%d"}`, n, n, n)
}

func TestDecodeCreated(t *testing.T) {
	const target = "/api/account/acme/app/engagement/visitors/ExYTlkNGJjMjdlOGYzMDUy?v=1.0&sid=Qm3xT7vK0aZr_9-LbW2eDg"
	plain := contract.Session{Account: "acme", VisitorID: "ExYTlkNGJjMjdlOGYzMDUy", ID: "Qm3xT7vK0aZr_9-LbW2eDg", PageID: "5120934471", Target: target}
	engaged := plain
	engaged.Engagement = &contract.Engagement{Campaign: 4100200301, ID: 4100200402, Revision: 12, ContextID: "1"}
	numeric := strings.NewReplacer(`"5120934471"`, `5120934471`, `"4100200301"`, `4100200301`, `"4100200402"`, `4100200402`,
		`"contextId":"1"`, `"contextId":1`, `:12,`, `:"12",`)
	replace := func(old, new string) string {
		require.Contains(t, availableReply, old)
		return strings.Replace(availableReply, old, new, 1)
	}
	for _, row := range []struct {
		reason, reply string
		want          *contract.Session
		valid         time.Duration
		err           string
	}{
		{reason: "with an engagement", reply: availableReply, want: &engaged, valid: 15 * time.Minute},
		{reason: "numbers and strings change places (CR-04)", reply: numeric.Replace(availableReply), want: &engaged, valid: 15 * time.Minute},
		{reason: "without an engagement", reply: notAvailableReply, want: &plain},
		{reason: "unknown members are accepted", reply: replace(`"status"`, `"new":[{}],"status"`), want: &engaged, valid: 15 * time.Minute},
		{reason: "no validity is no trouble", reply: replace(`"validForSeconds":900,`, ``), want: &engaged},
		{reason: "a negative validity says nothing", reply: replace(`:900`, `:-5`), want: &engaged},
		{reason: "an absurd validity is bounded", reply: replace(`:900`, `:9223372036854775807`), want: &engaged, valid: 24 * time.Hour},
		{reason: "an id beyond 64 bits", reply: replace(`"4100200301"`, `"9223372036854775808"`), err: "campaignId is no whole number of 64 bits"},
		{reason: "an id with a fraction", reply: replace(`"5120934471"`, `5120934471.5`), err: "pageId is neither a string nor a whole number"},
		{reason: "an id in exponent form", reply: replace(`"5120934471"`, `5e9`), err: "pageId is neither a string nor a whole number"},
		{reason: "letter case matters", reply: replace(`"sessionId"`, `"SessionID"`), err: "the reply lacks sessionId"},
		{reason: "a null id", reply: replace(`"5120934471"`, `null`), err: "pageId is neither"},
		{reason: "an empty id", reply: replace(`"5120934471"`, `""`), err: "pageId is empty"},
		{reason: "available without details", reply: strings.Replace(notAvailableReply, "Not", "", 1), err: "engagementDetails: is missing"},
		{reason: "details of another type", reply: strings.Replace(notAvailableReply, `"NotAvailable"`, `"Available","engagementDetails":[]`, 1), err: "engagementDetails: is no JSON object"},
		{reason: "another status", reply: replace(`"Available"`, `"Perhaps\u001b"`), err: `its status is "Perhaps`},
		{reason: "trailing data", reply: availableReply + "{}", err: "no JSON object"},
		{reason: "null", reply: "null", err: "no JSON object"},
		{reason: "HTML", reply: "<html>", err: "no JSON object"},
		{reason: "nothing", reply: "", err: "no JSON object"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got, err := decodeCreated([]byte(row.reply), "acme")
			if row.err != "" {
				require.ErrorContains(t, err, row.err)
				assert.NotContains(t, err.Error(), "\x1b")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, row.want, got.session)
			assert.Equal(t, row.valid, got.validFor)
		})
	}
}

func FuzzDecodeCreated(f *testing.F) {
	for _, seed := range []string{availableReply, notAvailableReply, "null", "{}", `{"status":1}`, "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		got, err := decodeCreated(reply, "acme")
		if err != nil {
			return
		}
		assert.True(t, json.Valid(reply))
		assert.NotEmpty(t, got.session.VisitorID)
		assert.NotEmpty(t, got.session.ID)
		assert.NotEmpty(t, got.session.PageID)
		assert.True(t, got.validFor >= 0 && got.validFor <= maxValidity)
		assert.Equal(t, contract.Target("acme", got.session.VisitorID, got.session.ID), got.session.Target)
	})
}

func TestLoadingVisitor(t *testing.T) {
	loading := func(code int, message string) string {
		return fmt.Sprintf(`{"time":1469543282471,"message":%q,"internalCode":%d}`, message, code)
	}
	for _, row := range []struct {
		reason string
		status int
		body   string
		want   string
	}{
		{"a cold account", 500, loading(20, "Loading account: le12345, vid: E1YTlkNGJj"), "E1YTlkNGJj"},
		{"as this house writes it", 500, loading(20, contract.LoadingMessage("acme", "V1")), "V1"},
		{"another status", 503, loading(20, "Loading account: a, vid: V1"), ""},
		{"another code", 500, loading(18, "Loading account: a, vid: V1"), ""},
		{"another message", 500, loading(20, "Loading account: a"), ""},
		{"more than the message", 500, loading(20, "x Loading account: a, vid: V1"), ""},
		{"no envelope", 500, "<html>", ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got, ok := LoadingVisitor(row.status, []byte(row.body))
			assert.Equal(t, row.want, got)
			assert.Equal(t, row.want != "", ok)
		})
	}
}

func TestCreatePool(t *testing.T) {
	inBubble(t, func(n int, _ createPost) (int, string) { return 200, numberedReply(n) },
		func(t *testing.T, s *createServer, o CreateOptions) {
			var progress []int
			o.Progress = func(n int) { progress = append(progress, n) }
			pool, err := CreatePool(t.Context(), 3, o)
			require.NoError(t, err)
			assert.Equal(t, []int{1, 2, 3}, progress)
			var at []time.Duration
			for _, p := range s.seen() {
				at = append(at, p.at)
				assert.Equal(t, "POST /api/account/acme/app/engagement/visitors/?v=1.0", p.target)
				assert.JSONEq(t, `{"appType":"EXTERNAL"}`, p.body)
			}
			assert.Equal(t, []time.Duration{0, 100 * time.Millisecond, 200 * time.Millisecond}, at, "10 a second")
			for seq, want := range map[uint64]string{0: "v1", 1: "v2", 2: "v3", 3: "v1", 1<<64 - 1: "v1"} {
				assert.Equal(t, want, pool.Session(seq).VisitorID, "seq %d", seq)
			}
			assert.Equal(t, SessionStats{Sessions: 3, Posts: 3}, pool.Stats())
		})
}

// S:L116 and CS: three retries after 5, 10 and 15 s, and the vid in the path.
func TestColdAccount(t *testing.T) {
	cold := func(vid string) string {
		return `{"time":1469543282471,"message":"Loading account: acme, vid: ` + vid + `","internalCode":20}`
	}
	t.Run("warm at the fourth attempt", func(t *testing.T) {
		inBubble(t, func(n int, _ createPost) (int, string) {
			if n < 4 {
				return 500, cold(fmt.Sprintf("V%d", n))
			}
			return 200, availableReply
		}, func(t *testing.T, s *createServer, o CreateOptions) {
			pool, err := CreatePool(t.Context(), 1, o)
			require.NoError(t, err)
			assert.NotNil(t, pool.Session(0).Engagement)
			const visitors = "POST /api/account/acme/app/engagement/visitors/"
			body := `{"appType":"EXTERNAL"}`
			assert.Equal(t, []createPost{
				{0, visitors + "?v=1.0", body},
				{5 * time.Second, visitors + "V1?v=1.0", body},
				{15 * time.Second, visitors + "V2?v=1.0", body},
				{30 * time.Second, visitors + "V3?v=1.0", body},
			}, s.seen())
			assert.EqualValues(t, 4, pool.Stats().Posts)
		})
	})
	t.Run("never warm", func(t *testing.T) {
		inBubble(t, func(int, createPost) (int, string) { return 500, cold("V") },
			func(t *testing.T, s *createServer, o CreateOptions) {
				_, err := CreatePool(t.Context(), 1, o)
				var refused *SetupError
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, 500, refused.Status)
				assert.Equal(t, 4, refused.Attempts)
				assert.ErrorContains(t, err, `answered 500 after 4 attempts; the reply: {"time":1469543282471,"message":"Loading account: acme, vid: V","internalCode":20}`)
				assert.Len(t, s.seen(), 4)
			})
	})
	t.Run("stopped during the pause", func(t *testing.T) {
		inBubble(t, func(int, createPost) (int, string) { return 500, cold("V") },
			func(t *testing.T, s *createServer, o CreateOptions) {
				stop := errors.New("stopped by hand")
				ctx, cancel := contextWithStop(t, 7*time.Second, stop)
				defer cancel()
				_, err := CreatePool(ctx, 1, o)
				assert.ErrorIs(t, err, stop)
				assert.Equal(t, 7*time.Second, time.Since(s.began))
				assert.Len(t, s.seen(), 2)
			})
	})
}

func TestCreateRefused(t *testing.T) {
	for _, row := range []struct {
		reason string
		status int
		reply  string
		change func(*CreateOptions)
		posts  int
		want   string
	}{
		{"a client's fault is not sent again (S:L115)", 400, `{"time":1,"internalCode":5}`, nil, 1,
			`Create Session gave no session: POST http://127.0.0.1:1/api/account/acme/app/engagement/visitors/?v=1.0 answered 400; the reply: {"time":1,"internalCode":5}`},
		{"control characters are escaped", 401, "\x1b[2Jno\r\n\u202e\xff", nil, 1, `the reply: \x1b[2Jno\r\n\u202e\xff`},
		{"a long reply is cut", 400, strings.Repeat("x", 1000), nil, 1, strings.Repeat("x", 400) + "… (1000 bytes in all)"},
		{"neither form of the path is known", 404, "", nil, 2, "visitors?v=1.0 answered 404; the reply is empty"},
		{"a redirect", 302, "", nil, 1, "answered 302"},
		{"a 200 without a session", 200, "{}", nil, 1, "answered 200; the reply lacks visitorId; the reply: {}"},
		{"an engagement is needed", 200, notAvailableReply, func(o *CreateOptions) { o.NeedEngagement = true }, 1, "no engagement is available"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			inBubble(t, func(int, createPost) (int, string) { return row.status, row.reply },
				func(t *testing.T, s *createServer, o CreateOptions) {
					if row.change != nil {
						row.change(&o)
					}
					_, err := CreatePool(t.Context(), 5, o)
					var refused *SetupError
					require.ErrorAs(t, err, &refused)
					assert.Equal(t, row.status, refused.Status)
					assert.ErrorContains(t, err, row.want)
					assert.NotContains(t, err.Error(), "\x1b")
					assert.Len(t, s.seen(), row.posts)
				})
		})
	}
}

// CR-01: which form of the first call works is open.
func TestCreateFindsTheForm(t *testing.T) {
	inBubble(t, func(n int, p createPost) (int, string) {
		if strings.Contains(p.target, "visitors/?") {
			return 404, ""
		}
		return 200, numberedReply(n)
	}, func(t *testing.T, s *createServer, o CreateOptions) {
		o.AppType = contract.AppTypeMSDK
		_, err := CreatePool(t.Context(), 2, o)
		require.NoError(t, err)
		posts := s.seen()
		require.Len(t, posts, 3, "the wrong form is tried once")
		assert.Equal(t, "POST /api/account/acme/app/engagement/visitors?v=1.0", posts[2].target)
		assert.JSONEq(t, `{"appType":"MSDK"}`, posts[2].body)
	})
}

func TestCreateUnreachable(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = silent
	secure.StartTLS()
	defer secure.Close()
	hangsUp := failing(t, afterRequest(""))
	for _, row := range []struct {
		reason, url string
		want        contract.Failure
		says        string
	}{
		{"nobody listens", nobodyListens(t), contract.FailRefused, "check that the server runs"},
		{"the certificate is not trusted", secure.URL, contract.FailTLS, "tls.ca names the CA"},
		{"the server hangs up", hangsUp, contract.FailClosed, "the server hung up"},
		{"what answers is no HTTP", failing(t, afterRequest("SSH-2.0-x\r\n")), contract.FailProtocol, "does not speak this HTTP"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			_, err := CreatePool(t.Context(), 3, CreateOptions{Exchanger: newStd(t, ExchangeOptions{URL: row.url}), Account: "acme", Target: row.url})
			var unreachable *UnreachableError
			require.ErrorAs(t, err, &unreachable)
			assert.Equal(t, row.want, unreachable.Failure)
			assert.ErrorContains(t, err, "cannot reach "+row.url)
			assert.ErrorContains(t, err, row.says)
		})
	}
}

// A consent that ends while the run is being set up is told as such.
func TestCreateForbidden(t *testing.T) {
	refusal := &ConsentError{Host: "docs.example", Reason: "its consent expired"}
	e := newStd(t, ExchangeOptions{URL: pipedTarget, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, refusal }})
	_, err := CreatePool(t.Context(), 1, CreateOptions{Exchanger: e, Account: "acme"})
	assert.ErrorIs(t, err, refusal)
}

func TestCreateOptionsAreChecked(t *testing.T) {
	e := newStd(t, ExchangeOptions{URL: pipedTarget, Dial: func(context.Context, string, string) (net.Conn, error) {
		t.Error("nothing may be sent")
		return nil, errors.New("dialled")
	}})
	for _, row := range []struct {
		reason string
		n      int
		o      CreateOptions
		want   string
	}{
		{"no session", 0, CreateOptions{Exchanger: e, Account: "a"}, "at least one session"},
		{"no exchanger", 1, CreateOptions{Account: "a"}, "needs an exchanger"},
		{"no account", 1, CreateOptions{Exchanger: e}, "needs an account"},
		{"an app type that Create Session refuses (CR-06)", 1, CreateOptions{Exchanger: e, Account: "a", AppType: "WEB"}, `"WEB" is no app type`},
		{"a negative rate", 1, CreateOptions{Exchanger: e, Account: "a", Rate: -1}, "the rate must be above 0"},
		{"a negative age", 1, CreateOptions{Exchanger: e, Account: "a", RecycleAfter: -1}, "cannot be recycled"},
		{"more than can be made in their lifetime", 20_000, CreateOptions{Exchanger: e, Account: "a"}, "creating 20000 sessions at 10/s takes 33m20s"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			_, err := CreatePool(t.Context(), row.n, row.o)
			assert.ErrorContains(t, err, row.want)
		})
	}
}
