package scenarios

import (
	"fmt"
	"log/slog"
)

// Mask is what a secret prints as.
const Mask = "***"

// Secret is a text that is never printed: under every verb of fmt, in JSON, YAML
// and structured logs it is [Mask]. Only [Secret.Reveal] gives it away.
type Secret struct {
	// A pointer, so that even fmt's reflection, which calls no methods on what
	// is unexported in another struct, finds no text.
	text *string
}

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal is the text itself; it must not be kept where it could be printed.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Format prints the mask, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, Mask) }

// String is the mask.
func (Secret) String() string { return Mask }

// GoString is the mask.
func (Secret) GoString() string { return Mask }

// MarshalText writes the mask: JSON, YAML and XML encoders ask for it.
func (Secret) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// LogValue is the mask.
func (Secret) LogValue() slog.Value { return slog.StringValue(Mask) }
