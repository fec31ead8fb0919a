package generators

import "strings"

// commerceFaults break cart, purchase and prodView (T).
func commerceFaults() []Fault {
	cart, purchase, view := on("cart"), on("purchase"), on("prodView")
	const line = sde + ".products[0]"
	lines := func(path string, n int) func(*edit) {
		return func(e *edit) { e.set(path, "["+strings.Repeat(productLine+",", n-1)+productLine+"]") }
	}
	return []Fault{
		fault("cart-total-missing", "SC-03", "a cart without total", invalid(), cart, without(sde+".total")),
		fault("cart-items-missing", "SC-04", "a cart without numItems", invalid(), cart, without(sde+".numItems")),
		fault("cart-product-missing", "SC-05", "a line of a cart without product", invalid(), cart, without(line+".product")),
		fault("cart-wrong-type", "SC-06", "a number of a cart that is none", invalid(), cart,
			join(set(sde+".total", "true", "{}"), set(line+".product.price", "true", "{}"),
				set(sde+".numItems", `"abc"`), set(line+".quantity", `"abc"`))...),
		fault("cart-numbers-as-text", "SC-07", "a number of a cart as a string", observed(), cart,
			join(set(sde+".total", `"19.5"`), set(sde+".numItems", `"2"`),
				set(line+".product.price", `"9.75"`), set(line+".quantity", `"2"`))...),
		fault("cart-fraction", "SC-08", "an item count of a cart with decimals", observed(), cart,
			join(set(sde+".numItems", "2.5"), set(line+".quantity", "2.0"))...),
		fault("cart-number-odd", "SC-09", "an unusual number in a cart", observed(), cart,
			join(set(sde+".total", "0", "-5.25", "1e308"), set(sde+".numItems", "0", "-1", "2147483648"))...),
		fault("cart-sum", "SC-10", "a cart that does not add up", observed(), cart,
			join(set(sde+".numItems", "999"), set(sde+".total", "0.01"))...),
		fault("cart-products-odd", "SC-11", "an unusual list of products", observed(), cart,
			join(set(sde+".products", "[]", "null", "{}"),
				[]Variant{long("1,000 lines", 100_000, lines(sde+".products", 1_000))})...),
		fault("cart-currency-odd", "SC-12", "an unusual currency", observed(), cart,
			set(sde+".currency", `"usd"`, `"US"`, `"XXX"`, `""`, "840")...),

		fault("purchase-products-missing", "SP-03", "the cart of a purchase without products", invalid(), purchase,
			without(sde+".cart.products")),
		fault("purchase-wrong-type", "SP-04", "a field of a purchase of the wrong type", invalid(), purchase,
			join(set(sde+".total", "{}"), set(sde+".orderId", "{}"), set(sde+".cart", `"x"`))...),
		fault("purchase-products-letter-case", "SP-05", "Products instead of products", observed(), purchase,
			only(func(e *edit) { e.rename(sde+".cart.products", "Products") })),
		fault("purchase-order-odd", "SP-07", "an unusual orderId", observed(), purchase,
			as("number", func(e *edit) { e.set(sde+".orderId", "7781") }),
			as("256 characters", func(e *edit) { e.set(sde+".orderId", quoted(strings.Repeat("x", 256))) })),
		fault("purchase-cart-extra", "SP-08", "total and currency in the cart of a purchase", observed(), purchase,
			only(func(e *edit) { e.insert(sde+".cart", `"total":108.90,"currency":"GBP"`) })),

		fault("view-product-missing", "SV-03", "a line of a prodView without product", invalid(), view, without(line+".product")),
		fault("view-wrong-type", "SV-04", "a field of a prodView of the wrong type", invalid(), view,
			join(set(line+".product.price", "{}"), set(sde+".products", `"x"`))...),
		fault("view-stock-odd", "SV-05", "an unusual stock", observed(), view,
			join(set(line+".product.statusInStock", `"two left, hurry"`, "1"),
				set(line+".product.quantityInStock", `"many"`, "-3"))...),
		fault("view-quantity", "SV-06", "a quantity in a prodView, which an older edition knows", observed(), view,
			as("quantity 2", func(e *edit) { e.insert(line, `"quantity":2`) })),
	}
}

