package detect

import (
	"math"
	"testing"
	"time"
)

// shown plays calm ground at five frames a second, with something added to it from
// frame 20 on, and gives the frame in which a mover was declared, or -1.
func shown(frames int, add func(n int, x, y float64) float64) int {
	s := newScene(5, 320, 160)
	s.bare()
	d := New(Standard(), s.w, s.h)
	for n := range frames {
		f, _ := s.frame(n)
		f.At = time.Unix(1000, 0).Add(time.Duration(n) * 200 * time.Millisecond)
		for i := range f.Pix {
			if n >= 20 {
				f.Pix[i] = uint16(min(max(float64(f.Pix[i])+add(n-20, float64(i%s.w), float64(i/s.w)), 0), 255))
			}
		}
		for _, m := range d.Step(f).Movers {
			if m.Declared {
				return n - 20
			}
		}
	}
	return -1
}

// disc is one within a radius and nothing outside of it, with an edge of some
// pixels.
func disc(dx, dy, radius, edge float64) float64 {
	return 1 / (1 + math.Exp((math.Hypot(dx, dy)-radius)*4/edge))
}

// What is out of focus, as an insect on the window is, is not declared; the same
// in focus is. What is large is held to that in the mean too, though it may be
// softer: so clear and steady a thing outweighs its edge in the sum.
func TestOnlyWhatIsInFocusIsDeclared(t *testing.T) {
	for _, c := range []struct {
		name string
		want bool
		look func(dx, dy float64) float64
	}{
		{"in focus", true, func(dx, dy float64) float64 { return disc(dx, dy, 8, 1.5) }},
		{"out of focus", false, func(dx, dy float64) float64 { return math.Exp(-(dx*dx + dy*dy) / 60) }},
		{"dim, large, in focus", true, func(dx, dy float64) float64 { return 0.3 * disc(dx, dy, 10, 1.5) }},
		{"dim, large, a little out of focus", false, func(dx, dy float64) float64 { return 0.3 * disc(dx, dy, 10, 4) }},
	} {
		at := shown(80, func(n int, x, y float64) float64 { return 70 * c.look(x-40-2*float64(n), y-80) })
		if (at >= 0) != c.want {
			t.Errorf("%s: declared at frame %d", c.name, at)
		}
	}
}

// A small fast thing on a straight way is declared within a dozen frames; one that
// goes level for a moment, and not straight, is not, though its slope is none.
func TestAMomentOnTheLevelIsNotStraight(t *testing.T) {
	fly := func(bob float64) int {
		return shown(40, func(n int, x, y float64) float64 {
			across := float64(n) - 3
			return 90 * disc(x-30-5*float64(n), y-80+bob*across*across, 2, 1)
		})
	}
	if straight, curved := fly(0), fly(0.12); straight < 4 || straight > 12 || curved >= 0 && curved <= 14 {
		t.Errorf("straight at frame %d, curved at %d", straight, curved)
	}
}

// What creeps along the top of the picture may be the lower end of a cloud, however
// alone it looks there, and so may what is not clearly alone, however far it came;
// farther down both are what they seem to be.
func TestWhatTheRimCutsIsNotKnownToStandAlone(t *testing.T) {
	for _, c := range []struct {
		top         int32
		alone, gone float64
		down        bool // the camera looks down: above the picture is ground
		want        bool
	}{{1, 0.95, 6, false, true}, {60, 0.95, 6, false, false}, {1, 0.3, 100, false, true}, {2, 0.3, 100, false, true}, {60, 0.3, 100, false, false}, {2, 0.3, 100, true, false}} {
		cfg := Standard()
		if c.down {
			cfg.Level = 0
		}
		d := New(cfg, 160, 120)
		d.interval = 0.2
		th := thing{x0: 50, x1: 70, y0: c.top, y1: c.top + 8, x: 60, y: float64(c.top) + 4, area: 150, ratio: 30}
		tr := track{x: th.x, y: th.y, w: 21, h: 9, age: 50}
		d.begin(&tr, seed{x: 55, y: th.y, area: 150}, &th)
		tr.proof.alone, tr.proof.clutter = c.alone, 0
		if got := d.isEdge(&tr, c.gone); got != c.want {
			t.Errorf("in row %d, %g alone, %g pixels from its place, looking down %v: may be an edge: %v", c.top, c.alone, c.gone, c.down, got)
		}
	}
}

