package journal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/journal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// entry is a reading with what the checks said of it, as a log gives it back.
type entry struct {
	reading   contract.Reading
	judgement checks.Judgement
	out, in   uint64
}

// drawEntry draws what an engine can hand over: instants that were reached are
// not negative, and a first attempt has nothing before it.
func drawEntry(t *rapid.T) entry {
	instant := rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.OneOf(rapid.Just(int64(-1)), rapid.Int64Range(0, 1e10), rapid.Int64Min(0)).Draw(t, "instant"))
	})
	word := rapid.SampledFrom([]string{"", "cart", "page", "U-01", "fault", "名"})
	e := entry{
		reading: contract.Reading{
			Case: &contract.Case{
				Seq: rapid.Uint64().Draw(t, "seq"), Method: "PUT", Class: word.Draw(t, "class"), Fault: word.Draw(t, "fault"),
				Expect: contract.Expectation{Requirement: word.Draw(t, "requirement")},
			},
			Attempt: rapid.IntRange(1, 5).Draw(t, "attempt"), Final: rapid.Bool().Draw(t, "final"),
			Stage: rapid.IntRange(0, 3).Draw(t, "stage"), WarmUp: rapid.Bool().Draw(t, "warm-up"),
			Status: rapid.IntRange(0, 999).Draw(t, "status"), Truncated: rapid.Bool().Draw(t, "truncated"),
			Failure: contract.Failure(rapid.IntRange(0, int(contract.FailOther)).Draw(t, "failure")),
			Instants: contract.Instants{
				Intended: instant.Draw(t, "intended"), Dequeued: instant.Draw(t, "dequeued"), Connected: instant.Draw(t, "connected"),
				FirstByte: instant.Draw(t, "first byte"), LastByte: instant.Draw(t, "last byte"),
			},
		},
		judgement: checks.Judgement{Verdict: contract.Verdict(rapid.IntRange(0, int(contract.Fail)).Draw(t, "verdict")), AsExpected: rapid.Bool().Draw(t, "as expected")},
		out:       uint64(rapid.IntRange(0, 2000).Draw(t, "out")), in: uint64(rapid.IntRange(0, 2000).Draw(t, "in")),
	}
	for range rapid.IntRange(0, 3).Draw(t, "findings") {
		e.judgement.Findings = append(e.judgement.Findings, checks.Finding{
			Requirement: word.Draw(t, "finding"), Level: contract.Level(rapid.IntRange(0, 4).Draw(t, "level")),
			Verdict: contract.Verdict(rapid.IntRange(1, int(contract.Fail)).Draw(t, "finding's verdict")),
		})
	}
	r := &e.reading
	if r.First = r.Intended; r.Attempt > 1 {
		r.First, r.PriorEnd, r.Pause = instant.Draw(t, "first"), instant.Draw(t, "prior end"), instant.Draw(t, "pause")
	}
	return e
}

// append hands an entry to a log as a run would.
func (e *entry) append(w *journal.Writer) {
	r, c := e.reading, *e.reading.Case
	c.Body, r.Body = make([]byte, e.out), make([]byte, e.in)
	r.Case = &c
	w.Append(&r, &e.judgement)
}

// log is everything that a log gives back.
type log struct {
	head, end string
	marks     []string
	exhibits  []checks.Exhibit
	entries   []entry
	state     journal.State
}

// readAll reads a log to its end.
func readAll(r io.Reader) (log, error) {
	var l log
	s := journal.NewScanner(r)
	for {
		part, err := s.Next()
		if err != nil {
			l.state = s.State()
			if err == io.EOF {
				err = nil
			}
			return l, err
		}
		switch part := part.(type) {
		case journal.Head:
			l.head = string(part)
		case journal.Mark:
			l.marks = append(l.marks, string(part))
		case journal.End:
			l.end = string(part)
		case *checks.Exhibit:
			l.exhibits = append(l.exhibits, *part)
		case *journal.Entry:
			c := *part.Reading.Case
			e := entry{part.Reading, part.Judgement, part.BytesOut, part.BytesIn}
			e.reading.Case = &c
			l.entries = append(l.entries, e)
		}
	}
}

