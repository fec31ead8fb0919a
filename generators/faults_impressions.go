package generators

import (
	"strconv"
	"strings"
)

// impressionFaults break the member impAttributes and its entries (S:L43,
// S:L51–76; IE).
func impressionFaults() []Fault {
	accept, display, expanded := onImpression("impAccept"), onImpression("impDisplay"), onImpression("impExpanded")
	const context = imp + ".eContext"
	// member adds impAttributes to a page; it needs no engagement.
	member := func(e *edit, raw string) { e.insert("", `"impAttributes":`+raw) }
	unanswered := tolerated(or(invalid(), 404))
	return []Fault{
		fault("impressions-null", "IM-10", "impAttributes is null", observed(), onPage, each(member, "null")...),
		fault("impressions-empty", "IM-11", "impAttributes is an empty array", observed(), onPage, each(member, "[]")...),
		fault("impressions-object", "IM-12", "impAttributes is an object, no array", invalid(), display,
			only(func(e *edit) { e.set("impAttributes", e.raw(imp)) })),
		fault("impressions-string", "IM-13", "impAttributes is a string that holds the array", observed(), display,
			only(func(e *edit) { e.set("impAttributes", quoted(e.raw("impAttributes"))) })),
		fault("impressions-wrong-type", "IM-14", "impAttributes is a plain value", invalid(), onPage,
			each(member, "true", "1", `"x"`)...),
		fault("impression-not-object", "IM-15", "an entry that is no object", invalid(), onPage,
			each(member, "[null]", "[1]", `["x"]`, "[[]]")...),
		fault("impression-type-unknown", "IM-16", "an impression of a type that does not exist", invalid(), display,
			set(imp+".type", `"impFoo"`)...),
		fault("impression-type-invalid", "IM-17", "an impression without a type, or with none that could be one", invalid(), display,
			join([]Variant{as("missing", func(e *edit) { e.drop(imp + ".type") })}, set(imp+".type", "null", `""`, "7"))...),
		fault("impression-type-letter-case", "IM-18", "an impression's type in another letter case", observed(), accept,
			set(imp+".type", `"impaccept"`, `"IMPACCEPT"`)...),
		fault("impression-is-sde", "IM-19", "an SDE in impAttributes", invalid(), display,
			only(func(e *edit) { e.set(imp, `{"type":"personal","personal":{"firstname":"Noa"}}`) })),
		fault("impression-type-literal", "IM-20", "the documentation's name instead of the wire type", observed(), display,
			set(imp+".type", `"ImpressionEvent"`, `"ImpressionDisplayEvent"`)...),
		fault("impression-campaign-missing", "IM-21", "an impression without campaign", observed(), display, without(imp+".campaign")),
		fault("impression-engagement-missing", "IM-22", "an impression without engId", observed(), display, without(imp+".engId")),
		fault("impression-revision-missing", "IM-23", "an impression without revision", observed(), display, without(imp+".revision")),
		fault("impression-ids-as-text", "IM-24", "campaign and engId as strings, as Create Session gives them", observed(), display,
			only(func(e *edit) {
				e.set(imp+".campaign", `"`+e.raw(imp+".campaign")+`"`)
				e.set(imp+".engId", `"`+e.raw(imp+".engId")+`"`)
			})),
		fault("impression-id-wrong-type", "IM-25", "an id that is no number", invalid(), display,
			join(set(imp+".campaign", "true", "{}", `"abc"`), set(imp+".engId", "true", "{}", `"abc"`),
				set(imp+".revision", "true", "{}", `"abc"`))...),
		fault("impression-campaign-odd", "IM-27", "a campaign that is an unusual number", observed(), display,
			set(imp+".campaign", "0", "-1", "1.5", "1e3", "9007199254740993", "9223372036854775807", "9223372036854775808")...),
		fault("impression-stale", "IM-28", "ids that are not those of the engagement", observed(), display,
			as("campaign", func(e *edit) { e.set(imp+".campaign", strconv.FormatInt(e.s.Engagement.Campaign+1, 10)) }),
			as("engId", func(e *edit) { e.set(imp+".engId", strconv.FormatInt(e.s.Engagement.ID+1, 10)) }),
			as("revision", func(e *edit) { e.set(imp+".revision", strconv.FormatInt(e.s.Engagement.Revision-1, 10)) })),
		fault("impression-id-null", "IM-29", "an id that is null", observed(), display,
			join(set(imp+".campaign", "null"), set(imp+".engId", "null"), set(imp+".revision", "null"))...),
		fault("impression-context-missing", "IM-30", "an impression without eContext", observed(), accept, without(context)),
		fault("impression-context-odd", "IM-31", "an eContext of unusual length", observed(), display,
			join(set(context, "[]", "null"),
				[]Variant{as("two entries", func(e *edit) { e.insert(context, e.raw(context+"[0]")) })})...),
		fault("impression-context-wrong-type", "IM-32", "an eContext that is no array", invalid(), display,
			as("object", func(e *edit) { e.set(context, e.raw(context+"[0]")) }),
			as("string", func(e *edit) { e.set(context, `"1"`) })),
		fault("impression-context-type", "IM-33", "an unusual type in eContext", observed(), display,
			join([]Variant{as("missing", func(e *edit) { e.drop(context + "[0].type") })},
				set(context+"[0].type", `"fooContext"`, `"ENGAGEMENTCONTEXT"`))...),
		fault("impression-context-id", "IM-34", "an unusual id in eContext", observed(), display,
			join([]Variant{as("missing", func(e *edit) { e.drop(context + "[0].id") })},
				set(context+"[0].id", "1", `"no-such-context"`, `""`))...),
		needing(NeedNoEngagement, fault("impression-without-engagement", "IM-35",
			"an impression where the session was given no engagement", unanswered, onPage,
			only(func(e *edit) { member(e, "["+e.impression("impDisplay")+"]") }))),
		needing(NeedOther, fault("impression-foreign-context", "IM-36", "the context of another session's engagement", unanswered, display,
			only(func(e *edit) {
				if e.same = e.other.Engagement == nil || e.other.Engagement.ContextID == e.s.Engagement.ContextID; !e.same {
					e.set(context+"[0].id", quoted(e.other.Engagement.ContextID))
				}
			}))),
		fault("impression-twice", "IM-39", "the same impression twice", observed(), display,
			only(func(e *edit) { e.insert("impAttributes", e.raw(imp)) })),
		fault("impression-expanded-odd", "IM-40", "the members of impExpanded otherwise than null", observed(), expanded,
			as("missing", func(e *edit) {
				e.drop(imp + ".expanded")
				e.drop(imp + ".userInit")
				e.drop(imp + ".actionableItems")
			}),
			as("booleans", expandedAs("true", "false", "true")),
			as("numbers", expandedAs("1", "0", "2")),
			as("arrays", expandedAs("[]", "[1]", `["x"]`))),
		fault("impression-unknown-member", "IM-41", "a member that an impression does not have", observed(), display,
			only(func(e *edit) { e.insert(imp, `"extra":1`) })),
		fault("impressions-many", "IM-42", "many impressions in one array", observed(), display,
			sizes(150, func(e *edit, n int) {
				e.insert("impAttributes", strings.Repeat(e.raw(imp)+",", n-2)+e.raw(imp))
			}, 10, 100, 1_000, 10_000)...),
		fault("impressions-letter-case", "IM-43", "the name impAttributes in another letter case", observed(), display,
			only(func(e *edit) { e.rename("impAttributes", "impattributes") })),
	}
}

