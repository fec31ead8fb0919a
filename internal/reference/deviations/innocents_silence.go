package deviations

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// silenceInnocents read narrowly or widely what the specification leaves open.
func silenceInnocents() []Innocent {
	stricter := func(id, title, place, example string, when func(raw []byte) bool) Innocent {
		return innocent(id, title, refusing(place, when), sde(example))
	}
	wider := func(id, title, place, example string, when func(raw []byte) bool) Innocent {
		return innocent(id, title, taking(place, when), sde(example))
	}
	options := func(id, title string, set func(*reference.Options), p Probe) Innocent {
		return innocent(id, title, set, p)
	}
	noContext := func(raw []byte) bool { return typed("impDisplay", "impAccept")(raw) && lacks("eContext")(raw) }
	return append([]Innocent{
		options("version-numeric", "takes every spelling of the number 1.0", func(o *reference.Options) { o.NumericVersion = true }, version("1.00")),
		options("ids-numeric", "hands out the ids of an engagement as numbers", func(o *reference.Options) { o.NumericIDs = true }, create(external)),
		options("numbers-quoted", "takes numbers in quotes", func(o *reference.Options) { o.QuotedNumbers = true }, sde(`{"type":"cart","total":"1","numItems":"1"}`)),
		options("arrays-quoted", "takes strings that hold the two arrays", func(o *reference.Options) { o.StringifiedArrays = true }, with(`"engagementAttributes":"[]"`)),
		options("page-any", "does not ask whose a pageId is", func(o *reference.Options) { o.Deviation.Session.AnyPage = true }, put(`{"pageId":"1"}`)),
		options("body-32-kib", "takes bodies up to 32 KiB", func(o *reference.Options) { o.MaxBody = 32 << 10 },
			with(`"x":"`+strings.Repeat("x", 33<<10)+`"`)),
		options("nesting-12", "takes a nesting of twelve levels", func(o *reference.Options) { o.MaxDepth = 12 },
			with(`"x":`+strings.Repeat("[", 13)+strings.Repeat("]", 13))),
		options("idle-ten-minutes", "ends a session after ten idle minutes", func(o *reference.Options) { o.MaxIdle = 10 * time.Minute }, aged(11*time.Minute)),
		options("idle-never", "ends a session by its age alone", func(o *reference.Options) { o.MaxIdle = 6 * time.Hour }, aged(time.Hour)),
		innocent("page-number", "takes a pageId that is a number", all(taking("pageId", kinds("d")), forgivingPage), put(`{"pageId":4743822558}`)),

		stricter("attribute-unknown-members", "refuses members that an SDE does not have", "engagementAttributes[]", `{"type":"lead","extra":1}`, strangeMember),
		innocent("top-unknown-members", "refuses members that an update does not have", refusing("", func(raw []byte) bool {
			for name := range members(raw) {
				if name != "pageId" && name != "impAttributes" && name != "engagementAttributes" {
					return true
				}
			}
			return false
		}), with(`"extra":1`)),
		innocent("impressions-empty", "refuses an empty array of impressions", refusing("impAttributes", is("[]")), with(`"impAttributes":[]`)),
		innocent("attributes-empty", "refuses an empty array of SDEs", refusing("engagementAttributes", is("[]")), sde()),
		stricter("attribute-type-twice", "refuses two SDEs of one type", "engagementAttributes", lead+","+lead, func(raw []byte) bool {
			list := entries(raw)
			return len(list) == 2 && typeOf(list[0]) == typeOf(list[1])
		}),
		stricter("channel-beyond", "refuses the channels that other pages know", "mrktInfo.info.channel", `{"type":"mrktInfo","info":{"channel":5}}`, is("5", "6")),
		stricter("status-beyond", "refuses the statuses that other pages know", "service.service.status", `{"type":"service","service":{"status":11}}`, is("11", "12", "13")),
		stricter("total-negative", "refuses a negative total", "cart.total", `{"type":"cart","total":-1,"numItems":1}`, func(raw []byte) bool { return raw[0] == '-' }),
		stricter("currency-iso", "refuses a currency that is not three capitals", "cart.currency", `{"type":"cart","total":1,"numItems":1,"currency":"usd"}`,
			func(raw []byte) bool { return !regexp.MustCompile(`^"[A-Z]{3}"$`).Match(raw) }),
		stricter("email-at", "refuses an email without an at sign", "personal.personal.contacts[].email", `{"type":"personal","personal":{"contacts":[{"email":"x"}]}}`,
			func(raw []byte) bool { return !bytes.ContainsRune(raw, '@') }),
		{ID: "search-refused", Title: "refuses searchInfo, which mobile clients cannot report", Profiles: notInStrict,
			Options: refusing("searchInfo", always), Probe: sde(`{"type":"searchInfo"}`)},
		innocent("context-required", "refuses impDisplay and impAccept without an eContext", refusing("impAttributes[]", noContext), impression(`{"type":"impDisplay",`+impIDs+`}`)),
		innocent("impression-ids-demanded", "refuses an impression that lacks an id", rules(func(r *reference.Rules) {
			for _, a := range contract.ImpressionTypes() {
				for _, id := range []string{"campaign", "engId", "revision"} {
					r.Mandatory(a.Type + "." + id)
				}
			}
		}), impression(`{"type":"impDisplay",`+impContext+`}`)),
		innocent("impressions-null", "takes null for either array", rules(func(r *reference.Rules) {
			r.Take("impAttributes", kinds("z"))
			r.Take("engagementAttributes", kinds("z"))
		}), with(`"impAttributes":null,"engagementAttributes":null`)),
		wider("attribute-letter-case", "takes a type in any letter case", "engagementAttributes[]", `{"type":"LEAD"}`, func(raw []byte) bool {
			return slices.ContainsFunc(contract.SDETypes(), func(a contract.Attribute) bool {
				return a.Type != typeOf(raw) && strings.EqualFold(a.Type, typeOf(raw))
			})
		}),
		wider("gender-free", "takes any text and any number for a gender", "personal.personal.gender", `{"type":"personal","personal":{"gender":"X"}}`, kinds("sdz")),
		wider("phone-free", "takes any text for a phoneType", "personal.personal.contacts[].phoneType", `{"type":"personal","personal":{"contacts":[{"phoneType":"SATELLITE"}]}}`, kinds("s")),
		wider("channel-free", "takes any number for a channel", "mrktInfo.info.channel", `{"type":"mrktInfo","info":{"channel":7}}`, kinds("d")),
		wider("contacts-object", "takes one contact in place of the array", "personal.personal.contacts", `{"type":"personal","personal":{"contacts":{"email":"a@b.c"}}}`, kinds("o")),
		innocent("byte-order-mark", "skips a byte-order mark before the body", rewritingBody(func(b []byte) []byte {
			return bytes.TrimPrefix(b, []byte("\ufeff"))
		}), put("\ufeff"+smallest)),
		innocent("json-comments", "takes comments in the body", rewritingBody(func(b []byte) []byte {
			return regexp.MustCompile(`(?s)/\*.*?\*/| // [^\n]*\n`).ReplaceAll(b, nil)
		}), put(`{/* page */"pageId":"4743822558"}`)),
		innocent("json-trailing", "does not read what follows the object", rewritingBody(firstValue), put(smallest+"{}")),
	}, extremes()...)
}

