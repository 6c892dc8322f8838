package view

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marsad/geo"
	"marsad/say"
)

// truth is a camera whose registration an installer got wrong, by degrees.
func truth() (real, registered Camera) {
	real = tower()
	real.Azimuth, real.Tilt, real.Roll, real.HFOV = geo.Radians(37.3), geo.Radians(-1.4), geo.Radians(0.8), geo.Radians(11.2)
	registered = real
	registered.Azimuth, registered.Tilt, registered.Roll, registered.HFOV = geo.Radians(30), geo.Radians(0), 0, geo.Radians(14)
	return real, registered
}

// clicks are marks that the real camera shows at these pixels, some towers
// with height, seen with an error.
func clicks(t interface{ Fatal(...any) }, c Camera, sigma float64, random *source, at ...Pixel) []Mark {
	v := must(t, c)
	var marks []Mark
	for _, p := range at {
		s := v.Spot(p.X, p.Y, 1, level)
		if s.Range == 0 {
			t.Fatal("a mark in the sky")
		}
		marks = append(marks, Mark{X: p.X + sigma*random.normal(), Y: p.Y + sigma*random.normal(), Sigma: max(sigma, 0.3), At: s.Position})
	}
	return marks
}

func spread() []Pixel {
	return []Pixel{{40, 260}, {600, 240}, {320, 300}, {120, 420}, {560, 440}, {300, 230}}
}

func TestClickedPointsCalibrate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		real, registered := truth()
		random := source(rapid.Uint64().Draw(t, "seed"))
		cal, err := Calibrate(registered, clicks(t, real, 0.7, &random, spread()...), Hold{})
		if err != nil {
			t.Fatal(err)
		}
		if !(cal.After < 3 && cal.After < cal.Before || math.IsNaN(cal.Before)) {
			t.Fatalf("residuals %g before, %g after", cal.Before, cal.After)
		}
		got, want := cal.Camera, real
		for i, d := range [4]float64{got.Azimuth - want.Azimuth, got.Tilt - want.Tilt, got.Roll - want.Roll, got.HFOV - want.HFOV} {
			if sigma := math.Sqrt(got.Sure.Pose[i][i]); math.Abs(d) > 5*sigma || sigma > 0.02 {
				t.Errorf("%s is off by %g with σ %g", paramNames[i].En, d, sigma)
			}
		}
	})
}

func TestAWrongClickIsNamedAndTurnsNothing(t *testing.T) {
	real, registered := truth()
	random := source(3)
	marks := clicks(t, real, 0.5, &random, append(spread(), Pixel{200, 350}, Pixel{450, 280})...)
	marks[2].X += 60
	cal, err := Calibrate(registered, marks, Hold{})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range cal.Residuals {
		if r.Doubtful != (i == 2) {
			t.Errorf("mark %d: %.1f, %.1f doubtful %v", i, r.DX, r.DY, r.Doubtful)
		}
	}
	near(t, "azimuth", cal.Camera.Azimuth, real.Azimuth, geo.Radians(0.06))
}

func TestGeometryThatCannotTellIsRefused(t *testing.T) {
	real, registered := truth()
	random := source(3)
	for name, at := range map[string][]Pixel{
		"two marks":   {{100, 300}, {500, 300}},
		"one spot":    {{300, 300}, {301, 300}, {300, 301}, {301, 301}, {299, 300}},
		"one mark":    {{300, 300}},
		"no mark":     nil,
		"a tight row": {{310, 300}, {312, 300}, {314, 300}, {316, 300}},
	} {
		_, err := Calibrate(registered, clicks(t, real, 0.5, &random, at...), Hold{})
		if e := say.As(err); e == nil || e.Code != "view.calibration" || e.Text.Ar == "" || e.Hint.En == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What is known may be held: then one spot is enough for the direction.
	registered.Roll, registered.HFOV = real.Roll, real.HFOV
	cal, err := Calibrate(registered, clicks(t, real, 0.5, &random, Pixel{300, 300}, Pixel{320, 310}), Hold{Roll: true, HFOV: true})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "azimuth", cal.Camera.Azimuth, real.Azimuth, geo.Radians(0.05))
	if cal.Camera.Sure.Pose[2][2] != assumed.Pose[2][2] {
		t.Errorf("a held roll lost its registered error")
	}
}

