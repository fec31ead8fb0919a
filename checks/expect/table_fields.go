package expect

import (
	"strconv"
	"strings"
	"unicode"

	"sdegauge/internal/contract"
)

// fieldReader holds one attribute against its rows.
type fieldReader struct {
	*walker
	attribute contract.Attribute
	// impression says that the attribute is one of impAttributes.
	impression bool
	// seen are the paths of the rows that were written.
	seen map[string]bool
}

// members judges the members of an object by the rows below n.
func (f *fieldReader) members(path string, n *contract.Node, v *node) {
	root := n.Field.Path == ""
	misplaced := false
	for _, m := range f.walker.members(v) {
		row := n.Member(m.name)
		switch {
		case root && m.name == "type":
		case row == nil:
			misplaced = misplaced || root && m.value.kind == contract.KindObject
			f.unknown(path + "." + m.name)
		default:
			f.value(path+"."+m.name, row, m.value)
		}
	}
	for _, row := range n.Members {
		name := row.Field.Name()
		if f.member(v, name) != nil {
			continue
		}
		if f.impression {
			f.opened(path + "." + name + ": missing, though every example has it") // IM-21 to IM-23, IM-30, IM-40
		}
		if !row.Field.Mandatory {
			continue
		}
		if misspelt(v, name) || misplaced {
			f.opened(path + "." + name + ": in another letter case or place")
		} else {
			f.refused(contract.Should, path+"."+name+": missing, and mandatory ("+row.Field.Source+")")
		}
	}
	f.together(path, n, v)
}

// value judges a value by its row.
func (f *fieldReader) value(path string, n *contract.Node, v *node) {
	f.seen[n.Field.Path] = true
	if v.kind == contract.KindNull && n.Field.Kind != contract.KindNull {
		f.opened(path + ": null")
		return
	}
	switch n.Field.Kind {
	case contract.KindObject:
		if v.kind == contract.KindObject {
			f.members(path, n, v)
		} else {
			spoken := n.Field.Path == "lead" && v.kind == contract.KindString      // SL-03
			f.mismatch(path, n, v, n.Field.Path == f.attribute.Wrapper && !spoken) // EA-23
		}
	case contract.KindArray:
		f.array(path, n, v)
	case contract.KindString:
		if v.kind == contract.KindString {
			f.text(path, n.Field, v.text)
		} else {
			scalar := v.kind == contract.KindNumber || v.kind == contract.KindBoolean
			f.mismatch(path, n, v, scalar && n.Field.Path != "keywords[]") // SQ-03
		}
	case contract.KindInteger, contract.KindNumber:
		if v.kind == contract.KindNumber {
			f.number(path, n.Field, v.text)
		} else {
			untyped := strings.HasSuffix(n.Field.Path, ".loginStatus") || strings.HasSuffix(n.Field.Path, ".quantityInStock")
			f.mismatch(path, n, v, v.kind == contract.KindString && (untyped || numeric(v.text))) // SK-09, SV-05, SC-07
		}
	case contract.KindBoolean:
		if v.kind != contract.KindBoolean {
			f.mismatch(path, n, v, v.kind == contract.KindString || v.kind == contract.KindNumber) // SE-04
		}
	case contract.KindNull:
		if v.kind != contract.KindNull {
			f.opened(path + ": not null, and of unknown type (IE)")
		}
	}
}

// mismatch is a value of another kind than its row's.
func (f *fieldReader) mismatch(path string, n *contract.Node, v *node, coercible bool) {
	if coercible {
		f.opened(path + ": " + a(v) + ", which a server may take for " + kindNouns[n.Field.Kind])
	} else {
		f.refused(contract.Should, path+": "+a(v)+", not "+kindNouns[n.Field.Kind]+" ("+n.Field.Source+")")
	}
}

// numeric says whether some reader may take a text for a number.
func numeric(text string) bool {
	named := func(name string) bool { return strings.EqualFold(strings.TrimLeft(text, "+-"), name) }
	return blank(text) || strings.ContainsFunc(text, unicode.IsNumber) || named("NaN") || named("Inf") || named("Infinity")
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }

// array judges an array by the row of its entries.
func (f *fieldReader) array(path string, n *contract.Node, v *node) {
	if v.kind != contract.KindArray {
		lone := v.kind == contract.KindObject && n.Elem.Field.Kind == contract.KindObject && n.Field.Path != "eContext"
		f.mismatch(path, n, v, lone) // SC-11, SR-13; not IM-32
		return
	}
	most := map[string]int{"eContext": 1, "personal.contacts": 99}[n.Field.Path]
	if most == 0 {
		most = 999
	}
	if len(v.entries) == 0 || len(v.entries) > most {
		f.opened(path + ": " + strconv.Itoa(len(v.entries)) + " entries")
	}
	for i, entry := range v.entries {
		f.value(path+"["+strconv.Itoa(i)+"]", n.Elem, entry)
	}
}

// whole says whether every documented field was written, as in the full
// examples; of personal, all that the specification's own example has. Fields
// that an older edition alone knows do not count, and make nothing whole.
func (f *fieldReader) whole() bool {
	all := true
	specified := f.attribute.Type == "personal"
	for _, row := range f.attribute.Fields {
		old := row.Source == "T1"
		if old == f.seen[row.Path] {
			all = false
		}
		if strings.HasPrefix(row.Source, "S:") && !f.seen[row.Path] {
			specified = false
		}
	}
	if f.attribute.Type != "personal" {
		return all
	}
	return specified
}
