package client

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"sdegauge/checks"
)

// The variables that a command finds in its environment.
const (
	VariableURL     = "SDEGAUGE_URL"     // the script's whole Update Session URL
	VariableAccount = "SDEGAUGE_ACCOUNT" // its account id
	VariableScript  = "SDEGAUGE_SCRIPT"  // its id
)

// Placeholder is what is replaced by the script's URL in a command's words.
const Placeholder = "{url}"

// outputLimit is the most bytes of a command's output that are kept, from its
// end.
const outputLimit = 2000

// mercy is how long a command that is asked to end may take.
const mercy = 2 * time.Second

// process is a client that was started here.
type process struct {
	command *exec.Cmd
	began   time.Time
	output  tail
	read    *os.File
	exited  chan struct{} // the command is gone
	ended   chan struct{} // and so is all that it left behind
	killed  chan struct{} // nobody waits for what it left behind any more

	mu   sync.Mutex
	bye  farewell
	gone bool // the command is; only then bye is set
}

// farewell is the way in which a command ended.
type farewell struct {
	code   int
	byUs   bool // it was asked to, for its script was over
	signal bool // a signal ended it
	at     time.Duration
	output string
}

// text says it: "exited 7".
func (f farewell) text() string {
	text := "exited " + fmt.Sprint(f.code)
	if f.signal {
		text = "was ended by a signal"
	}
	if f.output != "" {
		text += ` and said "` + f.output + `"`
	}
	return text
}

// start starts a command for a script. Its two outputs are kept together, and
// what it starts belongs to it.
func start(words []string, s Script, url string, began time.Time) (*process, error) {
	args := make([]string, len(words))
	for i, word := range words {
		args[i] = strings.ReplaceAll(word, Placeholder, url)
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start %s for %s: %w", args[0], s.ID, err)
	}
	defer write.Close()
	c := exec.Command(args[0], args[1:]...)
	c.Env = append(os.Environ(), VariableURL+"="+url, VariableAccount+"="+s.Account(), VariableScript+"="+s.ID)
	c.Stdout, c.Stderr = write, write
	ownGroup(c)
	if err := c.Start(); err != nil {
		read.Close()
		return nil, fmt.Errorf("start %s for %s: %w", args[0], s.ID, err)
	}
	p := &process{
		command: c, began: began, read: read,
		exited: make(chan struct{}), ended: make(chan struct{}), killed: make(chan struct{}),
	}
	go p.wait()
	return p, nil
}

// wait reads what the command says until nobody is left to say anything. A
// command that leaves a process behind ends when that one ends, for it may be
// the client.
func (p *process) wait() {
	silent := make(chan struct{})
	go func() {
		defer close(silent)
		p.output.readFrom(p.read)
	}()
	err := p.command.Wait()
	p.mu.Lock()
	p.gone, p.bye.at = true, time.Since(p.began)
	p.bye.code = p.command.ProcessState.ExitCode()
	var exit *exec.ExitError
	p.bye.signal = errors.As(err, &exit) && p.bye.code < 0
	p.mu.Unlock()
	close(p.exited)
	<-silent
	p.read.Close()
	p.awaitOthers()
	close(p.ended)
}

// awaitOthers waits for what the command left behind and what says nothing.
func (p *process) awaitOthers() {
	for p.othersAlive() {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-p.killed:
			return
		}
	}
}

// interrupt asks the command to stop, as a user at a terminal would.
func (p *process) interrupt() error { return p.signal(os.Interrupt) }

// stop ends the command and what it left behind, and says how it ended.
func (p *process) stop() *farewell {
	select {
	case <-p.ended:
	default:
		p.end()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	bye := p.bye
	bye.output = checks.Printable([]byte(p.output.text()), outputLimit)
	return &bye
}

func (p *process) end() {
	p.mu.Lock()
	p.bye.byUs = !p.gone
	p.mu.Unlock()
	// A group that is gone already cannot be told to go.
	_ = p.terminate()
	select {
	case <-p.ended:
	case <-time.After(mercy):
		_ = p.kill()
		close(p.killed)
		<-p.exited
		// Who left the group may hold the pipe open for ever.
		_ = p.read.Close()
		<-p.ended
	}
}

// tail keeps the end of what is written.
type tail struct {
	mu   sync.Mutex
	kept []byte
	cut  bool
}

// readFrom reads until the end, or until the file is closed.
func (t *tail) readFrom(f *os.File) {
	buffer := make([]byte, 4096)
	for {
		n, err := f.Read(buffer)
		t.mu.Lock()
		t.kept = append(t.kept, buffer[:n]...)
		if excess := len(t.kept) - outputLimit; excess > 0 {
			t.kept, t.cut = append(t.kept[:0], t.kept[excess:]...), true
		}
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(string(t.kept))
	if t.cut {
		text = "…" + text
	}
	return text
}
