package sapient

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/geo"
	"marsad/sense"
)

// flat is a ground that is known east of 42° only.
type flat float64

func (flat) Meet(geo.Position, float64, float64, float64) (geo.Position, bool) {
	return geo.Position{}, false
}

func (h flat) Height(p geo.Point) (float64, bool) { return float64(h), p.Lon > 42 }

func TestHeights(t *testing.T) {
	tower := geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 420}
	geoid := func(p geo.Point) (float64, bool) { return 15, p.Lon > 42 }
	for name, c := range map[string]struct {
		w             world
		lon           float64
		z             *float64
		datum         pb.LocationDatum
		near          geo.Position
		height, sigma float64
	}{
		"stated":                     {lon: 42.1, z: ptr(400.), datum: wgs84, near: tower, height: 400},
		"left out, ground known":     {w: world{ground: flat(390)}, lon: 42.1, datum: wgs84, near: tower, height: 390, sigma: 50},
		"left out, ground not known": {w: world{ground: flat(390)}, lon: 41.9, datum: wgs84, near: tower, height: 420, sigma: 100},
		"left out, nothing known":    {lon: 42.1, datum: wgs84, height: 0, sigma: 500},
		"geoid":                      {w: world{geoid: geoid}, lon: 42.1, z: ptr(400.), datum: pb.LocationDatum_LOCATION_DATUM_WGS84_G, near: tower, height: 415},
		"geoid not known there":      {w: world{geoid: geoid}, lon: 41.9, z: ptr(400.), datum: pb.LocationDatum_LOCATION_DATUM_WGS84_G, near: tower, height: 400, sigma: 25},
	} {
		l := &pb.Location{X: &c.lon, Y: ptr(36.8), Z: c.z, CoordinateSystem: &degreesM, Datum: &c.datum}
		p, r, err := c.w.readLocation(l, "f", c.near, "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Height != c.height || math.Abs(math.Sqrt(r[5])-c.sigma) > 1e-9 {
			t.Errorf("%s: %v m ± %v, want %v ± %v", name, p.Height, math.Sqrt(r[5]), c.height, c.sigma)
		}
	}
}

// The grid's covariance turns with the grid: its determinant and trace stay.
func TestGridErrorsTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{Lat: rapid.Float64Range(31, 38).Draw(t, "lat"), Lon: rapid.Float64Range(38, 46).Draw(t, "lon")}
		u, err := geo.ToUTM(p)
		if err != nil {
			t.Fatal(err)
		}
		sx, sy := rapid.Float64Range(1, 50).Draw(t, "sx"), rapid.Float64Range(1, 50).Draw(t, "sy")
		utm := pb.LocationCoordinateSystem_LOCATION_COORDINATE_SYSTEM_UTM_M
		l := &pb.Location{X: &u.Easting, Y: &u.Northing, Z: ptr(0.), XError: &sx, YError: &sy, ZError: ptr(1.), CoordinateSystem: &utm, Datum: &wgs84}
		got, r, bad := (&world{}).readLocation(l, "f", geo.Position{Point: p}, "")
		if bad != nil {
			t.Fatal(bad)
		}
		if d := geo.Distance(got.Point, p); d > 0.001 {
			t.Fatalf("%v became %v, %v m off", p, got.Point, d)
		}
		if math.Abs(r[0]+r[3]-sx*sx-sy*sy) > 1e-6 || math.Abs(r[0]*r[3]-r[1]*r[1]-sx*sx*sy*sy) > 1e-3 {
			t.Fatalf("errors %v and %v became %v", sx, sy, r)
		}
	})
}

// Grid north by the formula is grid north by the grid itself.
func TestConvergence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{Lat: rapid.Float64Range(31, 38).Draw(t, "lat"), Lon: rapid.Float64Range(38, 46).Draw(t, "lon")}
		u, err := geo.ToUTM(p)
		if err != nil {
			t.Fatal(err)
		}
		up := u
		up.Northing += 1000
		q, err := up.Point()
		if err != nil {
			t.Fatal(err)
		}
		_, azimuth := geo.Inverse(p, q)
		if d := math.Abs(geo.WrapPi(azimuth - convergence(p, u.Zone))); d > 2e-5 {
			t.Fatalf("at %v: %v rad off", p, d)
		}
	})
}

