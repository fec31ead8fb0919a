package reference

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const baseIDs = "account=acme_01&visitor=ExYTlkNGJjMjdlOGYzMDUy&sid=Qm3xT7vK0aZr_9-LbW2eDg"

func TestControlFails(t *testing.T) {
	h := newTestHandler(t, Options{})
	c := Control(h)
	require.Equal(t, http.StatusNoContent, send(c, "POST", "/fail", `{"statuses":[500,503]}`).Status)
	require.Equal(t, http.StatusNoContent, send(c, "POST", "/fail", `{"statuses":[401]}`).Status)
	requireOK(t, send(h, "POST", "/api/account/acme_01/app/engagement/visitors?v=1.0", `{"appType":"EXTERNAL"}`).withoutEntity())
	requireRefused(t, update(h, page), 500, 18)
	requireRefused(t, update(h, page), 503, 18)
	requireRefused(t, update(h, page), 401, 10)
	requireOK(t, update(h, page))
}

// withoutEntity leaves of a created session only that it was.
func (r result) withoutEntity() result {
	if r.Status == http.StatusOK {
		r.Body, r.Header = "", http.Header{"Content-Length": {"0"}}
	}
	return r
}

func TestControlAges(t *testing.T) {
	for _, row := range []struct {
		reason, by string
		code       int64
	}{
		{"not yet idle for half an hour", "29m", 0},
		{"idle for half an hour", "30m", 12},
		{"older than six hours", "6h", 12},
	} {
		t.Run(row.reason, func(t *testing.T) {
			now := time.Now()
			h := newTestHandler(t, Options{Now: func() time.Time { return now }})
			order := `{"account":"acme_01","visitor":"ExYTlkNGJjMjdlOGYzMDUy","sid":"Qm3xT7vK0aZr_9-LbW2eDg","by":"` + row.by + `"}`
			require.Equal(t, http.StatusNoContent, send(Control(h), "POST", "/age", order).Status)
			if row.code == 0 {
				requireOK(t, update(h, page))
				return
			}
			requireRefused(t, update(h, page), 404, row.code)
		})
	}
}

func TestControlReadsBack(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	h := newTestHandler(t, Options{Now: func() time.Time { return now }})
	requireOK(t, update(h, `{"pageId":"5120934471","engagementAttributes":[{"type":"lead"}]}`))
	got := send(Control(h), "GET", "/state?"+baseIDs, "")
	require.Equal(t, http.StatusOK, got.Status)
	require.JSONEq(t, `{
		"created":"2026-01-01T00:00:00Z","lastUsed":"2026-01-01T00:00:00Z","pages":["5120934471"],
		"engagement":{"campaign":4100200301,"engId":4100200402,"revision":12,"contextId":"1"},
		"updates":1,"received":{"lead":1},"attributes":{"lead":[{"type":"lead"}]}}`, got.Body)
}

func TestControlRefuses(t *testing.T) {
	h := newTestHandler(t, Options{})
	c := Control(h)
	for _, row := range []struct {
		reason, method, path, body string
		status                     int
		says                       string
	}{
		{"no body", "POST", "/fail", ``, 400, "EOF"},
		{"no statuses", "POST", "/fail", `{}`, 400, "no statuses"},
		{"a success is no failure", "POST", "/fail", `{"statuses":[200]}`, 400, "want 400 to 599"},
		{"a member that is not known", "POST", "/fail", `{"status":[500]}`, 400, "unknown field"},
		{"something after the order", "POST", "/fail", `{"statuses":[500]} 1`, 400, "follows"},
		{"a duration without a unit", "POST", "/age", `{"by":"6"}`, 400, "such as 6h"},
		{"back in time", "POST", "/age", `{"by":"-6h"}`, 400, "above zero"},
		{"an unknown account to age", "POST", "/age", `{"account":"no","by":"6h"}`, 404, "no session"},
		{"an unknown session to age", "POST", "/age", `{"account":"acme_01","by":"6h"}`, 404, "no session"},
		{"an unknown session to read", "GET", "/state?account=acme_01", ``, 404, "no session"},
		{"another path", "GET", "/", ``, 404, "not found"},
		{"another method", "GET", "/fail", ``, 405, "Not Allowed"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got := send(c, row.method, row.path, row.body)
			require.Equal(t, row.status, got.Status)
			require.Contains(t, got.Body, row.says)
		})
	}
	requireOK(t, update(h, page)) // nothing of all that was taken
}
