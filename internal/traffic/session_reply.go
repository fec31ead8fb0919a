package traffic

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sdegauge/internal/contract"
)

// maxShown is how many bytes of a server's reply an error shows.
const maxShown = 400

// SetupError says that Create Session answered without handing out a session.
type SetupError struct {
	// Request is the method and URL.
	Request  string
	Status   int
	Attempts int
	// Reason says what a 200 lacked; empty where the status says it all.
	Reason string
	// Reply is what the server sent, cut short, control characters escaped.
	Reply string
}

// Error shows the request, the status, the reason and the reply.
func (e *SetupError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Create Session gave no session: %s answered %d", e.Request, e.Status)
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " after %d attempts", e.Attempts)
	}
	if e.Reason != "" {
		b.WriteString("; " + e.Reason)
	}
	if e.Reply == "" {
		return b.String() + "; the reply is empty"
	}
	return b.String() + "; the reply: " + e.Reply
}

// visible shows foreign bytes: at most limit of them, and nothing that moves a
// terminal's cursor or the reading direction.
func visible(b []byte, limit int) string {
	more := ""
	if len(b) > limit {
		b, more = b[:limit], fmt.Sprintf("… (%d bytes in all)", len(b))
	}
	var out strings.Builder
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, b[0])
		case unicode.IsPrint(r):
			out.WriteRune(r)
		default:
			out.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
		b = b[size:]
	}
	return out.String() + more
}

// loadingMessage is the message of a cold account (CS).
var loadingMessage = regexp.MustCompile(`^Loading account: ([^,]+), vid: (\S+)$`)

// LoadingVisitor finds the visitor id with which to come back to an account that
// is being loaded: a 500 with internalCode 20 (CS).
func LoadingVisitor(status int, body []byte) (visitor string, ok bool) {
	if status != http.StatusInternalServerError {
		return "", false
	}
	members, err := object(body)
	if err != nil {
		return "", false
	}
	code, err := wholeID(members, "internalCode")
	if err != nil || contract.InternalCode(code) != contract.CodeLoadingAccount {
		return "", false
	}
	var message string
	if json.Unmarshal(members["message"], &message) != nil {
		return "", false
	}
	match := loadingMessage.FindStringSubmatch(message)
	if match == nil {
		return "", false
	}
	return match[2], true
}

// created is a session as Create Session handed it out.
type created struct {
	session *contract.Session
	// validFor is how long its engagement holds; 0 where it does not say.
	validFor time.Duration
}

// DecodeSession reads the session out of a reply of Create Session (CS). Ids may
// be texts or numbers; an error says what is missing or odd.
func DecodeSession(reply []byte, account string) (*contract.Session, error) {
	made, err := decodeCreated(reply, account)
	return made.session, err
}

// decodeCreated reads the reply of Create Session (CS). Names must be exact;
// ids may be strings or numbers (CR-04); members it does not know are none of
// its business (U-09).
func decodeCreated(body []byte, account string) (created, error) {
	members, err := object(body)
	if err != nil {
		return created{}, fmt.Errorf("the reply is no JSON object: %w", err)
	}
	session := &contract.Session{Account: account}
	for _, id := range []struct {
		name string
		into *string
	}{{"visitorId", &session.VisitorID}, {"sessionId", &session.ID}, {"pageId", &session.PageID}} {
		if *id.into, err = textID(members, id.name); err != nil {
			return created{}, err
		}
	}
	status, err := textID(members, "status")
	if err != nil {
		return created{}, err
	}
	made := created{session: session.Prepare()}
	switch status {
	case contract.NotAvailable:
		return made, nil
	case contract.Available:
	default:
		return created{}, fmt.Errorf("its status is %q, neither %s nor %s", visible([]byte(status), 40), contract.Available, contract.NotAvailable)
	}
	session.Engagement, made.validFor, err = decodeEngagement(members["engagementDetails"])
	if err != nil {
		return created{}, fmt.Errorf("its status is %s, but engagementDetails: %w", contract.Available, err)
	}
	return made, nil
}

// maxValidity bounds validForSeconds, which the server may set to anything.
const maxValidity = 24 * time.Hour

func decodeEngagement(raw json.RawMessage) (*contract.Engagement, time.Duration, error) {
	if raw == nil {
		return nil, 0, errors.New("is missing")
	}
	members, err := object(raw)
	if err != nil {
		return nil, 0, fmt.Errorf("is no JSON object: %w", err)
	}
	var e contract.Engagement
	for _, id := range []struct {
		name string
		into *int64
	}{{"campaignId", &e.Campaign}, {"engagementId", &e.ID}, {"engagementRevision", &e.Revision}} {
		if *id.into, err = wholeID(members, id.name); err != nil {
			return nil, 0, err
		}
	}
	if e.ContextID, err = textID(members, "contextId"); err != nil {
		return nil, 0, err
	}
	seconds, err := wholeID(members, "validForSeconds")
	if err != nil || seconds < 0 {
		seconds = 0 // nothing needs it
	}
	return &e, min(time.Duration(min(seconds, int64(maxValidity/time.Second)))*time.Second, maxValidity), nil
}

// object reads one JSON object and keeps its members as they stand: decoding
// into a struct would match names in any letter case.
func object(b []byte) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(b, &members); err != nil {
		return nil, err
	}
	if members == nil {
		return nil, errors.New("null")
	}
	return members, nil
}

// textID reads a member that is a string or a whole number, as text.
func textID(members map[string]json.RawMessage, name string) (string, error) {
	raw := bytes.TrimSpace(members[name])
	text := string(raw)
	switch {
	case raw == nil:
		return "", fmt.Errorf("the reply lacks %s", name)
	case raw[0] == '"':
		if err := json.Unmarshal(raw, &text); err != nil {
			return "", fmt.Errorf("its %s is no valid string: %w", name, err)
		}
	default:
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return "", fmt.Errorf("its %s is neither a string nor a whole number: %s", name, visible(raw, 40))
		}
	}
	if text == "" {
		return "", fmt.Errorf("its %s is empty", name)
	}
	return text, nil
}

// wholeID reads a member that is a whole number or a string that holds one.
func wholeID(members map[string]json.RawMessage, name string) (int64, error) {
	text, err := textID(members, name)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("its %s is no whole number of 64 bits: %s", name, visible([]byte(text), 40))
	}
	return n, nil
}
