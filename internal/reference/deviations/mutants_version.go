package deviations

import (
	"net/http"
	"slices"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// versionMutants take versions that are not supported (S:L35).
func versionMutants() []Mutant {
	// taken puts 1.0 where a version fits; given is false where there is none.
	taken := func(fits func(version string, given bool) bool) change {
		return around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			q := r.URL.Query()
			versions, given := q[contract.ParamVersion]
			if len(versions) > 1 || !fits(q.Get(contract.ParamVersion), given) {
				next.ServeHTTP(w, r)
				return
			}
			pairs := []string{contract.ParamVersion + "=" + contract.Version}
			for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
				if pair != "" && !strings.HasPrefix(pair, contract.ParamVersion+"=") {
					pairs = append(pairs, pair)
				}
			}
			next.ServeHTTP(w, setQuery(r, strings.Join(pairs, "&")))
		})
	}
	oneOf := func(id, title, catches string, versions ...string) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{catches}, Wake: []string{"V-08"}, Probe: version(versions[0]),
			Options: taken(func(v string, given bool) bool { return given && slices.Contains(versions, v) })}
	}
	missing := Mutant{ID: "version-optional", Title: "takes an update without v", Catches: []string{"V-02"}, Wake: []string{"V-*", "Q-*"},
		Options: taken(func(_ string, given bool) bool { return !given }), Probe: query("sid=" + known.ID)}
	out := []Mutant{
		missing,
		oneOf("version-empty", "takes an update whose v is empty", "V-03", ""),
		oneOf("version-2.0", "takes version 2.0", "V-04", "2.0"),
		oneOf("version-1.1", "takes version 1.1, which a sibling has", "V-07", "1.1"),
	}
	for _, v := range []string{"0", "0.9", "-1.0", "10", "100.0"} {
		out = append(out, oneOf("version-"+strings.TrimPrefix(v, "-"), "takes version "+v, "V-05", v))
	}
	for _, v := range []string{"abc", "one", "1.0.0", "v1.0"} {
		out = append(out, oneOf("version-"+v, "takes "+v+" for a version", "V-06", v))
	}
	for i := range out { // a dot has no place in an id
		out[i].ID = strings.ReplaceAll(out[i].ID, ".", "-")
	}
	return append(out,
		Mutant{ID: "version-prefix", Title: "looks at the beginning of the version alone", Catches: []string{"V-06"}, Wake: []string{"V-*"},
			Options: taken(func(v string, given bool) bool { return given && strings.HasPrefix(v, contract.Version) }), Probe: version("1.0.0")},
		Mutant{ID: "version-any", Title: "does not look at the version", Catches: []string{"V-02", "V-03", "V-04", "V-05", "V-06", "V-07"},
			Wake: []string{"V-*", "Q-*", "RS-05"}, Options: taken(func(string, bool) bool { return true }), Probe: version("2.0")},
	)
}

// headerMutants trip over headers and over the order of the query.
func headerMutants() []Mutant {
	on := func(when func(r *http.Request) bool) func(*reference.Exchange) bool {
		return func(x *reference.Exchange) bool { return when(x.Request) }
	}
	charset := on(func(r *http.Request) bool { return strings.Contains(r.Header.Get("Content-Type"), "charset=utf-8") })
	utf8 := header("Content-Type", "application/json; charset=utf-8")
	swapped := on(func(r *http.Request) bool { return strings.HasPrefix(r.URL.RawQuery, contract.ParamSessionID+"=") })
	return []Mutant{
		{ID: "charset-400", Title: "refuses a Content-Type that names UTF-8 with 400", Catches: []string{"H-02"}, Wake: []string{"H-*"},
			Options: updates(charset, status(400, contract.CodeInvalidData)), Probe: utf8},
		{ID: "charset-415", Title: "refuses a Content-Type that names UTF-8 with 415", Catches: []string{"H-02"}, Wake: []string{"H-*", "U-01"},
			Options: updates(charset, status(415, contract.CodeInvalidData)), Probe: utf8},
		{ID: "sid-before-v", Title: "refuses a query that has sid before v", Catches: []string{"Q-01"}, Wake: []string{"Q-*", "SI-*", "V-*", "RS-05", "RS-06"},
			Options: updates(swapped, status(400, contract.CodeInvalidData)), Probe: query("sid=" + known.ID + "&v=1.0")},
		{ID: "sid-before-v-404", Title: "does not find the sid where it comes before v", Catches: []string{"Q-01"}, Wake: []string{"Q-*", "SI-*", "V-*", "RS-05"},
			Options: updates(swapped, status(404, contract.CodeUnknownSession)), Probe: query("sid=" + known.ID + "&v=1.0")},
		{ID: "credential-demanded", Title: "answers 401 to every update without a credential", Catches: []string{"EP-01"}, Wake: everything, Unusable: true,
			Options: updates(on(func(r *http.Request) bool { return r.Header.Get("Authorization") == "" }), status(401, contract.CodeNoPermission)),
			Probe:   times(1)},
	}
}
