package run_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// overloaded answers everything 503, at once.
type overloaded struct{}

func (overloaded) Exchange(_ context.Context, r *contract.Reading, began time.Time) {
	r.Status, r.LastByte = 503, time.Since(began)
	r.Connected, r.FirstByte = r.LastByte, r.LastByte
}
func (overloaded) Close() {}

// forgetful takes readings and keeps nothing.
type forgetful struct{}

func (forgetful) Take(*contract.Reading) {}

// waitingUpdates are how many updates wait for a retry at once in what follows.
const waitingUpdates = 30_000

// attemptsAtOnce is how many attempts may be under way meanwhile.
const attemptsAtOnce = 100

// whileWaiting is the memory in use, in bytes, and the goroutines that there are,
// while that many updates of the usual size wait for their retry.
func whileWaiting(t testing.TB) (used uint64, goroutines int) {
	policy, _ := contract.LookupRetryPolicy("spec")
	policy.Pauses = []time.Duration{time.Hour}
	pool, err := traffic.NewPool([]*contract.Session{contract.ExampleSession()})
	require.NoError(t, err)
	mix, err := generators.NewMix(1, []generators.Entry{{Class: "several", Weight: 1, Depth: generators.Typical}}, generators.MixOptions{})
	require.NoError(t, err)

	before, goroutinesBefore := inUse(), runtime.NumGoroutine()
	live := new(traffic.Live)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := traffic.Run(ctx, traffic.Plan{
			Stages: []traffic.Stage{{Arrival: traffic.Burst, Count: waitingUpdates, Period: time.Hour, Duration: time.Hour}},
			Limits: traffic.Limits{InFlight: attemptsAtOnce},
			Retry:  policy, Source: mix, Sessions: pool, Exchanger: overloaded{}, Sink: forgetful{}, Live: live,
		})
		done <- err
	}()
	for waiting := 0; waiting < waitingUpdates; time.Sleep(time.Millisecond) {
		now, _ := live.Progress()
		waiting = now.Waiting
	}
	used, goroutines = inUse()-before, runtime.NumGoroutine()-goroutinesBefore
	cancel()
	require.NoError(t, <-done)
	return used, goroutines
}

// An update that waits for its retry holds no goroutine, and little memory: there
// are as many goroutines as attempts may be under way, however many updates wait. Nothing
// else allocates here: no test of this package runs beside this one.
func TestWaitingRetriesAreLight(t *testing.T) {
	used, goroutines := whileWaiting(t)
	assert.Less(t, used, uint64(100_000_000))
	assert.LessOrEqual(t, goroutines, attemptsAtOnce+10, "Vegeta's workers and the few of the engine")
}

// BenchmarkWaitingRetries is what an update costs that waits for its retry.
func BenchmarkWaitingRetries(b *testing.B) {
	var used uint64
	for b.Loop() {
		one, _ := whileWaiting(b)
		used += one
	}
	each := float64(used) / float64(b.N) / waitingUpdates
	b.ReportMetric(each, "B/waiting")
	b.ReportMetric(each*waitingUpdates/1e6, "MB/30000")
}

// inUse is the memory of the heap that is still referred to.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