// productLine is a line of products of about a hundred bytes.
const productLine = `{"product":{"name":"desk lamp","category":"lighting","sku":"LMP-204","price":21.75},"quantity":1}`

// customerFaults break ctmrinfo and mrktInfo (T).
func customerFaults() []Fault {
	customer, market := on("ctmrinfo"), on("mrktInfo")
	const info, paid = sde + ".info", sde + ".info.lastPaymentDate"
	return []Fault{
		fault("customer-wrong-type", "SK-04", "a field of a ctmrinfo of the wrong type", invalid(), customer,
			join(set(info+".balance", "{}"), set(info+".companySize", `"many"`), set(paid, `"yesterday"`))...),
		fault("customer-flat", "SK-06", "the fields of a ctmrinfo beside its type", observed(), onMinimal("ctmrinfo"),
			only(func(e *edit) { e.set(sde, `{"type":"ctmrinfo","ctype":"gold","balance":12.50}`) })),
		fault("customer-status-odd", "SK-07", "a ctype or cstatus off the list or in another letter case", observed(), customer,
			join(set(info+".ctype", `"no such tier"`, `"GOLD"`), set(info+".cstatus", `"no such status"`, `"Active"`))...),
		fault("customer-date-odd", "SK-08", "a date that is no day, or in part", observed(), customer,
			join(set(paid+".month", "0", "13"), set(paid+".day", "0"), set(paid+".year", "0", "9999", "-1", `"2024"`),
				set(paid, `{"year":2024,"month":4,"day":31}`, `{"year":2023,"month":2,"day":29}`, `{"year":2024}`))...),
		fault("customer-login-odd", "SK-09", "a loginStatus other than 1, which the twin has", observed(), customer,
			set(info+".loginStatus", "0", "2", "-1", `"in"`)...),
		fault("customer-id-number", "SK-10", "an id of a ctmrinfo as a number", observed(), customer,
			join(set(info+".socialId", "9900112233"), set(info+".customerId", "42"), set(info+".imei", "490154203237518"))...),

		fault("channel-beyond", "SM-04", "a channel that the read side alone knows", observed(), market, set(info+".channel", "5", "6")...),
		fault("channel-odd", "SM-05", "a channel that nobody knows", observed(), market,
			set(info+".channel", "7", "-1", "1.5", "2147483648")...),
		fault("channel-as-text", "SM-06", "a channel as a string of digits", observed(), market, set(info+".channel", `"1"`)...),
		fault("channel-wrong-type", "SM-07", "a channel that is no number", invalid(), market,
			set(info+".channel", `"email"`, "true", "{}")...),
		fault("market-names", "SM-08", "the other spellings of two names", observed(), market,
			as("campaignID", func(e *edit) { e.rename(info+".campaignId", "campaignID") }),
			as("Affiliate", func(e *edit) { e.rename(info+".affiliate", "Affiliate") }),
			as("both", func(e *edit) { e.insert(info, `"campaignID":"summer","Affiliate":"other"`) })),
	}
}

