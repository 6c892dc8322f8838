package pipeline

import (
	"context"
	"time"

	"marsad/engine/picture"
	"marsad/ident"
	"marsad/record"
	"marsad/sense"
)

// pendingBatch is a batch on its way to the disk, with what may be told once it
// is there.
type pendingBatch struct {
	batch   record.Batch
	cases   map[ident.ID]int // place of a case in the batch: the newest revision counts
	answers []pendingAnswer
	outputs int
	since   time.Time // wall clock of its first output
	frozen  *Frozen   // state at the batch's end, nil for none
	inLog   bool      // the log gets it too, as a keyframe
}

type pendingAnswer struct {
	id ident.ID
	answer
}

// take steps one message of the log. It runs on the reader's goroutine.
func (e *Engine) take(ctx context.Context, sequence uint64, data []byte) error {
	entry, err := DecodeEntry(data)
	if err != nil {
		// The same in every replay: it is passed over, and said.
		e.counters.Bad.Add(1)
		e.options.Logger.Error("an entry of the log was passed over", "sequence", sequence, "cause", err)
		e.passed(sequence)
		return nil
	}
	e.stepping.Lock()
	e.out.Reset()
	err = e.options.Stages.Step(sequence, &entry, &e.out)
	if err == nil {
		e.after(sequence, &entry)
	}
	e.stepping.Unlock()
	if err != nil {
		return err
	}
	e.passed(sequence)
	e.counters.Stepped.Add(1)
	if sequence == e.live {
		e.options.Picture.Publish()
		close(e.ready)
	}
	return e.waitForDisk(ctx)
}

// passed notes how far the stages are and lets the feed go on.
func (e *Engine) passed(sequence uint64) {
	e.counters.Sequence.Store(sequence)
	select {
	case e.room <- struct{}{}:
	default:
	}
}

// after brings a step's outputs to the picture and on their way to the record.
func (e *Engine) after(sequence uint64, entry *Entry) {
	changes := picture.Changes{Now: entry.At, Tracks: e.out.Tracks, Sensors: e.out.Sensors, Health: e.out.Health, Biases: e.out.Biases}
	for _, f := range e.out.Fixes {
		changes.Fixes = append(changes.Fixes, picture.UnitFix(f))
	}
	e.options.Picture.Apply(&changes)
	if sequence > e.recorded {
		e.collect(sequence, entry.At)
	}
	switch b := entry.Body.(type) {
	case *sense.Scan:
		e.counters.Scans.Add(1)
		if sequence > e.live {
			e.arriving.Lock()
			e.arrivals = append(e.arrivals, b.Received)
			e.arriving.Unlock()
		}
	case *Mark:
		if _, known, same := e.options.Stages.Compare(b); known && !same {
			e.counters.Differ.Add(1)
			e.options.Logger.Error("stepping the log again gave something else than the first time", "sequence", b.Sequence)
		}
	case nil:
		if sequence > e.live {
			e.housekeeping(entry.At)
		}
	}
}

// housekeeping at a tick: marks, keyframes, snapshots.
func (e *Engine) housekeeping(at time.Time) {
	if at.Unix()%markEvery == 0 {
		if m, ok := e.options.Stages.LastMark(); ok {
			e.ingress.note(KindMark, &m)
		}
	}
	if now := time.Now(); now.Sub(e.lastSaved) >= e.options.SnapshotEvery {
		e.saveState(now.Sub(e.lastKey) >= e.options.KeyframeEvery)
	}
}

// snapshot saves the state at an orderly end.
func (e *Engine) snapshot() {
	e.stepping.Lock()
	defer e.stepping.Unlock()
	e.saveState(false)
}

// saveState closes the growing batch with the state of the stages, which is
// packed where it is saved. The caller holds the stages.
func (e *Engine) saveState(inLog bool) {
	e.lastSaved = time.Now()
	frozen, err := e.options.Stages.Freeze()
	if err != nil {
		e.options.Logger.Error("the state of the stages could not be saved", "cause", err)
		return
	}
	if frozen.Sequence() <= e.recorded {
		return // the record is ahead: what it has must not be taken back
	}
	if inLog {
		e.lastKey = e.lastSaved
	}
	e.saving.Lock()
	defer e.saving.Unlock()
	p := e.pending[len(e.pending)-1]
	p.grow(1)
	p.frozen, p.inLog = frozen, inLog
	p.batch.Cursor, p.batch.At = frozen.Sequence(), e.options.Clock().UTC()
	e.unsaved++
	e.pending = append(e.pending, &pendingBatch{})
	signal(e.more)
}

func (p *pendingBatch) grow(n int) {
	if p.outputs == 0 {
		p.since = time.Now()
	}
	p.outputs += n
}

// collect adds a step's outputs to the batch that grows.
func (e *Engine) collect(sequence uint64, at time.Time) {
	o, a, r := &e.out, &e.out.Assessed, &e.out.Responded
	n := len(r.Cases) + len(a.Events) + len(a.Silences) + len(a.Suppressed) + len(r.Notices) + len(o.Acts)
	if n == 0 {
		return
	}
	e.saving.Lock()
	defer e.saving.Unlock()
	p := e.pending[len(e.pending)-1]
	b := &p.batch
	b.Cursor, b.At = sequence, at
	p.grow(n)
	e.unsaved += n
	if p.cases == nil {
		p.cases = map[ident.ID]int{}
	}
	for i := range r.Cases {
		id := r.Cases[i].Alert.ID
		if at, ok := p.cases[id]; ok {
			b.Cases[at] = r.Cases[i]
		} else {
			p.cases[id] = len(b.Cases)
			b.Cases = append(b.Cases, r.Cases[i])
		}
	}
	b.Events = append(b.Events, a.Events...)
	b.Silences = append(b.Silences, a.Silences...)
	b.Suppressed = append(b.Suppressed, a.Suppressed...)
	b.Notices = append(b.Notices, r.Notices...)
	for i := range o.Acts {
		done := &o.Acts[i]
		if !done.Repeated {
			b.Actions = append(b.Actions, done.Acted)
		}
		result := pendingAnswer{id: done.Action.ID}
		if done.Refusal != nil {
			result.err = done.Refusal
		} else if !done.Case.IsZero() {
			result.c, _ = e.options.Stages.responder.Case(done.Case)
		}
		p.answers = append(p.answers, result)
	}
	e.counters.Unsaved.Store(int64(e.unsaved))
	signal(e.more)
}

// waitForDisk holds the stages when too much waits to be saved.
func (e *Engine) waitForDisk(ctx context.Context) error {
	for e.unsavedNow() > e.options.Unsaved {
		select {
		case <-e.saved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// tell announces what a batch on disk holds.
func (e *Engine) tell(p *pendingBatch) {
	if b := &p.batch; len(b.Cases)+len(b.Notices)+len(b.Suppressed) > 0 {
		e.options.Picture.Apply(&picture.Changes{Cases: b.Cases, Notices: b.Notices, Suppressed: b.Suppressed})
	}
	for _, a := range p.answers {
		e.asking.Lock()
		waiting := e.asked[a.id]
		delete(e.asked, a.id)
		e.asking.Unlock()
		for _, w := range waiting {
			w <- a.answer
		}
	}
}
