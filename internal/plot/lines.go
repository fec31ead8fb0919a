package plot

import (
	"fmt"
	"strings"
)

// Step is a number that holds for a stretch of x.
type Step struct{ From, To, Value float64 }

// Steps is a line of steps. Where they do not touch, the line has a gap. Name
// stands at its right end; it may be empty.
type Steps struct {
	Name  string
	Ink   Ink
	Steps []Step
	// Thin is for what is less important, or lies on another line.
	Thin bool
}

func (s Steps) draw(c *canvas) {
	if len(s.Steps) == 0 {
		return
	}
	var path strings.Builder
	for i, step := range s.Steps {
		x, y := c.x(step.From), c.y(step.Value)
		switch {
		case i == 0 || c.x(s.Steps[i-1].To) != x:
			fmt.Fprintf(&path, "M%d %d", x, y)
		case c.y(s.Steps[i-1].Value) != y:
			fmt.Fprintf(&path, "V%d", y)
		}
		fmt.Fprintf(&path, "H%d", c.x(step.To))
	}
	class := "stroke " + string(s.Ink)
	if s.Thin {
		class += " thin"
	}
	fmt.Fprintf(&c.paths, `<path class="%s" d="%s"/>`, class, path.String())
	if s.Name != "" {
		last := s.Steps[len(s.Steps)-1]
		c.labels = append(c.labels, label{text: s.Name, ink: s.Ink, y: c.pixel(last.Value)})
	}
}

// Area is steps filled down to the bottom, with a name at the right end.
type Area Steps

func (a Area) draw(c *canvas) {
	if len(a.Steps) == 0 {
		return
	}
	Stack{Steps(a)}.draw(c)
	last := a.Steps[len(a.Steps)-1]
	c.labels = append(c.labels, label{text: a.Name, ink: a.Ink, y: c.pixel(last.Value)})
}

// Stack is quantities on top of one another, the first at the bottom. All have
// the same stretches.
type Stack []Steps

func (s Stack) draw(c *canvas) {
	var base []float64
	for _, one := range s {
		for len(base) < len(one.Steps) {
			base = append(base, 0)
		}
		var path strings.Builder
		for i, step := range one.Steps {
			bottom, top := c.y(base[i]), c.y(base[i]+step.Value)
			base[i] += step.Value
			if from, to := c.x(step.From), c.x(step.To); top < bottom && from < to {
				fmt.Fprintf(&path, "M%d %dV%dH%dV%dz", from, bottom, top, to, bottom)
			}
		}
		fmt.Fprintf(&c.paths, `<path class="fill %s" d="%s"/>`, one.Ink, path.String())
	}
}

// Curve is a line from point to point, with a name at its right end.
type Curve struct {
	Name   string
	Ink    Ink
	Points []Point
	Bars   []Bar
}

// Point is a place on a curve.
type Point struct{ X, Y float64 }

// Bar is how far from a point the truth may be.
type Bar struct{ X, Low, High float64 }

func (l Curve) draw(c *canvas) {
	if len(l.Points) == 0 {
		return
	}
	var path strings.Builder
	for i, p := range l.Points {
		if i == 0 {
			fmt.Fprintf(&path, "M%d %dL", c.x(p.X), c.y(p.Y))
			continue
		}
		fmt.Fprintf(&path, "%d %d ", c.x(p.X), c.y(p.Y))
	}
	fmt.Fprintf(&c.paths, `<path class="stroke %s" d="%s"/>`, l.Ink, strings.TrimSuffix(strings.TrimSpace(path.String()), "L"))
	for _, bar := range l.Bars {
		fmt.Fprintf(&c.fixed, `<svg class="bar" x="%s">`, c.share(bar.X))
		top, bottom := pixels(c.pixel(bar.High)), pixels(c.pixel(bar.Low))
		fmt.Fprintf(&c.fixed, `<path class="stroke thin %s" d="M-4 %sH4M-4 %sH4M0 %[2]sV%[3]s"/></svg>`, l.Ink, top, bottom)
	}
	last := l.Points[len(l.Points)-1]
	c.labels = append(c.labels, label{text: l.Name, ink: l.Ink, y: c.pixel(last.Y)})
}
