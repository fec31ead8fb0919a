package contract

import "fmt"

// Level says how binding a requirement is.
type Level uint8

// The levels. Silence of the specification is never a failure.
const (
	Must   Level = iota + 1 // the specification says so
	Should                  // the specification implies it, or a page beside it says so
	May                     // permitted behaviour that must not be failed
	Obs                     // the specification is silent: observed, never failed
)

var levelNames = [...]string{Must: "MUST", Should: "SHOULD", May: "MAY", Obs: "OBS"}

// String is the level as written in a table: MUST, SHOULD, MAY or OBS.
func (l Level) String() string {
	if int(l) < len(levelNames) && levelNames[l] != "" {
		return levelNames[l]
	}
	return fmt.Sprintf("Level(%d)", uint8(l))
}

// MarshalText writes the level as String does.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (l *Level) UnmarshalText(text []byte) error {
	for i, name := range levelNames {
		if name != "" && name == string(text) {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no level; the levels are MUST, SHOULD, MAY and OBS", text)
}

// Requirement is one testable statement about a server or a client of the call.
type Requirement struct {
	ID     string // stable: section letters, a dash, two digits
	Level  Level
	Source string // the line or page the rule comes from
	Title  string // what is sent or looked at, in a few words
}
