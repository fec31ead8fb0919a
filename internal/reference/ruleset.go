package reference

import (
	"fmt"
	"strings"

	"sdegauge/internal/contract"
)

// Rules are what a server demands of bodies, open to change. A place is written
// as the field table writes it, after the wire type: "cart.total",
// "purchase.cart.products[].product", "impDisplay.eContext[].id"; "cart" is the
// whole SDE. "pageId", "impAttributes", "impAttributes[]" and the like are those
// of an update, "" is all of it, and "create.appType" is one of Create Session.
//
// A place that does not exist is an error of [New].
type Rules struct {
	book *rulebook
	err  error
}

// edits are the changes to one rule.
type edits struct{ take, refuse []func(raw []byte) bool }

// Take accepts a value that would be refused where when says so. What is taken
// is not stored. raw is a well-formed JSON value.
func (r *Rules) Take(place string, when func(raw []byte) bool) {
	if at := r.at(place); at != nil {
		at.edit().take = append(at.edit().take, when)
	}
}

// Refuse refuses a value that would be accepted where when says so.
func (r *Rules) Refuse(place string, when func(raw []byte) bool) {
	if at := r.at(place); at != nil {
		at.edit().refuse = append(at.edit().refuse, when)
	}
}

// Optional lets a mandatory member be missing.
func (r *Rules) Optional(place string) {
	if parent, bit := r.member(place); parent != nil {
		parent.required &^= bit
	}
}

// Mandatory refuses an object that lacks a member.
func (r *Rules) Mandatory(place string) {
	if parent, bit := r.member(place); parent != nil {
		parent.required |= bit
	}
}

// Repeat changes what happens to an SDE of a type that the session holds.
func (r *Rules) Repeat(wireType string, how contract.Repeat) {
	for _, t := range r.book.types {
		if t.name == wireType {
			t.repeat = how
			return
		}
	}
	r.missing(wireType)
}

func (r *rule) edit() *edits {
	if r.edits == nil {
		r.edits = &edits{}
	}
	return r.edits
}

func (r *Rules) missing(place string) {
	if r.err == nil {
		r.err = fmt.Errorf("deviation: no rule at %q: want a place such as cart.total, pageId or create.appType", place)
	}
}

// at finds the rule of a place; nil, and the error noted, where there is none.
func (r *Rules) at(place string) *rule {
	at, rest := r.root(place)
	for at != nil && rest != "" {
		var name string
		name, rest, _ = strings.Cut(rest, ".")
		name, entries := strings.CutSuffix(name, "[]")
		if name != "" || !entries {
			at = at.lookup(name)
		}
		if entries && at != nil {
			at = at.elem
		}
	}
	if at == nil {
		r.missing(place)
	}
	return at
}

// root finds where a place begins, and what is left of it.
func (r *Rules) root(place string) (at *rule, rest string) {
	first, rest, _ := strings.Cut(place, ".")
	if first == "create" {
		return r.book.create, rest
	}
	for _, t := range r.book.types {
		if t.name == first {
			return t.rule, rest
		}
	}
	return r.book.update, place
}

func (r *rule) lookup(name string) *rule {
	if at := r.find([]byte(name)); at >= 0 {
		return r.members[at].rule
	}
	return nil
}

// member finds the object that a place is a member of, and the member's bit.
func (r *Rules) member(place string) (parent *rule, bit uint64) {
	dot := strings.LastIndexByte(place, '.')
	if parent = r.at(place[:max(dot, 0)]); parent == nil {
		return nil, 0
	}
	at := parent.find([]byte(place[dot+1:]))
	if at < 0 {
		r.missing(place)
		return nil, 0
	}
	return parent, 1 << at
}

// edited reads a value whose rule was changed.
func (r *reader) edited(want *rule) *fault {
	r.peek()
	start, found, unknown, depth := r.pos, len(r.found), len(r.unknown), r.depth
	f := r.asWritten(want)
	if f == nil {
		if anyOf(want.edits.refuse, r.buf[start:r.pos]) {
			return outside()
		}
		return nil
	}
	after := *r
	r.pos, r.depth, r.found, r.unknown = start, depth, r.found[:found], r.unknown[:unknown]
	if r.value(nil) == nil && anyOf(want.edits.take, r.buf[start:r.pos]) {
		return nil
	}
	*r = after
	return f
}

func anyOf(all []func(raw []byte) bool, raw []byte) bool {
	for _, when := range all {
		if when(raw) {
			return true
		}
	}
	return false
}
