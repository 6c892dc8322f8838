package geo

import (
	"errors"
	"fmt"
	"math"
)

// WGS 84 defining and derived constants (NIMA TR8350.2, 2000).
const (
	SemiMajor    = 6378137.0
	Flattening   = 1 / 298.257223563
	SemiMinor    = SemiMajor * (1 - Flattening)
	eccentricity = Flattening * (2 - Flattening) // first eccentricity squared
)

// ErrPosition is returned for coordinates that are not on the Earth.
var ErrPosition = errors.New("latitude must lie in [-90, 90], longitude in [-180, 180], and both be finite")

// Point is a place on the ellipsoid, in degrees.
type Point struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// NewPoint validates latitude and longitude in degrees.
func NewPoint(lat, lon float64) (Point, error) {
	p := Point{Lat: lat, Lon: lon}
	if !p.Valid() {
		return Point{}, fmt.Errorf("%v, %v: %w", lat, lon, ErrPosition)
	}
	return p, nil
}

// Valid reports whether the point is finite and on the Earth.
func (p Point) Valid() bool {
	return math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180 // NaN compares false
}

// Position is a point with its height above the ellipsoid, in metres.
type Position struct {
	Point
	Height float64 `json:"height,omitempty"`
}

// Radians of degrees.
func Radians(degrees float64) float64 { return degrees * math.Pi / 180 }

// Degrees of radians.
func Degrees(radians float64) float64 { return radians * 180 / math.Pi }

// WrapPi brings an angle in radians into (-π, π].
func WrapPi(a float64) float64 {
	if a > -math.Pi && a <= math.Pi {
		return a
	}
	a = math.Mod(a, 2*math.Pi)
	if a <= -math.Pi {
		a += 2 * math.Pi
	} else if a > math.Pi {
		a -= 2 * math.Pi
	}
	return a
}

// Wrap2Pi brings an angle in radians into [0, 2π).
func Wrap2Pi(a float64) float64 {
	a = math.Mod(a, 2*math.Pi)
	if a < 0 {
		a += 2 * math.Pi
	}
	if a == 2*math.Pi { // the least below zero, rounded up
		return 0
	}
	return a
}
