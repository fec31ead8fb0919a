package main

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestServeCurl: the curl line that serve prints works as it stands, and is
// counted.
func TestServeCurl(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("needs curl")
	}
	server := exec.CommandContext(t.Context(), "sdegauge", "serve", "--for", "20s")
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	lines := bufio.NewScanner(out)
	var line string
	for line == "" && lines.Scan() {
		line, _ = strings.CutPrefix(lines.Text(), "try: ")
		if line == lines.Text() {
			line = ""
		}
	}
	require.NotEmpty(t, line, "serve printed no curl line")

	answer, err := exec.CommandContext(t.Context(), "sh", "-c", line).CombinedOutput()
	require.NoError(t, err, string(answer))
	assert.True(t, strings.HasPrefix(string(answer), "HTTP/1.1 200 OK\r\n"), string(answer))
	assert.Contains(t, string(answer), "Content-Length: 0\r\n")

	require.NoError(t, server.Process.Signal(os.Interrupt))
	var rest strings.Builder
	for lines.Scan() {
		rest.WriteString(lines.Text() + "\n")
	}
	assert.Regexp(t, `PUT .*200 .*1 `, rest.String())
	// Ending a server is what an interrupt is for.
	assert.NoError(t, server.Wait())
}
