package detect

import (
	"math"
	"testing"
	"time"
)

// windyDay is frame n of a camera on a mast that sways by less than a pixel, with
// clouds that drift over the upper third; sx and sy are where the picture lies.
func windyDay(s *scene, n int, clouds float64) (f Frame, sx, sy float64) {
	f = Frame{Index: n, At: time.Unix(1000, 0).UTC().Add(time.Duration(n) * 200 * time.Millisecond), Width: s.w, Height: s.h, Bits: 8,
		Pix: make([]uint16, s.w*s.h)}
	t := float64(n)
	sx, sy = 0.6*math.Sin(0.465*t)+0.25*math.Sin(1.42*t), 0.2*math.Sin(0.515*t)+0.1*math.Sin(1.52*t)
	for y := range s.h {
		for x := range s.w {
			u, v := float64(x)-sx, float64(y)-sy
			value := s.at(u, v)
			if y < s.h/3 {
				p, q := (u-0.4*t)/12, v/9
				value += clouds * (math.Sin(p)*math.Sin(q+1) + math.Sin(0.37*p+2)*math.Cos(0.6*q))
			}
			f.Pix[y*s.w+x] = uint16(min(max(value+s.noise*s.rng.NormFloat64(), 0), 255))
		}
	}
	return f, sx, sy
}

// What a regression gets wrong in each frame is learnt by the background, and adds
// up: after five minutes the background still lies where the first frame lay.
func TestTheBackgroundStaysWhereItBegan(t *testing.T) {
	const frames, judged = 3000, 100
	for _, clouds := range []float64{0, 12} {
		s := newScene(3, 160, 120)
		d := New(Standard(), s.w, s.h)
		var x, y float64
		for n := range frames {
			f, sx, sy := windyDay(s, n, clouds)
			if r := d.Step(f); n >= frames-judged {
				x, y = x+(r.SwayX-sx)/judged, y+(r.SwayY-sy)/judged
			}
		}
		t.Logf("clouds of %g counts: %.2f, %.2f pixels off", clouds, x, y)
		if math.Hypot(x, y) > 0.1 {
			t.Errorf("clouds of %g counts: the background has crept by %.2f, %.2f pixels", clouds, x, y)
		}
	}
}

// A background that has moved all the same goes back to where it was for long, and a
// flat-field correction does not make it forget where that was.
func TestAMovedBackgroundGoesBack(t *testing.T) {
	const settled, frames, judged, by = 900, 1700, 100, 0.4
	s := newScene(3, 160, 120)
	d := New(Standard(), s.w, s.h)
	var before, after float64
	for n := range frames {
		f, sx, _ := windyDay(s, n, 0)
		f.FlatField = n > settled+10 && n < settled+14
		r := d.Step(f)
		switch {
		case n == settled:
			for i := len(d.back) - 1; i > 0; i-- {
				d.back[i] = int32((1-by)*float64(d.back[i]) + by*float64(d.back[i-1]))
			}
		case n > settled && n <= settled+8:
			before += (r.SwayX - sx) / 8
		case n >= frames-judged:
			after += (r.SwayX - sx) / judged
		}
	}
	t.Logf("%.2f pixels, then %.2f", before, after)
	if before > -by/2 {
		t.Fatalf("moved by %.2f, of which %.2f was seen: the test tests nothing", by, before)
	}
	if math.Abs(after) > 0.1 {
		t.Errorf("the background still lies %.2f pixels off", after)
	}
}
