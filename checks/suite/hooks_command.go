package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"sdegauge/checks"
)

// commandCaller is a command line for the shell, to which the words of an order
// are added.
type commandCaller string

// call runs the command once. What it printed besides goes into the error where
// it failed.
func (h commandCaller) call(ctx context.Context, o order) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, hookTime)
	defer cancel()
	printed, said := &bounded{most: hookOutput}, &bounded{most: 4 << 10}
	c := exec.CommandContext(ctx, "sh", append([]string{"-c", string(h) + ` "$@"`, "hook"}, o.words...)...)
	c.Stdout, c.Stderr = printed, said
	// What the command has started may hold its output open after its end.
	c.WaitDelay = time.Second
	err := c.Run()
	name := checks.Printable([]byte(strings.Join(append([]string{string(h)}, o.words...), " ")), checks.TextLimit)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("the command %s took longer than %s", name, hookTime)
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		text := checks.Printable(bytes.TrimSpace(said.kept.Bytes()), checks.TextLimit)
		if text != "" {
			text = " and said " + text
		}
		return nil, fmt.Errorf("the command %s failed: %w%s", name, err, text)
	case printed.cut:
		return nil, fmt.Errorf("the command %s printed more than %d MiB", name, hookOutput>>20)
	}
	return printed.kept.Bytes(), nil
}

// bounded keeps the beginning of what is written to it.
type bounded struct {
	kept bytes.Buffer // not embedded: its ReadFrom would know no bound
	most int
	cut  bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if room := b.most - b.kept.Len(); len(p) > room {
		b.cut = true
		b.kept.Write(p[:room])
		return len(p), nil
	}
	return b.kept.Write(p)
}
