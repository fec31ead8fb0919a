package reference

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const page = `{"pageId":"5120934471"}`

// TestAddress holds path, account, version, visitor and session against the
// preferred answers. Requests are typed out, not built by the code under test.
func TestAddress(t *testing.T) {
	const (
		sid     = "sid=Qm3xT7vK0aZr_9-LbW2eDg"
		query   = "?v=1.0&" + sid
		visitor = "ExYTlkNGJjMjdlOGYzMDUy"
		prefix  = "/api/account/acme_01/app/engagement/visitors/"
	)
	account := func(a string) string {
		return "/api/account/" + a + "/app/engagement/visitors/" + visitor + query
	}
	rows := []struct {
		id, target string
		status     int
		code       int64
		reason     string
	}{
		{"EP-01", baseTarget, 200, 0, "the base request"},
		{"EP-17", basePath + "/" + query, 404, 5, "trailing slash: another path"},
		{"EP-18", strings.Replace(baseTarget, "/visitors/", "/visitor/", 1), 404, 5, "singular, as once documented"},
		{"EP-19", strings.Replace(baseTarget, "/engagement/", "/engagements/", 1), 404, 5, "not the path"},
		{"EP-20", strings.Replace(baseTarget, "/app/", "/APP/", 1), 404, 5, "letter case of a segment"},
		{"EP-21", strings.Replace(baseTarget, "/app/", "//app/", 1), 404, 5, "doubled slash is not cleaned away"},
		{"EP-22", basePath + "/more" + query, 404, 5, "extra segment"},
		{"EP-23", strings.Replace(baseTarget, "/app/", "/x/../app/", 1), 404, 5, "dot segments are not resolved"},
		{"EP-24", basePath + "%60" + query, 404, 37, "the specification's stray back-tick"},
		{"AC-01", account("acme_01"), 200, 0, "known account"},
		{"AC-02", "/api/account//app/engagement/visitors/" + visitor + query, 404, 5, "empty account"},
		{"AC-03", "/api/account/app/engagement/visitors/" + visitor + query, 404, 5, "no account segment"},
		{"AC-04", account("nobody"), 404, 6, "unknown account"},
		{"AC-05", account("a1234567890123456789"), 404, 6, "20 characters are well-formed"},
		{"AC-06", account("a12345678901234567890"), 400, 5, "21 are not"},
		{"AC-07", account("x"), 404, 6, "one character"},
		{"AC-07", account("_"), 404, 6, "underscore"},
		{"AC-08", account("a-b"), 400, 5, "dash"},
		{"AC-08", account("a.b"), 400, 5, "dot"},
		{"AC-08", account("a$b"), 400, 5, "dollar"},
		{"AC-08", account("a%20b"), 400, 5, "space"},
		{"AC-08", account("a%2Fb"), 400, 5, "encoded slash stays in the segment"},
		{"AC-08", account("a*b"), 400, 5, "asterisk"},
		{"AC-09", account("%C3%A9"), 400, 5, "not ASCII"},
		{"AC-10", account("ACME_01"), 404, 6, "letter case counts"},
		{"AC-13", account("globex"), 404, 37, "another account does not see this visitor"},
		{"VI-01", prefix + visitor + query, 200, 0, "the live visitor"},
		{"VI-02", strings.TrimSuffix(prefix, "/") + query, 404, 37, "no visitor segment"},
		{"VI-03", prefix + query, 404, 37, "empty visitor segment"},
		{"VI-04", prefix + "AAAAAAAAAAAAAAAAAAAAAA" + query, 404, 37, "unknown visitor"},
		{"VI-05", prefix + "ZkQ0c1BhVmV5TGlzYm9uQQ" + query, 404, 39, "another live visitor, own sid"},
		{"VI-07", prefix + "x" + query, 404, 37, "too short"},
		{"VI-07", prefix + strings.Repeat("x", 512) + query, 404, 37, "too long"},
		{"VI-08", prefix + visitor + "%00" + query, 404, 37, "NUL"},
		{"VI-08", prefix + visitor + "%0A" + query, 404, 37, "line feed"},
		{"VI-08", prefix + visitor + "%2F" + query, 404, 37, "encoded slash"},
		{"VI-08", prefix + ".." + query, 404, 37, "dots"},
		{"VI-09", prefix + strings.ToLower(visitor) + query, 404, 37, "letter case"},
		{"VI-13", prefix + "%45xYTlkNGJjMjdlOGYzMDUy" + query, 200, 0, "needlessly encoded E"},
		{"VI-15", baseTarget + "&vid=other", 200, 0, "the path wins"},
		{"V-02", basePath + "?" + sid, 400, 33, "no version"},
		{"V-03", basePath + "?v=&" + sid, 400, 33, "empty version"},
		{"V-04", basePath + "?v=2.0&" + sid, 400, 33, "unsupported"},
		{"V-05", basePath + "?v=0&" + sid, 400, 33, "zero"},
		{"V-05", basePath + "?v=-1.0&" + sid, 400, 33, "negative"},
		{"V-05", basePath + "?v=100.0&" + sid, 400, 33, "large"},
		{"V-06", basePath + "?v=abc&" + sid, 400, 33, "not a number"},
		{"V-06", basePath + "?v=1.0.0&" + sid, 400, 33, "not a double"},
		{"V-06", basePath + "?v=v1.0&" + sid, 400, 33, "with a letter"},
		{"V-07", basePath + "?v=1.1&" + sid, 400, 33, "valid on a sibling only"},
		{"V-09", basePath + "?v=1&" + sid, 400, 33, "only the text 1.0 unless asked for"},
		{"V-13", basePath + "?v=1e309&" + sid, 400, 33, "too large for a double"},
		{"V-15", baseTarget + "&v=1.0", 200, 0, "given twice, the same"},
		{"V-16", baseTarget + "&v=2.0", 400, 33, "given twice, different"},
		{"V-16", basePath + "?v=2.0&v=1.0&" + sid, 400, 33, "and the other way round"},
		{"V-17", basePath + "?V=1.0&" + sid, 400, 33, "letter case of the name"},
		{"V-19", basePath + "x?v=9&sid=x", 400, 33, "the version comes before the ids"},
		{"SI-02", basePath + "?v=1.0", 404, 39, "no sid"},
		{"SI-03", basePath + "?v=1.0&sid=", 404, 39, "empty sid"},
		{"SI-04", basePath + "?v=1.0&sid=AAAAAAAAAAAAAAAAAAAAAA", 404, 39, "unknown sid"},
		{"SI-05", basePath + "?v=1.0&sid=hT8_kk2VbC-9sUqLx0PzEw", 404, 39, "another visitor's sid"},
		{"SI-07", basePath + "?v=1.0&sid=x", 404, 39, "too short"},
		{"SI-08", basePath + "?v=1.0&sid=%00", 404, 39, "NUL"},
		{"SI-08", basePath + "?v=1.0&sid=%zz", 404, 39, "not decodable"},
		{"SI-11", baseTarget + ".0123456789abcdef", 404, 39, "a read-side session id"},
		{"SI-14", baseTarget + "&" + sid, 200, 0, "given twice, the same"},
		{"SI-14", baseTarget + "&sid=other", 404, 39, "given twice, different"},
		{"SI-15", basePath + "?v=1.0&SID=Qm3xT7vK0aZr_9-LbW2eDg", 404, 39, "letter case of the name"},
		{"SI-17", basePath + "?v=1.0&s%69d=%51m3xT7vK0aZr_9-LbW2eDg", 200, 0, "needlessly encoded"},
		{"Q-01", basePath + "?" + sid + "&v=1.0", 200, 0, "the order is free"},
		{"Q-02", baseTarget + "&x=1", 200, 0, "unknown key"},
		{"Q-04", basePath, 400, 33, "no query: the version wins"},
		{"Q-05", basePath + "?v=1.0;" + sid, 400, 33, "a semicolon separates nothing"},
		{"Q-06", baseTarget + "&&", 200, 0, "empty pairs"},
		{"Q-07", basePath + "?v=1.0&sid[]=Qm3xT7vK0aZr_9-LbW2eDg", 404, 39, "array style"},
	}
	h := newTestHandler(t, Options{})
	for _, row := range rows {
		t.Run(row.id+" "+row.reason, func(t *testing.T) {
			got := send(h, http.MethodPut, row.target, page)
			if row.status == http.StatusOK {
				requireOK(t, got)
				return
			}
			requireRefused(t, got, row.status, row.code)
			if row.code == 33 {
				require.Equal(t, "Illegal Version", got.message())
			}
		})
	}
}

