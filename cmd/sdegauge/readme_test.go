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
// block in a shell, in order, in one folder a section (##). A comment "# exit 2"
// at the end of a line says which exit code it shows. A ```yaml block whose first
// line is "# name.yaml" is that file in every section; of any other, which is a
// job of a pipeline, the commands of this program are run. $TARGET and $BASE are
// reference servers.
//
// A run that shows no exit code held every gate, or missed one for want of time
// alone, see [measures]; a comparison may have found any verdict, see [decides].
func TestReadme(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	for _, document := range append(documents, filepath.Join(root, "README.md")) {
		t.Run(filepath.Base(document), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(document)
			require.NoError(t, err)
			target, base := startReference(t), startReference(t)
			testscript.Run(t, testscript.Params{
				Files:               scriptsOf(t, string(text)),
				Cmds:                scriptCommands(),
				RequireExplicitExec: true,
				Setup: func(env *testscript.Env) error {
					env.Setenv("GORACE", os.Getenv("GORACE"))
					env.Setenv("ROOT", root)
					env.Setenv("TARGET", target)
					env.Setenv("BASE", base)
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
	fenced   = regexp.MustCompile("(?ms)^ *```(sh|yaml)\n(.*?)^ *```$")
	exitNote = regexp.MustCompile(`\s+# exit (\d+)$`)
	fileNote = regexp.MustCompile(`\A# (\S+\.yaml)\n`)

	// measuring are the commands whose exit code is the verdict of a run.
	measuring = regexp.MustCompile(`^sdegauge (run|report) `)
	// deciding are those whose exit code is a verdict on how fast two servers are.
	deciding = regexp.MustCompile(`^sdegauge (ab|compare [^-]|compare --base) ?`)
	// inJob is a command of this program within a job of a pipeline.
	inJob = regexp.MustCompile(`(?m)^ *(?:- (?:run: )?)?(sdegauge (?:conform|ab) .*)$`)
	// continued is the break of a line within a command of a job.
	continued = regexp.MustCompile(` *\\?\n +(--)?`)
	// starting are the flags that start a server of the reader's.
	starting = regexp.MustCompile(` --start-(?:base|new) '[^']*'`)
)

// scriptsOf turns each section of a document that has commands into a file with a
// testscript.
func scriptsOf(t *testing.T, document string) (paths []string) {
	var files strings.Builder
	for _, block := range fenced.FindAllStringSubmatch(document, -1) {
		if name := fileNote.FindStringSubmatch(block[2]); name != nil && block[1] == "yaml" {
			fmt.Fprintf(&files, "-- %s --\n%s", name[1], block[2])
		}
	}
	dir := t.TempDir()
	for i, section := range strings.Split(document, "\n## ") {
		script := commandsOf(section)
		if script == "" {
			continue
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(section, "# "), "\n")
		path := filepath.Join(dir, fmt.Sprintf("%d-%s.txtar", i, strings.ReplaceAll(strings.ToLower(title), " ", "-")))
		require.NoError(t, os.WriteFile(path, []byte(script+files.String()), 0o600))
		paths = append(paths, path)
	}
	require.NotEmpty(t, paths, "no command found in the document")
	return paths
}

// commandsOf are the commands of a section as lines of a testscript.
func commandsOf(section string) string {
	var script strings.Builder
	for _, block := range fenced.FindAllStringSubmatch(section, -1) {
		if block[1] == "yaml" {
			block[2] = jobCommands(block[2])
		}
		for line := range strings.Lines(strings.ReplaceAll(block[2], "\\\n", "")) {
			command := strings.TrimSpace(line)
			if command == "" || strings.HasPrefix(command, "#") {
				continue
			}
			code := "0"
			if note := exitNote.FindStringSubmatch(command); note != nil {
				code = note[1]
				command = strings.TrimSuffix(command, note[0])
			}
			verb := "exits " + code
			switch {
			case code != "0":
			case deciding.MatchString(command):
				verb = "decides"
			case measuring.MatchString(command):
				verb = "measures"
			}
			fmt.Fprintf(&script, "%s sh -c '%s'\n", verb, strings.ReplaceAll(inTest(command), "'", "''"))
		}
	}
	return script.String()
}

// jobCommands are this program's commands in a job of a pipeline, a line each,
// without the reader's own servers and what follows a failure.
func jobCommands(job string) string {
	var commands strings.Builder
	for _, found := range inJob.FindAllStringSubmatch(continued.ReplaceAllString(job, " "), -1) {
		command, _, _ := strings.Cut(starting.ReplaceAllString(found[1], ""), " || ")
		commands.WriteString(command + "\n")
	}
	return commands.String()
}

// inTest is a command as the test runs it. The make targets are only read here:
// they build everything anew, or run this test; .ci/run runs them.
func inTest(command string) string {
	// What a document shows does not depend on how long a run lasts.
	if strings.HasPrefix(command, "sdegauge run smoke") && !strings.Contains(command, "--duration") {
		command = strings.Replace(command, "smoke", "smoke --duration 3s", 1)
	}
	// The README's run asks every requirement; those of the recipes a part.
	if strings.HasPrefix(command, "sdegauge conform") && strings.Contains(command, "--out conform") {
		command += " --only 'V-*'"
	}
	if strings.HasPrefix(command, "sdegauge ab ") {
		command += " --block 250ms --max-time 4s --rate 200/s"
	}
	if target, isMake := strings.CutPrefix(command, "make "); isMake {
		return `make -n -C "$ROOT" ` + target
	}
	return command
}
