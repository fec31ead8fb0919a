package deviations

import (
	"bytes"
	"encoding/json"
	"regexp"

	"sdegauge/internal/reference"
)

// bodyMutants take bodies that are no update (S:L42, S:L105).
func bodyMutants() []Mutant {
	// body takes a broken body of a kind; nothing of it is stored.
	body := func(id, title, catches, example string, is func(body []byte) bool) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{catches}, Probe: put(example),
			Options: updates(func(x *reference.Exchange) bool {
				return x.Cause == reference.BodyInvalid && (x.Fault.Syntax || len(x.Body) == 0) && is(bytes.TrimSpace(x.Body))
			}, accepting)}
	}
	root := func(id, title, catches, example string, is func(raw []byte) bool) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{catches}, Options: all(taking("", is), forgivingPage), Probe: put(example)}
	}
	begins := func(text string) func([]byte) bool {
		return func(b []byte) bool { return bytes.HasPrefix(b, []byte(text)) }
	}
	like := func(pattern string) func([]byte) bool { return regexp.MustCompile(pattern).Match }
	missing := body("body-optional", "takes an update without a body", "B-01", "", func(b []byte) bool { return len(b) == 0 })
	missing.Wake = []string{"H-19"}
	return []Mutant{
		missing,
		root("body-empty-object", "takes an object without members", "B-02", "{}", is("{}")),
		body("json-cut-short", "takes JSON that ends too early", "B-03", `{"pageId":"1`, func(b []byte) bool {
			var v any
			err := json.Unmarshal(b, &v)
			return err != nil && len(b) > 0 && err.Error() == "unexpected end of JSON input"
		}),
		body("body-words", "takes plain words for an update", "B-04", "hello", like(`^[a-z ]+$`)),
		body("body-xml", "takes XML for an update", "B-04", "<update><pageId>1</pageId></update>", begins("<")),
		body("body-form", "takes a form for an update", "B-04", "pageId=1&x=2", like(`^\w+=`)),
		root("root-null", "takes null for an update", "B-05", "null", is("null")),
		root("root-array", "takes an empty array for an update", "B-05", "[]", is("[]")),
		root("root-string", "takes a string for an update", "B-05", `"x"`, kinds("s")),
		root("root-number", "takes a number for an update", "B-05", "1", kinds("d")),
		root("root-boolean", "takes true for an update", "B-05", "true", kinds("b")),
		root("root-sdes", "takes a bare array of SDEs, as a sibling does", "B-06", "["+lead+"]",
			func(raw []byte) bool { return len(entries(raw)) > 0 && kind(entries(raw)[0]) == 'o' }),
		body("json-trailing-comma", "takes a trailing comma", "B-07", `{"pageId":"4743822558",}`, like(`,\s*[}\]]`)),
		body("json-no-comma", "takes members without a comma between them", "B-07",
			`{"pageId":"4743822558" "engagementAttributes":[]}`, like(`["}\]]\s+"`)),
		body("json-single-quotes", "takes single quotes around names", "B-07", `{'pageId':"4743822558"}`, like(`[{,]\s*'`)),
		body("json-no-quotes", "takes names without quotes", "B-07", `{pageId:"4743822558"}`, like(`[{,]\s*[A-Za-z]\w*\s*:`)),
		{ID: "json-html", Title: "refuses broken JSON with a page for a browser", Catches: []string{"B-03", "B-04", "B-07", "RS-02"},
			Wake: []string{"B-*", "EA-*", "H-*", "U-*", "V-19"}, Options: updates(badJSON, page), Probe: put(`{"pageId":"1`)},
		{ID: "body-invalid-empty", Title: "refuses an invalid body with nothing in the answer", Catches: []string{"B-01", "B-02", "PG-02", "RS-02", "U-02"},
			Wake: validationRows, Options: updates(invalidBody, entity("")), Probe: put("{}")},
	}
}

// forgivingPage lets a pageId that was not read be missing.
func forgivingPage(o *reference.Options) { o.Deviation.Session.PageMayMiss = true }

// pageMutants take a pageId that is none (S:L42).
func pageMutants() []Mutant {
	row := func(id, title, catches, example string, is func(raw []byte) bool) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{catches}, Options: all(taking("pageId", is), forgivingPage),
			Probe: put(`{"pageId":` + example + `}`)}
	}
	return []Mutant{
		{ID: "page-optional", Title: "takes an update without pageId where it has attributes", Catches: []string{"PG-02"}, Wake: []string{"PG-14"},
			Options: all(forgivingPage, taking("", func(raw []byte) bool {
				return lacks("pageId")(raw) && (holds("engagementAttributes")(raw) || holds("impAttributes")(raw))
			})), Probe: put(`{"engagementAttributes":[` + lead + `]}`)},
		row("page-null", "takes null for a pageId", "PG-03", "null", kinds("z")),
		row("page-empty", "takes an empty pageId", "PG-04", `""`, is(`""`)),
		row("page-boolean", "takes true for a pageId", "PG-06", "true", kinds("b")),
		row("page-object", "takes an object for a pageId", "PG-06", "{}", kinds("o")),
		row("page-array-empty", "takes an empty array for a pageId", "PG-06", "[]", is("[]")),
		row("page-array", "takes an array with a text for a pageId", "PG-06", `["x"]`, func(raw []byte) bool { return len(entries(raw)) > 0 }),
		{ID: "page-number-html", Title: "refuses a pageId that is a number with a page for a browser", Catches: []string{"PG-05", "RS-02"},
			Wake: []string{"U-*", "PG-*"}, Probe: put(`{"pageId":5120934471}`),
			Options: updates(func(x *reference.Exchange) bool {
				return at("pageId")(x) && holds("pageId")(x.Body) && kinds("d")(members(x.Body)["pageId"])
			}, page)},
		{ID: "page-32-bit", Title: "refuses a pageId beyond 32 bits", Catches: []string{"EP-01"}, Wake: everything, Unusable: true,
			Options: refusing("pageId", func(raw []byte) bool {
				const last = `"4294967295"`
				return len(raw) > len(last) || len(raw) == len(last) && string(raw) > last
			}), Probe: times(1)},
	}
}
