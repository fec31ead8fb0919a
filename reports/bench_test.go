package reports

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
)

// BenchmarkCollectorTake is a minute of readings of twelve classes, taken by as
// many goroutines as there are processors.
func BenchmarkCollectorTake(b *testing.B) {
	classes := []string{"page", "cart", "purchase", "prodView", "ctmrinfo", "mrktInfo", "personal", "lead", "service", "error", "several", "full"}
	c := NewCollector()
	j := &checks.Judgement{Verdict: contract.Pass, AsExpected: true}
	var seed atomic.Uint64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		random := rand.New(rand.NewPCG(seed.Add(1), 0))
		one := &contract.Case{}
		r := &contract.Reading{Case: one, Attempt: 1, Final: true, Status: 200}
		for i := 0; pb.Next(); i++ {
			one.Class = classes[i%len(classes)]
			r.Intended = time.Duration(i) * 10 * time.Microsecond % time.Minute
			r.Dequeued = r.Intended + time.Duration(random.IntN(50_000))
			r.LastByte = r.Dequeued + time.Duration(200_000*(1+random.ExpFloat64()))
			c.Take(r, j)
		}
	})
}

// BenchmarkSeriesDouble is what one reading pays when the series is full: a
// thousand pairs of busy seconds are merged.
func BenchmarkSeriesDouble(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	busy := newInterval()
	for range 3000 {
		d := time.Duration(200_000 * (1 + random.ExpFloat64()))
		busy.response.record(d)
		busy.service.record(d)
		busy.lag.record(d / 10)
	}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		s := &series{width: seriesWidth}
		for range seriesLongest {
			v := newInterval()
			v.merge(busy)
			s.intervals = append(s.intervals, v)
		}
		s.fold(s.intervals, seriesLongest-int(openLongest/s.width))
		b.StartTimer()
		s.double()
	}
}
