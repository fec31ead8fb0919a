package journal

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/checks"
	"sdegauge/internal/contract"
)

// FuzzBlock reads what no checksum guards: no block makes the decoder panic or
// go on for ever, and what it takes it reads to its end.
func FuzzBlock(f *testing.F) {
	var e encoder
	r, j := typical()
	e.appendReading(appendKind(nil, r, j), r)
	r.Attempt, r.Final, r.Status = 2, true, 503
	e.appendReading(appendKind(nil, r, j), r)
	f.Add(e.block)
	f.Add([]byte{0, 0})
	f.Add([]byte{0, 9, 255, 255, 255, 255, 255, 255, 255, 255, 127, 1})
	f.Fuzz(func(t *testing.T, block []byte) {
		var d decoder
		d.begin(block)
		for range len(block) + 1 {
			entry, err := d.next()
			if err != nil || entry == nil {
				return
			}
			require.LessOrEqual(t, entry.Reading.Stage, maxCounted)
			require.LessOrEqual(t, entry.Reading.Attempt, maxCounted)
			for _, f := range entry.Judgement.Findings {
				require.LessOrEqual(t, f.Verdict, contract.Fail)
			}
		}
		require.Fail(t, "more readings than bytes")
	})
}

// TestBound: what a disk cannot take in time is dropped and counted, and what
// comes later, when there is room again, is logged.
func TestBound(t *testing.T) {
	path := filepath.Join(t.TempDir(), Name)
	w := &Writer{limit: 200, full: make(chan struct{}, 1)}
	var err error
	w.file, err = os.Create(path)
	require.NoError(t, err)
	w.encoder.begin(w.room())
	r, j := typical()
	for range 100 {
		w.Append(r, j)
	}
	require.NotZero(t, w.dropped)
	require.EqualValues(t, 100, w.readings+w.dropped)
	assert.Less(t, len(w.encoder.block), 300)
	w.flush()
	w.Append(r, j)
	w.flush()
	assert.EqualValues(t, 100-w.dropped+1, w.stats.Readings)
	require.NoError(t, w.file.Close())
}

// TestDiskFull: a log that cannot be written takes nothing more, says why, and
// counts what it lacks.
func TestDiskFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), Name)
	w, err := Create(path, nil, Options{})
	require.NoError(t, err)
	require.NoError(t, w.file.Close()) // as good as a disk that takes nothing
	r, j := typical()
	for range 10 {
		w.Append(r, j)
	}
	stats, err := w.Close("end")
	require.ErrorIs(t, err, os.ErrClosed)
	assert.Equal(t, uint64(10), stats.Dropped)
	assert.Zero(t, stats.Readings)
	w.Append(r, j)
	assert.Equal(t, uint64(11), w.dropped)
}

// typical is a reading as most are.
func typical() (*contract.Reading, *checks.Judgement) {
	return &contract.Reading{
			Case: &contract.Case{Seq: 12_345, Method: "PUT", Class: "several", Expect: contract.Expectation{Requirement: "SC-01"},
				Body: make([]byte, 900)},
			Attempt: 1, Final: true, Status: 200,
			Instants: contract.Instants{Intended: 2_000_000_000, Dequeued: 2_000_090_000, Connected: 2_000_091_000,
				FirstByte: 2_000_400_000, LastByte: 2_000_410_000},
		}, &checks.Judgement{Verdict: contract.Pass, AsExpected: true, Findings: []checks.Finding{
			{Requirement: "U-01", Level: contract.Must, Verdict: contract.Pass},
			{Requirement: "U-05", Level: contract.Must, Verdict: contract.Pass},
			{Requirement: "SC-01", Level: contract.Must, Verdict: contract.Pass},
		}}
}

// BenchmarkAppend is what one reading costs the goroutine that made the
// exchange; the file is written beside it.
func BenchmarkAppend(b *testing.B) {
	w, err := Create(filepath.Join(b.TempDir(), Name), nil, Options{})
	require.NoError(b, err)
	r, j := typical()
	classes := []string{"page", "cart", "purchase", "prodView", "ctmrinfo", "mrktInfo", "personal", "lead"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := time.Duration(i) * 200 * time.Microsecond
		r.Case.Seq, r.Case.Class = uint64(i), classes[i%len(classes)]
		r.Instants = contract.Instants{Intended: at, Dequeued: at + 90_000, Connected: at + 91_000, FirstByte: at + 400_000, LastByte: at + 410_000}
		w.Append(r, j)
	}
	stats, err := w.Close(nil)
	require.NoError(b, err)
	b.ReportMetric(float64(stats.Bytes)/float64(stats.Readings), "B/reading")
	b.ReportMetric(float64(stats.Dropped), "dropped")
}
