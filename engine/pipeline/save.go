package pipeline

import (
	"context"
	"time"

	"marsad/say"
)

const (
	firstRetry   = 50 * time.Millisecond
	longestRetry = 5 * time.Second
	commitWithin = 30 * time.Second
)

// save commits batches in order until stop, and then what is left. While one is
// on its way to the disk the next one grows: many small outputs become few
// transactions exactly when the disk is the bottleneck.
func (e *Engine) save(ctx context.Context, stop <-chan struct{}) {
	stopping := false
	for {
		p := e.takeBatch()
		if p == nil {
			if stopping || ctx.Err() != nil {
				return
			}
			select {
			case <-e.more:
			case <-stop:
				stopping = true
			case <-ctx.Done():
			}
			continue
		}
		e.pack(p)
		if !e.commit(ctx, p) {
			return // the context ended: what is left stands in the log
		}
		e.saving.Lock()
		e.unsaved -= p.outputs
		e.counters.Unsaved.Store(int64(e.unsaved))
		e.saving.Unlock()
		signal(e.saved)
		e.tell(p)
		e.counters.Commit.Observe(time.Since(p.since))
	}
}

// pack puts the state of the stages into its batch, and into the log.
func (e *Engine) pack(p *pendingBatch) {
	if p.frozen == nil {
		return
	}
	state, err := p.frozen.Pack()
	if err != nil {
		e.options.Logger.Error("the state of the stages could not be saved", "cause", err)
		return
	}
	p.batch.Snapshot = state
	if p.inLog {
		e.ingress.note(KindKeyframe, &Keyframe{Sequence: p.frozen.Sequence(), State: state, Config: e.options.Config, Settings: e.options.Settings})
	}
}

// takeBatch gives the oldest batch that holds something, nil for none.
func (e *Engine) takeBatch() *pendingBatch {
	e.saving.Lock()
	defer e.saving.Unlock()
	p := e.pending[0]
	if p.outputs == 0 {
		return nil
	}
	if e.pending = e.pending[1:]; len(e.pending) == 0 {
		e.pending = []*pendingBatch{{}}
	}
	return p
}

// commit puts a batch on disk, trying until it succeeds or the context ends.
// Meanwhile nothing is acknowledged, and everybody can see why.
func (e *Engine) commit(ctx context.Context, p *pendingBatch) bool {
	if p.batch.Empty() {
		return true // answers to repeated actions alone: what they rest on is on disk
	}
	for pause := firstRetry; ; pause = min(2*pause, longestRetry) {
		within, cancel := context.WithTimeout(ctx, commitWithin)
		err := e.options.Record.Commit(within, p.batch)
		cancel()
		if err == nil {
			break
		}
		e.counters.Failures.Add(1)
		if !e.counters.Degraded.Swap(true) {
			e.options.Logger.Error("the record takes nothing: nothing is acknowledged until it does", "cause", err)
		}
		e.trouble.Store(&say.Error{Code: "record.degraded", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "nothing can be put on record at present, so nothing is acknowledged", Ar: "يتعذّر الحفظ حالياً، لذلك لا يُؤكَّد أي إجراء"},
			Hint: say.Text{En: "make room on the disk or mend the database; Marsad goes on by itself and loses nothing", Ar: "أفرغ مساحة على القرص أو أصلح قاعدة البيانات؛ يستأنف مرصد العمل تلقائياً دون فقدان شيء"}})
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return false
		}
	}
	if e.counters.Degraded.Swap(false) {
		e.trouble.Store(nil)
		e.options.Logger.Info("the record takes batches again")
	}
	e.counters.Batches.Add(1)
	e.counters.Committed.Store(p.batch.Cursor)
	return true
}
