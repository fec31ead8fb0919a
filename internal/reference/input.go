package reference

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
)

// input is what reading one request needs, kept for the next.
type input struct {
	body []byte
	reader
}

const (
	// pooled is the largest buffer that is kept for the next request.
	pooled = 64 << 10
	// drained bounds what is read of a body that is too large, so that a client
	// which sends before it listens gets its answer.
	drained = 32 << 20
)

// receive reads the body, at most limit bytes of it. What the client did wrong
// comes back as an answer; an error says that it has left.
func (in *input) receive(r *http.Request, limit int) (answer, error) {
	in.body = in.body[:0]
	if r.Body == nil {
		return answer{}, nil
	}
	if n := int(min(r.ContentLength, int64(limit))); n >= cap(in.body) {
		in.body = make([]byte, 0, n+1) // one more, to meet the end in the same read
	}
	for {
		if len(in.body) > limit {
			return tooLarge(r)
		}
		if len(in.body) == cap(in.body) {
			in.body = append(in.body, 0)[:len(in.body)]
		}
		n, err := r.Body.Read(in.body[len(in.body):cap(in.body)])
		in.body = in.body[:len(in.body)+n]
		if err == io.EOF {
			if len(in.body) > limit {
				return tooLarge(r)
			}
			return answer{}, nil
		}
		if err != nil {
			return broken(r, err)
		}
	}
}

func tooLarge(r *http.Request) (answer, error) {
	a := invalid("the body is too large").because(BodyUnreceived)
	n, err := io.CopyN(io.Discard, r.Body, drained)
	if err != nil && err != io.EOF {
		return broken(r, err)
	}
	a.last = n == drained
	return a, nil
}

// broken tells a body that a client framed badly, or too slowly, from one whose
// client is gone.
func broken(r *http.Request, err error) (answer, error) {
	var a answer
	var onTheWay *net.OpError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		a = invalid("the body did not come in time").because(BodyUnreceived)
	case r.ProtoMajor > 1, errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &onTheWay), r.Context().Err() != nil:
		return answer{}, err // HTTP/2 takes care of its framing itself
	default:
		a = invalid("the body is framed badly").because(BodyUnreceived)
	}
	a.last = true
	return a, nil
}

// release gives the input back for the next request.
func (in *input) release(pool *sync.Pool) {
	if cap(in.body) > pooled {
		*in = input{reader: reader{limits: in.limits}}
	}
	pool.Put(in)
}
