package reference

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// maxOrder bounds the body of an order to the control handler, in bytes.
const maxOrder = 64 << 10

// Control is the other side of a handler: what no client of Update Session can
// see or do. It belongs on a listener of its own. Errors are 400 or 404 with
// {"error": "…"}.
//
//	POST /fail   {"statuses":[500,503]}                             see FailNext
//	POST /age    {"account":"…","visitor":"…","sid":"…","by":"6h"}  see Age
//	GET  /state?account=…&visitor=…&sid=…                           see State
func Control(h *Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /fail", func(w http.ResponseWriter, r *http.Request) {
		var order struct {
			Statuses []int `json:"statuses"`
		}
		if !readOrder(w, r, &order) {
			return
		}
		if len(order.Statuses) == 0 {
			complain(w, http.StatusBadRequest, `no statuses: want {"statuses":[500,503]}`)
			return
		}
		if err := h.FailNext(order.Statuses...); err != nil {
			complain(w, http.StatusBadRequest, err.Error())
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /age", func(w http.ResponseWriter, r *http.Request) {
		var order struct {
			Account string `json:"account"`
			Visitor string `json:"visitor"`
			SID     string `json:"sid"`
			By      string `json:"by"`
		}
		if !readOrder(w, r, &order) {
			return
		}
		by, err := time.ParseDuration(order.By)
		switch {
		case err != nil || by <= 0:
			complain(w, http.StatusBadRequest, fmt.Sprintf("by is %q: want a duration above zero, such as 6h", order.By))
		case !h.Age(order.Account, order.Visitor, order.SID, by):
			complain(w, http.StatusNotFound, "no session of these ids")
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	})
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		s, ok := h.State(q.Get("account"), q.Get("visitor"), q.Get("sid"))
		if !ok {
			complain(w, http.StatusNotFound, "no session of these ids")
			return
		}
		reply(w, http.StatusOK, newStateReply(s))
	})
	return mux
}

// stateReply is a State in JSON.
type stateReply struct {
	Created    time.Time                    `json:"created"`
	LastUsed   time.Time                    `json:"lastUsed"`
	Pages      []string                     `json:"pages"`
	Engagement *engagementReply             `json:"engagement"`
	Updates    uint64                       `json:"updates"`
	Received   map[string]uint64            `json:"received"`
	Attributes map[string][]json.RawMessage `json:"attributes"`
}

type engagementReply struct {
	Campaign  int64  `json:"campaign"`
	ID        int64  `json:"engId"`
	Revision  int64  `json:"revision"`
	ContextID string `json:"contextId"`
}

func newStateReply(s State) stateReply {
	out := stateReply{
		Created: s.Created, LastUsed: s.LastUsed, Pages: s.Pages,
		Updates: s.Updates, Received: s.Received, Attributes: s.Attributes,
	}
	if s.Engagement != nil {
		converted := engagementReply(*s.Engagement)
		out.Engagement = &converted
	}
	return out
}

// readOrder reads an order strictly and answers where it cannot.
func readOrder(w http.ResponseWriter, r *http.Request, order any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder))
	d.DisallowUnknownFields()
	err := d.Decode(order)
	if err == nil {
		if _, err = d.Token(); err == io.EOF {
			return true
		}
		err = fmt.Errorf("something follows the object")
	}
	complain(w, http.StatusBadRequest, "body: "+err.Error())
	return false
}

func complain(w http.ResponseWriter, status int, problem string) {
	reply(w, status, map[string]string{"error": problem})
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The one error here is a client that has left; there is no one to tell.
	_ = json.NewEncoder(w).Encode(value)
}
