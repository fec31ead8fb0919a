package suite

import (
	"strconv"
	"strings"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// Answer is one request as sent and what came back.
type Answer struct {
	contract.Reading
	// Envelope is the error entity, where it conforms.
	Envelope contract.Envelope
	Conforms bool

	findings []checks.Finding
	// script is what was sent where no HTTP client could; nil otherwise.
	script *traffic.RawScript
}

// OK reports whether the update was taken: status 200.
func (a *Answer) OK() bool { return a.Failure == contract.NoFailure && a.Status == 200 }

// Signature is the answer in short, the same for the same behaviour: "200",
// "400;5", "404 without envelope", "closed".
func (a *Answer) Signature() string {
	switch {
	case a.Failure != contract.NoFailure:
		return a.Failure.String()
	case a.Conforms:
		return strconv.Itoa(a.Status) + ";" + strconv.FormatInt(int64(a.Envelope.InternalCode), 10)
	case a.Status >= 400 && contract.ListedStatus(a.Status) && a.Case.Method != "HEAD":
		return strconv.Itoa(a.Status) + " without envelope"
	default:
		return strconv.Itoa(a.Status)
	}
}

// Field is the first value of a response's header field, whatever its letter
// case; empty where there is none.
func (a *Answer) Field(name string) string {
	for _, f := range a.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// The bounds of evidence, in characters.
const (
	lineLimit   = 400
	bodyLimit   = 2000
	headerLimit = 40 // fields
)

// requestText is a request as it went out, but for the run's own header fields,
// which may hold secrets.
func requestText(c *contract.Case, host string) string {
	var b strings.Builder
	line(&b, c.Method+" "+c.Target+" HTTP/1.1")
	line(&b, "Host: "+host)
	header := c.Header
	if header == nil {
		header = contract.DefaultHeader()
	}
	fields(&b, header)
	line(&b, "Content-Length: "+strconv.Itoa(len(c.Body)))
	b.WriteString("\n")
	b.WriteString(checks.Printable(c.Body, bodyLimit))
	return b.String()
}

// responseText is a response as it came in, secrets masked.
func responseText(a *Answer, redact func(string) string) string {
	if a.Failure != contract.NoFailure {
		text := "no complete response: " + a.Failure.String()
		if a.Err != nil {
			text += ": " + checks.Printable([]byte(redact(a.Err.Error())), lineLimit)
		}
		return text
	}
	var b strings.Builder
	line(&b, a.Proto+" "+strconv.Itoa(a.Status))
	masked := make([]contract.HeaderField, len(a.Header))
	for i, f := range a.Header {
		masked[i] = contract.HeaderField{Name: f.Name, Value: redact(f.Value)}
	}
	fields(&b, masked)
	b.WriteString("\n")
	b.WriteString(checks.Printable([]byte(redact(string(a.Body))), bodyLimit))
	if a.Truncated {
		b.WriteString("\n(longer than the " + strconv.Itoa(len(a.Body)) + " bytes read)")
	}
	return b.String()
}

func fields(b *strings.Builder, header []contract.HeaderField) {
	for i, f := range header {
		if i == headerLimit {
			line(b, "… and "+strconv.Itoa(len(header)-i)+" fields more")
			return
		}
		line(b, f.Name+": "+f.Value)
	}
}

func line(b *strings.Builder, text string) {
	b.WriteString(checks.Printable([]byte(text), lineLimit))
	b.WriteString("\n")
}
