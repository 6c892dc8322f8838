package pipeline

import (
	"context"
	"time"

	"marsad/engine/picture"
	"marsad/respond"
	"marsad/say"
)

const (
	lookAtClock  = 10 * time.Millisecond
	firstPause   = 20 * time.Millisecond
	longestPause = 2 * time.Second
)

// tickUntil enters a tick for every second of the engine's clock. Seconds that
// passed while the machine slept are one tick.
func (e *Engine) tickUntil(stop <-chan struct{}) {
	look := time.NewTicker(lookAtClock)
	defer look.Stop()
	last := e.options.Clock().Truncate(time.Second)
	for {
		select {
		case <-stop:
			return
		case <-look.C:
		}
		second := e.options.Clock().UTC().Truncate(time.Second)
		if !second.After(last) {
			continue
		}
		if second.Sub(last) <= 5*time.Second {
			for last = last.Add(time.Second); last.Before(second); last = last.Add(time.Second) {
				e.ingress.tick(last)
			}
		}
		last = second
		e.ingress.tick(second)
	}
}

// sentItem waits for its acknowledgement.
type sentItem struct {
	ack  Ack
	item *item
}

// feed puts what waits on the log, in order, and never more than the stages can
// take soon: the rest waits where it can be shed. After stop it ends when
// nothing waits.
func (e *Engine) feed(ctx context.Context, stop <-chan struct{}) {
	acks := make(chan sentItem, e.options.InFlight)
	acknowledged := make(chan struct{})
	go func() { defer close(acknowledged); e.acknowledge(ctx, acks) }()
	defer func() { close(acks); <-acknowledged }()
	pause := firstPause
	stopping := false
	for ctx.Err() == nil {
		if e.ahead() >= e.options.InFlight {
			select {
			case <-e.room:
			case <-time.After(lookAtClock):
			case <-ctx.Done():
			}
			continue
		}
		i, ok := e.ingress.next()
		if !ok {
			if stopping {
				return
			}
			select {
			case <-e.ingress.wake:
			case <-stop:
				stopping = true
			case <-ctx.Done():
			}
			continue
		}
		ack, err := e.options.Log.Publish(i.kind.Subject(), i.data)
		if err != nil {
			e.ingress.gaveBack(i)
			e.distress(err)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
			}
			pause = min(2*pause, longestPause)
			continue
		}
		pause = firstPause
		e.sent.Add(1)
		acks <- sentItem{ack, i}
	}
}

// ahead is how many entries the log has, or is about to have, that the stages
// have not seen.
func (e *Engine) ahead() int {
	n := int64(e.sent.Load()-e.acked.Load()) + max(0, int64(e.lastOnLog.Load())-int64(e.counters.Sequence.Load()))
	e.counters.InFlight.Store(n)
	return int(n)
}

func (e *Engine) acknowledge(ctx context.Context, acks <-chan sentItem) {
	for s := range acks {
		sequence, err := s.ack.Wait(ctx)
		switch {
		case err == nil:
			e.lastOnLog.Store(max(e.lastOnLog.Load(), sequence))
			e.counters.Logged.Add(1)
			if t := e.trouble.Load(); t != nil && !e.counters.Degraded.Load() {
				e.trouble.CompareAndSwap(t, nil)
			}
		case ctx.Err() == nil:
			e.ingress.gaveBack(s.item)
			e.distress(err)
		}
		e.acked.Add(1)
	}
}

// distress says that the log takes nothing. The record's trouble comes first.
func (e *Engine) distress(err error) {
	if e.counters.Degraded.Load() {
		return
	}
	if e.trouble.Swap(say.As(err)) == nil {
		e.options.Logger.Error("the log takes nothing", "cause", err)
	}
}

// act enters a person's action.
func (in *Ingress) act(a *respond.Action) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	a.At = in.now()
	return in.enter(KindAct, "", a)
}

// show publishes the picture at its pace until stop, and once more at the end.
func (e *Engine) show(stop <-chan struct{}) {
	pace := time.NewTicker(e.options.PublishEvery)
	defer pace.Stop()
	for {
		select {
		case <-pace.C:
			e.publish()
		case <-stop:
			e.publish()
			return
		}
	}
}

func (e *Engine) publish() {
	select {
	case <-e.ready:
	default:
		return // a picture of the past is nobody's business
	}
	e.arriving.Lock()
	arrived := e.arrivals
	e.arrivals = nil
	e.arriving.Unlock()
	var why say.Text
	if t := e.trouble.Load(); t != nil {
		why = t.Text
	}
	e.options.Picture.Input(picture.Input{Shed: e.counters.Shed.Load(), Late: e.counters.Late.Load(), Refused: e.counters.Refused.Load()}, why)
	e.options.Picture.Publish()
	now := e.options.Clock()
	for _, at := range arrived {
		e.counters.Latency.Observe(time.Duration(float64(now.Sub(at)) / e.options.Speed))
	}
}
