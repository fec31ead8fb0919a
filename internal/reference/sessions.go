package reference

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"sdegauge/internal/contract"
)

// store holds the accounts, visitors and sessions of a server.
type store struct {
	seed        uint64
	unavailable float64
	maxAge      time.Duration
	maxIdle     time.Duration
	maxStored   int
	maxSessions int
	types       []*wireType
	deviation   SessionDeviation

	mu       sync.RWMutex
	accounts map[string]*account
	// order is the live sessions by creation, for the bound on their number.
	order []*session
	// created numbers sessions, visitors and pages, which makes their ids.
	created uint64
}

type account struct {
	visitors map[string]*visitor
	// calls and first are of Create Session while the account was cold, and
	// awaited the visitor ids it then answered with.
	calls   int
	first   time.Time
	awaited []string
}

type visitor struct{ sessions map[string]*session }

func newVisitor() *visitor { return &visitor{sessions: make(map[string]*session)} }

// pagesKept bounds the older pages of a session that are still taken.
const pagesKept = 16

// session is one live visitor session.
type session struct {
	account, visitor, id string
	engagement           *contract.Engagement
	created              time.Time

	mu sync.Mutex
	// used is the last time that counts against the idle limit.
	used  time.Time
	pages []string
	kept
}

func newStore(o Options, types []*wireType) *store {
	s := &store{
		seed: o.Seed, unavailable: o.Unavailable, maxAge: o.MaxAge, maxIdle: o.MaxIdle,
		maxStored: o.MaxStored, maxSessions: o.MaxSessions, types: types,
		deviation: o.Deviation.Session,
		accounts:  make(map[string]*account),
	}
	for _, a := range o.Accounts {
		s.accounts[a] = newAccount()
	}
	return s
}

func newAccount() *account { return &account{visitors: make(map[string]*visitor)} }

func (s *store) knows(accountID string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.accounts[accountID] != nil
}

// lookup finds a session of a known account, or says which id is unknown.
func (s *store) lookup(accountID, visitorID, sid string, now time.Time) (*session, answer) {
	s.mu.RLock()
	v := s.accounts[accountID].visitors[visitorID]
	var found *session
	if v != nil {
		found = v.sessions[sid]
	}
	s.mu.RUnlock()
	switch {
	case v == nil:
		return nil, notFound(contract.CodeUnknownVisitor, "unknown visitor").because(VisitorUnknown)
	case sid == "":
		return nil, notFound(contract.CodeUnknownSession, "the query parameter sid is missing").because(SessionUnknown)
	case found == nil:
		return nil, notFound(contract.CodeUnknownSession, "unknown session").because(SessionUnknown)
	case s.over(found, now):
		return nil, notFound(contract.CodeSessionNotFound, "the session has ended").because(SessionEnded)
	}
	return found, answer{}
}

// over reports whether a session has ended at now: six hours after its creation
// (VIS), or when nothing came for half an hour (AND).
func (s *store) over(x *session, now time.Time) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return now.Sub(x.created) >= s.maxAge || now.Sub(x.used) >= s.maxIdle
}

// open finds or makes the session of a Create Session call (CS): live ids keep
// their session and get a new page, a visitor without a live session keeps its
// id, anything else is new. The page is the call's own.
func (s *store) open(accountID, visitorID, sid string, now time.Time) (x *session, page string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := s.next()
	a := s.accounts[accountID]
	v := a.visitors[visitorID]
	if v != nil {
		if x := v.sessions[sid]; x != nil && !s.over(x, now) {
			x.turn(ids.page, now)
			return x, ids.page
		}
	} else {
		visitorID = ids.visitor
	}
	if s.deviation.AdoptSID && sid != "" {
		ids.session = sid
	}
	x = &session{
		account: accountID, visitor: visitorID, id: ids.session, engagement: ids.engagement,
		created: now, used: now, pages: []string{ids.page}, kept: s.keeper(),
	}
	s.insert(x)
	return x, ids.page
}

func (s *store) keeper() kept {
	return kept{max: s.maxStored, types: s.types, deviation: s.deviation, slots: make([]slot, len(s.types))}
}

