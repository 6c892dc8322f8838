package sapient

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// Errors in metres (1σ) that stand for what a node leaves unsaid.
const (
	// unsaidHeight: a position without height lies on the ground as far as that
	// is known, else at the sensor's height.
	unsaidHeight      = 50.0
	unsaidHeightBlind = 500.0 // neither ground nor sensor known
	// geoidHeight: a height above the geoid that nobody can convert. The geoid
	// lies within it of the ellipsoid along the border.
	geoidHeight = 25.0
	// maxLocationError is the largest error of a location that is believed. In
	// degrees it is 0.045°: a node that writes metres where degrees belong, as
	// many do, is found out by it, and understood.
	maxLocationError = 5000.0
)

// world is what reading a place needs to know beyond the message.
type world struct {
	ground      sense.Ground // may be nil
	geoid       func(geo.Point) (metres float64, ok bool)
	declination func(geo.Point, time.Time) (radians float64, ok bool)
}

// readLocation turns a Location into a position and its covariance, packed as
// in sense.Detection; variances that the node leaves unsaid are 0, but for an
// unsaid height. near is the sensor's position, zone its UTM zone for
// coordinates that name none.
func (w *world) readLocation(l *pb.Location, field string, near geo.Position, zone string) (geo.Position, [6]float64, *say.Error) {
	var p geo.Position
	var r [6]float64
	x, y := l.GetX(), l.GetY()
	perX, perY := 1.0, 1.0 // metres in a unit of x and y
	turn := 0.0            // from true to grid north
	switch l.GetCoordinateSystem() {
	case pb.LocationCoordinateSystem_LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M:
		p.Lat, p.Lon = y, x
	case pb.LocationCoordinateSystem_LOCATION_COORDINATE_SYSTEM_LAT_LNG_RAD_M:
		p.Lat, p.Lon = geo.Degrees(y), geo.Degrees(x)
	case pb.LocationCoordinateSystem_LOCATION_COORDINATE_SYSTEM_UTM_M:
		number, err := readZone(firstOf(l.GetUtmZone(), zone), near.Point)
		if err == nil {
			p.Point, err = geo.UTM{Zone: number, Easting: x, Northing: y}.Point()
		}
		if err != nil {
			return p, r, bad(CodePlace, field, err.Error(), "إحداثيات UTM غير صحيحة", hintUnits)
		}
		turn = convergence(p.Point, number)
	}
	p.Height = l.GetZ()
	if err := sense.CheckPosition(p); err != nil {
		return p, r, bad(CodePlace, field, err.Error(), "الموقع غير ممكن", hintUnits)
	}
	if l.GetCoordinateSystem() != pb.LocationCoordinateSystem_LOCATION_COORDINATE_SYSTEM_UTM_M {
		perY, perX = metresPerDegree(p.Lat)
		if l.GetCoordinateSystem() == pb.LocationCoordinateSystem_LOCATION_COORDINATE_SYSTEM_LAT_LNG_RAD_M {
			perX, perY = geo.Degrees(perX), geo.Degrees(perY)
		}
	}
	sx, sy, sz := l.GetXError()*perX, l.GetYError()*perY, l.GetZError()
	if max(sx, sy) > maxLocationError {
		sx, sy = l.GetXError(), l.GetYError()
	}
	for _, e := range []struct {
		name  string
		sigma float64
	}{{"x_error", sx}, {"y_error", sy}, {"z_error", sz}} {
		if !(e.sigma >= 0 && e.sigma <= maxLocationError) {
			return p, r, bad(CodePlace, join(field, e.name), fmt.Sprintf("comes to %.0f m, believed are 0 to %.0f m", e.sigma, maxLocationError),
				"قيمة الخطأ غير معقولة", hintUnits)
		}
	}
	r[0], r[3], r[5] = sx*sx, sy*sy, sz*sz
	if turn != 0 && sx != 0 && sy != 0 { // from the grid's axes to east and north
		sin, cos := math.Sincos(turn)
		r[0], r[1], r[3] = cos*cos*sx*sx+sin*sin*sy*sy, sin*cos*(sy*sy-sx*sx), sin*sin*sx*sx+cos*cos*sy*sy
	}
	w.readHeight(&p, &r, l, near)
	return p, r, nil
}