// quoted is a text as a JSON string.
func quoted(text string) string { return string(appendString(nil, text)) }

// expandedAs sets the three members of an impExpanded.
func expandedAs(open, byUser, items string) func(*edit) {
	return func(e *edit) {
		e.set(imp+".expanded", open)
		e.set(imp+".userInit", byUser)
		e.set(imp+".actionableItems", items)
	}
}

// impression is an impression with the session's ids, or with well-formed ones
// where the session has none.
func (e *edit) impression(kind string) string {
	campaign, engagement, revision, context := int64(4100200301), int64(4100200402), int64(12), "1"
	if own := e.s.Engagement; own != nil {
		campaign, engagement, revision, context = own.Campaign, own.ID, own.Revision, own.ContextID
	}
	text := `{"type":"` + kind + `"`
	if kind == "impExpanded" {
		text += `,"expanded":null,"userInit":null,"actionableItems":null`
	}
	text += `,"campaign":` + strconv.FormatInt(campaign, 10) + `,"engId":` + strconv.FormatInt(engagement, 10) +
		`,"revision":` + strconv.FormatInt(revision, 10)
	if kind == "impAccept" || kind == "impDisplay" {
		text += `,"eContext":[{"type":"engagementContext","id":` + quoted(context) + `}]`
	}
	return text + "}"
}
