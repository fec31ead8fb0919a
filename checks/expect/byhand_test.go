package expect

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

const (
	must   = contract.Must
	should = contract.Should
	obs    = contract.Obs
)

// sdeBody is a page with one SDE.
func sdeBody(sde string) string {
	return `{"pageId":"4743822558","engagementAttributes":[` + sde + `]}`
}

// TestBodiesByHand writes bodies of the documents out, and what each is.
func TestBodiesByHand(t *testing.T) {
	for _, row := range []struct {
		reason, body string
		class        Class
		level        contract.Level
		because      string // part of what the field table's reader says
	}{
		{"the specification's example", contract.ExampleBody, Accept, must, ""},
		{"the smallest body", `{"pageId":"4743822558"}`, Accept, must, ""},
		{"a minimal cart", sdeBody(`{"type":"cart","total":19.5,"numItems":2}`), Accept, should, ""},
		{"a full cart", sdeBody(`{"type":"cart","total":64.25,"currency":"EUR","numItems":3,"products":[{"product":{"name":"desk lamp","category":"lighting","sku":"LMP-204","price":21.75},"quantity":2},{"product":{"name":"led bulb","category":"lighting","sku":"BLB-011","price":20.75},"quantity":1}]}`), Accept, must, ""},
		{"a minimal purchase", sdeBody(`{"type":"purchase"}`), Accept, should, ""},
		{"a full purchase", sdeBody(`{"type":"purchase","total":108.9,"currency":"GBP","orderId":"ORD-7781","cart":{"numItems":2,"products":[{"product":{"name":"backup plan","category":"software","sku":"BKP-1Y","price":54.45},"quantity":2}]}}`), Accept, must, ""},
		{"a full prodView", sdeBody(`{"type":"prodView","currency":"USD","products":[{"product":{"name":"trail shoe","category":"footwear","sku":"SHO-88","price":95.5,"statusInStock":"high","quantityInStock":41}}]}`), Accept, must, ""},
		{"a minimal ctmrinfo", sdeBody(`{"type":"ctmrinfo","info":{"ctype":"gold"}}`), Accept, should, ""},
		{"a full ctmrinfo", sdeBody(`{"type":"ctmrinfo","info":{"ctype":"platinum","cstatus":"active","balance":-12.75,"currency":"USD","customerId":"CUST-00042","socialId":"9900112233","imei":"490154203237518","userName":"k.rivera","companySize":250,"companyBranch":"Harbour","accountName":"North Freight","role":"buyer","lastPaymentDate":{"day":9,"month":2,"year":2024},"registrationDate":{"day":30,"month":11,"year":2019},"loginStatus":1,"storeNumber":"771","storeZipCode":"10001"}}`), Accept, must, ""},
		{"a full mrktInfo", sdeBody(`{"type":"mrktInfo","info":{"channel":3,"affiliate":"partner-nine","campaignId":"spring-mailing"}}`), Accept, must, ""},
		{"a full personal", sdeBody(`{"type":"personal","personal":{"firstname":"Noa","lastname":"Keller","age":{"age":41,"year":1984,"month":6,"day":3},"contacts":[{"email":"noa.keller@example.org","phone":"+49 30 5550100","phoneType":"MOBILE","address":{"country":"DE","region":"Berlin"}},{"email":"nk@example.net","phone":"5550101","phoneType":"WORK"}],"gender":"OTHER","company":"Keller Optik","language":"de-DE"}}`), Accept, must, ""},
		{"a full lead", sdeBody(`{"type":"lead","lead":{"topic":"roof solar quote","value":4200.5,"currency":"EUR","leadId":"LD-3310"}}`), Accept, must, ""},
		{"a full service", sdeBody(`{"type":"service","service":{"topic":"replace card","status":1,"category":"cards","serviceId":"SV-55"}}`), Accept, must, ""},
		{"a full error", sdeBody(`{"type":"error","error":{"contextId":"checkout form","message":"postcode rejected","code":"PC-17","level":3,"resolved":false}}`), Accept, must, ""},
		{"a searchInfo in the profile that observes it", sdeBody(`{"type":"searchInfo","keywords":["return a parcel"]}`), Open, obs, "searchInfo"},
		{"impressions of the linked page", strings.Replace(contract.ExampleBody, `"engId":3115242810,"revision":537,"eContext":[{"type":"engagementContext","id":"1"}]}]`,
			`"engId":3115242810,"revision":537,"eContext":[{"type":"engagementContext","id":"1"}]},{"type":"impClose","campaign":3115242510,"engId":3115242810,"revision":537}]`, 1), Accept, should, ""},
		{"no pageId beside an SDE", `{"engagementAttributes":[{"type":"lead"}]}`, Refuse, must, "pageId: missing, and required (S:L42)"},
		{"nothing", ``, Refuse, must, "body: empty"},
		{"white space is not nothing", ` `, Refuse, should, "body: not JSON at byte 1"},
		{"pageId null twice: both readings refuse", `{"pageId":null,"pageId":null}`, Refuse, must, "pageId: null"},
		{"pageId twice, one of them live", `{"pageId":null,"pageId":"4743822558"}`, Open, obs, "given twice"},
		{"a comment does not excuse a missing total", sdeBody(`/* cart */{"type":"cart","numItems":2}`), Refuse, should, "engagementAttributes[0].total: missing, and mandatory (T)"},
		{"an unknown member does not either", sdeBody(`{"type":"cart","numItems":2,"extra":1}`), Refuse, should, "engagementAttributes[0].total: missing, and mandatory (T)"},
		{"another letter case may", sdeBody(`{"type":"cart","numItems":2,"Total":1}`), Open, obs, "engagementAttributes[0].Total"},
		{"products of a purchase's cart", sdeBody(`{"type":"purchase","cart":{"numItems":2}}`), Refuse, should, "engagementAttributes[0].cart.products: missing"},
		{"a line without product", sdeBody(`{"type":"cart","total":1,"numItems":1,"products":[{"quantity":1}]}`), Refuse, should, "engagementAttributes[0].products[0].product: missing"},
		{"text where T has a number", sdeBody(`{"type":"lead","lead":{"value":"much"}}`), Refuse, should, "engagementAttributes[0].lead.value: a string, not a number (T)"},
		{"a number in quotes", sdeBody(`{"type":"lead","lead":{"value":"12.5"}}`), Open, obs, "lead.value"},
		{"a number where T has text", sdeBody(`{"type":"lead","lead":{"topic":7}}`), Open, obs, "lead.topic"},
		{"an object where T has text", sdeBody(`{"type":"lead","lead":{"topic":{}}}`), Refuse, should, "lead.topic"},
		{"a lead as a text (SL-03)", sdeBody(`{"type":"lead","lead":"x"}`), Refuse, should, "lead: a string, not an object"},
		{"a lead as a number, on which no row speaks but EA-23", sdeBody(`{"type":"lead","lead":1}`), Open, obs, "lead: a number"},
		{"another wrapper as a text", sdeBody(`{"type":"service","service":"x"}`), Open, obs, "service: a string"},
		{"an address with a dot and a plus", sdeBody(`{"type":"personal","personal":{"contacts":[{"email":"noa.k+shop@example.org"}]}}`), Accept, should, ""},
		{"an address that would have to be quoted", sdeBody(`{"type":"personal","personal":{"contacts":[{"email":"noa,k@example.org"}]}}`), Open, obs, "contacts[0].email"},
		{"an address with a letter that becomes k in lower case", sdeBody(`{"type":"personal","personal":{"contacts":[{"email":"noa@exampleK.org"}]}}`), Open, obs, "contacts[0].email"},
		{"numbers among the keywords", sdeBody(`{"type":"searchInfo","keywords":["a",1]}`), Refuse, should, "engagementAttributes[0].keywords[1]: a number"},
		{"an impression among the SDEs", sdeBody(`{"type":"impClose","campaign":1,"engId":1,"revision":1}`), Refuse, should, `"impClose" does not belong here`},
		{"the same in another letter case", sdeBody(`{"type":"IMPCLOSE"}`), Refuse, should, "does not belong here"},
		{"an SDE in another letter case", sdeBody(`{"type":"Lead"}`), Open, obs, "another name or letter case"},
		{"a name of the read side", sdeBody(`{"type":"viewedProduct"}`), Open, obs, "another name"},
		{"a day that does not exist", sdeBody(`{"type":"ctmrinfo","info":{"lastPaymentDate":{"year":2023,"month":2,"day":29}}}`), Open, obs, "lastPaymentDate"},
		{"a number in another notation", `{"pageId":"4743822558","x":01}`, Open, obs, "x"},
		{"a trailing comma", `{"pageId":"4743822558",}`, Refuse, should, "not JSON"},
		{"something after it", `{"pageId":"4743822558"} x`, Open, obs, "after the JSON"},
		{"something after what is refused anyway", `{"pageId":null} x`, Refuse, must, "pageId: null"},
		{"a member's name in another letter case", `{"PAGEID":"4743822558"}`, Open, obs, "pageId: in another letter case"},
		{"64 levels", `{"pageId":"4743822558","x":` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + `}`, Open, obs, "x: a member"},
		{"65 levels, and pageId missing", `{"x":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`, Open, obs, "nested deeper"},
		{"64 KiB and more, and pageId missing", `{"x":"` + strings.Repeat("x", 64<<10) + `"}`, Open, obs, "of a length"},
		{"UTF-16", "{\x00}\x00", Open, obs, "another encoding"},
		{"bytes that are no UTF-8", "{\"pageId\":\"4743822558\",\"engagementAttributes\":[{\"type\":\"lead\",\"lead\":{\"topic\":\"a\xff\"}}]}", Open, obs, "no UTF-8"},
	} {
		s := engaged()
		o, err := Derive(Request{Method: "PUT", Target: s.Target, Body: []byte(row.body)}, Known{Session: s}, contract.Profile{})
		if assert.NoError(t, err, row.reason) {
			assert.Equal(t, row.class, o.Class, "%s: %v", row.reason, o)
			assert.Equal(t, row.level, o.Level, "%s: %v", row.reason, o)
			assert.Contains(t, o.Because, row.because, row.reason)
		}
	}
}

