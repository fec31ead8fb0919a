package journal

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"sdegauge/checks"
)

// What [Scanner.Next] returns besides [*Entry] and [*checks.Exhibit]: the JSON
// that the writer was given.
type (
	Head json.RawMessage
	Mark json.RawMessage
	End  json.RawMessage
)

// State is what a scanner has seen.
type State struct {
	// Complete says that the end was read: the run came to its own end.
	Complete bool
	Readings uint64
	Dropped  uint64 // readings that never reached the log
	Bytes    int64  // read and used
	// Lost are the bytes that could not be used. Damage says what is wrong with
	// them; empty where they are a last frame that was not written to its end, as
	// a kill leaves it.
	Lost   int64
	Damage string
}

// Scanner reads a log, up to its end or to the first damage.
type Scanner struct {
	source  *bufio.Reader
	decoder decoder
	payload bytes.Buffer
	inBlock bool
	opened  bool
	state   State
}

// NewScanner reads a log from r.
func NewScanner(r io.Reader) *Scanner {
	return &Scanner{source: bufio.NewReaderSize(r, blockSize)}
}

// State is what was seen so far; all of it once Next has returned [io.EOF].
func (s *Scanner) State() State { return s.state }

// Next returns the next part of the log: a [Head], which is the first, an
// [*Entry], a [*checks.Exhibit], a [Mark] or the [End], each valid until the
// next call. At the end of what can be read it returns [io.EOF]; another error
// says that this is no log, or that it could not be read.
func (s *Scanner) Next() (any, error) {
	for {
		if s.inBlock {
			entry, err := s.decoder.next()
			if err != nil {
				return nil, s.damaged(err.Error())
			}
			if entry != nil {
				s.state.Readings++
				return entry, nil
			}
			s.inBlock = false
		}
		part, err := s.frame()
		if part != nil || err != nil {
			return part, err
		}
	}
}

// frame reads a frame. A block of readings is no part of its own: it returns nil
// for it.
func (s *Scanner) frame() (any, error) {
	if s.state.Complete || s.state.Damage != "" {
		return nil, s.trailing()
	}
	if !s.opened {
		if err := s.open(); err != nil {
			return nil, err
		}
	}
	var header [frameHeader]byte
	n, err := io.ReadFull(s.source, header[:])
	switch {
	case err == io.EOF:
		return nil, io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, s.torn(n)
	case err != nil:
		return nil, readError(err)
	}
	length := int64(binary.LittleEndian.Uint32(header[1:]))
	if length > maxPayload {
		s.state.Lost = frameHeader
		return nil, s.damaged("a frame is longer than any")
	}
	s.payload.Reset()
	read, err := io.CopyN(&s.payload, s.source, length)
	switch {
	case err == io.EOF:
		return nil, s.torn(frameHeader + int(read))
	case err != nil:
		return nil, readError(err)
	}
	if checksum(header[:5], s.payload.Bytes()) != binary.LittleEndian.Uint32(header[5:]) {
		s.state.Lost = frameHeader + length
		return nil, s.damaged("a checksum is wrong")
	}
	s.state.Bytes += frameHeader + length
	return s.part(header[0], s.payload.Bytes())
}

// open reads what every log begins with.
func (s *Scanner) open() error {
	s.opened = true
	start := make([]byte, len(magic))
	n, err := io.ReadFull(s.source, start)
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		return readError(err)
	}
	if n < len(magic) || string(start) != magic {
		return fmt.Errorf("this is no log of readings that this program can read: it begins with %.40q, not with %q", start[:n], magic)
	}
	s.state.Bytes = int64(n)
	return nil
}

// part is what a frame holds.
func (s *Scanner) part(kind byte, payload []byte) (any, error) {
	switch kind {
	case frameHead:
		return Head(payload), nil
	case frameMark:
		return Mark(payload), nil
	case frameEnd:
		s.state.Complete = true
		return End(payload), nil
	case frameExhibit:
		x := new(checks.Exhibit)
		if err := json.Unmarshal(payload, x); err != nil || x.Example == nil {
			return nil, s.damaged("an exhibit cannot be understood")
		}
		return x, nil
	case frameReadings:
		if len(payload) < 8 {
			return nil, s.damaged(errBlock.Error())
		}
		s.state.Dropped = binary.LittleEndian.Uint64(payload)
		s.decoder.begin(payload[8:])
		s.inBlock = true
		return nil, nil
	default:
		return nil, s.damaged(fmt.Sprintf("a frame has the unknown type %q", kind))
	}
}

// torn ends the reading at a frame of which only n bytes are there.
func (s *Scanner) torn(n int) error {
	s.state.Lost = int64(n)
	return io.EOF
}

// damaged ends the reading and counts the rest of the file as lost.
func (s *Scanner) damaged(what string) error {
	s.inBlock = false
	s.state.Damage = what
	return s.trailing()
}

// trailing counts what follows the end or the damage.
func (s *Scanner) trailing() error {
	n, err := io.Copy(io.Discard, s.source)
	s.state.Lost += n
	if err != nil {
		return readError(err)
	}
	if n > 0 && s.state.Damage == "" {
		s.state.Damage = "there are bytes after the end"
	}
	return io.EOF
}

func readError(err error) error { return fmt.Errorf("read the log of readings: %w", err) }
