package shell

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sh runs a script in a shell; every POSIX system has one.
func sh(t require.TestingT, script string) []byte {
	out, err := exec.Command("sh", "-c", script).Output()
	require.NoError(t, err, script)
	return out
}

func TestWord(t *testing.T) {
	for text, want := range map[string]string{
		"plain-word_1.2/3:4=5,6@7%8+9": "plain-word_1.2/3:4=5,6@7%8+9",
		"":                             "''",
		"two words":                    "'two words'",
		"it's":                         `'it'\''s'`,
		"$HOME":                        "'$HOME'",
		"~":                            "'~'",
		"ä":                            "'ä'",
	} {
		assert.Equal(t, want, Word(text))
	}
}

// What the shell makes of the words is what they were made of.
func TestWordsSurviveTheShell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// An argument cannot hold a zero byte.
		text := strings.ReplaceAll(string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "text")), "\x00", "")
		script := "printf '%s' "
		assert.Equal(t, text, string(sh(t, script+Word(text))))
		assert.Equal(t, text, string(sh(t, script+Quote(text))))
	})
}

func TestPrintfMakesEveryByte(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, b := range [][]byte{all, []byte("-n"), []byte("%s%%\\n"), []byte("\x001"), []byte("a'b"), []byte("šéf 🛒"), {0xff, '7'}} {
		assert.True(t, bytes.Equal(b, sh(t, "printf "+Printf(b))), "%q", b)
	}
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 1, 60).Draw(t, "bytes")
		assert.True(t, bytes.Equal(b, sh(t, "printf "+Printf(b))), "%q", b)
	})
}
