package class

import (
	"math"
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/view"
	"marsad/geo"
)

// went is the ranking of a thing of a size after a minute at five pictures a second
// on the ground a kilometre off: at is where it is in metres north, and jump is by how
// much its places lie off and its speeds of the moment with them.
func went(t *testing.T, width, height float64, at func(t float64) float64, jump float64) (Ranking, *Track) {
	t.Helper()
	j := judge(t)
	var track Track
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	frame := geo.NewFrame(geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}})
	for i := range 300 {
		s := float64(i) / 5
		off := jump * math.Sin(2.1*s)
		m := measure(view.OnGround, width, height, 0)
		m.Position = geo.Position{Point: frame.At(0, at(s)+off)}
		m.North = (at(s+0.1)-at(s-0.1))/0.2 + 2.1*jump*math.Cos(2.1*s)
		j.Add(&track, &detect.Frame{At: began.Add(time.Duration(s * 1e9))}, detect.Mover{Declared: true}, m)
	}
	return track.Rank(), &track
}

// Walkers far off whose places jump by metres get on like walkers, and a car like a
// car; what stops has gone somewhere.
func TestAPaceIsOfTheWayAndNotOfTheMoment(t *testing.T) {
	walk := func(v float64) func(float64) float64 { return func(s float64) float64 { return v * s } }
	for _, c := range []struct {
		name          string
		width, height float64
		at            func(float64) float64
		jump, pace    float64
		want          Kind
	}{
		{"a group whose places jump", 4, 1.8, walk(1.2), 3, 1.2, Group},
		{"a person whose places jump", 0.6, 1.7, walk(1.3), 3, 1.3, Person},
		{"a car", 4.4, 1.7, walk(9), 3, 9, Vehicle},
		{"a lorry that stops", 8, 3.2, func(s float64) float64 { return 8 * math.Min(s, 20) }, 0.1, 0, Vehicle},
	} {
		r, track := went(t, c.width, c.height, c.at, c.jump)
		if best, p := r.Best(); best != c.want {
			t.Errorf("%s is taken for %v by %.2f: %v", c.name, best, p, r.P)
		}
		if v := track.last.Speed(); math.Abs(v-c.pace) > 0.9 || track.pace.stays {
			t.Errorf("%s: %.2f ± %.2f m/s, stays %v", c.name, v, track.last.SigmaSpeed, track.pace.stays)
		}
	}
}

// A bush that sways is moved and gets nowhere.
func TestWhatStaysAboutOnePlaceIsNoVehicle(t *testing.T) {
	stand := func(float64) float64 { return 0 }
	r, track := went(t, 4.4, 1.9, stand, 3)
	if best, p := r.Best(); best == Vehicle || r.P[Vehicle] > 0.2 || !track.pace.stays {
		t.Errorf("it is taken for %v by %.2f: %v", best, p, r.P)
	}
	if sum := r.P[Person] + r.P[Group] + r.P[Vehicle] + r.P[SlowAir] + r.P[Unknown]; sum < floor-1e-9 {
		t.Errorf("what is declared is ranked away: %v", r.P)
	}
}

// By day the ground is hotter than who walks on it: the look is of the shape.
func TestWhatIsColderThanTheGroundIsJudgedByItsShape(t *testing.T) {
	looked := func(of, ground uint16) Ranking {
		f := &detect.Frame{Width: 64, Height: 48, Bits: 8, Pix: make([]uint16, 64*48)}
		for i := range f.Pix {
			f.Pix[i] = ground
		}
		for y := 12; y < 28; y++ { // head, arms, legs
			for x := 28; x < 34; x++ {
				if y >= 15 && (y < 22 || x < 30 || x > 31) || x > 29 && x < 32 {
					f.Pix[y*64+x] = of
				}
			}
		}
		var track Track
		for range 5 {
			judge(t).Add(&track, f, detect.Mover{Box: detect.Box{X: 28, Y: 12, W: 6, H: 16}}, nil)
		}
		return track.Rank()
	}
	warm, cold := looked(200, 100), looked(100, 200)
	for k := range warm.P {
		if Kind(k) != SlowAir && Kind(k) != Bird && math.Abs(warm.P[k]-cold.P[k]) > 0.02 {
			t.Errorf("%v: %.2f warm and %.2f cold", Kind(k), warm.P[k], cold.P[k])
		}
	}
	if best, p := cold.Best(); best != Person {
		t.Errorf("a cold person is taken for %v by %.2f: %v", best, p, cold.P)
	}
}
