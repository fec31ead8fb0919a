package checks

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"sdegauge/internal/contract"
)

// TextLimit is the most characters of a finding's Expected or Got.
const TextLimit = 200

// excerptLimit is the most characters of foreign text quoted within a finding.
const excerptLimit = 120

// ellipsis ends what was cut.
const ellipsis = "…"

// Printable makes foreign text fit to be shown: at most limit characters, with
// everything that a terminal would act upon or hide — control characters,
// bidirectional marks, bytes that are not UTF-8 — written as an escape. Text
// that was cut ends in an ellipsis.
func Printable(text []byte, limit int) string {
	var out strings.Builder
	out.Grow(min(len(text), limit) + len(ellipsis))
	n := 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		length := 1
		escape := ""
		if !strconv.IsPrint(r) || r == utf8.RuneError && size == 1 {
			escape = escaped(r, text[:size])
			length = len(escape)
		}
		// The last place is kept for the ellipsis unless the text ends there.
		if n+length > limit || n+length == limit && size < len(text) {
			out.WriteString(ellipsis)
			break
		}
		if escape != "" {
			out.WriteString(escape)
		} else {
			out.Write(text[:size])
		}
		n += length
		text = text[size:]
	}
	return out.String()
}

// escaped is how one unprintable character is written; raw are its bytes.
func escaped(r rune, raw []byte) string {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return `\x` + hex(uint64(raw[0]), 2)
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r > 0xffff:
		return `\U` + hex(uint64(r), 8)
	default:
		return `\u` + hex(uint64(r), 4)
	}
}

func hex(v uint64, digits int) string {
	s := strconv.FormatUint(v, 16)
	return strings.Repeat("0", digits-len(s)) + s
}

// clip bounds a finding's text, whose foreign parts are printable already.
func clip(s string) string {
	if len(s) <= TextLimit {
		return s
	}
	return Printable([]byte(s), TextLimit)
}

// excerpt quotes an entity in a finding.
func excerpt(body []byte) string {
	if len(body) == 0 {
		return "an empty entity"
	}
	return strconv.Itoa(len(body)) + " bytes: " + Printable(body, excerptLimit)
}

// describe writes a value with its type: `string "33"`, `null`, `absent`.
func (v Value) describe() string {
	switch v.Kind {
	case 0:
		return "absent"
	case contract.KindNull:
		return "null"
	case contract.KindInteger:
		if !v.Fits {
			return "integer beyond 64 bits " + Printable(v.Text, excerptLimit)
		}
		return "integer " + Printable(v.Text, excerptLimit)
	default:
		return v.Kind.String() + " " + Printable(v.Text, excerptLimit)
	}
}
