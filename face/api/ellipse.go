package api

import (
	"math"

	"marsad/geo"
)

// chi95 is the square root of the 95 % quantile of χ² with two degrees of freedom.
const chi95 = 2.4477

// ellipse gives the semi-axes of the 95 % ellipse in metres and the azimuth of
// the major one in degrees clockwise from north, for a position covariance in
// metres² of east and north.
func ellipse(ee, en, nn float64) (major, minor, tilt float64) {
	mean, diff := (ee+nn)/2, (ee-nn)/2
	root := math.Hypot(diff, en)
	major = chi95 * math.Sqrt(max(0, mean+root))
	minor = chi95 * math.Sqrt(max(0, mean-root))
	// Angle of the major axis from east, counter-clockwise, is ½·atan2(2en, ee−nn).
	fromEast := 0.5 * math.Atan2(2*en, ee-nn)
	tilt = math.Mod(90-geo.Degrees(fromEast)+360, 180)
	return major, minor, tilt
}

// course gives speed in m/s and heading in degrees clockwise from north.
func course(ve, vn float64) (speed, heading float64) {
	return math.Hypot(ve, vn), geo.Degrees(geo.Wrap2Pi(math.Atan2(ve, vn)))
}

// round keeps rows short: n decimals.
func round(v float64, n int) float64 {
	p := math.Pow10(n)
	return math.Round(v*p) / p
}
