package conformance

import (
	"fmt"
	"html/template"
	"io"
	"strings"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
)

// badgeColors are dark enough for white text.
var badgeColors = map[contract.Verdict]string{
	contract.Pass: "#00704f", contract.ObservedOnly: "#00704f", contract.Warn: "#8a5a00",
	contract.Fail: "#b3261e", contract.Inconclusive: "#6a4bb0", contract.Skipped: "#5b646e",
}

var badgeTemplate = template.Must(template.New("badge").Parse(`<svg xmlns="http://www.w3.org/2000/svg" width="{{.Width}}" height="20" role="img" aria-label="{{.Label}}: {{.Text}}">
<title>{{.Label}}: {{.Text}}</title>
<rect width="{{.Width}}" height="20" rx="3" fill="#3a424a"/>
<path fill="{{.Color}}" d="M{{.Split}} 0h{{.Flat}}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{{.Flat}}z"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
<text x="8" y="14" textLength="{{.LabelLength}}" lengthAdjust="spacingAndGlyphs">{{.Label}}</text>
<text x="{{.TextAt}}" y="14" textLength="{{.TextLength}}" lengthAdjust="spacingAndGlyphs">{{.Text}}</text>
</g>
</svg>
`))

// badgeEm is about how wide a character of the badge's text is, in pixels; the
// text is fitted to it, whatever the font.
const badgeEm = 6.6

// WriteBadge writes a small image: "Update Session | 162 pass, 3 fail".
func WriteBadge(w io.Writer, r *suite.Report) error {
	const label, margin = "Update Session", 8
	text := badgeText(r)
	length := func(s string) int { return int(badgeEm * float64(len(s))) }
	split := length(label) + 2*margin
	width := split + length(text) + 2*margin
	err := badgeTemplate.Execute(w, map[string]any{
		"Label": label, "Text": text, "Color": badgeColors[r.Verdict], "Width": width, "Split": split, "Flat": width - split - 3,
		"LabelLength": length(label), "TextLength": length(text), "TextAt": split + margin,
	})
	if err != nil {
		return fmt.Errorf("write the badge: %w", err)
	}
	return nil
}

func badgeText(r *suite.Report) string {
	var parts []string
	for _, v := range []contract.Verdict{contract.Pass, contract.Fail, contract.Warn, contract.Inconclusive} {
		if n := r.Counts[v.String()]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	switch {
	case r.Interrupted:
		return "interrupted"
	case parts == nil:
		return "nothing judged"
	case r.Verdict == contract.Fail && r.Counts[contract.Fail.String()] == 0:
		return "fail"
	}
	return strings.Join(parts, ", ")
}
