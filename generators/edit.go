package generators

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"sdegauge/internal/contract"
)

// The catalogue is written in the words of this file: an expectation, a twin,
// and variants made of edits.

// rejects expects 400, 401 or 404 with an envelope; status and codes are
// preferred.
func rejects(status int, codes ...contract.InternalCode) contract.Expectation {
	return contract.Expectation{Outcome: contract.Rejected, Status: status, Codes: codes}
}

// invalid is the rejection of a body that failed validation (MO, MR).
func invalid() contract.Expectation { return rejects(400, contract.CodeInvalidData) }

// noVisitor is the rejection of an unknown visitor (MO, VIS).
func noVisitor() contract.Expectation { return rejects(404, contract.CodeUnknownVisitor) }

// noSession is the rejection of an unknown session (MO, VIS).
func noSession() contract.Expectation { return rejects(404, contract.CodeUnknownSession) }

// noVersion is the rejection of a version that is not 1.0 (S:L134–136, MO).
func noVersion() contract.Expectation { return rejects(400, contract.CodeIllegalVersion) }

// or adds a status that meets the expectation as well, with the code that the
// siblings send with it.
func or(e contract.Expectation, status int, codes ...contract.InternalCode) contract.Expectation {
	e.Statuses = append(slices.Clip(e.Statuses), status)
	e.Codes = append(slices.Clip(e.Codes), codes...)
	return e
}

// tolerated is the expectation with acceptance only recorded.
func tolerated(e contract.Expectation) contract.Expectation { e.TolerateOK = true; return e }

// not2xx expects any refusal, a gateway's page included, by preference 404.
func not2xx() contract.Expectation {
	return contract.Expectation{Outcome: contract.Not2xx, Status: 404}
}

// observed expects nothing: the specification is silent.
func observed() contract.Expectation { return contract.Expectation{Outcome: contract.Observed} }

// accepts expects 200 and an empty entity.
func accepts() contract.Expectation { return contract.Expectation{Outcome: contract.OK} }

// The twins.
var (
	onPage  = twin{class: ClassPage}
	onFull  = twin{class: ClassFull}
	onEvery = twin{class: ClassSeveral}
)

// on is the twin with one SDE, every field of it written.
func on(sde string) twin { return twin{class: sde, attribute: sde} }

// onMinimal is the twin with one minimal SDE.
func onMinimal(sde string) twin { return twin{class: sde, attribute: sde, minimal: true} }

// onImpression is the twin with one impression; its session needs an engagement.
func onImpression(kind string) twin { return twin{class: ClassImpressions, attribute: kind} }

// fault is a row of the catalogue.
func fault(name, requirement, reason string, expect contract.Expectation, t twin, variants ...Variant) Fault {
	f := Fault{Name: name, Requirement: requirement, Reason: reason, Expect: expect, Variants: variants, twin: t}
	if t.class == ClassImpressions {
		f.Needs = NeedEngagement
	}
	return f
}

// needing is a fault that asks something of its session.
func needing(n Need, f Fault) Fault { f.Needs |= n; return f }

// as is a variant with a name.
func as(name string, do func(*edit)) Variant { return Variant{Name: name, edit: do} }

// only is the one variant of a fault.
func only(do func(*edit)) Variant { return Variant{edit: do} }

// long is a variant with a body of about n bytes.
func long(name string, n int, do func(*edit)) Variant { return Variant{Name: name, Bytes: n, edit: do} }

// each makes a variant of every text, named after it.
func each(do func(e *edit, text string), texts ...string) []Variant {
	var all []Variant
	for _, text := range texts {
		all = append(all, as(text, func(e *edit) { do(e, text) }))
	}
	return all
}

// sizes makes a variant of every number; one unit adds about so many bytes to
// the body.
func sizes(unit int, do func(e *edit, n int), numbers ...int) []Variant {
	var all []Variant
	for _, n := range numbers {
		all = append(all, long(fmt.Sprint(n), n*unit, func(e *edit) { do(e, n) }))
	}
	return all
}

