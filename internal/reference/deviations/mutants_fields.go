package deviations

import (
	"strings"

	"sdegauge/internal/reference"
)

// fieldMutants take an SDE without a mandatory field, or with a value of the
// wrong type (T).
func fieldMutants() []Mutant {
	optional := func(id, title, catches, place, example string) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{catches}, Probe: sde(example),
			Options: rules(func(r *reference.Rules) { r.Optional(place) })}
	}
	out := []Mutant{
		optional("cart-total-optional", "takes a cart without total", "SC-03", "cart.total", `{"type":"cart","numItems":1}`),
		optional("cart-items-optional", "takes a cart without numItems", "SC-04", "cart.numItems", `{"type":"cart","total":1}`),
		optional("cart-product-optional", "takes a line of a cart without product", "SC-05", "cart.products[].product",
			`{"type":"cart","total":1,"numItems":1,"products":[{"quantity":1}]}`),
		optional("purchase-products-optional", "takes a purchase whose cart has no products", "SP-03", "purchase.cart.products",
			`{"type":"purchase","cart":{"numItems":1}}`),
		optional("view-product-optional", "takes a line of a prodView without product", "SV-03", "prodView.products[].product",
			`{"type":"prodView","products":[{}]}`),
	}
	for _, f := range wrongTypes {
		for _, letter := range strings.Split(f.kinds, "") {
			words := map[string]string{"b": "a boolean", "o": "an object", "s": "a text", "d": "a number"}
			examples := map[string]string{"b": "true", "o": "{}", "s": `"x"`, "d": "7"}
			take := kinds(letter)
			if letter == "s" { // digits in quotes are another matter, on which the contract is silent
				take = wordy
			}
			var wake []string
			if f.place == "cart.total" {
				wake = []string{"EA-24"} // which stands an invalid cart beside a valid lead
			}
			out = append(out, Mutant{
				Wake:    wake,
				ID:      f.name + "-" + strings.Fields(words[letter])[1],
				Title:   "takes " + words[letter] + " for " + f.place,
				Catches: []string{f.row}, Options: taking(f.place, take), Probe: sde(strings.Replace(f.example, "?", examples[letter], 1)),
			})
		}
	}
	return out
}

// wordy is true of a text without a digit.
func wordy(raw []byte) bool {
	return kind(raw) == 's' && !strings.ContainsAny(string(raw), "0123456789") || string(raw) == `"30"`
}

// wrongTypes are fields with the types of value that they must not take; in the
// example a ? stands for the value.
var wrongTypes = []struct{ name, place, kinds, row, example string }{
	{"cart-total", "cart.total", "bo", "SC-06", `{"type":"cart","total":?,"numItems":1}`},
	{"cart-price", "cart.products[].product.price", "bo", "SC-06", `{"type":"cart","total":1,"numItems":1,"products":[{"product":{"price":?}}]}`},
	{"cart-items", "cart.numItems", "s", "SC-06", `{"type":"cart","total":1,"numItems":?}`},
	{"cart-quantity", "cart.products[].quantity", "s", "SC-06", `{"type":"cart","total":1,"numItems":1,"products":[{"product":{},"quantity":?}]}`},
	{"purchase-total", "purchase.total", "o", "SP-04", `{"type":"purchase","total":?}`},
	{"purchase-order", "purchase.orderId", "o", "SP-04", `{"type":"purchase","orderId":?}`},
	{"purchase-cart", "purchase.cart", "s", "SP-04", `{"type":"purchase","cart":?}`},
	{"view-price", "prodView.products[].product.price", "o", "SV-04", `{"type":"prodView","products":[{"product":{"price":?}}]}`},
	{"view-products", "prodView.products", "s", "SV-04", `{"type":"prodView","products":?}`},
	{"customer-balance", "ctmrinfo.info.balance", "o", "SK-04", `{"type":"ctmrinfo","info":{"balance":?}}`},
	{"customer-size", "ctmrinfo.info.companySize", "s", "SK-04", `{"type":"ctmrinfo","info":{"companySize":?}}`},
	{"customer-date", "ctmrinfo.info.lastPaymentDate", "s", "SK-04", `{"type":"ctmrinfo","info":{"lastPaymentDate":?}}`},
	{"channel", "mrktInfo.info.channel", "bos", "SM-07", `{"type":"mrktInfo","info":{"channel":?}}`},
	{"gender", "personal.personal.gender", "o", "SR-12", `{"type":"personal","personal":{"gender":?}}`},
	{"firstname", "personal.personal.firstname", "o", "SR-12", `{"type":"personal","personal":{"firstname":?}}`},
	{"contacts", "personal.personal.contacts", "s", "SR-12", `{"type":"personal","personal":{"contacts":?}}`},
	{"age", "personal.personal.age", "s", "SR-12", `{"type":"personal","personal":{"age":?}}`},
	{"lead-value", "lead.lead.value", "os", "SL-03", `{"type":"lead","lead":{"value":?}}`},
	{"lead-wrapper", "lead.lead", "s", "SL-03", `{"type":"lead","lead":?}`},
	{"service-status", "service.service.status", "bos", "SS-06", `{"type":"service","service":{"status":?}}`},
	{"error-level", "error.error.level", "s", "SE-03", `{"type":"error","error":{"level":?}}`},
	{"error-resolved", "error.error.resolved", "o", "SE-03", `{"type":"error","error":{"resolved":?}}`},
	{"keywords", "searchInfo.keywords", "sd", "SQ-03", `{"type":"searchInfo","keywords":?}`},
	{"keyword", "searchInfo.keywords[]", "od", "SQ-03", `{"type":"searchInfo","keywords":[?]}`},
}
