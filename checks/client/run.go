package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os/exec"
	"path"
	"strings"
	"sync"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/spelling"
)

// Options say what is tried, and how.
type Options struct {
	// Version is the program's.
	Version string
	// Address is the TCP address to listen on; empty: a free port of this
	// machine's loopback.
	Address string
	// Listen opens a listener in the place of Address; nil: TCP.
	Listen func() (net.Listener, error)
	// Policy is the name of what the client is held against: one of
	// [PolicyNames]; empty: spec.
	Policy string
	// Only are patterns of [path.Match] over the ids of scripts and of
	// requirements; empty: all.
	Only []string
	// Tolerance is how far a pause may be off.
	Tolerance Tolerance
	// Scale shortens the policy's pauses, the watch and the tolerance; 0 is 1.
	Scale float64
	// Command is started once for each script; empty: clients come by
	// themselves.
	Command []string
	// For bounds the whole; 0 is 90 s, or what the longest script takes and 40 s
	// where that is more.
	For time.Duration
	// Ready is told where clients are to go, before any is started; nil where
	// nobody asks.
	Ready func([]Invitation)
	// Progress is told of each script that is over; nil where nobody listens. It
	// MUST be safe for concurrent use.
	Progress func(line string)
}

// Invitation is where the client of a script is to go.
type Invitation struct {
	Script Script
	URL    string
}

// OptionError says which option makes no sense. Nothing was served.
type OptionError struct{ Err error }

func (e *OptionError) Error() string { return e.Err.Error() }
func (e *OptionError) Unwrap() error { return e.Err }

// ListenError says that the server could not be opened.
type ListenError struct{ Err error }

func (e *ListenError) Error() string {
	return fmt.Sprintf("cannot listen: %v; choose another address with --address", e.Err)
}
func (e *ListenError) Unwrap() error { return e.Err }

// PolicyNames are the policies that a client can be held against, the default
// first.
func PolicyNames() []string { return []string{"spec", "general", "monitoring"} }

// lab is a run while it lasts.
type lab struct {
	Options
	policy  contract.RetryPolicy
	scripts []Script
	began   time.Time
	url     string
	server  *server
	trials  map[string]*trial // by script
}

// Run serves the scripts until each is over. The error is an [*OptionError], a
// [*ListenError], or what kept a command from being started. A context that
// ends gives a report of what was seen until then, which says so.
func Run(ctx context.Context, o Options) (*Report, error) {
	l := &lab{Options: o, trials: map[string]*trial{}, server: &server{trials: map[string]*trial{}}}
	if err := l.settle(); err != nil {
		return nil, &OptionError{err}
	}
	l.began = time.Now()
	for _, s := range l.scripts {
		if len(s.Steps) > 0 && s.skipped(l.policy.Name, len(l.Command) > 0) == "" {
			t := l.newTrial(s)
			l.trials[s.ID], l.server.trials[s.Account()] = t, t
		}
	}
	stop, err := l.listen()
	if err != nil {
		return nil, &ListenError{err}
	}
	defer stop()
	l.invite()
	seen, err := l.watch(ctx)
	if err != nil {
		return nil, err
	}
	return l.report(seen, ctx.Err() != nil), nil
}

// settle reads the options and puts the defaults in.
func (l *lab) settle() (err error) {
	if l.Policy == "" {
		l.Policy = PolicyNames()[0]
	}
	if l.policy, err = policyNamed(l.Policy); err != nil {
		return err
	}
	if l.Scale == 0 {
		l.Scale = 1
	}
	switch {
	case l.Scale < 0.001 || l.Scale > 1:
		return fmt.Errorf("a time scale of %v makes no sense; it goes from 0.001 to 1", l.Scale)
	case l.Tolerance.Early < 0 || l.Tolerance.Late < 0:
		return errors.New("a negative tolerance makes no sense")
	case l.For < 0:
		return fmt.Errorf("a negative time (%v) makes no sense", l.For)
	}
	if len(l.Command) > 0 {
		if _, err := exec.LookPath(l.Command[0]); err != nil {
			return fmt.Errorf("the command cannot be started: %w", err)
		}
	}
	for i, pause := range l.policy.Pauses {
		l.policy.Pauses[i] = l.scaled(pause)
	}
	l.policy.After429 = l.scaled(l.policy.After429)
	l.Tolerance = Tolerance{l.scaled(l.Tolerance.Early), l.scaled(l.Tolerance.Late)}
	l.scripts, err = selected(l.Only)
	return err
}

func (l *lab) scaled(d time.Duration) time.Duration { return time.Duration(float64(d) * l.Scale) }

