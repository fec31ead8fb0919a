package reference

import (
	"fmt"

	"sdegauge/internal/contract"
)

// reader reads one body against a rule, in one pass and without building its
// values; what has to be stored is remembered as stretches of the body. It is
// used again for the next body.
type reader struct {
	scanner
	limits readerLimits
	depth  int
	// engagement is that of the session, nil for none.
	engagement *contract.Engagement
	// page is the value of pageId.
	page []byte
	// found are the SDEs and impressions in their order.
	found []finding
	// unknown is a stack of the names of members that no rule knows, for the
	// objects being read.
	unknown [][]byte
}

// readerLimits are the options that reading depends on.
type readerLimits struct {
	depth, text         int
	stringified, quoted bool
}

// finding is one SDE or impression as it stands in the body.
type finding struct {
	wire *wireType
	raw  []byte
}

// read holds body against root.
func (r *reader) read(body []byte, root *rule, engagement *contract.Engagement) *fault {
	r.scanner = scanner{buf: body}
	r.depth, r.page, r.engagement = 0, nil, engagement
	r.found, r.unknown = r.found[:0], r.unknown[:0]
	if r.peek() == 0 && r.pos == len(body) {
		return &fault{problem: "the body is empty"}
	}
	return r.document(root)
}

// document reads one value and nothing after it.
func (r *reader) document(root *rule) *fault {
	if f := r.value(root); f != nil {
		return f
	}
	if r.peek(); r.pos < len(r.buf) {
		return r.malformed("something follows the value")
	}
	return nil
}

func (r *reader) value(want *rule) *fault {
	if want != nil && want.edits != nil {
		return r.edited(want)
	}
	return r.asWritten(want)
}

// asWritten reads a value by its rule alone.
func (r *reader) asWritten(want *rule) *fault {
	switch r.peek() {
	case '{':
		if f := want.unless(contract.KindObject); f != nil {
			return f
		}
		if want != nil && want.union != nil {
			return r.attribute(want)
		}
		return r.object(want)
	case '[':
		if f := want.unless(contract.KindArray); f != nil {
			return f
		}
		return r.array(want)
	case '"':
		return r.string(want)
	case 't':
		return firstOf(r.literal("true"), want.unless(contract.KindBoolean))
	case 'f':
		return firstOf(r.literal("false"), want.unless(contract.KindBoolean))
	case 'n':
		return firstOf(r.literal("null"), want.unless(contract.KindNull))
	default:
		return r.numeric(want)
	}
}

func firstOf(a, b *fault) *fault {
	if a != nil {
		return a
	}
	return b
}

// unless is the fault of a value of another kind.
func (want *rule) unless(got contract.Kind) *fault {
	if want == nil || want.kind == got {
		return nil
	}
	return &fault{problem: fmt.Sprintf("want %v, got %v", want.kind, got)}
}

// enter takes an opening bracket and counts a level of nesting. A reader that
// found a fault does not care for its depth any more.
func (r *reader) enter() *fault {
	r.depth++
	if r.depth > r.limits.depth {
		return &fault{problem: fmt.Sprintf("nested deeper than %d", r.limits.depth)}
	}
	r.pos++
	return nil
}

// leave takes the closing bracket.
func (r *reader) leave() {
	r.depth--
	r.pos++
}

func (r *reader) array(want *rule) *fault {
	if f := r.enter(); f != nil {
		return f
	}
	var elem *rule
	if want != nil {
		elem = want.elem
	}
	if r.peek() == ']' {
		r.leave()
		return nil
	}
	for i := 0; ; i++ {
		if f := r.value(elem); f != nil {
			return f.at(i)
		}
		c := r.peek()
		if c != ',' && c != ']' {
			return r.malformed("want a comma or a closing bracket")
		}
		if c == ']' {
			r.leave()
			return nil
		}
		r.pos++
	}
}
