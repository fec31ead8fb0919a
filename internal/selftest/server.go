package selftest

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
)

// listen serves h on a free port of this machine; stop ends it and cuts what is
// under way.
func listen(h http.Handler) (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("start a server of known truth: %w", err)
	}
	server := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l) // should it stop by itself, the run against it tells
	}()
	return "http://" + l.Addr().String(), func() {
		_ = server.Close() // what is still open is the client's, which is done
		<-served
	}, nil
}
