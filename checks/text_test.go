package checks

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPrintable(t *testing.T) {
	for _, row := range []struct{ reason, in, want string }{
		{"plain text stays", `{"a":"b\n"}`, `{"a":"b\n"}`},
		{"any script stays", "версия 版本 🙅", "версия 版本 🙅"},
		{"a terminal's escape", "\x1b[2J", `\u001b[2J`},
		{"a C1 escape", "\u009b2J", `\u009b2J`},
		{"line ends", "a\r\nb\tc", `a\r\nb\tc`},
		{"a bidirectional override", "\u202etxt", `\u202etxt`},
		{"a zero-width mark", "\ufeffx", `\ufeffx`},
		{"beyond the first plane", "\U000e0041", `\U000e0041`},
		{"bytes that are not UTF-8", "a\xffb", `a\xffb`},
		{"a replacement character that was sent", "\ufffd", "\ufffd"},
	} {
		assert.Equal(t, row.want, Printable([]byte(row.in), 100), row.reason)
	}
}

func TestPrintableCutsWhatIsTooLong(t *testing.T) {
	assert.Equal(t, "abcd", Printable([]byte("abcd"), 4))
	assert.Equal(t, "abc…", Printable([]byte("abcde"), 4))
	assert.Equal(t, "ab…", Printable([]byte("ab\x1bc"), 4), "an escape is cut whole")
	assert.Equal(t, "日本…", Printable([]byte("日本語文字"), 3))
}

func TestPrintableIsPrintable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "text")
		limit := rapid.IntRange(1, 80).Draw(t, "limit")
		got := Printable(text, limit)
		require.LessOrEqual(t, utf8.RuneCountInString(got), limit)
		require.True(t, utf8.ValidString(got))
		for _, r := range got {
			require.True(t, strconv.IsPrint(r), "%q", got)
		}
		if !strings.HasSuffix(got, ellipsis) {
			require.Equal(t, got, Printable([]byte(got), limit), "again changes nothing")
		}
	})
}
