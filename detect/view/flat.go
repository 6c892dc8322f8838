package view

import (
	"math"

	"marsad/geo"
	"marsad/sense"
)

// Flat is ground of one height above the ellipsoid everywhere, following the
// Earth's curve: what stands in where no elevations are known. Refraction is
// as in Camera.
type Flat struct{ Level, Refraction float64 }

var _ sense.Ground = Flat{}

// Height is the level everywhere on the Earth.
func (f Flat) Height(p geo.Point) (float64, bool) { return f.Level, p.Valid() }

// Meet gives the point where a ray comes down to the level: the quadratic of
// a sphere, refined on the ellipsoid by Newton's method to a centimetre.
func (f Flat) Meet(from geo.Position, azimuth, elevation, maxRange float64) (geo.Position, bool) {
	se, ce := math.Sincos(elevation)
	sa, ca := math.Sincos(azimuth)
	above := from.Height - f.Level
	// above + s·sin e + s²·bend = 0; the nearer root without cancellation.
	bend := ce * ce * (1 - f.Refraction) / (2 * earth)
	q := se*se - 4*bend*above
	if above <= 0 || se >= 0 || q < 0 {
		return geo.Position{}, false
	}
	s := 2 * above / (-se + math.Sqrt(q))
	frame := geo.NewFrame(from)
	for range 8 {
		h := s * ce
		p := frame.FromENU(geo.ENU{E: h * sa, N: h * ca, U: s*se - f.Refraction*h*h/(2*earth)})
		miss := p.Height - f.Level
		if math.Abs(miss) < 1e-3 {
			return p, s <= maxRange
		}
		slope := se + 2*bend*s
		if slope > -1e-9 {
			break // it only grazes
		}
		s -= miss / slope
	}
	return geo.Position{}, false
}
