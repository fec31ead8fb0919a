package suite

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/traffic"
)

// skippedByReference are the rows that the reference server, all hooks given and
// in clear text, has no occasion to show.
var skippedByReference = []string{
	"U-09", "U-11", // no further members, no redirects
	"EP-14", "EP-15", // no TLS
	"H-13", "RS-08", "RS-09", "RS-13", "RS-14", "CR-05", // no 401, no cold account, messages always, no braces
	"SK-11", "LC-17", "CR-09",
}

// readByProfile are the sections that show what a profile may read differently:
// envelopes, entities, off-list statuses and searchInfo.
var readByProfile = []string{"U-*", "V-*", "SI-*", "B-*", "SQ-*", "RS-*"}

// TestReferencePassesEveryProfile asks everything in the strict profile, whose
// every reading is the narrowest, and in the others what they read differently.
func TestReferencePassesEveryProfile(t *testing.T) {
	for _, p := range contract.Profiles() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			h, url := serve(t, reference.Options{Accounts: []string{contract.ExampleSession().Account, "other_02"}})
			o := open(optionsFor(t, url, p.Name), h)
			whole := p.Name == "strict"
			if !whole {
				o.Only = readByProfile
			}
			report, err := Run(t.Context(), o)
			require.NoError(t, err)
			var skipped []string
			for _, q := range report.Requirements {
				assert.LessOrEqual(t, q.Verdict, contract.Pass, "%s: %+v", q.ID, worst(q))
				elsewhere := len(q.Cases) == 0 && (q.ID[:2] == "RT" || q.ID[:2] == "LD")
				if q.Verdict == contract.Skipped && !elsewhere {
					skipped = append(skipped, q.ID)
				}
			}
			if whole {
				assert.ElementsMatch(t, skippedByReference, skipped)
				assert.Len(t, report.Requirements, 415)
			}
			assert.Equal(t, contract.Pass, report.Verdict)
			assert.Equal(t, 0, report.ExitCode)
		})
	}
}

// worst is the case that decided a requirement.
func worst(q Requirement) CaseResult {
	for _, c := range q.Cases {
		if c.Verdict == q.Verdict {
			return c
		}
	}
	return CaseResult{}
}

// rewritten serves a handler's answers as a test wants them.
func rewritten(t *testing.T, around func(http.Handler) http.Handler) string {
	_, url := serve(t, reference.Options{Deviation: reference.Deviation{Around: around}})
	return url
}

func TestServersThatAnswerEverythingAlike(t *testing.T) {
	for _, row := range []struct {
		name    string
		status  int
		entity  string
		session *contract.Session // given; nil: Create Session is called
		says    string
		setUp   bool // it is not the server's fault beyond doubt
	}{
		{"200 to everything", 200, "", nil, "it answers 200", false},
		{"400 and an envelope", 400, `{"time":1,"internalCode":5}`, contract.ExampleSession(), "it answers 400;5", false},
		{"a proxy's page", 404, "<html>not found</html>", contract.ExampleSession(), "it answers 404 without envelope", false},
		{"400 to Create Session as well", 400, `{"time":1,"internalCode":5}`, nil, "it answers 400;5", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			url := rewritten(t, func(http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(row.status)
					w.Write([]byte(row.entity))
				})
			})
			o := optionsFor(t, url, "spec")
			if row.session != nil {
				o.Sessions = []*contract.Session{row.session}
			}
			report, err := Run(t.Context(), o)
			if row.setUp {
				assert.ErrorContains(t, err, row.says)
				var refused *traffic.SetupError
				assert.ErrorAs(t, err, &refused)
				return
			}
			require.NoError(t, err)
			assert.Contains(t, report.Reason, "answers everything alike")
			assert.Contains(t, report.Reason, row.says)
			assert.Equal(t, 1, report.ExitCode)
			assert.Less(t, report.Requests, uint64(30), "nothing else was asked")
		})
	}
}

func TestGivenSessionThatHasEnded(t *testing.T) {
	_, url := serve(t, reference.Options{})
	o := optionsFor(t, url, "spec")
	o.Sessions = []*contract.Session{contract.ExampleSession()}
	_, err := Run(t.Context(), o)
	var refused *traffic.SetupError
	require.ErrorAs(t, err, &refused)
	assert.ErrorContains(t, err, "is the session still alive?")
}

