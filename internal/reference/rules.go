package reference

import (
	"net/netip"
	"strconv"

	"sdegauge/internal/contract"
)

// rule is a row of the field table, made ready for reading: what a value at one
// place of a body has to be. A nil rule takes any JSON.
type rule struct {
	kind contract.Kind
	// values are the only ones allowed, as texts or as numbers; empty allows
	// all.
	values []string
	whole  []int64
	// members and required (a bit for each member) are an object's.
	members  []member
	required uint64
	// elem is the rule of an array's entries.
	elem *rule
	// union chooses the rule of an object by its member type.
	union map[string]*wireType
	// also takes a value that already fits kind and values, and says what else
	// is wrong with it, "" for nothing.
	also func(r *reader, v scalar) string
	// edits are a deviation's, nil for none.
	edits *edits
}

type member struct {
	name string
	rule *rule
}

// scalar is a value that is no container: the value of a string, or a number.
type scalar struct {
	text  []byte
	whole int64 // of an integer
}

// wireType is one value of the member type: an SDE or an impression event.
type wireType struct {
	name string
	// index numbers SDEs and impressions together.
	index      int
	rule       *rule
	impression bool
	wrapper    string
	repeat     contract.Repeat
}

// rulebook holds the rules of both calls. It is never changed once made.
type rulebook struct {
	update, create *rule
	types          []*wireType
}

// newRulebook compiles the field table.
func newRulebook(messaging bool) *rulebook {
	book := &rulebook{}
	sdes := &rule{kind: contract.KindObject, union: map[string]*wireType{}}
	for _, a := range contract.SDETypes() {
		repeat := a.Chat
		if messaging {
			repeat = a.Messaging
		}
		book.add(sdes, a, wireType{wrapper: a.Wrapper, repeat: repeat})
	}
	impressions := &rule{kind: contract.KindObject, union: map[string]*wireType{}}
	for _, a := range contract.ImpressionTypes() {
		t := book.add(impressions, a, wireType{impression: true, repeat: contract.Append})
		bindEngagement(t.rule)
	}
	book.update = object(
		member{"pageId", &rule{kind: contract.KindString, also: takePage}},
		member{"impAttributes", list(impressions)},
		member{"engagementAttributes", list(sdes)},
	).requires(1)
	book.create = createRule(list(sdes))
	return book
}

func (b *rulebook) add(union *rule, a contract.Attribute, t wireType) *wireType {
	t.name, t.index = a.Type, len(b.types)
	t.rule = compile(a.Tree())
	t.rule.members = append(t.rule.members, member{"type", &rule{kind: contract.KindString}})
	union.union[a.Type] = &t
	b.types = append(b.types, &t)
	return &t
}

// compile turns a node of the field table into a rule.
func compile(n *contract.Node) *rule {
	r := &rule{kind: n.Field.Kind}
	for _, values := range [][]string{n.Field.Values, n.Field.Beyond} {
		for _, v := range values {
			r.allow(v)
		}
	}
	for i, m := range n.Members {
		r.members = append(r.members, member{m.Field.Name(), compile(m)})
		if m.Field.Mandatory {
			r.required |= 1 << i
		}
	}
	if n.Elem != nil {
		r.elem = compile(n.Elem)
	}
	return r
}

func (r *rule) allow(value string) {
	if r.kind == contract.KindString {
		r.values = append(r.values, value)
		return
	}
	if whole, err := strconv.ParseInt(value, 10, 64); err == nil {
		r.whole = append(r.whole, whole)
	}
}

func object(members ...member) *rule {
	return &rule{kind: contract.KindObject, members: members}
}

// requires makes the first n members mandatory.
func (r *rule) requires(n int) *rule { r.required = 1<<n - 1; return r }

func list(elem *rule) *rule { return &rule{kind: contract.KindArray, elem: elem} }

// find returns the position of a member, or -1.
func (r *rule) find(name []byte) int {
	for i := range r.members {
		if r.members[i].name == string(name) {
			return i
		}
	}
	return -1
}

func (r *rule) member(name string) *rule { return r.members[r.find([]byte(name))].rule }

// takePage keeps the page of an update (S:L42).
func takePage(r *reader, v scalar) string {
	if len(v.text) == 0 {
		return "empty"
	}
	r.page = v.text
	return ""
}

// bindEngagement holds the ids of an impression against the session's
// engagement (MR): S takes them from Create Session's reply.
func bindEngagement(impression *rule) {
	id := func(name string, of func(*contract.Engagement) int64) {
		impression.member(name).also = func(r *reader, v scalar) string {
			if v.whole != of(r.engagement) {
				return foreign
			}
			return ""
		}
	}
	id("campaign", func(e *contract.Engagement) int64 { return e.Campaign })
	id("engId", func(e *contract.Engagement) int64 { return e.ID })
	id("revision", func(e *contract.Engagement) int64 { return e.Revision })
	if at := impression.find([]byte("eContext")); at >= 0 {
		impression.members[at].rule.elem.member("id").also = func(r *reader, v scalar) string {
			if string(v.text) != r.engagement.ContextID {
				return foreign
			}
			return ""
		}
	}
}

const foreign = "not that of the session's engagement"

// createRule is the body of Create Session (CS).
func createRule(sdes *rule) *rule {
	text := func(values ...string) *rule { return &rule{kind: contract.KindString, values: values} }
	address := text()
	address.also = func(_ *reader, v scalar) string {
		if _, err := netip.ParseAddr(string(v.text)); err != nil {
			return "want an IPv4 or IPv6 address"
		}
		return ""
	}
	return object(
		member{"appType", text(contract.AppTypeMSDK, contract.AppTypeExternal)},
		member{"appDetails", object(
			member{"appVersion", text()},
			member{"osVersion", text()},
			member{"deviceFamily", text("DESKTOP", "TABLET", "MOBILE")},
			member{"ipAddress", address},
			member{"os", text("WINDOWS", "MAC_OSX", "LINUX", "IOS", "ANDROID")},
		)},
		member{"consumerSections", list(text())},
		member{"engagementAttributes", sdes},
	).requires(1)
}
