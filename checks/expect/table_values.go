package expect

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sdegauge/internal/contract"
)

// number judges a number in the plain form of JSON.
func (f *fieldReader) number(path string, row contract.Field, token string) {
	sure := false
	switch value, err := strconv.ParseInt(token, 10, 64); {
	case row.Kind == contract.KindNumber:
		amount, _ := strconv.ParseFloat(token, 64)
		sure = math.Abs(amount) < 1e12 && (amount > 0 || row.Path == "info.balance")
	case row.Path == "personal.age.age" && strings.HasSuffix(token, ".0"): // S:L83
		value, err = strconv.ParseInt(strings.TrimSuffix(token, ".0"), 10, 64)
		sure = err == nil && value >= 1 && value <= 120
	case err != nil || token == "-0":
	case len(row.Values) > 0:
		sure = slices.Contains(row.Values, token)
	default:
		low, high := f.bounds(row)
		sure = low <= value && value <= high
	}
	if !sure {
		f.opened(path + ": " + clip(token) + ", an unusual number")
	}
}

// bounds are between which integers a row surely holds.
func (f *fieldReader) bounds(row contract.Field) (low, high int64) {
	own := func(id func(*contract.Engagement) int64) (int64, int64) {
		if f.session.Engagement == nil {
			return 1, 0
		}
		return id(f.session.Engagement), id(f.session.Engagement)
	}
	switch row.Name() {
	case "campaign":
		return own(func(e *contract.Engagement) int64 { return e.Campaign })
	case "engId":
		return own(func(e *contract.Engagement) int64 { return e.ID })
	case "revision":
		return own(func(e *contract.Engagement) int64 { return e.Revision })
	case "loginStatus": // SK-02 has it, SK-09 doubts every other
		return 1, 1
	case "age":
		return 1, 120
	case "year":
		return 1900, 2100
	case "month":
		return 1, 12
	case "day":
		return 1, 31
	case "quantityInStock":
		return 0, math.MaxInt32
	}
	return 1, math.MaxInt32
}

// maxText is how many characters a text surely may have, well below the 50,000
// that the read side states (EH, MI).
const maxText = 16_384

// text judges the value of a string.
func (f *fieldReader) text(path string, row contract.Field, text string) {
	length := utf8.RuneCountInString(text)
	sure := !blank(text) && length <= maxText &&
		!strings.ContainsFunc(text, unicode.IsControl) && !strings.ContainsAny(text, "<>{}$=`\\") && !strings.Contains(text, "--") // EA-30
	switch row.Name() {
	case "firstname":
		sure = sure && length > 1 && length < 256
	case "orderId":
		sure = sure && length < 256
	case "currency":
		sure = length == 3 && upper(text) && text != "XXX" && text != "XTS"
	case "country":
		sure = sure && (countryCode(text) || length > 3 && unicode.IsUpper([]rune(text)[0]))
	case "language":
		sure = len(text) == 5 && strings.Contains(languages, " "+text[:2]+" ") && strings.Contains("-_", text[2:3]) && upper(text[3:])
	case "ctype", "cstatus":
		sure = text != "" && strings.Trim(text, lowerLetters) == ""
	case "statusInStock":
		words := strings.Split(text, " ")
		sure = len(words) <= 3 && !slices.ContainsFunc(words, func(w string) bool { return w == "" || strings.Trim(w, lowerLetters) != "" })
	case "email":
		sure = sure && emailForm(text)
	case "phone":
		sure = phoneForm(text)
	case "id":
		sure = f.session.Engagement != nil && text == f.session.Engagement.ContextID
	}
	if len(row.Values) > 0 {
		sure = slices.Contains(row.Values, text)
	}
	if !sure {
		f.opened(path + ": " + strconv.QuoteToASCII(clip(text)) + ", an unusual text")
	}
}

const (
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
	upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	mailLetters  = lowerLetters + upperLetters + "0123456789-"
)

// languages are the codes of ISO 639-1.
const languages = " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz " +
	"ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv " +
	"ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn " +
	"no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg " +
	"th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "

