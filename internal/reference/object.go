package reference

import (
	"bytes"
	"slices"
)

func (r *reader) object(want *rule) *fault {
	if f := r.enter(); f != nil {
		return f
	}
	seen := uint64(0)
	names := nameSet{base: len(r.unknown)}

	for first := true; ; first = false {
		c := r.peek()
		if c == '}' && first {
			break
		}
		if c != '"' {
			return r.malformed("want a member's name in quotes")
		}
		name, f := r.name()
		if f != nil {
			return f
		}
		at := -1
		if want != nil {
			at = want.find(name)
		}
		if f := r.once(at, &seen, &names, name); f != nil {
			return f
		}
		if r.peek() != ':' {
			return r.malformed("want a colon")
		}
		r.pos++
		if at >= 0 {
			f = r.value(want.members[at].rule).in(want.members[at].name)
		} else {
			f = r.value(nil).unknown()
		}
		if f != nil {
			return f
		}
		if c = r.peek(); c == '}' {
			break
		}
		if c != ',' {
			return r.malformed("want a comma or a closing brace")
		}
		r.pos++
	}
	r.leave()
	r.unknown = r.unknown[:names.base]
	return want.missing(seen)
}

// missing is the fault of a mandatory member that was not seen.
func (want *rule) missing(seen uint64) *fault {
	if want == nil || want.required&^seen == 0 {
		return nil
	}
	for i, m := range want.members {
		if want.required&^seen&(1<<i) != 0 {
			return (&fault{problem: "missing"}).in(m.name)
		}
	}
	return nil
}

// name reads a member's name.
func (r *reader) name() ([]byte, *fault) {
	name, escaped, f := r.text()
	if f == nil && escaped {
		name = unescape(name)
	}
	return name, f
}

// nameSet is the set of one object's unknown names: the top of the reader's
// stack, and a map once there are many.
type nameSet struct {
	base int
	many map[string]struct{}
}

const fewNames = 16

// once refuses a name that its object had before.
func (r *reader) once(at int, seen *uint64, names *nameSet, name []byte) *fault {
	if at >= 0 {
		if *seen&(1<<at) != 0 {
			return &fault{problem: "a member is given twice"}
		}
		*seen |= 1 << at
		return nil
	}
	here := r.unknown[names.base:]
	twice := false
	if names.many != nil {
		_, twice = names.many[string(name)]
		names.many[string(name)] = struct{}{}
	} else {
		twice = slices.ContainsFunc(here, func(n []byte) bool { return bytes.Equal(n, name) })
		r.unknown = append(r.unknown, name)
	}
	if twice {
		return &fault{problem: "a member is given twice"}
	}
	if names.many == nil && len(here) >= fewNames {
		names.many = make(map[string]struct{})
		for _, n := range r.unknown[names.base:] {
			names.many[string(n)] = struct{}{}
		}
	}
	return nil
}

// attribute reads an object whose rule depends on its member type, which may
// stand anywhere in it.
func (r *reader) attribute(want *rule) *fault {
	start := r.pos
	name, f := r.typeName()
	if f != nil {
		return f
	}
	wire, ok := want.union[string(name)]
	if !ok {
		return &fault{path: "type", problem: "not one of those that belong here"}
	}
	if wire.impression && r.engagement == nil {
		return &fault{problem: "the session has no engagement"}
	}
	r.pos = start
	if f := r.value(wire.rule); f != nil {
		return f
	}
	r.found = append(r.found, finding{wire: wire, raw: r.buf[start:r.pos]})
	return nil
}

// typeName looks for the member type of the object at hand and moves the
// position at will.
func (r *reader) typeName() ([]byte, *fault) {
	for r.pos++; r.peek() == '"'; r.pos++ {
		name, f := r.name()
		if f != nil {
			return nil, f
		}
		if r.peek() != ':' {
			return nil, r.malformed("want a colon")
		}
		r.pos++
		if string(name) == "type" {
			if r.peek() != '"' {
				return nil, &fault{path: "type", problem: "want string"}
			}
			return r.name()
		}
		if f := r.value(nil); f != nil {
			return nil, f
		}
		if r.peek() != ',' {
			break
		}
	}
	if r.peek() != '}' {
		return nil, r.malformed("want a member's name in quotes")
	}
	return nil, &fault{path: "type", problem: "missing"}
}
