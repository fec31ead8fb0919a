package deviations

import (
	"bytes"
	"strconv"
	"strings"

	"sdegauge/internal/reference"
)

// section are the requirements that may meet a valid SDE of one type: those of
// its own section, and those that send whatever SDEs there are. A minimal lead
// is the twin of broken JSON as well.
func section(letters string) []string {
	return []string{letters + "-*", "EA-*", "EP-02", "LC-*", "CR-*", "B-0?"}
}

// refusalMutants refuse a valid SDE: its minimal or its full form (S:L44, T).
func refusalMutants() []Mutant {
	out := []Mutant{
		{ID: "personal-alone-refused", Title: "refuses a personal without its wrapper, though no field is mandatory", Catches: []string{"SR-04"},
			Options: rules(func(r *reference.Rules) { r.Mandatory("personal.personal") }), Probe: sde(`{"type":"personal"}`)},
		{ID: "customer-alone-refused", Title: "refuses a ctmrinfo without its wrapper, though no field is mandatory", Catches: []string{"SK-03"},
			Options: rules(func(r *reference.Rules) { r.Mandatory("ctmrinfo.info") }), Probe: sde(`{"type":"ctmrinfo"}`)},
	}
	for _, f := range forms {
		out = append(out, Mutant{
			ID: f.id, Title: f.title, Catches: []string{f.row}, Wake: section(f.row[:2]), Options: refusing(f.wire, f.refused), Probe: sde(f.example),
		})
	}
	return out
}

// within is true of an object whose wrapper has a member.
func within(wrapper, name string) func([]byte) bool {
	return func(raw []byte) bool {
		inner, ok := members(raw)[wrapper]
		return ok && kind(inner) == 'o' && holds(name)(inner)
	}
}

// forms are SDEs that a mutant refuses: the minimal form is told by a member
// that it lacks, the full form by one that it has.
var forms = []struct {
	id, title, row, wire, example string
	refused                       func(raw []byte) bool
}{
	{"cart-minimal-refused", "refuses a cart without products", "SC-01", "cart", cart, lacks("products")},
	{"cart-full-refused", "refuses a cart with products and a currency", "SC-02", "cart",
		`{"type":"cart","total":1,"currency":"EUR","numItems":1,"products":[]}`, holds("currency")},
	{"purchase-minimal-refused", "refuses a purchase without an orderId", "SP-01", "purchase", `{"type":"purchase"}`, lacks("orderId")},
	{"purchase-full-refused", "refuses a purchase with a cart", "SP-02", "purchase", `{"type":"purchase","cart":{"products":[]}}`, holds("cart")},
	{"view-minimal-refused", "refuses a prodView without products", "SV-01", "prodView", `{"type":"prodView"}`, lacks("products")},
	{"view-full-refused", "refuses a prodView with products", "SV-02", "prodView", `{"type":"prodView","products":[]}`, holds("products")},
	{"customer-minimal-refused", "refuses a ctmrinfo without a customerId", "SK-01", "ctmrinfo", `{"type":"ctmrinfo","info":{"ctype":"gold"}}`,
		func(raw []byte) bool { return holds("info")(raw) && !within("info", "customerId")(raw) }},
	{"customer-full-refused", "refuses a ctmrinfo with a registrationDate", "SK-02", "ctmrinfo",
		`{"type":"ctmrinfo","info":{"registrationDate":{"day":1}}}`, within("info", "registrationDate")},
	{"market-minimal-refused", "refuses a mrktInfo without its wrapper", "SM-01", "mrktInfo", `{"type":"mrktInfo"}`, lacks("info")},
	{"market-full-refused", "refuses a mrktInfo with an affiliate", "SM-02", "mrktInfo", `{"type":"mrktInfo","info":{"affiliate":"x"}}`, within("info", "affiliate")},
	{"personal-minimal-refused", "refuses a personal without a lastname", "SR-02", "personal", `{"type":"personal","personal":{"firstname":"Noa"}}`,
		func(raw []byte) bool { return holds("personal")(raw) && !within("personal", "lastname")(raw) }},
	{"personal-full-refused", "refuses a personal with a language", "SR-03", "personal", `{"type":"personal","personal":{"language":"de-DE"}}`,
		within("personal", "language")},
	{"lead-minimal-refused", "refuses a lead without its wrapper", "SL-01", "lead", lead, lacks("lead")},
	{"lead-full-refused", "refuses a lead with a leadId", "SL-02", "lead", `{"type":"lead","lead":{"leadId":"1"}}`, within("lead", "leadId")},
	{"service-minimal-refused", "refuses a service without its wrapper", "SS-01", "service", `{"type":"service"}`, lacks("service")},
	{"service-full-refused", "refuses a service with a serviceId", "SS-02", "service", `{"type":"service","service":{"serviceId":"1"}}`, within("service", "serviceId")},
	{"error-minimal-refused", "refuses an error without its wrapper", "SE-01", "error", `{"type":"error"}`, lacks("error")},
	{"error-full-refused", "refuses an error with resolved", "SE-02", "error", `{"type":"error","error":{"resolved":false}}`, within("error", "resolved")},
}