// A bird that comes down over the top of the picture is not declared while that
// cuts it, nor soon after: its middle seems to come down half as fast as it does.
// What goes level along the top is declared.
func TestWhatComesDownOverTheTopMayBeABird(t *testing.T) {
	fly := func(top, across, down float64) int {
		return shown(40, func(n int, x, y float64) float64 {
			return 60 * disc(x-20-across*float64(n), y-top-down*float64(n), 4, 1.5)
		})
	}
	if level, slanting := fly(2, 5, 0), fly(-4, 1.2, 1.2); level < 0 || slanting >= 0 {
		t.Errorf("level at frame %d, slanting at %d", level, slanting)
	}
}

// What a track proves since its sum began anew counts for the way since then only: a
// soft cloud drifts for six seconds, then something sharp stands where it is. What
// goes on is declared.
func TestAWayIsNotLentToWhatIsSeenLater(t *testing.T) {
	const later = 30
	after := func(speed float64) int {
		return shown(70, func(n int, x, y float64) float64 {
			dx, dy := x-40-float64(min(n, later))-speed*float64(max(n-later, 0)), y-80
			if n < later {
				return 60 * math.Exp(-(dx*dx+dy*dy)/60)
			}
			return 60 * disc(dx, dy, 5, 1.5)
		})
	}
	if stays, goes := after(0), after(2); stays >= 0 || goes < later {
		t.Errorf("what stays declared at frame %d, what goes at %d", stays, goes)
	}
}

// What two sides of the picture cut, the top one of them, may be the rest of a cloud
// that grows into it, however alone it is and however far its middle came; so it may
// as long as the top cuts it, once it has come away from the side.
func TestWhatACornerCutsMayBeACloud(t *testing.T) {
	for _, c := range []struct {
		x0, y0         int32
		across, onward int32 // where it is seen last, from there
		down           bool
		want           bool
	}{{1, 1, 0, 0, false, true}, {144, 2, 0, 0, false, true}, {1, 1, 5, 0, false, true}, {144, 2, -5, 0, false, true}, {1, 20, 0, 0, false, false}, {1, 1, 5, 4, false, false}, {60, 1, 5, 0, false, false}, {1, 1, 0, 0, true, false}} {
		cfg := Standard()
		if c.down {
			cfg.Level = 0
		}
		d := New(cfg, 160, 120)
		d.interval = 0.2
		at := func(x0, y0 int32) *thing {
			return &thing{x0: x0, x1: x0 + 14, y0: y0, y1: y0 + 6, x: float64(x0) + 7, y: float64(y0) + 3, area: 77, ratio: 40}
		}
		th := at(c.x0, c.y0)
		tr := track{x: th.x, y: th.y, w: 15, h: 7, age: 20}
		d.begin(&tr, seed{x: th.x - 4, y: th.y, area: 60}, th)
		d.see(&tr, at(c.x0+c.across, c.y0+c.onward), 0)
		tr.proof.alone, tr.proof.clutter = 0.95, 0
		if got := d.isEdge(&tr, 30); got != c.want {
			t.Errorf("at %d,%d and %d,%d farther, looking down %v: may be an edge: %v", c.x0, c.y0, c.across, c.onward, c.down, got)
		}
	}
}

// What its surroundings exceed is a piece of them: any where things as strong came to
// nothing before, where they did not only what is large or exceeded by far, until it
// has come by twice its length where nothing drifts.
func TestWhatItsSurroundingsExceedIsAPieceOfThem(t *testing.T) {
	for _, c := range []struct {
		length         float64
		alone, clutter float64 // clutter in a million pixels
		lengths        float64 // that it has come
		restless       float64
		want           bool
	}{{6, -0.8, 50, 1, 1, true}, {6, -0.1, 50, 1, 1, false}, {6, -0.8, 1, 1, 1, false}, {6, -1.2, 1, 1, 1, true}, {20, -0.8, 1, 1, 1, true},
		{20, -0.8, 1, 2.1, 1, false}, {6, -1.2, 1, 2.1, 1, false}, {20, -0.8, 1, 2.1, 4, true}, {20, -0.8, 50, 2.1, 1, true}} {
		d := New(Standard(), 160, 120)
		d.interval = 0.2
		th := thing{x0: 60, x1: 64, y0: 60, y1: 64, x: 62, y: 62, area: 20, ratio: 15}
		tr := track{x: th.x, y: th.y, w: c.length, h: c.length, age: 20}
		d.begin(&tr, seed{x: th.x, y: th.y, area: 20}, &th)
		tr.proof.alone, tr.proof.clutter, tr.proof.largest, tr.proof.soft = c.alone, c.clutter/million, c.length, 0.8
		tr.proof.restless, tr.fromX, tr.fromY = c.restless, th.x-c.lengths*c.length, th.y
		if got := d.isEdge(&tr, 60); got != c.want {
			t.Errorf("%g long, %g alone, clutter %g, restless %g, come by %g lengths: may be an edge: %v", c.length, c.alone, c.clutter, c.restless, c.lengths, got)
		}
	}
}

