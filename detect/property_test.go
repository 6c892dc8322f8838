package detect

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// A thing of any size, contrast and speed in a wide range is found, its mask
// lies on it, and it is declared, whatever sway, gain and depth do.
func TestMoversAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newScene(rapid.Uint64().Draw(t, "seed"), 96, 72)
		s.contrast = rapid.Float64Range(30, 60).Draw(t, "contrast")
		if rapid.Bool().Draw(t, "cold") {
			s.contrast = -s.contrast
		}
		s.rx, s.ry = rapid.Float64Range(2.5, 6).Draw(t, "rx"), rapid.Float64Range(2.5, 5).Draw(t, "ry")
		s.vx = rapid.Float64Range(1.2, 5).Draw(t, "vx")
		s.x, s.appears = 10-15*s.vx, 15
		s.swayX, s.swayY = rapid.Float64Range(0, 3).Draw(t, "swayX"), rapid.Float64Range(0, 2).Draw(t, "swayY")
		s.deep = rapid.Bool().Draw(t, "deep")
		if rapid.Bool().Draw(t, "gain") {
			s.gain = func(n int) float64 { return 1 + 0.2*math.Sin(float64(n)/5) }
			s.offset = func(n int) float64 { return 10 * math.Sin(float64(n)/7) }
		}
		frames := 15 + int(75/s.vx)
		c, declared, results := s.run(New(Standard(), s.w, s.h), min(frames, 24), min(frames, 50))
		// The small slow ones set the floor: they cover their own place for several
		// frames, and only the edge that comes is shown. The worst seen is 0.36.
		if c.tp == 0 || c.r() < 0.25 {
			t.Fatalf("recall %.2f of %d pixels", c.r(), c.tp+c.fn)
		}
		if c.p() < 0.12 {
			t.Fatalf("precision %.2f", c.p())
		}
		if declared < 0 {
			t.Fatal("never declared")
		}
		for n, r := range results {
			if r.Held {
				t.Fatalf("frame %d is held: nothing happened to the picture", n)
			}
		}
	})
}

// Nothing moves: whatever noise, sway, gain and a closed shutter do, nothing is
// declared and next to nothing is shown.
func TestNothingIsDeclaredWhereNothingMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newScene(rapid.Uint64().Draw(t, "seed"), 96, 72)
		s.noise = rapid.Float64Range(0.2, 5).Draw(t, "noise")
		s.swayX, s.swayY = rapid.Float64Range(0, 4).Draw(t, "swayX"), rapid.Float64Range(0, 2).Draw(t, "swayY")
		s.deep = rapid.Bool().Draw(t, "deep")
		step := rapid.Float64Range(0.6, 1.4).Draw(t, "gain")
		s.gain = func(n int) float64 {
			if n >= 25 {
				return step
			}
			return 1
		}
		if rapid.Bool().Draw(t, "shutter") {
			s.blankFrom, s.blank, s.fixedFrom = 30, rapid.IntRange(1, 12).Draw(t, "closed"), 31
			s.fixed = make([]float64, s.w*s.h)
			for i := range s.fixed {
				s.fixed[i] = 2 * s.rng.NormFloat64()
			}
		}
		c, declared, _ := s.run(New(Standard(), s.w, s.h), 0, 45)
		if declared >= 0 {
			t.Fatalf("declared at frame %d", declared)
		}
		if share := float64(c.fp) / float64(45*s.w*s.h); share > 0.004 { // the worst seen is 0.0021
			t.Fatalf("%.4f of the pixels are shown", share)
		}
	})
}

// The sway is found to a fraction of a pixel.
func TestSwayIsMeasured(t *testing.T) {
	s := newScene(4, 160, 120)
	s.swayX, s.swayY, s.noise = 6, 3, 0.7
	d := New(Standard(), s.w, s.h)
	for n := range 60 {
		f, _ := s.frame(n)
		r := d.Step(f)
		if n < 5 {
			continue
		}
		// measured against where the background lies, which is the first frame
		dx, dy := r.SwayX-6*math.Sin(float64(n)*0.7), r.SwayY-3*math.Sin(float64(n)*0.45)
		if math.Abs(dx) > 0.5 || math.Abs(dy) > 0.5 {
			t.Errorf("frame %d: %.2f, %.2f off", n, dx, dy)
		}
	}
}

// Gain and offset are found, and a step of them shows nothing.
func TestGainIsTakenAway(t *testing.T) {
	s := newScene(5, 160, 120)
	s.gain = func(n int) float64 { return 1 + 0.5*float64(n/20%2) }
	s.offset = func(n int) float64 { return -30 * float64(n/20%2) }
	s.noise = 0.5
	_, declared, results := s.run(New(Standard(), s.w, s.h), 0, 80)
	if declared >= 0 {
		t.Errorf("declared at %d", declared)
	}
	if g := results[19].Gain / results[20].Gain; math.Abs(g-1.5) > 0.05 {
		t.Errorf("the step of gain is measured as %.3f", g)
	}
	for n, r := range results {
		if r.Held {
			t.Errorf("frame %d is held", n)
		}
	}
}

