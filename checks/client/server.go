package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"sdegauge/internal/contract"
)

// server hands each request to the trial of its account.
type server struct {
	trials map[string]*trial // by account

	mu     sync.Mutex
	strays int
	stray  string // the first
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := time.Now()
	account, visitor, ok := contract.SplitPath(r.URL.EscapedPath())
	t := s.trials[account]
	switch {
	case !ok || t == nil || visitor == "" && r.Method != http.MethodPost:
		s.book(r)
		answer(w, http.StatusNotFound, envelope(http.StatusNotFound, arrived))
	case visitor == "":
		answer(w, http.StatusOK, created())
	default:
		t.serve(w, r, arrived)
	}
}

func answer(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has left needs no answer
}

// created is the reply of Create Session (CS), for a client that will not update
// a session that it has not created.
func created() []byte {
	session := contract.ExampleSession()
	text, _ := json.Marshal(map[string]string{ // text always marshals
		"status": contract.NotAvailable, "sessionId": session.ID, "visitorId": session.VisitorID, "pageId": session.PageID,
	})
	return text
}

// book counts a request that no script is for.
func (s *server) book(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.strays++; s.strays == 1 {
		s.stray = shown(r.Method + " " + r.RequestURI)
	}
}

// note says what no script was for; empty where nothing came.
func (s *server) note() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.strays {
	case 0:
		return ""
	case 1:
		return "a request belonged to no script and was answered 404: " + s.stray
	}
	return fmt.Sprintf("%d requests belonged to no script and were answered 404, the first: %s", s.strays, s.stray)
}
