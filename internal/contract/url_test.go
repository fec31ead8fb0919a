package contract_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

func TestPathAndTarget(t *testing.T) {
	tests := []struct {
		reason                  string
		account, visitor, sid   string
		wantVisitors, wantQuery string
		wantVisitor             string
	}{
		{
			reason:  "ids as they are seen in the field",
			account: "acme_01", visitor: "ExYTlkNGJjMjdlOGYzMDUy", sid: "Qm3xT7vK0aZr_9-LbW2eDg",
			wantVisitors: "/api/account/acme_01/app/engagement/visitors",
			wantVisitor:  "/ExYTlkNGJjMjdlOGYzMDUy", wantQuery: "?v=1.0&sid=Qm3xT7vK0aZr_9-LbW2eDg",
		},
		{
			reason:  "a slash in an id opens no new segment",
			account: "a/b", visitor: "c/d", sid: "e/f",
			wantVisitors: "/api/account/a%2Fb/app/engagement/visitors",
			wantVisitor:  "/c%2Fd", wantQuery: "?v=1.0&sid=e%2Ff",
		},
		{
			reason:  "what would end the path or the parameter is escaped",
			account: "a?b", visitor: "c#d%", sid: "e&v=2.0#",
			wantVisitors: "/api/account/a%3Fb/app/engagement/visitors",
			wantVisitor:  "/c%23d%25", wantQuery: "?v=1.0&sid=e%26v%3D2.0%23",
		},
		{
			reason:  "the base64 alphabet of older ids",
			account: "1", visitor: "ab+/==", sid: "ab+/==",
			wantVisitors: "/api/account/1/app/engagement/visitors",
			wantVisitor:  "/ab+%2F==", wantQuery: "?v=1.0&sid=ab%2B%2F%3D%3D",
		},
		{
			reason:  "blanks, line ends and foreign letters never reach the request line",
			account: "a b", visitor: "é\r\n", sid: "ü\x00",
			wantVisitors: "/api/account/a%20b/app/engagement/visitors",
			wantVisitor:  "/%C3%A9%0D%0A", wantQuery: "?v=1.0&sid=%C3%BC%00",
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			assert.Equal(t, tt.wantVisitors, contract.VisitorsPath(tt.account))
			assert.Equal(t, tt.wantVisitors+tt.wantVisitor, contract.Path(tt.account, tt.visitor))
			assert.Equal(t, tt.wantVisitors+tt.wantVisitor+tt.wantQuery, contract.Target(tt.account, tt.visitor, tt.sid))

			s := contract.Session{Account: tt.account, VisitorID: tt.visitor, ID: tt.sid}
			assert.Equal(t, contract.Target(tt.account, tt.visitor, tt.sid), s.Prepare().Target)
		})
	}
	assert.Equal(t, "PUT", contract.Method)
}

func TestSplitPath(t *testing.T) {
	const visitors = "/api/account/acme_01/app/engagement/visitors"
	tests := []struct {
		path, account, visitor string
		ok                     bool
		reason                 string
	}{
		{visitors + "/abc", "acme_01", "abc", true, "Update Session"},
		{visitors + "/a%2Fb", "acme_01", "a%2Fb", true, "an escaped slash stays inside its segment"},
		{visitors, "acme_01", "", true, "Create Session without an id"},
		{visitors + "/", "acme_01", "", true, "Create Session with an empty id"},
		{visitors + "/abc/", "", "", false, "a slash after the id"},
		{visitors + "/abc/x", "", "", false, "a further segment"},
		{visitors + "//abc", "", "", false, "a doubled slash"},
		{visitors + "abc", "", "", false, "a longer last segment"},
		{"/api/account//app/engagement/visitors/abc", "", "", false, "an empty account"},
		{"/api/account/app/engagement/visitors/abc", "", "", false, "no account"},
		{"/api/account/acme_01/app/engagement/visitor/abc", "", "", false, "the singular"},
		{"/api/account/acme_01/app/engagements/visitors/abc", "", "", false, "a wrong segment"},
		{"/API/account/acme_01/app/engagement/visitors/abc", "", "", false, "capitals"},
		{"/x" + visitors + "/abc", "", "", false, "something before"},
		{"", "", "", false, "nothing"},
		{"/", "", "", false, "the root"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			account, visitor, ok := contract.SplitPath(tt.path)
			assert.Equal(t, tt.ok, ok)
			assert.Equal(t, tt.account, account)
			assert.Equal(t, tt.visitor, visitor)
		})
	}
}

// Whatever the ids hold, SplitPath finds them again in a Path.
func TestSplitPathInvertsPath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9_/+=%?#;.:@ -]*`))
		account := ids.Filter(func(s string) bool { return s != "" }).Draw(t, "account")
		visitor := ids.Draw(t, "visitor")

		gotAccount, gotVisitor, ok := contract.SplitPath(contract.Path(account, visitor))
		require.True(t, ok)
		for _, pair := range [][2]string{{gotAccount, account}, {gotVisitor, visitor}} {
			got, err := url.PathUnescape(pair[0])
			require.NoError(t, err)
			require.Equal(t, pair[1], got)
		}
	})
}

// A server that parses the target as net/http does gets the ids back.
func TestTargetParses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := contract.Session{
			Account:   rapid.StringN(1, -1, -1).Draw(t, "account"),
			VisitorID: rapid.String().Draw(t, "visitor"),
			ID:        rapid.String().Draw(t, "sid"),
		}
		u, err := url.ParseRequestURI(s.Prepare().Target)
		require.NoError(t, err)
		require.Equal(t, "/api/account/"+s.Account+"/app/engagement/visitors/"+s.VisitorID, u.Path)
		require.Equal(t, url.Values{"v": {"1.0"}, "sid": {s.ID}}, u.Query())
	})
}

func FuzzSplitPath(f *testing.F) {
	for _, seed := range []string{
		"/api/account/acme_01/app/engagement/visitors/abc", "/api/account/acme_01/app/engagement/visitors",
		"/api/account/acme_01/app/engagement/visitors/", "/api/account//app/engagement/visitors/abc",
		"/api/account/a/app/engagement/visitorsx", "/api/account/%zz/app/engagement/visitors/\x00", "//", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		account, visitor, ok := contract.SplitPath(path)
		if !ok {
			assert.Empty(t, account+visitor, "a foreign path yields no ids")
			return
		}
		assert.NotEmpty(t, account)
		assert.NotContains(t, account+visitor, "/")
		whole := "/api/account/" + account + "/app/engagement/visitors"
		if visitor == "" {
			assert.Contains(t, []string{whole, whole + "/"}, path)
			return
		}
		assert.Equal(t, whole+"/"+visitor, path, "the parts make the whole again")
		assert.False(t, strings.HasSuffix(path, "/"))
	})
}
