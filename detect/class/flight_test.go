package class

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/view"
	"marsad/geo"
)

// flown is the ranking of a thing of 4×3 pixels in front of the sky after some
// seconds at five pictures a second: at is where it is, warm what its strongest
// pixel exceeds the sky by, of 255.
func flown(t *testing.T, seconds float64, g *view.Measure, at func(t float64) (x, y float64), warm func(t float64) float64) Ranking {
	t.Helper()
	j := judge(t)
	var track Track
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for s := 0.0; s <= seconds; s += 0.2 {
		f := &detect.Frame{At: began.Add(time.Duration(s * 1e9)), Width: 320, Height: 60, Bits: 8, Pix: make([]uint16, 320*60)}
		for i := range f.Pix {
			f.Pix[i] = 40
		}
		x, y := at(s)
		box := detect.Box{X: int(x) - 2, Y: int(y) - 1, W: 4, H: 3}
		for i := range box.W {
			f.Pix[int(y)*320+box.X+i] = 40 + uint16(warm(s))
		}
		j.Add(&track, f, detect.Mover{Box: box, X: x, Y: y, Declared: true}, g)
	}
	return track.Rank()
}

func always(v float64) func(float64) float64 { return func(float64) float64 { return v } }

func level(t float64) (x, y float64) { return 20 + 25*t, 30 }

// bounding is a way that is level on the whole, and goes up and down on it.
func bounding(t float64) (x, y float64) { return 20 + 25*t, 30 + 3*math.Sin(2*t) }

func climbing(t float64) (x, y float64) { return 20 + 25*t, 50 - 4*t }

func TestTheWayOfAThingTellsAnAircraftFromABird(t *testing.T) {
	sky := &view.Measure{Spot: view.Spot{Kind: view.InAir, Elevation: geo.Radians(2)}}
	odds := func(r Ranking) float64 { return r.P[SlowAir] / r.P[Bird] }
	straight := flown(t, 6, sky, level, always(40))
	if best, p := straight.Best(); best != SlowAir || p < 0.6 {
		t.Errorf("level and even: %v by %.2f", best, p)
	}
	for name, at := range map[string]func(float64) (float64, float64){"bounding": bounding, "climbing": climbing} {
		r := flown(t, 6, sky, at, always(40))
		if best, p := r.Best(); best != Bird || p < 0.5 || odds(r) > odds(straight)/5 {
			t.Errorf("%s: %v by %.2f, slow-air to bird %.2f, on a level way %.2f", name, best, p, odds(r), odds(straight))
		}
	}
	// Half a second of a way says nothing of it, nor does the picture of a camera
	// that looks down.
	down := *sky
	down.Elevation = geo.Radians(-20)
	for name, pair := range map[string][2]Ranking{
		"short": {flown(t, 0.5, sky, level, always(40)), flown(t, 0.5, sky, climbing, always(40))},
		"down":  {flown(t, 6, &down, level, always(40)), flown(t, 6, &down, climbing, always(40))},
	} {
		if a, b := odds(pair[0]), odds(pair[1]); math.Abs(math.Log(a/b)) > 0.7 {
			t.Errorf("%s: slow-air to bird %.2f level and %.2f climbing", name, a, b)
		}
	}
	if !said(straight, "level and even way") || !said(flown(t, 6, sky, climbing, always(40)), "climbs or sinks by 9°") || !said(flown(t, 6, sky, bounding, always(40)), "goes up and down by 2.") {
		t.Errorf("the way is not among the reasons: %+v", straight.Why)
	}
}

func said(r Ranking, words string) bool {
	return slices.ContainsFunc(r.Why, func(w Reason) bool { return strings.Contains(w.Text.En, words) })
}