// write makes a log of entries, and returns the bytes of the file.
func write(t require.TestingT, dir string, entries []entry, o journal.Options, end any) []byte {
	path := filepath.Join(dir, journal.Name)
	w, err := journal.Create(path, "the head", o)
	require.NoError(t, err)
	for i := range entries {
		entries[i].append(w)
	}
	stats, err := w.Close(end)
	require.NoError(t, err)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, journal.Stats{Readings: uint64(len(entries)), Bytes: int64(len(data))}, stats)
	return data
}

// TestInverse: what is read is what was written, in its order.
func TestInverse(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(rapid.Custom(drawEntry), 0, 20).Draw(t, "entries")
		data := write(t, dir, entries, journal.Options{}, "the end")
		l, err := readAll(bytes.NewReader(data))
		require.NoError(t, err)
		require.Equal(t, `"the head"`, l.head)
		require.Equal(t, `"the end"`, l.end)
		require.Equal(t, journal.State{Complete: true, Readings: uint64(len(entries)), Bytes: int64(len(data))}, l.state)
		require.Len(t, l.entries, len(entries))
		for i := range entries {
			require.Equal(t, entries[i], l.entries[i])
		}
	})
}

// reading is a plain one, number i of a run.
func reading(i int) entry {
	at := time.Duration(i) * 200 * time.Microsecond
	return entry{
		reading: contract.Reading{
			Case:    &contract.Case{Seq: uint64(i), Method: "PUT", Class: "cart", Expect: contract.Expectation{Requirement: "SC-01"}},
			Attempt: 1, Final: true, Status: 200, First: at,
			Instants: contract.Instants{Intended: at, Dequeued: at + 90_000, Connected: at + 91_000, FirstByte: at + 400_000, LastByte: at + 410_000},
		},
		judgement: checks.Judgement{Verdict: contract.Pass, AsExpected: true, Findings: []checks.Finding{
			{Requirement: "U-01", Level: contract.Must, Verdict: contract.Pass},
			{Requirement: "U-05", Level: contract.Must, Verdict: contract.Pass},
			{Requirement: "SC-01", Level: contract.Must, Verdict: contract.Pass},
		}},
		out: 900,
	}
}

func readings(n int) []entry {
	all := make([]entry, n)
	for i := range all {
		all[i] = reading(i)
	}
	return all
}

// TestTruncated: a file cut at any byte gives the readings of a prefix, calls
// nothing complete, and accounts for every byte.
func TestTruncated(t *testing.T) {
	data := write(t, t.TempDir(), readings(30), journal.Options{}, "the end")
	most := 0
	for n := range len(data) {
		l, err := readAll(bytes.NewReader(data[:n]))
		if err != nil {
			require.Less(t, n, 20, "only a file without its first line is no log: %v", err)
			continue
		}
		require.False(t, l.state.Complete)
		require.Empty(t, l.state.Damage, "a torn frame is what a kill leaves")
		require.EqualValues(t, n, l.state.Bytes+l.state.Lost)
		require.GreaterOrEqual(t, len(l.entries), most, "more bytes give no fewer readings")
		most = len(l.entries)
		for i, e := range l.entries {
			require.Equal(t, reading(i), e)
		}
	}
	assert.Equal(t, 30, most)
}

// TestFlippedBit: whatever bit is wrong, what comes before its frame is read and
// nothing wrong is.
func TestFlippedBit(t *testing.T) {
	data := write(t, t.TempDir(), readings(30), journal.Options{}, "the end")
	for i := range len(data) * 8 {
		bad := bytes.Clone(data)
		bad[i/8] ^= 1 << (i % 8)
		l, err := readAll(bytes.NewReader(bad))
		if i/8 < 20 {
			require.ErrorContains(t, err, "this is no log of readings")
			continue
		}
		require.NoError(t, err)
		require.False(t, l.state.Complete)
		require.NotZero(t, l.state.Lost)
		require.EqualValues(t, len(data), l.state.Bytes+l.state.Lost)
		for i, e := range l.entries {
			require.Equal(t, reading(i), e)
		}
	}
}

