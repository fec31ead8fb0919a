package selftest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// TestDropServer: of 900 requests the hundredth, two hundredth, … get no whole
// answer, three times in each of the three ways.
func TestDropServer(t *testing.T) {
	server := &dropServer{}
	url, stop, err := listen(server)
	require.NoError(t, err)
	defer stop()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for i := 1; i <= 900; i++ {
		// POST, for a client may send a PUT again by itself.
		answer, err := client.Post(url, "application/json", strings.NewReader("{}"))
		if err == nil {
			_, err = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
		require.Equal(t, i%100 == 0, err != nil, "request %d: %v", i, err)
	}
	assert.EqualValues(t, 900, server.requests.Load())
}

// TestRetryServer sends what a faultless client would, and one that comes back
// 10 ms early, in virtual time.
func TestRetryServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy, _ := contract.LookupRetryPolicy("spec")
		s := &retryServer{seen: map[string]*updateSeen{}, pauses: policy.Pauses}
		pauses := []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 300 * time.Millisecond}
		var attempts []int
		for i := range 5 {
			n := 1
			for s.refuse(fmt.Sprint(i), time.Now()) && n <= len(pauses) {
				time.Sleep(pauses[n-1] + time.Millisecond)
				n++
			}
			attempts = append(attempts, n)
		}
		assert.Equal(t, []int{1, 2, 3, 4, 4}, attempts)
		seen := s.counts()
		assert.EqualValues(t, 14, seen.requests)
		assert.EqualValues(t, 5, seen.bodies)
		require.Len(t, seen.excess, 9, "1 + 2 + 3 + 3 pauses")
		assert.InDelta(t, 1, seen.excess[0], 1e-9)
		assert.InDelta(t, 1, seen.excess[8], 1e-9)

		require.False(t, s.refuse("5", time.Now()), "the schedule begins again")
		require.True(t, s.refuse("6", time.Now()))
		time.Sleep(90 * time.Millisecond)
		require.False(t, s.refuse("6", time.Now()))
		assert.InDelta(t, -10, s.counts().excess[0], 1e-9)
	})
}