// A frozen shutter is held, not alarmed; a turned camera begins anew.
func TestFramesThatDoNotShowTheScene(t *testing.T) {
	s := newScene(6, 128, 96)
	s.bare()
	s.contrast, s.vx, s.x = 40, 0.8, 20
	s.blankFrom, s.blank = 40, 6
	d := New(Standard(), s.w, s.h)
	for n := range 80 {
		f, _ := s.frame(n)
		if r := d.Step(f); r.Held != (n >= 40 && n < 46) {
			t.Errorf("frame %d: held %v", n, r.Held)
		}
	}
	other := newScene(60, 128, 96)
	other.bare()
	resets := 0
	for n := range 60 {
		f, _ := other.frame(n)
		if d.Step(f).Reset {
			resets++
		}
	}
	if resets != 1 {
		t.Errorf("a turned camera began anew %d times", resets)
	}
	f, _ := other.frame(61)
	f.FlatField = true
	if r := d.Step(f); !r.Held {
		t.Error("the camera's own word on its correction is not heeded")
	}
}

// Two detectors give the same, one frame of another size begins anew, and the
// steady step takes no memory.
func TestStepIsRepeatableAndTakesNoMemory(t *testing.T) {
	a, b := newScene(8, 128, 96), newScene(8, 128, 96)
	a.contrast, b.contrast, a.swayX, b.swayX = 30, 30, 2, 2
	da, db := New(Standard(), 128, 96), New(Standard(), 64, 64)
	var frames []Frame
	for n := range 60 {
		fa, _ := a.frame(n)
		fb, _ := b.frame(n)
		frames = append(frames, fa)
		ra, rb := da.Step(fa), db.Step(fb)
		if string(ra.Mask) != string(rb.Mask) || len(ra.Movers) != len(rb.Movers) {
			t.Fatalf("frame %d differs", n)
		}
		for i := range ra.Movers {
			if ra.Movers[i] != rb.Movers[i] {
				t.Fatalf("frame %d: %+v and %+v", n, ra.Movers[i], rb.Movers[i])
			}
		}
	}
	n := 0
	if allocs := testing.AllocsPerRun(100, func() { da.Step(frames[20+n%40]); n++ }); allocs > 0 {
		t.Errorf("%g allocations a frame", allocs)
	}
	if r := da.Step(Frame{Width: 10, Height: 9, Pix: make([]uint16, 90)}); !r.Reset || len(r.Mask) != 90 {
		t.Errorf("another size: %+v", r)
	}
	if r := da.Step(Frame{Width: 10, Height: 9, Pix: make([]uint16, 80)}); r.Mask != nil {
		t.Error("a frame that is not of its size gives a mask")
	}
}

// Whatever the pixels and however the size changes, Step neither panics nor
// gives a mask of another size, and what it reports is finite.
func FuzzStep(f *testing.F) {
	f.Add([]byte("0123456789abcdef"), uint8(4), uint8(4), uint8(5))
	f.Add([]byte{0, 255, 0, 255}, uint8(40), uint8(31), uint8(9))
	f.Add([]byte{7}, uint8(1), uint8(1), uint8(3))
	f.Add([]byte("00000200000001"), uint8(250), uint8(3), uint8(40)) // too few rows to measure noise by: the contrast was no number
	f.Fuzz(func(t *testing.T, b []byte, w, h, frames uint8) {
		if len(b) == 0 || w == 0 || h == 0 {
			return
		}
		d := New(Standard(), 8, 8)
		at := 0
		for n := range int(frames%24) + 1 {
			wide, high := int(w), int(h)
			if b[n%len(b)] == 13 {
				wide, high = high, wide
			}
			f := Frame{Index: n, Width: wide, Height: high, Bits: 16, Pix: make([]uint16, wide*high), FlatField: b[n%len(b)] == 17}
			for i := range f.Pix {
				f.Pix[i] = uint16(b[at%len(b)]) << (b[(at+1)%len(b)] % 9)
				at += 1 + i%3
			}
			r := d.Step(f)
			if len(r.Mask) != wide*high {
				t.Fatalf("a mask of %d for %d x %d", len(r.Mask), wide, high)
			}
			for _, v := range []float64{r.Gain, r.Offset, r.SwayX, r.SwayY} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%+v", r)
				}
			}
			for _, m := range r.Movers {
				if math.IsNaN(m.X+m.Y+m.VX+m.VY+m.Contrast+m.Sure) || m.Sure < 0 || m.Sure > 1 {
					t.Fatalf("%+v", m)
				}
			}
		}
	})
}
