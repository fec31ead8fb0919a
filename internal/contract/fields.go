package contract

import "strings"

// Kind is the JSON type of a field.
type Kind uint8

// The kinds.
const (
	KindString  Kind = iota + 1
	KindInteger      // a number with an integral value; 30.0 is one (S:L83)
	KindNumber       // any number
	KindBoolean
	KindObject
	KindArray
	KindNull // only ever seen as null; the real type is unknown (IE)
)

var kindNames = [...]string{
	KindString: "string", KindInteger: "integer", KindNumber: "number", KindBoolean: "boolean",
	KindObject: "object", KindArray: "array", KindNull: "null",
}

// String is the kind's name in JSON Schema.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// Field is one row of the field table.
type Field struct {
	// Path leads from the attribute object to the field: members are joined by
	// dots, [] stands for the entries of an array — "products[].product.price".
	Path string
	Kind Kind
	// Mandatory says that the field must be there whenever its parent is.
	Mandatory bool
	// Values are the documented values, numbers in decimal; empty where any
	// value of the kind goes.
	Values []string
	// Beyond are values seen on the read side or in sibling APIs only.
	Beyond []string
	// Source is where the row comes from.
	Source string
}

// Name is the last member of the path, "" for the entries of an array.
func (f Field) Name() string {
	if strings.HasSuffix(f.Path, "[]") {
		return ""
	}
	return f.Path[strings.LastIndexByte(f.Path, '.')+1:]
}

// Repeat is what a server does with an SDE of a type it already holds.
type Repeat string

// The repeat behaviours (BP, BPM).
const (
	Replace Repeat = "replace"
	Merge   Repeat = "merge" // property by property
	Append  Repeat = "append"
)

// Attribute describes one wire type: an SDE or an impression event.
type Attribute struct {
	// Type is the value of the member type; its letter case matters.
	Type string
	// Title is the documentation's name for it.
	Title string
	// Wrapper is the member that holds the fields; empty where they lie flat.
	Wrapper string
	// Chat and Messaging are the repeat behaviours of the two products.
	Chat, Messaging Repeat
	// Requirements of the minimal and of the full example.
	Minimal, Full string
	// Fields lists every field but type, parents before children.
	Fields []Field
	Source string
}

const (
	str   = KindString
	num   = KindNumber
	whole = KindInteger
	obj   = KindObject
	arr   = KindArray
)

// mandatory marks fields.
func mandatory(f Field) Field { f.Mandatory = true; return f }

// field is a row whose any value goes.
func field(path string, kind Kind, source string) Field {
	return Field{Path: path, Kind: kind, Source: source}
}

// oneOf is a row with documented values.
func oneOf(path string, kind Kind, source string, values ...string) Field {
	return Field{Path: path, Kind: kind, Source: source, Values: values}
}

// beyond adds values that only other pages know.
func beyond(f Field, values ...string) Field { f.Beyond = values; return f }

// productLines are the rows of a list of products under prefix.
func productLines(prefix string, lines Field) []Field {
	const source = "T"
	return []Field{
		lines,
		field(prefix+"[]", obj, source),
		mandatory(field(prefix+"[].product", obj, source)),
		field(prefix+"[].product.name", str, source),
		field(prefix+"[].product.category", str, source),
		field(prefix+"[].product.sku", str, source),
		field(prefix+"[].product.price", num, source),
	}
}

// date are the rows of a calendar day.
func date(path string) []Field {
	return []Field{
		field(path, obj, "T"),
		field(path+".year", whole, "T"),
		field(path+".month", whole, "T"),
		field(path+".day", whole, "T"),
	}
}

