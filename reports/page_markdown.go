package reports

import (
	"bytes"
	"fmt"
	"io"
)

// WritePageMarkdown writes a page in GitHub-flavoured Markdown. title is what the
// verdict is of.
func WritePageMarkdown(w io.Writer, title string, p Page) error {
	d := p.document()
	var m markdown
	m.paragraph("# " + escapeMarkdown(d.verdict.String()+": "+printable(title)))
	m.paragraph(escapeMarkdown(d.reason))
	if d.subtitle != "" {
		m.paragraph(escapeMarkdown(d.subtitle))
	}
	for _, s := range d.sections {
		if err := m.section(s); err != nil {
			return fmt.Errorf("lay out the page: %w", err)
		}
	}
	if _, err := w.Write(append(bytes.TrimRight(m.out.Bytes(), "\n"), '\n')); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}
