package run_test

import (
	"fmt"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/preflight"
	"sdegauge/internal/run"
	"sdegauge/internal/traffic"
	"sdegauge/scenarios"
)

// watcher keeps what an observer is told of the machine.
type watcher struct{ warnings []preflight.Warning }

func (*watcher) Target(string, bool)                           {}
func (*watcher) Sessions(int, int)                             {}
func (*watcher) Traffic([]traffic.Stage, *traffic.Live) func() { return func() {} }
func (w *watcher) Waiting(time.Time)                           {}
func (w *watcher) Preflight(warnings []preflight.Warning)      { w.warnings = warnings }

// TestMachineIsMeasured: a run asks for more in flight than there can be
// descriptors or ports, and is warned of it before the traffic; what it used is
// in the report. A server that keeps no connections costs one an attempt.
func TestMachineIsMeasured(t *testing.T) {
	var server recorder
	closing := httptest.NewUnstartedServer(&server)
	closing.Config.SetKeepAlivesEnabled(false)
	closing.Start()
	defer closing.Close()
	s := parse(t, inOrder)
	require.NoError(t, s.Apply(scenarios.Override{Target: closing.URL}))
	s.Limits.InFlight, s.Limits.Total = 100_000, 40
	s.Target.Timeout = 10 * time.Minute
	var w watcher
	r, err := run.Run(t.Context(), s, run.Options{Observer: &w})
	require.NoError(t, err)

	assert.Equal(t, w.warnings, append([]preflight.Warning(nil), r.Preflight...))
	if runtime.GOOS == "linux" {
		assert.Contains(t, fmt.Sprint(r.Preflight), "local ports: there are ", "no address has 100,000 ports")
	}
	require.NotNil(t, r.Instrument.Connections)
	assert.GreaterOrEqual(t, *r.Instrument.Connections, uint64(40))
	require.NotNil(t, r.Instrument.Usage)
	assert.Positive(t, r.Instrument.Usage.Processors)
	assert.Equal(t, uint64(40), r.Instrument.LagBudget.Sends)
	assert.Positive(t, *r.Instrument.SinkMeanMS)
}
