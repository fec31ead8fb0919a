package run

import (
	"sync"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/journal"
	"sdegauge/internal/live"
	"sdegauge/reports"
)

// pipeline is the way of a reading: the judge says what it is worth, the ledger
// keeps what was found, the collector adds it up, the meter shows it, the log
// remembers it. It implements traffic.Sink.
type pipeline struct {
	judge      *checks.Judge
	ledger     *checks.Ledger
	collector  *reports.Collector
	log        *journal.Writer // nil where none is written
	meter      *live.Meter     // nil where nobody looks
	judgements sync.Pool       // of *checks.Judgement
}

func newPipeline(judge *checks.Judge, ledger *checks.Ledger, collector *reports.Collector) *pipeline {
	return &pipeline{
		judge: judge, ledger: ledger, collector: collector,
		judgements: sync.Pool{New: func() any { return new(checks.Judgement) }},
	}
}

// Take judges a reading and hands it on. Readings of warm-up stages are judged,
// so that they can be counted, and leave no findings.
func (p *pipeline) Take(r *contract.Reading) {
	j := p.judgements.Get().(*checks.Judgement)
	defer p.judgements.Put(j)
	p.judge.Judge(r, j)
	if !r.WarmUp {
		p.ledger.Add(r, j)
	}
	p.collector.Take(r, j)
	if p.meter != nil {
		p.meter.Take(r, j.AsExpected)
	}
	if p.log != nil {
		p.log.Append(r, j) // after the ledger: what it kept is in the log first
	}
}
