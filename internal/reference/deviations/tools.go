package deviations

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// change makes a server deviate.
type change = func(*reference.Options)

// rules changes what bodies have to be.
func rules(edit func(*reference.Rules)) change {
	return func(o *reference.Options) { o.Deviation.Rules = edit }
}

// taking accepts values that the contract refuses.
func taking(place string, when func(raw []byte) bool) change {
	return rules(func(r *reference.Rules) { r.Take(place, when) })
}

// refusing refuses values that the contract accepts.
func refusing(place string, when func(raw []byte) bool) change {
	return rules(func(r *reference.Rules) { r.Refuse(place, when) })
}

// answering changes what is answered.
func answering(do func(*reference.Exchange)) change {
	return func(o *reference.Options) { o.Deviation.Answer = do }
}

// updates changes the answers to updates that fit.
func updates(when func(*reference.Exchange) bool, do func(*reference.Exchange)) change {
	return answering(func(x *reference.Exchange) {
		if x.Update() && when(x) {
			do(x)
		}
	})
}

// finding looks for another session than the one that is named.
func finding(find func(reference.Finder, reference.IDs) reference.IDs) change {
	return func(o *reference.Options) { o.Deviation.IDs = find }
}

// around handles updates in front of the server; everything else passes.
func around(serve func(w http.ResponseWriter, r *http.Request, next http.Handler)) change {
	return func(o *reference.Options) {
		o.Deviation.Around = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == contract.Method {
					serve(w, r, next)
					return
				}
				next.ServeHTTP(w, r)
			})
		}
	}
}

// all makes one deviation of several hooks.
func all(changes ...change) change {
	return func(o *reference.Options) {
		for _, c := range changes {
			c(o)
		}
	}
}

// Conditions on exchanges.

func refused(x *reference.Exchange) bool { return x.Status >= 400 }
func success(x *reference.Exchange) bool { return x.Cause == reference.Accepted }

func because(causes ...reference.Cause) func(*reference.Exchange) bool {
	return func(x *reference.Exchange) bool { return slices.Contains(causes, x.Cause) }
}

// invalidBody is true of bodies that were read and refused.
func invalidBody(x *reference.Exchange) bool {
	return x.Cause == reference.BodyInvalid || x.Cause == reference.PageUnknown
}

func badJSON(x *reference.Exchange) bool {
	return x.Cause == reference.BodyInvalid && x.Fault.Syntax && len(x.Body) > 0
}

// at is true of bodies whose first fault is at or below a place.
func at(place string) func(*reference.Exchange) bool {
	return func(x *reference.Exchange) bool {
		return x.Cause == reference.BodyInvalid && strings.HasPrefix(x.Fault.Path, place)
	}
}

// Changes of answers.

func accepting(x *reference.Exchange) { x.Accept() }

func status(code int, internal contract.InternalCode) func(*reference.Exchange) {
	return func(x *reference.Exchange) { x.Refuse(code, internal) }
}

// as keeps the code of a refusal and changes its status.
func as(status int) func(*reference.Exchange) {
	return func(x *reference.Exchange) { x.Status = status }
}

// entity replaces the envelope.
func entity(text string) func(*reference.Exchange) {
	return func(x *reference.Exchange) { x.Entity = []byte(text) }
}

// page is a gateway's own error page.
func page(x *reference.Exchange) {
	x.Header.Set("Content-Type", "text/html")
	x.Entity = []byte("<html><body><h1>" + http.StatusText(x.Status) + "</h1></body></html>\n")
}

// rewrite makes the envelope anew from its members.
func rewrite(how func(envelope map[string]any) any) func(*reference.Exchange) {
	return func(x *reference.Exchange) {
		e := map[string]any{"time": x.Envelope().Time, "internalCode": x.Code}
		if x.Message != "" {
			e["message"] = x.Message
		}
		x.Entity, _ = json.Marshal(how(e)) // made of what marshals
	}
}

// member sets one member of the envelope.
func member(name string, value any) func(*reference.Exchange) {
	return rewrite(func(e map[string]any) any { e[name] = value; return e })
}

// Conditions on JSON values.

// kinds is true of values of some kinds, each named by a letter: object, array,
// string, number (d), boolean, null (z).
func kinds(letters string) func([]byte) bool {
	return func(raw []byte) bool { return strings.IndexByte(letters, kind(raw)) >= 0 }
}

func kind(raw []byte) byte {
	switch raw[0] {
	case '{':
		return 'o'
	case '[':
		return 'a'
	case '"':
		return 's'
	case 't', 'f':
		return 'b'
	case 'n':
		return 'z'
	default:
		return 'd'
	}
}

func always([]byte) bool { return true }

// is is true of a value with one of these texts.
func is(texts ...string) func([]byte) bool {
	return func(raw []byte) bool { return slices.Contains(texts, string(raw)) }
}

// entries are those of an array, nil where it is none.
func entries(raw []byte) []json.RawMessage {
	var list []json.RawMessage
	_ = json.Unmarshal(raw, &list)
	return list
}

// anyEntry is true of an array with an entry that fits.
func anyEntry(raw []byte, fits func([]byte) bool) bool {
	return slices.ContainsFunc(entries(raw), func(e json.RawMessage) bool { return fits(e) })
}

// members are those of an object, nil where it is none.
func members(raw []byte) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	_ = json.Unmarshal(raw, &object)
	return object
}

// holds is true of an object with a member.
func holds(name string) func([]byte) bool {
	return func(raw []byte) bool { _, ok := members(raw)[name]; return ok }
}

// lacks is true of an object without a member.
func lacks(name string) func([]byte) bool {
	return func(raw []byte) bool { return kind(raw) == 'o' && !holds(name)(raw) }
}

// typeOf is the member type of an object, "" where it is no text.
func typeOf(raw []byte) string {
	var text string
	_ = json.Unmarshal(members(raw)["type"], &text)
	return text
}

// typed is true of an object of one of these types.
func typed(types ...string) func([]byte) bool {
	return func(raw []byte) bool { return slices.Contains(types, typeOf(raw)) }
}

// typeKind is true of an object whose member type is of some kinds.
func typeKind(letters string) func([]byte) bool {
	return func(raw []byte) bool {
		t, ok := members(raw)["type"]
		return ok && kinds(letters)(t)
	}
}

// Changes of requests.

// setQuery changes the query of a request that passes on.
func setQuery(r *http.Request, query string) *http.Request {
	return setURL(r, func(u *url.URL) { u.RawQuery = query })
}

// setPath changes the path, percent-encoded, of a request that passes on.
func setPath(r *http.Request, escaped string) *http.Request {
	return setURL(r, func(u *url.URL) {
		if path, err := url.PathUnescape(escaped); err == nil {
			u.Path, u.RawPath = path, escaped
		}
	})
}

func setURL(r *http.Request, change func(*url.URL)) *http.Request {
	u := *r.URL
	change(&u)
	out := new(http.Request)
	*out = *r
	out.URL = &u
	return out
}

// setBody replaces the body of a request that passes on.
func setBody(r *http.Request, how func([]byte) []byte) *http.Request {
	// What could not be read the server reads, and judges, itself.
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	rest := r.Body
	if err == nil {
		body = how(body)
	}
	out := new(http.Request)
	*out = *r
	out.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), rest), rest}
	out.ContentLength = -1
	return out
}

// edited changes the members of a JSON object.
func edited(object []byte, change func(map[string]any)) []byte {
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	if d.Decode(&m) != nil {
		return object
	}
	change(m)
	out, _ := json.Marshal(m) // made of what was read
	return out
}
