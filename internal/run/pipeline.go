package run

import (
	"sync"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// pipeline is the way of a reading: the judge says what it is worth, the ledger
// keeps what was found, the collector adds it up. It implements traffic.Sink.
type pipeline struct {
	judge      *checks.Judge
	ledger     *checks.Ledger
	collector  *reports.Collector
	judgements sync.Pool // of *checks.Judgement
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
}
