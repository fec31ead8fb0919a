package reference

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

const createTarget = "/api/account/acme_01/app/engagement/visitors/?v=1.0"
const external = `{"appType":"EXTERNAL"}`

// created decodes Create Session's reply into its raw members.
func create(t testing.TB, h http.Handler, target, body string) map[string]any {
	t.Helper()
	got := send(h, http.MethodPost, target, body)
	require.Equal(t, http.StatusOK, got.Status, got.Body)
	var reply map[string]any
	require.NoError(t, json.Unmarshal([]byte(got.Body), &reply))
	return reply
}

func targetOf(reply map[string]any) string {
	return fmt.Sprintf("/api/account/acme_01/app/engagement/visitors/%s?v=1.0&sid=%s", reply["visitorId"], reply["sessionId"])
}

// TestCreateAndUpdate hands every id of the reply over to Update Session.
func TestCreateAndUpdate(t *testing.T) {
	h := newTestHandler(t, Options{})
	for _, target := range []string{createTarget, "/api/account/acme_01/app/engagement/visitors?v=1.0"} {
		reply := create(t, h, target, external)
		require.Equal(t, "Available", reply["status"])
		require.Regexp(t, regexp.MustCompile(`^[A-Za-z0-9]{22}$`), reply["visitorId"])
		require.Regexp(t, regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`), reply["sessionId"])
		require.Regexp(t, regexp.MustCompile(`[_-]`), reply["sessionId"])
		require.Regexp(t, regexp.MustCompile(`^[0-9]{10}$`), reply["pageId"])
		page, err := strconv.ParseInt(reply["pageId"].(string), 10, 64)
		require.NoError(t, err)
		require.Greater(t, page, int64(1)<<32)

		e := reply["engagementDetails"].(map[string]any)
		require.Subset(t, keys(e), []string{"campaignId", "engagementId", "contextId", "windowId", "language", "engagementRevision", "validForSeconds"})
		body := fmt.Sprintf(`{"pageId":"%s","impAttributes":[{"type":"impDisplay","campaign":%s,"engId":%s,"revision":%v,`+
			`"eContext":[{"type":"engagementContext","id":"%s"}]}]}`,
			reply["pageId"], e["campaignId"], e["engagementId"], e["engagementRevision"], e["contextId"])
		requireOK(t, send(h, http.MethodPut, targetOf(reply), body))
		// Ids of an engagement belong to one session.
		requireRefused(t, send(h, http.MethodPut, targetOf(create(t, h, target, external)), body), 400, 5)
	}
}

func keys(m map[string]any) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	return out
}

func TestCreateReplyForms(t *testing.T) {
	h := newTestHandler(t, Options{NumericIDs: true})
	e := create(t, h, createTarget, external)["engagementDetails"].(map[string]any)
	require.IsType(t, float64(0), e["campaignId"])
	require.IsType(t, float64(0), e["engagementId"])

	h = newTestHandler(t, Options{Unavailable: 1})
	reply := create(t, h, createTarget, external)
	require.Equal(t, "NotAvailable", reply["status"])
	require.NotContains(t, reply, "engagementDetails")

	h = newTestHandler(t, Options{Unavailable: 0.3})
	without := 0
	for range 1000 {
		if create(t, h, createTarget, external)["status"] == "NotAvailable" {
			without++
		}
	}
	require.InDelta(t, 300, without, 60)
}

// TestCreateIsDeterministic: the n-th session of a seed is always the same.
func TestCreateIsDeterministic(t *testing.T) {
	series := func(seed uint64) (out []map[string]any) {
		h := newTestHandler(t, Options{Seed: seed, Unavailable: 0.5})
		for range 20 {
			out = append(out, create(t, h, createTarget, external))
		}
		return out
	}
	first := series(7)
	require.Equal(t, first, series(7))
	require.NotEqual(t, first, series(8))
	seen := map[any]bool{}
	for _, reply := range first {
		for _, id := range []any{reply["visitorId"], reply["sessionId"], reply["pageId"]} {
			require.False(t, seen[id], "%v twice", id)
			seen[id] = true
		}
	}
}

func TestCreateAgain(t *testing.T) {
	h := newTestHandler(t, Options{})
	first := create(t, h, createTarget, external)
	again := create(t, h, targetOf(first), external)
	require.Equal(t, first["visitorId"], again["visitorId"])
	require.Equal(t, first["sessionId"], again["sessionId"])
	require.NotEqual(t, first["pageId"], again["pageId"])
	for _, page := range []any{first["pageId"], again["pageId"]} {
		requireOK(t, send(h, http.MethodPut, targetOf(first), fmt.Sprintf(`{"pageId":"%s"}`, page)))
	}

	// An unknown sid makes a new session of the same visitor (LC-12).
	unknown := fmt.Sprintf("/api/account/acme_01/app/engagement/visitors/%s?v=1.0&sid=AAAAAAAAAAAAAAAAAAAAAA", first["visitorId"])
	renewed := create(t, h, unknown, external)
	require.Equal(t, first["visitorId"], renewed["visitorId"])
	require.NotEqual(t, "AAAAAAAAAAAAAAAAAAAAAA", renewed["sessionId"])
	requireRefused(t, send(h, http.MethodPut, unknown, page), 404, 39)

	// So does an unknown visitor, with an id of its own.
	stranger := create(t, h, "/api/account/acme_01/app/engagement/visitors/AAAAAAAAAAAAAAAAAAAAAA?v=1.0", external)
	require.NotEqual(t, "AAAAAAAAAAAAAAAAAAAAAA", stranger["visitorId"])

	// Only so many older pages are kept.
	for range 20 {
		again = create(t, h, targetOf(first), external)
	}
	requireRefused(t, send(h, http.MethodPut, targetOf(first), fmt.Sprintf(`{"pageId":"%s"}`, first["pageId"])), 400, 5)
	requireOK(t, send(h, http.MethodPut, targetOf(first), fmt.Sprintf(`{"pageId":"%s"}`, again["pageId"])))
}

func TestCreateBody(t *testing.T) {
	h := newTestHandler(t, Options{})
	// The documentation's request, and what it carries is kept.
	reply := create(t, h, createTarget, `{"appType":"EXTERNAL","appDetails":{"os":"LINUX","osVersion":"6.1","appVersion":"3.2.0",`+
		`"deviceFamily":"DESKTOP","ipAddress":"192.0.2.17"},"consumerSections":["billing","en"],`+
		`"engagementAttributes":[{"type":"personal","personal":{"firstname":"Noa"}}]}`)
	state, ok := h.State("acme_01", reply["visitorId"].(string), reply["sessionId"].(string))
	require.True(t, ok)
	require.JSONEq(t, `{"type":"personal","personal":{"firstname":"Noa"}}`, string(state.Attributes["personal"][0]))
	require.Zero(t, state.Updates)
	create(t, h, createTarget, `{"appType":"MSDK","appDetails":{"ipAddress":"2001:db8::1"}}`)

	for _, row := range []struct{ id, body, where string }{
		{"EP-03", page, "appType: missing"},
		{"CR-06", `{}`, "appType: missing"},
		{"CR-06", `{"appType":"WEB"}`, "appType: not one of"},
		{"CR-08", `{"appType":"MSDK","engagementAttributes":[{"type":"impClose"}]}`, "engagementAttributes[0].type"},
		{"CS", `{"appType":"MSDK","appDetails":{"ipAddress":"somewhere"}}`, "appDetails.ipAddress: want an IPv4"},
		{"CS", `{"appType":"MSDK","appDetails":{"os":"BEOS"}}`, "appDetails.os: not one of"},
		{"CS", `{"appType":"MSDK","appDetails":"x"}`, "appDetails: want object"},
		{"CS", `{"appType":"MSDK"`, "not JSON"},
		{"CS", ``, "the body is empty"},
	} {
		got := send(h, http.MethodPost, createTarget, row.body)
		requireRefused(t, got, 400, 5)
		require.Contains(t, got.message(), row.where)
	}
	requireRefused(t, send(h, http.MethodPost, "/api/account/nobody/app/engagement/visitors/?v=1.0", external), 404, 6)
	requireRefused(t, send(h, http.MethodPost, "/api/account/acme_01/app/engagement/visitors/", external), 400, 33)
	requireRefused(t, send(h, http.MethodPost, targetOf(reply)+"&sid=other", external), 400, 5)
}

var loading = regexp.MustCompile(`^Loading account: ([^,]+), vid: (\S+)$`)

// TestColdAccount follows the documented way: the reply names a visitor id, and
// a later call with it succeeds (CS).
func TestColdAccount(t *testing.T) {
	faults, err := ParseFaults("cold=2")
	require.NoError(t, err)
	h := newTestHandler(t, Options{Faults: faults})
	got := send(h, http.MethodPost, createTarget, external)
	requireRefused(t, got, 500, 20)
	match := loading.FindStringSubmatch(got.message())
	require.Len(t, match, 3, got.message())
	require.Equal(t, "acme_01", match[1])

	back := "/api/account/acme_01/app/engagement/visitors/" + match[2] + "?v=1.0"
	got = send(h, http.MethodPost, back, external)
	requireRefused(t, got, 500, 20)
	require.Equal(t, match[2], loading.FindStringSubmatch(got.message())[2], "the visitor stays the same")
	require.Equal(t, match[2], create(t, h, back, external)["visitorId"])

	// Each account warms up by itself, and updates are not concerned.
	requireRefused(t, send(h, http.MethodPost, "/api/account/globex/app/engagement/visitors/?v=1.0", external), 500, 20)
	requireOK(t, update(h, page))
}

// TestColdVisitorsAreBounded: visitors that never come back are forgotten.
func TestColdVisitorsAreBounded(t *testing.T) {
	h := newTestHandler(t, Options{MaxSessions: 3, Faults: Faults{Cold: Cold{Calls: 100}}})
	for range 100 {
		send(h, http.MethodPost, createTarget, external)
	}
	require.LessOrEqual(t, len(h.store.accounts["acme_01"].visitors), 3+3)
	create(t, h, createTarget, external)
}

func TestColdForATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		faults, err := ParseFaults("cold=3s")
		require.NoError(t, err)
		h := newTestHandler(t, Options{Faults: faults})
		time.Sleep(time.Hour) // counts from the first call only
		requireRefused(t, send(h, http.MethodPost, createTarget, external), 500, 20)
		time.Sleep(3*time.Second - 1)
		requireRefused(t, send(h, http.MethodPost, createTarget, external), 500, 20)
		time.Sleep(time.Nanosecond)
		create(t, h, createTarget, external)
	})
}
