package play

import (
	"time"

	"marsad/assess"
	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/sense"
	"marsad/sim"
)

// System is what a scenario is played against: the stages, driven in-process.
// The slices it returns are read before the next call and never changed.
type System interface {
	// Register, Deliver and Report are those of sense.Host, with the clock of
	// the log given: the instant at which the value arrives.
	Register(now time.Time, s sense.Sensor) error
	Deliver(now time.Time, s sense.Scan) error
	Report(now time.Time, r sense.StatusReport) error
	// Tick says that a second has passed.
	Tick(now time.Time) error
	// Act passes on what a person does. A refusal is a *say.Error.
	Act(now time.Time, a respond.Action) error

	Cases() []respond.Case
	Tracks() []Track // confirmed and coasting ones
	Suppressed() []assess.Suppressed
	Health(sense.SensorID) sense.Health
}

// Track is what the judge must know of a track.
type Track struct {
	ID    ident.ID
	Point geo.Point
	Class sense.Class
	Unit  string // own unit, else empty
}

// feed is the sink that passes a world's words on to a system.
type feed struct {
	system  System
	now     time.Time
	refused int
	first   error
}

func (f *feed) note(err error) {
	if err == nil {
		return
	}
	f.refused++
	if f.first == nil {
		f.first = err
	}
}

func (f *feed) Scan(_ int, s sense.Scan) {
	// A scan arrives after it was made, within the second being played.
	if s.Observed.After(f.now) {
		f.now = s.Observed
	}
	s.Received = f.now
	f.note(f.system.Deliver(f.now, s))
}

func (f *feed) Status(_ int, r sense.StatusReport) { f.note(f.system.Report(f.now, r)) }

var _ sim.Sink = (*feed)(nil)
