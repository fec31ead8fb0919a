package deviations

import (
	"encoding/json"
	"slices"
	"strings"

	"sdegauge/internal/reference"
)

// events are requirements whose requests hold valid impressions, or are sent
// beside such ones.
var events = []string{"IM-*", "EP-02", "EA-0?", "LC-*"}

// impressionMutants take impressions that are none, and refuse good ones
// (S:L43, S:L51–76, IE).
func impressionMutants() []Mutant {
	refuse := func(id, title string, catches []string, p Probe, when func(raw []byte) bool) Mutant {
		return Mutant{ID: id, Title: title, Catches: catches, Wake: events, Options: refusing("impAttributes", when), Probe: p}
	}
	take := func(id, title, catches, place string, when func(raw []byte) bool, p Probe) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{catches}, Options: taking(place, when), Probe: p}
	}
	types := func(raw []byte) []string {
		var all []string
		for _, e := range entries(raw) {
			all = append(all, typeOf(e))
		}
		return all
	}
	only := func(t string) func([]byte) bool {
		return func(raw []byte) bool { return slices.Contains(types(raw), t) }
	}
	order := func(want ...string) func([]byte) bool {
		return func(raw []byte) bool { return slices.Equal(types(raw), want) }
	}
	id := func(name string, letters string) Mutant {
		words := map[string]string{"b": "a boolean", "o": "an object", "s": "a text"}
		examples := map[string]string{"b": "true", "o": "{}", "s": `"abc"`}
		return take("impression-"+strings.ToLower(name)+"-"+strings.ReplaceAll(words[letters][strings.IndexByte(words[letters], ' ')+1:], " ", "-"),
			"takes "+words[letters]+" for an impression's "+name, "IM-25", "impDisplay."+name, kinds(letters),
			impression(`{"type":"impDisplay","`+name+`":`+examples[letters]+`}`))
	}
	const where = "impAttributes[]"
	mutants := []Mutant{
		refuse("display-refused", "refuses impDisplay", []string{"IM-03"}, impression(display), only("impDisplay")),
		refuse("accept-refused", "refuses impAccept", []string{"IM-02"}, impression(accept), only("impAccept")),
		refuse("expanded-refused", "refuses impExpanded", []string{"IM-06"}, impression(expanded), only("impExpanded")),
		refuse("timeout-refused", "refuses impTimeout", []string{"IM-07"}, impression(timeout), only("impTimeout")),
		refuse("close-refused", "refuses impClose", []string{"IM-08"}, impression(closed), only("impClose")),
		refuse("accept-before-display", "refuses an impAccept that stands before its impDisplay, as it does in the specification",
			[]string{"IM-04"}, impression(accept, display), order("impAccept", "impDisplay")),
		refuse("display-before-accept", "refuses an impDisplay that stands before its impAccept", []string{"IM-05"},
			impression(display, accept), order("impDisplay", "impAccept")),
		refuse("two-impressions-at-most", "refuses more than two impressions at once", []string{"IM-09"},
			impression(display, accept, expanded, timeout, closed), func(raw []byte) bool { return len(entries(raw)) > 2 }),
		refuse("one-impression-at-most", "refuses more than one impression at once", []string{"IM-04", "IM-05", "IM-09"},
			impression(display, accept), func(raw []byte) bool { return len(entries(raw)) > 1 }),
		refuse("campaign-32-bit", "refuses a campaign beyond 32 bits", []string{"IM-26"}, impression(display),
			func(raw []byte) bool {
				return anyEntry(raw, func(e []byte) bool { return len(members(e)["campaign"]) > 9 })
			}),
		{ID: "context-demanded", Title: "refuses impTimeout and impClose without an eContext", Catches: []string{"IM-07", "IM-08"}, Wake: events,
			Options: refusing(where, func(raw []byte) bool { return typed("impTimeout", "impClose")(raw) && lacks("eContext")(raw) }),
			Probe:   impression(timeout)},
		{ID: "expanded-not-null", Title: "refuses null in the members of impExpanded", Catches: []string{"IM-06"}, Wake: events,
			Options: refusing("impExpanded.expanded", always), Probe: impression(expanded)},

		take("impressions-object", "takes one impression in place of the array", "IM-12", "impAttributes", kinds("o"),
			with(`"impAttributes":`+display)),
		take("impressions-boolean", "takes true for impAttributes", "IM-14", "impAttributes", kinds("b"), with(`"impAttributes":true`)),
		take("impressions-number", "takes a number for impAttributes", "IM-14", "impAttributes", kinds("d"), with(`"impAttributes":1`)),
		take("impressions-text", "takes a word for impAttributes", "IM-14", "impAttributes", is(`"x"`), with(`"impAttributes":"x"`)),
		take("impression-null", "takes null for an impression", "IM-15", where, kinds("z"), impression("null")),
		take("impression-number", "takes a number for an impression", "IM-15", where, kinds("d"), impression("1")),
		take("impression-text", "takes a text for an impression", "IM-15", where, kinds("s"), impression(`"x"`)),
		take("impression-array", "takes an array for an impression", "IM-15", where, kinds("a"), impression("[]")),
		take("impression-type-unknown", "takes an impression of a type that does not exist", "IM-16", where, typed("impFoo"), impression(`{"type":"impFoo"}`)),
		take("impression-type-missing", "takes an impression without a type", "IM-17", where, lacks("type"), impression("{"+impIDs+"}")),
		take("impression-type-null", "takes an impression whose type is null", "IM-17", where, typeKind("z"), impression(`{"type":null}`)),
		take("impression-type-empty", "takes an impression whose type is empty", "IM-17", where,
			func(raw []byte) bool { return string(members(raw)["type"]) == `""` }, impression(`{"type":""}`)),
		take("impression-type-number", "takes an impression whose type is a number", "IM-17", where, typeKind("d"), impression(`{"type":7}`)),
		take("impression-sde", "takes an SDE among the impressions", "IM-19", where, typed("personal"), impression(`{"type":"personal"}`)),
		take("context-object", "takes an object for eContext", "IM-32", "impDisplay.eContext", kinds("o"), impression(`{"type":"impDisplay","eContext":{}}`)),
		take("context-text", "takes a text for eContext", "IM-32", "impDisplay.eContext", kinds("s"), impression(`{"type":"impDisplay","eContext":"1"}`)),
		{ID: "impression-unasked-html", Title: "refuses an impression of a session without an engagement with a page for a browser",
			Catches: []string{"IM-35"}, Wake: []string{"U-*", "RS-02"},
			Options: updates(func(x *reference.Exchange) bool {
				return at("impAttributes")(x) && strings.Contains(x.Fault.Problem, "no engagement")
			}, page),
			Probe: Probe{{Target: plain.Target, Body: `{"pageId":"7000000001","impAttributes":[` + display + `]}`}}},
		{ID: "impression-foreign-html", Title: "refuses the context of another engagement with a page for a browser", Catches: []string{"IM-36"},
			Wake: []string{"U-*", "RS-02", "IM-34"},
			Options: updates(func(x *reference.Exchange) bool {
				return at("impAttributes")(x) && strings.Contains(x.Fault.Path, "eContext") && strings.Contains(x.Fault.Problem, "session's")
			}, page), Probe: impression(strings.Replace(display, `"id":"1"`, `"id":"2"`, 1))},
	}
	for _, name := range []string{"campaign", "engId", "revision"} {
		for _, letters := range []string{"b", "o", "s"} {
			mutants = append(mutants, id(name, letters))
		}
	}
	return mutants
}