// What is hot is an engine, however little of it is seen.
func TestHeatTellsAnAircraftFromABird(t *testing.T) {
	hot, cool := flown(t, 6, nil, level, always(120)), flown(t, 6, nil, level, always(20))
	if hot.P[SlowAir] < 3*hot.P[Bird] || cool.P[Bird] < 3*cool.P[SlowAir] {
		t.Errorf("hot %v, cool %v", hot.P, cool.P)
	}
	if !said(hot, "47 % of the picture's range") {
		t.Errorf("heat is not among the reasons: %+v", hot.Why)
	}
	f := &detect.Frame{Width: 40, Height: 30, Bits: 16, Pix: make([]uint16, 1200)}
	f.Pix[15*40+20] = 200
	if h := Heat(f, detect.Box{X: 19, Y: 14, W: 3, H: 3}); h != 0 {
		t.Errorf("counts without an end: %g", h)
	}
	f.Bits = 8
	if h := Heat(f, detect.Box{X: 19, Y: 14, W: 3, H: 3}); math.Abs(h-200.0/255) > 1e-9 {
		t.Errorf("heat %g", h)
	}
}

// Wings beat: of what is large enough that its brightness is its own.
func TestWhatBeatsIsABird(t *testing.T) {
	seen := func(length int, change float64) (out [NKind]float64) {
		var w flight
		at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		for i := range 20 {
			w.see(at.Add(time.Duration(i)*200*time.Millisecond), &detect.Mover{Box: detect.Box{W: length, H: length}}, 0.3*math.Pow(1+change, float64(i%2)))
		}
		_, out = w.shines()
		return out
	}
	if b := seen(10, 0.25); b[Bird]-b[SlowAir] < 1 {
		t.Errorf("it beats: %v", b)
	}
	if b := seen(10, 0.01); b[SlowAir]-b[Bird] < 1 || b[Person] != 0 {
		t.Errorf("it is steady: %v", b)
	}
	if b := seen(4, 0.25); b != ([NKind]float64{}) {
		t.Errorf("a few pixels: %v", b)
	}
}

// A few pixels are no picture of wings.
func TestAFewPixelsDoNotTellABirdFromAnAircraft(t *testing.T) {
	p := [NSeen]float64{-4, -4, -4, -4, -0.1, -4}
	if small := spread(p, detect.Box{W: 4, H: 4}); small[Bird] != small[SlowAir] {
		t.Errorf("16 pixels: %v", small)
	}
	if large := spread(p, detect.Box{W: 9, H: 9}); large[Bird] <= large[SlowAir] {
		t.Errorf("81 pixels: %v", large)
	}
}

// Before the ground, what flies is nearer than it: smaller and slower by as much.
func TestAFlierBeforeTheGroundIsNoVehicle(t *testing.T) {
	for _, c := range []struct {
		name                 string
		width, height, speed float64
		want                 Kind
	}{
		{"a bird before the ground 2 km off", 3.8, 2.5, 200, Bird},
		{"a lorry", 9, 3.2, 14, Vehicle},
		{"a car", 4.4, 1.6, 18, Vehicle},
	} {
		j := judge(t)
		var track Track
		for range 10 {
			j.Add(&track, &detect.Frame{}, detect.Mover{Declared: true}, measure(view.OnGround, c.width, c.height, c.speed))
		}
		r := track.Rank()
		if best, p := r.Best(); best != c.want {
			t.Errorf("%s is taken for %v by %.2f: %v", c.name, best, p, r.P)
		}
		if c.want == Bird && !said(r, "on the ground it would go 200.0 m/s") {
			t.Errorf("%s: %+v", c.name, r.Why)
		}
	}
}

// Who bounds along is nothing that goes on the ground, though a car might have
// its size and speed: an insect on the window.
func TestWhatBoundsBeforeTheGroundIsNoVehicle(t *testing.T) {
	car := func() *view.Measure {
		m := measure(view.OnGround, 2.4, 2.8, 30)
		m.Elevation = geo.Radians(-1)
		return m
	}
	if best, p := best(flown(t, 6, car(), level, always(40))); best != Vehicle {
		t.Errorf("on a level way it is taken for %v by %.2f", best, p)
	}
	hop := func(t float64) (x, y float64) { return 20 + 25*t, 30 + 8*math.Sin(2*t) }
	if best, p := best(flown(t, 6, car(), hop, always(40))); best == Vehicle || best == Person || best == Group || best == Animal {
		t.Errorf("bounding it is taken for %v by %.2f", best, p)
	}
}

