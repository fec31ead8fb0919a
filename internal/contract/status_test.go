package contract_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

func TestStatuses(t *testing.T) {
	listed := []int{200, 400, 401, 404, 500, 503} // S:L104–109
	rejections := []int{400, 401, 404}            // S:L105–107
	assert.Equal(t, listed, contract.Statuses())
	for code := range 1000 {
		assert.Equal(t, slices.Contains(listed, code), contract.ListedStatus(code), "%d", code)
		assert.Equal(t, slices.Contains(rejections, code), contract.Rejection(code), "%d", code)
	}
	contract.Statuses()[0] = 299
	assert.True(t, contract.ListedStatus(200), "the list handed out is a copy")
	assert.False(t, contract.ListedStatus(299))
}

func TestStatusText(t *testing.T) {
	assert.Equal(t, "200", contract.StatusText(200))
	assert.Equal(t, "none", contract.StatusText(0))
}

// The specification's error example (S:L133–137), without its white space.
func TestEnvelopeIsTheSpecificationsExample(t *testing.T) {
	const example = `{"time":1469543282471,"message":"Illegal Version","internalCode":33}`
	at := time.Date(2016, time.July, 26, 14, 28, 2, 471_000_000, time.UTC)

	envelope := contract.NewEnvelope(at, contract.CodeIllegalVersion, contract.IllegalVersionMessage)
	got, err := json.Marshal(envelope)
	require.NoError(t, err)
	assert.Equal(t, example, string(got))

	var back contract.Envelope
	require.NoError(t, json.Unmarshal([]byte(example), &back))
	assert.Equal(t, envelope, back)
}

func TestEnvelopeWithoutMessage(t *testing.T) {
	got, err := json.Marshal(contract.NewEnvelope(time.UnixMilli(1767225600456), contract.CodeInvalidData, ""))
	require.NoError(t, err)
	assert.Equal(t, `{"time":1767225600456,"internalCode":5}`, string(got), "message is optional (S:L125), the others are not")

	got, err = json.Marshal(contract.Envelope{})
	require.NoError(t, err)
	assert.Equal(t, `{"time":0,"internalCode":0}`, string(got))
}

func TestInternalCodes(t *testing.T) {
	assert.EqualValues(t, 33, contract.CodeIllegalVersion, "the only one of the specification (S:L136)")
	assert.Equal(t, map[contract.InternalCode]string{
		5: "invalid data", 6: "unknown account", 10: "no permission", 12: "session not found", 18: "unexpected",
		20: "loading account", 33: "illegal version", 37: "unknown visitor", 38: "loading account, 1.1", 39: "unknown session",
	}, map[contract.InternalCode]string{
		contract.CodeInvalidData: "invalid data", contract.CodeUnknownAccount: "unknown account",
		contract.CodeNoPermission: "no permission", contract.CodeSessionNotFound: "session not found",
		contract.CodeUnexpected: "unexpected", contract.CodeLoadingAccount: "loading account",
		contract.CodeIllegalVersion: "illegal version", contract.CodeUnknownVisitor: "unknown visitor",
		contract.CodeAccountLoading11: "loading account, 1.1", contract.CodeUnknownSession: "unknown session",
	})
}

// Clients find the visitor id of a cold account with this expression.
func TestLoadingMessage(t *testing.T) {
	read := regexp.MustCompile(`^Loading account: ([^,]+), vid: (\S+)$`)
	got := read.FindStringSubmatch(contract.LoadingMessage("acme_01", "ExYTlkNGJjMjdlOGYzMDUy"))
	require.Len(t, got, 3)
	assert.Equal(t, []string{"acme_01", "ExYTlkNGJjMjdlOGYzMDUy"}, got[1:])
}
