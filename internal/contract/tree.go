package contract

import "strings"

// Node is the field table of one attribute as a tree: what generators walk to
// write a value and servers walk to read one.
type Node struct {
	// Field is the row of the node; the root has an object's without a path.
	Field Field
	// Members are the children of an object, in the order of the table.
	Members []*Node
	// Elem is the entry of an array.
	Elem *Node
}

// Member finds a child of an object by its exact name.
func (n *Node) Member(name string) *Node {
	for _, m := range n.Members {
		if m.Field.Name() == name {
			return m
		}
	}
	return nil
}

// Tree arranges the rows of an attribute by their paths. It panics where a row
// has no parent above it, which a test of the table excludes.
func (a Attribute) Tree() *Node {
	root := &Node{Field: Field{Kind: KindObject, Mandatory: true, Source: a.Source}}
	byPath := map[string]*Node{"": root}
	for _, f := range a.Fields {
		node := &Node{Field: f}
		byPath[f.Path] = node
		if parent, isElem := strings.CutSuffix(f.Path, "[]"); isElem {
			byPath[parent].Elem = node
			continue
		}
		parent := byPath[f.Path[:max(0, strings.LastIndexByte(f.Path, '.'))]]
		parent.Members = append(parent.Members, node)
	}
	return root
}
