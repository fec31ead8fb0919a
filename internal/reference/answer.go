package reference

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"sdegauge/internal/contract"
)

// answer is what a request gets: a status, and an envelope or an entity. The
// zero answer is none.
type answer struct {
	status  int
	code    contract.InternalCode
	message string
	entity  []byte // of a success; nil for none
	// last closes the connection, where the rest of the request was not read.
	last bool
	// cause and fault say why a request was refused.
	cause Cause
	fault *fault
}

var accepted = answer{status: http.StatusOK}

// invalid is the answer to a body that breaks the contract (MO).
func invalid(message string) answer {
	return answer{status: http.StatusBadRequest, code: contract.CodeInvalidData, message: message}
}

// misread is the answer to a body with a fault.
func misread(f *fault) answer {
	a := invalid(f.String()).because(BodyInvalid)
	a.fault = f
	return a
}

// notFound is the answer where the data is not there (S:L107).
func notFound(code contract.InternalCode, message string) answer {
	return answer{status: http.StatusNotFound, code: code, message: message}
}

func (a answer) because(c Cause) answer { a.cause = c; return a }

// injected is the answer of a switch.
func injected(status int, code contract.InternalCode) answer {
	return answer{status: status, code: code, message: "injected fault", cause: FaultInjected}
}

// noBytes is shared by all responses: net/http only reads it.
var noBytes = []string{"0"}

// write sends the answer. A success has no byte in it (S:L104, S:L118), an error
// has an envelope (S:L120–127).
func (a answer) write(w http.ResponseWriter, now time.Time) {
	header := w.Header()
	if a.last {
		header.Set("Connection", "close")
	}
	if a.status == http.StatusMethodNotAllowed {
		header.Set("Allow", "PUT, POST")
	}
	entity := a.entity
	if a.status != http.StatusOK && entity == nil {
		entity = envelope(now, a.code, a.message)
	}
	if len(entity) == 0 {
		header["Content-Length"] = noBytes
		w.WriteHeader(a.status)
		return
	}
	if header["Content-Type"] == nil {
		header.Set("Content-Type", "application/json")
	}
	header.Set("Content-Length", strconv.Itoa(len(entity)))
	w.WriteHeader(a.status)
	// The one error here is a client that has left; there is no one to tell.
	_, _ = w.Write(entity)
}

func envelope(now time.Time, code contract.InternalCode, message string) []byte {
	// Numbers and a string always marshal.
	b, _ := json.Marshal(contract.NewEnvelope(now, code, message))
	return b
}
