package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"marsad/engine/picture"
	"marsad/force"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Ack is the promise of a sequence for a published message.
type Ack = interface {
	Wait(ctx context.Context) (uint64, error)
}

// Log is the one ordered log, as the engine uses it. What it promises stands in
// package bus.
type Log interface {
	Publish(subject string, data []byte) (Ack, error)
	Read(ctx context.Context, from, to uint64, fn func(sequence uint64, subject string, data []byte) error) error
	Get(ctx context.Context, sequence uint64) (subject string, data []byte, err error)
	Range(ctx context.Context) (first, last uint64, err error)
}

// Record is where decisions are kept, as the engine uses it.
type Record interface {
	// Commit puts a batch on disk, all of it or nothing. Upserts: the same again
	// changes nothing.
	Commit(ctx context.Context, b record.Batch) error
	// Cursor of the last batch, 0 for none.
	Cursor(ctx context.Context) (uint64, error)
	// Snapshot of the stages and the sequence it belongs to, nil for none.
	Snapshot(ctx context.Context) (sequence uint64, state []byte, err error)
	// OpenCases gives all cases that are not closed.
	OpenCases(ctx context.Context) ([]respond.Case, error)
}

// Options of an engine. Log, Record, Stages and Picture are compulsory.
type Options struct {
	Log     Log
	Record  Record
	Stages  *Stages
	Picture *picture.Picture
	// Clock is the wall clock: a simulation may let it run faster. Where it is set
	// back, the engine's own time goes on. Default time.Now.
	Clock func() time.Time
	// Speed at which Clock runs, so that latencies are told in real time. Default 1.
	Speed  float64
	Roster force.Roster
	Build  string // version of the program
	Config string // digest of what shapes the stages
	// Settings is what shapes the stages, as JSON: it stands in the log, so that
	// a replay can make the same ones. Nil leaves that to whoever replays.
	Settings json.RawMessage
	Logger   *slog.Logger

	InFlight      int           // entries on the log ahead of the stages. Default 1024
	Waiting       int           // scans that may wait for the log. Default 8192
	Longest       time.Duration // that a scan may wait. Default 3 s
	Unsaved       int           // outputs that may wait for the disk. Default 20,000
	PublishEvery  time.Duration // between versions of the picture. Default 50 ms
	SnapshotEvery time.Duration // between snapshots in the record. Default 30 s
	KeyframeEvery time.Duration // between snapshots in the log. Default 10 min
	DrainWithin   time.Duration // that an orderly end may take; after half of it, scans that wait are shed. Default 10 s
}

func (o *Options) defaults() {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	fill(&o.Speed, 1)
	fill(&o.InFlight, 1024)
	fill(&o.Waiting, 8192)
	fill(&o.Longest, 3*time.Second)
	fill(&o.Unsaved, 20_000)
	fill(&o.PublishEvery, 50*time.Millisecond)
	fill(&o.SnapshotEvery, 30*time.Second)
	fill(&o.KeyframeEvery, 10*time.Minute)
	fill(&o.DrainWithin, 10*time.Second)
}

func fill[T comparable](v *T, standard T) {
	var zero T
	if *v == zero {
		*v = standard
	}
}

// Engine runs the way live. Make one with New, give Ingress to the adapters,
// and let Run run.
type Engine struct {
	options  Options
	clock    *clock
	ingress  *Ingress
	counters Counters
	ready    chan struct{}

	// feed and acknowledgements
	sent, acked atomic.Uint64 // own messages
	lastOnLog   atomic.Uint64 // highest sequence acknowledged
	room        chan struct{} // one token when the stages have gone on

	// stages: held while they step
	stepping  sync.Mutex
	out       Outputs
	live      uint64 // sequence from which on this run writes the log
	recorded  uint64 // the record has everything up to here
	lastSaved time.Time
	lastKey   time.Time

	// what waits for the disk
	saving  sync.Mutex
	pending []*pendingBatch // the last one still grows
	unsaved int
	more    chan struct{} // one token when something waits
	saved   chan struct{} // one token when something was saved

	asking sync.Mutex
	asked  map[ident.ID][]chan answer

	arriving sync.Mutex
	arrivals []time.Time // engine times of arrival that no picture shows yet

	trouble atomic.Pointer[say.Error] // why nothing is acknowledged, nil when all is well
}

