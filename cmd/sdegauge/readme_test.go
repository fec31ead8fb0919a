package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// TestReadme runs every command of the README and of docs: each line of a ```sh
// block in a shell, in order, in one folder a document. A comment "# exit 2" at
// the end of a line says which exit code it shows. A ```yaml block whose first
// line is "# name.yaml" becomes that file first. $TARGET is a reference server.
func TestReadme(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	for _, document := range append(documents, filepath.Join(root, "README.md")) {
		t.Run(filepath.Base(document), func(t *testing.T) {
			text, err := os.ReadFile(document)
			require.NoError(t, err)
			script := scriptOf(string(text))
			require.Contains(t, script, "sdegauge", "no command found in the document")
			file := filepath.Join(t.TempDir(), "document.txtar")
			require.NoError(t, os.WriteFile(file, []byte(script), 0o600))
			target := startReference(t)
			testscript.Run(t, testscript.Params{
				Files:               []string{file},
				Cmds:                scriptCommands(),
				RequireExplicitExec: true,
				Setup: func(env *testscript.Env) error {
					env.Setenv("ROOT", root)
					env.Setenv("TARGET", target)
					return nil
				},
			})
		})
	}
}

// startReference serves the reference server until the test ends.
func startReference(t *testing.T) string {
	handler, err := reference.New(reference.Options{})
	require.NoError(t, err)
	require.NoError(t, handler.Preset(contract.ExampleSession()))
	server, err := reference.Listen("127.0.0.1:0", handler)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close(t.Context()) })
	return server.URL()
}

var (
	fenced   = regexp.MustCompile("(?ms)^```(sh|yaml)\n(.*?)^```$")
	exitNote = regexp.MustCompile(`\s+# exit (\d+)$`)
	fileNote = regexp.MustCompile(`\A# (\S+\.yaml)\n`)
)

// scriptOf turns the commands of a document into a testscript.
func scriptOf(document string) string {
	var script, files strings.Builder
	for _, block := range fenced.FindAllStringSubmatch(document, -1) {
		language, text := block[1], block[2]
		if language == "yaml" {
			if name := fileNote.FindStringSubmatch(text); name != nil {
				fmt.Fprintf(&files, "-- %s --\n%s", name[1], text)
			}
			continue
		}
		for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", "")) {
			command := strings.TrimSpace(line)
			if command == "" || strings.HasPrefix(command, "#") {
				continue
			}
			code := "0"
			if note := exitNote.FindStringSubmatch(command); note != nil {
				code = note[1]
				command = strings.TrimSuffix(command, note[0])
			}
			fmt.Fprintf(&script, "exits %s sh -c '%s'\n", code, strings.ReplaceAll(inTest(command), "'", "''"))
		}
	}
	return script.String() + files.String()
}

// inTest is a command as the test runs it. The make targets are only read here:
// they build everything anew, or run this test; .ci/run runs them.
func inTest(command string) string {
	// What a document shows depends neither on how fast the machine of a test is
	// nor on how long a run lasts.
	command = strings.Replace(command, "sdegauge run ", "sdegauge run --lag-within 1s ", 1)
	if strings.Contains(command, " smoke") && !strings.Contains(command, "--duration") {
		command = strings.Replace(command, "--lag-within 1s smoke", "--lag-within 1s --duration 3s smoke", 1)
	}
	if target, isMake := strings.CutPrefix(command, "make "); isMake {
		return `make -n -C "$ROOT" ` + target
	}
	return command
}
