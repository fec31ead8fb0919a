package main

import (
	"io"
	"os"
	"strconv"

	"sdegauge/internal/live"
	"sdegauge/reports"
)

// terminalOf is the terminal behind a writer, with its width in columns; ok is
// false where there is none that could move its cursor.
func terminalOf(out io.Writer) (columns func() int, ok bool) {
	file, isFile := out.(*os.File)
	if !isFile {
		return nil, false
	}
	if _, ok = live.TerminalWidth(file); !ok || dumb(os.Getenv("TERM")) {
		return nil, false
	}
	return func() int {
		width, _ := live.TerminalWidth(file)
		return width
	}, true
}

// dumb reports whether a terminal of this type cannot move its cursor.
func dumb(kind string) bool { return kind == "" || kind == "dumb" }

// colored reports whether the user wants colours: https://no-color.org.
func colored() bool { return os.Getenv("NO_COLOR") == "" }

// tablesFor suits tables to a writer, and names the documents below them. $COLUMNS
// says how wide they are; without it a terminal's own width does.
func tablesFor(out io.Writer, documents ...string) reports.TableOptions {
	o := reports.TableOptions{Documents: documents}
	columns, terminal := terminalOf(out)
	if terminal {
		o.Width, o.Color = columns(), colored()
	}
	if width, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		o.Width = width
	}
	return o
}
