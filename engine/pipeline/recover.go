package pipeline

import (
	"context"
	"time"

	"marsad/engine/picture"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// fromBeginning is how long a log is stepped from its first entry when the
// record has no snapshot: minutes of work, for an hour of a busy border.
const fromBeginning = 2_000_000

// mostAhead is how far the log's last time may be ahead of the clock for a run to
// go on from it, at the slower pace of a clock that waits. Beyond, the clock of
// then was wrong, and people must not work with it for a day: the stages begin anew.
const mostAhead = time.Hour

// recover brings the stages to where the record's snapshot was, writes on the
// log that a run begins, and says from which sequence on to step. What the
// record already has is stepped but neither written nor told again.
func (e *Engine) recover(ctx context.Context) (from uint64, err error) {
	r, l := e.options.Record, e.options.Log
	if e.recorded, err = r.Cursor(ctx); err != nil {
		return 0, err
	}
	at, state, err := r.Snapshot(ctx)
	if err != nil {
		return 0, err
	}
	cases, err := r.OpenCases(ctx)
	if err != nil {
		return 0, err
	}
	first, last, err := l.Range(ctx)
	if err != nil {
		return 0, err
	}
	lastTime, err := e.lastTime(ctx, last)
	if err != nil {
		return 0, err
	}
	fromFuture := lastTime.Sub(e.clock.Now()) > mostAhead
	if !fromFuture {
		e.clock.notBefore(lastTime)
	}
	start := Start{Build: e.options.Build, Config: e.options.Config, Settings: e.options.Settings}
	next := at + 1 // what the stages step first
	switch {
	case fromFuture:
		e.options.Logger.Warn("the stages begin empty: the log ends in the future, so the clock is wrong or was wrong then", "log", lastTime, "clock", e.clock.Now())
		start.Cold = true
	case state == nil && first == 1 && last <= fromBeginning:
		next = 1 // the log has it all
	case state == nil:
		start.Cold = true
	default:
		if err := e.options.Stages.Restore(state); err != nil {
			e.options.Logger.Warn("the stages begin empty: the snapshot of an earlier run cannot be used", "cause", err)
			start.Cold = true
		} else {
			start.Snapshot = at
		}
	}
	e.showKnown(cases)

	gap := Gap{}
	switch {
	case last < e.recorded:
		e.options.Logger.Warn("the log ends before the record: it lost its newest entries", "log", last, "record", e.recorded)
		if err := e.fillUp(ctx, last, e.recorded); err != nil {
			return 0, err
		}
		gap = Gap{From: last + 1, To: e.recorded}
	case start.Cold && last > e.recorded:
		gap = Gap{From: e.recorded + 1, To: last} // nobody can step them any more
	case !start.Cold && first > next && last >= first:
		gap = Gap{From: next, To: first - 1} // age or size took what was not stepped yet
	}
	var entries []*Entry
	if gap.To != 0 {
		entries = append(entries, &Entry{Kind: KindGap, Body: &gap})
	}
	entries = append(entries, &Entry{Kind: KindStart, Body: &start})
	if (gap.To != 0 || start.Cold) && len(cases) > 0 {
		entries = append(entries, &Entry{Kind: KindAdopt, Body: &Adopt{Cases: cases}})
	}
	begin, end, err := e.write(ctx, entries)
	if err != nil {
		return 0, err
	}
	e.live = end
	if start.Cold {
		next = begin
	}
	return next, nil
}

// lastTime is when the last entry of the log was made, zero for an empty log and
// for one whose file lost its end: the record is what decisions stand in.
func (e *Engine) lastTime(ctx context.Context, last uint64) (time.Time, error) {
	if last == 0 {
		return time.Time{}, nil
	}
	_, data, err := e.options.Log.Get(ctx, last)
	if err != nil && say.As(err).Kind == say.NotFound {
		e.options.Logger.Warn("the log lost its newest entry: its file is damaged", "entry", last, "cause", err)
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	entry, err := DecodeEntry(data)
	if err != nil {
		return time.Time{}, nil // it is passed over when it is stepped
	}
	return entry.At, nil
}

// showKnown fills the picture and the ingress with what is known before the
// first step.
func (e *Engine) showKnown(cases []respond.Case) {
	known := e.options.Stages.Sensors()
	sensors := make([]sense.Sensor, len(known))
	changes := picture.Changes{Cases: cases, Tracks: e.options.Stages.Tracks()}
	for i, k := range known {
		sensors[i] = k.Sensor
		changes.Health = append(changes.Health, sense.HealthChange{Sensor: k.Sensor.ID, To: k.Health, At: k.Since, Why: k.Why})
	}
	changes.Sensors = sensors
	e.ingress.know(sensors)
	e.options.Picture.Apply(&changes)
}

// fillUp brings the log's sequence to where the record's cursor is, so that no
// sequence ever stands for two entries.
func (e *Engine) fillUp(ctx context.Context, last, cursor uint64) error {
	data, err := AppendEntry(nil, &Entry{Kind: KindGap, At: e.options.Clock(), Body: &Gap{}})
	if err != nil {
		return err
	}
	const atOnce = 4096
	var acks []Ack
	for n := last; n < cursor; n++ {
		ack, err := e.options.Log.Publish(KindGap.Subject(), data)
		if err != nil {
			return err
		}
		if acks = append(acks, ack); len(acks) == atOnce || n+1 == cursor {
			for _, a := range acks {
				if _, err := a.Wait(ctx); err != nil {
					return err
				}
			}
			acks = acks[:0]
		}
	}
	return nil
}

// write puts entries on the log at once and gives the sequences of the first
// and of the last.
func (e *Engine) write(ctx context.Context, entries []*Entry) (first, last uint64, err error) {
	for _, entry := range entries {
		entry.At = e.options.Clock().UTC()
		data, err := AppendEntry(nil, entry)
		if err != nil {
			return 0, 0, err
		}
		ack, err := e.options.Log.Publish(entry.Kind.Subject(), data)
		if err != nil {
			return 0, 0, err
		}
		if last, err = ack.Wait(ctx); err != nil {
			return 0, 0, err
		}
		if first == 0 {
			first = last
		}
	}
	e.lastOnLog.Store(last)
	return first, last, nil
}
