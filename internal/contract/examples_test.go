package contract_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// The least and the most of every SDE, written by hand from T; each impression
// from S and IE.
var examples = map[string]struct{ minimal, full string }{
	"cart": {
		`{"type":"cart","total":19.5,"numItems":2}`,
		`{"type":"cart","total":64.25,"currency":"EUR","numItems":3,"products":[{"product":{"name":"desk lamp","category":"lighting","sku":"LMP-204","price":21.75},"quantity":2},{"product":{"name":"led bulb","category":"lighting","sku":"BLB-011","price":20.75},"quantity":1}]}`,
	},
	"purchase": {
		`{"type":"purchase"}`,
		`{"type":"purchase","total":108.9,"currency":"GBP","orderId":"ORD-7781","cart":{"numItems":2,"products":[{"product":{"name":"backup plan","category":"software","sku":"BKP-1Y","price":54.45},"quantity":2}]}}`,
	},
	"prodView": {
		`{"type":"prodView"}`,
		`{"type":"prodView","currency":"USD","products":[{"product":{"name":"trail shoe","category":"footwear","sku":"SHO-88","price":95.5,"statusInStock":"high","quantityInStock":41}}]}`,
	},
	"ctmrinfo": {
		`{"type":"ctmrinfo","info":{"ctype":"gold"}}`,
		`{"type":"ctmrinfo","info":{"ctype":"platinum","cstatus":"active","balance":-12.75,"currency":"USD","customerId":"CUST-00042","socialId":"9900112233","imei":"490154203237518","userName":"k.rivera","companySize":250,"companyBranch":"Harbour","accountName":"North Freight","role":"buyer","lastPaymentDate":{"day":9,"month":2,"year":2024},"registrationDate":{"day":30,"month":11,"year":2019},"loginStatus":1,"storeNumber":"771","storeZipCode":"10001"}}`,
	},
	"mrktInfo": {
		`{"type":"mrktInfo"}`,
		`{"type":"mrktInfo","info":{"channel":3,"affiliate":"partner-nine","campaignId":"spring-mailing"}}`,
	},
	"personal": {
		`{"type":"personal","personal":{"firstname":"Noa"}}`,
		`{"type":"personal","personal":{"firstname":"Noa","lastname":"Keller","age":{"age":41,"year":1984,"month":6,"day":3},"contacts":[{"email":"noa.keller@example.org","phone":"+49 30 5550100","phoneType":"MOBILE","address":{"country":"DE","region":"Berlin"}},{"email":"nk@example.net","phone":"5550101","phoneType":"WORK"}],"gender":"OTHER","company":"Keller Optik","language":"de-DE"}}`,
	},
	"lead": {
		`{"type":"lead"}`,
		`{"type":"lead","lead":{"topic":"roof solar quote","value":4200.5,"currency":"EUR","leadId":"LD-3310"}}`,
	},
	"service": {
		`{"type":"service"}`,
		`{"type":"service","service":{"topic":"replace card","status":1,"category":"cards","serviceId":"SV-55"}}`,
	},
	"error": {
		`{"type":"error"}`,
		`{"type":"error","error":{"contextId":"checkout form","message":"postcode rejected","code":"PC-17","level":3,"resolved":false}}`,
	},
	"searchInfo": {
		`{"type":"searchInfo"}`,
		`{"type":"searchInfo","keywords":["return a parcel","refund time"]}`,
	},
	"impDisplay":  once(`{"type":"impDisplay","campaign":4100200301,"engId":4100200402,"revision":12,"eContext":[{"type":"engagementContext","id":"1"}]}`),
	"impAccept":   once(`{"type":"impAccept","campaign":4100200301,"engId":4100200402,"revision":12,"eContext":[{"type":"engagementContext","id":"1"}]}`),
	"impExpanded": once(`{"type":"impExpanded","expanded":null,"userInit":null,"actionableItems":null,"campaign":4100200301,"engId":4100200402,"revision":12}`),
	"impTimeout":  once(`{"type":"impTimeout","campaign":4100200301,"engId":4100200402,"revision":12}`),
	"impClose":    once(`{"type":"impClose","campaign":4100200301,"engId":4100200402,"revision":12}`),
}

