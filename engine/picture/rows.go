package picture

import (
	"time"

	"marsad/border"
	"marsad/force"
	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Place of a row on the line, in metres. HasKm is false for what lies too far
// off to have a chainage.
type Place struct {
	Chainage border.Chainage
	Offset   border.Offset
	HasKm    bool
}

// Track is a track with its place and the alert that it belongs to. Tentative
// ones are never here, ended ones have gone.
type Track struct {
	fuse.Track
	Place
	Alert   ident.ID // of the newest open case that names it, zero for none
	Changed uint64   // the picture's revision that last changed the row
}

// Alert is a case on record. Closed cases stay for an hour.
type Alert struct {
	respond.Case
	Changed uint64
}

// Closed reports whether nothing more is to be done.
func (a *Alert) Closed() bool { return a.State == respond.Debriefed }

// Sensor with its health.
type Sensor struct {
	sense.Sensor
	Place
	Health  sense.Health
	Since   time.Time // event time of the last change of health
	Why     say.Text
	Bias    *fuse.Bias // its error, once registration was sure of it; nil before
	Changed uint64
}

// UnitState of an own unit.
type UnitState string

// The states.
const (
	Free    UnitState = "free"
	Tasked  UnitState = "tasked"
	OnScene UnitState = "on-scene"
	Overdue UnitState = "overdue" // has not reported for as long as it must
)

// Unit is an own unit of the roster with its last fix.
type Unit struct {
	force.Unit
	Place
	Fix     geo.Point
	FixAt   time.Time // zero: never heard
	State   UnitState
	Task    ident.ID // the case it goes to, zero for none
	Changed uint64
}

// Notice that people were told.
type Notice struct {
	respond.Notice
	Changed uint64
}

// Fix is a place where a track was: for its history.
type Fix struct {
	At    time.Time
	Point geo.Point
	// Covariance of east and north in m²: 00 01 11.
	Cov [3]float64
}

// Input counts what came in and did not get through; the pipeline keeps it.
type Input struct {
	Shed    uint64 // scans shed by overload
	Late    uint64 // scans that came after the roll-back window
	Refused uint64 // inputs refused
}

// Counts are the figures around the picture.
type Counts struct {
	Input
	// ShedLately are scans shed in the last ten minutes of event time: Shed is of the
	// whole run, and says nothing of whether the machine keeps up now.
	ShedLately   uint64
	SensorsGood  int // working now
	SensorsTotal int // registered and not gone
	// PerMinute are alerts opened per minute of event time over the last hour,
	// oldest first; TenMinutes those of the last ten.
	PerMinute  [60]int
	TenMinutes int
	Open       int // cases that still need somebody
	// Suppressed things in the last twelve hours.
	Suppressed int
	Tracks     int
	Degraded   say.Text // why nothing is acknowledged at present, empty when all is well
}
