package main

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

func TestMain(m *testing.M) {
	testscript.Main(leakFree{m}, map[string]func(){"sdegauge": main})
}

// leakFree runs the tests and then finds what they left running.
type leakFree struct{ tests *testing.M }

func (m leakFree) Run() int {
	code := m.tests.Run()
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// TestScripts runs the command line from outside, as its users do.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		Cmds:                scriptCommands(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", os.Getenv("GORACE"))
			return nil
		},
	})
}

// scriptCommands are the words that the scripts have beyond testscript's own.
func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits":     exits,
		"measures":  measures,
		"decides":   decides,
		"server":    startServer,
		"json":      jsonHolds,
		"address":   freeAddress,
		"validates": validates,
	}
}

// exits runs a command and holds its exit code: exits 2 sdegauge run nothing.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG ...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := runsTo(ts, args[1:]); got != want {
		ts.Fatalf("%s exited %d, not %d", strings.Join(args[1:], " "), got, want)
	}
}

// runsTo runs a command and returns its exit code.
func runsTo(ts *testscript.TestScript, args []string) int {
	err := ts.Exec(args[0], args[1:]...)
	if err == nil {
		return 0
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		ts.Fatalf("%s: %v", args[0], err)
	}
	return exit.ExitCode()
}

// startServer starts a server that misbehaves and puts its URL into $TARGET:
// server html. Two of them do not misbehave: reference is the reference
// server, untrusted one whose certificate ca.pem signed.
func startServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: server KIND")
	}
	switch args[0] {
	case "refuses":
		server := startRefusingServer()
		ts.Defer(server.Close)
		ts.Setenv("TARGET", server.URL)
	case "untrusted":
		server := startUntrustedServer()
		ts.Defer(server.Close)
		ts.Setenv("TARGET", server.URL)
		ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), ca, 0o600))
	case "reference":
		handler, err := reference.New(reference.Options{})
		ts.Check(err)
		ts.Check(handler.Preset(contract.ExampleSession()))
		server, err := reference.Listen("127.0.0.1:0", handler)
		ts.Check(err)
		ts.Defer(func() { server.Close(context.Background()) })
		ts.Setenv("TARGET", server.URL())
	default:
		url, stop, err := startBadServer(args[0])
		ts.Check(err)
		ts.Defer(stop)
		ts.Setenv("TARGET", url)
	}
}

// freeAddress puts a loopback address where nobody listens into a variable:
// address BASE.
func freeAddress(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: address VARIABLE")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

// jsonHolds compares a member of a JSON document: json report.json
// totals.attempts == 12, or with another path, which begins with a dot, on the
// right. The operators are ==, != and >.
func jsonHolds(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: json FILE PATH OPERATOR VALUE-OR-PATH")
	}
	var document any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &document))
	left, ok := member(document, args[1])
	if !ok {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	right := args[3]
	if path, isPath := strings.CutPrefix(right, "."); isPath {
		if right, ok = member(document, path); !ok {
			ts.Fatalf("%s has no %s", args[0], path)
		}
	}
	holds := left == right
	switch args[2] {
	case "!=":
		holds = !holds
	case ">":
		l, errL := strconv.ParseFloat(left, 64)
		r, errR := strconv.ParseFloat(right, 64)
		ts.Check(errors.Join(errL, errR))
		holds = l > r
	}
	if !holds {
		ts.Fatalf("%s: %s is %s; wanted %s %s", args[0], args[1], left, args[2], right)
	}
}

// member follows a dotted path through objects and arrays and returns what is
// there as JSON text, a string without its quotes. The word len counts.
func member(document any, path string) (string, bool) {
	at := document
	for _, step := range strings.Split(path, ".") {
		switch node := at.(type) {
		case map[string]any:
			next, ok := node[step]
			if !ok && step == "len" {
				next, ok = float64(len(node)), true
			}
			if !ok {
				return "", false
			}
			at = next
		case []any:
			if step == "len" {
				at = float64(len(node))
				continue
			}
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(node) {
				return "", false
			}
			at = node[i]
		default:
			return "", false
		}
	}
	if s, ok := at.(string); ok {
		return s, true
	}
	text, err := json.Marshal(at)
	return string(text), err == nil
}
