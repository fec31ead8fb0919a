package checks

import (
	"bytes"
	"net/url"

	"sdegauge/internal/contract"
)

// The bounds of an example, in characters.
const (
	lineLimit = 1024
	bodyLimit = 4096
	// curlLimit is the longest body, in bytes, that a curl line is made for;
	// seed and seq repeat any request.
	curlLimit = 16 << 10
)

// Example is one exchange kept as evidence. All of its text is printable and
// bounded. With the run's seed, Seq makes the same request again.
type Example struct {
	Seed    uint64
	Seq     uint64
	Attempt int
	Class   string
	Fault   string // empty for a valid update
	// Expected and Got are the finding's.
	Expected string
	Got      string

	RequestLine string
	RequestBody string
	RequestSize int // bytes, also of what was cut from RequestBody
	// Status is 0 where no complete response came; Failure says why then.
	Status       int
	Failure      contract.Failure
	ResponseBody string
	ResponseSize int // bytes of it that were read
	Truncated    bool
	// Curl is a command line that sends the request again; empty where the body
	// is longer than 16 KiB.
	Curl string
}

// Evidence are the examples of one verdict on one requirement.
type Evidence struct {
	// First is the one with the lowest seq, whatever order the answers came in;
	// Smallest the one with the shortest request body, the first of equals. Both
	// are nil where there is none.
	First, Smallest *Example
}

// Options are what a ledger needs to write examples.
type Options struct {
	// Seed is the run's.
	Seed uint64
	// BaseURL is where the requests went; user information in it is left out.
	BaseURL string
	// Curl writes the command line that repeats a case against a base URL; nil
	// leaves it out. Only what the case itself says may be in it, never the
	// target's header fields, which may hold secrets.
	Curl func(baseURL string, c *contract.Case) string
	// Redact masks secrets that a server echoes; nil where there are none.
	Redact func(string) string
}

// bare is o with no user information in its base URL.
func (o Options) bare() Options {
	if u, err := url.Parse(o.BaseURL); err == nil && u.User != nil {
		u.User = nil
		o.BaseURL = u.String()
	}
	return o
}

// example copies a reading, for it is valid only during the call.
func (o *Options) example(r *contract.Reading, expected, got string) *Example {
	c := r.Case
	response := o.mask(r.Body)
	if !bytes.Equal(response, r.Body) {
		// An excerpt may hold half a secret, which no mask finds.
		got = "an entity that echoes a secret: the response shows it masked"
	}
	e := &Example{
		Seed: o.Seed, Seq: c.Seq, Attempt: r.Attempt, Class: c.Class, Fault: c.Fault,
		Expected:     expected,
		Got:          got,
		RequestLine:  Printable([]byte(c.Method+" "+c.Target), lineLimit),
		RequestBody:  Printable(c.Body, bodyLimit),
		RequestSize:  len(c.Body),
		Status:       r.Status,
		Failure:      r.Failure,
		ResponseBody: Printable(response, bodyLimit),
		ResponseSize: len(r.Body),
		Truncated:    r.Truncated,
	}
	if o.Curl != nil && len(c.Body) <= curlLimit {
		e.Curl = o.Curl(o.BaseURL, c)
	}
	return e
}

// mask masks the secrets in a response, all of it before any of it is cut.
func (o *Options) mask(text []byte) []byte {
	if o.Redact == nil {
		return text
	}
	return []byte(o.Redact(string(text)))
}

// keep makes the reading an example where it comes before those kept.
func (v *Evidence) keep(o *Options, r *contract.Reading, expected, got string) {
	first := v.First == nil || before(r, v.First)
	smallest := v.Smallest == nil || len(r.Case.Body) < v.Smallest.RequestSize ||
		len(r.Case.Body) == v.Smallest.RequestSize && before(r, v.Smallest)
	if !first && !smallest {
		return
	}
	e := o.example(r, expected, got)
	if first {
		v.First = e
	}
	if smallest {
		v.Smallest = e
	}
}

// before orders a reading and an example by seq, then by attempt.
func before(r *contract.Reading, e *Example) bool {
	if r.Case.Seq != e.Seq {
		return r.Case.Seq < e.Seq
	}
	return r.Attempt < e.Attempt
}
