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
	failures failures
	inputs   sync.Pool // of *input
	// around is the deviation around the handler, nil for none.
	around http.Handler
}

// New makes a handler.
func New(o Options) (*Handler, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	book := newRulebook(o.Messaging)
	if edit := o.Deviation.Rules; edit != nil {
		rules := Rules{book: book}
		if edit(&rules); rules.err != nil {
			return nil, rules.err
		}
	}
	h := &Handler{
		options: o, book: book, store: newStore(o, book.types), injector: newInjector(o.Faults, o.Seed),
	}
	h.inputs.New = func() any {
		return &input{reader: reader{limits: readerLimits{
			depth: o.MaxDepth, text: o.MaxString, stringified: o.StringifiedArrays, quoted: o.QuotedNumbers,
		}}}
	}
	if around := o.Deviation.Around; around != nil {
		h.around = around(http.HandlerFunc(h.answer))
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
	if h.around != nil {
		h.around.ServeHTTP(w, r)
		return
	}
	h.answer(w, r)
}

// answer answers one request, inside of whatever a deviation put around.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request) {
	in := h.inputs.Get().(*input)
	a, err := h.serve(w, r, in)
	if err == nil && h.options.Deviation.Answer != nil {
		a = h.deviate(w, r, in.body, a)
	}
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
		return answer{
			status: http.StatusMethodNotAllowed, code: contract.CodeInvalidData, message: "want PUT or POST", cause: MethodUnknown,
		}, nil
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
	if a := h.failures.take(); a.status != 0 {
		return a, nil
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
	to, a := h.address(r)
	if a.status != 0 {
		return a
	}
	if to.visitor == "" {
		return notFound(contract.CodeUnknownVisitor, "the visitor id is missing").because(VisitorUnknown)
	}
	sid, _, agree := parameter(r.URL.RawQuery, contract.ParamSessionID)
	if to.moved {
		sid, agree = to.session, true
	}
	now := h.options.Now()
	x, a := h.store.lookup(to.account, to.visitor, sid, now)
	if x == nil {
		return a
	}
	if !agree {
		return notFound(contract.CodeUnknownSession, "the values of the query parameter sid differ").because(SessionUnknown)
	}
	if bad.status != 0 {
		return bad
	}
	if f := in.read(in.body, h.book.update, x.engagement); f != nil {
		if h.options.Deviation.Session.KeepRefused {
			x.keep(in.found)
		}
		return misread(f)
	}
	if !x.apply(in.page, in.found, now) {
		return invalid("pageId: not a page of this session").because(PageUnknown)
	}
	return accepted
}

// address is what the path names, decoded.
type address struct {
	account, visitor string
	// session is that of a deviation, where moved says so.
	session string
	moved   bool
}

var unrouted = notFound(contract.CodeInvalidData, "no such path").because(PathUnknown)

// address reads and checks the path and the version. The account is known; the
// visitor id may be missing.
func (h *Handler) address(r *http.Request) (address, answer) {
	u := r.URL
	escapedAccount, escapedVisitor, ok := contract.SplitPath(u.EscapedPath())
	if !ok {
		return address{}, unrouted
	}
	account, accountErr := url.PathUnescape(escapedAccount)
	visitor, visitorErr := url.PathUnescape(escapedVisitor)
	to := address{account: account, visitor: visitor}
	if move := h.options.Deviation.IDs; move != nil && r.Method == contract.Method && accountErr == nil && visitorErr == nil {
		to.move(move, Finder{h.store}, u.RawQuery)
	}
	if accountErr != nil || !accountPattern.MatchString(to.account) {
		return address{}, invalid("the account id is malformed").because(AccountMalformed)
	}
	if !h.store.knows(to.account) {
		return address{}, notFound(contract.CodeUnknownAccount, "unknown account").because(AccountUnknown)
	}
	version, given, agree := parameter(u.RawQuery, contract.ParamVersion)
	if !given || !agree || !h.supports(version) {
		return address{}, answer{
			status: http.StatusBadRequest, code: contract.CodeIllegalVersion, message: contract.IllegalVersionMessage,
			cause: VersionIllegal,
		}
	}
	if visitorErr != nil {
		return address{}, notFound(contract.CodeUnknownVisitor, "unknown visitor").because(VisitorUnknown)
	}
	return to, answer{}
}

// move lets a deviation choose another session.
func (to *address) move(by func(Finder, IDs) IDs, f Finder, query string) {
	sid, _, agree := parameter(query, contract.ParamSessionID)
	if !agree {
		return
	}
	asked := IDs{to.account, to.visitor, sid}
	if got := by(f, asked); got != asked {
		*to = address{account: got.Account, visitor: got.Visitor, session: got.Session, moved: true}
	}
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
