package client

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSteps does every kind of step over TCP and looks at it as a client.
func TestSteps(t *testing.T) {
	tests := []struct {
		reason string
		step   Step
		status int    // 0: no head of a response comes
		err    error  // of the head or the entity
		holds  string // the entity
	}{
		{"an envelope", status(400), 400, nil, `"internalCode":5`},
		{"an empty success", status(200), 200, nil, ""},
		{"a page", Step{status: 502, entity: page}, 502, nil, "<html>"},
		{"nothing on an error", Step{status: 500, entity: none}, 500, nil, ""},
		{"a wrapped envelope", Step{status: 500, entity: wrapped}, 500, nil, `{"error":{"time":"`},
		{"half an entity", Step{kind: half, status: 500}, 500, io.ErrUnexpectedEOF, `{"time":`},
		{"a close", Step{kind: closed}, 0, io.EOF, ""},
		{"a reset", Step{kind: reset}, 0, syscall.ECONNRESET, ""},
		{"a reset before the body", Step{kind: resetUnread}, 0, nil, ""}, // the client may be writing or reading
		{"silence", Step{kind: hang}, 0, io.EOF, ""},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			var ended atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.step.kind != resetUnread {
					_, _ = io.Copy(io.Discard, r.Body)
				}
				assert.NoError(t, tt.step.perform(w, r, time.Millisecond, func() { ended.Add(1) }))
			}))
			defer server.Close()
			request, err := http.NewRequest("PUT", server.URL, strings.NewReader("{}"))
			require.NoError(t, err)
			request.GetBody = nil // net/http sends nothing again by itself
			transport := &http.Transport{DisableKeepAlives: true}
			response, err := transport.RoundTrip(request)
			if tt.status == 0 {
				require.Error(t, err)
				if tt.err != nil {
					assert.ErrorIs(t, err, tt.err)
				}
			} else {
				require.NoError(t, err)
				defer response.Body.Close()
				body, err := io.ReadAll(response.Body)
				assert.ErrorIs(t, err, tt.err)
				assert.Equal(t, tt.status, response.StatusCode)
				assert.Contains(t, string(body), tt.holds)
				assert.Equal(t, tt.holds == "", len(body) == 0)
			}
			server.Close()
			assert.EqualValues(t, 1, ended.Load(), "the end is booked once")
		})
	}
}

// TestMalformed: half an envelope is no JSON, a wrapped one is.
func TestMalformed(t *testing.T) {
	body, _ := Step{status: 500, entity: malformed}.body(time.Now())
	assert.False(t, json.Valid(body))
	assert.NotEmpty(t, body)
	body, _ = Step{status: 500, entity: wrapped}.body(time.Now())
	assert.True(t, json.Valid(body))
}

// TestClientLeft: an answer to nobody is not delivered.
func TestClientLeft(t *testing.T) {
	failed := make(chan error, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
		failed <- status(500).perform(w, r, 0, func() { assert.Fail(t, "no end was reached") })
	}))
	defer server.Close()
	client := &http.Client{Timeout: 50 * time.Millisecond, Transport: &http.Transport{}}
	_, err := client.Get(server.URL)
	require.Error(t, err)
	assert.ErrorContains(t, <-failed, "the client left before the answer")
}
