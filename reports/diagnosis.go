package reports

import (
	"fmt"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
	"sdegauge/internal/usage"
)

// From when on a measurement of the process or its machine explains late sends.
const (
	cpuFull     = 0.85 // share of the process's processors
	machineFull = 0.90 // share of the machine's
	muchStolen  = 0.05 // share of the machine's
	muchGC      = 0.25 // share of the process's own time
	filesFull   = 0.95 // share of the descriptors
)

// limits are the causes for which the instrument was the limit. Some are counted
// one by one and are a reason to doubt the run by themselves:
//
//	counted                                              cause
//	attempts that found no descriptor, most in use        descriptors
//	attempts that found no port                           ports
//	  the same, without a measurement to tell them apart  resources
//	a reading took the sink longer than a send may be
//	  late, or, at the limit, longer than the server      reader
//	arrivals that found all places in flight taken        in-flight limit
//	more than ringDryShare of cases not ready in time     generator
//
// Others only explain a broken lag budget, or updates that were never sent. Full
// processors come first, for the counts above may be their doing:
//
//	measured                                             cause
//	this process filled cpuFull of its processors         processors
//	all programs filled machineFull of the machine's      other programs
//	the hypervisor gave muchStolen to other machines      hypervisor
//
// What filled them for a part of the run only is looked for where they were not
// full all in all, in those intervals of the series in which sends were late.
//
// The last are looked for where there is none of all these:
//
//	collecting garbage took muchGC of the time, or one
//	  pause was longer than a send may be late            garbage collection
//	1 % of goroutines waited longer for a processor than
//	  a send may be late                                  scheduler
//	the same, in the intervals in which sends were late   the same
//	none of these either                                 unknown
//
// What the budget was broken by leads the detail of the first.
func limits(r *Report) []Cause {
	found := counted(r)
	breach := breach(r)
	if breach == "" {
		return found
	}
	whole, late := r.Instrument.Usage, r.Instrument.WhileLate
	short := full(r, whole)
	if len(short) == 0 {
		short = late.told(r, full)
	}
	found = append(short, found...)
	if len(found) == 0 {
		found = within(r, whole)
	}
	if len(found) == 0 {
		found = late.told(r, within)
	}
	if len(found) == 0 {
		found = []Cause{{
			Cause: "unknown", Detail: "nothing that was measured explains it",
			Advice: "lower the rate, run with nothing else on this machine, or raise limits.lag.within where the thresholds leave room for it",
		}}
	}
	found[0].Detail = breach + ": " + found[0].Detail
	return found
}

// breach tells how the lag budget was broken; empty where it was kept.
func breach(r *Report) string {
	var text string
	if t := r.Totals; t.Unsent > 0 {
		text = fmt.Sprintf("%s of %s scheduled were never sent", figure.CountOf(t.Unsent, "update"), figure.Count(t.Scheduled))
	}
	if b := r.Instrument.LagBudget; b.broken() {
		if text != "" {
			text += ", and "
		}
		text += b.text(r.Latency.Lag)
	}
	return text
}

// row is a cause with the condition for it.
type row struct {
	is bool
	Cause
}

func those(rows []row) (list []Cause) {
	for _, row := range rows {
		if row.is {
			list = append(list, row.Cause)
		}
	}
	return list
}

// counted are the causes that were counted one by one.
func counted(r *Report) []Cause {
	t, i := r.Totals, r.Instrument
	sent := t.Scheduled - min(t.Scheduled, t.Unsent)
	var list []Cause
	if n := r.Failures[contract.FailResources.String()]; n > 0 {
		list = append(list, resources(n, i))
	}
	return append(list, those([]row{
		{sinkBehind(r), Cause{"reader",
			fmt.Sprintf("to judge and count a reading took %s ms on average, %s ms at most", figure.Number(*orZero(i.SinkMeanMS), 3), figure.Number(i.SinkLongestMS, 1)),
			"lower the rate, write the log of readings to a faster disk, or run on a machine with more processors"}},
		{i.AtLimit > 0, Cause{"in-flight limit",
			figure.CountOf(i.AtLimit, "arrival") + " found the limit of attempts in flight reached and went out late",
			"raise limits.in_flight, or lower the rate to what the server answers in time"}},
		{float64(i.RingDry) > ringDryShare*float64(sent), Cause{"generator",
			figure.CountOf(i.RingDry, "update") + " had no body ready in time",
			"lower the rate, choose smaller bodies, or run on a machine with more processors"}},
	})...)
}

// resources tells descriptors from ports, where it was measured.
func resources(n uint64, i Instrument) Cause {
	failed := figure.CountOf(n, "attempt") + " failed because this machine ran out of "
	u := i.Usage
	switch {
	case u == nil || u.OpenFiles == nil || u.OpenFilesLimit == nil:
		return Cause{"resources", failed + "ports or descriptors",
			"raise the limit of open files (ulimit -n) or the range of local ports, or lower the rate"}
	case float64(*u.OpenFiles) >= filesFull*float64(*u.OpenFilesLimit):
		return Cause{"descriptors", failed + fmt.Sprintf("descriptors: %s of %s were open",
			figure.Count(uint64(*u.OpenFiles)), figure.Count(uint64(*u.OpenFilesLimit))),
			"raise the limit of open files (ulimit -n), or lower limits.in_flight"}
	default:
		text := failed + "local ports"
		if i.Connections != nil {
			text += fmt.Sprintf(": %s were opened", figure.CountOf(*i.Connections, "connection"))
		}
		return Cause{"ports", text,
			"let the server keep connections alive, widen net.ipv4.ip_local_port_range, or lower the rate"}
	}
}

