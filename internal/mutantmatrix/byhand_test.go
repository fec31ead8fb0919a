package mutantmatrix

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/checks/expect"
	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

const impressionIDs = `"campaign":3115242510,"engId":3115242810,"revision":537`

// valid are the examples of the documents, copied by hand and not made from the
// field table: the reference server and the suite both go by that table, and
// what is wrong in it is wrong in both.
var valid = map[string][]string{
	"impAttributes": {
		`{"type":"impDisplay",` + impressionIDs + `,"eContext":[{"type":"engagementContext","id":"1"}]}`,
		`{"type":"impAccept",` + impressionIDs + `,"eContext":[{"type":"engagementContext","id":"1"}]}`,
		`{"type":"impExpanded","expanded":null,"userInit":null,"actionableItems":null,` + impressionIDs + `}`,
		`{"type":"impTimeout",` + impressionIDs + `}`,
		`{"type":"impClose",` + impressionIDs + `}`,
	},
	"engagementAttributes": {
		`{"type":"cart","total":19.5,"numItems":2}`,
		`{"type":"cart","total":64.25,"currency":"EUR","numItems":3,"products":[{"product":{"name":"desk lamp","category":"lighting","sku":"LMP-204","price":21.75},"quantity":2},{"product":{"name":"led bulb","category":"lighting","sku":"BLB-011","price":20.75},"quantity":1}]}`,
		`{"type":"purchase"}`,
		`{"type":"purchase","total":108.9,"currency":"GBP","orderId":"ORD-7781","cart":{"numItems":2,"products":[{"product":{"name":"backup plan","category":"software","sku":"BKP-1Y","price":54.45},"quantity":2}]}}`,
		`{"type":"prodView"}`,
		`{"type":"prodView","currency":"USD","products":[{"product":{"name":"trail shoe","category":"footwear","sku":"SHO-88","price":95.5,"statusInStock":"high","quantityInStock":41}}]}`,
		`{"type":"ctmrinfo","info":{"ctype":"gold"}}`,
		`{"type":"ctmrinfo","info":{"ctype":"platinum","cstatus":"active","balance":-12.75,"currency":"USD","customerId":"CUST-00042","socialId":"9900112233","imei":"490154203237518","userName":"k.rivera","companySize":250,"companyBranch":"Harbour","accountName":"North Freight","role":"buyer","lastPaymentDate":{"day":9,"month":2,"year":2024},"registrationDate":{"day":30,"month":11,"year":2019},"loginStatus":1,"storeNumber":"771","storeZipCode":"10001"}}`,
		`{"type":"mrktInfo"}`,
		`{"type":"mrktInfo","info":{"channel":3,"affiliate":"partner-nine","campaignId":"spring-mailing"}}`,
		`{"type":"personal","personal":{"firstname":"Noa"}}`,
		`{"type":"personal","personal":{"firstname":"Noa","lastname":"Keller","age":{"age":41,"year":1984,"month":6,"day":3},"contacts":[{"email":"noa.keller@example.org","phone":"+49 30 5550100","phoneType":"MOBILE","address":{"country":"DE","region":"Berlin"}},{"email":"nk@example.net","phone":"5550101","phoneType":"WORK"}],"gender":"OTHER","company":"Keller Optik","language":"de-DE"}}`,
		`{"type":"lead"}`,
		`{"type":"lead","lead":{"topic":"roof solar quote","value":4200.5,"currency":"EUR","leadId":"LD-3310"}}`,
		`{"type":"service"}`,
		`{"type":"service","service":{"topic":"replace card","status":1,"category":"cards","serviceId":"SV-55"}}`,
		`{"type":"error"}`,
		`{"type":"error","error":{"contextId":"checkout form","message":"postcode rejected","code":"PC-17","level":3,"resolved":false}}`,
		`{"type":"searchInfo"}`,
		`{"type":"searchInfo","keywords":["return a parcel","refund time"]}`,
	},
}

// example is a request with what the documents answer to it.
type example struct {
	reason, target, body string
	status               int
	code                 contract.InternalCode
	message              string
	class                expect.Class
}

func examples() []example {
	const path = "/api/account/acme_01/app/engagement/visitors/ExYTlkNGJjMjdlOGYzMDUy"
	const live = path + "?v=1.0&sid=Qm3xT7vK0aZr_9-LbW2eDg"
	all := []example{
		{"EP-01, the smallest update", live, `{"pageId":"4743822558"}`, 200, 0, "", expect.Accept},
		{"EP-02, the specification's example", live, contract.ExampleBody, 200, 0, "", expect.Accept},
		{"V-04, another version", path + "?v=2.0&sid=Qm3xT7vK0aZr_9-LbW2eDg", `{"pageId":"4743822558"}`, 400, 33, "Illegal Version", expect.Refuse},
		{"PG-02, no pageId", live, `{"engagementAttributes":[{"type":"lead"}]}`, 400, 5, "", expect.Refuse},
		{"SI-04, an unknown session", path + "?v=1.0&sid=AAAAAAAAAAAAAAAAAAAAAA", `{"pageId":"4743822558"}`, 404, 39, "", expect.Refuse},
	}
	for member, list := range valid {
		for _, text := range list {
			all = append(all, example{text, live, `{"pageId":"4743822558","` + member + `":[` + text + `]}`, 200, 0, "", expect.Accept})
		}
	}
	return all
}

// TestExamplesByHand: what the documents show, the reference server answers and
// both readers of the suite expect.
func TestExamplesByHand(t *testing.T) {
	handler, err := reference.New(reference.Options{})
	require.NoError(t, err)
	session := contract.ExampleSession()
	require.NoError(t, handler.Preset(session))
	server, err := reference.Listen("127.0.0.1:0", handler)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
		defer cancel()
		require.NoError(t, server.Close(ctx))
	})
	client := &http.Client{Timeout: exchangeLimit, Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	strict, ok := contract.LookupProfile("strict")
	require.True(t, ok)
	for _, x := range examples() {
		opinion, err := expect.Derive(expect.Request{Method: contract.Method, Target: x.target, Body: []byte(x.body)},
			expect.Known{Session: session}, strict)
		require.NoError(t, err, x.reason)
		assert.Equal(t, x.class, opinion.Class, "%s: %s", x.reason, opinion.Because)

		status, entity := put(t, client, server.URL()+x.target, x.body)
		assert.Equal(t, x.status, status, "%s: %s", x.reason, entity)
		if x.status == 200 {
			assert.Empty(t, entity, x.reason)
			continue
		}
		var envelope struct {
			Time         int64                 `json:"time"`
			Message      string                `json:"message"`
			InternalCode contract.InternalCode `json:"internalCode"`
		}
		require.NoError(t, json.Unmarshal([]byte(entity), &envelope), x.reason)
		assert.Equal(t, x.code, envelope.InternalCode, x.reason)
		assert.WithinDuration(t, time.Now(), time.UnixMilli(envelope.Time), time.Minute, x.reason)
		if x.message != "" {
			assert.Equal(t, x.message, envelope.Message, x.reason)
		}
	}
}

func put(t *testing.T, client *http.Client, url, body string) (status int, entity string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	answer, err := client.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text)
}