func rows(groups ...[]Field) []Field {
	var all []Field
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// SDETypes returns the ten types that engagementAttributes takes (S:L44, T).
func SDETypes() []Attribute {
	return []Attribute{
		{
			Type: "cart", Title: "Cart update", Chat: Replace, Messaging: Replace,
			Minimal: "SC-01", Full: "SC-02", Source: "T",
			Fields: rows([]Field{
				mandatory(field("total", num, "T")),
				field("currency", str, "T"),
				mandatory(field("numItems", whole, "T")),
			}, productLines("products", field("products", arr, "T")), []Field{
				field("products[].quantity", whole, "T"),
			}),
		},
		{
			Type: "purchase", Title: "Transaction", Chat: Append, Messaging: Append,
			Minimal: "SP-01", Full: "SP-02", Source: "T",
			Fields: rows([]Field{
				field("total", num, "T"),
				field("currency", str, "T"),
				field("orderId", str, "T"),
				field("cart", obj, "T"),
			}, productLines("cart.products", mandatory(field("cart.products", arr, "T; T1 spells it Products"))), []Field{
				field("cart.products[].quantity", whole, "T"),
				field("cart.numItems", whole, "T"),
			}),
		},
		{
			Type: "prodView", Title: "Viewed product", Chat: Append, Messaging: Append,
			Minimal: "SV-01", Full: "SV-02", Source: "T",
			Fields: rows([]Field{
				field("currency", str, "T"),
			}, productLines("products", field("products", arr, "T")), []Field{
				field("products[].product.statusInStock", str, "T, in its sample only"),
				field("products[].product.quantityInStock", whole, "T, in its sample only"),
				field("products[].quantity", whole, "T1"),
			}),
		},
		{
			Type: "ctmrinfo", Title: "Customer info", Wrapper: "info", Chat: Merge, Messaging: Replace,
			Minimal: "SK-01", Full: "SK-02", Source: "T",
			Fields: rows([]Field{
				field("info", obj, "T: flat in its table, nested in every sample"),
				field("info.ctype", str, "T"),
				field("info.cstatus", str, "T"),
				field("info.balance", num, "T: may be negative"),
				field("info.currency", str, "T"),
				field("info.customerId", str, "T; BPM: marks the consumer as authenticated"),
				field("info.socialId", str, "T, its type column is garbled"),
				field("info.imei", str, "T: no format stated"),
				field("info.userName", str, "T"),
				field("info.companySize", whole, "T"),
				field("info.companyBranch", str, "T"),
				field("info.accountName", str, "T"),
				field("info.role", str, "T"),
			}, date("info.lastPaymentDate"), date("info.registrationDate"), []Field{
				field("info.loginStatus", whole, "T: no values documented"),
				field("info.storeZipCode", str, "T: not in authenticated flows"),
				field("info.storeNumber", str, "T: not in authenticated flows"),
			}),
		},
		{
			Type: "mrktInfo", Title: "Marketing source", Wrapper: "info", Chat: Merge, Messaging: Replace,
			Minimal: "SM-01", Full: "SM-02", Source: "T",
			Fields: []Field{
				field("info", obj, "T"),
				beyond(oneOf("info.channel", whole, "T; EH adds two", "0", "1", "2", "3", "4"), "5", "6"),
				field("info.affiliate", str, "T"),
				field("info.campaignId", str, "T: campaignID in its table, campaignId in its samples"),
			},
		},
		{
			Type: "personal", Title: "Personal info", Wrapper: "personal", Chat: Merge, Messaging: Replace,
			Minimal: "SR-02", Full: "SR-03", Source: "S:L78–93; T",
			Fields: []Field{
				field("personal", obj, "S:L80; T"),
				field("personal.firstname", str, "S:L88; T"),
				field("personal.lastname", str, "S:L89; T"),
				field("personal.age", obj, "S:L82; T"),
				field("personal.age.age", whole, "S:L83 (as 30.0); T"),
				field("personal.age.year", whole, "S:L84; T"),
				field("personal.age.month", whole, "S:L85; T"),
				field("personal.age.day", whole, "S:L86; T"),
				field("personal.contacts", arr, "S:L81; T"),
				field("personal.contacts[]", obj, "S:L81; T"),
				field("personal.contacts[].email", str, "S:L81; T"),
				field("personal.contacts[].phone", str, "S:L81; T"),
				oneOf("personal.contacts[].phoneType", str, "T",
					"HOME", "MOBILE", "WORK", "FAX", "MAIN", "HOME_FAX", "WORK_FAX", "PAGER", "OTHER"),
				field("personal.contacts[].address", obj, "T"),
				field("personal.contacts[].address.country", str, "T: a name; T1: ISO 3166-1 alpha-2"),
				field("personal.contacts[].address.region", str, "T"),
				oneOf("personal.gender", str, "S:L90; T", "MALE", "FEMALE", "OTHER"),
				field("personal.company", str, "S:L91; T"),
				field("personal.language", str, "T: ISO 639-1, - or _, ISO 3166-1"),
			},
		},
		{
			Type: "lead", Title: "Lead", Wrapper: "lead", Chat: Append, Messaging: Append,
			Minimal: "SL-01", Full: "SL-02", Source: "T",
			Fields: []Field{
				field("lead", obj, "T"),
				field("lead.topic", str, "T"),
				field("lead.value", num, "T"),
				field("lead.currency", str, "T"),
				field("lead.leadId", str, "T"),
			},
		},
		{
			Type: "service", Title: "Service activity", Wrapper: "service", Chat: Append, Messaging: Replace,
			Minimal: "SS-01", Full: "SS-02", Source: "T",
			Fields: []Field{
				field("service", obj, "T"),
				field("service.topic", str, "T"),
				beyond(oneOf("service.status", whole, "T; EAA, EH add three",
					"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"), "11", "12", "13"),
				field("service.category", str, "T"),
				field("service.serviceId", str, "T"),
			},
		},
		{
			Type: "error", Title: "Visitor error", Wrapper: "error", Chat: Append, Messaging: Append,
			Minimal: "SE-01", Full: "SE-02", Source: "T",
			Fields: []Field{
				field("error", obj, "T"),
				field("error.contextId", str, "T"),
				field("error.message", str, "T"),
				field("error.code", str, "T"),
				field("error.level", whole, "T: a long, no scale documented"),
				field("error.resolved", KindBoolean, "T"),
			},
		},
		{
			Type: "searchInfo", Title: "Searched content", Chat: Append, Messaging: Append,
			Minimal: "SQ-01", Full: "SQ-01", Source: "T: not reportable from mobile",
			Fields: []Field{
				field("keywords", arr, "T"),
				field("keywords[]", str, "T"),
			},
		},
	}
}

// ImpressionTypes returns the five types that impAttributes takes and
// engagementAttributes does not (S:L43–44, IE).
func ImpressionTypes() []Attribute {
	ids := func(source string) []Field {
		return []Field{
			field("campaign", whole, source),
			field("engId", whole, source),
			field("revision", whole, source),
		}
	}
	context := func(source string) []Field {
		return []Field{
			field("eContext", arr, source),
			field("eContext[]", obj, source),
			oneOf("eContext[].type", str, source, EngagementContext),
			field("eContext[].id", str, source),
		}
	}
	return []Attribute{
		{Type: "impDisplay", Title: "ImpressionDisplayEvent", Minimal: "IM-03", Full: "IM-03", Source: "S:L65–75",
			Fields: rows(ids("S:L66–68"), context("S:L69–74"))},
		{Type: "impAccept", Title: "ImpressionAcceptEvent", Minimal: "IM-02", Full: "IM-02", Source: "S:L53–64",
			Fields: rows(ids("S:L54–56"), context("S:L57–62"))},
		{Type: "impExpanded", Title: "ImpressionExpandedEvent", Minimal: "IM-06", Full: "IM-06", Source: "IE",
			Fields: rows([]Field{
				field("expanded", KindNull, "IE"),
				field("userInit", KindNull, "IE"),
				field("actionableItems", KindNull, "IE"),
			}, ids("IE"))},
		{Type: "impTimeout", Title: "ImpressionTimeoutEvent", Minimal: "IM-07", Full: "IM-07", Source: "IE", Fields: ids("IE")},
		{Type: "impClose", Title: "ImpressionCloseEvent", Minimal: "IM-08", Full: "IM-08", Source: "IE", Fields: ids("IE")},
	}
}
