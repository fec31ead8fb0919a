//go:build linux

package peerbench

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/scenarios"
)

// TestScenario: what sdegauge is told is a scenario that it takes.
func TestScenario(t *testing.T) {
	for _, st := range []stage{closedStage(3 * time.Second), openStage(5000, 20*time.Second)} {
		text, err := scenario("http://127.0.0.1:80", st)
		require.NoError(t, err)
		s, err := scenarios.Parse("peers.yaml", text, scenarios.Options{})
		require.NoError(t, err)
		require.Len(t, s.Mix, len(classes()))
		require.Len(t, s.Stages, 1)
		assert.Equal(t, st.Arrival, s.Stages[0].Arrival)
		assert.Equal(t, st.Duration, s.Stages[0].Duration.String())
		assert.Equal(t, st.Workers, s.Stages[0].Workers)
	}
}

// TestBodies: the bodies are all different and about 900 bytes long, and every
// answer is judged good.
func TestBodies(t *testing.T) {
	work, err := newMakeAndJudge()
	require.NoError(t, err)
	seen, sum := map[string]bool{}, 0
	for seq := range uint64(2000) {
		work.next(seq)
		require.True(t, work.judgement.AsExpected)
		require.NotEmpty(t, work.judgement.Findings)
		seen[string(work.update.Body)] = true
		sum += len(work.update.Body)
	}
	assert.Len(t, seen, 2000)
	assert.InDelta(t, 900, sum/2000, 100)
}

// BenchmarkMadeAndJudged is what one body and its answer's judgement cost.
func BenchmarkMadeAndJudged(b *testing.B) {
	work, err := newMakeAndJudge()
	require.NoError(b, err)
	b.ReportAllocs()
	seq := uint64(0)
	for b.Loop() {
		work.next(seq)
		seq++
	}
}

func TestWrkScript(t *testing.T) {
	c := &contract.Case{Method: "PUT"}
	assert.Equal(t, `local f = assert(io.open("/tmp/a \"b\"", "rb"))
wrk.body = f:read("*a")
f:close()
wrk.method = "PUT"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json"
`, wrkScript(c, `/tmp/a "b"`))
}

// TestPeers: every peer is told the same time and number of connections, and one
// that is not there says so.
func TestPeers(t *testing.T) {
	l, err := newLab(t.TempDir(), "sdegauge")
	require.NoError(t, err)
	peers := l.peers("http://127.0.0.1:80", "no-such-wrk", os.Args[0])
	require.Len(t, peers, 3)
	assert.Empty(t, peers[0].missing)
	assert.Contains(t, peers[1].missing, "no-such-wrk")
	assert.Empty(t, peers[2].missing)

	sdegauge, err := peers[0].command(5 * time.Second)
	require.NoError(t, err)
	assert.Equal(t, []string{"sdegauge", "run", l.path("scenario.yaml"), "--quiet", "--out", l.path("report")}, sdegauge)
	wrk, err := peers[1].command(5 * time.Second)
	require.NoError(t, err)
	assert.Equal(t, "no-such-wrk -t 1 -c 64 -d 5s -s "+l.path("put.lua")+" http://127.0.0.1:80"+l.update.Target, strings.Join(wrk, " "))
	vegeta, err := peers[2].command(5 * time.Second)
	require.NoError(t, err)
	assert.Contains(t, strings.Join(vegeta, " "), "-duration 5s -rate 0 -workers 64 -max-workers 64 -connections 64")
	targets, err := os.ReadFile(l.path("targets.txt"))
	require.NoError(t, err)
	assert.Equal(t, "PUT http://127.0.0.1:80"+l.update.Target+"\n", string(targets))
}

// TestChild runs a program that is on every machine of the race.
func TestChild(t *testing.T) {
	if _, err := exec.LookPath("taskset"); err != nil {
		t.Skip("taskset is not there")
	}
	c, err := runChild(t.Context(), "0", []string{"sh", "-c", "echo $GOMAXPROCS; exit 3"})
	require.NoError(t, err)
	assert.Equal(t, 3, c.exit)
	assert.Equal(t, "1\n", c.print)
	assert.Positive(t, c.rss)

	_, err = runChild(t.Context(), "0", []string{"/no/such/program"})
	require.NoError(t, err, "taskset itself ran; its exit code tells")
}

func TestBounded(t *testing.T) {
	b := &bounded{}
	long := bytes.Repeat([]byte("x"), longestPrint)
	for range 3 {
		n, err := b.Write(long)
		require.NoError(t, err)
		assert.Equal(t, longestPrint, n)
	}
	assert.Equal(t, longestPrint, b.Len())
}

func TestMiddle(t *testing.T) {
	for _, test := range []struct {
		reason           string
		in               []float64
		mid, least, most float64
	}{
		{"none", nil, 0, 0, 0},
		{"one", []float64{3}, 3, 3, 3},
		{"the one in the middle", []float64{9, 1, 4}, 4, 1, 9},
		{"between the two in the middle", []float64{9, 1, 4, 2}, 3, 1, 9},
	} {
		mid, least, most := middle(test.in)
		assert.Equal(t, []float64{test.mid, test.least, test.most}, []float64{mid, least, most}, test.reason)
	}
}

// TestWriteRace takes the ratios within a round: the second round was slow for
// both, and they are the same there.
func TestWriteRace(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, writeRace(&out,
		[]peer{{name: "sdegauge", sends: "bodies"}, {name: "wrk", sends: "one"}, {name: "vegeta", missing: "it is not there"}},
		[][]cell{
			{{rate: 80_000, cpu: 12 * time.Microsecond}, {rate: 40_000, cpu: 14 * time.Microsecond}},
			{{rate: 100_000, cpu: 10 * time.Microsecond}, {rate: 50_000, cpu: 10 * time.Microsecond}},
			nil,
		}))
	text := out.String()
	for _, want := range []string{"60000", "13.00", "0.80 (0.80–0.80)", "1.30 (1.20–1.40)", "75000", "1.00 (1.00–1.00)", "vegeta was skipped: it is not there", "wrk: one"} {
		assert.Contains(t, text, want)
	}
}

func TestWriteDrives(t *testing.T) {
	var out bytes.Buffer
	lag := 0.2567
	require.NoError(t, writeDrives(&out, []drive{
		{rate: 1000, length: 10 * time.Second, bar: 0.3, lag: &lag, exit: 4, unsent: 7, rss: 45_000_000},
		{rate: 10_000, length: time.Minute},
	}))
	for _, want := range []string{"1000/s", "0.257", "0.3", " 4 ", " 7 ", "45.0", "10000/s", "1m0s"} {
		assert.Contains(t, out.String(), want)
	}
}

func TestOptions(t *testing.T) {
	good := Options{Rounds: 1, Turn: time.Second, Open: time.Second}
	for _, change := range []func(*Options){
		func(o *Options) { o.Rounds = 0 },
		func(o *Options) { o.Turn = time.Millisecond },
		func(o *Options) { o.Open = 0 },
	} {
		o := good
		change(&o)
		assert.ErrorContains(t, o.check(), "too little")
	}
}