// answer to a person's action.
type answer struct {
	c   respond.Case
	err error
}

// New makes an engine that stands still.
func New(o Options) *Engine {
	o.defaults()
	e := &Engine{options: o, ready: make(chan struct{}), room: make(chan struct{}, 1), more: make(chan struct{}, 1),
		saved: make(chan struct{}, 1), asked: map[ident.ID][]chan answer{}, pending: []*pendingBatch{{}}}
	e.clock = newClock(o.Clock, o.Speed)
	e.options.Clock = e.clock.Now
	longest := time.Duration(float64(o.Longest) * o.Speed) // by the engine's clock
	e.ingress = newIngress(e.clock, o.Roster, o.Waiting, longest, &e.counters)
	return e
}

// Ingress is the host for all adapters.
func (e *Engine) Ingress() *Ingress { return e.ingress }

// Counters for the metrics.
func (e *Engine) Counters() *Counters { return &e.counters }

// Ready is closed when everything of earlier runs has been recovered and the
// picture is live.
func (e *Engine) Ready() <-chan struct{} { return e.ready }

// Trouble says why nothing is acknowledged at present, nil when all is well.
func (e *Engine) Trouble() *say.Error { return e.trouble.Load() }

// Ahead is how far the engine's time is ahead of a wall clock that was set back.
func (e *Engine) Ahead() time.Duration { return e.clock.ahead() }

// Ask lets fn look at the stages between two steps. It must be short and must
// change nothing.
func (e *Engine) Ask(fn func(*Stages)) {
	e.stepping.Lock()
	defer e.stepping.Unlock()
	fn(e.options.Stages)
}

// Submit puts a person's action on the log and waits until what came of it is
// on disk. It returns the case after the action, or the refusal, which is on
// record as well. The engine sets At. When the context ends first, the action may
// still be taken: ask again with the same id and the answer is the same.
func (e *Engine) Submit(ctx context.Context, a respond.Action) (respond.Case, error) {
	if a.ID.IsZero() {
		return respond.Case{}, &say.Error{Code: "action.no_id", Kind: say.Invalid,
			Text: say.Text{En: "an action needs an id", Ar: "يحتاج الإجراء إلى معرّف"},
			Hint: say.Text{En: "make a UUID version 7 where the action is taken", Ar: "أنشئ معرّف " + say.LTR("UUIDv7") + " عند اتخاذ الإجراء"}}
	}
	if t := e.trouble.Load(); t != nil {
		return respond.Case{}, t
	}
	done := make(chan answer, 1)
	e.asking.Lock()
	e.asked[a.ID] = append(e.asked[a.ID], done)
	e.asking.Unlock()
	if err := e.ingress.act(&a); err != nil {
		e.forget(a.ID, done)
		return respond.Case{}, err
	}
	select {
	case r := <-done:
		return r.c, r.err
	case <-ctx.Done():
		e.forget(a.ID, done)
		return respond.Case{}, &say.Error{Code: "action.unanswered", Kind: say.Unavailable, Cause: ctx.Err(),
			Text: say.Text{En: "the action is not on record yet", Ar: "لم يُسجَّل الإجراء بعد"},
			Hint: say.Text{En: "send it again with the same id: it is taken once", Ar: "أرسله مجدداً بالمعرّف نفسه: يُنفَّذ مرة واحدة"}}
	}
}

func (e *Engine) forget(id ident.ID, done chan answer) {
	e.asking.Lock()
	defer e.asking.Unlock()
	var left []chan answer
	for _, c := range e.asked[id] {
		if c != done {
			left = append(left, c)
		}
	}
	if e.asked[id] = left; left == nil {
		delete(e.asked, id)
	}
}

