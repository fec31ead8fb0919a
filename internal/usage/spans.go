package usage

import "time"

// longest is the most spans that are kept. A longer run has wider ones, so that
// one of any length takes the same memory.
const longest = 1024

// spans are the looks of a run, in order.
type spans struct {
	list  []Span
	width time.Duration // from the start of one to that of the next, about
}

// add takes the next span in.
func (s *spans) add(next Span) {
	if n := len(s.list); n > 0 && next.Start-s.list[n-1].Start < s.width-lookEvery/2 {
		s.list[n-1] = joined(s.list[n-1], next)
		return
	}
	if len(s.list) == longest {
		for i := range longest / 2 {
			s.list[i] = joined(s.list[2*i], s.list[2*i+1])
		}
		s.list = s.list[:longest/2]
		s.width *= 2
	}
	s.list = append(s.list, next)
}

// joined is two neighbours as one span.
func joined(a, b Span) Span {
	b.Start = a.Start
	b.Usage = Together([]Usage{a.Usage, b.Usage})
	return b
}

// Together is what stretches of time used in all, as far as that is known: sums,
// the longest pause, and for the 99th percentile of the waits the greatest, which
// that of all does not exceed. A figure that one of them does not tell is negative.
// It holds no descriptors and no spans.
func Together(list []Usage) (u Usage) {
	var busy, stolen float64
	for _, one := range list {
		u.Elapsed += one.Elapsed
		u.Processors = max(u.Processors, one.Processors)
		u.GC += one.GC
		u.GCPause += one.GCPause
		u.GCPauseLongest = max(u.GCPauseLongest, one.GCPauseLongest)
		u.SchedulerP99 = max(u.SchedulerP99, one.SchedulerP99)
		u.CPU += one.CPU
		busy += one.MachineBusy * one.Elapsed.Seconds()
		stolen += one.Stolen * one.Elapsed.Seconds()
	}
	if whole := u.Elapsed.Seconds(); whole > 0 {
		u.MachineBusy, u.Stolen = busy/whole, stolen/whole
	}
	for _, one := range list {
		if one.CPU < 0 {
			u.CPU = -1
		}
		if one.MachineBusy < 0 {
			u.MachineBusy, u.Stolen = -1, -1
		}
	}
	u.OpenFiles, u.OpenFilesLimit = -1, -1
	return u
}
