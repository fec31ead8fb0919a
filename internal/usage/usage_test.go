package usage

import (
	"math"
	"os"
	"runtime"
	"runtime/metrics"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Work that is done between the ends is found in what was used.
func TestMeter(t *testing.T) {
	file, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer file.Close()

	m := Start()
	var sum int
	for i := range 30_000_000 {
		sum += i % 7
	}
	runtime.GC()
	u := m.Stop()

	assert.NotZero(t, sum)
	assert.Positive(t, u.Elapsed)
	assert.Equal(t, runtime.GOMAXPROCS(0), u.Processors)
	assert.Positive(t, u.CPU)
	assert.Positive(t, u.CPUShare())
	assert.Positive(t, u.GCPause, "a collection stops the program at least once")
	assert.GreaterOrEqual(t, u.GCPause, u.GCPauseLongest/2)
	assert.Greater(t, u.OpenFilesLimit, 3)
	if runtime.GOOS == "linux" {
		assert.Greater(t, u.OpenFiles, 3, "the standard three, and the one of this test")
		assert.Less(t, u.OpenFiles, u.OpenFilesLimit)
		assert.LessOrEqual(t, u.MachineBusy, 1.0)
	}
}

// The peak of descriptors between the ends is seen.
func TestPeakOfOpenFiles(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("descriptors are counted on Linux only")
	}
	synctest.Test(t, func(t *testing.T) {
		m := Start()
		before := openFiles()
		var files []*os.File
		for range 50 {
			file, err := os.Open(os.DevNull)
			require.NoError(t, err)
			files = append(files, file)
		}
		time.Sleep(lookEvery + lookEvery/2)
		for _, file := range files {
			require.NoError(t, file.Close())
		}
		assert.GreaterOrEqual(t, m.Stop().OpenFiles, before+50)
	})
}

func TestParseTicks(t *testing.T) {
	for _, test := range []struct {
		text   string
		want   ticks
		reason string
	}{
		{"cpu  100 1 20 300 4 5 6 7 50 0\ncpu0 1 1 1 1 1 1 1 1\n", ticks{443, 304, 7}, "guest time is in user time already"},
		{"cpu 1 2 3 4 5 6 7 8", ticks{36, 9, 8}, "no more than is needed"},
		{"", ticks{}, "nothing"},
		{"cpu 1 2 3", ticks{}, "an old kernel's"},
		{"cpu 1 2 x 4 5 6 7 8", ticks{}, "no number"},
		{"intr 1 2 3 4 5 6 7 8", ticks{}, "another line"},
	} {
		assert.Equal(t, test.want, parseTicks(test.text), test.reason)
	}
}

func TestBetween(t *testing.T) {
	u := between(
		point{cpu: time.Second, machine: ticks{100, 50, 1}},
		point{cpu: 3 * time.Second, machine: ticks{300, 100, 11}})
	assert.Equal(t, 2*time.Second, u.CPU)
	assert.Equal(t, 0.75, u.MachineBusy, "50 of 200 were idle")
	assert.Equal(t, 0.05, u.Stolen)

	u = between(point{cpu: -1}, point{cpu: -1})
	assert.Negative(t, u.CPU)
	assert.Negative(t, u.CPUShare())
	assert.Negative(t, u.GCShare())
	assert.Negative(t, u.MachineBusy, "not told")
}

func TestShares(t *testing.T) {
	u := Usage{Elapsed: 10 * time.Second, Processors: 2, CPU: 5 * time.Second, GC: time.Second}
	assert.Equal(t, 0.25, u.CPUShare())
	assert.Equal(t, 0.2, u.GCShare())
	assert.Zero(t, Usage{}.CPUShare())
}

func TestHistogram(t *testing.T) {
	h := histogram{
		counts: []uint64{0, 98, 1, 1},
		bounds: []float64{math.Inf(-1), 0, 0.001, 0.010, math.Inf(1)},
	}
	assert.Equal(t, time.Millisecond, h.quantile(0.5))
	assert.Equal(t, 10*time.Millisecond, h.quantile(0.99))
	assert.Equal(t, 10*time.Millisecond, h.quantile(1), "what is beyond the last bound is at least there")
	assert.Equal(t, 49*time.Millisecond+5500*time.Microsecond+10*time.Millisecond, h.sum())
	assert.Zero(t, histogram{}.quantile(0.99))
	assert.Zero(t, histogram{}.sum())
	assert.Zero(t, difference(metrics.Sample{}, metrics.Sample{}).quantile(1), "a metric that the runtime does not have")
}

func BenchmarkLook(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = look()
		_ = openFiles()
	}
}
