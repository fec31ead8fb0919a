package expect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"

	"sdegauge/internal/contract"
)

// document is a body as the schemas' reader sees it.
type document struct {
	// verdict is final where nothing was read.
	verdict Opinion
	// first and last are its value where the first or the last of members of one
	// name counts; twice says that there are any.
	first, last any
	twice       bool
	// odd is the first thing in it that JSON does not have, or that readers trip
	// over.
	odd string
}

// lexeme finds what can be told apart without a parser. Everything else are
// brackets, commas, colons, white space and mistakes.
var lexeme = regexp.MustCompile(`(?s)"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|[A-Za-z0-9+.\-]+`)

var (
	escapeOrControl = regexp.MustCompile(`(?s)\\u[0-9a-fA-F]{4}|\\.|[\x00-\x1f]`)
	oddEscape       = regexp.MustCompile(`^\\(?:u0000|u[dD][89a-fA-F][0-9a-fA-F]{2}|/)$`)
	plainNumber     = regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$`)
	anyNumber       = regexp.MustCompile(`^[+-]?(?:NaN|Infinity|0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)$`)
	nameFollows     = regexp.MustCompile(`^[ \t\r\n]*:`)
)

var errTooDeep = errors.New("too deep")

// readDocument repairs a body until encoding/json reads it, and notes what had
// to be repaired.
func readDocument(body []byte) *document {
	d := &document{}
	switch {
	case len(body) == 0:
		d.verdict = Opinion{Refuse, contract.Must, "body: empty, without the required pageId (S:L42)"}
		return d
	case len(body) >= openBody:
		d.verdict = Opinion{Open, contract.Obs, "body: very long"}
		return d
	case foreignEncoding(body):
		d.verdict = Opinion{Open, contract.Obs, "body: UTF-16 or UTF-32"}
		return d
	}
	text := d.repair(body)
	var err error
	if d.first, err = d.build(text, false); err == nil && d.twice {
		d.last, err = d.build(text, true)
	}
	switch {
	case err == errTooDeep:
		d.verdict = Opinion{Open, contract.Obs, "body: very deeply nested"}
	case err != nil:
		d.verdict = Opinion{Refuse, contract.Should, fmt.Sprintf("body: not JSON, %v (S:L105; MO)", err)}
	}
	return d
}

// foreignEncoding says whether a body begins as UTF-16 or UTF-32 does: with
// their marks, or with a NUL within its first two bytes.
func foreignEncoding(body []byte) bool {
	head := string(body[:min(2, len(body))])
	return head == "\xfe\xff" || head == "\xff\xfe" || bytes.IndexByte([]byte(head), 0) >= 0
}

func (d *document) note(what string) {
	if d.odd == "" {
		d.odd = what
	}
}

// repair replaces what JSON does not have by something of the same meaning.
func (d *document) repair(body []byte) []byte {
	if bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) {
		d.note("body: a byte-order mark")
		body = body[3:]
	}
	var out []byte
	done := 0
	for _, at := range lexeme.FindAllIndex(body, -1) {
		out = append(out, body[done:at[0]]...)
		done = at[1]
		token := body[at[0]:at[1]]
		switch {
		case token[0] == '"':
			isName := nameFollows.Match(body[at[1]:])
			out = append(out, d.repairString(token, isName)...)
		case token[0] == '/':
			d.note("body: a comment")
			out = append(out, bytes.Repeat([]byte(" "), len(token))...)
		case !anyNumber.Match(token) || plainNumber.Match(token) && len(token) <= 18:
			out = append(out, token...)
		default:
			d.note("body: an unusual number")
			out = append(out, '0')
		}
	}
	return append(out, body[done:]...)
}

func (d *document) repairString(token []byte, isName bool) []byte {
	if !utf8.Valid(token) {
		d.note("body: no UTF-8 within a string")
	}
	return escapeOrControl.ReplaceAllFunc(token, func(part []byte) []byte {
		switch {
		case part[0] != '\\':
			d.note("body: a control character within a string")
			return fmt.Appendf(nil, `\u%04x`, part[0])
		case isName:
			d.note("body: an escape within a name")
		case oddEscape.Match(part):
			d.note("body: an unusual escape")
		}
		return part
	})
}

// build reads the first value of a text token by token, for a decoder would keep
// silent about members given twice.
func (d *document) build(text []byte, last bool) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	v, err := d.element(dec, last, 0)
	if err != nil {
		return nil, err
	}
	if rest := text[dec.InputOffset():]; len(bytes.Trim(rest, " \t\r\n")) > 0 {
		d.note("body: something follows the JSON")
	}
	return v, nil
}

func (d *document) element(dec *json.Decoder, last bool, depth int) (any, error) {
	token, err := dec.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	opening, isDelimiter := token.(json.Delim)
	if err != nil || !isDelimiter {
		return token, err
	}
	if depth == openDepth {
		return nil, errTooDeep
	}
	object, array := map[string]any{}, []any{}
	for dec.More() {
		name := ""
		if opening == '{' {
			token, err := dec.Token()
			if err != nil {
				return nil, err
			}
			name, _ = token.(string)
		}
		v, err := d.element(dec, last, depth+1)
		if err != nil {
			return nil, err
		}
		if _, twice := object[name]; opening == '{' && twice {
			d.twice = true
			d.note("body: a member twice")
			if !last {
				continue
			}
		}
		object[name] = v
		array = append(array, v)
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if opening == '{' {
		return object, nil
	}
	return array, nil
}
