package generators

import (
	"slices"

	"sdegauge/internal/contract"
)

// node is a row of the field table, ready to be written.
type node struct {
	key     string // `"total":`
	name    string
	kind    contract.Kind
	members []*node
	elem    *node
	// value writes a leaf.
	value maker
	// mandatory fields are always written, usual ones at depth typical, and at
	// depth minimal those that the documented minimal example has.
	mandatory, usual, minimal bool
	// grows marks the field that takes up what a body lacks in length.
	grows bool
	// path is the wire type and the field's path.
	path string
	// minimalRow and fullRow are the requirements of an attribute's examples.
	minimalRow, fullRow string
	impression          bool
}

// The fields that a typical object of their kind has. Without a contact's email
// or the rest of a date a body would be one that the contract says nothing
// about.
var usual = []string{
	"ctmrinfo/info.ctype", "ctmrinfo/info.cstatus",
	"ctmrinfo/info.lastPaymentDate.year", "ctmrinfo/info.lastPaymentDate.month", "ctmrinfo/info.lastPaymentDate.day",
	"ctmrinfo/info.registrationDate.year", "ctmrinfo/info.registrationDate.month", "ctmrinfo/info.registrationDate.day",
	"mrktInfo/info.channel",
	"personal/personal.firstname", "personal/personal.age.age", "personal/personal.age.year",
	"personal/personal.age.month", "personal/personal.age.day",
	"personal/personal.contacts[].email", "personal/personal.contacts[].address.country",
	"cart/products[].product.name", "cart/products[].product.price", "cart/products[].quantity",
	"purchase/cart.products[].product.name", "purchase/cart.products[].product.price", "purchase/cart.products[].quantity",
	"prodView/products[].product.name", "prodView/products[].product.price",
	"lead/lead.topic", "service/service.topic", "error/error.message", "searchInfo/keywords",
}

// The fields of the minimal examples that are not mandatory.
var inMinimal = []string{
	"ctmrinfo/info", "ctmrinfo/info.ctype", "personal/personal", "personal/personal.firstname",
}

// The fields that grow: lists where a type has one, else its freest text.
var growing = []string{
	"cart/products", "purchase/cart", "purchase/cart.products", "prodView/products", "personal/personal.contacts",
	"searchInfo/keywords", "ctmrinfo/info.accountName", "mrktInfo/info.affiliate", "lead/lead.topic",
	"service/service.topic", "error/error.message",
}

// compile makes the tree of one attribute. The wrapper is always there; lists
// and objects come before the plain members, as in the specification's example
// (S:L80–92), so that a cart's total can follow its lines.
func compile(a contract.Attribute, impression bool) *node {
	root := compileNode(a.Type, a.Tree(), impression)
	root.key = `{"type":"` + a.Type + `"`
	root.minimalRow, root.fullRow, root.impression = a.Minimal, a.Full, impression
	for _, m := range root.members {
		if a.Wrapper != "" && m.name == a.Wrapper {
			m.usual = true
		}
	}
	return root
}

// olderEdition is the source of fields that the present documents do not know.
const olderEdition = "T1"

func compileNode(wireType string, from *contract.Node, impression bool) *node {
	path := wireType + "/" + from.Field.Path
	n := &node{
		name:      from.Field.Name(),
		key:       `"` + from.Field.Name() + `":`,
		kind:      from.Field.Kind,
		mandatory: from.Field.Mandatory,
		usual:     slices.Contains(usual, path),
		minimal:   impression || slices.Contains(inMinimal, path),
		grows:     slices.Contains(growing, path),
		path:      path,
	}
	for _, m := range from.Members {
		if m.Field.Source == olderEdition {
			continue // no update that has to be accepted hangs on it (SV-06)
		}
		n.members = append(n.members, compileNode(wireType, m, impression))
	}
	if from.Elem != nil {
		n.elem = compileNode(wireType, from.Elem, impression)
	}
	if !impression {
		slices.SortStableFunc(n.members, func(a, b *node) int { return b.depth() - a.depth() })
	}
	if n.members == nil && n.elem == nil {
		n.value = makerFor(path, from.Field)
	}
	return n
}

// depth is 1 for lists and objects, 0 for plain members.
func (n *node) depth() int {
	if n.kind == contract.KindObject || n.kind == contract.KindArray {
		return 1
	}
	return 0
}

// compiled are the trees of all attributes, in the contract's order.
type compiled struct {
	sdes, impressions []*node
	byType            map[string]*node
}

func compileAll() *compiled {
	all := &compiled{byType: map[string]*node{}}
	for _, a := range contract.SDETypes() {
		n := compile(a, false)
		all.sdes = append(all.sdes, n)
		all.byType[a.Type] = n
	}
	for _, a := range contract.ImpressionTypes() {
		n := compile(a, true)
		all.impressions = append(all.impressions, n)
		all.byType[a.Type] = n
	}
	return all
}

// trees are read only.
var trees = compileAll()
