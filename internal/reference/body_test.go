package reference

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// The examples below are typed from the documentation, so that an error in the
// field table cannot hide behind itself.
var (
	minimalSDEs = map[string]string{
		"SC-01": `{"type":"cart","total":19.5,"numItems":2}`,
		"SP-01": `{"type":"purchase"}`,
		"SV-01": `{"type":"prodView"}`,
		"SK-01": `{"type":"ctmrinfo","info":{"ctype":"gold"}}`,
		"SK-03": `{"type":"ctmrinfo"}`,
		"SM-01": `{"type":"mrktInfo"}`,
		"SR-02": `{"type":"personal","personal":{"firstname":"Noa"}}`,
		"SR-04": `{"type":"personal"}`,
		"SL-01": `{"type":"lead"}`,
		"SS-01": `{"type":"service"}`,
		"SE-01": `{"type":"error"}`,
		"SQ-01": `{"type":"searchInfo"}`,
	}
	fullSDEs = map[string]string{
		"SC-02": `{"type":"cart","total":64.25,"currency":"EUR","numItems":3,"products":[{"product":{"name":"desk lamp","category":"lighting","sku":"LMP-204","price":21.75},"quantity":2},{"product":{"name":"led bulb","category":"lighting","sku":"BLB-011","price":20.75},"quantity":1}]}`,
		"SP-02": `{"type":"purchase","total":108.9,"currency":"GBP","orderId":"ORD-7781","cart":{"numItems":2,"products":[{"product":{"name":"backup plan","category":"software","sku":"BKP-1Y","price":54.45},"quantity":2}]}}`,
		"SV-02": `{"type":"prodView","currency":"USD","products":[{"product":{"name":"trail shoe","category":"footwear","sku":"SHO-88","price":95.5,"statusInStock":"high","quantityInStock":41}}]}`,
		"SK-02": `{"type":"ctmrinfo","info":{"ctype":"platinum","cstatus":"active","balance":-12.75,"currency":"USD","customerId":"CUST-00042","socialId":"9900112233","imei":"490154203237518","userName":"k.rivera","companySize":250,"companyBranch":"Harbour","accountName":"North Freight","role":"buyer","lastPaymentDate":{"day":9,"month":2,"year":2024},"registrationDate":{"day":30,"month":11,"year":2019},"loginStatus":1,"storeNumber":"771","storeZipCode":"10001"}}`,
		"SM-02": `{"type":"mrktInfo","info":{"channel":3,"affiliate":"partner-nine","campaignId":"spring-mailing"}}`,
		"SR-03": `{"type":"personal","personal":{"firstname":"Noa","lastname":"Keller","age":{"age":41,"year":1984,"month":6,"day":3},"contacts":[{"email":"noa.keller@example.org","phone":"+49 30 5550100","phoneType":"MOBILE","address":{"country":"DE","region":"Berlin"}},{"email":"nk@example.net","phone":"5550101","phoneType":"WORK"}],"gender":"OTHER","company":"Keller Optik","language":"de-DE"}}`,
		"SL-02": `{"type":"lead","lead":{"topic":"roof solar quote","value":4200.5,"currency":"EUR","leadId":"LD-3310"}}`,
		"SS-02": `{"type":"service","service":{"topic":"replace card","status":1,"category":"cards","serviceId":"SV-55"}}`,
		"SE-02": `{"type":"error","error":{"contextId":"checkout form","message":"postcode rejected","code":"PC-17","level":3,"resolved":false}}`,
		"SQ-01": `{"type":"searchInfo","keywords":["return a parcel","refund time"]}`,
	}
	impressions = map[string]string{
		"IM-03": `{"type":"impDisplay","campaign":4100200301,"engId":4100200402,"revision":12,"eContext":[{"type":"engagementContext","id":"1"}]}`,
		"IM-02": `{"type":"impAccept","campaign":4100200301,"engId":4100200402,"revision":12,"eContext":[{"type":"engagementContext","id":"1"}]}`,
		"IM-06": `{"type":"impExpanded","expanded":null,"userInit":null,"actionableItems":null,"campaign":4100200301,"engId":4100200402,"revision":12}`,
		"IM-07": `{"type":"impTimeout","campaign":4100200301,"engId":4100200402,"revision":12}`,
		"IM-08": `{"type":"impClose","campaign":4100200301,"engId":4100200402,"revision":12}`,
	}
)