// TestNumericVersion is the other reading of "double, supported value 1.0".
func TestNumericVersion(t *testing.T) {
	h := newTestHandler(t, Options{NumericVersion: true})
	for v, want := range map[string]int{
		"1.0": 200, "1": 200, "1.00": 200, "01.0": 200, "1e0": 200, "10e-1": 200, "%2B1.0": 200,
		"2.0": 400, "": 400, "abc": 400, "NaN": 400, "1.0d": 400, "1.1": 400,
	} {
		got := send(h, http.MethodPut, basePath+"?v="+v+"&sid=Qm3xT7vK0aZr_9-LbW2eDg", page)
		require.Equal(t, want, got.Status, "v=%s", v)
	}
}

func TestMethods(t *testing.T) {
	h := newTestHandler(t, Options{})
	for _, method := range []string{"GET", "DELETE", "PATCH", "HEAD", "OPTIONS", "FOO", "put"} {
		got := send(h, method, baseTarget, "")
		requireRefused(t, got, http.StatusMethodNotAllowed, 5)
		require.Equal(t, "PUT, POST", got.Header.Get("Allow"))
		requireRefused(t, send(h, method, "/", ""), http.StatusNotFound, 5)
	}
	requireRefused(t, send(h, http.MethodPut, "/", page), http.StatusNotFound, 5)
	requireRefused(t, send(h, http.MethodPost, "/", page), http.StatusNotFound, 5)
}