// rewritingBody changes the body of updates before the server reads it.
func rewritingBody(how func([]byte) []byte) change {
	return around(func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, setBody(r, how)) })
}

// firstValue cuts a body after the object that it begins with.
func firstValue(b []byte) []byte {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 && b[0] == '{' {
				return b[:i+1]
			}
		}
	}
	return b
}

// strangeMember is true of an SDE with a member, at its top or in its wrapper,
// that the field table does not have.
func strangeMember(raw []byte) bool {
	for _, a := range contract.SDETypes() {
		if a.Type != typeOf(raw) {
			continue
		}
		fields := map[string]bool{"type": true}
		for _, f := range a.Fields {
			fields[f.Path] = true
		}
		for name, value := range members(raw) {
			if !fields[name] {
				return true
			}
			if name != a.Wrapper {
				continue
			}
			for inner := range members(value) {
				if !fields[name+"."+inner] {
					return true
				}
			}
		}
	}
	return false
}

// extremes take the whole of what is open one way, and the other.
func extremes() []Innocent {
	widest := all(taken(), func(o *reference.Options) {
		o.NumericVersion, o.QuotedNumbers, o.StringifiedArrays, o.NumericIDs = true, true, true, true
		o.Deviation.Session.AnyPage = true
		o.MaxBody, o.MaxDepth, o.MaxString = 20<<20, 200_000, 20<<20
	})
	narrowest := all(func(o *reference.Options) { o.MaxBody, o.MaxDepth, o.MaxString = 32<<10, 12, 10_000 },
		rules(func(r *reference.Rules) {
			r.Refuse("engagementAttributes[]", strangeMember)
			r.Refuse("engagementAttributes", is("[]"))
			r.Refuse("impAttributes", is("[]"))
			r.Refuse("impAttributes[]", func(raw []byte) bool {
				return typed("impDisplay", "impAccept")(raw) && lacks("eContext")(raw) || lacks("campaign")(raw)
			})
			r.Refuse("mrktInfo.info.channel", is("5", "6"))
			r.Refuse("service.service.status", is("11", "12", "13"))
			r.Refuse("cart.total", func(raw []byte) bool { return raw[0] == '-' })
			r.Refuse("cart.numItems", func(raw []byte) bool { return raw[0] == '-' || raw[0] == '0' })
		}))
	return []Innocent{
		innocent("widest", "takes whatever the specification does not exclude", widest, sde(`{"type":"cart","total":"1","numItems":null}`)),
		innocent("narrowest", "refuses whatever the specification does not demand", narrowest, sde(`{"type":"lead","extra":1}`)),
	}
}