// insert adds a session, and drops the oldest where there are too many.
func (s *store) insert(x *session) {
	a := s.accounts[x.account]
	v := a.visitors[x.visitor]
	if v == nil {
		v = newVisitor()
		a.visitors[x.visitor] = v
	}
	v.sessions[x.id] = x
	s.order = append(s.order, x)
	if len(s.order) <= s.maxSessions {
		return
	}
	oldest := s.order[0]
	s.order[0] = nil
	s.order = s.order[1:]
	visitors := s.accounts[oldest.account].visitors
	delete(visitors[oldest.visitor].sessions, oldest.id)
	if len(visitors[oldest.visitor].sessions) == 0 {
		delete(visitors, oldest.visitor)
	}
}

// preset adds a session whose ids are given.
func (s *store) preset(p *contract.Session, now time.Time) error {
	if !accountPattern.MatchString(p.Account) || p.VisitorID == "" || p.ID == "" || p.PageID == "" {
		return fmt.Errorf("preset session %q, %q, %q, %q: want an account, a visitor, a session and a page id",
			p.Account, p.VisitorID, p.ID, p.PageID)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[p.Account] == nil {
		s.accounts[p.Account] = newAccount()
	}
	if v := s.accounts[p.Account].visitors[p.VisitorID]; v != nil && v.sessions[p.ID] != nil {
		return fmt.Errorf("preset session %q of visitor %q exists already", p.ID, p.VisitorID)
	}
	var engagement *contract.Engagement
	if p.Engagement != nil {
		copied := *p.Engagement
		engagement = &copied
	}
	s.insert(&session{
		account: p.Account, visitor: p.VisitorID, id: p.ID, engagement: engagement,
		created: now, used: now, pages: []string{p.PageID}, kept: s.keeper(),
	})
	return nil
}

// cold counts a call of Create Session and says which visitor id a cold account
// answers with, "" where it is loaded. That visitor is known from then on (CS).
func (s *store) cold(c Cold, accountID, visitorID string) string {
	if c == (Cold{}) {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[accountID]
	if a.first.IsZero() {
		a.first = time.Now()
	}
	if a.calls >= c.Calls && time.Since(a.first) >= c.For {
		return ""
	}
	a.calls++
	if a.visitors[visitorID] == nil {
		visitorID = s.next().visitor
		a.await(visitorID, s.maxSessions)
	}
	return visitorID
}

// await makes a visitor known that has no session yet, and forgets the oldest
// of more than most of them.
func (a *account) await(visitorID string, most int) {
	a.visitors[visitorID] = newVisitor()
	a.awaited = append(a.awaited, visitorID)
	if len(a.awaited) <= most {
		return
	}
	oldest := a.awaited[0]
	a.awaited = a.awaited[1:]
	if v := a.visitors[oldest]; v != nil && len(v.sessions) == 0 {
		delete(a.visitors, oldest)
	}
}

// turn gives a session a new page.
func (x *session) turn(page string, now time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.pages) == pagesKept {
		x.pages = append(x.pages[:0], x.pages[1:]...)
	}
	x.pages = append(x.pages, page)
	x.used = now
}

// identity is what a new session may need.
type identity struct {
	visitor, session, page string
	engagement             *contract.Engagement
}

const (
	alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	base64url    = alphanumeric + "_-"
	idLength     = 22
)

// next makes the next identity in the forms seen in the field: 22 letters and
// digits, 22 characters of base64url with at least one _ or - among them, ten
// digits beyond 2³². The ids of an engagement do not fit 32 bits either, and
// differ from session to session.
func (s *store) next() identity {
	r := rand.New(source(s.seed, streamSession, s.created))
	s.created++
	sid := []byte(text(r, base64url))
	sid[r.IntN(idLength)] = "_-"[r.IntN(2)]
	const beyond32 = 1 << 32
	id := func() int64 { return beyond32 + r.Int64N(9_999_999_999-beyond32) }
	out := identity{visitor: text(r, alphanumeric), session: string(sid), page: fmt.Sprint(id())}
	engagement := &contract.Engagement{
		Campaign: id(), ID: id(), Revision: 1 + r.Int64N(999), ContextID: fmt.Sprint(1 + r.IntN(9)),
	}
	if r.Float64() >= s.unavailable {
		out.engagement = engagement
	}
	return out
}

func text(r *rand.Rand, alphabet string) string {
	b := make([]byte, idLength)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}