func best(r Ranking) (Kind, float64) { return r.Best() }

// A gate says what nothing on the ground can be; what fits one is told by it.
func TestWhatFitsNoGateIsNothingOnTheGround(t *testing.T) {
	j := judge(t)
	seen := func(width, height, speed float64) Ranking {
		var track Track
		for range 10 {
			j.Add(&track, &detect.Frame{}, detect.Mover{Declared: true}, measure(view.OnGround, width, height, speed))
		}
		return track.Rank()
	}
	for _, c := range [][3]float64{{40, 38, 12}, {12, 9, 3}, {6, 0.2, 40}} {
		r := seen(c[0], c[1], c[2])
		if sum := r.P[Person] + r.P[Group] + r.P[Vehicle] + r.P[Animal]; sum > 0.1 {
			t.Errorf("%g m wide, %g m high, %g m/s: %.2f for what goes on the ground: %v", c[0], c[1], c[2], sum, r.P)
		}
		if !said(r, "nothing that goes on the ground has such a size and speed") {
			t.Errorf("%v: %+v", c, r.Why)
		}
	}
	if out := gated(measure(view.OnGround, 9, 3.2, 14)); out[Vehicle] < -0.2 || out[Person] > -2 || out[Unknown] != 0 || out[Bird] != 0 {
		t.Errorf("a lorry: %v", out)
	}
	far := measure(view.OnGround, 9.6, 6, 5)
	far.Pixel = 1.1
	if out := gated(far); out[Vehicle] < gated(measure(view.OnGround, 9.6, 6, 5))[Vehicle]+0.5 {
		t.Errorf("a lorry 4 km off: %v", out)
	}
	if r := seen(9, 3.2, 20); !said(r, "those of nothing else that goes on the ground") {
		t.Errorf("a lorry: %+v", r.Why)
	}
}

// A box is a pixel wider and higher than what is in it, which is much far away.
func TestFarAwayABoxIsLargerThanTheThing(t *testing.T) {
	far, lean := measure(view.OnGround, 1.15, 2.2, 1.3), measure(view.OnGround, 0.65, 1.7, 1.3)
	far.Pixel, far.SigmaSize, lean.SigmaSize = 0.5, 0.3, 0.3
	a, b := measured(far), measured(lean)
	if math.Abs(a[Person]-b[Person]) > 0.3 || a[Person] < a[Animal] {
		t.Errorf("a box of 1.15 by 2.2 m: %v, what is in it: %v", a, b)
	}
}

// Where a thing is is one fact, however often it is seen there.
func TestAPlaceCountsOnce(t *testing.T) {
	j := judge(t)
	var once, often Track
	for i := range 30 {
		m := &view.Measure{Spot: view.Spot{Kind: view.Grazing}}
		if i == 0 {
			j.Add(&once, &detect.Frame{}, detect.Mover{}, m)
		}
		j.Add(&often, &detect.Frame{}, detect.Mover{}, m)
	}
	a, b := once.Rank(), often.Rank()
	for k := range a.P {
		if math.Abs(a.P[k]-b.P[k]) > 1e-9 {
			t.Errorf("%v: once %.3f, often %.3f", Kind(k), a.P[k], b.P[k])
		}
	}
}

// The figures of heat are those that the training program printed.
func TestTheHeatsAreTheDocumentedOnes(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []*[NKind]about{&smallHeats, &clearHeats, &beats} {
		for _, k := range []Kind{SlowAir, Bird} {
			if row := fmt.Sprintf("{%.3f, %.2f}", of[k].typical, of[k].factor); !strings.Contains(string(readme), row) {
				t.Errorf("README.md has no %s", row)
			}
		}
	}
}
