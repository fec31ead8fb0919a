//go:build linux

package peerbench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"sdegauge/internal/contract"
)

// peer is one load generator.
type peer struct {
	name  string
	sends string
	// missing says why it takes no part; empty where it does.
	missing string
	// command loads the null server for a time with all connections.
	command func(d time.Duration) ([]string, error)
	// doubtful is the exit code of a turn that was run to its end and is doubted by
	// the peer itself; 0 where it has none.
	doubtful int
	// sent is what it says itself that it sent, after its command; nil where it is
	// not asked.
	sent func() (uint64, error)
}

// lab is where the peers' files are.
type lab struct {
	dir     string
	program string // sdegauge
	update  *contract.Case
}

func newLab(dir, program string) (*lab, error) {
	update, err := oneUpdate()
	if err != nil {
		return nil, err
	}
	l := &lab{dir: dir, program: program, update: update}
	body := l.path("body.json")
	if err := os.WriteFile(body, update.Body, 0o600); err != nil {
		return nil, err
	}
	return l, os.WriteFile(l.path("put.lua"), []byte(wrkScript(update, body)), 0o600)
}

func (l *lab) path(name string) string { return filepath.Join(l.dir, name) }

// peers are those that are raced, sdegauge first.
func (l *lab) peers(url, wrk, vegeta string) []peer {
	constant := fmt.Sprintf("one body of %d B", len(l.update.Body))
	return []peer{
		{
			name: "sdegauge", sends: "different bodies, judged", doubtful: 4,
			command: func(d time.Duration) ([]string, error) { return l.sdegauge(url, closedStage(d)) },
			sent:    func() (uint64, error) { r, err := l.report(); return r.Totals.Attempts, err },
		},
		{name: "wrk", sends: constant, missing: absent(wrk), command: func(d time.Duration) ([]string, error) {
			return []string{
				wrk, "-t", "1", "-c", strconv.Itoa(connections), "-d", fmt.Sprintf("%.0fs", d.Seconds()),
				"-s", l.path("put.lua"), url + l.update.Target,
			}, nil
		}},
		{name: "vegeta", sends: constant, missing: absent(vegeta), command: func(d time.Duration) ([]string, error) {
			targets := l.path("targets.txt")
			n := strconv.Itoa(connections)
			argv := []string{
				vegeta, "attack", "-targets", targets, "-body", l.path("body.json"), "-duration", d.String(),
				"-rate", "0", "-workers", n, "-max-workers", n, "-connections", n, "-output", os.DevNull,
			}
			for _, field := range contract.DefaultHeader() {
				argv = append(argv, "-header", field.Name+": "+field.Value)
			}
			return argv, os.WriteFile(targets, []byte(l.update.Method+" "+url+l.update.Target+"\n"), 0o600)
		}},
	}
}

// absent says why a program cannot be run; empty where it can.
func absent(program string) string {
	if _, err := exec.LookPath(program); err != nil {
		return program + " is not there"
	}
	return ""
}

// sdegauge is the command line of a run of one stage.
func (l *lab) sdegauge(url string, st stage) ([]string, error) {
	text, err := scenario(url, st)
	if err != nil {
		return nil, err
	}
	file := l.path("scenario.yaml")
	return []string{l.program, "run", file, "--quiet", "--out", l.path("report")}, os.WriteFile(file, text, 0o600)
}

// report is what is read of sdegauge's own report.
type report struct {
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
	Target  struct {
		Transport string `json:"transport"`
	} `json:"target"`
	Totals struct {
		Attempts   uint64 `json:"attempts"`
		Unsent     uint64 `json:"unsent"`
		Unexpected uint64 `json:"unexpected"`
	} `json:"totals"`
	Latency struct {
		Lag struct {
			P99MS *float64 `json:"p99_ms"`
		} `json:"lag"`
	} `json:"latency"`
}

func (l *lab) report() (r report, err error) {
	text, err := os.ReadFile(l.path("report/report.json"))
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("read sdegauge's report: %w", err)
	}
	return r, nil
}

// cell is what one peer did in one round.
type cell struct {
	rate float64       // requests a second, as the server saw them
	cpu  time.Duration // a request, of the peer alone, its start and end included
}

// race runs one peer once.
func (p peer) race(ctx context.Context, s *nullServer, cpu int, d time.Duration) (cell, error) {
	argv, err := p.command(d)
	if err != nil {
		return cell{}, fmt.Errorf("prepare %s: %w", p.name, err)
	}
	s.take()
	c, err := runChild(ctx, strconv.Itoa(cpu), argv)
	if err != nil {
		return cell{}, err
	}
	seen := s.take()
	if c.exit != 0 && c.exit != p.doubtful || seen.requests < 2 {
		return cell{}, fmt.Errorf("%s ended with %d after %d requests; it wrote:\n%s", p.name, c.exit, seen.requests, c.print)
	}
	if p.sent != nil {
		if sent, err := p.sent(); err != nil || sent != seen.requests {
			return cell{}, fmt.Errorf("%s says that it sent %d requests and the server answered %d (%v)", p.name, sent, seen.requests, err)
		}
	}
	return cell{rate: seen.rate(), cpu: c.cpu / time.Duration(seen.requests)}, nil
}
