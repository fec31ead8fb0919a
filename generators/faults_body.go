package generators

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// syntaxFaults are bodies that are not the JSON that the contract asks for, or
// not JSON at all (S:L42, S:L105; MO).
func syntaxFaults() []Fault {
	lead := onMinimal("lead")
	whole := func(e *edit, text string) { e.body(text) }
	// swap replaces one text of the twin's body.
	swap := func(name, old, with string) Variant {
		return as(name, func(e *edit) { e.body(strings.Replace(string(e.c.Body), old, with, 1)) })
	}
	return []Fault{
		fault("body-missing", "B-01", "no body, so no pageId", invalid(), onPage, only(func(e *edit) { e.body("") })),
		fault("body-empty-object", "B-02", "an object without members, so no pageId", invalid(), onPage,
			only(func(e *edit) { e.body("{}") })),
		fault("json-truncated", "B-03", "the JSON ends within a string", invalid(), onPage,
			only(func(e *edit) { e.c.Body = e.c.Body[:len(e.c.Body)-2] })),
		fault("body-not-json", "B-04", "no JSON", invalid(), onPage,
			each(whole, "hello", "<update><pageId>1</pageId></update>", "pageId=1&x=2")...),
		fault("root-not-object", "B-05", "the root is no object", invalid(), onPage,
			each(whole, "null", "[]", `"x"`, "1", "true")...),
		fault("root-bare-array", "B-06", "the root is an array of SDEs, as a sibling API takes it", invalid(), lead,
			only(func(e *edit) { e.body(e.raw("engagementAttributes")) })),
		fault("json-syntax", "B-07", "almost JSON", invalid(), lead,
			as("trailing comma", func(e *edit) { e.body(strings.TrimSuffix(string(e.c.Body), "}") + ",}") }),
			swap("missing comma", `,"engagementAttributes"`, ` "engagementAttributes"`),
			swap("single quotes", `"pageId"`, `'pageId'`),
			swap("unquoted name", `"pageId"`, `pageId`)),
		fault("json-comment", "B-08", "a comment in the JSON", observed(), lead,
			swap("line", ",", ", // the SDEs\n"), swap("block", ",", ", /* the SDEs */ ")),
		fault("json-number", "B-09", "a number in a form that JSON does not have", observed(), onMinimal("cart"),
			set(sde+".total", "NaN", "Infinity", "+1", "01", ".5", "1.", "0x1")...),
		fault("json-trailing", "B-10", "something after the object", observed(), onPage,
			each(func(e *edit, text string) { e.c.Body = append(e.c.Body, text...) }, " {}", "{}", "x", "]")...),
	}
}

// oddBodyFaults are bodies of unusual bytes, members and lengths, of which the
// specification says nothing.
func oddBodyFaults() []Fault {
	name := sde + ".personal.firstname"
	person := onMinimal("personal")
	recode := func(to func(string) []byte) func(*edit) { return encoded(func(*edit) {}, to) }
	utf16 := func(order binary.AppendByteOrder) func(*edit) {
		return recode(func(b string) []byte { return utf16Bytes(b, order) })
	}
	utf32 := func(order binary.AppendByteOrder) func(*edit) {
		return recode(func(b string) []byte { return utf32Bytes(b, order) })
	}
	text := func(as_ string, raw string) Variant { return as(as_, func(e *edit) { e.set(name, `"`+raw+`"`) }) }
	member := func(e *edit, raw string) { e.insert("", raw) }
	first := func(raw string) func(*edit) {
		return func(e *edit) { e.body("{" + raw + "," + strings.TrimPrefix(string(e.c.Body), "{")) }
	}
	return []Fault{
		fault("json-white-space", "B-11", "white space around and within the JSON", observed(), onPage,
			as("around", func(e *edit) { e.body(" \t\r\n" + string(e.c.Body) + "\r\n\t ") }),
			as("within", func(e *edit) { e.body(strings.Replace(string(e.c.Body), ":", "\r\n\t : \n", 1)) })),
		fault("body-byte-order-mark", "B-12", "a byte-order mark first", observed(), onPage,
			only(func(e *edit) { e.body("\ufeff" + string(e.c.Body)) })),
		fault("body-encoding", "B-13", "JSON in another encoding than UTF-8", observed(), onPage,
			as("UTF-16 LE", utf16(binary.LittleEndian)), as("UTF-16 BE", utf16(binary.BigEndian)),
			as("UTF-32 LE", utf32(binary.LittleEndian)), as("UTF-32 BE", utf32(binary.BigEndian))),
		fault("body-invalid-utf-8", "B-14", "bytes in a string that are no UTF-8", observed(), person,
			text("lone byte", "a\xffb"), text("overlong", "a\xc0\xafb"), text("surrogate", "a\xed\xa0\x80b")),
		fault("body-control-character", "B-15", "a control character in a string, not escaped", observed(), person,
			text("SOH", "a\x01b"), text("line feed", "a\nb"), text("NUL", "a\x00b")),
		fault("json-escape", "B-16", "an escape that some readers trip over", observed(), person,
			text("NUL", `a\u0000b`), text("lone surrogate", `a\ud800b`), text("pair", `\ud83d\ude00`), text("slash", `a\/b`),
			as("in a name", func(e *edit) { e.body(strings.Replace(string(e.c.Body), "pageId", `page\u0049d`, 1)) })),
		fault("page-twice", "B-17", "the member pageId twice", observed(), onPage,
			as("equal", func(e *edit) { e.insert("", `"pageId":`+e.raw("pageId")) }),
			as("live first", func(e *edit) { e.insert("", `"pageId":"1"`) }),
			as("live last", first(`"pageId":"1"`))),
		fault("body-unknown-member", "B-18", "a member that the contract does not know", observed(), onPage,
			only(func(e *edit) { member(e, `"extra":{"a":[1,"b",null]}`) })),
		fault("body-mapper-member", "B-19", "a member that some object mappers obey", observed(), onPage,
			each(member, `"__proto__":{"pageId":"1"}`, `"constructor":{"prototype":{"pageId":"1"}}`,
				`"@type":"java.lang.Runtime"`, `"@class":"java.lang.Runtime"`, `"$ref":"#/definitions/x"`)...),
		fault("body-nesting", "B-20", "deep nesting in a member that the contract does not know", observed(), onPage,
			sizes(2, func(e *edit, n int) { member(e, `"x":`+nested(n)) }, 10, 100, 1_000, 10_000, 100_000)...),
		fault("attributes-nesting", "B-21", "engagementAttributes nested 1,000 deep", observed(), onPage,
			only(func(e *edit) { member(e, `"engagementAttributes":`+nested(1_000)) })),
		fault("body-large", "B-22", "a large body, padded in a member that the contract does not know", observed(), onPage,
			sizes(1, func(e *edit, n int) {
				padding := n - len(e.c.Body) - len(`,"x":""`)
				member(e, `"x":"`+strings.Repeat("x", max(0, padding))+`"`)
			}, 64<<10, 256<<10, 1<<20, 4<<20, 16<<20)...),
		fault("body-many-members", "B-23", "very many members, or a very long name", observed(), onPage,
			join(sizes(13, func(e *edit, n int) { member(e, manyMembers(n)) }, 10_000, 100_000), []Variant{
				long("name of 64 KiB", 65<<10, func(e *edit) { member(e, `"`+strings.Repeat("x", 64<<10)+`":1`) }),
				long("name of 1 MiB", 1<<20+1<<10, func(e *edit) { member(e, `"`+strings.Repeat("x", 1<<20)+`":1`) }),
			})...),
		fault("json-huge-number", "B-24", "a number beyond every type", observed(), onMinimal("cart"),
			as("10,000 digits", func(e *edit) { e.set(sde+".total", strings.Repeat("7", 10_000)) }),
			as("1e400", func(e *edit) { e.set(sde+".total", "1e400") })),
	}
}