// withSDEs and withImpressions put attributes into the base body.
func withSDEs(attributes ...string) string {
	return `{"pageId":"5120934471","engagementAttributes":[` + strings.Join(attributes, ",") + `]}`
}

func withImpressions(attributes ...string) string {
	return `{"pageId":"5120934471","impAttributes":[` + strings.Join(attributes, ",") + `]}`
}

func values(m map[string]string) (out []string) {
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

func TestExamplesAreAccepted(t *testing.T) {
	h := newTestHandler(t, Options{})
	for _, examples := range []map[string]string{minimalSDEs, fullSDEs} {
		for id, example := range examples {
			t.Run(id, func(t *testing.T) { requireOK(t, update(h, withSDEs(example))) })
		}
		requireOK(t, update(h, withSDEs(values(examples)...)))
	}
	for id, example := range impressions {
		t.Run(id, func(t *testing.T) { requireOK(t, update(h, withImpressions(example))) })
	}
	requireOK(t, update(h, withImpressions(values(impressions)...)))
	// The full request of the documentation.
	requireOK(t, update(h, `{"pageId":"5120934471","impAttributes":[`+impressions["IM-03"]+`,`+impressions["IM-02"]+
		`],"engagementAttributes":[{"type":"personal","personal":{"firstname":"Noa","gender":"OTHER"}},`+
		`{"type":"cart","total":19.5,"numItems":2},{"type":"lead","lead":{"topic":"roof solar quote","value":4200.5}}]}`))
}

// TestSpecificationExample sends the body of S:L48–96 as it is printed there,
// white space included.
func TestSpecificationExample(t *testing.T) {
	const printed = `
    {
       "pageId":"4743822558",
       "impAttributes":[
          {
             "type":"impAccept",
             "campaign":3115242510,
             "engId":3115242810,
             "revision":537,
             "eContext":[
                {
                   "type":"engagementContext",
                   "id":"1"
                }
             ]
          },
          {
             "type":"impDisplay",
             "campaign":3115242510,
             "engId":3115242810,
             "revision":537,
             "eContext":[
                {
                   "type":"engagementContext",
                   "id":"1"
                }
             ]
          }
       ],
       "engagementAttributes":[
         {
           "type": "personal",
           "personal": {
             "contacts": [{"email":"sarah@gmail.com","phone":"0987653"}],
             "age": {
               "age":30.0,
               "year":1986,
               "month":7,
               "day":22
             },
             "firstname": "Sarah",
             "lastname": "West",
             "gender": "FEMALE",
             "company": "liveperson"
           }
         }
       ]
    }
`
	h, err := New(Options{})
	require.NoError(t, err)
	require.NoError(t, h.Preset(contract.ExampleSession()))
	const target = "/api/account/acme_01/app/engagement/visitors/ExYTlkNGJjMjdlOGYzMDUy?v=1.0&sid=Qm3xT7vK0aZr_9-LbW2eDg"
	requireOK(t, send(h, http.MethodPut, target, printed))
	requireOK(t, send(h, http.MethodPut, target, contract.ExampleBody))
}

// TestBodiesAccepted holds single values that have to pass.
func TestBodiesAccepted(t *testing.T) {
	h := newTestHandler(t, Options{})
	rows := []struct{ id, body, reason string }{
		{"B-11", " \t\r\n" + page + "\r\n", "white space around"},
		{"B-16", `{"p\u0061geId":"51209344\u00371","x":"\u0000 \ud83d\ude00 \/ \" \\ \b\f\n\r\t"}`, "escapes, in names too"},
		{"B-18", `{"pageId":"5120934471","more":{"a":[1,-2.5e-3,true,false,null,"x"]}}`, "unknown member"},
		{"B-19", `{"pageId":"5120934471","__proto__":{},"@type":"x"}`, "names that mean something elsewhere"},
		{"B-20", `{"pageId":"5120934471","x":` + strings.Repeat("[", 10) + strings.Repeat("]", 10) + `}`, "nested ten deep"},
		{"IM-11", withImpressions(), "no impressions"},
		{"EA-11", withSDEs(), "no SDEs"},
		{"EA-22", withSDEs(`{"type":"lead","x":1,"lead":{"topic":"a","y":[{}]}}`), "unknown members"},
		{"EA-25", withSDEs(`{"type":"lead"}`, `{"type":"lead"}`), "the same type twice"},
		{"EA-29", withSDEs("{\"type\":\"lead\",\"lead\":{\"topic\":\"שלום 😀 \u200fé\ufeff\"}}"), "any script"},
		{"type last", withSDEs(`{"total":1,"x":{"type":"nested"},"numItems":1,"type":"cart"}`), "the order of members is free"},
		{"IM-21", withImpressions(`{"type":"impClose","engId":4100200402,"revision":12}`), "no page calls an id mandatory"},
		{"IM-31", withImpressions(`{"type":"impDisplay","eContext":[]}`), "no context"},
		{"IM-41", withImpressions(`{"type":"impClose","x":1}`), "unknown member"},
		{"SC-09", withSDEs(`{"type":"cart","total":-1e308,"numItems":-1}`), "no range is documented"},
		{"SC-11", withSDEs(`{"type":"cart","total":0,"numItems":0,"products":[]}`), "no products"},
		{"SR-01", withSDEs(`{"type":"personal","personal":{"age":{"age":30.0}}}`), "30.0 is an integer"},
		{"SR-01", withSDEs(`{"type":"personal","personal":{"age":{"age":3e1}}}`), "so is 3e1"},
		{"SR-08", withSDEs(`{"type":"personal","personal":{"language":"de_DE"}}`), "underscore"},
		{"SE-04", withSDEs(`{"type":"error","error":{"level":9223372036854775807}}`), "a long"},
		{"PG-07", page, "a page beyond 32 bits"},
	}
	for _, row := range rows {
		t.Run(row.id+" "+row.reason, func(t *testing.T) { requireOK(t, update(h, row.body)) })
	}
	for channel := range 7 {
		requireOK(t, update(h, withSDEs(fmt.Sprintf(`{"type":"mrktInfo","info":{"channel":%d}}`, channel))))
	}
	for status := range 14 {
		requireOK(t, update(h, withSDEs(fmt.Sprintf(`{"type":"service","service":{"status":%d}}`, status))))
	}
	for _, gender := range []string{"MALE", "FEMALE", "OTHER"} {
		requireOK(t, update(h, withSDEs(fmt.Sprintf(`{"type":"personal","personal":{"gender":%q}}`, gender))))
	}
	for _, phone := range []string{"HOME", "MOBILE", "WORK", "FAX", "MAIN", "HOME_FAX", "WORK_FAX", "PAGER", "OTHER"} {
		requireOK(t, update(h, withSDEs(fmt.Sprintf(`{"type":"personal","personal":{"contacts":[{"phoneType":%q}]}}`, phone))))
	}
}

// sde and imp make rows of one attribute each.
func sde(attribute string) string { return withSDEs(attribute) }
func imp(attribute string) string { return withImpressions(attribute) }

// refused are bodies that get 400 with code 5, and where the message points.
var refused = []struct{ id, body, where string }{
	{"B-01", ``, "the body is empty"},
	{"B-01", " \n", "the body is empty"},
	{"B-02", `{}`, "pageId: missing"},
	{"B-03", `{"pageId":"1`, "not JSON"},
	{"B-03", `{"pageId":"5120934471"`, "not JSON"},
	{"B-03", `{"pageId"`, "not JSON"},
	{"B-03", `{`, "not JSON"},
	{"B-04", `pageId=5120934471`, "not JSON"},
	{"B-04", `<pageId>5120934471</pageId>`, "not JSON"},
	{"B-05", `null`, "want object, got null"},
	{"B-05", `[]`, "want object, got array"},
	{"B-05", `"x"`, "want object, got string"},
	{"B-05", `1`, "want object, got number"},
	{"B-05", `true`, "want object, got boolean"},
	{"B-06", `[{"type":"lead"}]`, "want object, got array"},
	{"B-07", `{"pageId":"5120934471",}`, "not JSON"},
	{"B-07", `{"pageId":"5120934471" "x":1}`, "not JSON"},
	{"B-07", `{'pageId':'5120934471'}`, "not JSON"},
	{"B-07", `{pageId:"5120934471"}`, "not JSON"},
	{"B-07", `{"pageId":"5120934471","engagementAttributes":[{"type":"lead"},]}`, "not JSON"},
	{"B-08", `{"pageId":"5120934471"/* c */}`, "not JSON"},
	{"B-08", "{// c\n\"pageId\":\"5120934471\"}", "not JSON"},
	{"B-09", `{"pageId":"5120934471","x":NaN}`, "not JSON"},
	{"B-09", `{"pageId":"5120934471","x":+1}`, "not JSON"},
	{"B-09", `{"pageId":"5120934471","x":01}`, "not JSON"},
	{"B-09", `{"pageId":"5120934471","x":.5}`, "not JSON"},
	{"B-09", `{"pageId":"5120934471","x":1.}`, "not JSON"},
	{"B-09", `{"pageId":"5120934471","x":1e}`, "not JSON"},
	{"B-09", `{"pageId":"5120934471","x":-}`, "not JSON"},
	{"B-09", `{"pageId":"5120934471","x":0x1}`, "not JSON"},
	{"B-09", `{"pageId":"5120934471","x":nul}`, "not JSON"},
	{"B-10", page + page, "something follows"},
	{"B-12", "\ufeff" + page, "not JSON"},
	{"B-13", "{\x00\"\x00p\x00", "not JSON"},
	{"B-14", "{\"pageId\":\"5120934471\",\"x\":\"\xff\"}", "invalid UTF-8"},
	{"B-14", "{\"pageId\":\"5120934471\",\"x\":\"\xc0\xaf\"}", "invalid UTF-8"},
	{"B-14", "{\"pageId\":\"5120934471\",\"x\":\"\xed\xa0\x80\"}", "invalid UTF-8"},
	{"B-15", "{\"pageId\":\"5120934471\",\"x\":\"\x01\"}", "control character"},
	{"B-16", `{"pageId":"5120934471","x":"\ud800"}`, "lone surrogate"},
	{"B-16", `{"pageId":"5120934471","x":"\udc00\ud800"}`, "lone surrogate"},
	{"B-16", `{"pageId":"5120934471","x":"\x"}`, "unknown escape"},
	{"B-16", `{"pageId":"5120934471","x":"\u12"}`, "unknown escape"},
	{"B-17", `{"pageId":"5120934471","pageId":"5120934471"}`, "given twice"},
	{"B-17", `{"pageId":"5120934471","page\u0049d":"5120934471"}`, "given twice"},
	{"B-17", `{"pageId":"5120934471","x":1,"\u0078":2}`, "given twice"},
	{"B-17", `{"pageId":"5120934471","x":[{"y":{"z":1,"z":2}}]}`, "(unknown member): a member is given twice"},
	{"B-20", `{"pageId":"5120934471","x":` + strings.Repeat("[", 100_000), "nested deeper"},
	{"B-21", sde(`{"type":"lead","lead":` + strings.Repeat(`{"a":`, 1000) + `1` + strings.Repeat(`}`, 1000) + `}`), "nested deeper"},
	{"PG-02", `{"impAttributes":[],"engagementAttributes":[{"type":"lead"}]}`, "pageId: missing"},
	{"PG-03", `{"pageId":null}`, "pageId: want string, got null"},
	{"PG-04", `{"pageId":""}`, "pageId: empty"},
	{"PG-05", `{"pageId":5120934471}`, "pageId: want string, got number"},
	{"PG-06", `{"pageId":true}`, "pageId: want string, got boolean"},
	{"PG-06", `{"pageId":{}}`, "pageId: want string, got object"},
	{"PG-06", `{"pageId":["x"]}`, "pageId: want string, got array"},
	{"PG-08", `{"pageId":"5120934472"}`, "pageId: not a page of this session"},
	{"PG-09", `{"pageId":"6000000001"}`, "pageId: not a page of this session"},
	{"PG-14", `{"pageid":"5120934471"}`, "pageId: missing"},
	{"PG-14", `{"PageId":"5120934471"}`, "pageId: missing"},
	{"IM-10", `{"pageId":"5120934471","impAttributes":null}`, "impAttributes: want array, got null"},
	{"IM-12", `{"pageId":"5120934471","impAttributes":{"type":"impClose"}}`, "impAttributes: want array, got object"},
	{"IM-13", `{"pageId":"5120934471","impAttributes":"[{\"type\":\"impClose\"}]"}`, "impAttributes: want array, got string"},
	{"IM-14", `{"pageId":"5120934471","impAttributes":1}`, "impAttributes: want array, got number"},
	{"IM-15", imp(`null`), "impAttributes[0]: want object, got null"},
	{"IM-15", imp(`1`), "impAttributes[0]: want object"},
	{"IM-15", imp(`"x"`), "impAttributes[0]: want object"},
	{"IM-15", imp(`[]`), "impAttributes[0]: want object"},
	{"IM-16", imp(`{"type":"impFoo"}`), "impAttributes[0].type"},
	{"IM-17", imp(`{}`), "impAttributes[0].type: missing"},
	{"IM-17", imp(`{"campaign":4100200301}`), "impAttributes[0].type: missing"},
	{"IM-17", imp(`{"type":null}`), "impAttributes[0].type"},
	{"IM-17", imp(`{"type":""}`), "impAttributes[0].type"},
	{"IM-17", imp(`{"type":7}`), "impAttributes[0].type"},
	{"IM-18", imp(`{"type":"impaccept"}`), "impAttributes[0].type"},
	{"IM-19", imp(`{"type":"personal"}`), "impAttributes[0].type"},
	{"IM-20", imp(`{"type":"ImpressionEvent"}`), "impAttributes[0].type"},
	{"IM-24", imp(`{"type":"impClose","campaign":"4100200301"}`), "impAttributes[0].campaign: want integer, got string"},
	{"IM-25", imp(`{"type":"impClose","campaign":true}`), "impAttributes[0].campaign: want integer, got boolean"},
	{"IM-25", imp(`{"type":"impClose","engId":{}}`), "impAttributes[0].engId: want integer, got object"},
	{"IM-25", imp(`{"type":"impClose","revision":"abc"}`), "impAttributes[0].revision: want integer, got string"},
	{"IM-27", imp(`{"type":"impClose","campaign":1.5}`), "with a fraction"},
	{"IM-27", imp(`{"type":"impClose","campaign":9223372036854775808}`), "not one of the allowed values"},
	{"IM-28", imp(`{"type":"impClose","campaign":4100200302}`), "not that of the session's engagement"},
	{"IM-28", imp(`{"type":"impClose","engId":4100200403}`), "not that of the session's engagement"},
	{"IM-28", imp(`{"type":"impClose","revision":11}`), "not that of the session's engagement"},
	{"IM-29", imp(`{"type":"impClose","revision":null}`), "want integer, got null"},
	{"IM-32", imp(`{"type":"impAccept","eContext":{}}`), "impAttributes[0].eContext: want array, got object"},
	{"IM-32", imp(`{"type":"impAccept","eContext":"1"}`), "impAttributes[0].eContext: want array, got string"},
	{"IM-33", imp(`{"type":"impAccept","eContext":[{"type":"other"}]}`), "eContext[0].type: not one of"},
	{"IM-34", imp(`{"type":"impAccept","eContext":[{"id":1}]}`), "eContext[0].id: want string, got number"},
	{"IM-36", imp(`{"type":"impAccept","campaign":4900000001,"engId":4900000002,"revision":3,"eContext":[{"type":"engagementContext","id":"2"}]}`), "not that of the session's engagement"},
	{"IM-36", imp(`{"type":"impAccept","eContext":[{"type":"engagementContext","id":"2"}]}`), "eContext[0].id: not that of the session's engagement"},
	{"EA-06", sde(impressions["IM-03"]), "engagementAttributes[0].type: not one of"},
	{"EA-07", sde(impressions["IM-02"]), "engagementAttributes[0].type"},
	{"EA-07", sde(impressions["IM-06"]), "engagementAttributes[0].type"},
	{"EA-07", sde(impressions["IM-07"]), "engagementAttributes[0].type"},
	{"EA-07", sde(impressions["IM-08"]), "engagementAttributes[0].type"},
	{"EA-08", sde(`{"type":"ImpressionEvent"}`), "engagementAttributes[0].type"},
	{"EA-09", withSDEs(`{"type":"lead"}`, impressions["IM-03"]), "engagementAttributes[1].type"},
	{"EA-10", `{"pageId":"5120934471","engagementAttributes":null}`, "engagementAttributes: want array, got null"},
	{"EA-12", `{"pageId":"5120934471","engagementAttributes":{"type":"lead"}}`, "engagementAttributes: want array, got object"},
	{"EA-13", `{"pageId":"5120934471","engagementAttributes":"[]"}`, "engagementAttributes: want array, got string"},
	{"EA-14", `{"pageId":"5120934471","engagementAttributes":true}`, "engagementAttributes: want array, got boolean"},
	{"EA-15", sde(`null`), "engagementAttributes[0]: want object, got null"},
	{"EA-15", sde(`[{"type":"lead"}]`), "engagementAttributes[0]: want object, got array"},
	{"EA-16", sde(`{"type":"foo"}`), "engagementAttributes[0].type"},
	{"EA-17", sde(`{"lead":{}}`), "engagementAttributes[0].type: missing"},
	{"EA-17", sde(`{"type":["lead"]}`), "engagementAttributes[0].type"},
	{"EA-18", sde(`{"type":"Personal"}`), "engagementAttributes[0].type"},
	{"EA-19", sde(`{"type":"transaction"}`), "engagementAttributes[0].type"},
	{"EA-23", sde(`{"type":"personal","personal":null}`), "engagementAttributes[0].personal: want object, got null"},
	{"EA-24", withSDEs(`{"type":"lead"}`, `{"type":"cart"}`), "engagementAttributes[1].total: missing"},
	{"EA-27", sde(`{"type":"lead","lead":{"topic":"` + strings.Repeat("a", 50_001) + `"}}`), "longer than 50000 characters"},
	{"SC-03", sde(`{"type":"cart","numItems":2}`), "total: missing"},
	{"SC-04", sde(`{"type":"cart","total":19.5}`), "numItems: missing"},
	{"SC-05", sde(`{"type":"cart","total":1,"numItems":1,"products":[{"quantity":1}]}`), "products[0].product: missing"},
	{"SC-06", sde(`{"type":"cart","total":true,"numItems":1}`), "total: want number, got boolean"},
	{"SC-06", sde(`{"type":"cart","total":1,"numItems":"abc"}`), "numItems: want integer, got string"},
	{"SC-06", sde(`{"type":"cart","total":1,"numItems":1,"products":[{"product":{"price":{}}}]}`), "products[0].product.price: want number, got object"},
	{"SC-06", sde(`{"type":"cart","total":1,"numItems":1,"products":[{"product":{},"quantity":"abc"}]}`), "products[0].quantity: want integer"},
	{"SC-08", sde(`{"type":"cart","total":1,"numItems":2.5}`), "numItems: want integer, got number with a fraction"},
	{"SC-09", sde(`{"type":"cart","total":1e400,"numItems":1}`), "total: not one of the allowed values"},
	{"SP-03", sde(`{"type":"purchase","cart":{"numItems":1}}`), "cart.products: missing"},
	{"SP-04", sde(`{"type":"purchase","total":{}}`), "total: want number"},
	{"SP-04", sde(`{"type":"purchase","orderId":{}}`), "orderId: want string"},
	{"SP-04", sde(`{"type":"purchase","cart":"x"}`), "cart: want object"},
	{"SP-05", sde(`{"type":"purchase","cart":{"Products":[]}}`), "cart.products: missing"},
	{"SV-03", sde(`{"type":"prodView","products":[{}]}`), "products[0].product: missing"},
	{"SV-04", sde(`{"type":"prodView","products":[{"product":{"price":{}}}]}`), "price: want number"},
	{"SV-04", sde(`{"type":"prodView","products":"x"}`), "products: want array"},
	{"SK-04", sde(`{"type":"ctmrinfo","info":{"balance":{}}}`), "info.balance: want number"},
	{"SK-04", sde(`{"type":"ctmrinfo","info":{"companySize":"many"}}`), "info.companySize: want integer"},
	{"SK-04", sde(`{"type":"ctmrinfo","info":{"lastPaymentDate":"2024-02-09"}}`), "info.lastPaymentDate: want object"},
	{"SM-05", sde(`{"type":"mrktInfo","info":{"channel":7}}`), "info.channel: not one of"},
	{"SM-05", sde(`{"type":"mrktInfo","info":{"channel":-1}}`), "info.channel: not one of"},
	{"SM-07", sde(`{"type":"mrktInfo","info":{"channel":"email"}}`), "info.channel: want integer"},
	{"SM-07", sde(`{"type":"mrktInfo","info":{"channel":{}}}`), "info.channel: want integer"},
	{"SR-10", sde(`{"type":"personal","personal":{"gender":"male"}}`), "personal.gender: not one of"},
	{"SR-10", sde(`{"type":"personal","personal":{"gender":null}}`), "personal.gender: want string, got null"},
	{"SR-11", sde(`{"type":"personal","personal":{"gender":1}}`), "personal.gender: want string"},
	{"SR-12", sde(`{"type":"personal","personal":{"firstname":{}}}`), "personal.firstname: want string"},
	{"SR-12", sde(`{"type":"personal","personal":{"contacts":"x"}}`), "personal.contacts: want array"},
	{"SR-12", sde(`{"type":"personal","personal":{"age":"x"}}`), "personal.age: want object"},
	{"SR-13", sde(`{"type":"personal","personal":{"contacts":{}}}`), "personal.contacts: want array"},
	{"SR-17", sde(`{"type":"personal","personal":{"contacts":[{},{"phoneType":"mobile"}]}}`), "personal.contacts[1].phoneType: not one of"},
	{"SL-03", sde(`{"type":"lead","lead":{"value":"much"}}`), "lead.value: want number"},
	{"SL-03", sde(`{"type":"lead","lead":"x"}`), "lead: want object"},
	{"SS-05", sde(`{"type":"service","service":{"status":14}}`), "service.status: not one of"},
	{"SS-06", sde(`{"type":"service","service":{"status":"done"}}`), "service.status: want integer"},
	{"SE-03", sde(`{"type":"error","error":{"level":"high"}}`), "error.level: want integer"},
	{"SE-03", sde(`{"type":"error","error":{"resolved":{}}}`), "error.resolved: want boolean"},
	{"SQ-03", sde(`{"type":"searchInfo","keywords":"x"}`), "keywords: want array"},
	{"SQ-03", sde(`{"type":"searchInfo","keywords":1}`), "keywords: want array"},
	{"SQ-03", sde(`{"type":"searchInfo","keywords":[1]}`), "keywords[0]: want string"},
	{"SQ-03", sde(`{"type":"searchInfo","keywords":["a",{}]}`), "keywords[1]: want string"},
}

func TestBodiesRefused(t *testing.T) {
	h := newTestHandler(t, Options{})
	before, ok := h.State("acme_01", "ExYTlkNGJjMjdlOGYzMDUy", "Qm3xT7vK0aZr_9-LbW2eDg")
	require.True(t, ok)
	for i, row := range refused {
		t.Run(fmt.Sprintf("%s %d", row.id, i), func(t *testing.T) {
			got := update(h, row.body)
			requireRefused(t, got, http.StatusBadRequest, 5)
			require.Contains(t, got.message(), row.where)
		})
	}
	after, _ := h.State("acme_01", "ExYTlkNGJjMjdlOGYzMDUy", "Qm3xT7vK0aZr_9-LbW2eDg")
	require.Equal(t, before, after, "a refused update leaves nothing behind")
}

// TestImpressionNeedsEngagement is IM-35.
func TestImpressionNeedsEngagement(t *testing.T) {
	h := newTestHandler(t, Options{})
	const target = "/api/account/acme_01/app/engagement/visitors/NoEngagementVisitor123?v=1.0&sid=NoEngagementSession_-9"
	got := send(h, http.MethodPut, target, `{"pageId":"7000000001","impAttributes":[{"type":"impClose"}]}`)
	requireRefused(t, got, http.StatusBadRequest, 5)
	require.Equal(t, "impAttributes[0]: the session has no engagement", got.message())
	requireOK(t, send(h, http.MethodPut, target, `{"pageId":"7000000001","impAttributes":[],"engagementAttributes":[{"type":"lead"}]}`))
}

func TestManyMembers(t *testing.T) {
	h := newTestHandler(t, Options{})
	var b strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&b, `"m%d":0,`, i)
	}
	requireOK(t, update(h, `{`+b.String()+`"pageId":"5120934471"}`))
	requireRefused(t, update(h, `{`+b.String()+`"m31000":0,"pageId":"5120934471"}`), 400, 5)
}