func policyNamed(name string) (contract.RetryPolicy, error) {
	for _, known := range PolicyNames() {
		if known == name {
			p, _ := contract.LookupRetryPolicy(name)
			return p, nil
		}
	}
	text := fmt.Sprintf("no policy to hold a client against is called %q", name)
	if near := spelling.Nearest(name, PolicyNames()); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return contract.RetryPolicy{}, errors.New(text + " (there are " + strings.Join(PolicyNames(), ", ") + ")")
}

// selected are the scripts that a pattern matches, by their id or their
// requirement's.
func selected(patterns []string) ([]Script, error) {
	all := Scripts()
	if len(patterns) == 0 {
		return all, nil
	}
	chosen := make([]bool, len(all))
	for _, pattern := range patterns {
		found := false
		for i, s := range all {
			whole, err := path.Match(pattern, s.ID)
			if err != nil {
				return nil, fmt.Errorf("%q is no pattern: %w", pattern, err)
			}
			of, _ := path.Match(pattern, s.Requirement())
			if whole || of {
				chosen[i], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("no script matches %q; there are %s to %s, and parts such as RT-07/400", pattern, all[0].Requirement(), all[len(all)-1].Requirement())
		}
	}
	var some []Script
	for i, s := range all {
		if chosen[i] {
			some = append(some, s)
		}
	}
	return some, nil
}

func (l *lab) newTrial(s Script) *trial {
	for i, step := range s.Steps {
		if step.retryAfter > 0 { // whole seconds: the field has no others
			s.Steps[i].retryAfter = max(l.scaled(step.retryAfter).Round(time.Second), time.Second)
		}
	}
	return &trial{
		script: s, waits: s.waits(s.policyOf(l.policy)), began: l.began,
		quiet:   max(l.scaled(watch), leastWatch) + l.Tolerance.Late,
		silent:  l.scaled(silence),
		changed: make(chan struct{}, 1),
	}
}

// longest is what the longest script takes of a client that keeps the policy.
func (l *lab) longest() (most time.Duration) {
	for _, t := range l.trials {
		whole := t.quiet
		for n, w := range t.waits {
			whole += max(w.pause, t.script.step(n+1).retryAfter)
		}
		most = max(most, whole)
	}
	return most
}

// listen serves until stop is called.
func (l *lab) listen() (stop func(), err error) {
	open := l.Listen
	if open == nil {
		address := l.Address
		if address == "" {
			address = "127.0.0.1:0"
		}
		open = func() (net.Listener, error) { return net.Listen("tcp", address) }
	}
	listener, err := open()
	if err != nil {
		return nil, err
	}
	l.url = "http://" + reachable(listener.Addr().String())
	// What a client sends is judged, not logged.
	served := &http.Server{Handler: l.server, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = served.Serve(listener) // ends when it is closed
	}()
	return func() {
		_ = served.Close() // nothing is left to be told
		<-over
	}, nil
}

// reachable is an address to which a client of this machine can go: a server
// that listens on all its addresses has none of its own.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// target is the Update Session URL of a script.
func (l *lab) target(s Script) string {
	session := contract.ExampleSession()
	return l.url + contract.Target(s.Account(), session.VisitorID, session.ID)
}

func (l *lab) invite() {
	if l.Ready == nil {
		return
	}
	var all []Invitation
	for _, s := range l.scripts {
		if l.trials[s.ID] != nil {
			all = append(all, Invitation{s, l.target(s)})
		}
	}
	l.Ready(all)
}

// watch starts the commands and waits until each script is over.
func (l *lab) watch(ctx context.Context) (map[string]sighting, error) {
	bound := l.For
	if bound == 0 {
		bound = max(90*time.Second, l.longest()+40*time.Second)
	}
	limited, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	failed := l.startAll()
	if failed != nil {
		cancel()
	}
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		seen  = map[string]sighting{}
	)
	for id, t := range l.trials {
		group.Go(func() {
			s := l.one(limited, ctx, t)
			mu.Lock()
			defer mu.Unlock()
			seen[id] = s
		})
	}
	group.Wait()
	return seen, failed
}

// startAll starts a command for each script.
func (l *lab) startAll() error {
	if len(l.Command) == 0 {
		return nil
	}
	for _, s := range l.scripts {
		t := l.trials[s.ID]
		if t == nil {
			continue
		}
		client, err := start(l.Command, s, l.target(s), l.began)
		if err != nil {
			return err
		}
		t.client = client
	}
	return nil
}

// one watches one script to its end.
func (l *lab) one(limited, whole context.Context, t *trial) sighting {
	end := t.run(limited)
	if whole.Err() != nil {
		end = stopped
	}
	// What is seen is fixed before the command is told to end.
	seen := t.seen(end)
	if t.client != nil {
		seen.client = t.client.stop()
	}
	if l.Progress != nil {
		f := l.verdict(t.script, seen)
		l.Progress(fmt.Sprintf("%-18s %s", t.script.ID, f.verdict))
	}
	return seen
}
