package thermal

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"marsad/detect"
	"marsad/say"
)

// Watching is how a stream is watched.
type Watching struct {
	// Now is the clock that frames are held against; time.Now if nil.
	Now func() time.Time
	// Jitter gives 0…1 and spreads the restarts of many cameras; none if nil.
	Jitter func() float64

	ffmpeg string // the program that decodes, the machine's own if empty
}

// Stream is a live stream that is kept running: a child process or a connection
// that ends, stands still or changes the size of its picture is replaced. Of
// frames that nobody takes only the newest few are kept: encoders and networks
// hand pictures over in bunches, which are no reason to miss any. It is a Source
// whose Next ends only with Close or the context.
type Stream struct {
	input  string
	camera Camera
	how    Watching
	cancel context.CancelFunc
	done   chan struct{}
	fresh  chan struct{} // one token when a frame waits

	mu      sync.Mutex
	waiting []arrival // the newest, oldest first, at most waitingMost
	spare   [][]uint16
	taken   []uint16 // with the reader until his next call
	state   StreamState
	index   int
	time    streamTime
	due     time.Duration
}

// arrival is a frame, and how far its time lies from the machine's clock, judged as
// it arrived: what it waits for afterwards is no fault of the camera's clock.
type arrival struct {
	detect.Frame
	off time.Duration
}

// StreamState is how a stream is.
type StreamState struct {
	// Up says that frames come; Why says what went wrong last.
	Up  bool
	Why error
	// Frames read, Dropped for a newer one, and processes or connections started.
	Frames, Dropped uint64
	Starts          int
	// Resized counts changes of the picture's size; Width and Height are its
	// present ones.
	Resized, Width, Height int
	// Last is when the newest frame arrived. Drift is how far the stream's clock
	// has parted from the machine's, positive where the stream is slow; Steps
	// counts how often the stream's time was set anew.
	Last  time.Time
	Drift time.Duration
	Steps int
}

// Watch starts to watch a stream. It returns at once.
func Watch(ctx context.Context, input string, c Camera, how Watching) *Stream {
	if how.Now == nil {
		how.Now = time.Now
	}
	if how.Jitter == nil {
		how.Jitter = func() float64 { return 0 }
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &Stream{input: input, camera: c.WithDefaults(), how: how, cancel: cancel, done: make(chan struct{}), fresh: make(chan struct{}, 1)}
	go s.run(ctx)
	return s
}

// run starts child after child. The pause doubles while none gives a frame.
func (s *Stream) run(ctx context.Context) {
	defer close(s.done)
	least, most := time.Duration(s.camera.Watchdog.BackOff), time.Duration(s.camera.Watchdog.BackOffMost)
	pause := least
	for ctx.Err() == nil {
		frames, err := s.once(ctx)
		s.note(func(st *StreamState) { st.Up = false; st.Why = err })
		if errors.Is(err, errResized) {
			s.note(func(st *StreamState) { st.Resized++ })
			continue
		}
		if frames > 0 {
			pause = least
		}
		rest := time.NewTimer(pause + time.Duration(s.how.Jitter()*float64(pause)/2))
		select {
		case <-ctx.Done():
		case <-rest.C:
		}
		rest.Stop()
		pause = min(2*pause, most)
	}
}

// once runs one child until it ends or no frame came for too long.
func (s *Stream) once(ctx context.Context) (frames int, err error) {
	ctx, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	silence := time.Duration(s.camera.Watchdog.Silence)
	dog := time.AfterFunc(time.Duration(s.camera.Watchdog.Start), func() { kill(errSilent) })
	defer dog.Stop()
	s.note(func(st *StreamState) { st.Starts++ })
	from, err := start(ctx, s.how.ffmpeg, s.input, s.camera)
	if err != nil {
		return 0, reason(ctx, err)
	}
	defer from.end()
	shape := from.shape()
	s.resize(shape)
	for {
		pix := s.room(shape.width * shape.height)
		pts, err := from.next(pix)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = from.ended(s.input)
		}
		if err != nil {
			return frames, reason(ctx, err)
		}
		dog.Reset(silence)
		frames++
		s.put(pix, pts, shape)
	}
}

