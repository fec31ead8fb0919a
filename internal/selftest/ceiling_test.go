package selftest

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/traffic"
	"sdegauge/reports"
)

// upTo is a machine that holds every rate up to its capacity.
func upTo(capacity float64) func(float64) (bool, bool, error) {
	return func(rate float64) (bool, bool, error) { return rate <= capacity, true, nil }
}

func TestSearchEnclosesTheCapacity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		capacity := rapid.Float64Range(300, 900_000).Draw(t, "capacity")
		c, err := search(upTo(capacity))
		require.NoError(t, err)
		require.LessOrEqual(t, c.HoldsPerS, capacity)
		require.NotZero(t, c.HoldsPerS)
		if c.BreaksPerS != 0 {
			require.Greater(t, c.BreaksPerS, capacity)
			require.LessOrEqual(t, c.BreaksPerS/c.HoldsPerS, 2.0)
		}
	})
}

// TestSearchByHand: 1,000, 2,000 … 16,000 hold, 32,000 breaks; then the
// geometric middles 23,000, 27,000 and 25,000, until the ends are within 15 %, and
// 25,000 once more.
func TestSearchByHand(t *testing.T) {
	var tried []float64
	c, err := search(func(rate float64) (bool, bool, error) {
		tried = append(tried, rate)
		return rate <= 24_000, true, nil
	})
	require.NoError(t, err)
	assert.Equal(t, []float64{1000, 2000, 4000, 8000, 16000, 32000, 23000, 27000, 25000, 25000}, tried)
	assert.Equal(t, Ceiling{HoldsPerS: 23000, BreaksPerS: 25000}, c)
}

// A machine that is disturbed at first breaks what it can hold, and is found out.
func TestSearchOutlivesADisturbance(t *testing.T) {
	tries := 0
	c, err := search(func(rate float64) (bool, bool, error) {
		tries++
		return rate <= 24_000 && (tries > 2 || rate < 500), true, nil
	})
	require.NoError(t, err)
	assert.LessOrEqual(t, c.HoldsPerS, 24_000.0)
	assert.Greater(t, c.BreaksPerS, 24_000.0)
	assert.LessOrEqual(t, c.BreaksPerS, precision*c.HoldsPerS)
}

func TestSearchEnds(t *testing.T) {
	c, err := search(upTo(0))
	require.NoError(t, err)
	assert.Zero(t, c.HoldsPerS, "nothing holds")
	assert.Less(t, c.BreaksPerS, 2*leastRate)

	c, err = search(upTo(traffic.MaxRate))
	require.NoError(t, err)
	assert.Zero(t, c.BreaksPerS, "nothing breaks")
	assert.LessOrEqual(t, c.HoldsPerS, traffic.MaxRate)

	tries := 0
	c, err = search(func(rate float64) (bool, bool, error) { tries++; return true, tries < 3, nil })
	require.NoError(t, err)
	assert.Equal(t, Ceiling{HoldsPerS: 2000}, c, "time was up before the third try")

	_, err = search(func(float64) (bool, bool, error) { return false, false, errors.New("no ports") })
	assert.EqualError(t, err, "no ports")
}

func TestWindow(t *testing.T) {
	assert.Equal(t, 1500*time.Millisecond, full.windowAt(10_000))
	assert.Equal(t, 2200*time.Millisecond, full.windowAt(500), "1,100 sends, where a p99 needs 1,000")
	assert.Equal(t, 1100*time.Millisecond, quick.windowAt(1000))
}

func TestInTime(t *testing.T) {
	inBudget := reading(2000, 1, 2, 3, calm)
	assert.True(t, inTime(inBudget))
	assert.False(t, inTime(reading(2000, 1, 2, 3, hectic)), "the lag is out of its budget")
	assert.False(t, inTime(reading(2000, 1, 2, 3, reports.Quantiles{Count: 500})), "too few to know the p99")
	assert.False(t, inTime(&reports.Report{}), "no lag")
	assert.Equal(t, "breaks: the p99 of the lag is 1.1 ms", whyNot(reading(2000, 1, 2, 3, hectic)))
	assert.Equal(t, "breaks: too few were sent", whyNot(&reports.Report{}))
	inBudget.Causes = []reports.Cause{{Cause: "generator"}}
	assert.False(t, inTime(inBudget), "the generator was late")
	assert.Equal(t, "breaks: generator", whyNot(inBudget))
}

func TestNullServer(t *testing.T) {
	server, err := newNullServer()
	require.NoError(t, err)
	defer server.close()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for range 3 {
		request, err := http.NewRequest(http.MethodPut, server.url()+"/any", strings.NewReader(strings.Repeat("x", 9000)))
		require.NoError(t, err)
		answer, err := client.Do(request)
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, answer.StatusCode)
		assert.Zero(t, answer.ContentLength)
		require.NoError(t, answer.Body.Close())
	}
}

func TestSkipRequest(t *testing.T) {
	tests := []struct {
		reason, text string
		whole        int
		err          error
	}{
		{"requests one behind the other", "PUT / HTTP/1.1\r\ncontent-LENGTH: 2\r\n\r\nabPUT / HTTP/1.1\r\n\r\n", 2, io.EOF},
		{"a body that breaks off", "PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", 0, io.ErrUnexpectedEOF},
		{"a head that breaks off", "PUT / HTTP/1.1\r\nContent-Len", 0, io.EOF},
		{"a length that is none", "PUT / HTTP/1.1\r\nContent-Length: -3\r\n\r\n", 0, errors.New(`content length " -3" is none`)},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			r := bufio.NewReader(strings.NewReader(tt.text))
			for range tt.whole {
				require.NoError(t, skipRequest(r))
			}
			assert.Equal(t, tt.err.Error(), skipRequest(r).Error())
		})
	}
}
