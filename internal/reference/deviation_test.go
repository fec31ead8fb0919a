package reference

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

const withLead = `{"pageId":"5120934471","engagementAttributes":[{"type":"lead","lead":{"topic":"x"}}]}`

func deviating(t *testing.T, d Deviation) *Handler {
	return newTestHandler(t, Options{Deviation: d})
}

func TestRulesChange(t *testing.T) {
	always := func([]byte) bool { return true }
	for _, row := range []struct {
		reason string
		edit   func(*Rules)
		body   string
		status int
	}{
		{"a mandatory member becomes optional", func(r *Rules) { r.Optional("cart.total") },
			`{"pageId":"5120934471","engagementAttributes":[{"type":"cart","numItems":1}]}`, 200},
		{"the other stays mandatory", func(r *Rules) { r.Optional("cart.total") },
			`{"pageId":"5120934471","engagementAttributes":[{"type":"cart","total":1}]}`, 400},
		{"an optional member becomes mandatory", func(r *Rules) { r.Mandatory("lead.lead.value") }, withLead, 400},
		{"a value of another type is taken", func(r *Rules) { r.Take("lead.lead", always) },
			`{"pageId":"5120934471","engagementAttributes":[{"type":"lead","lead":[1,{"a":null}]}]}`, 200},
		{"what is no JSON is not", func(r *Rules) { r.Take("lead.lead", always) },
			`{"pageId":"5120934471","engagementAttributes":[{"type":"lead","lead":[1,]}]}`, 400},
		{"an entry of a type that does not exist", func(r *Rules) { r.Take("engagementAttributes[]", always) },
			`{"pageId":"5120934471","engagementAttributes":[{"type":"foo"}]}`, 200},
		{"a good value is refused", func(r *Rules) { r.Refuse("lead.lead.topic", always) }, withLead, 400},
		{"others are not", func(r *Rules) { r.Refuse("lead.lead.topic", func(raw []byte) bool { return string(raw) == `"y"` }) }, withLead, 200},
		{"a whole SDE", func(r *Rules) { r.Refuse("lead", always) }, withLead, 400},
		{"the whole body", func(r *Rules) { r.Refuse("", always) }, page, 400},
		{"a place of Create Session is no other's", func(r *Rules) { r.Refuse("create.engagementAttributes", always) }, withLead, 200},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got := update(deviating(t, Deviation{Rules: row.edit}), row.body)
			require.Equal(t, row.status, got.Status, got.Body)
		})
	}
}

func TestRulesKnowTheirPlaces(t *testing.T) {
	for _, place := range []string{"carts.total", "cart.totals", "cart.total.x", "cart[]", "create.nothing", "engagementAttributes[].total", "."} {
		for name, edit := range map[string]func(*Rules){
			"take":     func(r *Rules) { r.Take(place, nil) },
			"optional": func(r *Rules) { r.Optional(place + ".x") },
			"repeat":   func(r *Rules) { r.Repeat(place, contract.Append) },
		} {
			_, err := New(Options{Deviation: Deviation{Rules: edit}})
			require.ErrorContains(t, err, "no rule at", "%s %s", name, place)
		}
	}
}

// TestTakenIsNotStored: a value that is taken against the rules leaves nothing
// behind, neither what stands in it nor what stood before its fault.
func TestTakenIsNotStored(t *testing.T) {
	h := deviating(t, Deviation{Rules: func(r *Rules) {
		r.Take("engagementAttributes", func([]byte) bool { return true })
	}})
	requireOK(t, update(h, `{"pageId":"5120934471","engagementAttributes":[{"type":"lead"},{"type":"foo"}],"impAttributes":[]}`))
	s, _ := h.State("acme_01", "ExYTlkNGJjMjdlOGYzMDUy", "Qm3xT7vK0aZr_9-LbW2eDg")
	require.Empty(t, s.Received)
	require.EqualValues(t, 1, s.Updates)
}

