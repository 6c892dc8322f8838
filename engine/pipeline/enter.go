package pipeline

import (
	"time"

	"marsad/say"
	"marsad/sense"
)

// tick enters a tick, after the departures that were held back. When the log
// has taken nothing for long, ticks do not pile up: those that wait are enough.
func (in *Ingress) tick(now time.Time) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.queue.ticks >= ticksWaiting {
		return
	}
	for _, k := range in.sensors {
		if k.left != nil {
			k.left.at = in.now()
			in.queue.push(k.left)
			k.left = nil
		}
	}
	if i, err := in.makeAt(KindTick, "", nil, now); err == nil { // a tick always encodes
		in.push(i)
	}
}

// note enters what the engine itself puts on the log.
func (in *Ingress) note(kind Kind, body any) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if i, err := in.make(kind, "", body); err == nil { // marks and keyframes always encode
		in.push(i)
	}
}

// enter encodes a body and puts it in the queue. The caller holds the lock.
func (in *Ingress) enter(kind Kind, sensor sense.SensorID, body any) error {
	if in.closed {
		return errClosing
	}
	if (kind == KindReport || kind == KindRegister) && in.queue.waiting()-in.queue.scans > reportsWaiting {
		return errStuck
	}
	i, err := in.make(kind, sensor, body)
	if err != nil {
		return err
	}
	in.push(i)
	return nil
}

func (in *Ingress) push(i *item) {
	in.queue.push(i)
	in.count()
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

func (in *Ingress) make(kind Kind, sensor sense.SensorID, body any) (*item, error) {
	return in.makeAt(kind, sensor, body, in.now())
}

func (in *Ingress) makeAt(kind Kind, sensor sense.SensorID, body any, at time.Time) (*item, error) {
	data, err := AppendEntry(nil, &Entry{Kind: kind, At: at, Body: body})
	if err != nil {
		return nil, &say.Error{Code: "log.encode", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "the input cannot be written to the log", Ar: "تعذّرت كتابة المدخل في سجل البيانات"},
			Hint: say.Text{En: "a number in it is not finite", Ar: "فيه قيمة ليست عدداً"}}
	}
	scan, _ := body.(*sense.Scan)
	return &item{kind: kind, sensor: sensor, at: at, data: data, own: scan != nil && scan.Unit != ""}, nil
}

// next gives what goes on the log next; false when nothing waits.
func (in *Ingress) next() (*item, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	i, shed, ok := in.queue.pop(in.now())
	in.count()
	if shed != nil {
		var err error
		if i, err = in.make(KindShed, "", &Shed{Sensors: shed}); err != nil {
			return nil, false // a Shed always encodes
		}
	}
	return i, ok
}

func (in *Ingress) count() {
	in.counters.Shed.Store(in.queue.dropped)
	in.counters.Waiting.Store(int64(in.queue.waiting()))
}

// gaveBack takes an item that the log did not take: a scan is shed, anything
// else goes first when the log takes again.
func (in *Ingress) gaveBack(i *item) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if i.kind == KindScan {
		in.queue.refused(i)
		return
	}
	in.queue.returned = append(in.queue.returned, i)
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

// close refuses what comes from now on; what waits still goes on the log.
func (in *Ingress) close() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed {
		return
	}
	in.closed, in.queue.ending = true, true
	for _, c := range in.cues {
		close(c)
	}
}

// giveUp sheds the scans that still wait, so that an end in time says which were
// lost instead of losing them.
func (in *Ingress) giveUp() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.queue.giveUp()
	in.count()
	select {
	case in.wake <- struct{}{}:
	default:
	}
}
