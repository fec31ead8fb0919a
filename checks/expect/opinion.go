package expect

import "sdegauge/internal/contract"

// reasons collects what a reader finds. A refusal outweighs what is open, a MUST
// a SHOULD, and among equals the first stays.
type reasons struct {
	refuse, open Opinion
	// should says that accepting hangs on a page beside the specification.
	should bool
}

func (r *reasons) refused(level contract.Level, because string) {
	if r.refuse.Class == 0 || level < r.refuse.Level {
		r.refuse = Opinion{Class: Refuse, Level: level, Because: because}
	}
}

func (r *reasons) opened(because string) {
	if r.open.Class == 0 {
		r.open = Opinion{Class: Open, Level: contract.Obs, Because: because}
	}
}

// join adds the reasons of a part of the request.
func (r *reasons) join(part reasons) {
	if part.refuse.Class != 0 {
		r.refused(part.refuse.Level, part.refuse.Because)
	}
	if part.open.Class != 0 {
		r.opened(part.open.Because)
	}
	r.should = r.should || part.should
}

// either is the better of two readings of one text: refused only where both are.
func either(a, b reasons) reasons {
	if a.refuse.Class == 0 {
		b.refuse = Opinion{}
	} else if b.refuse.Class != 0 && a.refuse.Level > b.refuse.Level {
		b.refuse = a.refuse
	}
	if b.open.Class == 0 {
		b.open = a.open
	}
	b.should = a.should || b.should
	return b
}

// opinion draws the conclusion.
func (r *reasons) opinion() Opinion {
	switch {
	case r.refuse.Class != 0:
		return r.refuse
	case r.open.Class != 0:
		return r.open
	case r.should:
		return Opinion{Class: Accept, Level: contract.Should, Because: "valid by the specification and the pages beside it"}
	}
	return Opinion{Class: Accept, Level: contract.Must, Because: "valid by the specification"}
}
