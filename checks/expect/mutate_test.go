package expect

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// TestMutate holds the readers against one another on mutated bodies, and the
// mutations against their promises.
func TestMutate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := validBody(t)
		seed := rapid.Uint64().Draw(t, "seed")
		before := bytes.Clone(c.Body)
		mutated := Mutate(c.Body, rand.New(rand.NewPCG(seed, 1)))
		require.Equal(t, before, c.Body, "the body itself is not changed")
		require.Equal(t, mutated, Mutate(c.Body, rand.New(rand.NewPCG(seed, 1))), "deterministic")
		_, err := Derive(Request{Method: "PUT", Target: s.Target, Body: mutated}, Known{Session: s}, contract.Profile{})
		require.NoError(t, err, "%s", mutated)
	})
}

// TestMutateReachesEveryClass: mutations that were all of one class would try
// nothing.
func TestMutateReachesEveryClass(t *testing.T) {
	s := engaged()
	seen, broken := map[Class]int{}, 0
	for i := range uint64(600) {
		body := Mutate([]byte(contract.ExampleBody), rand.New(rand.NewPCG(1, i)))
		o, err := Derive(Request{Method: "PUT", Target: s.Target, Body: body}, Known{Session: s}, strict())
		require.NoError(t, err, "%s", body)
		seen[o.Class]++
		if !json.Valid(body) {
			broken++
		}
	}
	for _, class := range []Class{Accept, Refuse, Open} {
		assert.Greater(t, seen[class], 30, "%v of %v", class, seen)
	}
	assert.Greater(t, broken, 10)
	assert.Equal(t, "{", string(Mutate([]byte("{"), rand.New(rand.NewPCG(1, 1)))), "what is not JSON is left alone")
}
