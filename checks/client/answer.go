package client

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"sdegauge/internal/contract"
)

// silence is how long a request goes without an answer before its connection is
// closed. It is longer than the five seconds after which it could be taken for
// the pause of a retry.
const silence = 10 * time.Second

// htmlPage is what a proxy sends in the place of an envelope.
const htmlPage = "<!DOCTYPE html>\n<html><head><title>Error</title></head><body><h1>The server had a problem</h1></body></html>\n"

// perform does the step to a request. ending is called before the last byte
// leaves. An error says that the step did not reach the client.
func (s Step) perform(w http.ResponseWriter, r *http.Request, silent time.Duration, ending func()) error {
	switch s.kind {
	case answered:
		return s.respond(w, r, ending)
	case half:
		return s.breakOff(w, ending)
	case hang:
		select {
		case <-time.After(silent):
		case <-r.Context().Done():
		}
	}
	conn, err := hijack(w)
	if err != nil {
		return err
	}
	if tcp, ok := conn.(*net.TCPConn); ok && (s.kind == reset || s.kind == resetUnread) {
		// Where this cannot be set, the connection is closed without a reset.
		_ = tcp.SetLinger(0)
	}
	ending()
	return conn.Close()
}

func (s Step) respond(w http.ResponseWriter, r *http.Request, ending func()) error {
	if err := r.Context().Err(); err != nil {
		return fmt.Errorf("the client left before the answer: %w", err)
	}
	body, contentType := s.body(time.Now())
	if contentType != "" {
		w.Header().Set("Content-Type", contentType)
	}
	if s.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.FormatFloat(s.retryAfter.Seconds(), 'f', 0, 64))
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	ending()
	w.WriteHeader(s.status)
	if _, err := w.Write(body); err != nil && len(body) > 0 {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// breakOff sends the head of a response and half of its entity.
func (s Step) breakOff(w http.ResponseWriter, ending func()) error {
	conn, err := hijack(w)
	if err != nil {
		return err
	}
	defer conn.Close()
	body := envelope(500, time.Now())
	head := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		s.status, http.StatusText(s.status), len(body))
	_, err = conn.Write(append([]byte(head), body[:len(body)/2]...))
	ending()
	return err
}

func hijack(w http.ResponseWriter) (net.Conn, error) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, fmt.Errorf("take over the connection: %w", err)
	}
	return conn, nil
}

// body is the entity of a response with its media type.
func (s Step) body(now time.Time) (entity []byte, mediaType string) {
	const mediaJSON = "application/json"
	switch s.entity {
	case none:
		return nil, ""
	case page:
		return []byte(htmlPage), "text/html; charset=utf-8"
	case malformed:
		whole := envelope(s.status, now)
		return whole[:len(whole)/2], mediaJSON
	case wrapped:
		return fmt.Appendf(nil, `{"error":{"time":%q,"message":"Internal error","internalCode":"18"}}`,
			now.UTC().Format(time.RFC3339)), mediaJSON
	}
	if s.status < 300 {
		return nil, ""
	}
	return envelope(s.status, now), mediaJSON
}

// envelope is a conforming error entity (S:L122–128).
func envelope(status int, now time.Time) []byte {
	code := contract.CodeUnexpected
	switch status {
	case 400:
		code = contract.CodeInvalidData
	case 401:
		code = contract.CodeNoPermission
	case 404:
		code = contract.CodeUnknownSession
	}
	text, _ := json.Marshal(contract.NewEnvelope(now, code, "scripted")) // numbers and text always marshal
	return text
}
