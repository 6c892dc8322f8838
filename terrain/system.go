package terrain

import (
	"fmt"
	"math"

	"marsad/geo"
	"marsad/say"
)

// System is a horizontal coordinate system by its EPSG code. Known are WGS 84 in
// degrees (4326, and 4979 with heights), UTM on WGS 84 (32601–32660 north,
// 32701–32760 south; the region lies in 37 and 38) and Web Mercator (3857).
// Another code still serves for work in the file's own coordinates, which are
// then taken for metres.
type System struct {
	EPSG int
	// Degrees is set where a file says so of a system that has no code here.
	Degrees bool
}

// WGS84 is longitude and latitude in degrees.
var WGS84 = System{EPSG: 4326}

// webMercator is the projection of map tiles.
var webMercator = System{EPSG: 3857}

// Geographic reports whether coordinates are degrees.
func (s System) Geographic() bool { return s.EPSG == 4326 || s.EPSG == 4979 || s.Degrees }

// Known reports whether points can be taken to and from the system.
func (s System) Known() bool {
	_, _, utm := s.zone()
	return s.EPSG == 4326 || s.EPSG == 4979 || s.EPSG == 3857 || utm
}

func (s System) zone() (zone int, south, ok bool) {
	switch {
	case s.EPSG >= 32601 && s.EPSG <= 32660:
		return s.EPSG - 32600, false, true
	case s.EPSG >= 32701 && s.EPSG <= 32760:
		return s.EPSG - 32700, true, true
	}
	return 0, false, false
}

// String is "EPSG:32637".
func (s System) String() string {
	if s.EPSG == 0 {
		return "unknown"
	}
	return fmt.Sprintf("EPSG:%d", s.EPSG)
}

// Project gives a point's coordinates in the system: longitude and latitude in
// degrees, or easting and northing in metres.
func (s System) Project(p geo.Point) (x, y float64, err error) {
	if !p.Valid() {
		return 0, 0, s.refuse(geo.ErrPosition)
	}
	switch {
	case s.EPSG == 4326 || s.EPSG == 4979:
		return p.Lon, p.Lat, nil
	case s.EPSG == 3857:
		if math.Abs(p.Lat) > 85.06 {
			return 0, 0, s.refuse(geo.ErrPosition)
		}
		return geo.SemiMajor * geo.Radians(p.Lon), geo.SemiMajor * math.Asinh(math.Tan(geo.Radians(p.Lat))), nil
	}
	zone, south, ok := s.zone()
	if !ok {
		return 0, 0, s.refuse(nil)
	}
	u, err := geo.ToUTMZone(p, zone)
	if err != nil {
		return 0, 0, s.refuse(err)
	}
	if u.South != south { // across the equator the false northing differs
		if south {
			u.Northing += 1e7
		} else {
			u.Northing -= 1e7
		}
	}
	return u.Easting, u.Northing, nil
}

// Point gives the point at coordinates of the system.
func (s System) Point(x, y float64) (geo.Point, error) {
	switch {
	case s.EPSG == 4326 || s.EPSG == 4979:
		return geo.NewPoint(y, x)
	case s.EPSG == 3857:
		return geo.NewPoint(geo.Degrees(math.Atan(math.Sinh(y/geo.SemiMajor))), geo.Degrees(x/geo.SemiMajor))
	}
	zone, south, ok := s.zone()
	if !ok {
		return geo.Point{}, s.refuse(nil)
	}
	return geo.UTM{Zone: zone, South: south, Easting: x, Northing: y}.Point()
}

func (s System) refuse(cause error) error {
	return refuse("terrain.system", say.Text{
		En: "a point cannot be placed in the coordinate system " + s.String(), Ar: "لا يمكن تحديد النقطة في نظام الإحداثيات " + say.LTR(s.String())}, say.Text{
		En: "use WGS 84 (EPSG:4326), UTM 37 or 38 (EPSG:32637, 32638), or give x and y in the file's own coordinates", Ar: "استعمل WGS 84 أو UTM 37 أو 38، أو أعطِ الإحداثيات الخاصة بالملف"}, cause)
}
