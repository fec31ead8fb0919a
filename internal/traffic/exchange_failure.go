package traffic

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"sdegauge/internal/contract"
)

// errUnsendable wraps what this transport cannot put on the wire as it stands.
var errUnsendable = errors.New("the request cannot be sent as it stands")

// errNotSentAgain stands for an exchange whose connection died under it and that
// net/http was about to send a second time.
var errNotSentAgain = errors.New("the connection closed after the request was sent; it is not sent again")

// failureOf names the way in which an exchange ended. connected says that it had
// a connection: what fails then, and is no trouble of network, TLS or time, is a
// peer that does not speak HTTP.
//
// The order matters. Trouble of this machine comes first, for it must never be
// booked on the server; a time-out comes before the ways in which it shows.
func failureOf(run context.Context, connected bool, err error) contract.Failure {
	var refused *ConsentError
	var dns *net.DNSError
	switch {
	case err == nil:
		return contract.NoFailure
	case errors.As(err, &refused):
		return contract.FailForbidden
	case run.Err() != nil:
		return contract.FailInterrupted
	case errors.Is(err, errUnsendable):
		return contract.FailOther
	case isAny(err, syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.ENOMEM):
		return contract.FailResources
	case errors.As(err, &dns):
		return contract.FailResolve
	case isTimeout(err):
		return contract.FailTimeout
	case errors.Is(err, syscall.ECONNREFUSED):
		return contract.FailRefused
	case isTLS(err):
		return contract.FailTLS
	case isProtocol(err):
		return contract.FailProtocol
	case isClosed(err):
		return contract.FailClosed
	case connected:
		return contract.FailProtocol
	default:
		return contract.FailOther
	}
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return isAny(err, context.DeadlineExceeded, os.ErrDeadlineExceeded, syscall.ETIMEDOUT) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

func isTLS(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		record       tls.RecordHeaderError
		alert        tls.AlertError
		invalid      x509.CertificateInvalidError
		hostname     x509.HostnameError
		authority    x509.UnknownAuthorityError
		op           *net.OpError
	)
	// crypto/tls wraps alerts, its own and the peer's, under these two names.
	if errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") {
		return true
	}
	return errors.As(err, &verification) || errors.As(err, &record) || errors.As(err, &alert) ||
		errors.As(err, &invalid) || errors.As(err, &hostname) || errors.As(err, &authority) ||
		says(err, "tls: ", "http2: could not negotiate protocol", "http2: unexpected ALPN protocol")
}

func isClosed(err error) bool {
	return isAny(err, errNotSentAgain, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED,
		io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed) ||
		// net/http keeps these to itself.
		says(err, "server closed idle connection", "http2: client conn", "GOAWAY", "stream error: ", "connection error: ")
}

// streamError has the shape in which net/http hands out HTTP/2 stream errors.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (e streamError) Error() string { return "stream error" }

// isProtocol finds the HTTP/2 errors that mean malformed frames; any other reset
// of a stream or connection counts as a close.
func isProtocol(err error) bool {
	var stream streamError
	if errors.As(err, &stream) {
		switch stream.Code {
		case 1, 3, 6, 9: // PROTOCOL, FLOW_CONTROL, FRAME_SIZE, COMPRESSION (RFC 9113 §7)
			return true
		}
	}
	return says(err, "connection error: PROTOCOL_ERROR", "connection error: FLOW_CONTROL_ERROR",
		"connection error: FRAME_SIZE_ERROR", "connection error: COMPRESSION_ERROR", "looked like an HTTP/1.1 header")
}

// says reports whether the text of err, which has no type to go by, holds one of
// the phrases.
func says(err error, phrases ...string) bool {
	text := err.Error()
	for _, phrase := range phrases {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return false
}
