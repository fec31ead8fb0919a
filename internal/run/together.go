package run

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/figure"
	"sdegauge/internal/journal"
	"sdegauge/internal/traffic"
	"sdegauge/reports"
)

// apartMost is how far apart the beginnings of shards may be: beyond it they did
// not load the server as the whole would have.
const apartMost = time.Second

// Together makes one report of the shards of a run from the logs in their folders.
// It is what a run of the whole would have reported, had one machine sent it: each
// reading is counted once, at its instant since its own shard began.
//
// An error names the folder that is not a shard of the same run, has no log, or
// holds one that was cut off; and the shards that are missing.
func Together(dirs []string) (*reports.Report, error) {
	parts := make([]shardRun, len(dirs))
	for i, dir := range dirs {
		var err error
		if parts[i], err = readShard(dir); err != nil {
			return nil, err
		}
	}
	if err := oneRun(parts); err != nil {
		return nil, err
	}
	slices.SortFunc(parts, func(a, b shardRun) int { return a.shard.Index - b.shard.Index })
	r := &restored{collector: reports.NewCollector(), ledger: checks.NewLedger(checks.Options{}), watched: true}
	whole := parts[0].run
	whole.Stages = wholeStages(parts)
	r.collector.Watch(whole.Thresholds, whole.Stages, whole.Scenario.Seed)
	for _, p := range parts {
		if err := scan(p.path, r.read); err != nil {
			return nil, err
		}
	}
	groups, _ := r.ledger.Unexpected()
	whole.Readings, whole.Checks, whole.Unexpected = r.collector, r.ledger.Results(), groups
	addUp(&whole, parts)
	return reports.New(whole), nil
}

// shardRun is one shard as its log tells it.
type shardRun struct {
	dir, path string
	shard     traffic.Shard
	run       reports.Run // without readings
	log       *reports.Log
	causes    []reports.Cause
}

func readShard(dir string) (shardRun, error) {
	p := shardRun{dir: dir, path: filepath.Join(dir, journal.Name)}
	r := &restored{collector: reports.NewCollector(), ledger: checks.NewLedger(checks.Options{})}
	if err := scan(p.path, r.read); err != nil {
		return p, err
	}
	if r.end == nil {
		return p, fmt.Errorf("%s holds a run that did not come to its end, so what it lacks is not known; sdegauge report %s tells what there is", dir, dir)
	}
	text := r.end.Scenario.Shard
	if text == "" {
		return p, fmt.Errorf("%s holds a whole run; only the shards of one, made with --shard, make one report", dir)
	}
	var err error
	if p.shard, err = traffic.ParseShard(text); err != nil {
		return p, fmt.Errorf("%s: %w", p.path, err)
	}
	report, err := r.report()
	if err != nil {
		return p, err
	}
	p.run, p.log, p.causes = *r.end, report.Log, report.Causes
	return p, nil
}

// oneRun reports whether the parts are all shards of one run, once each.
func oneRun(parts []shardRun) error {
	first := parts[0]
	of := make([]string, first.shard.Of) // folders, by shard
	for _, p := range parts {
		a, b := first.run.Scenario, p.run.Scenario
		a.Shard, b.Shard = "", ""
		switch {
		case a != b || p.shard.Of != first.shard.Of:
			return fmt.Errorf("%s (%s, seed %d, shard %v) and %s (%s, seed %d, shard %v) are not of one run",
				first.dir, a.Name, a.Seed, first.shard, p.dir, b.Name, b.Seed, p.shard)
		case of[p.shard.Index] != "":
			return fmt.Errorf("%s and %s are both shard %v", of[p.shard.Index], p.dir, p.shard)
		}
		of[p.shard.Index] = p.dir
	}
	var missing []error
	for i, dir := range of {
		if dir == "" {
			missing = append(missing, fmt.Errorf("shard %v is missing; name its folder as well", traffic.Shard{Index: i, Of: len(of)}))
		}
	}
	return errors.Join(missing...)
}

