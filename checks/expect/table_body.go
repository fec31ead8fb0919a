package expect

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sdegauge/internal/contract"
)

// bodyOpinion is what the table's reader finds in a body.
type bodyOpinion struct {
	reasons
	// names are the names of the top-level members.
	names []string
}

// tableBody judges a body for a session.
func tableBody(body []byte, s *contract.Session, p contract.Profile) (o bodyOpinion) {
	switch {
	case len(body) == 0:
		o.refused(contract.Must, "body: empty, and pageId is required (S:L42)")
		return o
	case len(body) >= openBody:
		o.opened("body: of a length of which nothing is said")
		return o
	case bytes.HasPrefix(body, []byte{0xfe, 0xff}), bytes.HasPrefix(body, []byte{0xff, 0xfe}),
		body[0] == 0, len(body) > 1 && body[1] == 0:
		o.opened("body: in another encoding than UTF-8")
		return o
	}
	t := tolerant{b: body}
	root, err := t.read()
	switch {
	case err == errDeep:
		o.opened("body: " + err.Error())
		return o
	case err != nil:
		o.refused(contract.Should, fmt.Sprintf("body: %v at byte %d (S:L105; MO)", err, t.at))
		return o
	}
	for _, m := range root.members {
		o.names = append(o.names, m.name)
	}
	o.reasons = walk(root, s, p, false)
	if t.twice {
		o.reasons = either(o.reasons, walk(root, s, p, true))
		o.opened("body: a member is given twice")
	}
	if t.open != "" {
		o.opened("body: " + t.open)
	}
	return o
}

// walker judges the value of a body. Of a member given twice it takes the first
// or the last.
type walker struct {
	reasons
	last    bool
	session *contract.Session
	profile contract.Profile
}

func walk(root *node, s *contract.Session, p contract.Profile, last bool) reasons {
	w := walker{last: last, session: s, profile: p}
	if root.kind != contract.KindObject {
		w.refused(contract.Should, "body: "+a(root)+", not an object (S:L48–96)")
		return w.reasons
	}
	w.page(root)
	for _, m := range w.members(root) {
		switch m.name {
		case "pageId":
		case "impAttributes":
			w.attributes(m.name, m.value, contract.ImpressionTypes())
		case "engagementAttributes":
			w.attributes(m.name, m.value, contract.SDETypes())
		default:
			w.unknown(m.name)
		}
	}
	return w.reasons
}

// members are the members of an object, each once.
func (w *walker) members(v *node) []pair {
	var all []pair
	at := map[string]int{}
	for _, m := range v.members {
		if i, twice := at[m.name]; !twice {
			at[m.name] = len(all)
			all = append(all, m)
		} else if w.last {
			all[i] = m
		}
	}
	return all
}

