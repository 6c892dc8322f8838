package sense

import (
	"context"
	"time"

	"marsad/geo"
	"marsad/say"
)

// Host is what the engine offers to an adapter. Every method may be called from
// any goroutine and returns once the value is on its way to the log; none waits
// for a stage. Retry, health and back-pressure are the host's business.
type Host interface {
	// Register announces a sensor, or its new registration. A refusal is a
	// *say.Error, to be passed on to the sensor.
	Register(Sensor) error
	// Deliver hands over a scan. The host sets Received. Wrong times and
	// impossible values are refused with a *say.Error and counted.
	Deliver(Scan) error
	// Report of a sensor's own state: a heartbeat. Fine reports Good.
	Report(StatusReport) error
	// Dropped says that the link to a sensor broke, Goodbye that it left in order.
	Dropped(id SensorID, why say.Text)
	Goodbye(id SensorID, why say.Text)
	// Cues gives the "look at" cues that people ordered for sensors of this
	// adapter; the channel closes with the host.
	Cues(SensorID) <-chan Cue
	// CueAnswered passes on what the sensor said to a cue.
	CueAnswered(cue string, accepted bool, why string)
}

// StatusReport is a sensor's own word on itself.
type StatusReport struct {
	Sensor   SensorID     `json:"sensor"`
	At       time.Time    `json:"at"`
	Fine     bool         `json:"fine"`
	Why      say.Text     `json:"why,omitzero"`
	Position geo.Position `json:"position,omitzero"` // new position, zero for unchanged
}

// Cue asks a camera to look at a point. It moves a camera, never anything else.
type Cue struct {
	ID     string
	Sensor SensorID
	At     geo.Position
	By     string // the person who ordered it
}

// Adapter is a way in: it runs until the context ends and talks to the host
// alone. The error is nil after an orderly end.
type Adapter interface {
	Run(ctx context.Context, host Host) error
}