func TestServerThatTakesNoUpdate(t *testing.T) {
	url := rewritten(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && r.URL.Query().Get("v") == contract.Version {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	report, err := Run(t.Context(), optionsFor(t, url, "spec"))
	require.NoError(t, err)
	assert.Contains(t, report.Reason, "does not take the smallest update of a session that it created a moment ago")
	assert.Equal(t, 1, report.ExitCode)
	for _, q := range report.Requirements {
		if q.ID == "EP-01" {
			assert.Equal(t, contract.Fail, q.Verdict)
		}
	}
}

func TestServerThatTheSuiteChanges(t *testing.T) {
	var seen int
	url := rewritten(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if seen++; seen > 12 && r.Method == http.MethodPut {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	o := optionsFor(t, url, "spec")
	o.Only, o.Workers = []string{"V-05"}, 1
	report, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.Contains(t, report.Reason, "the suite changed it")
}

// A server that a request brings down is a finding of its own, not hundreds.
func TestServerThatStopsListening(t *testing.T) {
	h, err := reference.New(reference.Options{})
	require.NoError(t, err)
	stop := make(chan struct{})
	var once sync.Once
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("v") == "one" {
			once.Do(func() { close(stop) })
			panic(http.ErrAbortHandler)
		}
		h.ServeHTTP(w, r)
	})}
	go func() { <-stop; server.Close() }()
	go server.Serve(listener)
	o := optionsFor(t, "http://"+listener.Addr().String(), "spec")
	o.Only, o.Workers = []string{"V-*", "SI-*"}, 1
	report, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.Contains(t, report.Reason, "the server stopped listening during the suite")
	assert.Contains(t, report.Reason, "V-06-b")
	assert.GreaterOrEqual(t, report.Verdict, contract.Warn)
	for _, q := range report.Requirements {
		if q.ID[:2] == "SI" {
			assert.Equal(t, contract.Skipped, q.Verdict, q.ID)
		}
	}
}

func TestUnreachableTarget(t *testing.T) {
	_, err := Run(t.Context(), optionsFor(t, "http://127.0.0.1:1", "spec"))
	var unreachable *traffic.UnreachableError
	assert.ErrorAs(t, err, &unreachable)
}

func TestInterruptedSuiteTellsWhatItAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, url := serve(t, reference.Options{})
	o := optionsFor(t, url, "spec")
	o.Progress = func(done, _ int) {
		if done == 100 {
			cancel()
		}
	}
	report, err := Run(ctx, o)
	require.NoError(t, err)
	assert.True(t, report.Interrupted)
	assert.Equal(t, 130, report.ExitCode)
	assert.Contains(t, report.Reason, "interrupted: ")
	assert.Len(t, report.Requirements, 415)
}

func TestSuiteKeepsItsRate(t *testing.T) {
	_, url := serve(t, reference.Options{})
	o := optionsFor(t, url, "spec")
	o.Only, o.Rate = []string{"V-05"}, 100
	began := time.Now()
	report, err := Run(t.Context(), o)
	require.NoError(t, err)
	least := time.Duration(report.Requests-1) * 10 * time.Millisecond
	assert.GreaterOrEqual(t, time.Since(began), least, "a bound from below, which no slow machine breaks")
}

func TestGivenSessionsOnly(t *testing.T) {
	s := contract.ExampleSession()
	h, url := serve(t, reference.Options{})
	require.NoError(t, h.Preset(s))
	o := optionsFor(t, url, "spec")
	o.Sessions = []*contract.Session{s.Prepare()}
	report, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, 0, report.ExitCode, report.Reason)
	for _, q := range report.Requirements {
		if q.ID == "CR-01" || q.ID == "SI-05" {
			assert.Equal(t, contract.Skipped, q.Verdict, q.ID)
			assert.Contains(t, q.Note, "needs", q.ID)
		}
	}
	assert.Zero(t, h.Counts().Creates.Total(), "given sessions: Create Session is not called")
}

// Bytes on connections of their own count against the rate as well: it may be
// what a host's owner has consented to.
func TestSuiteKeepsItsRateOverRawConnections(t *testing.T) {
	var mu sync.Mutex
	var arrivals []time.Time
	url := rewritten(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			arrivals = append(arrivals, time.Now())
			mu.Unlock()
			next.ServeHTTP(w, r)
		})
	})
	o := optionsFor(t, url, "spec")
	o.Only, o.Rate = []string{"H-25", "B-26", "EP-16"}, 1000
	began := time.Now()
	_, err := Run(t.Context(), o)
	require.NoError(t, err)
	mu.Lock()
	defer mu.Unlock()
	require.Greater(t, len(arrivals), reuse)
	least := time.Duration(len(arrivals)-5) * time.Millisecond // the last ones may be pipelined
	assert.GreaterOrEqual(t, arrivals[len(arrivals)-1].Sub(began), least, "a bound from below, which no slow machine breaks")
}
