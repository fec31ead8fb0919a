package selftest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"

	"sdegauge/internal/contract"
	"sdegauge/reports"
)

const (
	dropRate  = 200 // updates a second
	dropEvery = 100
)

const dropScenario = `
name: drops
%s
stages: [{arrival: constant, rate: %d/s, duration: %v}]
mix: [{class: cart, weight: 1}]
limits: {grace: 1m} # what is late counts all the same
`

// drops measures a server that closes the connection on every hundredth request
// instead of answering: each has to be counted, and none sent again.
func (p pace) drops() experiment {
	return experiment{
		name:  "drops",
		about: fmt.Sprintf("on 1 %% of requests the connection is dropped: closed, reset, or closed amid the answer; %d/s for %v", dropRate, p.steady),
		measure: func(ctx context.Context, m measurer) ([]Row, error) {
			server := &dropServer{}
			url, stop, err := listen(server)
			if err != nil {
				return nil, err
			}
			defer stop()
			r, err := m(ctx, fmt.Sprintf(dropScenario, targetOf(url), dropRate, p.steady))
			if err != nil {
				return nil, err
			}
			return dropRows(r, uint64(dropRate*p.steady.Seconds()), server.requests.Load()), nil
		},
	}
}

// dropRows judges a run of a number of updates, of which the server saw so many
// requests.
func dropRows(r *reports.Report, updates, requests uint64) []Row {
	doubt := incomplete(r)
	dropped := updates / dropEvery
	return []Row{
		countRow(Row{Experiment: "drops", What: "requests at the server", Truth: float64(updates)}, requests, doubt),
		countRow(Row{Experiment: "drops", What: "attempts that ended closed", Truth: float64(dropped)},
			r.Failures[contract.FailClosed.String()], doubt),
		countRow(Row{Experiment: "drops", What: "attempts answered 200", Truth: float64(updates - dropped)},
			r.Statuses[http.StatusOK], doubt),
	}
}

// dropServer answers 200, but for every hundredth request.
type dropServer struct{ requests atomic.Uint64 }

func (s *dropServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // a body that breaks off shows in the count
	n := s.requests.Add(1)
	if n%dropEvery != 0 {
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // drops the connection as well
	}
	defer conn.Close()
	switch n / dropEvery % 3 {
	case 1: // nothing more, then the end
	case 2:
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // the end is a reset
		}
	default:
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{")
	}
}
