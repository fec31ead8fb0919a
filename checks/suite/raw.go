package suite

import (
	"context"
	"strings"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// Parts is a request of the case in parts, each of which may be changed to what
// no HTTP client would send.
func (p *Probe) Parts(c *contract.Case) traffic.RawRequest { return p.run.raw.Request(c) }

// Once is a script that sends a request on a connection of its own and awaits one
// response. The connection's end is not waited for.
func Once(r traffic.RawRequest) traffic.RawScript {
	return traffic.RawScript{
		Steps: []traffic.RawStep{{Bytes: r.Bytes()}}, Await: []string{r.Method}, Linger: time.Millisecond,
	}
}

// SendRaw carries out a script for a case. The answer is the response to the
// first request of the script, and is judged as [Probe.Send] judges: c says what
// was meant. The raw answer has all that came.
func (p *Probe) SendRaw(c *contract.Case, script traffic.RawScript) (*Answer, *traffic.RawAnswer) {
	raw := p.carry(script)
	a := p.took(*raw.Reading(0, c))
	a.script = &script
	return a, &raw
}

// carry carries out a script. Each request of it counts against the run's rate;
// one that is to send many at that rate pauses between them by [pace.interval].
func (p *Probe) carry(script traffic.RawScript) traffic.RawAnswer {
	p.turn(max(len(script.Await), 1))
	raw := p.run.raw.Send(p.ctx, script)
	if p.ctx.Err() != nil {
		panic(stopped{context.Cause(p.ctx)})
	}
	return raw
}

// scriptText is what a script sends, one part after another.
func scriptText(script *traffic.RawScript) string {
	var parts []string
	for _, step := range script.Steps {
		for _, text := range strings.SplitAfter(string(step.Bytes), "\n") {
			if text != "" {
				parts = append(parts, checks.Printable([]byte(strings.TrimRight(text, "\r\n")), lineLimit))
			}
			if len(parts) > headerLimit {
				return strings.Join(append(parts, "…"), "\n")
			}
		}
	}
	return strings.Join(parts, "\n")
}