// nested is n arrays within one another.
func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"x%d":1`, i)
	}
	return b.String()
}

// pageFaults break the member pageId (S:L42).
func pageFaults() []Fault {
	page := func(raw string) func(*edit) { return func(e *edit) { e.set("pageId", raw) } }
	live := func(before, after string) func(*edit) {
		return func(e *edit) { e.set("pageId", string(appendString(nil, before+e.s.PageID+after))) }
	}
	return []Fault{
		fault("page-missing", "PG-02", "no pageId beside valid attributes", invalid(), onFull, without("pageId")),
		fault("page-null", "PG-03", "pageId is null", invalid(), onPage, only(page("null"))),
		fault("page-empty", "PG-04", "pageId is the empty string", invalid(), onPage, only(page(`""`))),
		fault("page-number", "PG-05", "pageId is a number, which a server may coerce", tolerated(invalid()), onPage,
			only(page("5120934471"))),
		fault("page-wrong-type", "PG-06", "pageId is neither string nor number", invalid(), onPage,
			set("pageId", "true", "{}", "[]", `["x"]`)...),
		fault("page-unknown", "PG-08", "a well-formed pageId that never existed", observed(), onPage,
			only(func(e *edit) {
				for id := e.s.PageID; id == e.s.PageID; {
					id = "9" + e.text(9, digits)
					e.set("pageId", `"`+id+`"`)
				}
			})),
		needing(NeedOther, fault("page-foreign", "PG-09", "the pageId of another live session", observed(), onPage,
			only(func(e *edit) {
				e.same = e.other.PageID == e.s.PageID
				e.set("pageId", string(appendString(nil, e.other.PageID)))
			}))),
		fault("page-odd-number", "PG-11", "pageId is text around or beside a number", observed(), onPage,
			as("space", page(`" "`)), as("leading space", live(" ", "")), as("trailing space", live("", " ")),
			as("leading zeros", live("000", "")), as("-1", page(`"-1"`)), as("1.5", page(`"1.5"`)),
			as("1e3", page(`"1e3"`)), as("hexadecimal", page(`"0x1f"`))),
		fault("page-odd-text", "PG-12", "pageId is text that is no number", observed(), onPage,
			as("letters", page(`"abcdef"`)), as("emoji", page(`"🛒🛒"`)), as("right to left", page(`"دفع"`)),
			as("NUL escape", page(`"1\u00002"`))),
		fault("page-length", "PG-13", "pageId of unusual length", observed(), onPage,
			sizes(1, func(e *edit, n int) { e.set("pageId", `"`+strings.Repeat("7", n)+`"`) }, 1, 20, 64, 256, 4_096, 50_001)...),
		fault("page-letter-case", "PG-14", "the name pageId in another letter case", observed(), onPage,
			each(func(e *edit, name string) { e.rename("pageId", name) }, "PageId", "pageID", "pageid")...),
	}
}
