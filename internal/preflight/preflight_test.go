package preflight

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// made is a machine of made-up figures; a negative one is not told.
type made struct {
	files, firstPort, lastPort, processors int
	quota                                  float64
	resolution, cost                       time.Duration
	source                                 string
}

func (m made) OpenFilesLimit() (int, bool)    { return m.files, m.files >= 0 }
func (m made) LocalPorts() (int, int, bool)   { return m.firstPort, m.lastPort, m.firstPort >= 0 }
func (m made) Processors() int                { return m.processors }
func (m made) Clock() (r, cost time.Duration) { return m.resolution, m.cost }
func (m made) ClockSource() (string, bool)    { return m.source, m.source != "" }
func (m made) CPUQuota() (float64, time.Duration, bool) {
	return m.quota, 100 * time.Millisecond, m.quota >= 0
}

// ample is a machine that has enough of everything, for plan below.
var ample = made{
	files: 20_000, firstPort: 32_768, lastPort: 60_999, processors: 4, quota: -1,
	resolution: 20 * time.Nanosecond, cost: 40 * time.Nanosecond, source: "tsc",
}

// plan asks for 1,000 updates a second: 10,000 in flight if the server stalls.
var plan = Plan{Rate: 1000, InFlight: 10_000, Timeout: 10 * time.Second}

// Each row changes one thing of a run without a warning.
func TestCheck(t *testing.T) {
	for _, test := range []struct {
		reason  string
		machine func(*made)
		plan    func(*Plan)
		what    string // empty: nothing is warned of
		detail  string
		fix     string
	}{
		{"enough of everything", nil, nil, "", "", ""},
		{"one descriptor short", func(m *made) { m.files = 10_063 }, nil,
			"open files", "10063 may be open at once; if the server stalls, 10000 attempts in flight need 10064", "ulimit -n 10064"},
		{"as many as are needed", func(m *made) { m.files = 10_064 }, nil, "", "", ""},
		{"few descriptors, and few in flight", func(m *made) { m.files = 1024 }, func(p *Plan) { p.InFlight = 900 }, "", "", ""},
		{"few descriptors, and a low rate", func(m *made) { m.files = 1024 }, func(p *Plan) { p.Rate = 90 }, "", "", ""},
		{"both ends in this process", func(m *made) { m.files = 20_000 }, func(p *Plan) { p.Embedded = true },
			"open files", "need 20064, counting both ends", "lower limits.in_flight to 9968"},
		{"workers need descriptors too", func(m *made) { m.files = 100 }, func(p *Plan) { p.Rate, p.Workers = 0, 64 },
			"open files", "64 attempts in flight need 128", "limits.in_flight to 36"},
		{"a limit that is not told", func(m *made) { m.files = -1 }, nil, "", "", ""},

		{"ports for all in flight", func(m *made) { m.lastPort = m.firstPort + 9998 }, nil,
			"local ports", "there are 9999 (32768 to 42766); if the server stalls, 10000 attempts", "lower limits.in_flight to 9999"},
		{"just enough of them", func(m *made) { m.lastPort = m.firstPort + 9999 }, nil, "", "", ""},
		{"connections that are not kept", nil, func(p *Plan) { p.Opened, p.Requests = 100, 100 },
			"local ports", "(100 requests opened 100): at 1000 a second, 60000 ports are taken at a time, and there are 28232", "stay below 470 updates a second"},
		{"half of them kept", nil, func(p *Plan) { p.Opened, p.Requests = 50, 100 },
			"local ports", "30000 ports are taken at a time", "stay below 941 updates"},
		{"not kept, at a rate that has the ports", nil, func(p *Plan) { p.Opened, p.Requests, p.Rate = 100, 100, 400 }, "", "", ""},
		{"connections that are kept", nil, func(p *Plan) { p.Opened, p.Requests = 3, 100 }, "", "", ""},
		{"too few requests to tell", nil, func(p *Plan) { p.Opened, p.Requests = 9, 9 }, "", "", ""},
		{"ports that are not told", func(m *made) { m.firstPort = -1 }, func(p *Plan) { p.Opened, p.Requests = 100, 100 }, "", "", ""},

		{"one processor for two", func(m *made) { m.processors = 1 }, func(p *Plan) { p.Embedded, p.Rate = true, 10 },
			"processors", "the instrument and the embedded server share one", "another machine"},
		{"one processor alone", func(m *made) { m.processors = 1 }, nil, "", "", ""},
		{"too much for the processors", nil, func(p *Plan) { p.Rate, p.Timeout = 40_001, time.Millisecond },
			"processors", "4 for 40001 updates a second; up to 40000", "selftest"},
		{"half of them are the server's", nil, func(p *Plan) { p.Rate, p.Timeout, p.Embedded = 20_001, time.Millisecond, true },
			"processors", "up to 20000", "selftest"},

		{"a quota below the processors", func(m *made) { m.quota = 1.5 }, nil,
			"processor quota", "may use 1.5 of 4 processors; when that is used up, the kernel stops it for the rest of 100ms", "whole processors"},
		{"a quota of all processors", func(m *made) { m.quota = 4 }, nil, "", "", ""},

		{"a clock in big steps", func(m *made) { m.resolution, m.source = time.Millisecond, "jiffies" }, nil,
			"clock", "steps of 1ms (clock source jiffies)", "clock source"},
		{"a clock that is dear to read", func(m *made) { m.cost, m.source = 2*time.Microsecond, "" }, nil,
			"clock", "one reading takes 2µs (clock source unknown)", "clock source"},
		{"a clock that stood still", func(m *made) { m.resolution, m.cost = 0, 0 }, nil, "", "", ""},
	} {
		t.Run(test.reason, func(t *testing.T) {
			m, p := ample, plan
			if test.machine != nil {
				test.machine(&m)
			}
			if test.plan != nil {
				test.plan(&p)
			}
			list := Check(p, m)
			if test.what == "" {
				assert.Empty(t, list)
				return
			}
			require.Len(t, list, 1)
			assert.Equal(t, test.what, list[0].What)
			assert.Contains(t, list[0].Detail, test.detail)
			assert.Contains(t, list[0].Fix, test.fix)
			assert.Equal(t, list[0].What+": "+list[0].Detail+"; "+list[0].Fix, list[0].String())
		})
	}
}

