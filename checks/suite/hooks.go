package suite

import (
	"context"
	"encoding/json"
	"time"

	"sdegauge/internal/contract"
)

// Hooks open the rows that no client can see from outside. Each may be nil.
type Hooks struct {
	// Fail makes the target answer its next updates with the given statuses, in
	// order, and be well again after them.
	Fail func(ctx context.Context, statuses []int) error
	// State reads what is stored of a session.
	State func(ctx context.Context, s *contract.Session) (State, error)
	// Age makes a session older by d, as if its last update lay further back.
	Age func(ctx context.Context, s *contract.Session, d time.Duration) error
}

// given are the names of the hooks that are there, for the report's head.
func (h Hooks) given() []string {
	given := []string{}
	if h.Fail != nil {
		given = append(given, "fault hook")
	}
	if h.State != nil {
		given = append(given, "read-back")
	}
	if h.Age != nil {
		given = append(given, "age hook")
	}
	return given
}

// State is what a target has stored of one session, as the read-back prints it.
type State struct {
	// Attributes are the stored SDEs and impression events by their wire type,
	// in the order in which they came, each as the JSON object that is stored.
	Attributes map[string][]json.RawMessage `json:"attributes"`
}
