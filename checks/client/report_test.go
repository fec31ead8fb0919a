package client

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// TestDocument reads client.json back: it holds what the report says, its counts
// are those of the cases, and the worst case decides.
func TestDocument(t *testing.T) {
	r := try(t, Options{Version: "dev", Tolerance: defaults, Only: []string{"RT-0[67]", "RT-10", "RT-18"}},
		habits{retries: func(status int) bool { return status >= 500 || status == 404 }}.visit)
	var text bytes.Buffer
	require.NoError(t, WriteJSON(&text, r))
	read := new(Report)
	decoder := json.NewDecoder(&text)
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(read))
	assert.Equal(t, r, read)
	assert.Equal(t, map[string]int{"pass": 4, "fail": 1, "skipped": 1}, read.Counts)
	assert.Equal(t, contract.Fail, read.Verdict)
	assert.Equal(t, "1 of 5 scripts found the client breaking the retry policy spec: RT-07/404", read.Reason)

	require.Len(t, read.Requirements, 4)
	q := read.Requirements[1]
	assert.Equal(t, "RT-07", q.ID)
	assert.Equal(t, contract.Should, q.Level)
	assert.Equal(t, contract.Fail, q.Verdict)
	c := q.Cases[2]
	assert.Equal(t, "1 attempt", c.Expected)
	assert.Equal(t, "3 attempts, pauses of 5 s, 10 s", c.Got, "what comes after the watch is not waited for")
	assert.Equal(t, "attempt 2 came 5 s after 404, which ends the update", c.Reason)
	require.Len(t, c.Attempts, 3)
	assert.Equal(t, Attempt{
		AtS: 15, PauseS: new(10.0), Method: "PUT", BodyBytes: 23, Answer: "404",
		Target: "/api/account/rt07_404/app/engagement/visitors/ExYTlkNGJjMjdlOGYzMDUy?v=1.0&sid=Qm3xT7vK0aZr_9-LbW2eDg",
	}, c.Attempts[2])
}

// FuzzServer sends requests of any form: each is answered, by its script or as
// one of none, and what is told of it can be shown.
func FuzzServer(f *testing.F) {
	for _, line := range []string{
		"PUT /api/account/rt09/app/engagement/visitors/v?v=1.0&sid=s HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
		"PUT /api/account/rt09/app/engagement/visitors/v HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{}",
		"POST /api/account/rt09/app/engagement/visitors/ HTTP/1.1\r\nHost: a\r\n\r\n",
		"P\u00e4T /api/account/%1b/app/engagement/visitors/v HTTP/1.1\r\nHost: \x1b[31m\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			t.Skip("net/http refuses it before the server")
		}
		one := &trial{script: Script{ID: "RT-09", Steps: []Step{status(200)}}, began: time.Now(), changed: make(chan struct{}, 1)}
		s := &server{trials: map[string]*trial{"rt09": one}}
		answer := httptest.NewRecorder()
		func() {
			defer func() {
				if thrown := recover(); thrown != nil && !errors.Is(thrown.(error), http.ErrAbortHandler) {
					panic(thrown)
				}
			}()
			s.ServeHTTP(answer, r)
		}()
		assert.Contains(t, []int{200, 404}, answer.Code)
		told := s.note()
		for _, a := range one.seen(quiet).documented() {
			told += a.Method + a.Target + a.Answer
		}
		told += Script{judges: count}.judge(nil, Tolerance{}, one.seen(quiet)).reason
		assert.Less(t, strings.IndexFunc(told, func(c rune) bool { return c < ' ' || c == 0x7f }), 0, "%q", told)
	})
}
