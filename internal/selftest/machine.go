package selftest

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Machine is what a calibration holds for: on another it says nothing.
type Machine struct {
	CPU string `json:"cpu"` // model; empty where it is not known
	// Cores is how many run Go at once, a container's quota included.
	Cores int    `json:"cores"`
	OS    string `json:"os"`
	Arch  string `json:"arch"`
}

// ThisMachine is the one the program runs on.
func ThisMachine() Machine {
	text, _ := os.ReadFile("/proc/cpuinfo") // not there: the model is not known
	return Machine{CPU: cpuModel(string(text)), Cores: runtime.GOMAXPROCS(0), OS: runtime.GOOS, Arch: runtime.GOARCH}
}

// cpuModel finds the first model name in what Linux tells of its processors.
func cpuModel(cpuinfo string) string {
	for line := range strings.Lines(cpuinfo) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// String is the machine in a line: AMD EPYC, 2 cores, linux/amd64.
func (m Machine) String() string {
	cores := fmt.Sprintf("%d cores", m.Cores)
	if m.Cores == 1 {
		cores = "1 core"
	}
	text := fmt.Sprintf("%s, %s/%s", cores, m.OS, m.Arch)
	if m.CPU != "" {
		text = m.CPU + ", " + text
	}
	return text
}
