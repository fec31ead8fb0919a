package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// The bounds of one call of a hook.
const (
	hookTime   = 10 * time.Second
	hookOutput = 16 << 20 // bytes: a session may hold many long attributes
)

// HookSources say where the hooks are: each an http or https URL, or a command
// for the shell. An empty one is not there.
//
//	     a URL gets                               a command gets, besides its own words
//	Fail   POST {"statuses":[500,503]}            500 503
//	State  GET ?account=A&visitor=V&sid=S         A V S
//	Age    POST {"account":A,"visitor":V,
//	             "sid":S,"by":"21660s"}           A V S 21660s
//
// A URL without a path gets /fail, /state or /age. Whatever is not 2xx, and
// every exit code but 0, is an error. State prints {"attributes":{"cart":[…]}},
// see [State]; further members are passed over.
type HookSources struct{ Fail, State, Age string }

// OpenHooks makes the hooks. A URL's host has to be one that guard lets through,
// nil allows loopback alone; a [traffic.ConsentError] refuses any other. Nothing
// is sent or started yet.
func OpenHooks(ctx context.Context, from HookSources, guard *traffic.Guard) (Hooks, error) {
	var hooks Hooks
	fail, err := openCaller(ctx, "fault", from.Fail, "/fail", guard)
	if err != nil {
		return hooks, err
	}
	state, err := openCaller(ctx, "read-back", from.State, "/state", guard)
	if err != nil {
		return hooks, err
	}
	age, err := openCaller(ctx, "age", from.Age, "/age", guard)
	if err != nil {
		return hooks, err
	}
	if fail != nil {
		hooks.Fail = func(ctx context.Context, statuses []int) error {
			words := make([]string, len(statuses))
			for i, status := range statuses {
				words[i] = strconv.Itoa(status)
			}
			_, err := fail.call(ctx, order{body: map[string]any{"statuses": statuses}, words: words})
			return err
		}
	}
	if state != nil {
		hooks.State = func(ctx context.Context, s *contract.Session) (State, error) {
			printed, err := state.call(ctx, order{query: idsOf(s), words: wordsOf(s)})
			if err != nil {
				return State{}, err
			}
			return readState(printed)
		}
	}
	if age != nil {
		hooks.Age = func(ctx context.Context, s *contract.Session, by time.Duration) error {
			seconds := strconv.FormatFloat(by.Seconds(), 'f', -1, 64) + "s"
			ids := idsOf(s)
			ids["by"] = seconds
			_, err := age.call(ctx, order{body: ids, words: append(wordsOf(s), seconds)})
			return err
		}
	}
	return hooks, nil
}

// order is one call of a hook, in the form of a URL and in that of a command.
type order struct {
	// body is sent by POST; nil: query is sent by GET.
	body  any
	query map[string]string
	words []string
}

// caller is the way to a hook.
type caller interface {
	// call returns what the hook answered, at most hookOutput bytes, within
	// hookTime.
	call(ctx context.Context, o order) ([]byte, error)
}

// scheme begins a URL of any kind.
var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)

// openCaller is nil for an empty source.
func openCaller(ctx context.Context, name, source, path string, guard *traffic.Guard) (caller, error) {
	source = strings.TrimSpace(source)
	lower := strings.ToLower(source)
	switch {
	case source == "":
		return nil, nil
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		hook, err := openURL(ctx, source, path, guard)
		if err != nil {
			return nil, fmt.Errorf("%s hook: %w", name, err)
		}
		return hook, nil
	case scheme.MatchString(source):
		return nil, fmt.Errorf("%s hook: %q is neither an http or https URL nor a command", name, source)
	}
	return commandCaller(source), nil
}

func idsOf(s *contract.Session) map[string]string {
	return map[string]string{"account": s.Account, "visitor": s.VisitorID, "sid": s.ID}
}

func wordsOf(s *contract.Session) []string { return []string{s.Account, s.VisitorID, s.ID} }

// readState reads what a read-back printed. A document without the one member
// that counts is no state, or else a wrong address would show an empty session.
func readState(printed []byte) (State, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(printed, &members); err != nil {
		return State{}, fmt.Errorf("what it printed is no JSON object: %w", err)
	}
	attributes, ok := members["attributes"]
	if !ok {
		return State{}, errors.New(`what it printed has no member "attributes"; want {"attributes":{"cart":[{…}]}}`)
	}
	var state State
	if err := json.Unmarshal(attributes, &state.Attributes); err != nil {
		return State{}, fmt.Errorf(`"attributes" is not {"cart":[{…}]}, lists by type: %w`, err)
	}
	return state, nil
}
