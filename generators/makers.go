package generators

import (
	"slices"
	"strconv"
	"strings"

	"sdegauge/internal/contract"
)

// maker writes the value of one field.
type maker func(w *writer, n *node)

// makers are the makers by wire type and path. A field with documented values
// needs none. The three lists of products share theirs, and so do the
// impressions.
var makers = sharedMakers(map[string]maker{
	"cart/total":                  total,
	"cart/currency":               from(func(v *vocabulary) words { return v.currencies }),
	"cart/numItems":               numItems,
	"purchase/total":              total,
	"purchase/currency":           from(func(v *vocabulary) words { return v.currencies }),
	"purchase/orderId":            id("ORD-", 10, digits),
	"purchase/cart.numItems":      numItems,
	"prodView/currency":           from(func(v *vocabulary) words { return v.currencies }),
	"ctmrinfo/info.ctype":         oneOf("basic", "silver", "gold", "platinum", "vip"),
	"ctmrinfo/info.cstatus":       oneOf("new", "active", "lapsed", "cancelled"),
	"ctmrinfo/info.balance":       money(-50_000, 500_000),
	"ctmrinfo/info.currency":      from(func(v *vocabulary) words { return v.currencies }),
	"ctmrinfo/info.customerId":    id("CUST-", 8, digits),
	"ctmrinfo/info.socialId":      id("", 11, digits),
	"ctmrinfo/info.imei":          imei,
	"ctmrinfo/info.userName":      from(func(v *vocabulary) words { return v.users }),
	"ctmrinfo/info.companySize":   integer(1, 250_000),
	"ctmrinfo/info.companyBranch": from(func(v *vocabulary) words { return v.cities }),
	"ctmrinfo/info.accountName":   grown(func(v *vocabulary) words { return v.companies }),
	"ctmrinfo/info.role":          from(func(v *vocabulary) words { return v.roles }),
	"ctmrinfo/info.loginStatus":   integer(1, 1), // SK-09 doubts every other
	"ctmrinfo/info.storeZipCode":  from(func(v *vocabulary) words { return v.zips }),
	"ctmrinfo/info.storeNumber":   id("", 4, digits),
	"mrktInfo/info.affiliate":     grown(func(v *vocabulary) words { return v.companies }),
	"mrktInfo/info.campaignId":    id("spring-", 5, digits),

	"ctmrinfo/info.lastPaymentDate.year":   integer(2019, 2025),
	"ctmrinfo/info.lastPaymentDate.month":  integer(1, 12),
	"ctmrinfo/info.lastPaymentDate.day":    integer(1, 28),
	"ctmrinfo/info.registrationDate.year":  integer(2001, 2018),
	"ctmrinfo/info.registrationDate.month": integer(1, 12),
	"ctmrinfo/info.registrationDate.day":   integer(1, 28),

	"personal/personal.firstname":                  from(func(v *vocabulary) words { return v.firstNames }),
	"personal/personal.lastname":                   from(func(v *vocabulary) words { return v.lastNames }),
	"personal/personal.age.age":                    age,
	"personal/personal.age.year":                   birthYear,
	"personal/personal.age.month":                  integer(1, 12),
	"personal/personal.age.day":                    integer(1, 28),
	"personal/personal.contacts[].email":           email,
	"personal/personal.contacts[].phone":           phone,
	"personal/personal.contacts[].address.country": country,
	"personal/personal.contacts[].address.region":  from(func(v *vocabulary) words { return v.regions }),
	"personal/personal.company":                    from(func(v *vocabulary) words { return v.companies }),
	"personal/personal.language":                   language,

	"lead/lead.topic":           grown(func(v *vocabulary) words { return v.topics }),
	"lead/lead.value":           money(1, 1_000_000),
	"lead/lead.currency":        from(func(v *vocabulary) words { return v.currencies }),
	"lead/lead.leadId":          id("LD-", 8, digits),
	"service/service.topic":     grown(func(v *vocabulary) words { return v.topics }),
	"service/service.category":  from(func(v *vocabulary) words { return v.categories }),
	"service/service.serviceId": id("SV-", 8, digits),
	"error/error.contextId":     from(func(v *vocabulary) words { return v.phrases }),
	"error/error.message":       grown(func(v *vocabulary) words { return v.messages }),
	"error/error.code":          id("E-", 4, digits),
	"error/error.level":         integer(1, 5),
	"error/error.resolved":      boolean,
	"searchInfo/keywords[]":     from(func(v *vocabulary) words { return v.phrases }),
})

