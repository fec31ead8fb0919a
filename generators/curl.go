package generators

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"sdegauge/internal/contract"
	"sdegauge/internal/shell"
)

// maxArgument is the longest body that goes on the command line itself: Linux
// takes no argument longer than 128 KiB.
const maxArgument = 100_000

// Curl is a line for a POSIX shell that sends the case with curl and shows the
// answer with its header. baseURL is scheme and host. Every byte of the body
// arrives: one with control bytes or invalid UTF-8, or too long for an
// argument, is made by printf and read from a pipe. Of the case's header
// nothing is hidden, so a case must hold no secret.
func Curl(baseURL string, c *contract.Case) string {
	var b strings.Builder
	piped := !printable(c.Body) || len(c.Body) > maxArgument
	if piped {
		b.WriteString("printf ")
		b.WriteString(shell.Printf(c.Body))
		b.WriteString(" | ")
	}
	b.WriteString("curl -sS -i -g --path-as-is -X ")
	b.WriteString(shell.Quote(c.Method))
	for _, h := range curlHeader(c) {
		b.WriteString(" -H ")
		b.WriteString(shell.Quote(h))
	}
	if piped {
		b.WriteString(" --data-binary @-")
	} else {
		// Unlike --data-binary, --data-raw takes a leading @ as it stands.
		b.WriteString(" --data-raw ")
		b.WriteString(shell.Quote(string(c.Body)))
	}
	b.WriteString(" ")
	b.WriteString(shell.Quote(strings.TrimSuffix(baseURL, "/") + c.Target))
	return b.String()
}

// headerOf is the header that a case is sent with.
func headerOf(c *contract.Case) []contract.HeaderField {
	if c.Header == nil {
		return contract.DefaultHeader()
	}
	return c.Header
}

// curlHeader is the case's header in curl's notation: "Name;" sends an empty
// value, "Name:" sends none of curl's own.
func curlHeader(c *contract.Case) []string {
	var all []string
	own := map[string]bool{"content-type": false, "accept": false}
	for _, h := range headerOf(c) {
		own[strings.ToLower(h.Name)] = true
		if h.Value == "" {
			all = append(all, h.Name+";")
		} else {
			all = append(all, h.Name+": "+h.Value)
		}
	}
	for _, name := range []string{"Content-Type", "Accept"} {
		if !own[strings.ToLower(name)] {
			all = append(all, name+":")
		}
	}
	// curl asks before it sends a long body; the instrument does not.
	if len(c.Body) > maxArgument {
		all = append(all, "Expect:")
	}
	return all
}

// printable reports whether a body survives as a shell argument on a terminal.
func printable(body []byte) bool {
	return utf8.Valid(body) && bytes.IndexFunc(body, func(r rune) bool { return r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0 }) < 0
}