// valueMutants refuse a value that is documented (T).
func valueMutants() []Mutant {
	value := func(id, title, row, place, example string, when func(raw []byte) bool) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{row}, Wake: section(row[:2]), Options: refusing(place, when), Probe: sde(example)}
	}
	negative := func(raw []byte) bool { return raw[0] == '-' }
	decimal := func(raw []byte) bool { return bytes.ContainsAny(raw, ".") }
	out := []Mutant{
		value("balance-negative-refused", "refuses a negative balance", "SK-05", "ctmrinfo.info.balance", `{"type":"ctmrinfo","info":{"balance":-1}}`, negative),
		value("age-integer-refused", "refuses an age without a fraction", "SR-05", "personal.personal.age.age", `{"type":"personal","personal":{"age":{"age":30}}}`,
			func(raw []byte) bool { return !decimal(raw) }),
		value("contacts-two-refused", "refuses a second contact", "SR-09", "personal.personal.contacts",
			`{"type":"personal","personal":{"contacts":[{},{}]}}`, func(raw []byte) bool { return len(entries(raw)) > 1 }),
		value("language-hyphen-refused", "refuses a language with a hyphen", "SR-08", "personal.personal.language",
			`{"type":"personal","personal":{"language":"de-DE"}}`, func(raw []byte) bool { return bytes.ContainsRune(raw, '-') }),
		value("language-underscore-refused", "refuses a language with an underscore", "SR-08", "personal.personal.language",
			`{"type":"personal","personal":{"language":"de_DE"}}`, func(raw []byte) bool { return bytes.ContainsRune(raw, '_') }),
		value("cart-decimals-refused", "refuses a total with decimals", "SC-02", "cart.total", `{"type":"cart","total":1.5,"numItems":1}`, decimal),
		value("cart-second-product-refused", "refuses a second line in a cart", "SC-02", "cart.products",
			`{"type":"cart","total":1,"numItems":1,"products":[{"product":{}},{"product":{}}]}`, func(raw []byte) bool { return len(entries(raw)) > 1 }),
		value("purchase-decimals-refused", "refuses a total of a purchase with decimals", "SP-02", "purchase.total", `{"type":"purchase","total":1.5}`, decimal),
		value("lead-decimals-refused", "refuses a value of a lead with decimals", "SL-02", "lead.lead.value", `{"type":"lead","lead":{"value":1.5}}`, decimal),
		value("error-unresolved-refused", "refuses an error that is not resolved", "SE-02", "error.error.resolved",
			`{"type":"error","error":{"resolved":false}}`, is("false")),
	}
	documented := func(name, row, place, example string, values ...string) {
		for _, v := range values {
			word := strings.ToLower(strings.ReplaceAll(strings.Trim(v, `"`), "_", "-"))
			out = append(out, value(name+"-"+word+"-refused", "refuses "+strings.Trim(v, `"`)+" for "+place, row, place,
				strings.Replace(example, "?", v, 1), is(v)))
		}
	}
	documented("gender", "SR-06", "personal.personal.gender", `{"type":"personal","personal":{"gender":?}}`, `"MALE"`, `"FEMALE"`, `"OTHER"`)
	documented("phone", "SR-07", "personal.personal.contacts[].phoneType", `{"type":"personal","personal":{"contacts":[{"phoneType":?}]}}`,
		`"HOME"`, `"MOBILE"`, `"WORK"`, `"FAX"`, `"MAIN"`, `"HOME_FAX"`, `"WORK_FAX"`, `"PAGER"`, `"OTHER"`)
	documented("channel", "SM-03", "mrktInfo.info.channel", `{"type":"mrktInfo","info":{"channel":?}}`, numbers(5)...)
	documented("status", "SS-03", "service.service.status", `{"type":"service","service":{"status":?}}`, numbers(11)...)
	return out
}

// numbers are the first n, written out.
func numbers(n int) []string {
	var all []string
	for i := range n {
		all = append(all, strconv.Itoa(i))
	}
	return all
}
