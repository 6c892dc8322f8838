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
	// Foot, where known, replaces Pd by tables over azimuth and range.
	Foot *Foot
	// Clutter is the density of false detections in the measurement's own unit:
	// per rad (bearing), per rad·m (bearing and range), per m² (position).
	ClutterAz, ClutterAzRange, ClutterXY float64
	// Clutter is the mean number of false detections in a scan.
	Clutter float64
	// Radius and FalseAlarm of a presence sensor; Radius 0 is none.
	Radius, FalseAlarm float64
	// Moves says that what stands still is hard to see for this sensor.
	Moves bool
}

// Foot is a table of detection probabilities for each size of thing: cell
// (a, r) covers azimuths from a·2π/Azimuths and ranges from r·Step. A size
// without a table has that of the first.
type Foot struct {
	Step             float64
	Azimuths, Ranges int
	Pd               [Sizes][]uint8 // in 1/255
}

// Sizes is the number of sizes of things that footprints tell apart: what walks
// or lies low, what has wheels, what flies.
const Sizes = 3

// At is the detection probability of a walker at a range and azimuth from the
// sensor.
func (v *View) At(r, az float64) float64 { return v.at(r, az, &[Sizes]float64{1}) }

// at is At for a thing whose size is not sure.
func (v *View) at(r, az float64, size *[Sizes]float64) float64 {
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
		at, pd := min(a, f.Azimuths-1)*f.Ranges+k, 0.0
		for i, share := range size {
			table := f.Pd[i]
			if len(table) == 0 {
				table = f.Pd[0]
			}
			if share > 0 {
				pd += share * float64(table[at]) / 255
			}
		}
		return pd
	}
	return v.Pd
}

// look gives the probability that a scan detects a thing that stands where the
// sensor can see, and the share of the places where it may be (unscented points
// about the mean: Julier & Uhlmann 2004) that the footprint says are out of sight.
// Without a footprint nothing is known of the second.
func (v *View) look(g *kin.Gauss, p kin.Pose, size *[Sizes]float64) (pd, blind float64) {
	see := func(x, y float64) float64 {
		if v.EastMax != 0 && x > v.EastMax {
			return 0
		}
		dx, dy := x-p.X, y-p.Y
		return v.at(math.Hypot(dx, dy), math.Atan2(dx, dy)-p.Rot, size)
	}
	x, y := g.X[0], g.X[1]
	if v.Foot == nil {
		return see(x, y), 0
	}
	// Columns of the square root of the place's covariance, √3 long.
	a := math.Sqrt(3 * g.P[0])
	b := 3 * g.P[1] / a
	c := math.Sqrt(max(0, 3*g.P[4]-b*b))
	sum, weight := 0.0, 0.0
	for i, q := range [...][2]float64{{x, y}, {x + a, y + b}, {x - a, y - b}, {x, y + c}, {x, y - c}} {
		w := 1.0 / 6
		if i == 0 {
			w = 1.0 / 3
		}
		if d := see(q[0], q[1]); d >= dark {
			sum, weight = sum+w*d, weight+w
		} else {
			blind += w
		}
	}
	if weight == 0 {
		return 0, 1
	}
	return sum / weight, blind
}

// dark is the detection probability below which a footprint's cell is out of
// sight: what is there is not missed, it is not seen.
const dark = 0.05

// clutter is the density of false detections for a measurement.
func (v *View) clutter(z *kin.Meas) float64 {
	c := v.ClutterAz
	switch {
	case z.XY:
		c = v.ClutterXY
	case z.VarRange > 0:
		c = v.ClutterAzRange
	}
	if z.VarEl > 0 {
		c *= z.PerElevation()
	}
	if z.VarD > 0 {
		c /= dopplerSpan
	}
	return c
}

// dopplerSpan is the width in m/s over which false and first detections spread
// their radial speeds.
const dopplerSpan = 60