func TestMarksThatBelongToNothingAreRefused(t *testing.T) {
	real, registered := truth()
	random := source(5)
	marks := clicks(t, real, 0.5, &random, spread()...)
	for i := range marks {
		marks[i].X, marks[i].Y = 640*random.float(), 480*random.float()
	}
	if cal, err := Calibrate(registered, marks, Hold{}); err == nil {
		t.Errorf("clicks at random calibrate to %g pixels", cal.After)
	}
	marks[0].At.Lat = math.NaN()
	if _, err := Calibrate(registered, marks, Hold{}); err == nil {
		t.Error("a mark without a place is accepted")
	}
}

// A patrol walks a loop through the view; its receiver errs by 2 m and the
// camera's clock runs ahead.
func TestAPatrolThatWalksThroughCalibrates(t *testing.T) {
	real, registered := truth()
	v := must(t, real)
	random := source(11)
	begin := time.Date(2026, 1, 5, 6, 0, 0, 0, time.UTC)
	const ahead = 1.7
	// Out along the left, across, and back along the right.
	var path []geo.Position
	for _, p := range []Pixel{{60, 460}, {90, 270}, {560, 260}, {600, 450}} {
		path = append(path, v.Spot(p.X, p.Y, 1, level).Position)
	}
	var fixes []Fix
	var sightings []Sighting
	for second := 0.0; ; second++ {
		p, ok := along(path, second*1.4)
		if !ok {
			break
		}
		at := begin.Add(time.Duration(second * float64(time.Second)))
		frame := geo.NewFrame(p)
		fixes = append(fixes, Fix{At: at, Where: frame.FromENU(geo.ENU{E: random.normal(), N: random.normal()}), Error: 1.4})
		if x, y, in := v.Pixel(p); in {
			sightings = append(sightings, Sighting{At: at.Add(time.Duration(ahead * float64(time.Second))), X: x + random.normal(), Y: y + random.normal()})
		}
	}
	marks := Walk(fixes, sightings, 5*time.Second, 200)
	if len(marks) != 200 {
		t.Fatalf("%d marks of %d sightings", len(marks), len(sightings))
	}
	cal, err := Calibrate(registered, marks, Hold{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d fixes, after %.2f px, clock %.2f ± %.2f s, azimuth off %.4f°", len(fixes), cal.After, cal.Clock, cal.SigmaClock, geo.Degrees(cal.Camera.Azimuth-real.Azimuth))
	near(t, "azimuth", cal.Camera.Azimuth, real.Azimuth, geo.Radians(0.1))
	near(t, "tilt", cal.Camera.Tilt, real.Tilt, geo.Radians(0.03))
	near(t, "field of view", cal.Camera.HFOV, real.HFOV, geo.Radians(0.2))
	near(t, "clock", cal.Clock, ahead, 5*cal.SigmaClock)
	if cal.SigmaClock > 2 {
		t.Errorf("σ of the clock %g s", cal.SigmaClock)
	}
	if Walk(fixes, sightings, time.Millisecond, 0) != nil {
		t.Error("fixes further apart than the gap were joined")
	}
}

// along is a path's point after a distance on it.
func along(path []geo.Position, metres float64) (geo.Position, bool) {
	for i := range path[1:] {
		d := geo.Distance(path[i].Point, path[i+1].Point)
		if metres <= d {
			_, az := geo.Inverse(path[i].Point, path[i+1].Point)
			return geo.Position{Point: geo.Direct(path[i].Point, metres, az), Height: 400}, true
		}
		metres -= d
	}
	return geo.Position{}, false
}
