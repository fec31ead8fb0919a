package selftest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// sample is a whole calibration of this machine.
func sample() *Calibration {
	c := &Calibration{
		Schema: Schema, Measured: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Tool: "v1", Go: "go1.26",
		Machine: ThisMachine(), Whole: true, Ceiling: &Ceiling{HoldsPerS: 14000, BreaksPerS: 16000, Transport: "fast"},
		About: []string{"stall: of a kind"},
		Rows: []Row{
			timeRow(Row{Experiment: "stall", What: "response p90", Truth: 1000, Reading: new(1001.5)}, 1000, 1000, ""),
			countRow(Row{Experiment: "drops", What: "requests at the server", Truth: 2000}, 2000, ""),
		},
	}
	c.Verdict = c.verdict()
	return c
}

func TestCalibrationRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "calibration.json")
	want := sample()
	require.NoError(t, want.Save(path))
	got, err := Load(path)
	require.NoError(t, err)
	assert.Equal(t, want, got)

	want.Ceiling.HoldsPerS = 13000
	require.NoError(t, want.Save(path), "in the place of the earlier one")
	got, err = Load(path)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	files, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, files, 1, "nothing is left over")

	assert.Equal(t, &reports.Calibration{
		Measured: want.Measured, Tool: "v1", Verdict: contract.Pass, HoldsPerS: 13000, Transport: "fast",
	}, got.Quote())
}

// TestLoadRefuses: what is wrong is said, with the file and what to do.
func TestLoadRefuses(t *testing.T) {
	with := func(change func(*Calibration)) string {
		c := sample()
		change(c)
		text, err := json.Marshal(c)
		require.NoError(t, err)
		return string(text)
	}
	tests := []struct{ reason, text, says string }{
		{"empty", "", "not readable"},
		{"cut off", with(func(*Calibration) {})[:200], "not readable"},
		{"another document", `{"schema":"sdegauge/report/1"}`, `has the schema "sdegauge/report/1"`},
		{"not whole", with(func(c *Calibration) { c.Whole = false }), "not whole"},
		{"no ceiling", with(func(c *Calibration) { c.Ceiling = nil }), "not whole"},
		{"a ceiling below zero", with(func(c *Calibration) { c.Ceiling.HoldsPerS = -1 }), "no rate"},
		{"no verdict", strings.Replace(with(func(*Calibration) {}), `"whole":true,"verdict":"pass"`, `"whole":true`, 1), "no verdict"},
		{"another machine", with(func(c *Calibration) { c.Machine.CPU = "Z80" }), "another machine (Z80"},
		{"endless", strings.Repeat(" ", largest+1), "larger than"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "calibration.json")
			require.NoError(t, os.WriteFile(path, []byte(tt.text), 0o600))
			_, err := Load(path)
			require.ErrorContains(t, err, tt.says)
			assert.ErrorContains(t, err, path)
			assert.ErrorContains(t, err, "run sdegauge selftest again")
		})
	}
	_, err := Load(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzDecode(f *testing.F) {
	good, err := json.Marshal(sample())
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte(`{"schema":"sdegauge/calibration/1","whole":true,"ceiling":{"holds_per_s":1e400}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := decode(data)
		if err != nil {
			return
		}
		again, err := json.Marshal(c)
		require.NoError(t, err)
		back, err := decode(again)
		require.NoError(t, err)
		require.Equal(t, c.Quote(), back.Quote())
	})
}

func TestPath(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	t.Setenv(PathVariable, "")
	assert.True(t, strings.HasSuffix(Path(""), filepath.Join("sdegauge", "calibration.json")))
	assert.True(t, strings.HasPrefix(Path(""), cache))
	t.Setenv(PathVariable, "from-the-environment")
	assert.Equal(t, "from-the-environment", Path(""))
	assert.Equal(t, "from-a-flag", Path("from-a-flag"))
}

func TestCPUModel(t *testing.T) {
	assert.Equal(t, "AMD EPYC", cpuModel("processor\t: 0\nmodel\t\t: 1\nmodel name\t: AMD EPYC\n\nmodel name\t: other\n"))
	assert.Empty(t, cpuModel(""))
	assert.Equal(t, "AMD EPYC, 2 cores, linux/amd64", Machine{"AMD EPYC", 2, "linux", "amd64"}.String())
	assert.Equal(t, "1 core, linux/arm64", Machine{Cores: 1, OS: "linux", Arch: "arm64"}.String())
}

func TestVerdict(t *testing.T) {
	rows := func(v ...contract.Verdict) *Calibration {
		c := &Calibration{}
		for _, one := range v {
			c.Rows = append(c.Rows, Row{Verdict: one})
		}
		return c
	}
	assert.Equal(t, pass, rows(pass, observed).verdict())
	assert.Equal(t, inconclusive, rows(pass, inconclusive).verdict())
	assert.Equal(t, fail, rows(inconclusive, fail, pass).verdict())
	none := rows(pass)
	none.Ceiling = &Ceiling{BreaksPerS: 60}
	assert.Equal(t, inconclusive, none.verdict(), "a machine that holds no rate")
	none.Ceiling = &Ceiling{HoldsPerS: 60}
	assert.Equal(t, pass, none.verdict())
}

// TestTable holds what a reader has to find in it.
func TestTable(t *testing.T) {
	c := sample()
	c.Machine = Machine{"AMD EPYC", 2, "linux", "amd64"}
	table := func() string {
		var out bytes.Buffer
		require.NoError(t, c.WriteTable(&out, reports.TableOptions{}))
		return out.String()
	}
	text := table()
	assert.True(t, strings.HasPrefix(text, "PASS  all of 2 readings agree with the truth\n"), text)
	assert.Contains(t, text, "selftest of sdegauge v1, go1.26, on AMD EPYC, 2 cores, linux/amd64")
	assert.Regexp(t, `stall +response p90 +1,000.00 ms +1,001.50 ms +999.00–1,010.00 ms +pass`, text)
	assert.Regexp(t, `drops +requests at the server +2,000 +2,000 +exact +pass`, text)
	assert.Contains(t, text, "ceiling of the transport fast: between 14,000 updates/s")

	c.Rows[0] = timeRow(Row{Experiment: "stall", What: "response p90", Truth: 1000, Reading: new(1.5)}, 1000, 1000, "")
	c.Verdict = c.verdict()
	text = table()
	assert.True(t, strings.HasPrefix(text, "FAIL  1 of 2 readings are wrong: the instrument cannot be relied on here\n"), text)
	assert.Contains(t, text, "stall, fail: the instrument reads wrongly here")

	c.Rows[0] = timeRow(Row{Experiment: "stall", What: "response p90", Truth: 1000}, 1000, 1000, "busy")
	c.Ceiling = &Ceiling{BreaksPerS: 62.5}
	c.Verdict = c.verdict()
	text = table()
	assert.True(t, strings.HasPrefix(text, "INCONCLUSIVE  1 of 2"), text)
	assert.Contains(t, text, "at every rate that was tried")
	assert.Contains(t, text, "–  999.00", "a missing reading is a dash")
}
