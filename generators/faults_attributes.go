package generators

import "strings"

// engagementFaults break the member engagementAttributes (S:L44).
func engagementFaults() []Fault {
	lead := onMinimal("lead")
	list := func(raw ...string) []Variant { return set("engagementAttributes", raw...) }
	impression := func(e *edit, kind string) { e.set(sde, e.impression(kind)) }
	return []Fault{
		fault("impression-in-engagement-attributes", "EA-06", "an impDisplay among the SDEs", invalid(), lead, each(impression, "impDisplay")...),
		fault("other-impression-in-engagement-attributes", "EA-07", "one of the other impressions among the SDEs", invalid(), lead,
			each(impression, "impAccept", "impExpanded", "impTimeout", "impClose")...),
		fault("impression-event-in-engagement-attributes", "EA-08", "the literal type ImpressionEvent among the SDEs", invalid(), lead,
			set(sde+".type", `"ImpressionEvent"`)...),
		fault("impression-beside-sde", "EA-09", "a valid SDE and an impression", invalid(), lead,
			only(func(e *edit) { e.insert("engagementAttributes", e.impression("impDisplay")) })),
		fault("attributes-null", "EA-10", "engagementAttributes is null", observed(), lead, list("null")...),
		fault("attributes-empty", "EA-11", "engagementAttributes is an empty array", observed(), lead, list("[]")...),
		fault("attributes-object", "EA-12", "engagementAttributes is an object, no array", invalid(), lead,
			only(func(e *edit) { e.set("engagementAttributes", e.raw(sde)) })),
		fault("attributes-string", "EA-13", "engagementAttributes is a string that holds the array", observed(), lead,
			only(func(e *edit) { e.set("engagementAttributes", quoted(e.raw("engagementAttributes"))) })),
		fault("attributes-wrong-type", "EA-14", "engagementAttributes is a plain value", invalid(), lead, list("true", "1", `"x"`)...),
		fault("attribute-not-object", "EA-15", "an entry that is no object", invalid(), lead, set(sde, "null", "1", `"x"`, "[]")...),
		fault("type-unknown", "EA-16", "an SDE of a type that does not exist", invalid(), lead, set(sde+".type", `"foo"`)...),
		fault("type-invalid", "EA-17", "an SDE without a type, or with none that could be one", invalid(), lead,
			join([]Variant{as("missing", func(e *edit) { e.drop(sde + ".type") })}, set(sde+".type", "null", `""`, "7", `["lead"]`))...),
		fault("type-letter-case", "EA-18", "a type in another letter case", observed(), lead,
			set(sde+".type", `"Personal"`, `"CTMRINFO"`, `"mrktinfo"`, `"prodview"`, `"searchinfo"`)...),
		fault("type-alternative", "EA-19", "another documented name instead of the wire type", observed(), lead,
			set(sde+".type", `"transaction"`, `"viewedProduct"`, `"customerInfo"`, `"marketingCampaignInfo"`,
				`"searchContent"`, `"section"`, `"orderId"`)...),
		fault("wrapper-wrong", "EA-20", "the fields in another place than their wrapper", observed(), onMinimal("personal"),
			as("other wrapper", func(e *edit) { e.rename(sde+".personal", "info") }),
			as("flat", func(e *edit) { e.set(sde, `{"type":"personal","firstname":"Noa"}`) }),
			as("nested cart", func(e *edit) { e.set(sde, `{"type":"cart","cart":{"total":19.5,"numItems":2}}`) })),
		fault("wrapper-of-two-types", "EA-21", "the wrappers of two types in one SDE", observed(), on("lead"),
			only(func(e *edit) { e.insert(sde, `"service":{"topic":"replace card"}`) })),
		fault("attribute-unknown-member", "EA-22", "a member that the SDE does not have", observed(), on("lead"),
			as("beside the wrapper", func(e *edit) { e.insert(sde, `"extra":1`) }),
			as("inside the wrapper", func(e *edit) { e.insert(sde+".lead", `"extra":1`) })),
		fault("wrapper-wrong-type", "EA-23", "a wrapper that is no object", observed(), on("service"),
			set(sde+".service", "null", "[]", `"x"`, "1")...),
		fault("attribute-beside-malformed", "EA-24", "a valid SDE and a malformed one", invalid(), lead,
			as("malformed last", func(e *edit) { e.insert("engagementAttributes", malformedCart) }),
			as("malformed first", func(e *edit) { e.set("engagementAttributes", "["+malformedCart+","+e.raw(sde)+"]") })),
		fault("attribute-twice", "EA-25", "two SDEs of one type", observed(), on("lead"),
			only(func(e *edit) {
				e.insert("engagementAttributes", `{"type":"lead","lead":{"topic":"the second","value":2.5}}`)
			})),
		fault("attributes-many", "EA-26", "many SDEs in one array", observed(), lead,
			sizes(20, func(e *edit, n int) {
				e.insert("engagementAttributes", strings.Repeat(e.raw(sde)+",", n-2)+e.raw(sde))
			}, 10, 100, 1_000, 10_000)...),
	}
}

