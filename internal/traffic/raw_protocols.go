package traffic

import (
	"context"
	"time"

	"sdegauge/internal/contract"
)

// ProtocolReading is what became of a case in one version of HTTP.
type ProtocolReading struct {
	// Asked is the version of the request: HTTP/1.0, HTTP/1.1, h2 or h2c.
	Asked string
	// Reading has the answer; its Proto is the version that the server named.
	// Where the server does not speak what was asked, it carries the failure.
	Reading *contract.Reading
}

// ProbeProtocols sends a case in every version of HTTP that can be asked of the
// target: HTTP/1.0, HTTP/1.1, and HTTP/2 over TLS (h2) or, in clear text, with
// prior knowledge (h2c). o.HTTP is not looked at. Its errors are those of
// [NewExchanger], before anything is sent.
func ProbeProtocols(ctx context.Context, o ExchangeOptions, c *contract.Case) ([]ProtocolReading, error) {
	x, err := NewRawExchanger(ctx, o)
	if err != nil {
		return nil, err
	}
	second, name := HTTP2C, "h2c"
	if x.to.scheme == "https" {
		second, name = HTTP2, "h2"
	}
	o.HTTP = second
	modern, err := NewExchanger(ctx, o)
	if err != nil {
		return nil, err
	}
	defer modern.Close()

	var readings []ProtocolReading
	for _, version := range []string{"HTTP/1.0", "HTTP/1.1"} {
		request := x.Request(c)
		request.Proto = version
		answer := x.Send(ctx, RawScript{Steps: []RawStep{{Bytes: request.Bytes()}}, Await: []string{c.Method}})
		readings = append(readings, ProtocolReading{Asked: version, Reading: answer.Reading(0, c)})
	}
	r := &contract.Reading{Case: c, Attempt: 1, Final: true}
	modern.Exchange(ctx, r, time.Now())
	return append(readings, ProtocolReading{Asked: name, Reading: r}), nil
}
