package generators

import (
	"fmt"
	"slices"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/spelling"
)

// Depth says how much of its fields an attribute carries.
type Depth string

// The depths.
const (
	Minimal Depth = "minimal" // the mandatory fields; firstname or ctype where the documented minimal example has it
	Typical Depth = "typical" // a plausible part of the fields, another for every update
	Full    Depth = "full"    // every field of the table
)

// Size says how long a body is made, where its class and depth leave a choice:
// lists get more entries, texts more words, "several" and "full" more SDEs. The
// class page is always short, and so is depth minimal.
type Size string

// The sizes. They are aims; [Size.Bounds] says what is kept.
const (
	Small  Size = "small"  // about 200 bytes
	Medium Size = "medium" // about 900 bytes
	Large  Size = "large"  // about 8 KiB
)

// Depths returns the depths, the least first.
func Depths() []Depth { return []Depth{Minimal, Typical, Full} }

// Sizes returns the sizes, the smallest first.
func Sizes() []Size { return []Size{Small, Medium, Large} }

// target is the length in bytes that a body is grown to.
func (s Size) target() int {
	switch s {
	case Small:
		return 200
	case Large:
		return 8 << 10
	}
	return 900
}

// Bounds are the least and the greatest length in bytes of a body of this size.
// The least holds for the classes that are made of SDEs, at depth typical or
// full. The greatest is well above the aim, for two SDEs with all their fields
// and two impressions need some 1,100 bytes by themselves.
//
// Both are reckoned for ids as Create Session gives them; longer ones count
// extra.
func (s Size) Bounds() (low, high int) {
	switch s {
	case Small:
		return 30, 1536
	case Large:
		return 7 << 10, 10 << 10
	}
	return 600, 1800
}

// The classes that are not one SDE.
const (
	ClassPage        = "page"        // {"pageId":…} alone
	ClassSeveral     = "several"     // two to ten SDEs of different types
	ClassImpressions = "impressions" // minimal: one; typical: accept and display; full: all five types
	ClassFull        = "full"        // accept and display, and at least two SDEs
	ClassExample     = "example"     // the specification's own body with the session's ids
	ClassVariation   = "variation"   // an unusual request that the contract accepts, see [Variations]
	// ClassFault is the class under which faults are counted; it is not among
	// [Classes], for a fault is asked for by its own name.
	ClassFault = "fault"
)

// Classes returns the names of the payload classes: the SDE types by their wire
// names in the order of the contract, and the composed ones.
//
// A class that holds impressions needs an engagement. For a session without one
// the same SDEs go without impressions under the same class name: "impressions"
// is then the page alone, "example" the specification's personal SDE.
func Classes() []string {
	names := []string{ClassPage}
	for _, t := range contract.SDETypes() {
		names = append(names, t.Type)
	}
	return append(names, ClassSeveral, ClassImpressions, ClassFull, ClassExample, ClassVariation)
}

// unknown is the error for a name that is not in a list.
func unknown(what, name string, known []string) error {
	if near := spelling.Nearest(name, known); near != "" {
		return fmt.Errorf("unknown %s %q; did you mean %q?", what, name, near)
	}
	return fmt.Errorf("unknown %s %q; there are %s", what, name, strings.Join(known, ", "))
}

// checkClass tells whether a class, depth and size exist; the empty depth and
// size stand for typical and medium.
func checkClass(class string, d Depth, s Size) error {
	if known := Classes(); !slices.Contains(known, class) {
		return unknown("payload class", class, known)
	}
	if d != "" && !slices.Contains(Depths(), d) {
		return unknown("depth", string(d), names(Depths()))
	}
	if s != "" && !slices.Contains(Sizes(), s) {
		return unknown("size", string(s), names(Sizes()))
	}
	return nil
}

func names[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = string(s)
	}
	return all
}
