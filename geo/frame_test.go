package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func drawPosition(t *rapid.T) Position {
	return Position{
		Point:  Point{Lat: rapid.Float64Range(-84, 84).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")},
		Height: rapid.Float64Range(-400, 6_000).Draw(t, "height"),
	}
}

func TestFramesReturn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFrame(drawPosition(t))
		far := func(name string) float64 { return rapid.Float64Range(-100_000, 100_000).Draw(t, name) }
		v := ENU{E: far("e"), N: far("n"), U: rapid.Float64Range(-2_000, 10_000).Draw(t, "u")}
		w := f.ToENU(f.FromENU(v))
		if d := math.Hypot(math.Hypot(v.E-w.E, v.N-w.N), v.U-w.U); d > 0.001 {
			t.Fatalf("%+v comes back as %+v, %v m off", v, w, d)
		}
	})
}

func TestFrameAxes(t *testing.T) {
	o := Position{Point: Point{Lat: 36, Lon: 41}, Height: 400}
	f := NewFrame(o)
	for name, c := range map[string]struct {
		p    Position
		want ENU
	}{
		"itself": {o, ENU{}},
		"up":     {Position{Point: o.Point, Height: 500}, ENU{U: 100}},
		"north":  {Position{Point: Direct(o.Point, 1_000, 0), Height: 400}, ENU{N: 1000.063, U: -0.079}},
		"east":   {Position{Point: Direct(o.Point, 1_000, math.Pi/2), Height: 400}, ENU{E: 1000.063, U: -0.078}},
	} {
		got := f.ToENU(c.p)
		if math.Abs(got.E-c.want.E) > 0.002 || math.Abs(got.N-c.want.N) > 0.002 || math.Abs(got.U-c.want.U) > 0.002 {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestSurfaceAndAtAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFrame(drawPosition(t))
		e := rapid.Float64Range(-35_000, 35_000).Draw(t, "e")
		n := rapid.Float64Range(-35_000, 35_000).Draw(t, "n")
		gotE, gotN := f.Surface(f.At(e, n))
		if d := math.Hypot(gotE-e, gotN-n); d > 0.01 {
			t.Fatalf("%v, %v comes back as %v, %v: %v m off", e, n, gotE, gotN, d)
		}
	})
}

// In a frame the straight way is the geodesic to within a centimetre at 10 km.
func TestFrameDistancesAreThoseOfTheGround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Point{Lat: rapid.Float64Range(33, 38).Draw(t, "lat"), Lon: rapid.Float64Range(38, 43).Draw(t, "lon")}
		f := NewFrame(Position{Point: p})
		metres := rapid.Float64Range(1, 10_000).Draw(t, "metres")
		azimuth := rapid.Float64Range(0, 2*math.Pi).Draw(t, "azimuth")
		e, n := f.Surface(Direct(p, metres, azimuth))
		if math.Abs(math.Hypot(e, n)-metres) > 0.01 || math.Abs(WrapPi(math.Atan2(e, n)-azimuth))*metres > 0.01 {
			t.Fatalf("%v m at %v° are %v, %v in the frame", metres, Degrees(azimuth), e, n)
		}
	})
}

func TestGeodeticUndoesCartesian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPosition(t)
		q := geodetic(Cartesian(p))
		if Distance(p.Point, q.Point) > 1e-4 || math.Abs(p.Height-q.Height) > 1e-4 {
			t.Fatalf("%+v comes back as %+v", p, q)
		}
	})
}
