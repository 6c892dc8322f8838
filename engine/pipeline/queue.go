package pipeline

import (
	"time"

	"marsad/sense"
)

// item waits to be put on the log.
type item struct {
	kind   Kind
	sensor sense.SensorID // of scans
	at     time.Time      // when it entered, by the engine's clock
	data   []byte         // the encoded entry
	own    bool           // a scan that says where an own unit is
	shed   bool           // dropped while it waited
}

// queue is what waits for the log: people's actions before all else, everything
// else in the order of arrival. When too many scans wait, the oldest of the
// sensor that was given most goes, and so does every scan that waited too long; but
// of an own unit the newest fix never does, or who is known would be taken for a
// stranger when most happens.
// It is a plain value; the Ingress guards it.
type queue struct {
	returned []*item // the log did not take them: they go first, in their old order
	urgent   []*item
	items    []*item // from head on
	head     int
	lanes    map[sense.SensorID]*lane
	scans    int // waiting, without those that were shed
	ticks    int // waiting
	// unmarked are the sensors with shed scans that the log does not know of yet,
	// in the order of their first.
	unmarked []sense.SensorID

	ending  bool          // nothing comes any more: what was shed is marked last
	most    int           // scans that may wait
	longest time.Duration // that a scan may wait
	dropped uint64        // scans shed so far
	dead    int           // shed scans that still take a place among the items
}

// lane is what waits of one sensor.
type lane struct {
	scans []*item // oldest first
	shed  sense.Shed
	// given is how many scans of late the log took, a tenth forgotten with each
	// tick. With the backlog alone, sensors that come first in each second would
	// always be served and the others always shed.
	given float64
}

// spare reports whether the lane has a scan that may be shed.
func (l *lane) spare() bool {
	return len(l.scans) > 1 || len(l.scans) == 1 && !l.scans[0].own
}

// share is what the sensor has of the log's attention.
func (l *lane) share() float64 { return l.given + float64(len(l.scans)) }

func newQueue(most int, longest time.Duration) queue {
	return queue{lanes: map[sense.SensorID]*lane{}, most: most, longest: longest}
}

// push adds an item at its place.
func (q *queue) push(i *item) {
	if i.kind == KindAct || i.kind == KindCue {
		q.urgent = append(q.urgent, i)
		return
	}
	q.items = append(q.items, i)
	if i.kind == KindTick {
		q.ticks++
	}
	if i.kind != KindScan {
		return
	}
	l := q.lanes[i.sensor]
	if l == nil {
		l = &lane{}
		q.lanes[i.sensor] = l
	}
	l.scans = append(l.scans, i)
	if q.scans++; q.scans > q.most {
		if l := q.greediest(); l != nil {
			q.drop(l)
		}
	}
	if q.dead > q.most+64 {
		q.bury()
	}
}

// bury takes the shed scans out of the items: while the log takes nothing, only
// this keeps them from growing.
func (q *queue) bury() {
	left := q.items[:0]
	for _, i := range q.items[q.head:] {
		if !i.shed {
			left = append(left, i)
		}
	}
	clear(q.items[len(left):])
	q.items, q.head, q.dead = left, 0, 0
}

// greediest is the lane with the largest share of those that can spare a scan; of
// several, the one whose oldest scan is the oldest. Nil where none can.
func (q *queue) greediest() *lane {
	var best *lane
	for _, l := range q.lanes {
		if !l.spare() {
			continue
		}
		if best == nil || l.share() > best.share() ||
			l.share() == best.share() && older(l.scans[0], best.scans[0]) {
			best = l
		}
	}
	return best
}

func older(a, b *item) bool {
	if !a.at.Equal(b.at) {
		return a.at.Before(b.at)
	}
	return a.sensor < b.sensor
}

// drop sheds the oldest scan of a lane and remembers to say so.
func (q *queue) drop(l *lane) {
	i := l.scans[0]
	l.scans = l.scans[1:]
	i.shed, i.data = true, nil
	q.dead++
	if l.shed.Scans == 0 {
		l.shed = sense.Shed{Sensor: i.sensor, From: i.at}
		q.unmarked = append(q.unmarked, i.sensor)
	}
	l.shed.To = i.at
	l.shed.Scans++
	q.scans--
	q.dropped++
}

// refused notes that the log did not take a scan: it is shed as well.
func (q *queue) refused(i *item) {
	l := q.lanes[i.sensor]
	if l.shed.Scans == 0 {
		l.shed = sense.Shed{Sensor: i.sensor, From: i.at}
		q.unmarked = append(q.unmarked, i.sensor)
	}
	if l.shed.To.Before(i.at) {
		l.shed.To = i.at
	}
	l.shed.Scans++
	q.dropped++
}

// pop gives what goes on the log next, or, before a tick, what must be marked as
// shed; false when nothing waits.
func (q *queue) pop(now time.Time) (*item, []sense.Shed, bool) {
	for _, first := range []*[]*item{&q.returned, &q.urgent} {
		if len(*first) > 0 {
			i := (*first)[0]
			*first = (*first)[1:]
			return i, nil, true
		}
	}
	for q.head < len(q.items) {
		i := q.items[q.head]
		switch {
		case i.shed:
			q.dead--
			q.advance()
			continue
		case i.kind == KindTick && len(q.unmarked) > 0:
			return nil, q.mark(), true
		case i.kind != KindScan:
			if i.kind == KindTick {
				q.tick()
			}
			q.advance()
			return i, nil, true
		}
		l := q.lanes[i.sensor]
		if now.Sub(i.at) > q.longest && l.spare() {
			q.drop(l) // it is the oldest of its sensor
			continue
		}
		l.scans = l.scans[1:]
		if len(l.scans) == 0 {
			l.scans = nil
		}
		l.given++
		q.scans--
		q.advance()
		return i, nil, true
	}
	if q.ending && len(q.unmarked) > 0 {
		return nil, q.mark(), true
	}
	return nil, nil, false
}

// giveUp sheds every scan that waits.
func (q *queue) giveUp() {
	for _, i := range q.items[q.head:] {
		if i.kind == KindScan && !i.shed {
			q.drop(q.lanes[i.sensor]) // the oldest of its sensor is the first in the queue
		}
	}
}

func (q *queue) tick() {
	q.ticks--
	for _, l := range q.lanes {
		l.given *= 0.9
	}
}

// mark takes what was shed since the last mark.
func (q *queue) mark() []sense.Shed {
	marks := make([]sense.Shed, len(q.unmarked))
	for i, id := range q.unmarked {
		marks[i] = q.lanes[id].shed
		q.lanes[id].shed = sense.Shed{}
	}
	q.unmarked = q.unmarked[:0]
	return marks
}

func (q *queue) advance() {
	q.items[q.head] = nil
	q.head++
	if q.head > 1024 && q.head*2 > len(q.items) {
		q.items = append(q.items[:0], q.items[q.head:]...)
		clear(q.items[len(q.items):cap(q.items)])
		q.head = 0
	}
}

// waiting is everything that waits.
func (q *queue) waiting() int {
	return len(q.returned) + len(q.urgent) + len(q.items) - q.head - q.dead
}