// sharedMakers adds the makers of the fields that several types have.
func sharedMakers(all map[string]maker) map[string]maker {
	for _, list := range []string{"cart/products", "purchase/cart.products", "prodView/products"} {
		all[list+"[].product.name"] = from(func(v *vocabulary) words { return v.products })
		all[list+"[].product.category"] = from(func(v *vocabulary) words { return v.categories })
		all[list+"[].product.sku"] = id("SKU-", 6, alphanum)
		all[list+"[].product.price"] = price
	}
	for _, list := range []string{"cart/products", "purchase/cart.products"} {
		all[list+"[].quantity"] = quantity
	}
	all["prodView/products[].product.statusInStock"] = oneOf("high", "low", "out of stock")
	all["prodView/products[].product.quantityInStock"] = integer(0, 500)
	for _, a := range contract.ImpressionTypes() {
		all[a.Type+"/campaign"] = liveID(func(e *contract.Engagement) int64 { return e.Campaign })
		all[a.Type+"/engId"] = liveID(func(e *contract.Engagement) int64 { return e.ID })
		all[a.Type+"/revision"] = func(w *writer, _ *node) { w.b = strconv.AppendInt(w.b, w.session.Engagement.Revision, 10) }
		all[a.Type+"/eContext[].id"] = func(w *writer, _ *node) { w.b = appendString(w.b, w.session.Engagement.ContextID) }
	}
	return all
}

// makerFor finds the maker of a leaf: by its path, by its documented values, or
// by its kind alone.
func makerFor(path string, f contract.Field) maker {
	if m := makers[path]; m != nil {
		return m
	}
	if len(f.Values) > 0 {
		return documented(f)
	}
	switch f.Kind {
	case contract.KindString:
		return from(func(v *vocabulary) words { return v.phrases })
	case contract.KindBoolean:
		return boolean
	case contract.KindNull:
		return func(w *writer, _ *node) { w.b = append(w.b, "null"...) }
	}
	return integer(1, 100)
}

// documented picks one of the values of the table.
func documented(f contract.Field) maker {
	values := slices.Clone(f.Values)
	if f.Kind == contract.KindString {
		for i, v := range values {
			values[i] = string(appendString(nil, v))
		}
	}
	return func(w *writer, _ *node) { w.b = append(w.b, values[w.below(len(values))]...) }
}

// from picks a text of the vocabulary.
func from(list func(*vocabulary) words) maker {
	return func(w *writer, _ *node) {
		all := list(w.v)
		w.b = append(w.b, '"')
		w.b = append(w.b, all[w.below(len(all))]...)
		w.b = append(w.b, '"')
	}
}

// grown is from, followed by sentences while the body is too short.
func grown(list func(*vocabulary) words) maker {
	return func(w *writer, _ *node) {
		all := list(w.v)
		w.b = append(w.b, '"')
		w.b = append(w.b, all[w.below(len(all))]...)
		for w.depth != Minimal && len(w.b) < w.until {
			w.b = append(w.b, ' ')
			w.b = append(w.b, w.v.sentences[w.below(len(w.v.sentences))]...)
		}
		w.b = append(w.b, '"')
	}
}

// oneOf picks a value that the documentation only hints at.
func oneOf(values ...string) maker {
	return documented(contract.Field{Kind: contract.KindString, Values: values})
}

// id is a prefix and n characters of an alphabet.
func id(prefix string, n int, alphabet string) maker {
	return func(w *writer, _ *node) {
		w.b = append(w.b, '"')
		w.b = append(w.b, prefix...)
		w.b = w.append(w.b, n, alphabet)
		w.b = append(w.b, '"')
	}
}

// integer is uniform in [low, high].
func integer(low, high int) maker {
	return func(w *writer, _ *node) { w.b = strconv.AppendInt(w.b, int64(w.between(low, high)), 10) }
}

// money is uniform in [low, high] cents.
func money(low, high int) maker {
	return func(w *writer, _ *node) { w.b = appendMoney(w.b, int64(w.between(low, high))) }
}

