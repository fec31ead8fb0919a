package journal

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
)

const (
	// blockSize is how much is gathered before it is written out of turn.
	blockSize = 64 << 10
	// blockLimit bounds what waits for a slow disk: about 350,000 readings.
	blockLimit = 8 << 20
	// flushEvery is how much of the run a kill can cost.
	flushEvery = time.Second
)

// Options are what a log gathers besides readings.
type Options struct {
	// Exhibits are all examples kept so far; new ones are written. A reading
	// MUST be among what they were chosen from before it is appended. Nil where
	// there are none.
	Exhibits func() []checks.Exhibit
	// Mark says where the run stands, as JSON can hold it; nil where it cannot
	// be told yet. It is called after the readings before it were taken.
	Mark func() any
}

// Stats are what became of the readings.
type Stats struct {
	Readings uint64 // written
	// Dropped are readings that the log did not take, because the disk was too
	// slow or would take no more.
	Dropped uint64
	Bytes   int64 // of the file
}

// Writer writes a log. Append may be called by many goroutines at once; one
// goroutine writes to the file, once a second and whenever 64 KiB have come
// together.
type Writer struct {
	options Options
	file    *os.File
	limit   int

	mu       sync.Mutex
	encoder  encoder
	readings uint64 // in the block
	dropped  uint64
	closed   bool // nothing is taken any more

	full chan struct{} // the block is worth writing
	quit chan struct{}
	done chan struct{}

	// The writing goroutine's own.
	spare  []byte
	shown  map[checks.Place]*checks.Example
	stats  Stats
	failed error
}

// Create makes a log at path, in place of one that is there, and writes its
// head. It starts a goroutine, which Close ends. The error is that of a file
// that cannot be made, or of a head that JSON cannot hold; of a disk that takes
// no more it is Close that tells.
func Create(path string, head any, o Options) (*Writer, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("write the log of readings: %w", err)
	}
	w := &Writer{
		options: o, file: file, limit: blockLimit, shown: map[checks.Place]*checks.Example{},
		full: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
	w.encoder.begin(w.room())
	text, err := json.Marshal(head)
	if err != nil {
		_ = file.Close() // nothing was written
		return nil, fmt.Errorf("write the log of readings %s: %w", path, err)
	}
	w.write([]byte(magic))
	w.text(frameHead, text)
	go w.run()
	return w, nil
}

// Append adds a reading. It keeps nothing of r and j and never waits for the
// disk: where 8 MiB wait for it already, or it has failed, the reading is
// dropped and counted.
func (w *Writer) Append(r *contract.Reading, j *checks.Judgement) {
	var room [256]byte // more is rare, and costs an allocation
	kind := appendKind(room[:0], r, j)
	w.mu.Lock()
	if w.closed || len(w.encoder.block) >= w.limit {
		w.dropped++
		w.mu.Unlock()
		return
	}
	w.encoder.appendReading(kind, r)
	w.readings++
	full := len(w.encoder.block) >= blockSize
	w.mu.Unlock()
	if full {
		select {
		case w.full <- struct{}{}:
		default: // it has been told
		}
	}
}

// Close writes what is left, and the end, which says that nothing is missing;
// nil writes none. The error is the first that kept the log from being written;
// what the file holds by then can be read.
func (w *Writer) Close(end any) (Stats, error) {
	close(w.quit)
	<-w.done
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.flush()
	if end != nil {
		w.document(frameEnd, end)
	}
	if w.failed == nil {
		w.failed = w.file.Sync()
	}
	if err := w.file.Close(); w.failed == nil {
		w.failed = err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stats.Dropped = w.dropped
	return w.stats, w.failed
}

func (w *Writer) run() {
	defer close(w.done)
	turn := time.NewTicker(flushEvery)
	defer turn.Stop()
	for {
		select {
		case <-w.quit:
			return
		case <-turn.C:
		case <-w.full:
		}
		w.flush()
	}
}

// flush writes what has come together: the exhibits first, so that no reading is
// in the file whose exhibit is not, and the mark last, so that it knows of every
// reading before it.
func (w *Writer) flush() {
	w.mu.Lock()
	block, readings, dropped := w.encoder.block, w.readings, w.dropped
	w.encoder.begin(w.room())
	w.readings = 0
	w.mu.Unlock()

	mark := w.mark()
	w.exhibits()
	binary.LittleEndian.PutUint64(block[frameHeader:], dropped)
	if w.frame(frameReadings, block); w.failed == nil {
		w.stats.Readings += readings
	} else {
		w.refuse(readings)
	}
	if mark != nil {
		w.document(frameMark, mark)
	}
	if cap(block) <= 16*blockSize { // one that grew in an emergency is let go
		w.spare = block
	}
}

// room is an empty block: space for the frame's header and the dropped count.
func (w *Writer) room() []byte {
	block := w.spare
	w.spare = nil
	if block == nil {
		block = make([]byte, 0, blockSize+blockSize/8)
	}
	return append(block[:0], make([]byte, frameHeader+8)...)
}

func (w *Writer) mark() any {
	if w.options.Mark == nil {
		return nil
	}
	return w.options.Mark()
}

// exhibits writes those that are new since the last time.
func (w *Writer) exhibits() {
	if w.options.Exhibits == nil {
		return
	}
	for _, x := range w.options.Exhibits() {
		if w.shown[x.Place] != x.Example {
			w.shown[x.Place] = x.Example
			w.document(frameExhibit, x)
		}
	}
}

func (w *Writer) document(kind byte, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		w.fail(err)
		return
	}
	w.text(kind, text)
}

func (w *Writer) text(kind byte, text []byte) {
	w.frame(kind, append(make([]byte, frameHeader, frameHeader+len(text)), text...))
}

// frame writes a frame whose first bytes are room for its header.
func (w *Writer) frame(kind byte, frame []byte) {
	payload := frame[frameHeader:]
	frame[0] = kind
	binary.LittleEndian.PutUint32(frame[1:], uint32(len(payload)))
	binary.LittleEndian.PutUint32(frame[5:], checksum(frame[:5], payload))
	w.write(frame)
}

func (w *Writer) write(b []byte) {
	if w.failed != nil {
		return
	}
	n, err := w.file.Write(b)
	w.stats.Bytes += int64(n)
	if err != nil {
		w.fail(err)
	}
}

// fail keeps the first error. After it nothing is written, for what came after a
// gap could not be read.
func (w *Writer) fail(err error) {
	if w.failed == nil {
		w.failed = err
	}
}

// refuse counts readings that could not be written and takes no more.
func (w *Writer) refuse(readings uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.dropped += readings
}
