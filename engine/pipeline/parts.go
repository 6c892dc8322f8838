package pipeline

import (
	"time"

	"marsad/assess"
	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Fuser is the second stage, as the pipeline uses it.
type Fuser interface {
	Register(s sense.Sensor)
	Health(h sense.HealthChange)
	Footprint(f sense.Footprint)
	Learn(g fuse.Ground)
	Ground() fuse.Ground
	Scan(s *sense.Scan, out []fuse.Change) []fuse.Change
	Tick(now time.Time, out []fuse.Change) []fuse.Change
	Tracks(out []fuse.Track) []fuse.Track
	Biases(out []fuse.Bias) []fuse.Bias
	Overlooks(out []fuse.Overlook) []fuse.Overlook
	Snapshot() ([]byte, error)
	Restore([]byte) error
}

// Assessor is the third stage.
type Assessor interface {
	Track(t *fuse.Change, out *assess.Output)
	Health(h sense.HealthChange, s sense.Sensor, out *assess.Output)
	Scan(s *sense.Scan, sensor *sense.Sensor, out *assess.Output)
	OpenByHand(q assess.Request, out *assess.Output) (assess.Alert, error)
	Silence(s assess.Silence, out *assess.Output) error
	EndSilence(id ident.ID, out *assess.Output) error
	Tick(now time.Time, out *assess.Output)
	Snapshot() ([]byte, error)
	Restore([]byte) error
}

// Responder is the fourth stage.
type Responder interface {
	Alert(a assess.Alert, out *respond.Output)
	// Act judges a person's action and takes it. The error says why it was
	// refused. An action that came before adds nothing to out.Taken.
	Act(a respond.Action, out *respond.Output) error
	Fix(unit string, at geo.Point, when time.Time)
	Tick(now time.Time, out *respond.Output)
	Case(id ident.ID) (respond.Case, bool)
	Adopt(cases []respond.Case)
	Snapshot() ([]byte, error)
	Restore([]byte) error
}

// Acted is a person's action with what came of it, and the whole refusal.
type Acted struct {
	record.Acted
	Refusal  *say.Error // nil for accepted
	Repeated bool       // the same action came before: the answer is the same
}

// UnitFix is where an own unit reported to be.
type UnitFix struct {
	Unit  string
	Point geo.Point
	At    time.Time
}

// Outputs of one step. The receiver empties it with Reset; the values in it are
// the receiver's.
type Outputs struct {
	Tracks  []fuse.Change
	Health  []sense.HealthChange
	Sensors []sense.Sensor // registered, changed or moved
	Biases  []fuse.Bias    // what registration knows of every sensor, now and then; it is no part of the digest
	Fixes   []UnitFix
	// Assessed is what the third stage gave, the pipeline's own events included;
	// Responded what the fourth gave, without the actions, which stand in Acts.
	Assessed  assess.Output
	Responded respond.Output
	Acts      []Acted
	Refused   int // registrations that the registry refused
}

// Reset empties it and keeps the room.
func (o *Outputs) Reset() {
	o.Tracks, o.Health, o.Sensors, o.Fixes, o.Biases = o.Tracks[:0], o.Health[:0], o.Sensors[:0], o.Fixes[:0], o.Biases[:0]
	o.Assessed, o.Responded, o.Acts, o.Refused = assess.Output{}, respond.Output{}, nil, 0
}

// Parts makes empty stages. It is called at the beginning and wherever the log
// says that a run began cold, so each call gives new ones.
type Parts func() (Fuser, Assessor, Responder, error)