// liveID is an id of the session's engagement.
func liveID(of func(*contract.Engagement) int64) maker {
	return func(w *writer, _ *node) {
		id := of(w.session.Engagement)
		if !w.textIDs {
			w.b = strconv.AppendInt(w.b, id, 10)
			return
		}
		w.b = append(w.b, '"')
		w.b = strconv.AppendInt(w.b, id, 10)
		w.b = append(w.b, '"')
		w.quotes += 2
	}
}

func boolean(w *writer, _ *node) { w.b = strconv.AppendBool(w.b, w.chance(50)) }

// price and quantity add their line up for total and numItems.
func price(w *writer, _ *node) {
	w.lines.price = int64(w.between(99, 25_000))
	w.b = appendMoney(w.b, w.lines.price)
}

func quantity(w *writer, _ *node) {
	n := int64(w.between(1, 5))
	w.lines.items += n
	w.lines.sum += n * w.lines.price
	w.b = strconv.AppendInt(w.b, n, 10)
}

// total is the sum of the lines, or some amount where none were written.
func total(w *writer, _ *node) {
	cents := w.lines.sum
	if cents == 0 {
		cents = int64(w.between(100, 100_000))
	}
	w.b = appendMoney(w.b, cents)
}

func numItems(w *writer, _ *node) {
	items := w.lines.items
	if items == 0 {
		items = int64(w.between(1, 9))
	}
	w.b = strconv.AppendInt(w.b, items, 10)
}

// bornBefore is the year in which ages are reckoned: a body must not depend on
// the clock.
const bornBefore = 2026

// age is a year ahead of birthYear in the table, so it chooses for both. One in
// four is written as the specification writes it: 30.0 (S:L83).
func age(w *writer, _ *node) {
	years := w.between(18, 90)
	w.born = bornBefore - years
	w.b = strconv.AppendInt(w.b, int64(years), 10)
	if w.chance(25) {
		w.b = append(w.b, '.', '0')
	}
}

func birthYear(w *writer, _ *node) { w.b = strconv.AppendInt(w.b, int64(w.born), 10) }

// email is at a domain reserved for examples. Of the name it keeps what needs no
// quotes there.
func email(w *writer, _ *node) {
	w.b = append(w.b, '"')
	for _, c := range []byte(w.v.users[w.below(len(w.v.users))]) {
		if 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '-' {
			w.b = append(w.b, c)
		}
	}
	w.b = w.append(w.b, 2, digits)
	w.b = append(w.b, '@')
	w.b = append(w.b, w.v.domains[w.below(len(w.v.domains))]...)
	w.b = append(w.b, '"')
}

// phone is a number that is kept free for fiction.
func phone(w *writer, _ *node) {
	w.b = append(w.b, `"+1 `...)
	w.b = strconv.AppendInt(w.b, int64(w.between(201, 989)), 10)
	w.b = append(w.b, ` 555 01`...)
	w.b = w.append(w.b, 2, digits)
	w.b = append(w.b, '"')
}

// country is a name (T) or a code (T1).
func country(w *writer, _ *node) {
	all := w.v.countries
	if w.chance(50) {
		all = w.v.countryCodes
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, all[w.below(len(all))]...)
	w.b = append(w.b, '"')
}

// languages are a language and a country each, joined by - or _ (T).
var languages = strings.Fields("de DE en US en GB fr FR fr CA es ES es MX pt BR it IT nl NL pl PL " +
	"ru RU uk UA el GR tr TR ar EG he IL hi IN zh CN zh TW ja JP ko KR sv SE da DK vi VN")

func language(w *writer, _ *node) {
	i := 2 * w.below(len(languages)/2)
	w.b = append(w.b, '"')
	w.b = append(w.b, languages[i]...)
	w.b = append(w.b, "-_"[w.below(2)])
	w.b = append(w.b, languages[i+1]...)
	w.b = append(w.b, '"')
}

// imei is 15 digits, the last by Luhn.
func imei(w *writer, _ *node) {
	w.b = append(w.b, `"49`...)
	start := len(w.b) - 2
	w.b = w.append(w.b, 12, digits)
	sum := 0
	for i, c := range w.b[start:] {
		d := int(c - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	w.b = append(w.b, '0'+byte((10-sum%10)%10), '"')
}