func TestExchangeTellsTheCause(t *testing.T) {
	for _, row := range []struct {
		reason, method, target, body string
		cause                        Cause
		fault                        string
	}{
		{"accepted", "PUT", baseTarget, page, Accepted, ""},
		{"another method", "GET", baseTarget, "", MethodUnknown, ""},
		{"another path", "PUT", "/nowhere", page, PathUnknown, ""},
		{"another path, another method", "GET", "/nowhere", page, PathUnknown, ""},
		{"a malformed account", "PUT", strings.Replace(baseTarget, "acme_01", "a-b", 1), page, AccountMalformed, ""},
		{"an unknown account", "PUT", strings.Replace(baseTarget, "acme_01", "nobody", 1), page, AccountUnknown, ""},
		{"no version", "PUT", basePath, page, VersionIllegal, ""},
		{"no visitor", "PUT", "/api/account/acme_01/app/engagement/visitors?v=1.0", page, VisitorUnknown, ""},
		{"an unknown visitor", "PUT", strings.Replace(baseTarget, "ExY", "exY", 1), page, VisitorUnknown, ""},
		{"no session", "PUT", basePath + "?v=1.0", page, SessionUnknown, ""},
		{"two sessions", "PUT", baseTarget + "&sid=x", page, SessionUnknown, ""},
		{"an unknown session", "PUT", basePath + "?v=1.0&sid=x", page, SessionUnknown, ""},
		{"no JSON", "PUT", baseTarget, `{"pageId":"1"`, BodyInvalid, "syntax"},
		{"an invalid SDE", "PUT", baseTarget, `{"pageId":"5120934471","engagementAttributes":[{"type":"lead"},7]}`, BodyInvalid, "engagementAttributes[1]"},
		{"another page", "PUT", baseTarget, `{"pageId":"1"}`, PageUnknown, ""},
		{"too much", "PUT", baseTarget, strings.Repeat(" ", 2<<20), BodyUnreceived, ""},
		{"no appType", "POST", basePath + "?v=1.0", `{}`, BodyInvalid, "appType"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			var seen []Exchange
			h := deviating(t, Deviation{Answer: func(x *Exchange) { seen = append(seen, *x) }})
			got := send(h, row.method, row.target, row.body)
			require.Len(t, seen, 1)
			require.Equal(t, row.cause, seen[0].Cause)
			require.Equal(t, got.Status, seen[0].Status)
			require.Equal(t, row.fault == "syntax", seen[0].Fault.Syntax)
			if row.fault != "syntax" {
				require.Equal(t, row.fault, seen[0].Fault.Path)
			}
		})
	}
}

func TestAnswerChanges(t *testing.T) {
	for _, row := range []struct {
		reason       string
		do           func(*Exchange)
		status       int
		kind, entity string
	}{
		{"a success with an entity", func(x *Exchange) { x.Entity = []byte("OK") }, 200, "application/json", "OK"},
		{"another type", func(x *Exchange) { x.Header.Set("Content-Type", "text/plain"); x.Entity = []byte("OK") }, 200, "text/plain", "OK"},
		{"no envelope", func(x *Exchange) { x.Status, x.Entity = 404, []byte{} }, 404, "", ""},
		{"a refusal and back", func(x *Exchange) { x.Refuse(400, 5); x.Accept() }, 200, "", ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got := update(deviating(t, Deviation{Answer: row.do}), page)
			require.Equal(t, row.status, got.Status)
			require.Equal(t, row.kind, got.Header.Get("Content-Type"))
			require.Equal(t, row.entity, got.Body)
		})
	}
	requireRefused(t, update(deviating(t, Deviation{Answer: func(x *Exchange) { x.Refuse(404, 39) }}), page), 404, 39)
}

func TestSessionsDeviate(t *testing.T) {
	ids := IDs{"acme_01", "ExYTlkNGJjMjdlOGYzMDUy", "Qm3xT7vK0aZr_9-LbW2eDg"}
	missing := strings.Replace(baseTarget, ids.Session, "x", 1)

	h := deviating(t, Deviation{IDs: func(f Finder, asked IDs) IDs {
		require.True(t, f.Account(asked.Account) && f.Visitor(asked.Account, asked.Visitor))
		require.False(t, f.Account("nobody") || f.Visitor("nobody", asked.Visitor))
		_, ok := f.Newest(asked)
		require.False(t, ok)
		found, ok := f.Newest(IDs{Visitor: asked.Visitor})
		require.True(t, ok)
		require.Equal(t, ids, found)
		return found
	}})
	requireOK(t, send(h, http.MethodPut, missing, page))

	h = deviating(t, Deviation{Session: SessionDeviation{AnyPage: true}})
	requireOK(t, update(h, `{"pageId":"1"}`))

	h = deviating(t, Deviation{Session: SessionDeviation{PageMayMiss: true}, Rules: func(r *Rules) { r.Optional("pageId") }})
	requireOK(t, update(h, `{}`))
	requireRefused(t, update(h, `{"pageId":"1"}`), 400, 5)

	h = deviating(t, Deviation{Session: SessionDeviation{AdoptSID: true}})
	requireRefused(t, send(h, http.MethodPut, missing, page), 404, 39)
	got := send(h, http.MethodPost, missing, `{"appType":"EXTERNAL"}`)
	require.Contains(t, got.Body, `"sessionId":"x"`)

	h = deviating(t, Deviation{Session: SessionDeviation{KeepRefused: true, Forgets: func(t string) bool { return t == "cart" }}})
	requireRefused(t, update(h, `{"pageId":"5120934471","engagementAttributes":[{"type":"lead"},{"type":"cart","total":1,"numItems":1},7]}`), 400, 5)
	s, _ := h.State(ids.Account, ids.Visitor, ids.Session)
	require.Equal(t, map[string]uint64{"lead": 1}, s.Received)
}

func TestAroundStandsAround(t *testing.T) {
	h := deviating(t, Deviation{Around: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Server", "ws")
			next.ServeHTTP(w, r)
		})
	}})
	got := update(h, page)
	requireOK(t, got)
	require.Equal(t, "ws", got.Header.Get("Server"))
	require.EqualValues(t, 1, h.Counts().Updates[200])
}
