package compare

import (
	"fmt"
	"math"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// A run is cut into batches of batchLeast seconds or more, at most batchesMost.
const (
	batchLeast  = 5.0
	batchesMost = 16
)

// Run is one run as comparisons see it.
type Run struct {
	// Name is where it was found.
	Name    string
	Facts   Facts
	Batches []Batch
}

// Facts say under what circumstances a run took place.
type Facts struct {
	Began       time.Time       `json:"began"`
	Tool        reports.Tool    `json:"tool"`
	Machine     reports.Machine `json:"machine"`
	Scenario    string          `json:"scenario"`
	Fingerprint string          `json:"fingerprint"`
	Closed      bool            `json:"closed"`
	Seed        uint64          `json:"seed"`
	FirstSeq    uint64          `json:"first_seq"`
	Shard       string          `json:"shard,omitempty"`
	Target      reports.Target  `json:"target"`
	// HoldsPerS is the ceiling of the machine's calibration; nil without one.
	HoldsPerS *float64 `json:"holds_per_s"`
	// MeasuredS is how long the measured stages were.
	MeasuredS     float64 `json:"measured_s"`
	ScheduledPerS float64 `json:"scheduled_per_s"`
	SentPerS      float64 `json:"sent_per_s"`
	// Doubt says why the run is not to be relied on; empty where nothing.
	Doubt string `json:"doubt,omitempty"`
}

// Batch is one stretch of a run's measured stages.
type Batch struct {
	LengthS             float64
	Updates, Unexpected uint64
	response, service   sketch
}

// sketchOf is the sample of a metric.
func (b Batch) sketchOf(m Metric) sketch {
	if m == Service {
		return b.service
	}
	return b.response
}

// FromReport takes from a report what comparisons need; name is how messages call
// it.
func FromReport(name string, r *reports.Report) (Run, error) {
	if r.Blocks == nil {
		return Run{}, fmt.Errorf("%s was written by a version without comparisons: it has no blocks; run the scenario again", name)
	}
	run := Run{Name: name, Facts: factsOf(r)}
	blocks, err := decodeBlocks(r.Blocks)
	if err != nil {
		return Run{}, fmt.Errorf("%s: %w; the file is damaged, run the scenario again", name, err)
	}
	if len(blocks) == 0 {
		return Run{}, fmt.Errorf("%s measured nothing: it holds no update of a measured stage", name)
	}
	run.Batches = batched(blocks)
	if err := run.plausible(); err != nil {
		return Run{}, fmt.Errorf("%s: %w; the file is damaged, run the scenario again", name, err)
	}
	return run, nil
}

// plausible refuses numbers that no run has and that arithmetic would not
// survive.
func (r Run) plausible() error {
	possible := func(v float64) bool { return v == 0 || v > 1e-6 && v < 1e12 }
	f := r.Facts
	switch {
	case !possible(f.MeasuredS):
		return fmt.Errorf("it measured for %g s", f.MeasuredS)
	case !possible(f.ScheduledPerS), !possible(f.SentPerS):
		return fmt.Errorf("its rates are %g/s and %g/s", f.ScheduledPerS, f.SentPerS)
	case len(r.Batches) == 0 || len(r.Batches) > batchesMost:
		return fmt.Errorf("it has %d batches, not 1 to %d", len(r.Batches), batchesMost)
	}
	for i, b := range r.Batches {
		if b.LengthS == 0 || !possible(b.LengthS) || b.Updates > countMost || b.Unexpected > b.Updates {
			return fmt.Errorf("batch %d has %d updates, %d of them unexpected, in %g s", i, b.Updates, b.Unexpected, b.LengthS)
		}
	}
	return nil
}

func factsOf(r *reports.Report) Facts {
	f := Facts{
		Began: r.Began, Tool: r.Tool, Machine: r.Machine,
		Scenario: r.Scenario.Name, Fingerprint: r.Scenario.Fingerprint, Closed: r.Scenario.Closed,
		Seed: r.Scenario.Seed, FirstSeq: r.Scenario.FirstSeq, Shard: r.Scenario.Shard, Target: r.Target,
		ScheduledPerS: r.Rate.ScheduledPerS, SentPerS: r.Rate.SentPerS, Doubt: doubtOf(r),
	}
	if r.Calibration != nil {
		f.HoldsPerS = &r.Calibration.HoldsPerS
	}
	for _, s := range r.Stages {
		if !s.WarmUp {
			end := s.EndS
			if r.Interrupted {
				end = min(end, r.ElapsedS)
			}
			f.MeasuredS += max(0, end-s.StartS)
		}
	}
	return f
}

// doubtOf is why a run cannot be relied on. One that merely failed its gates can.
func doubtOf(r *reports.Report) string {
	switch {
	case r.Interrupted:
		return "it was interrupted"
	case len(r.Causes) > 0:
		return r.Causes[0].Detail
	case r.Verdict == contract.Inconclusive:
		return r.Reason
	}
	return ""
}

func decodeBlocks(b *reports.Blocks) ([]Batch, error) {
	var list []Batch
	for i, one := range b.List {
		s := Batch{LengthS: b.WidthS, Updates: one.Updates, Unexpected: one.Unexpected}
		var err error
		if s.response, err = decodeSketch(one.Response); err != nil {
			return nil, fmt.Errorf("blocks.list[%d].response: %w", i, err)
		}
		if s.service, err = decodeSketch(one.Service); err != nil {
			return nil, fmt.Errorf("blocks.list[%d].service: %w", i, err)
		}
		list = append(list, s)
	}
	return list, nil
}

// batched cuts a run into batches of about equal length.
func batched(blocks []Batch) []Batch {
	length := 0.0
	for _, b := range blocks {
		length += b.LengthS
	}
	n := min(batchesMost, len(blocks), max(1, int(length/batchLeast)))
	list := make([]Batch, 0, n)
	for i := range n {
		var one Batch
		var responses, services []sketch
		for _, b := range blocks[i*len(blocks)/n : (i+1)*len(blocks)/n] {
			one.LengthS += b.LengthS
			one.Updates += b.Updates
			one.Unexpected += b.Unexpected
			responses = append(responses, b.response)
			services = append(services, b.service)
		}
		one.response, one.service = merged(responses...), merged(services...)
		list = append(list, one)
	}
	return list
}

// sketches are a run's batches of a metric, those without a reading left out.
func (r Run) sketches(m Metric) []sketch {
	var list []sketch
	for _, b := range r.Batches {
		if s := b.sketchOf(m); len(s) > 0 {
			list = append(list, s)
		}
	}
	return list
}

// rate is the run's mean rate, in updates a second where answers set the pace, or
// the share of the schedule that was sent in time.
func (r Run) rate(closed bool) float64 {
	if closed {
		return r.Facts.SentPerS
	}
	if r.Facts.ScheduledPerS == 0 {
		return 0
	}
	return r.Facts.SentPerS / r.Facts.ScheduledPerS
}

// batchRates are the logarithms of the batches' rates.
func (r Run) batchRates() []float64 {
	var list []float64
	for _, b := range r.Batches {
		if b.Updates > 0 && b.LengthS > 0 {
			list = append(list, math.Log(float64(b.Updates)/b.LengthS))
		}
	}
	return list
}
