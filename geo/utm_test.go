package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestKnownUTM(t *testing.T) {
	for _, c := range []struct {
		name                      string
		p                         Point
		zone                      int
		south                     bool
		easting, northing, within float64
	}{
		// The example in GeographicLib's manual of GeoConvert.
		{"Baghdad", Point{Lat: 33.3, Lon: 44.4}, 38, false, 444140.54, 3684706.36, 0.01},
		// Published to the metre.
		{"CN Tower", Point{Lat: dms(43, 38, 33.24), Lon: -dms(79, 23, 13.7)}, 17, false, 630084, 4833438, 1},
		// By definition.
		{"equator on a central meridian", Point{Lat: 0, Lon: 39}, 37, false, 500000, 0, 1e-6},
		{"quarter of a meridian", Point{Lat: 84, Lon: 3}, 31, false, 500000, 9328093.83, 0.01},
	} {
		u, err := ToUTM(c.p)
		if err != nil || u.Zone != c.zone || u.South != c.south ||
			math.Abs(u.Easting-c.easting) > c.within || math.Abs(u.Northing-c.northing) > c.within {
			t.Errorf("%s: %+v, %v, want zone %d %v %v", c.name, u, err, c.zone, c.easting, c.northing)
		}
	}
}

// The transverse Mercator projection is the one conformal map that keeps the
// central meridian true to scale: two properties that a wrong coefficient of
// the series breaks.
func TestUTMIsConformal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.IntRange(1, 60).Draw(t, "zone")
		p := Point{
			Lat: rapid.Float64Range(-79, 83).Draw(t, "lat"),
			Lon: Degrees(WrapPi(Radians(meridian(zone) + rapid.Float64Range(-4, 4).Draw(t, "off")))),
		}
		// Central differences over 20 m, along a meridian and along a parallel.
		m, n := curvature(math.Sin(Radians(p.Lat)))
		dLat, dLon := Degrees(10/m), Degrees(10/(n*math.Cos(Radians(p.Lat))))
		at := func(lat, lon float64) UTM {
			u, err := ToUTMZone(Point{Lat: lat, Lon: Degrees(WrapPi(Radians(lon)))}, zone)
			if err != nil {
				t.Fatal(err)
			}
			if u.South {
				u.Northing -= falseNorth
			}
			return u
		}
		north, south := at(p.Lat+dLat, p.Lon), at(p.Lat-dLat, p.Lon)
		east, west := at(p.Lat, p.Lon+dLon), at(p.Lat, p.Lon-dLon)
		nE, nN := (north.Easting-south.Easting)/20, (north.Northing-south.Northing)/20
		eE, eN := (east.Easting-west.Easting)/20, (east.Northing-west.Northing)/20
		if math.Abs(nE+eN) > 1e-6 || math.Abs(nN-eE) > 1e-6 {
			t.Fatalf("at %v north is (%v, %v) and east (%v, %v)", p, nE, nN, eE, eN)
		}
	})
}

func TestUTMIsTrueOnTheCentralMeridian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-80, 84).Draw(t, "lat")
		u, err := ToUTMZone(Point{Lat: lat, Lon: 39}, 37)
		if err != nil {
			t.Fatal(err)
		}
		if u.South {
			u.Northing -= falseNorth
		}
		arc := math.Copysign(Distance(Point{Lon: 39}, Point{Lat: lat, Lon: 39}), lat)
		if math.Abs(u.Easting-falseEast) > 1e-6 || math.Abs(u.Northing-utmScale*arc) > 1e-3 {
			t.Fatalf("latitude %v: %+v, want northing %v", lat, u, utmScale*arc)
		}
	})
}

// apart is the distance in metres of points that are almost the same, finer
// than the geodesic resolves.
func apart(p, q Point) float64 {
	m, n := curvature(math.Sin(Radians(p.Lat)))
	return math.Hypot(m*Radians(p.Lat-q.Lat), n*math.Cos(Radians(p.Lat))*WrapPi(Radians(p.Lon-q.Lon)))
}

func TestUTMReturns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Point{Lat: rapid.Float64Range(-80, 84).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
		u, err := ToUTM(p)
		if err != nil {
			t.Fatal(err)
		}
		q, err := u.Point()
		if err != nil || apart(p, q) > 1e-5 {
			t.Fatalf("%v is %+v and comes back as %v, %v", p, u, q, err)
		}
		// Its neighbour's zone gives the same place.
		next := u.Zone%60 + 1
		v, err := ToUTMZone(p, next)
		if err != nil {
			t.Fatal(err)
		}
		if q, err := v.Point(); err != nil || apart(p, q) > 1e-5 {
			t.Fatalf("%v is %+v in zone %d and comes back as %v, %v", p, v, next, q, err)
		}
	})
}

func TestZones(t *testing.T) {
	for _, c := range []struct {
		p    Point
		want int
	}{
		{Point{Lat: 36.5, Lon: 41.9999999}, 37}, {Point{Lat: 36.5, Lon: 42}, 38},
		{Point{Lat: 0, Lon: -180}, 1}, {Point{Lat: 0, Lon: 180}, 1}, {Point{Lat: 0, Lon: 179.9}, 60},
		{Point{Lat: 60.4, Lon: 5.3}, 32}, {Point{Lat: 55.9, Lon: 5.3}, 31}, // Norway
		{Point{Lat: 78, Lon: 8.9}, 31}, {Point{Lat: 78, Lon: 9}, 33}, {Point{Lat: 78, Lon: 21}, 35}, {Point{Lat: 78, Lon: 33}, 37}, // Svalbard
	} {
		if got := ZoneOf(c.p); got != c.want {
			t.Errorf("%v lies in zone %d, want %d", c.p, got, c.want)
		}
	}
}

func TestUTMRefuses(t *testing.T) {
	for _, p := range []Point{{Lat: 84.1}, {Lat: -80.1}, {Lat: math.NaN()}, {Lat: 0, Lon: 200}} {
		if u, err := ToUTM(p); err == nil {
			t.Errorf("%v is %+v, want an error", p, u)
		}
	}
	if _, err := ToUTMZone(Point{Lat: 36, Lon: 41}, 12); err == nil {
		t.Error("a zone at the other end of the Earth: no error")
	}
	for _, u := range []UTM{{Zone: 0, Easting: 5e5}, {Zone: 61, Easting: 5e5}, {Zone: 37, Easting: math.NaN()}, {Zone: 37, Easting: 5e5, Northing: 1e9}} {
		if p, err := u.Point(); err == nil {
			t.Errorf("%+v is %v, want an error", u, p)
		}
	}
}
