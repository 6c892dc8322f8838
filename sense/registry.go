package sense

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"marsad/say"
)

// Limits of the registry's patience.
const (
	// LateAfter and LostAfter are the shares of the promised interval after
	// which a silent sensor is late, then lost.
	LateAfter = 1.25
	LostAfter = 2.0
	// DefaultInterval stands in for a sensor that promised neither heartbeat
	// nor scans.
	DefaultInterval = 60 * time.Second
	// A sensor that was lost FlapCount times within FlapWindow flaps: it counts
	// as lost until it has been heard without a miss for SteadyFor.
	FlapCount  = 3
	FlapWindow = 10 * time.Minute
	SteadyFor  = 30 * time.Second
)

// Registry knows every sensor and how well it is. It is a plain value in
// memory: it reads no clock (times are the log's, never a sensor's own), and
// the same calls in the same order give the same changes. Methods append
// changes to out, in order of sensor id where there are several. The zero
// value is ready to use; it is not safe for use by several goroutines.
type Registry struct {
	byID map[SensorID]*entry
	ids  []SensorID // sorted
}

type entry struct {
	Sensor Sensor      `json:"sensor"`
	Health Health      `json:"health"`
	Since  time.Time   `json:"since"` // of the present health
	Heard  time.Time   `json:"heard"` // last word, or the registration
	Why    say.Text    `json:"why,omitzero"`
	Fault  say.Text    `json:"fault,omitzero"`   // of which it told itself
	Blind  say.Text    `json:"blind,omitzero"`   // what others found
	Losses []time.Time `json:"losses,omitempty"` // recent ones, oldest first
	Steady time.Time   `json:"steady,omitzero"`  // heard without a miss since
}

// Known is one sensor as the registry sees it.
type Known struct {
	Sensor Sensor    `json:"sensor"`
	Health Health    `json:"health"`
	Since  time.Time `json:"since"`
	Heard  time.Time `json:"heard"`
	Why    say.Text  `json:"why,omitzero"`
}

// Register takes in a sensor or its new registration. A sensor that CheckSensor
// refuses changes nothing.
func (r *Registry) Register(s Sensor, at time.Time, out []HealthChange) ([]HealthChange, error) {
	if err := CheckSensor(&s); err != nil {
		return out, err
	}
	e := r.byID[s.ID]
	if e == nil {
		if r.byID == nil {
			r.byID = map[SensorID]*entry{}
		}
		i, _ := slices.BinarySearch(r.ids, s.ID)
		r.ids = slices.Insert(r.ids, i, s.ID)
		r.byID[s.ID] = &entry{Sensor: s, Since: at, Heard: at}
		return out, nil
	}
	if !Placed(s.Position) {
		s.Position = e.Sensor.Position // the last known one still holds
	}
	e.Sensor, e.Heard, e.Fault = s, at, say.Text{}
	return e.step(Reregistered, at, whyRegistered, out), nil
}

// Heard notes a sign of life. An unknown sensor is ignored.
func (r *Registry) Heard(id SensorID, at time.Time, out []HealthChange) []HealthChange {
	e := r.byID[id]
	if e == nil {
		return out
	}
	e.Heard = later(e.Heard, at)
	if ev, why := e.wrong(); !why.IsZero() {
		return e.step(ev, at, why, out)
	}
	return e.step(e.believed(Heard, at), at, whyHeard, out)
}

// wrong gives what stands against the sensor, zero for nothing: its own word
// goes before that of others.
func (e *entry) wrong() (Event, say.Text) {
	if !e.Fault.IsZero() {
		return SaysFault, e.Fault
	}
	return FoundBlind, e.Blind
}

// Report takes in a sensor's own word on itself: health, and a new position.
// Its At is the sensor's clock and plays no part here. An unknown sensor is
// ignored.
func (r *Registry) Report(s StatusReport, at time.Time, out []HealthChange) []HealthChange {
	e := r.byID[s.Sensor]
	if e == nil {
		return out
	}
	e.Heard = later(e.Heard, at)
	if Placed(s.Position) && CheckPosition(s.Position) == nil {
		e.Sensor.Position = s.Position
	}
	if e.Fault = s.Why; s.Fine {
		e.Fault = say.Text{}
	} else if e.Fault.IsZero() {
		e.Fault = whyFault
	}
	if ev, why := e.wrong(); !why.IsZero() {
		return e.step(ev, at, why, out)
	}
	return e.step(e.believed(SaysFine, at), at, whyHeard, out)
}

// Blind takes in what others found of every sensor: why it is blind whatever it
// says of itself, or a zero text.
func (r *Registry) Blind(why func(SensorID) say.Text, at time.Time, out []HealthChange) []HealthChange {
	for _, id := range r.ids {
		e, found := r.byID[id], why(id)
		if e.Blind == found {
			continue
		}
		e.Blind = found
		switch ev, why := e.wrong(); {
		case why.IsZero():
			out = e.step(SeesAgain, at, whySees, out)
		case ev == FoundBlind:
			out = e.step(ev, at, why, out)
		} // its own fault stands
	}
	return out
}

// Dropped notes that the link to a sensor broke.
func (r *Registry) Dropped(id SensorID, why say.Text, at time.Time, out []HealthChange) []HealthChange {
	if e := r.byID[id]; e != nil {
		return e.step(LinkBroken, at, why, out)
	}
	return out
}

// Goodbye notes that a sensor left in order, or was taken out by a person.
func (r *Registry) Goodbye(id SensorID, why say.Text, at time.Time, out []HealthChange) []HealthChange {
	if e := r.byID[id]; e != nil {
		return e.step(SaidGoodbye, at, why, out)
	}
	return out
}

