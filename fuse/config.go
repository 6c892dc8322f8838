package fuse

import (
	"time"

	"marsad/fuse/pmb"
	"marsad/sense"
)

// Config holds every number that the stage can be tuned by. The zero value of
// a field is not a default: start from Defaults.
type Config struct {
	// Core tunes the tracker itself.
	Core pmb.Config
	// CellDegrees is the side of a geographic cell; each has its own
	// east-north-up frame. CellMargin in m is how far a track strays out of its
	// cell before the next one takes it over.
	CellDegrees, CellMargin float64
	// Ahead is how far a scan's time may lie ahead of its receipt. How far it may
	// lie behind the newest is Core.Window.
	Ahead time.Duration
	// MaxRange caps what a sensor may register, and stands in for sensors that
	// register none: m.
	MaxRange, UsualRange float64
	// UnitReach is how far in m the fix of an own unit is looked for around it.
	UnitReach float64
	// Names are the ids under which other fusion nodes know this one: what comes
	// back under them is our own.
	Names []sense.SensorID
}

// Defaults is the configuration that runs with no configuration at all.
func Defaults() Config {
	return Config{
		Core:        pmb.Live(),
		CellDegrees: 0.5, CellMargin: 1000,
		Ahead:    2 * time.Second,
		MaxRange: 40e3, UsualRange: 5e3,
		UnitReach: 500,
	}
}