// The files are those of Linux, as they stand there.
func TestMachineReadsFiles(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	m := machine{root: fstest.MapFS{
		"proc/sys/net/ipv4/ip_local_port_range":                           file("32768\t60999\n"),
		"sys/devices/system/clocksource/clocksource0/current_clocksource": file("tsc\n"),
		"proc/self/cgroup":                        file("1:name=systemd:/old\n0::/kubepods/pod1/abc\n"),
		"sys/fs/cgroup/kubepods/cpu.max":          file("max 100000\n"),
		"sys/fs/cgroup/kubepods/pod1/cpu.max":     file("150000 100000\n"),
		"sys/fs/cgroup/kubepods/pod1/abc/cpu.max": file("400000 100000\n"),
	}}
	first, last, ok := m.LocalPorts()
	assert.True(t, ok)
	assert.Equal(t, []int{32768, 60999}, []int{first, last})
	source, ok := m.ClockSource()
	assert.True(t, ok)
	assert.Equal(t, "tsc", source)
	limit, period, ok := m.CPUQuota()
	assert.True(t, ok)
	assert.Equal(t, 1.5, limit, "the tightest counts")
	assert.Equal(t, 100*time.Millisecond, period)

	bare := machine{root: fstest.MapFS{}}
	_, _, ok = bare.LocalPorts()
	assert.False(t, ok)
	_, ok = bare.ClockSource()
	assert.False(t, ok)
	_, _, ok = bare.CPUQuota()
	assert.False(t, ok, "no control groups, no quota")

	container := machine{root: fstest.MapFS{"proc/self/cgroup": file("0::/\n"), "sys/fs/cgroup/cpu.max": file("50000 100000\n")}}
	limit, _, ok = container.CPUQuota()
	assert.True(t, ok)
	assert.Equal(t, 0.5, limit)
}

// What is not as expected is not told, and nothing panics.
func TestMachineReadsGarbage(t *testing.T) {
	for _, text := range []string{"", "x", "1", "a b", "1 b", "1 2 3", "-1 5", "5 0", "99999999999999999999 1"} {
		_, _, ok := parseQuota(text)
		assert.False(t, ok, text)
	}
	for _, text := range []string{"", "x", "1", "a b", "1 b", "1 2 3"} {
		m := machine{root: fstest.MapFS{"proc/sys/net/ipv4/ip_local_port_range": {Data: []byte(text)}}}
		_, _, ok := m.LocalPorts()
		assert.False(t, ok, text)
	}
	escape := machine{root: fstest.MapFS{"proc/self/cgroup": {Data: []byte("0::/../../etc\n")}}}
	_, _, ok := escape.CPUQuota()
	assert.False(t, ok)
}

// A clock that moves a microsecond every tenth reading costs a tenth of one.
func TestClock(t *testing.T) {
	var n int
	m := machine{now: func() time.Duration { n++; return time.Duration(n/10) * time.Microsecond }}
	resolution, cost := m.Clock()
	assert.Equal(t, time.Microsecond, resolution)
	assert.Equal(t, 100*time.Nanosecond, cost)

	stands := machine{now: func() time.Duration { return 5 }}
	resolution, cost = stands.Clock()
	assert.Zero(t, resolution)
	assert.Zero(t, cost)
}

// The machine at hand answers.
func TestThis(t *testing.T) {
	m := This()
	limit, ok := m.OpenFilesLimit()
	if ok {
		assert.Positive(t, limit)
	}
	assert.Positive(t, m.Processors())
	resolution, _ := m.Clock()
	assert.Positive(t, resolution)
}
