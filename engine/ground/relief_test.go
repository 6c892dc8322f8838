package ground

import (
	"math"
	"path/filepath"
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/view"
	"marsad/geo"
	"marsad/terrain"
)

var foot = geo.Point{Lat: 36.5, Lon: 42.1}

var detectAt = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// analytic is ground of a formula, in metres east and north of foot.
type analytic func(east, north float64) float64

func (analytic) Provenance() terrain.Provenance {
	return terrain.Provenance{Vertical: terrain.Ellipsoid}
}

func (a analytic) Fill(w terrain.Window, dst []float32) error {
	frame := geo.NewFrame(geo.Position{Point: foot})
	for i := range dst {
		at := frame.ToENU(geo.Position{Point: geo.Point{Lat: w.South + float64(i/w.Columns)*w.Step, Lon: w.West + float64(i%w.Columns)*w.Step}})
		dst[i] = float32(a(at.E, at.N))
	}
	return nil
}

func relief(t *testing.T, a analytic) *Relief {
	t.Helper()
	s, err := terrain.NewSurface(1, a)
	if err != nil {
		t.Fatal(err)
	}
	r := (&Ground{Surface: s}).Around(foot, 12_000)
	if r == nil {
		t.Fatal("no relief around a known point")
	}
	return r
}

// On a slope that rises by one in ten to the north, a ray of a camera 20 m up
// meets the ground where the two straight lines cross, not where flat ground
// would be.
func TestARayMeetsASlope(t *testing.T) {
	r := relief(t, func(_, n float64) float64 { return 400 + n/10 })
	lens := geo.Position{Point: foot, Height: 420}
	for _, down := range []float64{-0.5, -1, -3, -8, 2} {
		tan := math.Tan(geo.Radians(down))
		want := 20 / (0.1 - tan) // metres north
		got, met := r.Meet(lens, 0, geo.Radians(down), 30_000)
		metres, azimuth := geo.Inverse(foot, got.Point)
		if !met || math.Abs(metres-want) > 1+want/200 || math.Abs(geo.WrapPi(azimuth)) > 1e-3 {
			t.Errorf("%g°: %.1f m at %.2f°, met %v; wanted %.1f m", down, metres, geo.Degrees(azimuth), met, want)
		}
		if h, ok := r.Height(got.Point); !ok || math.Abs(h-got.Height) > 0.1 {
			t.Errorf("%g°: the foot is at %.2f m, the ground there at %.2f m (%v)", down, got.Height, h, ok)
		}
	}
	// Up the slope 6° is steeper than the ground and meets nothing; so does a
	// level ray down the slope, to the south.
	for _, c := range []struct{ az, el float64 }{{0, 6}, {180, 0}} {
		if at, met := r.Meet(lens, geo.Radians(c.az), geo.Radians(c.el), 9000); met {
			t.Errorf("azimuth %g°, elevation %g° meets %v", c.az, c.el, at)
		}
	}
	if _, met := r.Meet(geo.Position{Point: foot, Height: 399}, 0, 0, 9000); met {
		t.Error("a ray from below the ground meets it")
	}
}

// Behind a ridge nothing is met: the ridge is.
func TestARidgeHidesWhatIsBehind(t *testing.T) {
	r := relief(t, func(_, n float64) float64 { return 400 + 60*math.Exp(-(n-2000)*(n-2000)/(2*150*150)) })
	at, met := r.Meet(geo.Position{Point: foot, Height: 420}, 0, geo.Radians(-0.2), 30_000)
	if metres, _ := geo.Inverse(foot, at.Point); !met || metres < 1600 || metres > 2000 {
		t.Errorf("met %v at %.0f m, the ridge stands at 2000", met, metres)
	}
}

// The whole way of a mover: on the slope it has a place there, above the crest
// it is in the air with bearing and elevation alone.
func TestAMoverOnASlopeAndOneAboveIt(t *testing.T) {
	r := relief(t, func(_, n float64) float64 { return 400 + n/10 })
	v, err := view.New(view.Camera{Foot: geo.Position{Point: foot, Height: 400}, Mast: 20, Width: 640, Height: 480, HFOV: geo.Radians(20), Tilt: geo.Radians(3)})
	if err != nil {
		t.Fatal(err)
	}
	lens := geo.NewFrame(v.At())
	mover := func(elevation float64) detect.Mover {
		_, y, in := v.Pixel(lens.FromENU(geo.ENU{N: 1000, U: 1000 * math.Tan(geo.Radians(elevation))}))
		if !in {
			t.Fatalf("%g° is not in the picture", elevation)
		}
		return detect.Mover{X: 320, Y: y, Box: detect.Box{X: 317, Y: int(y) - 11, W: 6, H: 12}, Declared: true}
	}
	ground := v.Of(mover(-1), detectAt, r)
	metres, _ := geo.Inverse(foot, ground.Position.Point)
	if want := 20 / (0.1 + math.Tan(geo.Radians(1))); ground.Kind != view.OnGround || math.Abs(metres-want) > 10 {
		t.Errorf("on the slope: %v at %.1f m, wanted %.1f", ground.Kind, metres, want)
	}
	flat := v.Of(mover(-1), detectAt, view.Flat{Level: 400})
	if far, _ := geo.Inverse(foot, flat.Position.Point); far < 5*metres {
		t.Errorf("flat ground gives %.0f m: this test shows nothing", far)
	}
	air := v.Of(mover(8.5), detectAt, r)
	d := air.Detection()
	if air.Kind != view.InAir || geo.Degrees(d.Z[1]) < 8 || geo.Degrees(d.Z[1]) > 9.5 || d.R[0] <= 0 || d.R[3] <= 0 {
		t.Errorf("above the slope: %v, %+v", air.Kind, d)
	}
}

// Made-up relief is no ground for a place, and neither is a void.
func TestNoReliefOnSyntheticOrUnknownGround(t *testing.T) {
	g, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if g.Around(foot, 12_000) != nil {
		t.Error("synthetic relief is taken for ground")
	}
	dir := t.TempDir()
	srtm(t, dir, "N36E041.hgt")
	if g, err = Open(Options{Folder: filepath.Clean(dir)}); err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if g.Around(geo.Point{Lat: 30, Lon: 50}, 12_000) != nil {
		t.Error("a void is taken for ground")
	}
	// At the edge of what is known the last height goes on: the ray is not lost.
	r := g.Around(geo.Point{Lat: 36.5, Lon: 41.95}, 12_000)
	if r == nil {
		t.Fatal("no relief inside the tile")
	}
	if _, met := r.Meet(geo.Position{Point: geo.Point{Lat: 36.5, Lon: 41.95}, Height: r.level + 20}, geo.Radians(90), geo.Radians(-0.2), 30_000); !met {
		t.Error("a ray that leaves the tile is lost")
	}
}
