package usage

import (
	"os"
	"strconv"
	"strings"
)

// openFiles is how many descriptors this process has open; negative where the
// system does not tell. Linux tells it since 6.2 as the size of a folder, which
// costs a microsecond; before, the names in it have to be counted.
func openFiles() int {
	const folder = "/proc/self/fd"
	info, err := os.Stat(folder)
	if err != nil {
		return -1
	}
	if info.Size() > 0 {
		return int(info.Size())
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return -1
	}
	return len(entries) - 1 // without the one that reads the folder
}

// ticks are counts of processor time of a machine, in the kernel's unit.
type ticks struct{ all, idle, stolen uint64 }

func (t ticks) since(before ticks) ticks {
	return ticks{t.all - before.all, t.idle - before.idle, t.stolen - before.stolen}
}

// machineTicks is the machine's count so far; zero where it is not told.
func machineTicks() ticks {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return ticks{}
	}
	return parseTicks(string(text))
}

// parseTicks reads the first line of /proc/stat: cpu, then user, nice, system,
// idle, iowait, irq, softirq, steal; guest time, which follows, is in user time
// already. Waiting for a disk leaves the processor idle.
func parseTicks(text string) (t ticks) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return ticks{}
	}
	for i, field := range fields[1:9] {
		n, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			return ticks{}
		}
		t.all += n
		switch i {
		case 3, 4:
			t.idle += n
		case 7:
			t.stolen = n
		}
	}
	return t
}