var errSilent = &say.Error{Code: "thermal.silent", Kind: say.Unavailable,
	Text: say.Text{En: "no frame came for too long", Ar: "لم تصل أي صورة منذ مدة طويلة"},
	Hint: say.Text{En: "look at the camera and its network; the stream starts again by itself", Ar: "افحص الكاميرا وشبكتها؛ يعاد تشغيل البث تلقائياً"}}

// reason prefers why a process was killed to what its death looked like.
func reason(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func (s *Stream) note(f func(*StreamState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.state)
}

// resize forgets buffers of another size, and where the stream's time stood.
func (s *Stream) resize(to shape) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spare = nil
	s.state.Width, s.state.Height = to.width, to.height
	stepped, drift, steps, last := s.time.stepped, s.time.drift, s.time.steps, s.time.last
	s.time = streamTime{stepped: stepped + drift, steps: steps, last: last}
	s.due = 0
}

// waitingMost is how many pictures wait for their reader: a bunch as long as the
// distance of two pictures that an encoder refers to, and with ten pictures a
// second half a second of delay where the reader cannot keep up.
const waitingMost = 5

// room gives a buffer for a picture: as many as wait, one that is filled and one
// with the reader are enough for ever.
func (s *Stream) room(n int) []uint16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := len(s.spare); k > 0 {
		pix := s.spare[k-1]
		s.spare = s.spare[:k-1]
		return pix
	}
	return make([]uint16, n)
}

// put makes a picture the newest frame, or gives its room back where the
// stream is faster than it is looked at.
func (s *Stream) put(pix []uint16, pts time.Duration, of shape) {
	arrived := s.how.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.time.at(pts, arrived)
	s.state.Up, s.state.Why, s.state.Last = true, nil, arrived
	s.state.Frames++
	s.state.Drift, s.state.Steps = s.time.total(), s.time.steps
	every := time.Duration(float64(time.Second) / s.camera.FPS)
	if s.state.Frames > 1 && pts < s.due-every/4 && pts > s.due-2*every {
		s.spare = append(s.spare, pix)
		return
	}
	s.due = pts + every
	if len(s.waiting) == waitingMost {
		s.state.Dropped++
		s.free(s.waiting[0].Frame.Pix)
		s.waiting = append(s.waiting[:0], s.waiting[1:]...)
	}
	bits := 8
	if of.bytes == 2 {
		bits = s.camera.Bits
	}
	s.waiting = append(s.waiting, arrival{detect.Frame{Index: s.index, At: at, Width: of.width, Height: of.height, Pix: pix, Bits: bits}, s.time.off()})
	s.index++
	select {
	case s.fresh <- struct{}{}:
	default:
	}
}

func (s *Stream) free(pix []uint16) {
	if len(pix) == s.state.Width*s.state.Height && len(s.spare) < waitingMost+2 {
		s.spare = append(s.spare, pix)
	}
}

// Next waits for a frame. Its pixels are the reader's until the next call.
func (s *Stream) Next() (detect.Frame, error) {
	for {
		if f, ok := s.take(); ok {
			return f.Frame, nil
		}
		select {
		case <-s.fresh:
		case <-s.done:
			return detect.Frame{}, io.EOF
		}
	}
}

// Within is Next with a limit of time; false says that none came.
func (s *Stream) Within(d time.Duration) (detect.Frame, bool) {
	f, ok := s.within(d)
	return f.Frame, ok
}

func (s *Stream) within(d time.Duration) (arrival, bool) {
	limit := time.NewTimer(d)
	defer limit.Stop()
	for {
		if f, ok := s.take(); ok {
			return f, true
		}
		select {
		case <-s.fresh:
		case <-s.done:
			return arrival{}, false
		case <-limit.C:
			return arrival{}, false
		}
	}
}

func (s *Stream) take() (arrival, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) == 0 {
		return arrival{}, false
	}
	f := s.waiting[0]
	s.waiting = append(s.waiting[:0], s.waiting[1:]...)
	s.free(s.taken)
	s.taken = f.Frame.Pix
	return f, true
}

// State of the stream now.
func (s *Stream) State() StreamState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Close ends the stream and waits until its process is gone.
func (s *Stream) Close() error {
	s.cancel()
	<-s.done
	return nil
}
