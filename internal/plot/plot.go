package plot

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// Plot is one plot.
type Plot struct {
	// ID is unique on its page.
	ID string
	// Title and Desc say to whom cannot see the plot what it shows.
	Title, Desc string
	// Height is that of the drawing in pixels, labels left out.
	Height int
	X, Y   Axis
	Spans  []Span
	Layers []Layer
	Levels []Level
}

// Layer is something that is drawn.
type Layer interface {
	draw(*canvas)
}

// Span is a stretch of x that has a name and is told from its neighbours.
type Span struct {
	Name     string
	From, To float64
	// Hatched marks what does not count.
	Hatched bool
}

// Level is a line across at a number of y, with a name.
type Level struct {
	At   float64
	Name string
}

// The widths of a drawing in pixels that labels are planned for: on a telephone
// and in one of two columns.
const (
	narrow = 250
	wide   = 400
)

// charWidth is the mean width of a character of a label, in pixels.
const charWidth = 6.6

// fits reports whether text fits within a share of a width.
func fits(text string, share, width float64) bool {
	return float64(len([]rune(text)))*charWidth+12 <= share*width
}

// canvas is what layers draw on. Paths are in a system of 10,000 by ten times
// the height, which is stretched to the width; what has a shape of its own, text
// and dots, is placed by shares of the width.
type canvas struct {
	Plot
	paths  strings.Builder
	fixed  strings.Builder
	labels []label
}

const across = 10_000

// label names a line at its right end.
type label struct {
	text string
	ink  Ink
	dash bool
	y    float64 // pixels from the top
}

func (c *canvas) x(v float64) int { return int(math.Round(c.X.place(v) * across)) }

func (c *canvas) y(v float64) int {
	return int(math.Round((1 - c.Y.place(v)) * float64(c.Height) * 10))
}

// pixel is y in pixels.
func (c *canvas) pixel(v float64) float64 { return (1 - c.Y.place(v)) * float64(c.Height) }

// share is x as a share of the width, in per cent.
func (c *canvas) share(v float64) string { return percent(c.X.place(v)) }

func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', 2, 64) + "%" }

func pixels(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// SVG draws the plot.
func (p Plot) SVG() string {
	c := &canvas{Plot: p}
	for _, l := range p.Layers {
		l.draw(c)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plot" role="img" aria-labelledby="%s-t %[1]s-d" width="100%%" height="%d">`, p.ID, p.Height)
	fmt.Fprintf(&b, `<title id="%[1]s-t">%[2]s</title><desc id="%[1]s-d">%[3]s</desc>`, p.ID, html.EscapeString(p.Title), html.EscapeString(p.Desc))
	c.spans(&b)
	c.grid(&b)
	fmt.Fprintf(&b, `<svg width="100%%" height="%d" viewBox="0 0 %d %d" preserveAspectRatio="none">%s</svg>`, p.Height, across, 10*p.Height, c.paths.String())
	b.WriteString(c.fixed.String())
	c.levels(&b)
	c.names(&b)
	b.WriteString(`</svg>`)
	return b.String()
}

// spans shades the stretches in turn and names those that have room for it.
func (c *canvas) spans(b *strings.Builder) {
	for i, s := range c.Spans {
		from, to := c.X.place(s.From), c.X.place(s.To)
		if !(to > from) {
			continue
		}
		fill := "span" + strconv.Itoa(i%2)
		if s.Hatched {
			fill = "hatched"
			fmt.Fprintf(b, `<defs><pattern id="%s-h%d" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern></defs>`, c.ID, i)
			fmt.Fprintf(b, `<rect x="%s" width="%s" height="%d" fill="url(#%s-h%d)"/>`, percent(from), percent(to-from), c.Height, c.ID, i)
		}
		fmt.Fprintf(b, `<rect class="%s" x="%s" width="%s" height="%d"/>`, fill, percent(from), percent(to-from), c.Height)
		class := "stage"
		switch {
		case fits(s.Name, to-from, narrow):
		case fits(s.Name, to-from, wide):
			class += " roomy"
		default:
			continue
		}
		fmt.Fprintf(b, `<text class="%s" x="%s" y="-7" dx="2">%s</text>`, class, percent(from), html.EscapeString(s.Name))
	}
}

// grid draws the ticks of both axes.
func (c *canvas) grid(b *strings.Builder) {
	for _, t := range c.Y.Ticks {
		y := pixels(c.pixel(t.At))
		class := "tick"
		if t.Text == "" {
			class += " minor"
		}
		fmt.Fprintf(b, `<line class="%s" x2="100%%" y1="%s" y2="%[2]s"/>`, class, y)
		if t.Text != "" {
			fmt.Fprintf(b, `<text class="label" text-anchor="end" x="-8" y="%s" dy="4">%s</text>`, y, html.EscapeString(t.Text))
		}
	}
	for _, t := range c.X.Ticks {
		share := c.X.place(t.At)
		fmt.Fprintf(b, `<line class="mark" x1="%s" x2="%[1]s" y1="%d" y2="%d"/>`, percent(share), c.Height, c.Height+4)
		if t.Text == "" {
			continue
		}
		fmt.Fprintf(b, `<text class="label" text-anchor="middle" x="%s" y="%d">%s</text>`, percent(share), c.Height+18, html.EscapeString(t.Text))
	}
	fmt.Fprintf(b, `<line class="base" x2="100%%" y1="%d" y2="%[1]d"/>`, c.Height)
}

// levels draws the lines across, on top of what is drawn.
func (c *canvas) levels(b *strings.Builder) {
	for _, l := range c.Levels {
		y := pixels(c.pixel(l.At))
		fmt.Fprintf(b, `<line class="level" x2="100%%" y1="%s" y2="%[1]s"/>`, y)
		c.labels = append(c.labels, label{text: l.Name, ink: Grey, dash: true, y: c.pixel(l.At)})
	}
}

// labelGap is the least distance between the middles of two labels.
const labelGap = 15

// names writes the names of lines beside their right ends, moved apart where
// they would touch.
func (c *canvas) names(b *strings.Builder) {
	if len(c.labels) == 0 {
		return
	}
	apart(c.labels, float64(c.Height))
	b.WriteString(`<svg class="names" x="100%" y="0">`)
	for _, l := range c.labels {
		class := "stroke " + string(l.ink)
		if l.dash {
			class += " dashed"
		}
		fmt.Fprintf(b, `<line class="%s" x1="7" x2="17" y1="%s" y2="%[2]s"/><text class="name" x="21" y="%[2]s" dy="4">%s</text>`,
			class, pixels(l.y), html.EscapeString(l.text))
	}
	b.WriteString(`</svg>`)
}