// wholeStages are the stages of the whole.
func wholeStages(parts []shardRun) []traffic.Stage {
	stages := slices.Clone(parts[0].run.Stages)
	for i := range stages {
		stages[i].Every, stages[i].Skip, stages[i].Workers = 0, 0, 0
		for _, p := range parts {
			stages[i].Workers += p.run.Stages[i].Workers
		}
	}
	return stages
}

// addUp puts into the whole what its shards say of themselves.
func addUp(whole *reports.Run, parts []shardRun) {
	whole.Scenario.Shard, whole.Scenario.Shards = "", len(parts)
	whole.Summary = traffic.Summary{Began: parts[0].run.Summary.Began, Stages: slices.Clone(whole.Summary.Stages)}
	whole.Wrote, whole.Connections, whole.Sessions, whole.Reference = new(uint64), new(uint64), &reports.Sessions{}, nil
	whole.Usage, whole.Calibration, whole.Preflight = nil, nil, nil
	whole.Log = &reports.Log{Rebuilt: true}
	for i := range whole.Summary.Stages {
		s := &whole.Summary.Stages[i]
		s.Scheduled, s.Sent, s.Unsent = 0, 0, 0
	}
	latest := whole.Summary.Began
	for _, p := range parts {
		sumSummary(&whole.Summary, p.run.Summary)
		if latest.Before(p.run.Summary.Began) {
			latest = p.run.Summary.Began
		}
		whole.Wrote, whole.Connections = sumKnown(whole.Wrote, p.run.Wrote), sumKnown(whole.Connections, p.run.Connections)
		if s := p.run.Sessions; s != nil {
			whole.Sessions.Created += s.Created
			whole.Sessions.Recycled += s.Recycled
			whole.Sessions.CreateFailures += s.CreateFailures
		}
		whole.Log.Readings += p.log.Readings
		whole.Log.Bytes += p.log.Bytes
		whole.Log.Dropped += p.log.Dropped
		for _, w := range p.run.Preflight {
			w.What = fmt.Sprintf("shard %v, %s", p.shard, w.What)
			whole.Preflight = append(whole.Preflight, w)
		}
		for _, c := range p.causes {
			c.Detail = fmt.Sprintf("shard %v: %s", p.shard, c.Detail)
			whole.Doubts = append(whole.Doubts, c)
		}
	}
	if *whole.Sessions == (reports.Sessions{}) {
		whole.Sessions = nil
	}
	if apart := latest.Sub(whole.Summary.Began); apart > apartMost {
		whole.Doubts = append(whole.Doubts, reports.Cause{
			Cause:  "shards apart",
			Detail: fmt.Sprintf("the last shard began %s after the first, so they did not load the server as the whole would", figure.Seconds(apart.Seconds())),
			Advice: "give all shards the same --begin-at, on machines whose clocks agree",
		})
	}
}

// sumSummary adds what one shard did.
func sumSummary(sum *traffic.Summary, s traffic.Summary) {
	if s.Began.Before(sum.Began) {
		sum.Began = s.Began
	}
	sum.Elapsed = max(sum.Elapsed, s.Elapsed)
	sum.Interrupted = sum.Interrupted || s.Interrupted
	for i := range s.Stages {
		sum.Stages[i].Scheduled += s.Stages[i].Scheduled
		sum.Stages[i].Sent += s.Stages[i].Sent
		sum.Stages[i].Unsent += s.Stages[i].Unsent
	}
	sum.Attempts += s.Attempts
	sum.RingDry += s.RingDry
	sum.RetriesRefused += s.RetriesRefused
	sum.RetriesDropped += s.RetriesDropped
	sum.Unfinished += s.Unfinished
	sum.PeakInFlight += s.PeakInFlight
	sum.AtLimit += s.AtLimit
}

// sumKnown is nil where a part is not known.
func sumKnown(sum, n *uint64) *uint64 {
	if sum == nil || n == nil {
		return nil
	}
	return new(*sum + *n)
}