// taken takes null for every field, any value of the right kind where values
// are listed, and numbers for texts: on all of that the contract is silent.
func taken() change {
	return rules(func(r *reference.Rules) {
		for _, a := range contract.SDETypes() {
			for _, f := range a.Fields {
				if strings.HasSuffix(f.Path, "[]") || f.Name() == "product" {
					continue
				}
				switch place := a.Type + "." + f.Path; f.Kind {
				case contract.KindString:
					r.Take(place, kinds("sdz"))
				case contract.KindInteger, contract.KindNumber:
					r.Take(place, kinds("dz"))
				case contract.KindObject, contract.KindArray:
					r.Take(place, kinds("z"))
				default:
				}
			}
		}
	})
}

// stateInnocents store otherwise, which no client of this call can see.
func stateInnocents() []Innocent {
	repeat := func(wireType string, how contract.Repeat) change {
		return rules(func(r *reference.Rules) { r.Repeat(wireType, how) })
	}
	first, second := `{"type":"personal","personal":{"firstname":"Noa"}}`, `{"type":"personal","personal":{"lastname":"Keller"}}`
	return []Innocent{
		innocent("cart-appends", "keeps every cart and not the last alone", repeat("cart", contract.Append), stored(sde(cart, cart))),
		innocent("lead-replaces", "keeps the last lead alone", repeat("lead", contract.Replace), stored(sde(lead, lead))),
		innocent("personal-replaces", "replaces a personal and does not merge it", repeat("personal", contract.Replace), stored(sde(first, second))),
		innocent("messaging", "repeats SDEs as messaging does", func(o *reference.Options) { o.Messaging = true }, stored(sde(first, second))),
		innocent("stores-one", "keeps no more than one SDE of a type", func(o *reference.Options) { o.MaxStored = 1 }, stored(sde(lead, lead))),
		innocent("impressions-forgotten", "does not store impressions", func(o *reference.Options) {
			o.Deviation.Session.Forgets = func(wireType string) bool { return strings.HasPrefix(wireType, "imp") }
		}, stored(impression(display))),
		innocent("all-forgotten", "stores nothing", func(o *reference.Options) {
			o.Deviation.Session.Forgets = func(string) bool { return true }
		}, stored(sde(lead))),
	}
}
