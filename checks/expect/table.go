package expect

import (
	"strings"

	"sdegauge/internal/contract"
)

// ByTable judges a request by contract's field table.
func ByTable(r Request, k Known, p contract.Profile) Opinion {
	var all reasons
	if r.Method != contract.Method {
		all.opened("method " + r.Method + ": another than PUT, of which nothing is said")
		return all.opinion()
	}
	header := r.Header
	if header == nil {
		header = contract.DefaultHeader()
	}
	if odd := tableHeader(header, &all); odd != "" {
		all.opened(odd)
		return all.opinion()
	}
	target := splitTarget(r.Target)
	if target.odd != "" {
		all.opened(target.odd)
		return all.opinion()
	}
	s := target.session(k)
	body := tableBody(r.Body, s, p)
	all.join(target.judge(s, body.names))
	all.join(body.reasons)
	return all.opinion()
}

// tableHeader says what is odd about the header fields: the documents know of
// JSON both ways and of nothing else (CS, EAA). What a transport adds by itself
// is not looked at.
func tableHeader(header []contract.HeaderField, all *reasons) string {
	seen := map[string]bool{}
	for _, f := range header {
		name := strings.ToLower(f.Name)
		switch {
		case seen[name]:
			return "header " + f.Name + ": given twice"
		case name == "host" || name == "user-agent" || name == "content-length":
		case name == "content-type" && f.Value == "application/json; charset=utf-8":
			all.should = true
		case (name == "content-type" || name == "accept") && f.Value == "application/json":
		default:
			return "header " + f.Name + ": of this value nothing is said"
		}
		seen[name] = true
	}
	for _, name := range []string{"content-type", "accept"} {
		if !seen[name] {
			return "header: without " + name + " nothing is said"
		}
	}
	return ""
}
