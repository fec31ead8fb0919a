//go:build unix

package ab

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// processes makes a command that starts a process of its own, which ignores
// polite requests, and says the ids of both.
const processes = `trap '' TERM; sleep 60 & echo $$ $!; wait`

func TestProcessStop(t *testing.T) {
	cases := []struct {
		reason string
		end    func(p *process)
	}{
		{"it is stopped, though it does not want to", func(p *process) { p.stop() }},
		{"this program is killed: the pipe is closed for it", func(p *process) { p.hold.Close(); <-p.done }},
	}
	for _, tt := range cases {
		t.Run(tt.reason, func(t *testing.T) {
			t.Parallel()
			output := filepath.Join(t.TempDir(), "base.log")
			p, err := startProcess(processes, output)
			require.NoError(t, err)
			var ids []string
			require.Eventually(t, func() bool {
				said, err := os.ReadFile(output)
				ids = strings.Fields(string(said))
				return err == nil && len(ids) == 2
			}, 20*time.Second, 5*time.Millisecond)
			_, ended := p.ended()
			assert.False(t, ended)

			tt.end(p)
			how, ended := p.ended()
			assert.True(t, ended)
			assert.Contains(t, how, "killed")
			for _, text := range ids {
				id, err := strconv.Atoi(text)
				require.NoError(t, err)
				require.Eventually(t, func() bool { return !alive(id) }, 20*time.Second, 5*time.Millisecond, "process %d is left", id)
			}
		})
	}
}

// alive reports whether a process runs; one that nobody has buried does not.
func alive(id int) bool {
	if syscall.Kill(id, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(id) + "/stat")
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

func TestProcessEnds(t *testing.T) {
	output := filepath.Join(t.TempDir(), "new.log")
	p, err := startProcess("echo no such port >&2; exit 7", output)
	require.NoError(t, err)
	<-p.done
	how, ended := p.ended()
	assert.True(t, ended)
	assert.Equal(t, "exit status 7", how)
	p.stop()
	said, err := os.ReadFile(output)
	require.NoError(t, err)
	assert.Equal(t, "no such port\n", string(said))

	_, err = startProcess("true", filepath.Join(t.TempDir(), "missing", "base.log"))
	assert.ErrorContains(t, err, "keep the output")
}