// personalFaults break personal (S:L78–93; T).
func personalFaults() []Fault {
	person := on("personal")
	const info, contact = sde + ".personal", sde + ".personal.contacts[0]"
	return []Fault{
		fault("gender-odd", "SR-10", "a gender off the list", observed(), person, set(info+".gender", `"male"`, `"X"`, `""`, "null")...),
		fault("gender-number", "SR-11", "a gender as the number of an older edition", observed(), person, set(info+".gender", "0", "1", "2")...),
		fault("personal-wrong-type", "SR-12", "a field of a personal of the wrong type", invalid(), person,
			join(set(info+".gender", "{}"), set(info+".firstname", "{}"), set(info+".contacts", `"x"`), set(info+".age", `"30"`))...),
		fault("contacts-object", "SR-13", "contacts as one object", observed(), person,
			only(func(e *edit) { e.set(info+".contacts", e.raw(contact)) })),
		fault("contacts-odd", "SR-14", "an unusual list of contacts", observed(), person,
			join(set(info+".contacts", "[]", "null", `[{"phoneType":"HOME"}]`), []Variant{
				as("100 entries", func(e *edit) { e.insert(info+".contacts", strings.Repeat(e.raw(contact)+",", 98)+e.raw(contact)) })})...),
		fault("email-odd", "SR-15", "an unusual email", observed(), person,
			join(set(contact+".email", `"no at sign"`, `"noa@münchen.example"`),
				[]Variant{as("320 characters", func(e *edit) {
					e.set(contact+".email", quoted(strings.Repeat("x", 320-len("@example.org"))+"@example.org"))
				})})...),
		fault("phone-odd", "SR-16", "an unusual phone number", observed(), person,
			join(set(contact+".phone", `"1-800-FLOWERS"`, `"5550101 ext. 22"`),
				[]Variant{as("64 digits", func(e *edit) { e.set(contact+".phone", quoted(e.text(64, digits))) })})...),
		fault("phone-type-odd", "SR-17", "a phoneType off the list", observed(), person, set(contact+".phoneType", `"SATELLITE"`, `"mobile"`)...),
		fault("country-forms", "SR-18", "the forms in which a country is given", observed(), person,
			set(contact+".address.country", `"Germany"`, `"DE"`, `"de"`, `"XX"`)...),
		fault("language-odd", "SR-19", "an unusual language", observed(), person,
			set(info+".language", `"EN-us"`, `"english"`, `"xx-YY"`, `"en"`)...),
		fault("age-odd", "SR-20", "an unusual age or birthday", observed(), person,
			join(set(info+".age.age", "-1", "0", "150", "1000000000", "30.5", `"30"`), set(info+".age.year", "2999"),
				set(info+".age.month", "13"), set(info+".age", `{"age":17,"year":1931,"month":1,"day":1}`))...),
		fault("firstname-length", "SR-21", "a firstname of unusual length", observed(), person,
			join(sizes(1, func(e *edit, n int) { e.set(info+".firstname", quoted(strings.Repeat("x", n))) }, 1, 256, 50_001),
				set(info+".firstname", `"   "`))...),
	}
}

// activityFaults break lead, service, error and searchInfo (T).
func activityFaults() []Fault {
	lead, service, failure, search := on("lead"), on("service"), on("error"), on("searchInfo")
	const keywords = sde + ".keywords"
	return []Fault{
		fault("lead-wrong-type", "SL-03", "a field of a lead of the wrong type", invalid(), lead,
			join(set(sde+".lead.value", "{}", `"much"`), set(sde+".lead", `"x"`))...),
		fault("lead-value-odd", "SL-04", "an unusual value of a lead", observed(), lead,
			set(sde+".lead.value", "0", "-12.5", "1e308", `"12.5"`)...),

		fault("service-status-beyond", "SS-04", "a status that other pages know", observed(), service,
			set(sde+".service.status", "11", "12", "13")...),
		fault("service-status-odd", "SS-05", "a status that nobody knows", observed(), service,
			set(sde+".service.status", "14", "-1", "1.5", `"1"`)...),
		fault("service-status-wrong-type", "SS-06", "a status that is no number", invalid(), service,
			set(sde+".service.status", `"done"`, "true", "{}")...),

		fault("error-wrong-type", "SE-03", "a field of an error of the wrong type", invalid(), failure,
			join(set(sde+".error.level", `"high"`), set(sde+".error.resolved", "{}"))...),
		fault("error-value-odd", "SE-04", "an unusual level or resolved", observed(), failure,
			join(set(sde+".error.level", "-1", "0", "2147483648", "9223372036854775808", "1.5"),
				set(sde+".error.resolved", `"false"`, "0"))...),

		fault("keywords-odd", "SQ-02", "an unusual list of keywords", observed(), search,
			join(set(keywords, "[]", "null", `[""]`), []Variant{
				as("1,000 words", func(e *edit) { e.set(keywords, "["+strings.Repeat(`"parcel",`, 999)+`"parcel"]`) })})...),
		fault("keywords-wrong-type", "SQ-03", "keywords that are no array of strings", invalid(), search,
			set(keywords, `"parcel"`, "7", "[1,2]", "[{}]")...),
	}
}
