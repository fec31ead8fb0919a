// Package plot draws plots as SVG inside a page. It knows numbers and nothing of
// what they mean.
//
// A plot is as wide as the element around it, and its text keeps its size: what
// is drawn lies in a coordinate system that stretches, and every label stands at
// a share of the width. That takes no script, and serves a telephone, a screen
// and paper with one drawing. Colours are names ([Ink]) that the page's style
// sheet fills in ([CSS]), for light and dark.
//
//	Plot ─► Axis x, Axis y       where a number lies, and the ticks
//	     ─► Span                 stretches of x, shaded
//	     ─► Layer                Steps, Area, Stack, Heat, Curve: what is drawn
//	     ─► Level                lines across
//
// All text is escaped; an ID is a name of the program's own.
package plot

import _ "embed"

// CSS is the style that plots need, once a page. It takes the page's own
// variables --ink, --quiet, --line and --paper.
//
//go:embed plot.css
var CSS string

// Ink is one of the colours that can be told apart without seeing red or green
// (Okabe and Ito), each with a shade for light and one for dark.
type Ink string

// The inks.
const (
	Blue   Ink = "blue"
	Orange Ink = "orange"
	Green  Ink = "green"
	Red    Ink = "red"
	Purple Ink = "purple"
	Sky    Ink = "sky"
	Yellow Ink = "yellow"
	Grey   Ink = "grey"
	Pale   Ink = "pale" // for an area behind lines
)