// TestRequestsByHand varies what stands around a valid body.
func TestRequestsByHand(t *testing.T) {
	const (
		visitors = "/api/account/acme_01/app/engagement/visitors/"
		path     = visitors + "ExYTlkNGJjMjdlOGYzMDUy"
		sid      = "sid=Qm3xT7vK0aZr_9-LbW2eDg"
	)
	other := second()
	json := contract.HeaderField{Name: "content-type", Value: "application/json"}
	accept := contract.HeaderField{Name: "Accept", Value: "application/json"}
	for _, row := range []struct {
		reason, target string
		header         []contract.HeaderField
		class          Class
		level          contract.Level
	}{
		{"the base request", path + "?v=1.0&" + sid, nil, Accept, must},
		{"sid before v (Q-01)", path + "?" + sid + "&v=1.0", nil, Accept, should},
		{"a charset (H-02)", path + "?v=1.0&" + sid, []contract.HeaderField{{Name: "Content-Type", Value: "application/json; charset=utf-8"}, accept}, Accept, should},
		{"what a transport adds", path + "?v=1.0&" + sid, []contract.HeaderField{{Name: "Host", Value: "a"}, json, accept, {Name: "User-Agent", Value: "b"}, {Name: "Content-Length", Value: "23"}}, Accept, must},
		{"an unknown field", path + "?v=2.0&" + sid, []contract.HeaderField{json, accept, {Name: "X-HTTP-Method-Override", Value: "GET"}}, Open, obs},
		{"Content-Type twice", path + "?v=1.0&" + sid, []contract.HeaderField{json, json, accept}, Open, obs},
		{"no Accept", path + "?v=1.0&" + sid, []contract.HeaderField{json}, Open, obs},
		{"another version (V-04)", path + "?v=2.0&" + sid, nil, Refuse, must},
		{"the sibling's version (V-07)", path + "?v=1.1&" + sid, nil, Refuse, should},
		{"both versions refused, one by S", path + "?v=1.1&v=2.0&" + sid, nil, Refuse, should},
		{"the version as an integer (V-09)", path + "?v=1&" + sid, nil, Open, obs},
		{"an unknown session (SI-04)", path + "?v=1.0&sid=AAAAAAAAAAAAAAAAAAAAAA", nil, Refuse, should},
		{"an unknown parameter excuses no missing sid", path + "?v=1.0&x=1", nil, Refuse, must},
		{"an empty query", path + "?", nil, Refuse, must},
		{"the literal back-tick (EP-24)", path + "%60?v=1.0&" + sid, nil, Open, obs},
		{"a matrix parameter (EP-25)", path + ";a=b?v=1.0&" + sid, nil, Open, obs},
		{"engagements (EP-19)", strings.Replace(path, "engagement", "engagements", 1) + "?v=1.0&" + sid, nil, Refuse, should},
		{"visitor (EP-18)", strings.Replace(path, "visitors", "visitor", 1) + "?v=1.0&" + sid, nil, Open, obs},
		{"a trailing slash (EP-17)", path + "/?v=1.0&" + sid, nil, Open, obs},
		{"dots within (EP-23)", strings.Replace(path, "/app", "/x/../app", 1) + "?v=1.0&" + sid, nil, Open, obs},
		{"dots in place of the visitor (VI-08)", visitors + "..?v=1.0&" + sid, nil, Refuse, should},
		{"no account (AC-02)", strings.Replace(path, "acme_01", "", 1) + "?v=1.0&" + sid, nil, Refuse, must},
		{"the other session's visitor (VI-05)", visitors + other.VisitorID + "?v=1.0&" + sid, nil, Refuse, should},
		{"the other session altogether, with this page (PG-09)", other.Target, nil, Open, obs},
		{"no session's ids", strings.ReplaceAll(other.Target, "b", "c"), nil, Refuse, should},
		{"an absolute form (EP-27)", "http://localhost" + path + "?v=1.0&" + sid, nil, Open, obs},
	} {
		r := Request{Method: "PUT", Target: row.target, Header: row.header, Body: []byte(`{"pageId":"4743822558"}`)}
		o, err := Derive(r, Known{Session: engaged(), Others: []*contract.Session{other}}, contract.Profile{})
		if assert.NoError(t, err, row.reason) {
			assert.Equal(t, row.class, o.Class, "%s: %v", row.reason, o)
			assert.Equal(t, row.level, o.Level, "%s: %v", row.reason, o)
		}
	}
}