// TestSize holds a reading of a steady run to what the documentation says.
func TestSize(t *testing.T) {
	const n = 10_000
	data := write(t, t.TempDir(), readings(n), journal.Options{}, nil)
	assert.Less(t, len(data)/n, 23, "bytes a reading")
}

// TestManyKinds: more kinds than are remembered are still told apart.
func TestManyKinds(t *testing.T) {
	entries := readings(1 << 15)
	for i := range entries {
		entries[i].reading.Case.Fault = fmt.Sprint("fault ", i%20_000)
	}
	l, err := readAll(bytes.NewReader(write(t, t.TempDir(), entries, journal.Options{}, nil)))
	require.NoError(t, err)
	require.Empty(t, l.state.Damage)
	require.Equal(t, entries, l.entries)
}

// TestEverySecond: what was appended is in the file a second later, with the
// exhibits before it and the mark behind it, though nobody closed the log.
func TestEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), journal.Name)
		example := &checks.Example{Seq: 7, Got: "status 500"}
		shown := checks.Exhibit{Place: checks.Place{Requirement: "U-01", Verdict: contract.Fail}, Example: example}
		w, err := journal.Create(path, "head", journal.Options{
			Exhibits: func() []checks.Exhibit { return []checks.Exhibit{shown} },
			Mark:     func() any { return "here" },
		})
		require.NoError(t, err)
		for second := range 3 {
			e := reading(second)
			e.append(w)
			time.Sleep(time.Second)
			synctest.Wait()
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			l, err := readAll(bytes.NewReader(data))
			require.NoError(t, err)
			require.False(t, l.state.Complete)
			require.Len(t, l.entries, second+1)
			require.Equal(t, []checks.Exhibit{shown}, l.exhibits, "an exhibit is written once")
			require.Len(t, l.marks, second+1)
		}
		_, err = w.Close(nil)
		require.NoError(t, err)
	})
}

// TestConcurrent: appends from many goroutines all arrive, each in one piece.
func TestConcurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), journal.Name)
	w, err := journal.Create(path, nil, journal.Options{})
	require.NoError(t, err)
	const each, workers = 5000, 4
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			for i := range each {
				e := reading(worker*each + i)
				e.append(w)
			}
		})
	}
	all.Wait()
	stats, err := w.Close("end")
	require.NoError(t, err)
	require.Zero(t, stats.Dropped)
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	l, err := readAll(file)
	require.NoError(t, err)
	seen := map[uint64]bool{}
	for _, e := range l.entries {
		seen[e.reading.Case.Seq] = true
		require.Equal(t, reading(int(e.reading.Case.Seq)), e)
	}
	assert.Len(t, seen, each*workers)
}

func TestCreateFails(t *testing.T) {
	_, err := journal.Create(filepath.Join(t.TempDir(), "missing", journal.Name), nil, journal.Options{})
	require.ErrorContains(t, err, "write the log of readings")
	_, err = journal.Create(filepath.Join(t.TempDir(), journal.Name), func() {}, journal.Options{})
	require.ErrorAs(t, err, new(*json.UnsupportedTypeError))
}

// FuzzScanner: no bytes make the reader panic, and it accounts for them all.
func FuzzScanner(f *testing.F) {
	dir := f.TempDir()
	whole := write(f, dir, readings(5), journal.Options{Mark: func() any { return 1 }}, "end")
	f.Add(whole)
	f.Add(whole[:len(whole)-7])
	f.Add([]byte("sdegauge readings 1\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := readAll(bytes.NewReader(data))
		if err != nil {
			require.ErrorContains(t, err, "this is no log of readings")
			return
		}
		require.EqualValues(t, len(l.entries), l.state.Readings)
		require.LessOrEqual(t, l.state.Bytes, int64(len(data)))
	})
}
