package generators

import (
	"sdegauge/internal/contract"
)

// writer writes one body.
type writer struct {
	draw
	b       []byte
	v       *vocabulary
	session *contract.Session
	depth   Depth
	size    Size
	// until is the length to which the current attribute grows.
	until int
	// What the attribute said so far, for the members that must agree with it.
	lines priced
	born  int // year
	// textIDs puts ids into quotes; quotes counts these, which no size counts.
	textIDs bool
	quotes  int
	// chosen holds the attributes of a composed class.
	chosen [16]*node
}

// priced sums up the product lines of an attribute.
type priced struct {
	price, sum, items int64 // price of the current line and sum of all, in cents
}

// recipe is what goes into a body.
type recipe struct {
	impressions, sdes []*node
	depth             Depth
	size              Size
	example           bool // the specification's own body instead of all else
	textIDs           bool // campaign and engId as strings
}

// tail is about what follows the growing field of an attribute.
const tail = 100

// body writes the whole body.
func (w *writer) body(r recipe) {
	w.textIDs, w.quotes = r.textIDs, 0
	if r.example {
		w.example()
		return
	}
	w.depth, w.size = r.depth, r.size
	w.b = append(w.b, `{"pageId":`...)
	w.b = appendString(w.b, w.session.PageID)
	if len(r.impressions) > 0 && w.session.Engagement != nil {
		w.b = append(w.b, `,"impAttributes":[`...)
		for i, n := range r.impressions {
			w.comma(i)
			w.attribute(n)
		}
		w.b = append(w.b, ']')
	}
	if len(r.sdes) > 0 {
		w.b = append(w.b, `,"engagementAttributes":[`...)
		for i, n := range r.sdes {
			w.comma(i)
			left := r.size.target() - (len(w.b) - w.quotes)
			w.until = len(w.b) + left/(len(r.sdes)-i) - tail
			w.attribute(n)
		}
		w.b = append(w.b, ']')
	}
	w.b = append(w.b, '}')
}

func (w *writer) comma(i int) {
	if i > 0 {
		w.b = append(w.b, ',')
	}
}

// attribute writes one SDE or impression.
func (w *writer) attribute(n *node) {
	w.lines, w.born = priced{}, 0
	w.b = append(w.b, n.key...)
	for _, m := range n.members {
		if w.wants(m) {
			w.b = append(w.b, ',')
			w.b = append(w.b, m.key...)
			w.value(m)
		}
	}
	w.b = append(w.b, '}')
}

// wants decides whether an object has a member.
func (w *writer) wants(m *node) bool {
	switch {
	case m.mandatory || m.minimal || w.depth == Full:
		return true
	case w.depth == Minimal:
		return false
	case m.usual || m.grows && w.size != Small:
		return true
	}
	return w.chance(60)
}

func (w *writer) value(n *node) {
	switch n.kind {
	case contract.KindObject:
		w.object(n)
	case contract.KindArray:
		w.array(n)
	default:
		n.value(w, n)
	}
}

func (w *writer) object(n *node) {
	w.b = append(w.b, '{')
	i := 0
	for _, m := range n.members {
		if w.wants(m) {
			w.comma(i)
			w.b = append(w.b, m.key...)
			w.value(m)
			i++
		}
	}
	w.b = append(w.b, '}')
}

// array writes at least one entry, and more while the body is too short.
func (w *writer) array(n *node) {
	w.b = append(w.b, '[')
	least := 1
	if n.grows && w.depth == Full && w.size != Small {
		least = 2
	}
	for i := 0; i < least || n.grows && len(w.b) < w.until; i++ {
		w.comma(i)
		w.value(n.elem)
	}
	w.b = append(w.b, ']')
}