// sinkBehind reports whether what happens to a reading after its last byte held
// the run up.
func sinkBehind(r *Report) bool {
	i := r.Instrument
	if i.SinkMeanMS == nil {
		return false
	}
	service := r.Latency.Service.MeanMS
	return *i.SinkMeanMS > i.LagBudget.WithinMS ||
		i.AtLimit > 0 && service != nil && *i.SinkMeanMS > *service
}

func orZero(v *float64) *float64 {
	if v == nil {
		return new(0.0)
	}
	return v
}

// full are the causes for which there was no processor, by what was used.
func full(r *Report, u *Usage) []Cause {
	if u == nil {
		return nil
	}
	cpu, machine, stolen := *orZero(u.CPUShare), *orZero(u.MachineBusyShare), *orZero(u.StolenShare)
	return those([]row{
		{cpu >= cpuFull, Cause{"processors",
			fmt.Sprintf("this program filled %s of its %s", percent(cpu), figure.CountOf(uint64(u.Processors), "processor")), moreProcessors(r)}},
		{machine >= machineFull && cpu < cpuFull, Cause{"other programs",
			fmt.Sprintf("the machine's processors were %s busy, and this program filled %s of its own", percent(machine), percent(cpu)),
			"run on a machine that does nothing else"}},
		{stolen >= muchStolen, Cause{"hypervisor",
			fmt.Sprintf("the hypervisor gave %s of the processors' time to other machines", percent(stolen)),
			"run on a machine with processors of its own"}},
	})
}

// within are the causes that lie within the program.
func within(r *Report, u *Usage) []Cause {
	if u == nil {
		return nil
	}
	limit := r.Instrument.LagBudget.WithinMS
	gc := *orZero(u.GCShare)
	return those([]row{
		{gc >= muchGC || u.GCPauseLongestMS > limit, Cause{"garbage collection",
			fmt.Sprintf("collecting garbage took %s of this program's time, its longest pause %s ms", percent(gc), figure.Number(u.GCPauseLongestMS, 2)),
			"raise GOGC (GOGC=400), lower the rate, or choose smaller bodies"}},
		{u.SchedulerP99MS > limit, Cause{"scheduler",
			fmt.Sprintf("1 %% of this program's goroutines waited %s ms or longer for a processor", figure.Number(u.SchedulerP99MS, 2)), moreProcessors(r)}},
	})
}

func moreProcessors(r *Report) string {
	advice := "lower the rate, or run on a machine with more processors"
	if r.Target.Reference {
		advice += "; the embedded server shares these: measure one on another machine"
	}
	return advice
}

func percent(share float64) string { return figure.Number(100*share, 0) + " %" }

// Usage is what the process used of its machine: in all, from before the first
// send until after the last answer. Members are nil where the system does not tell.
type Usage struct {
	Processors int      `json:"processors"`
	CPUS       *float64 `json:"cpu_s"`
	CPUShare   *float64 `json:"cpu_share"`    // of its processors' time
	GCShare    *float64 `json:"gc_cpu_share"` // of CPUS, an estimate
	// The moments at which collecting garbage stopped the program.
	GCPauseMS        float64 `json:"gc_pause_ms"`
	GCPauseLongestMS float64 `json:"gc_pause_longest_ms"`
	// SchedulerP99MS is the 99th percentile of how long a goroutine that could run
	// waited until it did.
	SchedulerP99MS float64 `json:"scheduler_p99_ms"`
	// Of the whole machine's processor time: what anybody used, and what a
	// hypervisor gave to others.
	MachineBusyShare *float64 `json:"machine_busy_share"`
	StolenShare      *float64 `json:"stolen_share"`
	OpenFiles        *int     `json:"open_files"` // the most, looked at once a second
	OpenFilesLimit   *int     `json:"open_files_limit"`
}

func usageOf(u *usage.Usage) *Usage {
	if u == nil {
		return nil
	}
	out := &Usage{
		Processors: u.Processors,
		CPUShare:   told(u.CPUShare()), GCShare: told(u.GCShare()),
		MachineBusyShare: told(u.MachineBusy), StolenShare: told(u.Stolen),
		GCPauseMS: fineMillis(u.GCPause), GCPauseLongestMS: fineMillis(u.GCPauseLongest), SchedulerP99MS: fineMillis(u.SchedulerP99),
		OpenFiles: told(u.OpenFiles), OpenFilesLimit: told(u.OpenFilesLimit),
	}
	if u.CPU >= 0 {
		out.CPUS = new(seconds(u.CPU))
	}
	return out
}

// told is nil for a figure that the system does not tell.
func told[T int | float64](v T) *T {
	if v < 0 {
		return nil
	}
	return &v
}

// fineMillis is a time that no histogram has rounded, in milliseconds.
func fineMillis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
