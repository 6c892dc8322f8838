package pipeline

import (
	"sync"
	"time"

	"marsad/force"
	"marsad/fuse"
	"marsad/say"
	"marsad/sense"
)

const (
	// lateAfter is fuse's roll-back window: later scans are counted as late.
	lateAfter = 3 * time.Second
	// maxSensors that may be registered: a hostile client invents ids for ever.
	maxSensors = 20_000
	// A sensor may say something about itself this often, and so much at once.
	healthPerSecond = 10
	healthAtOnce    = 40
	cuesWaiting     = 8
	ticksWaiting    = 30
	// reportsWaiting for a log that takes nothing; then new ones are refused.
	reportsWaiting = 50_000
)

// Ingress is the host of all adapters: it judges what they deliver, stamps it
// with the time it came, and keeps it until the log takes it. All methods may be
// called from any goroutine, and none waits.
type Ingress struct {
	clock    *clock
	roster   map[sense.SensorID]string // GPS node → own unit
	counters *Counters
	wake     chan struct{} // one token when something waits

	mu      sync.Mutex
	last    time.Time // entries' times never go back
	queue   queue
	sensors map[sense.SensorID]*known
	cues    map[sense.SensorID]chan sense.Cue
	asked   map[string]chan CueAnswer // by cue: who waits for the camera's word
	closed  bool
}

// known is a sensor as the ingress needs it.
type known struct {
	sensor *sense.Sensor // replaced, never changed
	tokens float64
	filled time.Time
	left   *item // a departure that came too often: it waits for the next tick
}

var _ sense.Host = (*Ingress)(nil)

func newIngress(clock *clock, roster force.Roster, most int, longest time.Duration, c *Counters) *Ingress {
	in := &Ingress{
		clock: clock, roster: map[sense.SensorID]string{}, counters: c, wake: make(chan struct{}, 1),
		queue: newQueue(most, longest), sensors: map[sense.SensorID]*known{}, cues: map[sense.SensorID]chan sense.Cue{}, asked: map[string]chan CueAnswer{},
	}
	for _, u := range roster {
		if u.Node != "" {
			in.roster[sense.SensorID(u.Node)] = u.ID
		}
	}
	return in
}

// now is the engine's clock, never going back. The caller holds the lock.
func (in *Ingress) now() time.Time {
	if t := in.clock.Now(); t.After(in.last) {
		in.last = t
	}
	return in.last
}

