package reports

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// WriteMarkdown writes the report in GitHub-flavoured Markdown: the terminal's
// tables and findings.
func WriteMarkdown(w io.Writer, r *Report) error {
	d := outline(r)
	var m markdown
	m.paragraph("# " + escapeMarkdown(d.verdict.String()+": "+printable(r.Scenario.Name)))
	m.paragraph(escapeMarkdown(d.reason))
	m.paragraph(escapeMarkdown(d.subtitle))
	for _, s := range d.sections {
		if err := m.section(s); err != nil {
			return fmt.Errorf("lay out the summary: %w", err)
		}
	}
	if r.Command != "" {
		m.paragraph("To run it again:")
		m.code(printable(r.Command))
	}
	if _, err := w.Write(bytes.TrimRight(m.out.Bytes(), "\n")); err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	return nil
}

// markdown lays a document out.
type markdown struct{ out bytes.Buffer }

func (m *markdown) paragraph(text string) { m.out.WriteString(text + "\n\n") }

// code writes a block that shows text as it is.
func (m *markdown) code(text string) {
	fence := strings.Repeat("`", max(3, longestTicks(text)+1))
	m.paragraph(fence + "\n" + text + "\n" + fence)
}

func (m *markdown) section(s section) error {
	for _, f := range s.findings {
		m.finding(f)
	}
	if len(s.rows) > 0 {
		if err := m.table(s); err != nil {
			return err
		}
	}
	for _, note := range s.notes {
		m.paragraph(escapeMarkdown(note))
	}
	return nil
}

func (m *markdown) finding(f finding) {
	m.paragraph("**" + escapeMarkdown(f.title) + "**")
	listed := false
	for _, p := range f.parts {
		switch p.kind {
		case plain:
			m.out.WriteString("- " + p.label + ": " + escapeMarkdown(p.text) + "\n")
			listed = true
		case foreign:
			m.out.WriteString("- " + p.label + ": " + codeSpan(p.text) + "\n")
			listed = true
		}
	}
	if listed {
		m.out.WriteString("\n")
	}
	for _, p := range f.parts {
		if p.kind == command {
			m.code(p.text)
		}
	}
}

func (m *markdown) table(s section) error {
	table := tablewriter.NewTable(&m.out,
		tablewriter.WithRenderer(renderer.NewMarkdown()),
		tablewriter.WithAlignment(alignment(s)), tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone), tablewriter.WithRowAutoWrap(tw.WrapNone),
	)
	table.Header(escapedCells(heads(s)))
	for _, row := range s.rows {
		if err := table.Append(escapedCells(row)); err != nil {
			return err
		}
	}
	if err := table.Render(); err != nil {
		return err
	}
	m.out.WriteString("\n")
	return nil
}

func escapedCells(cells []string) []string {
	list := make([]string, 0, len(cells))
	for _, c := range cells {
		list = append(list, escapeMarkdown(c))
	}
	return list
}

// markdownEscaper takes their meaning from the characters that have one within
// a line, the bar of tables, HTML and the @ of mentions
// included.
var markdownEscaper = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "~", `\~`,
	"[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "#", `\#`, "@", "&#64;",
)

// escapeMarkdown makes text mean itself. It has no line breaks by now.
func escapeMarkdown(text string) string { return markdownEscaper.Replace(text) }

// codeSpan shows text as it is, within a line.
func codeSpan(text string) string {
	if text == "" {
		return "nothing"
	}
	ticks := strings.Repeat("`", longestTicks(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.TrimSpace(text) == "" {
		text = " " + text + " "
	}
	return ticks + text + ticks
}

// longestTicks is the length of the longest run of backticks.
func longestTicks(text string) (longest int) {
	run := 0
	for _, c := range text {
		if c != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
