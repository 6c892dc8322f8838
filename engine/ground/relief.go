package ground

import (
	"math"

	"marsad/geo"
	"marsad/terrain"
)

// Relief is the ground around one sensor: what a ray of its picture is sent to.
// It holds a copy of the surface, so that looking takes no lock. Any number of
// goroutines may use it at once. It is a sense.Ground.
type Relief struct {
	patch *terrain.Patch
	step  float64 // metres, the least that a ray is followed by
	level float64 // of the ground at the middle
}

const (
	leastRelief, mostRelief = 10_000.0, 30_000.0 // metres around a sensor
	longStep                = 200.0
)

// Around gathers the ground within a radius in metres of a point (10 to 30 km
// are kept). It gives nil where the ground at the point is not known, and where
// it is synthetic: a place on made-up relief would pretend to be one.
func (g *Ground) Around(middle geo.Point, radius float64) *Relief {
	if g.Provenance().Synthetic {
		return nil
	}
	p, err := g.Patch(middle, min(max(radius, leastRelief), mostRelief))
	if err != nil {
		return nil
	}
	r := &Relief{patch: p, step: 15, level: p.At(middle)}
	if math.IsNaN(r.level) {
		return nil
	}
	return r
}

// Height of the ground in metres above the ellipsoid, false in a void and
// beyond the radius.
func (r *Relief) Height(p geo.Point) (float64, bool) {
	h := r.patch.At(p)
	return h, !math.IsNaN(h)
}

// Meet follows a straight ray until it first meets the ground, to a centimetre.
// Steps are half of the height above the ground, so that no slope below 63° is
// jumped over; a ridge narrower than 15 m may be where the ray only grazes it. In
// a void, and beyond the radius, the last known height goes on.
func (r *Relief) Meet(from geo.Position, azimuth, elevation, maxRange float64) (geo.Position, bool) {
	frame := geo.NewFrame(from)
	se, ce := math.Sincos(elevation)
	sa, ca := math.Sincos(azimuth)
	last := r.level
	above := func(s float64) (geo.Position, float64) {
		p := frame.FromENU(geo.ENU{E: s * ce * sa, N: s * ce * ca, U: s * se})
		if h := r.patch.At(p.Point); !math.IsNaN(h) {
			last = h
		}
		return p, p.Height - last
	}
	_, clear := above(0)
	if clear <= 0 {
		return geo.Position{}, false // the sensor is below the ground
	}
	for near := 0.0; near < maxRange; {
		far := min(near+min(max(clear/2, r.step), longStep), maxRange)
		level := last
		p, c := above(far)
		if c > 0 {
			near, clear = far, c
			continue
		}
		for far-near > 0.01 {
			last = level
			middle := (near + far) / 2
			if q, c := above(middle); c > 0 {
				near, level = middle, last
			} else {
				far, p = middle, q
			}
		}
		return p, true
	}
	return geo.Position{}, false
}