// LookAt hands a person's cue to a camera, puts it on record and waits for the
// camera's first word. The answer is nil when the context ends before it.
func (e *Engine) LookAt(ctx context.Context, c sense.Cue) (*CueAnswer, error) {
	answer, err := e.ingress.look(c)
	if err != nil {
		return nil, err
	}
	defer e.ingress.forget(c.ID)
	select {
	case a := <-answer:
		return &a, nil
	case <-ctx.Done():
		return nil, nil
	}
}

// Run recovers what earlier runs left and then runs until the context ends: it
// takes nothing more in, lets everything that waits go through, saves and
// returns nil. Any other error says why it cannot go on.
func (e *Engine) Run(ctx context.Context) error {
	from, err := e.recover(ctx)
	if err != nil {
		return err
	}
	// Work goes on after ctx has ended, until what waits is through.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	feeding, reading := make(chan struct{}), make(chan error, 1)
	fed := make(chan struct{})
	saved, shown := make(chan struct{}), make(chan struct{})
	endSaving, endShowing := make(chan struct{}), make(chan struct{})
	go e.tickUntil(feeding)
	go func() { defer close(fed); e.feed(work, feeding) }()
	go func() {
		reading <- e.options.Log.Read(work, from, 0, func(n uint64, _ string, data []byte) error { return e.take(work, n, data) })
	}()
	go func() { defer close(saved); e.save(work, endSaving) }()
	go func() { defer close(shown); e.show(endShowing) }()

	var failed error
	select {
	case <-ctx.Done():
	case failed = <-reading:
		stop() // nothing can go through any more
	}
	deadline := time.AfterFunc(e.options.DrainWithin, stop)
	defer deadline.Stop()
	half := time.AfterFunc(e.options.DrainWithin/2, e.ingress.giveUp)
	defer half.Stop()
	e.ingress.close()
	close(feeding)
	<-fed
	for failed == nil && e.counters.Sequence.Load() < e.lastOnLog.Load() && work.Err() == nil {
		select {
		case failed = <-reading:
		case <-time.After(time.Millisecond):
		}
	}
	if failed == nil {
		e.snapshot()
	}
	close(endSaving)
	<-saved
	close(endShowing)
	<-shown
	if stop(); failed == nil {
		if failed = <-reading; errors.Is(failed, context.Canceled) {
			failed = nil // by us
		}
	}
	if failed == nil && e.unsavedNow() > 0 {
		failed = e.notSaved()
	}
	if failed == nil {
		failed = e.lastMark(context.WithoutCancel(ctx))
	}
	return failed
}

// lastMark writes what the digest is at the end, so that a replay can be
// compared to the last entry.
func (e *Engine) lastMark(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, e.options.DrainWithin)
	defer cancel()
	s := e.options.Stages
	_, _, err := e.write(ctx, []*Entry{{Kind: KindMark, Body: &Mark{Sequence: s.Sequence(), Digest: s.Digest(), Keyframe: s.keyframe}}})
	return err
}

func (e *Engine) unsavedNow() int {
	e.saving.Lock()
	defer e.saving.Unlock()
	return e.unsaved
}

func (e *Engine) notSaved() error {
	cause := error(nil)
	if t := e.trouble.Load(); t != nil {
		cause = t
	}
	return &say.Error{Code: "engine.unsaved", Kind: say.Unavailable, Cause: cause,
		Text: say.Text{En: "the last seconds could not be put on record before the end", Ar: "تعذّر حفظ الثواني الأخيرة قبل الإيقاف"},
		Hint: say.Text{En: "nothing of it was acknowledged; the log has it, and the next start puts it on record", Ar: "لم يُؤكَّد شيء منها لأحد؛ هي في سجل البيانات وتُحفظ عند التشغيل القادم"}}
}