// malformedCart has a total that is no number (T).
const malformedCart = `{"type":"cart","total":true,"numItems":1}`

// attributeFaults are SDEs with texts of unusual length and letters, of which
// the specification says nothing but which a server must survive.
func attributeFaults() []Fault {
	topic := sde + ".lead.topic"
	fill := func(char string) func(*edit, int) {
		return func(e *edit, n int) { e.set(topic, `"`+strings.Repeat(char, n)+`"`) }
	}
	lengths := []int{49_999, 50_000, 50_001, 100_000}
	return []Fault{
		fault("text-length", "EA-27", "a text at the limit that the read side states", observed(), on("lead"),
			sizes(1, fill("x"), lengths...)...),
		fault("text-length-4-bytes", "EA-28", "the same in characters of four bytes", observed(), on("lead"),
			sizes(4, fill("😀"), lengths...)...),
		fault("text-unusual", "EA-29", "letters that some software does not keep", observed(), on("personal"),
			texts(map[string]string{
				"emoji": "👩🏽‍💻🇩🇪", "right to left": "שלום \u202eabc", "combining": "e\u0301a\u0308o\u0302",
				"zero width": "a\u200bb\u2060c", "byte-order mark": "a\ufeffb",
			}, "emoji", "right to left", "combining", "zero width", "byte-order mark")...),
		fault("text-hostile", "EA-30", "text that other software would execute", observed(), on("personal"),
			texts(map[string]string{
				"markup": `<b onmouseover="x()">a</b>`, "script": "<script>alert(1)</script>", "SQL": "'; DROP TABLE visitors; --",
				"template": "${7*7}{{7*7}}", "lookup": "${jndi:ldap://127.0.0.1/a}", "log forging": "a\r\nERROR forged",
				"formula": `=HYPERLINK("http://127.0.0.1","a")`,
			}, "markup", "script", "SQL", "template", "lookup", "log forging", "formula")...),
		fault("customer-id", "EA-31", "a customerId, which may mark the visitor as authenticated", observed(), onMinimal("ctmrinfo"),
			only(func(e *edit) { e.insert(sde+".info", `"customerId":"CUST-`+e.text(8, digits)+`"`) })),
		fault("attributes-letter-case", "EA-32", "the name engagementAttributes in another letter case", observed(), onMinimal("lead"),
			only(func(e *edit) { e.rename("engagementAttributes", "engagementattributes") })),
	}
}

// texts makes a variant of every text, in all the free texts of a personal.
func texts(byName map[string]string, order ...string) []Variant {
	var all []Variant
	for _, name := range order {
		raw := quoted(byName[name])
		all = append(all, as(name, func(e *edit) {
			for _, field := range []string{"firstname", "lastname", "company", "contacts[0].email", "contacts[0].phone",
				"contacts[0].address.region", "contacts[0].address.country"} {
				e.set(sde+".personal."+field, raw)
			}
		}))
	}
	return all
}
