package reference

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"sdegauge/internal/contract"
)

// State is what a session holds: the read side of this server.
type State struct {
	Created, LastUsed time.Time
	// Pages are the page ids handed out, the newest last.
	Pages []string
	// Engagement is nil where the session has none.
	Engagement *contract.Engagement
	// Updates counts the accepted updates.
	Updates uint64
	// Received counts the SDEs and impressions accepted, by type, also those
	// that were replaced, merged or dropped since.
	Received map[string]uint64
	// Attributes are the SDEs and impressions kept, by type: one where the type
	// replaces or merges, the newest few where it appends.
	Attributes map[string][]json.RawMessage
}

// kept are the SDEs and impressions of a session. Its buffers are used again:
// a session that is updated for hours allocates nothing after the first
// minutes.
type kept struct {
	max       int
	updates   uint64
	types     []*wireType
	deviation SessionDeviation
	slots     []slot // by wireType.index
}

// slot keeps what came of one type.
type slot struct {
	received uint64
	// items is a ring of whole attributes; next is where the next goes.
	items [][]byte
	next  int
	// properties are those of the wrapper, for a type that merges.
	properties []property
}

type property struct{ name, value []byte }

// store takes in all that one request carried.
func (k *kept) store(found []finding) {
	for _, f := range found {
		if k.deviation.Forgets != nil && k.deviation.Forgets(f.wire.name) {
			continue
		}
		s := &k.slots[f.wire.index]
		s.received++
		switch f.wire.repeat {
		case contract.Merge:
			s.merge(f, k.max)
		case contract.Replace:
			s.put(f.raw, 1)
		default:
			s.put(f.raw, k.max)
		}
	}
}

// put keeps raw as the newest of at most most items.
func (s *slot) put(raw []byte, most int) {
	if len(s.items) < most {
		s.items = append(s.items, bytes.Clone(raw))
		s.next = len(s.items) % most
		return
	}
	s.items[s.next] = append(s.items[s.next][:0], raw...)
	s.next = (s.next + 1) % most
}

// merge takes over the properties that the attribute's wrapper has and leaves
// the others (BP).
func (s *slot) merge(f finding, most int) {
	eachMember(f.raw, func(name, wrapper []byte) {
		if string(name) != f.wire.wrapper {
			return
		}
		eachMember(wrapper, func(name, value []byte) {
			at := slices.IndexFunc(s.properties, func(p property) bool { return bytes.Equal(p.name, name) })
			switch {
			case at >= 0:
				s.properties[at].value = append(s.properties[at].value[:0], value...)
			case len(s.properties) < max(most, len(f.wire.rule.members)):
				s.properties = append(s.properties, property{bytes.Clone(name), bytes.Clone(value)})
			}
		})
	})
}

// eachMember calls do for the members of what was found to be JSON; there are
// none where it is not an object.
func eachMember(object []byte, do func(name, value []byte)) {
	s := scanner{buf: object}
	if s.peek() != '{' {
		return
	}
	for s.pos++; s.peek() == '"'; s.pos++ {
		name, escaped, _ := s.text()
		if escaped {
			name = unescape(name)
		}
		s.peek()
		s.pos++ // the colon
		s.peek()
		start := s.pos
		s.skip()
		do(name, object[start:s.pos])
		if s.peek() != ',' {
			return
		}
	}
}

// attributes lists what is kept of a type, the oldest first.
func (s *slot) attributes(t *wireType) []json.RawMessage {
	if s.received == 0 {
		return nil
	}
	if t.repeat == contract.Merge {
		return []json.RawMessage{s.merged(t)}
	}
	var out []json.RawMessage
	for i := range s.items {
		out = append(out, bytes.Clone(s.items[(s.next+i)%len(s.items)]))
	}
	return out
}

func (s *slot) merged(t *wireType) json.RawMessage {
	quote := func(text string) []byte { b, _ := json.Marshal(text); return b }
	out := append([]byte(`{"type":`), quote(t.name)...)
	out = append(append(append(out, ','), quote(t.wrapper)...), ":{"...)
	for i, p := range s.properties {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, quote(string(p.name))...), ':'), p.value...)
	}
	return append(out, "}}"...)
}

// apply stores an update as a whole, or nothing where the page is not one of
// the session's.
func (x *session) apply(page []byte, found []finding, now time.Time) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.knowsPage(page) {
		return false
	}
	x.store(found)
	x.updates++
	x.used = now
	return true
}

// knowsPage reports whether an update may name a page.
func (x *session) knowsPage(page []byte) bool {
	d := &x.deviation
	return d.AnyPage || len(page) == 0 && d.PageMayMiss ||
		slices.ContainsFunc(x.pages, func(p string) bool { return p == string(page) })
}

// keep stores what Create Session carried.
func (x *session) keep(found []finding) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.store(found)
}

func (x *session) state() State {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := State{
		Created: x.created, LastUsed: x.used, Pages: slices.Clone(x.pages), Updates: x.updates,
		Received: make(map[string]uint64), Attributes: make(map[string][]json.RawMessage),
	}
	if x.engagement != nil {
		copied := *x.engagement
		s.Engagement = &copied
	}
	for _, t := range x.types {
		if slot := &x.slots[t.index]; slot.received > 0 {
			s.Received[t.name] = slot.received
			s.Attributes[t.name] = slot.attributes(t)
		}
	}
	return s
}