func once(example string) struct{ minimal, full string } {
	return struct{ minimal, full string }{example, example}
}

func TestExamplesConform(t *testing.T) {
	for _, a := range allAttributes() {
		t.Run(a.Type, func(t *testing.T) {
			require.Contains(t, examples, a.Type)
			for _, text := range []string{examples[a.Type].minimal, examples[a.Type].full} {
				assert.Empty(t, complaints(t, a, text), text)

				value := reflect.New(goTypes[a.Type]).Interface()
				decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
				decoder.DisallowUnknownFields()
				require.NoError(t, decoder.Decode(value), text)
				again, err := json.Marshal(value)
				require.NoError(t, err)
				assert.JSONEq(t, text, string(again), "the Go type loses nothing")
			}
		})
	}
}

// A full example leaves no row of the table out, so the table has no field that
// its source does not show.
func TestFullExamplesAreFull(t *testing.T) {
	leftOut := map[string]string{"prodView": "products[].quantity"} // T1 alone has it
	for _, a := range allAttributes() {
		t.Run(a.Type, func(t *testing.T) {
			for _, f := range a.Fields {
				without := a
				without.Fields = nil
				for _, other := range a.Fields {
					if other.Path != f.Path {
						without.Fields = append(without.Fields, other)
					}
				}
				said := complaints(t, without, examples[a.Type].full)
				if f.Path == leftOut[a.Type] {
					assert.Empty(t, said)
					continue
				}
				assert.Contains(t, said, f.Path+": unknown")
			}
		})
	}
}

// The table knows what is wrong with an SDE, field by field.
func TestFaultyExamplesDoNotConform(t *testing.T) {
	tests := []struct {
		requirement, sde string
		text             string
		want             []string
	}{
		{"SC-03", "cart", `{"type":"cart","numItems":2}`, []string{"total: missing"}},
		{"SC-04", "cart", `{"type":"cart","total":19.5}`, []string{"numItems: missing"}},
		{"SC-05", "cart", `{"type":"cart","total":1,"numItems":1,"products":[{"quantity":1}]}`, []string{"products[].product: missing"}},
		{"SC-06", "cart", `{"type":"cart","total":true,"numItems":"abc"}`, []string{"numItems: no integer", "total: no number"}},
		{"SC-08", "cart", `{"type":"cart","total":1,"numItems":2.5}`, []string{"numItems: no integer"}},
		{"SC-08", "cart", `{"type":"cart","total":1,"numItems":2.0}`, nil},
		{"SP-01", "purchase", `{"type":"purchase"}`, nil},
		{"SP-03", "purchase", `{"type":"purchase","cart":{}}`, []string{"cart.products: missing"}},
		{"SP-04", "purchase", `{"type":"purchase","cart":"x"}`, []string{"cart: no object"}},
		{"SP-05", "purchase", `{"type":"purchase","cart":{"Products":[]}}`, []string{"cart.Products: unknown", "cart.products: missing"}},
		{"SV-03", "prodView", `{"type":"prodView","products":[{}]}`, []string{"products[].product: missing"}},
		{"SK-04", "ctmrinfo", `{"type":"ctmrinfo","info":{"balance":{},"companySize":"big","lastPaymentDate":"today"}}`,
			[]string{"info.balance: no number", "info.companySize: no integer", "info.lastPaymentDate: no object"}},
		{"SK-06", "ctmrinfo", `{"type":"ctmrinfo","ctype":"gold"}`, []string{"ctype: unknown"}},
		{"SM-04", "mrktInfo", `{"type":"mrktInfo","info":{"channel":5}}`, []string{"info.channel: 5 is not documented"}},
		{"SM-08", "mrktInfo", `{"type":"mrktInfo","info":{"campaignID":"x"}}`, []string{"info.campaignID: unknown"}},
		{"SR-01", "personal", `{"type":"personal","personal":{"age":{"age":30.0}}}`, nil},
		{"SR-10", "personal", `{"type":"personal","personal":{"gender":"male"}}`, []string{"personal.gender: male is not documented"}},
		{"SR-13", "personal", `{"type":"personal","personal":{"contacts":{}}}`, []string{"personal.contacts: no array"}},
		{"SE-04", "error", `{"type":"error","error":{"resolved":"false"}}`, []string{"error.resolved: no boolean"}},
		{"SQ-03", "searchInfo", `{"type":"searchInfo","keywords":[1]}`, []string{"keywords[]: no string"}},
		{"IM-25", "impAccept", `{"type":"impAccept","campaign":true}`, []string{"campaign: no integer"}},
		{"IM-33", "impAccept", `{"type":"impAccept","eContext":[{"type":"x"}]}`, []string{"eContext[].type: x is not documented"}},
		{"IM-40", "impExpanded", `{"type":"impExpanded","expanded":true}`, []string{"expanded: no null"}},
		{"EA-18", "personal", `{"type":"Personal"}`, []string{"type: is Personal"}},
	}
	types := map[string]contract.Attribute{}
	for _, a := range allAttributes() {
		types[a.Type] = a
	}
	for _, tt := range tests {
		t.Run(tt.requirement, func(t *testing.T) {
			require.Contains(t, types, tt.sde)
			assert.Equal(t, tt.want, complaints(t, types[tt.sde], tt.text), tt.text)
		})
	}
}

