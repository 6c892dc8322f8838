package sense

import (
	"math"

	"marsad/geo"
)

// cells gives the footprint's cells for a class: what moves on foot or lies
// low, what has wheels, what flies.
func (f *Footprint) cells(c Class) []uint8 {
	switch c {
	case Vehicle, Convoy:
		return f.Wheeled
	case SlowAir:
		return f.Air
	default:
		return f.OnFoot
	}
}

// Pd is the probability that a scan detects something of a class at a range in
// metres and an azimuth in radians from the footprint's origin; outside the
// cells it is zero.
func (f *Footprint) Pd(rangeM, azimuth float64, c Class) float64 {
	if !(rangeM >= 0) || f.RangeStep <= 0 || f.Azimuths <= 0 || math.IsNaN(azimuth) || math.IsInf(azimuth, 0) {
		return 0
	}
	step := rangeM / f.RangeStep
	if step >= float64(f.Ranges) {
		return 0
	}
	a := int(geo.Wrap2Pi(azimuth) / (2 * math.Pi) * float64(f.Azimuths))
	cell := min(a, f.Azimuths-1)*f.Ranges + int(step)
	cells := f.cells(c)
	if cell >= len(cells) {
		return 0
	}
	return float64(cells[cell]) / 255
}

// PdAt is Pd for a point.
func (f *Footprint) PdAt(p geo.Point, c Class) float64 {
	rangeM, azimuth := geo.Inverse(f.Origin.Point, p)
	return f.Pd(rangeM, azimuth, c)
}