// readHeight brings a height onto the ellipsoid, or finds one for a position
// that has none.
func (w *world) readHeight(p *geo.Position, r *[6]float64, l *pb.Location, near geo.Position) {
	if l.Z == nil {
		sigma := unsaidHeightBlind
		if h, ok := 0.0, false; w.ground != nil {
			if h, ok = w.ground.Height(p.Point); ok {
				p.Height, sigma = h, unsaidHeight
			}
		}
		if sigma == unsaidHeightBlind && sense.Placed(near) {
			p.Height, sigma = near.Height, 2*unsaidHeight
		}
		r[5] = sigma * sigma
		return
	}
	if l.GetDatum() == pb.LocationDatum_LOCATION_DATUM_WGS84_G {
		if w.geoid != nil {
			if n, ok := w.geoid(p.Point); ok {
				p.Height += n
				return
			}
		}
		r[5] += geoidHeight * geoidHeight
	}
}

// readZone reads "37", "37N" or nothing for the zone of a point nearby. A
// letter S is refused: it may mean the southern half or the latitude band of
// northern Iraq.
func readZone(s string, near geo.Point) (int, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		if near == (geo.Point{}) {
			return 0, fmt.Errorf("no UTM zone, and the sensor's position is not known")
		}
		return geo.ZoneOf(near), nil
	}
	n, err := strconv.Atoi(strings.TrimSuffix(strings.ToUpper(s), "N"))
	if err != nil || n < 1 || n > 60 {
		return 0, fmt.Errorf("UTM zone %q: write 37N", clip(s))
	}
	return n, nil
}

// metresPerDegree of latitude and of longitude on the ellipsoid.
func metresPerDegree(lat float64) (north, east float64) {
	const e2 = geo.Flattening * (2 - geo.Flattening)
	sin, cos := math.Sincos(geo.Radians(lat))
	w := math.Sqrt(1 - e2*sin*sin)
	return geo.Radians(geo.SemiMajor * (1 - e2) / (w * w * w)), geo.Radians(geo.SemiMajor / w * cos)
}

// convergence is the angle from true to grid north, positive clockwise, in
// radians (sphere: within 1e-5 rad of the ellipsoid's inside a zone).
func convergence(p geo.Point, zone int) float64 {
	dLon := geo.Radians(p.Lon - (float64(zone)*6 - 183))
	return math.Atan(math.Tan(dLon) * math.Sin(geo.Radians(p.Lat)))
}

// north gives what to add to an azimuth from a datum to count it from true
// north, at a sensor's place.
func (w *world) north(d pb.RangeBearingDatum, at geo.Position, zone string, when time.Time) (float64, error) {
	switch d {
	case pb.RangeBearingDatum_RANGE_BEARING_DATUM_TRUE:
		return 0, nil
	case pb.RangeBearingDatum_RANGE_BEARING_DATUM_GRID:
		number, err := readZone(zone, at.Point)
		if err != nil {
			return 0, err
		}
		return convergence(at.Point, number), nil
	case pb.RangeBearingDatum_RANGE_BEARING_DATUM_MAGNETIC:
		if w.declination != nil {
			if v, ok := w.declination(at.Point, when); ok {
				return v, nil
			}
		}
		return 0, fmt.Errorf("the magnetic declination here is not configured")
	case pb.RangeBearingDatum_RANGE_BEARING_DATUM_PLATFORM:
		return 0, fmt.Errorf("the platform's heading does not travel in this version of the standard")
	default:
		return 0, fmt.Errorf("no north is named")
	}
}

// units gives radians in a unit of angle and metres in a unit of range.
func units(c pb.RangeBearingCoordinateSystem) (angle, length float64) {
	switch c {
	case pb.RangeBearingCoordinateSystem_RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_M:
		return rad, 1
	case pb.RangeBearingCoordinateSystem_RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_KM:
		return rad, 1000
	case pb.RangeBearingCoordinateSystem_RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_KM:
		return 1, 1000
	default:
		return 1, 1
	}
}

// FixedDeclination is a Config.Declination that holds everywhere: a figure from
// a chart, in degrees, positive east. Along 600 km of border it varies by about
// half a degree, so it serves a section, not the whole line.
func FixedDeclination(degrees float64) func(geo.Point, time.Time) (float64, bool) {
	return func(geo.Point, time.Time) (float64, bool) { return geo.Radians(degrees), true }
}
