package reports

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

// workflowCommand is one that GitHub's runner understood.
type workflowCommand struct{ kind, title, text string }

// obeyed reads lines as GitHub's runner does: a command begins with two colons,
// after spaces or none; its properties end at the next two.
func obeyed(t require.TestingT, log string) (list []workflowCommand) {
	unescape := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	for line := range strings.Lines(log) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "::")
		if !ok {
			continue
		}
		head, text, ok := strings.Cut(rest, "::")
		require.True(t, ok, line)
		kind, properties, _ := strings.Cut(head, " ")
		c := workflowCommand{kind: kind, text: unescape.Replace(text)}
		for _, property := range strings.Split(properties, ",") {
			if title, ok := strings.CutPrefix(property, "title="); ok {
				c.title = unescape.Replace(title)
			}
		}
		list = append(list, c)
	}
	return list
}

func TestGitHub(t *testing.T) {
	for name, run := range documentRuns() {
		t.Run(name, func(t *testing.T) {
			r := New(run)
			var out bytes.Buffer
			require.NoError(t, WriteGitHub(&out, r))
			list := obeyed(t, out.String())
			require.NotEmpty(t, list)
			assert.Contains(t, list[0].title, r.Verdict.String(), "the verdict comes first")
			assert.Equal(t, r.ExitCode != 0, list[0].kind == "error")
			errors := 0
			for _, c := range list {
				if c.kind == "error" {
					errors++
				}
			}
			assert.Equal(t, r.ExitCode != 0, errors > 0, "exit code %d", r.ExitCode)
			assert.Equal(t, strings.Count(out.String(), "\n"), len(list), "one command a line, and nothing else")
		})
	}
	assert.ErrorContains(t, WriteGitHub(failing{}, New(calmRun(1))), "write the annotations: full")
}

func TestGitHubGolden(t *testing.T) {
	run := sampleRun()
	run.Summary.Interrupted = true
	var out bytes.Buffer
	require.NoError(t, WriteGitHub(&out, New(run)))
	golden(t, "github.txt", out.Bytes())
}

// What stands in an annotation comes out as it went in, and makes no other.
func TestAnnotationsEscape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("a:%,\r\n =2A0D5"))).Draw(t, "text")
		title := rapid.StringOf(rapid.SampledFrom([]rune("a:%, =2A0D5"))).Draw(t, "title")
		var out bytes.Buffer
		require.NoError(t, WriteAnnotations(&out, []Annotation{{contract.Fail, "t" + title + "t", "t" + text + "t"}}))
		require.Equal(t, []workflowCommand{{"error", "t" + title + "t", "t" + text + "t"}}, obeyed(t, out.String()))
	})
}

// GitHub shows ten of a kind; the tenth counts what it would not show.
func TestAnnotationsAreFew(t *testing.T) {
	for n, want := range map[int]string{0: "", 1: "finding 1", 10: "finding 10", 11: "2 more findings in the report", 40: "31 more findings in the report"} {
		var list []Annotation
		for i := range n {
			list = append(list, Annotation{contract.Warn, "w", "finding " + figure.Count(uint64(i+1))})
		}
		list = append(list, Annotation{contract.Pass, "p", "a notice"})
		var out bytes.Buffer
		require.NoError(t, WriteAnnotations(&out, list))
		told := obeyed(t, out.String())
		require.Len(t, told, min(n, 10)+1)
		assert.Equal(t, "notice", told[len(told)-1].kind)
		if n > 0 {
			assert.Equal(t, want, told[len(told)-2].text)
		}
	}
}
