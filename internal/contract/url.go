package contract

import (
	"net/url"
	"strings"
)

// Method is the HTTP method of Update Session (S:L22). POST on the same URL is
// Create Session (CS).
const Method = "PUT"

// Version is the one supported value of the query parameter v (S:L35).
const Version = "1.0"

// The names of the query parameters (S:L35, S:L36).
const (
	ParamVersion   = "v"
	ParamSessionID = "sid"
)

// The fixed segments of the path (S:L22), around the account and the visitor:
//
//	/api/account/{accountId}/app/engagement/visitors/{visitorId}
const (
	pathBefore = "/api/account/"
	pathMiddle = "/app/engagement/visitors"
)

// VisitorsPath is the path of Create Session before a visitor exists; a
// visitorId is appended after a slash (S:L22, CS). The account is
// percent-encoded as a path segment.
func VisitorsPath(account string) string {
	return pathBefore + url.PathEscape(account) + pathMiddle
}

// Path is the path of Update Session for one visitor (S:L22).
func Path(account, visitorID string) string {
	return VisitorsPath(account) + "/" + url.PathEscape(visitorID)
}

// Target is the origin-form request target of Update Session, with v before sid
// as S:L35–36 lists them. A blank becomes %20, which every reading of a query
// takes for one.
func Target(account, visitorID, sid string) string {
	return Path(account, visitorID) + "?" + ParamVersion + "=" + Version +
		"&" + ParamSessionID + "=" + strings.ReplaceAll(url.QueryEscape(sid), "+", "%20")
}

// SplitPath takes the path of an Update or Create Session request apart, still
// percent-encoded. visitorID is empty where the path ends in /visitors or
// /visitors/; ok is false where the path is not of this API.
func SplitPath(escaped string) (account, visitorID string, ok bool) {
	rest, ok := strings.CutPrefix(escaped, pathBefore)
	if !ok {
		return "", "", false
	}
	slash := strings.IndexByte(rest, '/')
	if slash <= 0 {
		return "", "", false
	}
	account, rest = rest[:slash], rest[slash:]
	rest, ok = strings.CutPrefix(rest, pathMiddle)
	if !ok {
		return "", "", false
	}
	if rest == "" || rest == "/" {
		return account, "", true
	}
	visitorID, ok = strings.CutPrefix(rest, "/")
	if !ok || strings.Contains(visitorID, "/") {
		return "", "", false
	}
	return account, visitorID, true
}
