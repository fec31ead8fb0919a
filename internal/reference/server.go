package reference

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// Server is a handler that listens.
type Server struct {
	http     *http.Server
	listener net.Listener
	url      string
	cancel   context.CancelFunc
	served   chan struct{} // closed when nothing is accepted any more
	err      error         // why, unless it was asked for; read after served
	// connections are the ones still open, and fresh (of net.Conn) those of them
	// that have not sent a byte.
	connections sync.WaitGroup
	fresh       sync.Map
	closing     atomic.Bool
}

// Listen serves h on a TCP address, for instance "127.0.0.1:0" for a free port
// of this machine. It speaks HTTP/1.1 and HTTP/2, over TLS where the handler's
// options hold a certificate.
func Listen(address string, h *Handler) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("reference server: %w", err)
	}
	return Serve(l, h)
}

// Serve serves h on a listener, which it closes in the end.
func Serve(l net.Listener, h *Handler) (*Server, error) {
	o := h.options
	if c := o.TLS; c != nil && len(c.Certificates) == 0 && c.GetCertificate == nil && c.GetConfigForClient == nil {
		return nil, errors.Join(errors.New("reference server: the TLS options hold no certificate"), l.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{listener: l, url: baseURL(l.Addr(), o.TLS), cancel: cancel, served: make(chan struct{})}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	s.http = &http.Server{
		Handler: h, Protocols: protocols, DisableGeneralOptionsHandler: true,
		MaxHeaderBytes: o.MaxHeader, ReadTimeout: o.ReadTimeout, IdleTimeout: o.IdleTimeout,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnState:   s.track,
		ErrorLog:    log.New(io.Discard, "", 0),
	}
	go s.serve(h, o.TLS)
	return s, nil
}

func (s *Server) serve(h *Handler, config *tls.Config) {
	defer close(s.served)
	var err error
	if config != nil && h.options.Deviation.ClearToo {
		err = s.http.Serve(eitherListener{s.listener, config.Clone()})
	} else if config != nil {
		s.http.TLSConfig = config.Clone()
		err = s.http.ServeTLS(s.listener, "", "")
	} else {
		err = s.http.Serve(refusingListener{s.listener, h})
	}
	if !errors.Is(err, http.ErrServerClosed) {
		s.err = fmt.Errorf("reference server: %w", err)
	}
}

// track counts connections. net/http reports a new one before the accepting
// goroutine goes on, so none is added once that has ended.
func (s *Server) track(c net.Conn, state http.ConnState) {
	if state == http.StateNew {
		s.connections.Add(1)
		s.fresh.Store(c, nil)
		if s.closing.Load() { // stored first: either this or Close sees it
			_ = c.Close()
		}
		return
	}
	s.fresh.Delete(c)
	if state == http.StateClosed || state == http.StateHijacked {
		s.connections.Done()
	}
}

func baseURL(a net.Addr, config *tls.Config) string {
	scheme := "http://"
	if config != nil {
		scheme = "https://"
	}
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return scheme + a.String()
	}
	host := tcp.AddrPort().Addr().Unmap()
	if host.IsUnspecified() {
		// Bound to all addresses: the nearest is this machine's own.
		return fmt.Sprintf("%s127.0.0.1:%d", scheme, tcp.Port)
	}
	return scheme + net.JoinHostPort(host.String(), fmt.Sprint(tcp.Port))
}

// URL is the scheme and address of the server, without a path.
func (s *Server) URL() string { return s.url }

// Done is closed when the server accepts no more connections.
func (s *Server) Done() <-chan struct{} { return s.served }

// Err says why the server stopped by itself; nil while it serves and after Close.
func (s *Server) Err() error {
	select {
	case <-s.served:
		return s.err
	default:
		return nil
	}
}

// Close stops accepting, lets the requests under way finish until ctx ends, cuts
// those that are left, and returns when no goroutine of the server is left.
func (s *Server) Close(ctx context.Context) error {
	// Shutdown would give a connection that has sent nothing five seconds.
	s.closing.Store(true)
	s.fresh.Range(func(c, _ any) bool { _ = c.(net.Conn).Close(); return true })
	err := s.http.Shutdown(ctx)
	s.cancel()
	if err != nil {
		err = errors.Join(fmt.Errorf("reference server: requests were cut: %w", err), s.http.Close())
	}
	<-s.served
	s.connections.Wait()
	return errors.Join(err, s.err)
}
