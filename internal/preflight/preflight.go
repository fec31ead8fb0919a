// Package preflight looks at a machine before a run and says what of it is too
// small for what was asked for. It refuses nothing: whether the instrument was
// the limit is measured during the run. A warning names the fix.
package preflight

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Plan is what a run is going to ask of its machine.
type Plan struct {
	// Rate is the highest rate of the open stages, in updates a second.
	Rate float64
	// Workers is the most workers of a closed stage.
	Workers int
	// InFlight is the most attempts that may be under way at once.
	InFlight int
	// Timeout is how long one attempt may take.
	Timeout time.Duration
	// Embedded says that the server runs in this process as well.
	Embedded bool
	// Opened is how many connections Requests requests, made one after the other,
	// have opened so far; with Requests 0 nothing is known.
	Opened, Requests uint64
}

// Warning is one thing that may spoil the run.
type Warning struct {
	What   string `json:"what"` // in a word or two
	Detail string `json:"detail"`
	Fix    string `json:"fix"` // what to change
}

// String is the warning in a line.
func (w Warning) String() string { return w.What + ": " + w.Detail + "; " + w.Fix }

const (
	// spareFiles are descriptors for everything that is no connection.
	spareFiles = 64
	// leftOpen is how long a port of a closed connection stays taken: the state
	// TIME_WAIT of TCP as Linux has it.
	leftOpen = 60 * time.Second
	// fewRequests is from how many requests on their connections tell something.
	fewRequests = 10
	// rateOfProcessor is what one processor sends a second without trouble, bodies
	// made and answers judged; slow ones included.
	rateOfProcessor = 10_000
	// coarse is the resolution of a clock that shows in a budget of a millisecond,
	// dear the time that reading one may take: it is read six times an update.
	coarse = 50 * time.Microsecond
	dear   = time.Microsecond
)

// Check holds a plan against a machine; the warnings come in a fixed order. What
// the machine does not tell is not warned of.
func Check(p Plan, m Machine) []Warning {
	var list []Warning
	for _, check := range []func(Plan, Machine) (Warning, bool){files, ports, processors, quota, clock} {
		if w, is := check(p, m); is {
			list = append(list, w)
		}
	}
	return list
}

// most is how many attempts can be under way at once: those of a server that
// stops answering, until the first time-outs, within the bound.
func (p Plan) most() int {
	stalled := math.Ceil(p.Rate*p.Timeout.Seconds()) + float64(p.Workers)
	return int(min(stalled, float64(p.InFlight)))
}

// files: each attempt under way is a connection and so a descriptor; two, where
// the server's end is in this process as well.
func files(p Plan, m Machine) (Warning, bool) {
	limit, ok := m.OpenFilesLimit()
	need := p.most()
	why := ""
	if p.Embedded {
		need, why = 2*need, ", counting both ends of each connection"
	}
	need += spareFiles
	return Warning{
		What: "open files",
		Detail: fmt.Sprintf("%d may be open at once; if the server stalls, %d attempts in flight need %d%s",
			limit, p.most(), need, why),
		Fix: fmt.Sprintf("raise the limit (ulimit -n %d), or lower limits.in_flight to %d", need, inFlightFor(limit, p.Embedded)),
	}, ok && limit < need
}

func inFlightFor(limit int, embedded bool) int {
	n := max(1, limit-spareFiles)
	if embedded {
		n = max(1, n/2)
	}
	return n
}

// ports: a connection takes a local port while it is open, and for a minute
// after, where each attempt opens its own. That it does is estimated from the
// requests made so far: one after the other they need one connection, so more
// than one for every two requests means that the server does not keep them.
func ports(p Plan, m Machine) (Warning, bool) {
	first, last, ok := m.LocalPorts()
	have := max(0, last-first+1)
	if p.Requests >= fewRequests && 2*p.Opened >= p.Requests {
		share := min(1, float64(p.Opened)/float64(p.Requests))
		need := p.Rate * share * leftOpen.Seconds()
		return Warning{
			What: "local ports",
			Detail: fmt.Sprintf("the server keeps no connections (%d requests opened %d): at %s a second, %s ports are taken at a time, and there are %d",
				p.Requests, p.Opened, number(p.Rate), number(need), have),
			Fix: fmt.Sprintf("let the server keep connections alive, widen net.ipv4.ip_local_port_range, or stay below %s updates a second",
				number(math.Floor(float64(have)/leftOpen.Seconds()/share))),
		}, ok && need > float64(have)
	}
	return Warning{
		What:   "local ports",
		Detail: fmt.Sprintf("there are %d (%d to %d); if the server stalls, %d attempts in flight need one each", have, first, last, p.most()),
		Fix:    fmt.Sprintf("widen net.ipv4.ip_local_port_range, or lower limits.in_flight to %d", have),
	}, ok && p.most() > have
}

// processors: one alone cannot send on time while it does anything else.
func processors(p Plan, m Machine) (Warning, bool) {
	n := m.Processors()
	most := float64(n) * rateOfProcessor
	if p.Embedded {
		most /= 2
	}
	switch {
	case n == 1 && p.Embedded:
		return Warning{
			What:   "processors",
			Detail: "the instrument and the embedded server share one: each waits for the other, and lag shows it",
			Fix:    "measure a server on another machine, or use a machine with more processors",
		}, true
	case p.Rate > most:
		return Warning{
			What: "processors",
			Detail: fmt.Sprintf("%d for %s updates a second; up to %s a second can be relied on without a calibration",
				n, number(p.Rate), number(most)),
			Fix: "run sdegauge selftest, which finds the highest rate of this machine, or use a machine with more processors",
		}, true
	}
	return Warning{}, false
}

// quota: a container that has used up its share of a period is stopped for the
// rest of it, all its threads at once.
func quota(_ Plan, m Machine) (Warning, bool) {
	limit, period, ok := m.CPUQuota()
	return Warning{
		What: "processor quota",
		Detail: fmt.Sprintf("this container may use %s of %d processors; when that is used up, the kernel stops it for the rest of %v",
			number(limit), m.Processors(), period),
		Fix: "raise the container's limit to whole processors, or take it away for the run",
	}, ok && limit < float64(m.Processors())
}

// clock: all instants are readings of one.
func clock(_ Plan, m Machine) (Warning, bool) {
	resolution, cost := m.Clock()
	source, known := m.ClockSource()
	if !known {
		source = "unknown"
	}
	const fix = "choose another clock source (tsc, kvm-clock), or another machine"
	if resolution > coarse {
		return Warning{"clock", fmt.Sprintf("it moves in steps of %v (clock source %s): no time below that can be told", resolution, source), fix}, true
	}
	return Warning{"clock", fmt.Sprintf("one reading takes %v (clock source %s), and every update needs six", cost, source), fix}, cost > dear
}

// number writes a number without a fraction that says nothing.
func number(v float64) string {
	if v < 10 {
		return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
	}
	return strconv.FormatFloat(math.Round(v), 'f', 0, 64)
}