// Register is sense.Host.
func (in *Ingress) Register(s sense.Sensor) error {
	if err := sense.CheckSensor(&s); err != nil {
		return in.refuse(s.ID, err)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	k := in.sensors[s.ID]
	if k == nil && len(in.sensors) >= maxSensors {
		return in.refuse(s.ID, errTooManySensors)
	}
	if k != nil && !in.spend(k) {
		return in.refuse(s.ID, errTooOften)
	}
	if k == nil {
		k = &known{tokens: healthAtOnce, filled: in.now()}
		in.sensors[s.ID] = k
	}
	if k.sensor != nil && !sense.Placed(s.Position) {
		s.Position = k.sensor.Position
	}
	k.sensor, k.left = &s, nil
	return in.enter(KindRegister, "", &s)
}

// Deliver is sense.Host.
func (in *Ingress) Deliver(scan sense.Scan) error {
	in.counters.Received.Add(1)
	in.mu.Lock()
	k := in.sensors[scan.Sensor]
	now := in.now()
	in.mu.Unlock()
	// While the wall clock is behind the engine's, so are the sensors that agree
	// with it: on the log all times are the engine's.
	if ahead := in.clock.ahead(); ahead > 0 {
		scan.Observed = scan.Observed.Add(ahead)
	}
	if k == nil {
		return in.refuse(scan.Sensor, errUnknownSensor)
	}
	if unit := in.roster[scan.Sensor]; unit != "" {
		scan.Unit = unit
	} else if scan.Unit != "" {
		// Whoever can claim to be a patrol could silence what moves beside it.
		return in.refuse(scan.Sensor, errNotInRoster)
	}
	if err := sense.Check(&scan, in.sensor(k), now); err != nil {
		return in.refuse(scan.Sensor, err)
	}
	scan.Observed, scan.Received = scan.Observed.UTC(), now
	if now.Sub(scan.Observed) > lateAfter {
		in.counters.Late.Add(1)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.enter(KindScan, scan.Sensor, &scan)
}

func (in *Ingress) sensor(k *known) *sense.Sensor {
	in.mu.Lock()
	defer in.mu.Unlock()
	return k.sensor
}

// Report is sense.Host.
func (in *Ingress) Report(r sense.StatusReport) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	k := in.sensors[r.Sensor]
	if k == nil {
		return in.refuse(r.Sensor, errUnknownSensor)
	}
	if !r.At.IsZero() {
		if err := sense.CheckTime(r.At, in.now()); err != nil {
			return in.refuse(r.Sensor, err)
		}
	}
	if sense.Placed(r.Position) {
		if err := sense.CheckPosition(r.Position); err != nil {
			return in.refuse(r.Sensor, &say.Error{Code: sense.CodeOrigin, Kind: say.Invalid, Cause: err,
				Text: say.Text{En: "the position in the status report is not possible", Ar: "الموقع المذكور في تقرير الحالة غير ممكن"}})
		}
	}
	if !in.spend(k) {
		return in.refuse(r.Sensor, errTooOften)
	}
	if sense.Placed(r.Position) && r.Position != k.sensor.Position {
		moved := *k.sensor
		moved.Position = r.Position
		k.sensor = &moved
	}
	return in.enter(KindReport, "", &r)
}

// Dropped is sense.Host.
func (in *Ingress) Dropped(id sense.SensorID, why say.Text) { in.leave(KindDropped, id, why) }

// Goodbye is sense.Host.
func (in *Ingress) Goodbye(id sense.SensorID, why say.Text) { in.leave(KindGoodbye, id, why) }

// leave puts a departure on its way. It is never lost: one that comes too often
// waits for the next tick, and a newer one replaces it.
func (in *Ingress) leave(kind Kind, id sense.SensorID, why say.Text) {
	in.mu.Lock()
	defer in.mu.Unlock()
	k := in.sensors[id]
	if k == nil {
		return
	}
	if in.spend(k) {
		_ = in.enter(kind, "", &Left{Sensor: id, Why: why}) // a Left always encodes
		return
	}
	if i, err := in.make(kind, "", &Left{Sensor: id, Why: why}); err == nil {
		k.left = i
	}
}

// Footprint puts a sensor's footprint on the log, from coverage.
func (in *Ingress) Footprint(f sense.Footprint) error {
	if f.Azimuths <= 0 || f.Ranges <= 0 || f.RangeStep <= 0 || f.Azimuths*f.Ranges > 1<<20 ||
		len(f.OnFoot) != f.Azimuths*f.Ranges || len(f.Wheeled) != len(f.OnFoot) || len(f.Air) != len(f.OnFoot) {
		return &say.Error{Code: "footprint.shape", Kind: say.Invalid,
			Text: say.Text{En: "a footprint needs one probability for each cell", Ar: "يجب أن تحتوي بصمة التغطية على احتمال لكل خلية"}}
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.enter(KindFootprint, "", &f)
}

// Ground puts what the host knows of the ground on the log, for fusion, in place of
// all that was known before.
func (in *Ingress) Ground(g fuse.Ground) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.enter(KindGround, "", &g)
}

// know takes the sensors of an earlier run.
func (in *Ingress) know(sensors []sense.Sensor) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for i := range sensors {
		if in.sensors[sensors[i].ID] == nil {
			in.sensors[sensors[i].ID] = &known{sensor: &sensors[i], tokens: healthAtOnce}
		}
	}
}

// spend takes one token of a sensor's allowance for words on itself.
func (in *Ingress) spend(k *known) bool {
	now := in.now()
	k.tokens = min(healthAtOnce, k.tokens+now.Sub(k.filled).Seconds()*healthPerSecond)
	k.filled = now
	if k.tokens < 1 {
		return false
	}
	k.tokens--
	return true
}

func (in *Ingress) refuse(id sense.SensorID, err error) error {
	in.counters.refuse(id, err)
	return err
}