// TestLenientReadings turns on the other reading of each inconsistency.
func TestLenientReadings(t *testing.T) {
	strict := newTestHandler(t, Options{})
	lenient := newTestHandler(t, Options{StringifiedArrays: true, QuotedNumbers: true})
	for _, body := range []string{
		`{"pageId":"5120934471","engagementAttributes":"[{\"type\":\"lead\",\"lead\":{\"topic\":\"\\u0041\"}}]"}`,
		`{"pageId":"5120934471","impAttributes":"[{\"type\":\"impClose\",\"campaign\":4100200301}]"}`,
		imp(`{"type":"impClose","campaign":"4100200301"}`),
		sde(`{"type":"mrktInfo","info":{"channel":"1"}}`),
		sde(`{"type":"cart","total":"12.5","numItems":"2"}`),
	} {
		requireRefused(t, update(strict, body), 400, 5)
		requireOK(t, update(lenient, body))
	}
	for _, body := range []string{
		`{"pageId":"5120934471","engagementAttributes":"[{\"type\":\"foo\"}]"}`,
		`{"pageId":"5120934471","engagementAttributes":"[] []"}`,
		`{"pageId":"5120934471","engagementAttributes":"x"}`,
		sde(`{"type":"personal","personal":{"contacts":"[]"}}`),
		sde(`{"type":"mrktInfo","info":{"channel":"9"}}`),
		sde(`{"type":"mrktInfo","info":{"channel":" 1"}}`),
		sde(`{"type":"mrktInfo","info":{"channel":""}}`),
		sde(`{"type":"mrktInfo","info":{"channel":"1x"}}`),
		sde(`{"type":"error","error":{"resolved":"false"}}`),
	} {
		requireRefused(t, update(lenient, body), 400, 5)
	}
	state, _ := lenient.State("acme_01", "ExYTlkNGJjMjdlOGYzMDUy", "Qm3xT7vK0aZr_9-LbW2eDg")
	require.JSONEq(t, `{"type":"lead","lead":{"topic":"A"}}`, string(state.Attributes["lead"][0]))
}

func TestBodyBound(t *testing.T) {
	h := newTestHandler(t, Options{MaxBody: 4096})
	fit := page[:len(page)-1] + `,"x":"` + strings.Repeat("a", 4096-len(page)-7) + `"}`
	require.Len(t, fit, 4096)
	requireOK(t, update(h, fit))
	got := update(h, fit+" ")
	requireRefused(t, got, http.StatusBadRequest, 5)
	require.Equal(t, "the body is too large", got.message())
	// Where the ids are wrong too, they count first.
	requireRefused(t, send(h, http.MethodPut, basePath+"?v=1.0&sid=x", fit+" "), 404, 39)
}