func TestAnotherMethod(t *testing.T) {
	s := engaged()
	o, err := Derive(Request{Method: "POST", Target: s.Target}, Known{Session: s}, contract.Profile{})
	require.NoError(t, err)
	assert.Equal(t, Open, o.Class, "POST on this path is Create Session")
}

// TestNobodyIsKnown: without a live session there is nobody to update.
func TestNobodyIsKnown(t *testing.T) {
	o, err := Derive(Request{Method: "PUT", Target: engaged().Target, Body: []byte(`{"pageId":"1"}`)}, Known{}, contract.Profile{})
	require.NoError(t, err)
	assert.Equal(t, Refuse, o.Class, "%v", o)
}

func TestSearchInfoByProfile(t *testing.T) {
	s := engaged()
	r := Request{Method: "PUT", Target: s.Target, Body: []byte(sdeBody(`{"type":"searchInfo","keywords":["a parcel"]}`))}
	o, err := Derive(r, Known{Session: s}, strict())
	require.NoError(t, err)
	assert.Equal(t, Accept, o.Class, "%v", o)
}

func TestTexts(t *testing.T) {
	assert.Equal(t, "open (OBS): why", Opinion{Class: Open, Level: contract.Obs, Because: "why"}.String())
	assert.Equal(t, "Class(9)", Class(9).String())
}