// What is small at a side of the picture, where as strong ones came to nothing before,
// may be the rest of a bush until it has gone twice the length that it ever had, and
// what came in over a side where clouds drift the rest of a cloud.
func TestWhatASideCutsMayBeABush(t *testing.T) {
	for _, c := range []struct {
		x0                      int32
		length                  float64
		clutter, gone, restless float64 // in a million pixels; pixels; times the noise
		over                    bool    // it came in over the side
		want                    bool
	}{
		{3, 6, 10, 9, 1, false, true}, {153, 6, 10, 9, 1, false, true}, {3, 6, 10, 13, 1, false, false}, {9, 6, 10, 9, 1, false, false}, {3, 6, 1, 9, 1, false, false}, {3, 20, 10, 30, 1, false, false},
		{9, 6, 1, 9, 10, true, true}, {9, 6, 1, 13, 10, true, false}, {9, 6, 1, 9, 1, true, false}, {9, 6, 1, 9, 10, false, false}, {9, 20, 1, 30, 10, true, false},
	} {
		d := New(Standard(), 160, 120)
		d.interval = 0.2
		th := thing{x0: c.x0, x1: c.x0 + 4, y0: 60, y1: 64, x: float64(c.x0) + 2, y: 62, area: 20, ratio: 15}
		tr := track{x: th.x, y: th.y, w: c.length, h: c.length, age: 16}
		d.begin(&tr, seed{x: th.x, y: th.y, area: 20}, &th)
		tr.proof.alone, tr.proof.clutter, tr.proof.largest, tr.proof.restless, tr.proof.rim = 0.95, c.clutter/million, c.length, c.restless, [4]bool{c.over}
		if got := d.isEdge(&tr, c.gone); got != c.want {
			t.Errorf("%g long at column %d, clutter %g, %g pixels from its place: may be an edge: %v", c.length, c.x0, c.clutter, c.gone, got)
		}
	}
}

// A speck whose middle goes three pixels and no farther is a bush that comes to rest on
// one side; one that goes on is declared.
func TestThreePixelsAreNoWay(t *testing.T) {
	play := func(most float64) int {
		return shown(50, func(n int, x, y float64) float64 {
			return 60 * disc(x-40-min(0.4*float64(n), most), y-110, 2, 1)
		})
	}
	if stops, goes := play(3.2), play(40); stops >= 0 || goes < 8 || goes > 30 {
		t.Errorf("what stops declared at frame %d, what goes on at %d", stops, goes)
	}
}

// A speck that comes to rest and one that begins to play beside it a second later are
// two; one that is hidden for as long and comes out where it was going is one.
func TestTwoPlacesAreNoWay(t *testing.T) {
	play := func(hidden int, speed, leap float64) int {
		return shown(60, func(n int, x, y float64) float64 {
			at := 40 + speed*float64(n)
			switch {
			case n >= 6 && n < 6+hidden:
				return 0
			case n >= 6+hidden:
				at += leap
			}
			return 120 * disc(x-at, y-110, 2, 1)
		})
	}
	for _, hidden := range []int{4, 6} {
		for _, leap := range []float64{4.5, 6.5, 8} {
			if n := play(hidden, 0, leap); n >= 0 {
				t.Errorf("what leaps %g pixels unseen for %d frames declared at frame %d", leap, hidden, n)
			}
		}
		if n := play(hidden, 0.5, 0); n < 6 || n > 30 {
			t.Errorf("what goes on, hidden for %d frames, declared at frame %d", hidden, n)
		}
	}
}
