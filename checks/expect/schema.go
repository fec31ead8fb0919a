package expect

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sdegauge/internal/contract"
)

// schemaFiles are the two JSON Schemas (draft 2020-12) of the body, written by
// hand from the documents: what is surely valid, and what some reading may
// still tolerate. They share nothing with the field table.
//
//go:embed valid.schema.json tolerated.schema.json
var schemaFiles embed.FS

type schemas struct{ valid, tolerated *jsonschema.Schema }

var compiledSchemas = sync.OnceValue(func() schemas {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	for _, f := range formats {
		c.RegisterFormat(&f)
	}
	c.AssertFormat()
	load := func(name string) *jsonschema.Schema {
		text, err := schemaFiles.ReadFile(name)
		if err == nil {
			var doc any
			if doc, err = jsonschema.UnmarshalJSON(bytes.NewReader(text)); err == nil {
				err = c.AddResource(name, doc)
			}
		}
		if err != nil {
			panic(fmt.Sprintf("expect: the embedded %s: %v", name, err)) // a test reads both
		}
		return c.MustCompile(name)
	}
	return schemas{valid: load("valid.schema.json"), tolerated: load("tolerated.schema.json")}
})

// BySchema judges a request by the embedded schemas and by patterns of the
// target. It does not read the field table.
func BySchema(r Request, k Known, p contract.Profile) Opinion {
	var all reasons
	switch {
	case r.Method != "PUT":
		all.opened("method " + r.Method + " instead of PUT")
		return all.opinion()
	case !plainTarget.MatchString(r.Target) || len(r.Target) >= openTarget:
		all.opened("an unusual request target")
		return all.opinion()
	}
	plain, charset := plainHeader(r.Header)
	if !plain {
		all.opened("header fields other than JSON both ways")
		return all.opinion()
	}
	all.should = charset
	u := matchTarget(r.Target, k)
	doc := readDocument(r.Body)
	all.join(u.reasons(doc))
	all.join(doc.judge(u.session, p))
	return all.opinion()
}

// plainHeader says whether the header fields are the documented ones, and
// whether a charset is among them.
func plainHeader(header []contract.HeaderField) (plain, charset bool) {
	if header == nil {
		return true, false
	}
	var relevant []string
	for _, f := range header {
		switch line := strings.ToLower(f.Name) + ": " + f.Value; {
		case strings.HasPrefix(line, "host: "), strings.HasPrefix(line, "user-agent: "), strings.HasPrefix(line, "content-length: "):
			line, _, _ = strings.Cut(line, ":")
			relevant = append(relevant, line)
		default:
			relevant = append(relevant, line)
		}
	}
	slices.Sort(relevant)
	text := strings.Join(relevant, "\n")
	m := plainHeaderForm.FindStringSubmatch(text)
	return m != nil, m != nil && m[1] != ""
}

// judge judges a document for a session.
func (d *document) judge(s *contract.Session, p contract.Profile) (r reasons) {
	if d.verdict.Class != 0 {
		r.join(asReasons(d.verdict))
		return r
	}
	r = judgeTree(d.first, s, p)
	if d.twice {
		r = either(r, judgeTree(d.last, s, p))
	}
	if d.odd != "" {
		r.opened(d.odd)
	}
	return r
}

func asReasons(o Opinion) (r reasons) {
	if o.Class == Refuse {
		r.refuse = o
	} else {
		r.open = o
	}
	return r
}

// judgeTree holds a decoded body against both schemas and against the session.
func judgeTree(tree any, s *contract.Session, p contract.Profile) (r reasons) {
	root, isObject := tree.(map[string]any)
	if page, has := root["pageId"]; isObject && page == nil && (has || !hasFolded(root, "pageId")) {
		r.refused(contract.Must, "pageId: missing or null, and required (S:L42)")
	}
	if err := compiledSchemas().tolerated.Validate(tree); err != nil {
		r.refused(contract.Should, violation(err))
	}
	if err := compiledSchemas().valid.Validate(tree); err != nil {
		r.opened(violation(err))
	}
	if isObject {
		judgeIDs(&r, root, s)
		judgeLevel(&r, root, p)
	}
	return r
}

