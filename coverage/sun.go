package coverage

import (
	"math"
	"time"

	"marsad/geo"
)

// Daylight reports whether the upper rim of the sun stands above the horizon of a
// point at sea level.
//
// Method: the low-precision solar position of The Astronomical Almanac (Michalsky,
// "The Astronomical Almanac's algorithm for approximate solar position", Solar
// Energy 40, 1988), good to 0.01° from 1950 to 2050; −0.833° is the usual sum of
// refraction and the sun's radius.
func Daylight(at time.Time, p geo.Point) bool { return sunHeight(at, p) > geo.Radians(-0.833) }

// sunHeight is the height of the sun's middle above the horizon in radians.
func sunHeight(at time.Time, p geo.Point) float64 {
	noon2000 := time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)
	days := at.Sub(noon2000).Hours() / 24
	mean := geo.Radians(280.460 + 0.9856474*days)
	anomaly := geo.Radians(357.528 + 0.9856003*days)
	ecliptic := mean + geo.Radians(1.915)*math.Sin(anomaly) + geo.Radians(0.020)*math.Sin(2*anomaly)
	tilt := geo.Radians(23.439 - 0.0000004*days)
	ascension := math.Atan2(math.Cos(tilt)*math.Sin(ecliptic), math.Cos(ecliptic))
	declination := math.Asin(math.Sin(tilt) * math.Sin(ecliptic))
	sidereal := geo.Radians(math.Mod(280.46061837+360.98564736629*days, 360)) + geo.Radians(p.Lon)
	hour := sidereal - ascension
	lat := geo.Radians(p.Lat)
	return math.Asin(math.Sin(lat)*math.Sin(declination) + math.Cos(lat)*math.Cos(declination)*math.Cos(hour))
}