// member is the value of one member, nil where it is missing.
func (w *walker) member(v *node, name string) *node {
	for _, m := range w.members(v) {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// misspelt says whether an object has a member whose name differs from name in
// letter case alone.
func misspelt(v *node, name string) bool {
	return slices.ContainsFunc(v.members, func(m pair) bool { return strings.EqualFold(m.name, name) })
}

func (w *walker) unknown(path string) {
	w.opened(clip(path) + ": a member of which nothing is said")
}

var kindNouns = map[contract.Kind]string{
	contract.KindObject: "an object", contract.KindArray: "an array", contract.KindString: "a string",
	contract.KindNumber: "a number", contract.KindInteger: "an integer", contract.KindBoolean: "a boolean", contract.KindNull: "null",
}

// a names the kind of a value.
func a(v *node) string { return kindNouns[v.kind] }

func (w *walker) page(root *node) {
	page := w.member(root, "pageId")
	switch {
	case page == nil && misspelt(root, "pageId"):
		w.opened("pageId: in another letter case")
	case page == nil:
		w.refused(contract.Must, "pageId: missing, and required (S:L42)")
	case page.kind == contract.KindNull:
		w.refused(contract.Must, "pageId: null, and required (S:L42)")
	case page.kind == contract.KindNumber:
		w.opened("pageId: a number, which a server may coerce")
	case page.kind != contract.KindString:
		w.refused(contract.Should, "pageId: "+a(page)+", not a string (S:L42)")
	case page.text == "":
		w.refused(contract.Should, "pageId: empty (S:L42)")
	case page.text != w.session.PageID:
		w.opened("pageId: not that of the session")
	}
}

// attributes judges one of the two arrays of a body.
func (w *walker) attributes(name string, v *node, types []contract.Attribute) {
	switch {
	case v.kind == contract.KindNull:
		w.opened(name + ": null")
	case v.kind == contract.KindString && (blank(v.text) || strings.HasPrefix(strings.TrimLeft(v.text, " \t\r\n"), "[")):
		w.opened(name + ": a string that holds an array (X7)")
	case v.kind != contract.KindArray:
		w.refused(contract.Should, name+": "+a(v)+", not an array (S:L51, S:L77)")
	case len(v.entries) == 0:
		w.opened(name + ": empty")
	}
	var seen []string
	for i, entry := range v.entries {
		path := name + "[" + strconv.Itoa(i) + "]"
		if entry.kind != contract.KindObject {
			w.refused(contract.Should, path+": "+a(entry)+", not an object (MO)")
			continue
		}
		known := w.attribute(path, name == "impAttributes", entry, types)
		if known == "" {
			continue
		}
		if slices.Contains(seen, known) {
			w.opened(path + ": a second " + known)
		}
		if slices.Contains(seen, "impDisplay") && known == "impAccept" {
			w.should = true // the other order than the specification's (IM-05)
		}
		seen = append(seen, known)
	}
}

// alternatives are the names by which the documents know an SDE elsewhere: as a
// title or on the read side (VIS, EH, MI).
var alternatives = strings.Fields("transaction viewedProduct customerInfo marketingCampaignInfo searchContent section orderId " +
	"cartStatus purchases personalInfo leads serviceActivity visitorError")

// javaNames are the names of the impressions in Java (IE, X14).
var javaNames = strings.Fields("ImpressionEvent ImpressionDisplayEvent ImpressionAcceptEvent ImpressionExpandedEvent " +
	"ImpressionTimeoutEvent ImpressionCloseEvent")

// attribute judges an SDE or an impression and returns its type where it is one.
func (w *walker) attribute(path string, impression bool, v *node, types []contract.Attribute) string {
	kind := w.member(v, "type")
	switch {
	case kind == nil && misspelt(v, "type"):
		w.opened(path + ".type: in another letter case")
		return ""
	case kind == nil:
		w.refused(contract.Should, path+".type: missing, and mandatory (S:L53; T)")
		return ""
	case kind.kind != contract.KindString:
		w.refused(contract.Should, path+".type: "+a(kind)+", not a string (S:L53; T)")
		return ""
	}
	for _, t := range types {
		if t.Type == kind.text {
			w.known(path, impression, v, t)
			return t.Type
		}
	}
	other := alternatives
	if impression {
		other = javaNames
	}
	similar := func(t contract.Attribute) bool { return strings.EqualFold(t.Type, kind.text) }
	if slices.Contains(other, kind.text) || slices.ContainsFunc(types, similar) {
		w.opened(path + ".type: " + kind.text + ", another name or letter case of a type")
	} else {
		w.refused(contract.Should, path+".type: "+strconv.Quote(clip(kind.text))+" does not belong here (S:L43–44; T; IE)")
	}
	return ""
}

// known judges an attribute of a known type.
func (w *walker) known(path string, impression bool, v *node, t contract.Attribute) {
	switch {
	case impression && w.session.Engagement == nil:
		w.opened(path + ": an impression in a session without engagement")
	case t.Type == "searchInfo" && !w.profile.SearchInfoMust:
		w.opened(path + ": searchInfo, which is not reportable from everywhere (X15)")
	}
	f := fieldReader{walker: w, attribute: t, impression: impression, seen: map[string]bool{}}
	f.members(path, t.Tree(), v)
	w.should = w.should || impression && !strings.HasPrefix(t.Source, "S:") || !impression && !f.whole()
	if t.Type == "cart" {
		w.sums(path, v)
	}
}