func hasFolded(o map[string]any, name string) bool {
	for n := range o {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// violation writes the deepest of the first violations with its place.
func violation(err error) string {
	var v *jsonschema.ValidationError
	if !errors.As(err, &v) {
		return err.Error()
	}
	for len(v.Causes) > 0 {
		v = v.Causes[0]
	}
	path := "body"
	for i, step := range v.InstanceLocation {
		switch {
		case i == 0:
			path = step
		case strings.Trim(step, "0123456789") == "":
			path += "[" + step + "]"
		default:
			path += "." + step
		}
	}
	lines := strings.Split(v.Error(), "\n")
	_, problem, _ := strings.Cut(lines[len(lines)-1], ": ")
	return path + ": " + problem
}

// objects are the objects of an array under a name.
func objects(root map[string]any, name string) []map[string]any {
	list, _ := root[name].([]any)
	var all []map[string]any
	for _, entry := range list {
		if o, ok := entry.(map[string]any); ok {
			all = append(all, o)
		}
	}
	return all
}

// judgeIDs holds what the schemas cannot know against the session: ids that are
// not live are never refused by the documents alone (PG-08, IM-28, IM-35).
func judgeIDs(r *reasons, root map[string]any, s *contract.Session) {
	if root["pageId"] != s.PageID {
		r.opened("pageId: not the session's")
	}
	for _, imp := range objects(root, "impAttributes") {
		e := s.Engagement
		if e == nil {
			r.opened("impAttributes: the session has no engagement")
			return
		}
		for name, id := range map[string]int64{"campaign": e.Campaign, "engId": e.ID, "revision": e.Revision} {
			if imp[name] != nil && imp[name] != json.Number(fmt.Sprint(id)) {
				r.opened("impAttributes: " + name + " is not the engagement's")
			}
		}
		for _, context := range objects(imp, "eContext") {
			if id := context["id"]; id != nil && id != e.ContextID {
				r.opened("impAttributes: an eContext that is not the engagement's")
			}
		}
	}
}

// fullNames are the members of the full example of every type; of personal,
// those of the specification's own (S:L78–93).
var fullNames = map[string]string{
	"cart":     "total currency numItems products product name category sku price quantity",
	"purchase": "total currency orderId cart numItems products product name category sku price quantity",
	"prodView": "currency products product name category sku price statusInStock quantityInStock",
	"ctmrinfo": "info ctype cstatus balance currency customerId socialId imei userName companySize companyBranch accountName role " +
		"lastPaymentDate.day lastPaymentDate.month lastPaymentDate.year registrationDate.day registrationDate.month " +
		"registrationDate.year loginStatus storeNumber storeZipCode",
	"mrktInfo":   "info channel affiliate campaignId",
	"personal":   "personal contacts email phone age.age age.year age.month age.day firstname lastname gender company",
	"lead":       "lead topic value currency leadId",
	"service":    "service topic status category serviceId",
	"error":      "error contextId message code level resolved",
	"searchInfo": "keywords",
}

// judgeLevel finds what takes a page beside the specification to be valid.
func judgeLevel(r *reasons, root map[string]any, p contract.Profile) {
	for _, sde := range objects(root, "engagementAttributes") {
		kind, _ := sde["type"].(string)
		names := map[string]bool{}
		collect(names, "", sde)
		for name := range strings.FieldsSeq(fullNames[kind]) {
			r.should = r.should || !names[name]
		}
		r.should = r.should || kind == "prodView" && names["quantity"]
		if kind == "searchInfo" && !p.SearchInfoMust {
			r.opened("engagementAttributes: searchInfo is not reportable from everywhere (X15)")
		}
	}
	shown := ""
	for _, imp := range objects(root, "impAttributes") {
		kind, _ := imp["type"].(string)
		shown += kind + " "
	}
	r.should = r.should || strings.ReplaceAll(strings.Replace(shown, "impAccept ", "", 1), "impDisplay ", "") != "" ||
		strings.Contains(shown, "impDisplay impAccept ")
}

// collect notes the names of all members, alone and behind their parent's.
func collect(names map[string]bool, parent string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			names[name], names[parent+"."+name] = true, true
			collect(names, name, value)
		}
	case []any:
		for _, entry := range v {
			collect(names, parent, entry)
		}
	}
}
