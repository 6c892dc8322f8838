package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func dms(d, m, s float64) float64 { return math.Copysign(math.Abs(d)+m/60+s/3600, d) }

// Flinders Peak to Buninyong, the worked example that Geoscience Australia
// publishes with Vincenty's formulae (on GRS 80, which differs from WGS 84 by
// micrometres here).
func TestVincentysPublishedExample(t *testing.T) {
	flinders := Point{Lat: dms(-37, 57, 3.72030), Lon: dms(144, 25, 29.52440)}
	buninyong := Point{Lat: dms(-37, 39, 10.15610), Lon: dms(143, 55, 35.38390)}
	metres, azimuth := Inverse(flinders, buninyong)
	if math.Abs(metres-54972.271) > 0.0006 {
		t.Errorf("distance %.4f m, want 54972.271", metres)
	}
	if want := dms(306, 52, 5.37); math.Abs(Degrees(azimuth)-want) > 0.01/3600 {
		t.Errorf("azimuth %.7f°, want %.7f", Degrees(azimuth), want)
	}
	if _, back := Inverse(buninyong, flinders); math.Abs(Degrees(back)-dms(127, 10, 25.07)) > 0.01/3600 {
		t.Errorf("azimuth back %.7f°, want 127°10'25.07\"", Degrees(back))
	}
}

// From the test set of GeographicLib (Karney, "Algorithms for geodesics",
// Journal of Geodesy 87, 2013), which is good to nanometres.
func TestKarneysTestSet(t *testing.T) {
	for _, c := range []struct{ lat1, lon1, azimuth1, lat2, lon2, metres float64 }{
		{35.60777, -139.44815, 111.098748429560326, -11.17491, -69.95921, 8935244.5604818305},
		{55.52454, 106.05087, 22.020059880982801, 77.03196, 197.18234, 4105086.1713924406},
		{-21.97856, 142.59065, -32.44456876433189, 41.84138, 98.56635, 8394328.894657671},
		{-66.99028, 112.2363, 173.73491240878403, -12.70631, 285.90344, 11150344.2312080241},
		{32.84994, 48.28919, 150.492927788121982, -56.28556, 202.29132, 16727068.9438164461},
	} {
		a := Point{Lat: c.lat1, Lon: c.lon1}
		b := Point{Lat: c.lat2, Lon: Degrees(WrapPi(Radians(c.lon2)))}
		metres, azimuth := Inverse(a, b)
		if math.Abs(metres-c.metres) > 0.001 {
			t.Errorf("%v to %v: %.4f m, want %.4f", a, b, metres, c.metres)
		}
		if d := WrapPi(azimuth - Radians(c.azimuth1)); math.Abs(d)*metres > 0.01 {
			t.Errorf("%v to %v: azimuth %.10f°, want %.10f", a, b, Degrees(azimuth), c.azimuth1)
		}
		if p := Direct(a, c.metres, Radians(c.azimuth1)); Distance(p, b) > 0.001 {
			t.Errorf("from %v: reached %v, want %v", a, p, b)
		}
	}
}

func TestDirectAndInverseAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Point{Lat: rapid.Float64Range(-85, 85).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
		metres := rapid.Float64Range(0.1, 500_000).Draw(t, "metres")
		azimuth := rapid.Float64Range(0, 2*math.Pi).Draw(t, "azimuth")
		q := Direct(p, metres, azimuth)
		got, way := Inverse(p, q)
		if !q.Valid() || math.Abs(got-metres) > 1e-4 || math.Abs(WrapPi(way-azimuth))*metres > 1e-3 {
			t.Fatalf("%v m at %v° from %v reach %v, which lies %v m at %v°", metres, Degrees(azimuth), p, q, got, Degrees(way))
		}
		if back, _ := Inverse(q, p); math.Abs(back-got) > 1e-5 {
			t.Fatalf("there %v m, back %v m", got, back)
		}
	})
}

func TestInverseOfHardPairs(t *testing.T) {
	p := Point{Lat: 36, Lon: 41}
	if d, _ := Inverse(p, p); d != 0 {
		t.Errorf("a point is %v m from itself", d)
	}
	// Antipodes: the method does not converge; half of a meridian's round is
	// 20,003.9 km.
	if d, _ := Inverse(p, Point{Lat: -36, Lon: -139}); math.Abs(d-20_003_931) > 120_000 {
		t.Errorf("antipodes are %v m apart", d)
	}
	quarter, _ := Inverse(Point{}, Point{Lat: 90})
	if math.Abs(quarter-10_001_965.729) > 0.001 {
		t.Errorf("the quarter of a meridian is %.4f m, want 10001965.729", quarter)
	}
	across, _ := Inverse(Point{Lat: 36, Lon: 179.9999}, Point{Lat: 36, Lon: -179.9999})
	if math.Abs(across-18.04) > 0.05 {
		t.Errorf("across the date line %v m, want 18", across)
	}
}

func TestNewPointRefuses(t *testing.T) {
	for _, p := range [][2]float64{{90.1, 0}, {-91, 0}, {0, 180.5}, {0, -181}, {math.NaN(), 0}, {0, math.NaN()}, {math.Inf(1), 0}} {
		if _, err := NewPoint(p[0], p[1]); err == nil {
			t.Errorf("NewPoint(%v, %v): no error", p[0], p[1])
		}
	}
	if p, err := NewPoint(-90, 180); err != nil || p.Lat != -90 {
		t.Errorf("the south pole: %v, %v", p, err)
	}
}

func TestAnglesWrap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float64Range(-100, 100).Draw(t, "angle")
		half, full := WrapPi(a), Wrap2Pi(a)
		if !(half > -math.Pi && half <= math.Pi) || !(full >= 0 && full < 2*math.Pi) {
			t.Fatalf("%v wraps to %v and %v", a, half, full)
		}
		for _, w := range []float64{half, full} {
			if math.Abs(math.Sin(w)-math.Sin(a)) > 1e-9 || math.Abs(math.Cos(w)-math.Cos(a)) > 1e-9 {
				t.Fatalf("%v and %v are different directions", a, w)
			}
		}
	})
	if got := Wrap2Pi(-1e-18); !(got < 2*math.Pi) {
		t.Errorf("the least below zero wraps to %v, which is not below 2π", got)
	}
}

func BenchmarkInverse(b *testing.B) {
	p, q := Point{Lat: 36, Lon: 41}, Point{Lat: 36.1, Lon: 41.2}
	for b.Loop() {
		if Distance(p, q) == 0 {
			b.Fatal("no distance")
		}
	}
}
