package detect

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// clouded is a picture of soft clouds that drift over rough ground, with a thing
// of 4 by 3 pixels that crosses them from a frame on.
func clouded(s *scene, n int, drift, depth float64, from int) Frame {
	f := Frame{Index: n, At: time.Unix(1000, 0).UTC().Add(time.Duration(n) * 200 * time.Millisecond), Width: s.w, Height: s.h, Bits: 8,
		Pix: make([]uint16, s.w*s.h)}
	x0, y0 := 2*float64(n-from)-6, 20.3
	for y := range s.h {
		for x := range s.w {
			v := s.at(float64(x), float64(y))
			if y < 2*s.h/3 {
				u, w := (float64(x)-drift*float64(n))/12, float64(y)/9
				v = 100 + depth*(math.Sin(u)*math.Sin(w+1)+math.Sin(0.37*u+2)*math.Cos(0.6*w))
			}
			if dx, dy := (float64(x)-x0)/2, (float64(y)-y0)/1.5; n >= from && dx*dx+dy*dy < 1 {
				v += 60
			}
			f.Pix[y*s.w+x] = uint16(min(max(v+s.noise*s.rng.NormFloat64(), 0), 255))
		}
	}
	return f
}

// Clouds that drift for half a minute are not declared; an aircraft that then
// passes before them is.
func TestCloudsAreNotDeclaredAndAnAircraftBeforeThemIs(t *testing.T) {
	const calm, cross = 150, 70
	for _, c := range []struct{ drift, depth float64 }{{0.15, 12}, {0.3, 12}, {0.5, 12}} {
		s := newScene(uint64(100*c.drift), 144, 108)
		d := New(Standard(), s.w, s.h)
		at := -1
		for n := range calm + cross {
			for _, m := range d.Step(clouded(s, n, c.drift, c.depth, calm)).Movers {
				if m.Declared && at < 0 {
					at = n
				}
			}
		}
		if at < 0 || at < calm {
			t.Errorf("drift %g, depth %g: declared at frame %d; the aircraft comes at %d", c.drift, c.depth, at, calm)
		} else {
			t.Logf("drift %g, depth %g: declared %d frames after it came", c.drift, c.depth, at-calm)
		}
	}
}

// The evidence has no scale: a path drawn larger, jitter and all, is at least as
// likely a path; and play about one place is none, however long it lasts.
func TestOddsAreFreeOfScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		speed := rapid.Float64Range(2, 20).Draw(t, "speed")
		jitter := rapid.SliceOfN(rapid.Float64Range(-30, 30), 20, 20).Draw(t, "jitter")
		var small, large, back course
		for k, j := range jitter {
			small.place(float64(k), speed*float64(k)+j, j)
			large.place(float64(k), 1000*(speed*float64(k)+j), 1000*j)
			back.place(float64(k), 50*float64(k%2), 7)
		}
		a, _ := small.odds()
		b, _ := large.odds()
		if b < a-1e-6 {
			t.Fatalf("%.3f grew into %.3f", a, b)
		}
		if c, _ := back.odds(); c >= way {
			t.Fatalf("to and fro has odds of %.1f", c)
		}
	})
}

// What came to nothing in a place makes things as strong there less credible,
// and stronger ones no less; it is forgotten.
func TestClutterIsCountedByPlaceAndStrength(t *testing.T) {
	d := New(Standard(), 320, 240)
	d.forget()
	quiet := d.density(100, 100, 12)
	for range 50 {
		d.comeToNothing(100, 100, 12, 1)
	}
	d.forget()
	here, strong, away := d.density(100, 100, 12), d.density(100, 100, 60), d.density(300, 20, 12)
	if here < 20*quiet || strong != quiet || away >= here || away <= quiet {
		t.Errorf("quiet %g, here %g, stronger %g, elsewhere %g", quiet, here, strong, away)
	}
	for range 20 * fades {
		d.forget()
	}
	if later := d.density(100, 100, 12); later > 1.01*quiet {
		t.Errorf("%g is never forgotten: %g", here, later)
	}
}

// What is small, fast and slanting takes longer than what is small, fast and
// level: it is given six seconds of a straight way.
func TestWhatMayBeABirdTakesLonger(t *testing.T) {
	declared := func(vx, vy float64) int {
		s := newScene(5, 320, 160)
		s.bare()
		s.contrast, s.rx, s.ry, s.vx, s.vy, s.appears = 60, 2.2, 1.6, vx, vy, 20
		s.x, s.y = 10-20*vx, 120-20*vy
		_, at, _ := s.run(New(Standard(), s.w, s.h), 0, 125)
		return at
	}
	level, slanting := declared(2.6, 0.02), declared(2.6, -0.9)
	if level < 20 || level > 32 || slanting < 20+55 {
		t.Errorf("level at frame %d, slanting at %d", level, slanting)
	}
}

// A small thing that climbs in the picture is not declared while it may be a bird,
// a large one is, and a camera that looks down takes nothing for a bird.
func TestOnlySmallThingsMayBeBirds(t *testing.T) {
	declared := func(level, rx, ry float64) bool {
		s := newScene(5, 160, 120)
		s.bare()
		s.contrast, s.rx, s.ry, s.vx, s.vy, s.appears = 60, rx, ry, 2.5, -1.5, 20
		s.x, s.y = 30-20*s.vx, 85-20*s.vy
		cfg := Standard()
		cfg.Level = level
		_, at, _ := s.run(New(cfg, s.w, s.h), 0, 55)
		return at >= 0
	}
	for _, c := range []struct {
		level, rx, ry float64
		want          bool
	}{{0.05, 2.2, 1.6, false}, {0.05, 14, 9, true}, {0, 2.2, 1.6, true}} {
		if got := declared(c.level, c.rx, c.ry); got != c.want {
			t.Errorf("level %g, %g x %g: declared %v", c.level, 2*c.rx, 2*c.ry, got)
		}
	}
}
