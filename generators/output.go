package generators

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"sdegauge/internal/contract"
)

// Format is how cases are printed for other tools.
type Format string

// The formats.
const (
	FormatBody   Format = "body"   // JSON lines: the body of one case a line
	FormatVegeta Format = "vegeta" // JSON lines for vegeta attack -format=json
	FormatCurl   Format = "curl"   // a shell script, one curl line a case
)

// Formats returns the formats.
func Formats() []Format { return []Format{FormatBody, FormatVegeta, FormatCurl} }

// vegetaTarget is a target in Vegeta's JSON; encoding/json writes the body in
// base64.
type vegetaTarget struct {
	Method string              `json:"method"`
	URL    string              `json:"url"`
	Body   []byte              `json:"body,omitempty"`
	Header map[string][]string `json:"header,omitempty"`
}

// Write prints cases in a format. baseURL is scheme and host; the bodies alone
// do without. It reads each case before it asks for the next, so one case can be
// reused for all.
//
// A body that holds a line break, as a few faults have it, is an error in
// [FormatBody], for it would be read as two; the other formats take every case.
func Write(w io.Writer, format Format, baseURL string, cases iter.Seq[*contract.Case]) error {
	if !slices.Contains(Formats(), format) {
		return unknown("format", string(format), names(Formats()))
	}
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for c := range cases {
		var err error
		switch format {
		case FormatBody:
			err = writeBody(out, c)
		case FormatVegeta:
			err = encoder.Encode(newVegetaTarget(baseURL, c))
		case FormatCurl:
			_, err = out.WriteString(Curl(baseURL, c) + "\n")
		}
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

func writeBody(out *bufio.Writer, c *contract.Case) error {
	if bytes.ContainsAny(c.Body, "\r\n") {
		return fmt.Errorf("update %d (fault %s) has a line break in its body, which a line cannot hold: "+
			"leave the fault out or use the format %s or %s", c.Seq, c.Fault, FormatVegeta, FormatCurl)
	}
	if _, err := out.Write(c.Body); err != nil {
		return err
	}
	return out.WriteByte('\n')
}

func newVegetaTarget(baseURL string, c *contract.Case) vegetaTarget {
	t := vegetaTarget{
		Method: c.Method,
		URL:    strings.TrimSuffix(baseURL, "/") + c.Target,
		Body:   c.Body,
		Header: map[string][]string{},
	}
	for _, h := range headerOf(c) {
		t.Header[h.Name] = append(t.Header[h.Name], h.Value)
	}
	return t
}