func upper(text string) bool { return strings.Trim(text, upperLetters) == "" }

// countryCode says whether a text has the form of ISO 3166-1 and is none of the
// codes left to users.
func countryCode(text string) bool {
	if len(text) != 2 || !upper(text) {
		return false
	}
	return text[0] != 'X' && text != "AA" && text != "ZZ" && (text[0] != 'Q' || text[1] < 'M')
}

func emailForm(text string) bool {
	local, domain, _ := strings.Cut(text, "@")
	if local == "" || len(local) > 64 || len(text) > 254 || !strings.Contains(domain, ".") {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if strings.Trim(label, mailLetters) != "" || label == "" {
			return false
		}
	}
	// A dot-atom (RFC 5322): anything else would have to be quoted.
	return strings.Trim(local, mailLetters+".!#%&'*+/?^_|~") == "" &&
		!strings.HasPrefix(local, ".") && !strings.HasSuffix(local, ".") && !strings.Contains(local, "..")
}

func phoneForm(text string) bool {
	rest := strings.TrimPrefix(text, "+")
	return len(rest) >= 3 && len(rest) <= 25 && (isDigit(rest[0]) || rest[0] == '(') && strings.Trim(rest, "0123456789 ().-") == ""
}

// together judges what the members of one object say together.
func (f *fieldReader) together(path string, n *contract.Node, v *node) {
	part := func(name string) (value float64, ok bool) {
		m := f.member(v, name)
		if m == nil || m.kind != contract.KindNumber {
			return 0, false
		}
		value, err := strconv.ParseFloat(m.text, 64)
		return value, err == nil
	}
	year, hasYear := part("year")
	month, hasMonth := part("month")
	day, hasDay := part("day")
	dated := hasYear && hasMonth && hasDay && isDay(year, month, day)
	sure := true
	switch n.Field.Name() {
	case "lastPaymentDate", "registrationDate":
		sure = dated
	case "age":
		age, aged := part("age")
		none := f.member(v, "year") == nil && f.member(v, "month") == nil && f.member(v, "day") == nil
		sure = none || dated && (!aged || year+age >= 2010 && year+age <= 2040)
	case "":
		if strings.HasSuffix(n.Field.Path, "contacts[]") {
			sure = f.member(v, "email") != nil || f.member(v, "phone") != nil
		}
	}
	if n.Field.Path != "" && len(v.members) == 0 {
		sure = false
	}
	if !sure {
		f.opened(path + ": empty, partial or at odds with itself")
	}
}

// isDay says whether a date is on the calendar.
func isDay(year, month, day float64) bool {
	y, m, d := int(year), int(month), int(day)
	if float64(y) != year || float64(m) != month || float64(d) != day {
		return false
	}
	date := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return date.Year() == y && int(date.Month()) == m && date.Day() == d
}

// sums opens a cart that does not add up: nobody says that a server looks, and
// nobody that it does not (SC-10).
func (w *walker) sums(path string, cart *node) {
	lines := w.member(cart, "products")
	if lines == nil || lines.kind != contract.KindArray || len(lines.entries) == 0 {
		return
	}
	value := func(v *node, name string) (float64, bool) {
		if v == nil || v.kind != contract.KindObject {
			return 0, false
		}
		m := w.member(v, name)
		if m == nil || m.kind != contract.KindNumber {
			return 0, false
		}
		number, err := strconv.ParseFloat(m.text, 64)
		return number, err == nil
	}
	total, hasTotal := value(cart, "total")
	items, hasItems := value(cart, "numItems")
	var sum, count float64
	priced, counted := true, true
	for _, line := range lines.entries {
		quantity, ok := value(line, "quantity")
		counted = counted && ok
		count += quantity
		var product *node
		if line.kind == contract.KindObject {
			product = w.member(line, "product")
		}
		price, hasPrice := value(product, "price")
		priced = priced && ok && hasPrice
		sum += price * quantity
	}
	if hasItems && counted && math.Abs(items-count) > 0.005 || hasTotal && priced && math.Abs(total-sum) > 0.005 {
		w.opened(path + ": a cart that does not add up")
	}
}
