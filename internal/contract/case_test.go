package contract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"sdegauge/internal/contract"
)

func TestExpectationString(t *testing.T) {
	tests := []struct {
		expect contract.Expectation
		want   string
	}{
		{contract.Expectation{Outcome: contract.OK}, "OK"},
		{contract.Expectation{Outcome: contract.Not2xx, Status: 404}, "NOT2XX"},
		{contract.Expectation{Outcome: contract.Observed}, "OBS"},
		{contract.Expectation{Outcome: contract.Rejected, Status: 400, Codes: []contract.InternalCode{33}}, "REJ(400;33)"},
		{contract.Expectation{Outcome: contract.Rejected, Status: 404, Codes: []contract.InternalCode{37, 39}}, "REJ(404;37 or 39)"},
		{contract.Expectation{Outcome: contract.Rejected, Status: 400}, "REJ(400)"},
		{contract.Expectation{}, "Outcome(0)"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, tt.expect.String())
	}
}

func TestCaseReset(t *testing.T) {
	c := contract.Case{
		Seq: 7, Class: "valid", Fault: "none", Session: contract.ExampleSession(), Method: "PUT", Target: "/",
		Header: contract.DefaultHeader(), Body: make([]byte, 10, 512), Expect: contract.Expectation{Outcome: contract.OK},
	}
	c.Reset()
	assert.Equal(t, contract.Case{Body: []byte{}}, c, "nothing of the last case is left")
	assert.Equal(t, 512, cap(c.Body), "but the room for a body")
}

func TestDefaultHeader(t *testing.T) {
	assert.Equal(t, []contract.HeaderField{
		{Name: "Content-Type", Value: "application/json"}, {Name: "Accept", Value: "application/json"},
	}, contract.DefaultHeader())
	contract.DefaultHeader()[0].Value = "text/plain"
	assert.Equal(t, "application/json", contract.DefaultHeader()[0].Value, "nobody changes it for the others")
}

// An update wanted at 1 s, sent 200 ms late and answered 300 ms after that.
func TestInstants(t *testing.T) {
	i := contract.Instants{
		Intended: time.Second, Dequeued: 1200 * time.Millisecond, Connected: 1210 * time.Millisecond,
		FirstByte: 1490 * time.Millisecond, LastByte: 1500 * time.Millisecond,
	}
	assert.Equal(t, 500*time.Millisecond, i.Response(), "from the intended start")
	assert.Equal(t, 300*time.Millisecond, i.Service(), "from the send")
	assert.Equal(t, 200*time.Millisecond, i.Lag())
	assert.Equal(t, i.Response(), i.Lag()+i.Service())
}

func TestFailureNames(t *testing.T) {
	seen := map[string]bool{}
	for f := contract.NoFailure; f <= contract.FailOther; f++ {
		name := f.String()
		assert.False(t, seen[name], "%q names two failures", name)
		assert.NotContains(t, name, "(", "every failure has a name")
		seen[name] = true
	}
	assert.Empty(t, contract.NoFailure.String())
	assert.Equal(t, "timeout", contract.FailTimeout.String())
	assert.Equal(t, "Failure(99)", contract.Failure(99).String())
}
