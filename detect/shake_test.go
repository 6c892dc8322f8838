package detect

import (
	"math"
	"math/rand/v2"
	"testing"
)

// plain is a flat picture with a few posts, which alone tell of sway.
func plain(rng *rand.Rand, sx, sy float64, n int) Frame {
	const w, h = 192, 128
	f := Frame{Index: n, Width: w, Height: h, Bits: 8, Pix: make([]uint16, w*h)}
	for y := range h {
		for x := range w {
			u, v := float64(x)-sx, float64(y)-sy
			value := 100.0
			for k := range 24 {
				px, py := 16+float64(k%6)*32+float64(k*k%7), 16+float64(k/6)*32+float64(k*k%5)
				r := math.Hypot(u-px, v-py)
				value += 60 / (1 + math.Exp(2*(r-2.5)))
			}
			f.Pix[y*w+x] = uint16(value + rng.NormFloat64() + 0.5)
		}
	}
	return f
}

// A picture that shakes by a pixel before flat ground is steadied by the few
// points that tell of it, to the first frame's place.
func TestShakeBeforeFlatGround(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	d := New(Standard(), 192, 128)
	var startX, startY float64
	for n := range 60 {
		sx, sy := rng.NormFloat64(), rng.NormFloat64()
		if n == 0 {
			startX, startY = sx, sy
		}
		r := d.Step(plain(rng, sx, sy, n))
		if dx, dy := r.SwayX-(sx-startX), r.SwayY-(sy-startY); math.Abs(dx) > 0.35 || math.Abs(dy) > 0.35 {
			t.Errorf("frame %d: %.2f, %.2f off", n, dx, dy)
		}
		for i, v := range r.Mask {
			if v != 0 {
				t.Fatalf("frame %d: pixel %d is shown, nothing moved but the camera", n, i)
			}
		}
	}
}

// Drifting clouds over two thirds of the picture do not pull it along.
func TestCloudsDoNotPullThePicture(t *testing.T) {
	for _, speed := range []float64{0.3, 0.8, 1.5} {
		s := newScene(2, 160, 120)
		d := New(Standard(), s.w, s.h)
		for n := range 60 {
			r := d.Step(clouded(s, n, speed, 12, 50))
			if math.Abs(r.SwayX) > 0.2 || math.Abs(r.SwayY) > 0.2 {
				t.Errorf("clouds at %g pixels a frame, frame %d: the picture is taken to sway by %.2f, %.2f", speed, n, r.SwayX, r.SwayY)
			}
		}
	}
}
