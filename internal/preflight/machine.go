package preflight

import (
	"io/fs"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
	"time"

	"sdegauge/internal/usage"
)

// Machine is what is asked of a machine. Where ok is false, it does not tell.
type Machine interface {
	// OpenFilesLimit is how many descriptors this process may have open.
	OpenFilesLimit() (n int, ok bool)
	// LocalPorts is the range that outgoing connections take their ports from.
	LocalPorts() (first, last int, ok bool)
	// Processors is how many this process may use at once.
	Processors() int
	// CPUQuota is how many processors' time the container may use, fractions
	// included, and the period over which that is counted; ok is false where it is
	// not limited.
	CPUQuota() (processors float64, period time.Duration, ok bool)
	// Clock is the shortest step of the monotonic clock that was seen, 0 where none
	// was, and what one reading of it takes.
	Clock() (resolution, cost time.Duration)
	// ClockSource is the kernel's name of the clock.
	ClockSource() (name string, ok bool)
}

// This is the machine that the program runs on.
func This() Machine {
	return machine{root: os.DirFS("/"), now: monotonic()}
}

// machine reads a file system that begins at /, with the folders proc and sys of
// Linux.
type machine struct {
	root fs.FS
	now  func() time.Duration
}

// monotonic counts from now.
func monotonic() func() time.Duration {
	began := time.Now()
	return func() time.Duration { return time.Since(began) }
}

func (m machine) read(name string) (text string, ok bool) {
	data, err := fs.ReadFile(m.root, name)
	return strings.TrimSpace(string(data)), err == nil
}

func (m machine) OpenFilesLimit() (int, bool) {
	n := usage.OpenFilesLimit()
	return n, n >= 0
}

func (m machine) Processors() int { return runtime.GOMAXPROCS(0) }

func (m machine) LocalPorts() (first, last int, ok bool) {
	text, _ := m.read("proc/sys/net/ipv4/ip_local_port_range")
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return 0, 0, false
	}
	first, err := strconv.Atoi(fields[0])
	if err != nil {
		return 0, 0, false
	}
	last, err = strconv.Atoi(fields[1])
	return first, last, err == nil
}

// CPUQuota is the tightest limit (cgroup v2) on the way from this process's
// group to the root.
func (m machine) CPUQuota() (processors float64, period time.Duration, ok bool) {
	text, _ := m.read("proc/self/cgroup")
	group := "/"
	for line := range strings.Lines(text) {
		if name, found := strings.CutPrefix(strings.TrimSpace(line), "0::"); found {
			group = path.Clean("/" + name)
		}
	}
	for {
		limit, _ := m.read(path.Join("sys/fs/cgroup", group, "cpu.max"))
		if n, over, limited := parseQuota(limit); limited && (!ok || n < processors) {
			processors, period, ok = n, over, true
		}
		if group == "/" {
			return processors, period, ok
		}
		group = path.Dir(group)
	}
}

// parseQuota reads "50000 100000", microseconds of processor time a period; "max
// 100000" is no limit.
func parseQuota(text string) (processors float64, period time.Duration, ok bool) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return 0, 0, false
	}
	quota, err := strconv.ParseUint(fields[0], 10, 32)
	if err != nil {
		return 0, 0, false
	}
	each, err := strconv.ParseUint(fields[1], 10, 32)
	if err != nil || each == 0 {
		return 0, 0, false
	}
	return float64(quota) / float64(each), time.Duration(each) * time.Microsecond, true
}

// clockReadings are enough to see a step of a microsecond, and take a fraction
// of a millisecond.
const clockReadings = 2000

// Clock takes the cheapest of ten rounds: what came in between is not the
// clock's doing.
func (m machine) Clock() (resolution, cost time.Duration) {
	const rounds = 10
	for round := range rounds {
		before := m.now()
		last := before
		for range clockReadings / rounds {
			now := m.now()
			if step := now - last; step > 0 && (resolution == 0 || step < resolution) {
				resolution = step
			}
			last = now
		}
		if each := (last - before) / (clockReadings / rounds); round == 0 || each < cost {
			cost = each
		}
	}
	return resolution, cost
}

func (m machine) ClockSource() (string, bool) {
	return m.read("sys/devices/system/clocksource/clocksource0/current_clocksource")
}
