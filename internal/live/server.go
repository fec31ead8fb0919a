package live

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Server serves a run's metrics over HTTP, at /metrics.
type Server struct {
	build    Build
	listener net.Listener
	http     http.Server
	served   chan struct{}

	mu    sync.Mutex
	watch *watch // nil before the traffic begins
}

// Serve listens on an address, of which the port alone is enough: it is then this
// machine's loopback. Port 0 is a free one.
func Serve(address string, build Build) (*Server, error) {
	listener, err := net.Listen("tcp", withHost(address))
	if err != nil {
		return nil, fmt.Errorf("%w; give HOST:PORT or a PORT that is free, :0 takes one", err)
	}
	s := &Server{build: build, listener: listener, served: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", s.serveMetrics)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the metrics are at /metrics", http.StatusNotFound)
	})
	s.http = http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(listener) // ends by Close
	}()
	return s, nil
}

// withHost puts the loopback address before a port without a host.
func withHost(address string) string {
	if !strings.Contains(address, ":") {
		address = ":" + address
	}
	if strings.HasPrefix(address, ":") {
		return "127.0.0.1" + address
	}
	return address
}

// URL is where the metrics are.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() + "/metrics" }

// Show has the server tell of a run from now on.
func (s *Server) Show(run Run) error {
	w, err := newWatch(run)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watch = w
	return nil
}

func (s *Server) serveMetrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", metricsType)
	_, _ = w.Write(metrics(s.build, s.view())) // who has gone needs no answer
}

func (s *Server) view() View {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watch == nil {
		return View{}
	}
	v, _ := s.watch.look()
	return v
}

// Close ends the server at once.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.served
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