// attributeMutants take SDEs that are none, and refuse good ones (S:L44, T).
func attributeMutants() []Mutant {
	const whole, each = "engagementAttributes", "engagementAttributes[]"
	take := func(id, title, catches, place string, when func(raw []byte) bool, p Probe) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{catches}, Options: taking(place, when), Probe: p}
	}
	imps := typed("impDisplay", "impAccept", "impExpanded", "impTimeout", "impClose")
	// beside is true of an array with one entry that fits, and others that do
	// not.
	beside := func(fits func([]byte) bool) func([]byte) bool {
		return func(raw []byte) bool {
			return anyEntry(raw, fits) && anyEntry(raw, func(e []byte) bool { return !fits(e) })
		}
	}
	mutants := []Mutant{
		{ID: "spec-example-refused", Title: "refuses an age that is written 30.0, as the specification writes it", Catches: []string{"EA-02", "SR-01"},
			Wake: []string{"EP-02", "EA-*", "SR-*"}, Options: refusing("personal.personal.age.age", is("30.0")),
			Probe: sde(`{"type":"personal","personal":{"age":{"age":30.0}}}`)},
		{ID: "both-arrays-refused", Title: "refuses impressions and SDEs in one update", Catches: []string{"EP-02", "EA-03"}, Wake: []string{"EA-*", "EP-*", "LC-*"},
			Options: refusing("", func(raw []byte) bool { return holds(whole)(raw) && holds("impAttributes")(raw) }),
			Probe:   with(`"impAttributes":[` + display + `],"engagementAttributes":[` + lead + `]`)},
		{ID: "nine-sdes-at-most", Title: "refuses more than eight SDEs at once", Catches: []string{"EA-04"},
			Options: refusing(whole, func(raw []byte) bool { return len(entries(raw)) > 8 }),
			Probe:   sde(slices.Repeat([]string{lead}, 9)...)},
		take("attributes-mixed", "takes an impression beside an SDE", "EA-09", whole, beside(imps), sde(lead, display)),
		{ID: "attributes-half-stored", Title: "stores what stands before the first fault of an update that it refuses", Needs: NeedsState,
			Catches: []string{"EA-24"}, Wake: []string{"EA-09"},
			Options: func(o *reference.Options) { o.Deviation.Session.KeepRefused = true },
			Probe:   stored(sde(lead, `{"type":"cart","total":true,"numItems":1}`))},
		take("attributes-object", "takes one SDE in place of the array", "EA-12", whole, kinds("o"), with(`"engagementAttributes":`+lead)),
		take("attributes-boolean", "takes true for engagementAttributes", "EA-14", whole, kinds("b"), with(`"engagementAttributes":true`)),
		take("attributes-number", "takes a number for engagementAttributes", "EA-14", whole, kinds("d"), with(`"engagementAttributes":1`)),
		take("attributes-text", "takes a word for engagementAttributes", "EA-14", whole, is(`"x"`), with(`"engagementAttributes":"x"`)),
		take("attribute-null", "takes null for an SDE", "EA-15", each, kinds("z"), sde("null")),
		take("attribute-number", "takes a number for an SDE", "EA-15", each, kinds("d"), sde("1")),
		take("attribute-text", "takes a text for an SDE", "EA-15", each, kinds("s"), sde(`"x"`)),
		take("attribute-array", "takes an array for an SDE", "EA-15", each, kinds("a"), sde("[]")),
		take("attribute-type-unknown", "takes an SDE of a type that does not exist", "EA-16", each, typed("foo"), sde(`{"type":"foo"}`)),
		take("attribute-type-missing", "takes an SDE without a type", "EA-17", each, lacks("type"), sde(`{"total":1}`)),
		take("attribute-type-null", "takes an SDE whose type is null", "EA-17", each, typeKind("z"), sde(`{"type":null}`)),
		take("attribute-type-empty", "takes an SDE whose type is empty", "EA-17", each,
			func(raw []byte) bool { return string(members(raw)["type"]) == `""` }, sde(`{"type":""}`)),
		take("attribute-type-number", "takes an SDE whose type is a number", "EA-17", each, typeKind("d"), sde(`{"type":7}`)),
		take("attribute-type-array", "takes an SDE whose type is an array", "EA-17", each, typeKind("a"), sde(`{"type":["lead"]}`)),
		take("attribute-type-literal", "takes an SDE of the type ImpressionEvent", "EA-08", each, typed("ImpressionEvent"), sde(`{"type":"ImpressionEvent"}`)),
		take("attribute-malformed-last", "takes an update whose last SDE is malformed and whose first is not", "EA-24", whole,
			func(raw []byte) bool { return brokenCart(last(entries(raw))) && !brokenCart(first(entries(raw))) },
			sde(lead, `{"type":"cart","total":true,"numItems":1}`)),
		take("attribute-malformed-first", "takes an update whose first SDE is malformed and whose last is not", "EA-24", whole,
			func(raw []byte) bool { return brokenCart(first(entries(raw))) && !brokenCart(last(entries(raw))) },
			sde(`{"type":"cart","total":true,"numItems":1}`, lead)),
	}
	for _, event := range []struct{ name, row, wire string }{
		{"impDisplay", "EA-06", display}, {"impAccept", "EA-07", accept}, {"impExpanded", "EA-07", expanded},
		{"impTimeout", "EA-07", timeout}, {"impClose", "EA-07", closed},
	} {
		m := take("attribute-"+strings.ToLower(event.name), "takes "+event.name+" among the SDEs", event.row, each, typed(event.name), sde(event.wire))
		m.Wake = []string{"EA-09", "CR-08"}
		mutants = append(mutants, m)
	}
	return mutants
}

func first(list []json.RawMessage) []byte {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func last(list []json.RawMessage) []byte {
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}

// brokenCart is true of a cart whose total is no number.
func brokenCart(raw []byte) bool {
	return len(raw) > 0 && typed("cart")(raw) && !kinds("ds")(append(members(raw)["total"], ' '))
}