// specificationExample is the body of S:L48–96 with its white space.
const specificationExample = `    {
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

func TestExampleBodyIsTheSpecifications(t *testing.T) {
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, []byte(specificationExample)))
	assert.Equal(t, compact.String(), contract.ExampleBody)
}

func TestExampleBodyConforms(t *testing.T) {
	var body struct {
		PageID               string            `json:"pageId"`
		ImpAttributes        []json.RawMessage `json:"impAttributes"`
		EngagementAttributes []json.RawMessage `json:"engagementAttributes"`
	}
	require.NoError(t, json.Unmarshal([]byte(contract.ExampleBody), &body))
	types := map[string]contract.Attribute{}
	for _, a := range allAttributes() {
		types[a.Type] = a
	}
	require.Len(t, body.ImpAttributes, 2)
	require.Len(t, body.EngagementAttributes, 1)
	assert.Empty(t, complaints(t, types["impAccept"], string(body.ImpAttributes[0])))
	assert.Empty(t, complaints(t, types["impDisplay"], string(body.ImpAttributes[1])))
	assert.Empty(t, complaints(t, types["personal"], string(body.EngagementAttributes[0])))

	s := contract.ExampleSession()
	assert.Equal(t, body.PageID, s.PageID)
	assert.Equal(t, contract.Target(s.Account, s.VisitorID, s.ID), s.Target)
	var accept contract.Impression
	require.NoError(t, json.Unmarshal(body.ImpAttributes[0], &accept))
	assert.Equal(t, contract.Impression{
		Type: "impAccept", Campaign: s.Engagement.Campaign, EngID: s.Engagement.ID, Revision: s.Engagement.Revision,
		EContext: []contract.EngagementRef{{Type: contract.EngagementContext, ID: s.Engagement.ContextID}},
	}, accept)
}

func TestExampleBodySurvivesTheGoTypes(t *testing.T) {
	var update contract.Update
	require.NoError(t, json.Unmarshal([]byte(contract.ExampleBody), &update))
	again, err := json.Marshal(update)
	require.NoError(t, err)
	assert.JSONEq(t, contract.ExampleBody, string(again))
}
