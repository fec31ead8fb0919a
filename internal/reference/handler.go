package reference

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"sdegauge/internal/contract"
)

// Handler answers Update Session and Create Session. It is safe for concurrent
// use.
//
// A request whose client leaves before the answer ends in a panic with
// [http.ErrAbortHandler], which net/http takes as the wish to answer nothing.
type Handler struct {
	options  Options
	book     *rulebook
	store    *store
	injector *injector
	counters counters
	inputs   sync.Pool // of *input
}

// New makes a handler.
func New(o Options) (*Handler, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	book := newRulebook(o.Messaging)
	h := &Handler{
		options: o, book: book, store: newStore(o, book.types), injector: newInjector(o.Faults, o.Seed),
	}
	h.inputs.New = func() any {
		return &input{reader: reader{limits: readerLimits{
			depth: o.MaxDepth, text: o.MaxString, stringified: o.StringifiedArrays, quoted: o.QuotedNumbers,
		}}}
	}
	return h, nil
}

// Preset adds a session with given ids, as if Create Session had made it just
// now; an account that was not known is from now on.
func (h *Handler) Preset(s *contract.Session) error { return h.store.preset(s, h.options.Now()) }

// Counts say what was answered so far.
func (h *Handler) Counts() Counts { return h.counters.read() }

// State reads a session back, an ended one included; ok is false where there is
// none of these ids.
func (h *Handler) State(accountID, visitorID, sid string) (s State, ok bool) {
	if !h.store.knows(accountID) {
		return State{}, false
	}
	// At its own creation no session has ended.
	x, _ := h.store.lookup(accountID, visitorID, sid, time.Time{})
	if x == nil {
		return State{}, false
	}
	return x.state(), true
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := h.inputs.Get().(*input)
	a, err := h.serve(w, r, in)
	in.release(&h.inputs)
	if err == nil && !a.last { // net/http ends the context of a body that cannot be read, too
		err = r.Context().Err()
	}
	if err != nil {
		h.counters.aborted.Add(1)
		panic(http.ErrAbortHandler)
	}
	h.counters.answered(r.Method, a.status)
	a.write(w, h.options.Now())
}

// serve decides on the answer. An error says that the client has left.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, in *input) (answer, error) {
	if r.Method != http.MethodPut && r.Method != http.MethodPost {
		if _, _, ok := contract.SplitPath(r.URL.EscapedPath()); !ok {
			return unrouted, nil
		}
		return answer{status: http.StatusMethodNotAllowed, code: contract.CodeInvalidData, message: "want PUT or POST"}, nil
	}
	bad, err := in.receive(r, h.options.MaxBody)
	if err != nil {
		return answer{}, err
	}
	if r.Method == http.MethodPost {
		return h.create(r, in, bad), nil
	}
	if bad.last {
		return h.update(r, in, bad), nil // the connection is past waiting
	}
	if h.injector.waits() {
		// The time-out of reading would otherwise end the wait: net/http watches
		// the connection meanwhile. Not every connection has deadlines.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	}
	a, err := h.injector.hold(r.Context())
	if err != nil || a.status != 0 {
		return a, err
	}
	return h.update(r, in, bad), nil
}

// update answers Update Session. bad is what was wrong with receiving the body,
// which counts last.
func (h *Handler) update(r *http.Request, in *input, bad answer) answer {
	to, a := h.address(r.URL)
	if a.status != 0 {
		return a
	}
	if to.visitor == "" {
		return notFound(contract.CodeUnknownVisitor, "the visitor id is missing")
	}
	sid, _, agree := parameter(r.URL.RawQuery, contract.ParamSessionID)
	now := h.options.Now()
	x, a := h.store.lookup(to.account, to.visitor, sid, now)
	if x == nil {
		return a
	}
	if !agree {
		return notFound(contract.CodeUnknownSession, "the values of the query parameter sid differ")
	}
	if bad.status != 0 {
		return bad
	}
	if f := in.read(in.body, h.book.update, x.engagement); f != nil {
		return invalid(f.String())
	}
	if !x.apply(in.page, in.found, now) {
		return invalid("pageId: not a page of this session")
	}
	return accepted
}

// address is what the path names, decoded.
type address struct{ account, visitor string }

var unrouted = notFound(contract.CodeInvalidData, "no such path")

// address reads and checks the path and the version. The account is known; the
// visitor id may be missing.
func (h *Handler) address(u *url.URL) (address, answer) {
	escapedAccount, escapedVisitor, ok := contract.SplitPath(u.EscapedPath())
	if !ok {
		return address{}, unrouted
	}
	account, err := url.PathUnescape(escapedAccount)
	if err != nil || !accountPattern.MatchString(account) {
		return address{}, invalid("the account id is malformed")
	}
	if !h.store.knows(account) {
		return address{}, notFound(contract.CodeUnknownAccount, "unknown account")
	}
	version, given, agree := parameter(u.RawQuery, contract.ParamVersion)
	if !given || !agree || !h.supports(version) {
		return address{}, answer{
			status: http.StatusBadRequest, code: contract.CodeIllegalVersion, message: contract.IllegalVersionMessage,
		}
	}
	visitor, err := url.PathUnescape(escapedVisitor)
	if err != nil {
		return address{}, notFound(contract.CodeUnknownVisitor, "unknown visitor")
	}
	return address{account, visitor}, answer{}
}

// supports reports whether v names the one version (S:L35).
func (h *Handler) supports(version string) bool {
	if version == contract.Version {
		return true
	}
	if !h.options.NumericVersion {
		return false
	}
	number, err := strconv.ParseFloat(version, 64)
	return err == nil && number == 1
}

// parameter reads a query parameter, whose name's letter case counts. agree is
// false where it is given with different values or cannot be decoded.
func parameter(query, name string) (value string, given, agree bool) {
	agree = true
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		key, raw, _ := strings.Cut(pair, "=")
		if strings.ContainsAny(key, "%+") {
			if decoded, err := url.QueryUnescape(key); err == nil {
				key = decoded
			}
		}
		if key != name {
			continue
		}
		v, err := url.QueryUnescape(raw)
		if err != nil || given && v != value {
			agree = false
		}
		if !given {
			value, given = v, true
		}
	}
	return value, given, agree
}
