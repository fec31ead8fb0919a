package run

import (
	"os"
	"time"

	"sdegauge/internal/journal"
	"sdegauge/internal/traffic"
	"sdegauge/internal/usage"
	"sdegauge/reports"
)

// logHead is what the log says before the first reading: all that a partial
// report needs besides the readings.
type logHead struct {
	Created time.Time // before the first update
	Run     reports.Run
	Stages  []traffic.Stage
	Total   uint64
}

// logMark says where the run stood when the readings before it were written.
type logMark struct {
	Began    time.Time
	Progress traffic.Progress
	Usage    usage.Usage // until then, without its spans
}

// runLog is the log of a run; one without a writer writes none.
type runLog struct {
	path   string
	writer *journal.Writer
}

// openLog begins the log at path, or none where path is empty.
func openLog(path string, run reports.Run, plan traffic.Plan, m *measurement) (*runLog, error) {
	if path == "" {
		return &runLog{}, nil
	}
	head := logHead{Created: time.Now(), Run: run, Stages: plan.Stages, Total: plan.Limits.Total}
	w, err := journal.Create(path, head, journal.Options{
		Exhibits: m.ledger.Exhibits,
		Mark: func() any {
			p, began := plan.Live.Progress()
			if !began {
				return nil
			}
			return logMark{Began: time.Now().Add(-p.Elapsed), Progress: p, Usage: m.meter.SoFar()}
		},
	})
	if err != nil {
		return nil, err
	}
	return &runLog{path, w}, nil
}

// close ends the log with all that the run knows. A log that could not be
// written costs the run nothing; the report says so.
func (l *runLog) close(run reports.Run) *reports.Log {
	if l.writer == nil {
		return nil
	}
	stats, err := l.writer.Close(run)
	told := &reports.Log{Readings: stats.Readings, Bytes: stats.Bytes, Dropped: stats.Dropped}
	if err != nil {
		told.Failure = err.Error()
	}
	return told
}

// remove takes the log of a run back that never was.
func (l *runLog) remove() {
	if l.writer != nil {
		_, _ = l.writer.Close(nil) // what is thrown away may be broken
		os.Remove(l.path)
	}
}
