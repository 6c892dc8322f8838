package pmb

import (
	"math"

	"marsad/fuse/kin"
)

// View is where a sensor sees, and how well. Angles in radians clockwise from
// the sensor's north, lengths in metres.
type View struct {
	MinRange, MaxRange float64
	Az, HalfWidth      float64 // HalfWidth ≥ π is all round
	Pd                 float64 // inside the view, per scan
	// EastMax hides what lies further east in the plane; 0 hides nothing.
	EastMax float64
	// Foot, where known, replaces Pd by a table over azimuth and range.
	Foot *Foot
	// Clutter is the density of false detections in the measurement's own unit:
	// per rad (bearing), per rad·m (bearing and range), per m² (position).
	ClutterAz, ClutterAzRange, ClutterXY float64
	// Radius and FalseAlarm of a presence sensor; Radius 0 is none.
	Radius, FalseAlarm float64
	// Moves says that what stands still is hard to see for this sensor.
	Moves bool
}

// Foot is a table of detection probabilities: cell (a, r) covers azimuths from
// a·2π/Azimuths and ranges from r·Step.
type Foot struct {
	Step             float64
	Azimuths, Ranges int
	Pd               []uint8 // in 1/255
}

// At is the detection probability at a range and azimuth from the sensor.
func (v *View) At(r, az float64) float64 {
	if r < v.MinRange || r > v.MaxRange {
		return 0
	}
	if v.HalfWidth < math.Pi {
		if d := kin.Wrap(az - v.Az); d < -v.HalfWidth || d > v.HalfWidth {
			return 0
		}
	}
	if f := v.Foot; f != nil {
		k := int(r / f.Step)
		if k >= f.Ranges {
			return 0
		}
		turn := az / (2 * math.Pi)
		a := int((turn - math.Floor(turn)) * float64(f.Azimuths))
		return float64(f.Pd[min(a, f.Azimuths-1)*f.Ranges+k]) / 255
	}
	return v.Pd
}

// clutter is the density of false detections for a measurement.
func (v *View) clutter(z *kin.Meas) float64 {
	c := v.ClutterAz
	switch {
	case z.XY:
		c = v.ClutterXY
	case z.VarRange > 0:
		c = v.ClutterAzRange
	}
	if z.VarD > 0 {
		c /= dopplerSpan
	}
	return c
}

// dopplerSpan is the width in m/s over which false and first detections spread
// their radial speeds.
const dopplerSpan = 60
