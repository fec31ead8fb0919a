package reference

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"sdegauge/internal/contract"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The sessions of the tests, typed out: ids and page are those of the worked
// examples that go round with the contract.
func baseSession() *contract.Session {
	return &contract.Session{
		Account: "acme_01", VisitorID: "ExYTlkNGJjMjdlOGYzMDUy", ID: "Qm3xT7vK0aZr_9-LbW2eDg", PageID: "5120934471",
		Engagement: &contract.Engagement{Campaign: 4100200301, ID: 4100200402, Revision: 12, ContextID: "1"},
	}
}

// otherSession is another visitor's, of the same account.
func otherSession() *contract.Session {
	return &contract.Session{
		Account: "acme_01", VisitorID: "ZkQ0c1BhVmV5TGlzYm9uQQ", ID: "hT8_kk2VbC-9sUqLx0PzEw", PageID: "6000000001",
		Engagement: &contract.Engagement{Campaign: 4900000001, ID: 4900000002, Revision: 3, ContextID: "2"},
	}
}

// plainSession has no engagement.
func plainSession() *contract.Session {
	return &contract.Session{Account: "acme_01", VisitorID: "NoEngagementVisitor123", ID: "NoEngagementSession_-9", PageID: "7000000001"}
}

const basePath = "/api/account/acme_01/app/engagement/visitors/ExYTlkNGJjMjdlOGYzMDUy"
const baseTarget = basePath + "?v=1.0&sid=Qm3xT7vK0aZr_9-LbW2eDg"

func newTestHandler(t testing.TB, o Options) *Handler {
	t.Helper()
	if o.Accounts == nil {
		o.Accounts = []string{"acme_01", "globex"}
	}
	h, err := New(o)
	require.NoError(t, err)
	for _, s := range []*contract.Session{baseSession(), otherSession(), plainSession()} {
		require.NoError(t, h.Preset(s))
	}
	return h
}

// result is an answer as a client sees it.
type result struct {
	Status int
	Header http.Header
	Body   string
}

// code is the envelope's internalCode, -1 where there is no conforming one. It
// reads the envelope by its raw members: struct decoding would be lenient.
func (r result) code() int64 {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(r.Body), &members) != nil {
		return -1
	}
	var clock, code int64
	if json.Unmarshal(members["time"], &clock) != nil || json.Unmarshal(members["internalCode"], &code) != nil {
		return -1
	}
	if message, ok := members["message"]; ok && message[0] != '"' {
		return -1
	}
	return code
}

func (r result) message() string {
	var envelope struct{ Message string }
	_ = json.Unmarshal([]byte(r.Body), &envelope)
	return envelope.Message
}

func send(h http.Handler, method, target, body string) result {
	return do(h, httptest.NewRequest(method, target, strings.NewReader(body)))
}

func do(h http.Handler, r *http.Request) result {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body)
	return result{w.Code, w.Result().Header, string(body)}
}

// update sends a body for the base session.
func update(h http.Handler, body string) result { return send(h, http.MethodPut, baseTarget, body) }

// requireOK asserts 200 and zero bytes (S:L104, S:L118).
func requireOK(t testing.TB, got result) {
	t.Helper()
	require.Equal(t, http.StatusOK, got.Status, got.Body)
	require.Empty(t, got.Body)
	require.Equal(t, "0", got.Header.Get("Content-Length"))
}

func requireRefused(t testing.TB, got result, status int, code int64) {
	t.Helper()
	require.Equal(t, status, got.Status, got.Body)
	require.Equal(t, code, got.code(), got.Body)
}