// Tick looks for sensors that have been silent too long.
func (r *Registry) Tick(now time.Time, out []HealthChange) []HealthChange {
	for _, id := range r.ids {
		e := r.byID[id]
		interval := e.Sensor.interval()
		switch silent := now.Sub(e.Heard); {
		case silent >= scaled(interval, LostAfter):
			out = e.step(MissedTwo, now, whyLost, out)
		case silent > scaled(interval, LateAfter):
			out = e.step(MissedOne, now, whyLate, out)
		}
	}
	return out
}

// Get gives a sensor, and false for an unknown one.
func (r *Registry) Get(id SensorID) (Known, bool) {
	e := r.byID[id]
	if e == nil {
		return Known{}, false
	}
	return e.known(), true
}

// Sensor gives the registration of a sensor without copying it, nil for an
// unknown one. The caller must not change it.
func (r *Registry) Sensor(id SensorID) *Sensor {
	if e := r.byID[id]; e != nil {
		return &e.Sensor
	}
	return nil
}

// Health gives a sensor's health; an unknown sensor is Unheard.
func (r *Registry) Health(id SensorID) Health {
	if e := r.byID[id]; e != nil {
		return e.Health
	}
	return Unheard
}

// Len is the number of sensors.
func (r *Registry) Len() int { return len(r.ids) }

// All gives every sensor, by id.
func (r *Registry) All() []Known {
	all := make([]Known, 0, len(r.ids))
	for _, id := range r.ids {
		all = append(all, r.byID[id].known())
	}
	return all
}

func (e *entry) known() Known {
	return Known{Sensor: e.Sensor, Health: e.Health, Since: e.Since, Heard: e.Heard, Why: e.Why}
}

// believed tells a believable sign of life from one of a sensor that flaps.
func (e *entry) believed(plain Event, at time.Time) Event {
	if e.Health != Lost && e.Health != Unheard || !e.flaps(at) {
		return plain
	}
	if e.Steady.IsZero() {
		e.Steady = at
	}
	if at.Sub(e.Steady) < SteadyFor {
		return HeardUnsure
	}
	return plain
}

func (e *entry) flaps(at time.Time) bool {
	n := 0
	for _, t := range e.Losses {
		if at.Sub(t) <= FlapWindow {
			n++
		}
	}
	return n >= FlapCount
}

func (e *entry) step(ev Event, at time.Time, why say.Text, out []HealthChange) []HealthChange {
	if ev == MissedOne || ev == MissedTwo || ev == LinkBroken {
		e.Steady = time.Time{}
	}
	next := e.Health.Next(ev)
	if next == e.Health {
		return out
	}
	if next == Lost {
		if len(e.Losses) == FlapCount {
			e.Losses = e.Losses[1:]
		}
		e.Losses = append(slices.Clip(e.Losses), at)
	}
	out = append(out, HealthChange{Sensor: e.Sensor.ID, From: e.Health, To: next, At: at, Why: why})
	e.Health, e.Since, e.Why = next, at, why
	return out
}

// interval is how long a healthy sensor may be silent.
func (s *Sensor) interval() time.Duration {
	switch {
	case s.Heartbeat > 0:
		return s.Heartbeat
	case s.Period > 0:
		return max(s.Period, 5*time.Second)
	default:
		return DefaultInterval
	}
}

func scaled(d time.Duration, by float64) time.Duration { return time.Duration(float64(d) * by) }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

const registrySchema = 2

type registrySnapshot struct {
	Schema  int      `json:"schema"`
	Sensors []*entry `json:"sensors"`
}

// Snapshot gives everything the registry knows, as bytes for Restore. Equal
// registries give equal bytes.
func (r *Registry) Snapshot() ([]byte, error) {
	s := registrySnapshot{Schema: registrySchema, Sensors: make([]*entry, 0, len(r.ids))}
	for _, id := range r.ids {
		s.Sensors = append(s.Sensors, r.byID[id])
	}
	return json.Marshal(s)
}

// Restore replaces what the registry knows by a snapshot. After an error the
// registry is as it was.
func (r *Registry) Restore(b []byte) error {
	var s registrySnapshot
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("sensor registry snapshot: %w", err)
	}
	if s.Schema != registrySchema {
		return fmt.Errorf("sensor registry snapshot has schema %d, this program reads %d", s.Schema, registrySchema)
	}
	next := Registry{byID: make(map[SensorID]*entry, len(s.Sensors))}
	for _, e := range s.Sensors {
		if e == nil || e.Sensor.ID == "" || next.byID[e.Sensor.ID] != nil {
			return fmt.Errorf("sensor registry snapshot: a sensor without id, or twice")
		}
		next.byID[e.Sensor.ID] = e
		next.ids = append(next.ids, e.Sensor.ID)
	}
	slices.SortFunc(next.ids, func(a, b SensorID) int { return strings.Compare(string(a), string(b)) })
	*r = next
	return nil
}

var (
	whySees       = say.Text{En: "it sees again what its neighbours follow", Ar: "عاد يرى ما تتابعه المتحسسات المجاورة"}
	whyRegistered = say.Text{En: "it registered again", Ar: "أعاد التسجيل"}
	whyHeard      = say.Text{En: "it is heard again", Ar: "عادت الإشارة منه"}
	whyLate       = say.Text{En: "one report is overdue", Ar: "تأخر تقرير واحد"}
	whyLost       = say.Text{En: "two reports are overdue", Ar: "تأخر تقريران"}
	whyFault      = say.Text{En: "it reports a fault of its own", Ar: "أبلغ عن عطل فيه"}
)
