package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/journal"
	"sdegauge/internal/traffic"
	"sdegauge/reports"
)

// Stored is the report of the run whose documents are in dir. It comes from
// report.json, or, where that is missing, partial or of an earlier run, from the
// log of readings; rebuilt says so.
func Stored(dir string) (r *reports.Report, rebuilt bool, err error) {
	written, writtenErr := reports.Read(dir)
	path := filepath.Join(dir, journal.Name)
	created, logErr := createdAt(path)
	switch {
	case logErr != nil && writtenErr == nil:
		return written, false, nil
	case errors.Is(logErr, fs.ErrNotExist) && errors.Is(writtenErr, fs.ErrNotExist):
		return nil, false, fmt.Errorf("%s holds the documents of no run: neither report.json nor %s; name the folder that a run wrote, its --out", dir, journal.Name)
	case errors.Is(logErr, fs.ErrNotExist):
		return nil, false, writtenErr
	case logErr != nil:
		return nil, false, logErr
	case writtenErr == nil && !written.Began.Before(created) && (written.Log == nil || written.Log.Partial == nil):
		return written, false, nil
	}
	r, err = Restore(path)
	return r, true, err
}

// createdAt is when a log was begun, which is before the run's first update.
func createdAt(path string) (time.Time, error) {
	var head logHead
	err := scan(path, func(s *journal.Scanner) error {
		part, err := s.Next()
		if text, ok := part.(journal.Head); ok {
			return understand(text, &head)
		}
		if err != nil && err != io.EOF {
			return err
		}
		return errNoHead
	})
	return head.Created, err
}

// Restore makes the report of a run from its log. Where the run came to its own
// end it is the report that the run made; where it was killed, or the log is
// damaged, it is of what the log holds, and says what is missing. The error is
// that of a file that cannot be read or holds no log.
func Restore(path string) (*reports.Report, error) {
	r := &restored{collector: reports.NewCollector(), ledger: checks.NewLedger(checks.Options{})}
	if err := scan(path, r.read); err != nil {
		return nil, err
	}
	return r.report()
}

// scan reads a log; an error names it.
func scan(path string, read func(*journal.Scanner) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read the log of readings: %w", err)
	}
	defer file.Close()
	if err := read(journal.NewScanner(file)); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// restored is what a log tells.
type restored struct {
	collector *reports.Collector
	ledger    *checks.Ledger
	watched   bool // the collector has its thresholds
	state     journal.State
	head      *logHead
	end       *reports.Run
	mark      logMark

	sent    []uint64 // first attempts, by stage
	retries uint64   // attempts that are not first
	again   uint64   // attempts that are not final: a retry follows
	latest  time.Duration
}

// errNoHead says that the file ends, or is damaged, before it tells anything.
var errNoHead = errors.New("the log of readings is cut off before it says what was run; nothing can be told from it")

func (r *restored) read(s *journal.Scanner) error {
	err := each(s, func(part any) error {
		switch part := part.(type) {
		case journal.Head:
			r.head = new(logHead)
			if err := understand(part, r.head); err != nil {
				return err
			}
			if !r.watched {
				r.collector.Watch(r.head.Run.Thresholds, r.head.Stages, r.head.Run.Scenario.Seed)
			}
			return nil
		case journal.Mark:
			return understand(part, &r.mark)
		case journal.End:
			r.end = new(reports.Run)
			return understand(part, r.end)
		case *checks.Exhibit:
			r.ledger.Restore(*part)
		case *journal.Entry:
			r.take(&part.Reading, &part.Judgement)
		}
		return nil
	})
	r.state = s.State()
	if err == nil && r.head == nil {
		err = errNoHead
	}
	return err
}

func understand(text []byte, v any) error {
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("the log of readings was written by a version that this one does not understand; use that one: %w", err)
	}
	return nil
}

// take is the way of a reading that was judged long ago; see pipeline.
func (r *restored) take(reading *contract.Reading, j *checks.Judgement) {
	if !reading.WarmUp {
		r.ledger.Recount(reading, j)
	}
	r.collector.Take(reading, j)

	r.latest = max(r.latest, reading.LastByte)
	if !reading.Final {
		r.again++
	}
	if reading.Attempt > 1 {
		r.retries++
		return
	}
	for len(r.sent) <= reading.Stage {
		r.sent = append(r.sent, 0)
	}
	r.sent[reading.Stage]++
}

func (r *restored) report() (*reports.Report, error) {
	run := &r.head.Run
	log := &reports.Log{
		Readings: r.state.Readings, Bytes: r.state.Bytes, Dropped: r.state.Dropped, Rebuilt: true,
	}
	if r.end != nil {
		run = r.end
	} else if err := r.partial(log); err != nil {
		return nil, err
	}
	groups, _ := r.ledger.Unexpected()
	run.Readings, run.Checks, run.Unexpected, run.Log = r.collector, r.ledger.Results(), groups, log
	return reports.New(*run), nil
}

// partial makes the summary that the run did not live to make, from its last
// mark and the readings.
func (r *restored) partial(log *reports.Log) error {
	run, p := &r.head.Run, r.mark.Progress
	elapsed := max(p.Elapsed, r.latest)
	log.Partial = &reports.Partial{
		EndsS: elapsed.Seconds(), UnderWay: p.Attempts - min(p.Attempts, r.state.Readings),
		Damage: r.state.Damage, LostBytes: r.state.Lost,
	}
	// What the server counted was not yet told.
	run.Reference, run.Wrote = nil, nil
	if r.mark.Usage.Elapsed > 0 { // there was a look at it
		run.Usage = &r.mark.Usage
	}
	stages, err := traffic.StagesUntil(traffic.Plan{
		Stages: r.head.Stages, Seed: run.Scenario.Seed, Limits: traffic.Limits{Total: r.head.Total},
	}, elapsed, r.sentUntil(log.Partial.UnderWay))
	if err != nil {
		return fmt.Errorf("the log of readings tells of stages that cannot be: %w", err)
	}
	began := r.mark.Began
	if began.IsZero() { // killed within its first second
		began = r.head.Created
	}
	run.Summary = traffic.Summary{
		Began: began, Elapsed: elapsed, Interrupted: true, Stages: stages, Attempts: r.state.Readings,
		PeakInFlight: p.PeakInFlight, AtLimit: p.AtLimit,
		RetriesRefused: p.RetriesRefused, RetriesDropped: p.RetriesDropped,
	}
	return nil
}

// sentUntil is how many updates each stage had sent. Of the attempts under way
// those that are not retries were first attempts, of the stage then going on.
func (r *restored) sentUntil(underWay uint64) []uint64 {
	waiting := uint64(max(0, r.mark.Progress.Waiting))
	retriesSent := r.again - min(r.again, waiting)
	retriesUnderWay := retriesSent - min(retriesSent, r.retries)
	stage := r.mark.Progress.Stage
	if stage < 0 || stage >= len(r.head.Stages) {
		return r.sent
	}
	for len(r.sent) <= stage {
		r.sent = append(r.sent, 0)
	}
	r.sent[stage] += underWay - min(underWay, retriesUnderWay)
	return r.sent
}
