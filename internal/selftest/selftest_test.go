package selftest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// TestCounts measures, over TCP, what has to come out exactly however busy this
// machine is: dropped connections and retries.
func TestCounts(t *testing.T) {
	var lines atomic.Int64
	c, err := Run(t.Context(), Options{
		Version: "test", Quick: true, Only: []string{"drops", "retries"}, Progress: func(string) { lines.Add(1) },
	})
	require.NoError(t, err)
	counts := 0
	for _, r := range c.Rows {
		if r.Unit == "" {
			counts++
			assert.Equal(t, contract.Pass, r.Verdict, "%s: %s", r.What, r.Note)
		}
	}
	assert.Equal(t, 7, counts)
	assert.Nil(t, c.Ceiling)
	assert.False(t, c.Whole)
	assert.Equal(t, "test", c.Tool)
	assert.Len(t, c.About, 2)
	assert.NotZero(t, lines.Load())
}

func TestUnknownExperiment(t *testing.T) {
	_, err := Run(t.Context(), Options{Only: []string{"stal"}})
	unknown := new(UnknownError)
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, `no experiment is called "stal"; did you mean "stall"? (there are stall, exponential, queue, drops, retries, ceiling)`, err.Error())
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Run(ctx, Options{})
	assert.ErrorIs(t, err, context.Canceled)
}

// TestRunAssembles: with made-up readings, everything that is wanted is there,
// in order, and an experiment that cannot be made is an error with its name.
func TestRunAssembles(t *testing.T) {
	short := pace{scale: 0.01, steady: time.Second, queue: time.Second, window: time.Millisecond, search: time.Hour}
	made := func(context.Context, string) (*reports.Report, error) { return reading(1000, 1, 2, 3, calm), nil }
	all := func(string) bool { return true }
	c, err := short.run(t.Context(), made, all, Options{Progress: func(string) {}})
	require.NoError(t, err)
	assert.Equal(t, "stall", c.Rows[0].Experiment)
	assert.Equal(t, "retries", c.Rows[len(c.Rows)-1].Experiment)
	assert.Len(t, c.About, 5)
	assert.Equal(t, contract.Fail, c.Verdict)
	require.NotNil(t, c.Ceiling)
	assert.Equal(t, 512_000.0, c.Ceiling.HoldsPerS, "the last doubling below the highest rate there is")
	assert.True(t, c.Whole)

	broken := func(context.Context, string) (*reports.Report, error) { return nil, errors.New("no ports left") }
	_, err = short.run(t.Context(), broken, func(name string) bool { return name == "queue" }, Options{Progress: func(string) {}})
	assert.EqualError(t, err, "queue: no ports left")
}
