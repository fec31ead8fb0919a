package deviations

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"sdegauge/internal/reference"
)

// everything stands in for requirements that nothing can spare.
var everything = []string{"*"}

// liars answer all updates alike, whatever they ask for. Create Session they
// leave alone, so that there is a session to be lied to about.
func liars() []Mutant {
	// nonsense is a request that a server has to tell from a good one.
	nonsense := append(times(1), Step{Target: "/nowhere", Body: "["}, Step{Body: "["})
	all := []Mutant{
		{ID: "always-200", Title: "answers 200 to every update, sense or nonsense", Catches: []string{"V-04", "SI-04"}, Options: lie(200, "")},
		{ID: "always-200-html", Title: "answers every update with a page of its own and 200", Catches: []string{"V-04", "SI-04", "U-05"},
			Options: lie(200, "<html><body>Welcome</body></html>\n")},
		{ID: "always-400", Title: "answers 400 to every update, without an envelope", Catches: []string{"EP-01"}, Options: lie(400, "")},
		{ID: "always-400-envelope", Title: "answers 400 to every update, with an envelope", Catches: []string{"EP-01"}, Options: lie(400, errorNow(5))},
		{ID: "always-401-envelope", Title: "answers 401 to every update, as if a credential were missing", Catches: []string{"EP-01"}, Options: lie(401, errorNow(10))},
		{ID: "always-404", Title: "answers 404 to every update, without an envelope", Catches: []string{"EP-01"}, Options: lie(404, "")},
		{ID: "always-404-envelope", Title: "answers 404 to every update, with an envelope", Catches: []string{"EP-01"}, Options: lie(404, errorNow(39))},
		{ID: "always-302", Title: "sends every update elsewhere", Catches: []string{"EP-01"},
			Options: around(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				http.Redirect(w, r, "/elsewhere", http.StatusFound)
			})},
		{ID: "always-500", Title: "answers 500 to every update, without an envelope", Catches: []string{"EP-01"}, Options: lie(500, "")},
		{ID: "always-500-envelope", Title: "answers 500 to every update, with an envelope", Catches: []string{"EP-01"}, Options: lie(500, errorNow(18))},
		{ID: "always-503-html", Title: "answers every update with a gateway's error page", Catches: []string{"EP-01"},
			Options: lie(503, "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>\n")},
		{ID: "always-502-html", Title: "answers every update with the error page of a proxy whose server is gone", Catches: []string{"EP-01"},
			Options: lie(502, "<html><body><h1>502 Bad Gateway</h1></body></html>\n")},
		{ID: "always-envelope-200", Title: "answers every update with a conforming envelope and 200", Catches: []string{"V-04", "SI-04", "U-05"},
			Options: lie(200, errorNow(5))},
		{ID: "echo", Title: "answers every update with 200 and the body that it was sent", Catches: []string{"V-04", "SI-04", "U-05"},
			Options: around(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.Copy(w, r.Body) // a client that has left cannot be told
			})},
		{ID: "always-closes", Title: "closes the connection of every update without an answer", Catches: []string{"EP-01"},
			Options: around(func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) })},
	}
	for i := range all {
		all[i].Unusable, all[i].Wake, all[i].Probe = true, everything, nonsense
	}
	return all
}

// lie answers every update with one status and one entity; a %d in it is the
// time.
func lie(status int, entity string) change {
	return func(o *reference.Options) {
		now := o.Now
		if now == nil {
			now = time.Now
		}
		around(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			text := entity
			switch {
			case entity == "":
			case entity[0] == '{':
				w.Header().Set("Content-Type", "application/json")
				text = fmt.Sprintf(entity, now().UnixMilli())
			default:
				w.Header().Set("Content-Type", "text/html")
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
		})(o)
	}
}

// errorNow is an envelope with a place for its time.
func errorNow(code int) string { return fmt.Sprintf(`{"time":%%d,"internalCode":%d}`, code) }
