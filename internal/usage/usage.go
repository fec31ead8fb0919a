// Package usage measures what this process uses of its machine while something
// runs: processor time, garbage collection, waits for a processor, descriptors.
// An instrument that was the limit itself is found out by these.
//
// It is read at both ends and once a second between them, so that what lasted for
// a part of the run only is seen as well.
package usage

import (
	"runtime/metrics"
	"sync"
	"time"
)

// Usage is what was used between [Start] and [Meter.Stop], or until
// [Meter.SoFar]. A figure that the system does not tell is negative.
type Usage struct {
	Began   time.Time
	Elapsed time.Duration
	// Processors is how many the Go scheduler may use at once.
	Processors int
	// CPU is the processor time of this process, user and system.
	CPU time.Duration
	// GC is how much of CPU collected garbage, an estimate of the Go runtime.
	GC time.Duration
	// GCPause is the sum of the moments at which the garbage collector stopped the
	// program, GCPauseLongest the longest of them, to the precision of the runtime's
	// histogram.
	GCPause, GCPauseLongest time.Duration
	// SchedulerP99 is the 99th percentile of how long goroutines that could run
	// waited until they did.
	SchedulerP99 time.Duration
	// MachineBusy is the share of the whole machine's processor time that anybody
	// used, this process included; Stolen the share that a hypervisor gave to
	// others.
	MachineBusy, Stolen float64
	// OpenFiles is the most descriptors seen open at once, OpenFilesLimit how many
	// there may be.
	OpenFiles, OpenFilesLimit int
	// Spans are the stretches of which all this consists, in order, without their
	// descriptors and spans.
	Spans []Span
}

// Span is what was used in a stretch of time.
type Span struct {
	Start time.Duration // since Began
	Usage
}

// CPUShare is the share of its processors' time that the process used.
func (u Usage) CPUShare() float64 {
	if u.CPU < 0 {
		return -1
	}
	return share(u.CPU, u.Elapsed*time.Duration(u.Processors))
}

// GCShare is the share of the process's own time that collected garbage.
func (u Usage) GCShare() float64 {
	if u.CPU < 0 {
		return -1
	}
	return min(1, share(u.GC, u.CPU)) // the runtime's estimate may exceed the kernel's count
}

func share(part, whole time.Duration) float64 {
	if whole <= 0 {
		return 0
	}
	return part.Seconds() / whole.Seconds()
}

// lookEvery is the time between two looks.
const lookEvery = time.Second

// Meter measures. Its goroutine ends with Stop.
type Meter struct {
	began time.Time
	first point
	stop  chan struct{}
	done  sync.WaitGroup

	mu    sync.Mutex
	last  point
	peak  int // open descriptors
	spans spans
}

// Start begins to measure.
func Start() *Meter {
	m := &Meter{began: time.Now(), first: look(), peak: openFiles(), stop: make(chan struct{})}
	m.last = m.first
	m.spans.width = lookEvery
	m.done.Go(m.watch)
	return m
}

func (m *Meter) watch() {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-m.stop:
			return
		case <-tick.C:
			m.look()
		}
	}
}

// look adds what was used since the last look.
func (m *Meter) look() {
	now := look()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.peak = max(m.peak, openFiles())
	m.spans.add(Span{Start: m.last.at.Sub(m.began), Usage: between(m.last, now)})
	m.last = now
}

// SoFar is what was used until the last look, without its spans. It is safe for
// concurrent use, before Stop and during it.
func (m *Meter) SoFar() Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.total()
}

// total is what was used until the last look; the lock is held.
func (m *Meter) total() Usage {
	u := between(m.first, m.last)
	u.Began = m.began
	u.OpenFiles, u.OpenFilesLimit = m.peak, OpenFilesLimit()
	return u
}

// Stop ends the measurement. It MUST be called once.
func (m *Meter) Stop() Usage {
	close(m.stop)
	m.done.Wait()
	m.look()
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.total()
	u.Spans = m.spans.list
	return u
}

// The metrics of the Go runtime, in the order of point.runtime.
const (
	gcCPU = iota
	gcPauses
	schedLatencies
	processors
)

var names = [...]string{
	gcCPU:          "/cpu/classes/gc/total:cpu-seconds",
	gcPauses:       "/sched/pauses/total/gc:seconds",
	schedLatencies: "/sched/latencies:seconds",
	processors:     "/sched/gomaxprocs:threads",
}

// point is everything that is read at one instant.
type point struct {
	at      time.Time
	cpu     time.Duration // negative where it is not told
	machine ticks
	runtime [len(names)]metrics.Sample
}

func look() (p point) {
	p.at, p.cpu, p.machine = time.Now(), processTime(), machineTicks()
	for i, name := range names {
		p.runtime[i].Name = name
	}
	metrics.Read(p.runtime[:])
	return p
}

// between is what was used from one point to another.
func between(from, to point) Usage {
	u := Usage{Elapsed: to.at.Sub(from.at), CPU: -1, MachineBusy: -1, Stolen: -1}
	if from.cpu >= 0 && to.cpu >= 0 {
		u.CPU = to.cpu - from.cpu
	}
	if spent := to.machine.since(from.machine); spent.all > 0 {
		u.MachineBusy = 1 - float64(spent.idle)/float64(spent.all)
		u.Stolen = float64(spent.stolen) / float64(spent.all)
	}
	u.GC = inSeconds(number(to.runtime[gcCPU]) - number(from.runtime[gcCPU]))
	u.Processors = int(number(to.runtime[processors]))
	pauses := difference(from.runtime[gcPauses], to.runtime[gcPauses])
	u.GCPause, u.GCPauseLongest = pauses.sum(), pauses.quantile(1)
	u.SchedulerP99 = difference(from.runtime[schedLatencies], to.runtime[schedLatencies]).quantile(0.99)
	return u
}

// number is a metric that is one; 0 where this runtime does not have it.
func number(s metrics.Sample) float64 {
	switch s.Value.Kind() {
	case metrics.KindFloat64:
		return s.Value.Float64()
	case metrics.KindUint64:
		return float64(s.Value.Uint64())
	}
	return 0
}

func inSeconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