// set makes a variant of every raw value for the field at a path.
func set(path string, raw ...string) []Variant {
	var all []Variant
	for _, value := range raw {
		all = append(all, as(path[strings.LastIndexByte(path, '.')+1:]+" "+value, func(e *edit) { e.set(path, value) }))
	}
	return all
}

// without makes the one variant that lacks the member at a path.
func without(path string) Variant { return only(func(e *edit) { e.drop(path) }) }

// join concatenates variants.
func join(groups ...[]Variant) []Variant {
	var all []Variant
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// sde and imp are the paths of the twin's only attribute.
const (
	sde = "engagementAttributes[0]"
	imp = "impAttributes[0]"
)

// Edits of the body.

func (e *edit) set(path, raw string)    { e.c.Body = replace(e.c.Body, path, raw) }
func (e *edit) drop(path string)        { e.c.Body = remove(e.c.Body, path) }
func (e *edit) rename(path, to string)  { e.c.Body = rename(e.c.Body, path, to) }
func (e *edit) insert(path, raw string) { e.c.Body = insert(e.c.Body, path, raw) }

// raw is the text at a path.
func (e *edit) raw(path string) string {
	at := find(e.c.Body, path)
	return string(e.c.Body[at.value:at.end])
}

// body replaces the whole body.
func (e *edit) body(text string) { e.c.Body = append(e.c.Body[:0], text...) }

// Edits of the request target. Raw texts are percent-encoded already, or
// wrongly on purpose.

// accountBefore and accountAfter are the path around the account (S:L22).
var accountBefore, accountAfter, _ = strings.Cut(contract.VisitorsPath("@"), "@")

// query is the valid query of a session.
func query(s *contract.Session) string {
	_, q, _ := strings.Cut(contract.Target(s.Account, s.VisitorID, s.ID), "?")
	return q
}

// account puts a raw text in the account's place.
func (e *edit) account(raw string) {
	e.c.Target = accountBefore + raw + accountAfter + "/" + url.PathEscape(e.s.VisitorID) + "?" + query(e.s)
}

// visitor puts a raw text in the visitor's place.
func (e *edit) visitor(raw string) {
	e.c.Target = contract.VisitorsPath(e.s.Account) + "/" + raw + "?" + query(e.s)
}

// query puts a raw text in the query's place; an empty one takes the question
// mark with it.
func (e *edit) query(raw string) {
	e.c.Target = contract.Path(e.s.Account, e.s.VisitorID)
	if raw != "" {
		e.c.Target += "?" + raw
	}
}

// version puts a raw text in the version's place.
func (e *edit) version(raw string) {
	e.query(contract.ParamVersion + "=" + raw + "&" + e.sidParam())
}

// sid puts a raw text in the session id's place.
func (e *edit) sid(raw string) {
	e.query(versionParam + "&" + contract.ParamSessionID + "=" + raw)
}

const versionParam = contract.ParamVersion + "=" + contract.Version

func (e *edit) sidParam() string {
	return contract.ParamSessionID + "=" + url.QueryEscape(e.s.ID)
}

// stranger is an id of n characters that is not the given one.
func (e *edit) stranger(n int, own string) string {
	for {
		if id := e.text(n, alphanum); id != own {
			return id
		}
	}
}

// percent encodes every byte of a text.
func percent(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "%%%02X", text[i])
	}
	return b.String()
}

// swapCase turns the letter case of ASCII letters.
func swapCase(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, text)
}

// swapped turns the letter case of an id; an id without letters stays the same,
// and then there is no fault.
func (e *edit) swapped(id string) string {
	to := swapCase(id)
	e.same = to == id
	return to
}

// header replaces the header of the request.
func header(fields ...contract.HeaderField) func(*edit) {
	return func(e *edit) { e.c.Header = fields }
}