func TestMetresPerDegree(t *testing.T) {
	for _, lat := range []float64{0, 31, 36.8, 60} {
		north, east := metresPerDegree(lat)
		const step = 0.001
		n := geo.Distance(geo.Point{Lat: lat, Lon: 42}, geo.Point{Lat: lat + step, Lon: 42}) / step
		e := geo.Distance(geo.Point{Lat: lat, Lon: 42}, geo.Point{Lat: lat, Lon: 42 + step}) / step
		if math.Abs(north/n-1) > 1e-5 || math.Abs(east/e-1) > 1e-5 {
			t.Errorf("at %v: %v, %v; the geodesic says %v, %v", lat, north, east, n, e)
		}
	}
}

func TestZones(t *testing.T) {
	near := geo.Point{Lat: 36.8, Lon: 42.1}
	for s, want := range map[string]int{"": 38, "37": 37, "37N": 37, " 38n ": 38, "37S": 0, "37T": 0, "0": 0, "61": 0, "N": 0, "37NN": 0} {
		got, err := readZone(s, near)
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: %d, %v; want %d", s, got, err, want)
		}
	}
	if _, err := readZone("", geo.Point{}); err == nil {
		t.Error("a zone out of nothing")
	}
}

// Doppler from a velocity that is nothing but radial, for every shape that has
// a line of sight.
func TestRadialVelocity(t *testing.T) {
	origin := geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 400}
	target := geo.Direct(origin.Point, 2000, 1)
	sinA, cosA := math.Sincos(1)
	for name, d := range map[string]sense.Detection{
		"position":  {Shape: sense.AtPosition, Z: [3]float64{target.Lat, target.Lon, 400}},
		"bearing":   {Shape: sense.Bearing, Z: [3]float64{1}},
		"range":     {Shape: sense.BearingRange, Z: [3]float64{1, 2000}},
		"elevation": {Shape: sense.BearingElevation, Z: [3]float64{1, 0.001}},
	} {
		rd := reader{origin: origin, node: node{metresPerSecond: 1 / 3.6}}
		rd.velocity(&d, &pb.ENUVelocity{EastRate: ptr(7.2 * sinA), NorthRate: ptr(7.2 * cosA), EastRateError: ptr(0.36), NorthRateError: ptr(0.36)})
		if math.Abs(d.Doppler-2) > 0.001 || !(d.SigmaDoppler > 0.05 && d.SigmaDoppler < 0.1001) || rd.unused != 0 {
			t.Errorf("%s: %v ± %v", name, d.Doppler, d.SigmaDoppler)
		}
	}
	presence := sense.Detection{Shape: sense.PresenceWithin, Z: [3]float64{30}}
	rd := reader{origin: origin, node: node{metresPerSecond: 1}}
	rd.velocity(&presence, &pb.ENUVelocity{EastRate: ptr(1.), EastRateError: ptr(0.1)})
	if presence.SigmaDoppler != 0 || rd.unused != 1 {
		t.Error("a presence has no line of sight")
	}
}

func TestIDs(t *testing.T) {
	for s, ok := range map[string]bool{
		NodeID("x"): true, randomNodeID(): true, "2f1c7a44-9b1e-4d3a-8f00-0123456789ab": true,
		"2F1C7A44-9B1E-4D3A-8F00-0123456789AB": false, "2f1c7a44-9b1e-1d3a-8f00-0123456789ab": false,
		"2f1c7a44-9b1e-4d3a-cf00-0123456789ab": false, "{2f1c7a44-9b1e-4d3a-8f00-0123456789a}": false,
		"2f1c7a44_9b1e-4d3a-8f00-0123456789ab": false, "2g1c7a44-9b1e-4d3a-8f00-0123456789ab": false, "": false,
	} {
		if ValidNodeID(s) != ok {
			t.Errorf("node id %q: %v", s, !ok)
		}
	}
	if got := NodeID("Tower 31"); got != "5354e9f3-5503-4680-b8c9-d05e99420ba4" || got == NodeID("Tower 32") {
		t.Errorf("the id of a simulated node changed: %s", got)
	}
	at := time.UnixMilli(1469918176385)
	if got := newULID(at); !ValidULID(got) || !strings.HasPrefix(got, "01ARYZ6S41") { // the example of the ULID specification
		t.Errorf("a ULID of that instant: %s", got)
	}
	if one, two := newULID(at), newULID(at); one == two {
		t.Error("two ULIDs are the same")
	}
	for _, s := range []string{"", "01ARZ3NDEKTSV4RRFFQ69G5FA", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01arz3ndektsv4rrffq69g5fav"} {
		if ValidULID(s) {
			t.Errorf("%q is no ULID", s)
		}
	}
}
