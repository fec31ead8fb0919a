// Package shell writes text for a POSIX shell: the lines that a reader copies to
// repeat what the program did.
package shell

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Quote puts a text between single quotes, in which nothing but the single quote
// itself is special.
func Quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// Word is a text as one word of a command line, quoted where it needs it.
func Word(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,@%+", r)
	}
	if text != "" && strings.TrimLeftFunc(text, plain) == "" {
		return text
	}
	return Quote(text)
}

// Printf is a format, in single quotes, of which printf makes exactly b. What a
// terminal would act upon or hide is written in octal; three digits always, so
// that a digit may follow. So are the quote, and a minus in front, which would
// begin an option.
func Printf(b []byte) string {
	var out strings.Builder
	out.WriteByte('\'')
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\\':
			out.WriteString(`\\`)
		case r == '%':
			out.WriteString("%%")
		case r == '\'', r == '-' && i == 0, !strconv.IsPrint(r), r == utf8.RuneError && size == 1:
			for _, c := range b[i : i+size] {
				fmt.Fprintf(&out, `\%03o`, c)
			}
		default:
			out.Write(b[i : i+size])
		}
		i += size
	}
	out.WriteByte('\'')
	return out.String()
}
