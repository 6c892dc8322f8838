package detect

import "testing"

// crossHairs writes cross hairs, a frame and a line of letters on a picture.
func crossHairs(f Frame) {
	v := uint16(240)
	if f.Bits > 8 {
		v = 5000
	}
	cx, cy := f.Width/2, f.Height/2
	for k := 6; k <= 30; k++ {
		f.Pix[cy*f.Width+cx+k], f.Pix[cy*f.Width+cx-k] = v, v
		f.Pix[(cy+k)*f.Width+cx], f.Pix[(cy-k)*f.Width+cx] = v, v
	}
	fill(f, Box{X: 8, Y: 8, W: 40, H: 2}, v)
	for letter := range 6 {
		fill(f, Box{X: 8 + 8*letter, Y: 14, W: 2, H: 9}, v)
		fill(f, Box{X: 10 + 8*letter, Y: 14 + letter, W: 3, H: 1}, v)
	}
}

// What is written into a swaying picture is not shown from two sways on, whether it is
// there from the beginning or comes and goes, as a menu does; what crosses beside and
// behind it is found all the way.
func TestWhatIsWrittenOnASwayingPictureIsNotShown(t *testing.T) {
	const settled = 60
	for name, c := range map[string]struct {
		deep, cold      bool
		from, to, walks int
	}{
		"from the beginning":  {from: 0, to: 400, walks: 100},
		"at 16 bits":          {deep: true, from: 0, to: 400, walks: 100},
		"a cold mover":        {cold: true, from: 0, to: 400, walks: 100},
		"a menu is opened":    {from: 80, to: 400, walks: 150},
		"and is closed again": {from: 80, to: 150, walks: 190},
	} {
		s := newScene(9, 240, 180)
		s.bare()
		s.swayX, s.swayY, s.deep = 3, 1.5, c.deep
		s.contrast, s.appears, s.x, s.vx, s.y = 40, c.walks, -10-2*float64(c.walks), 2, 87
		if c.cold {
			s.contrast = -40
		}
		d := New(Standard(), s.w, s.h)
		astray, all, declared := 0, count{}, -1
		for n := range c.walks + 130 {
			f, truth := s.frame(n)
			if n >= c.from && n < c.to {
				crossHairs(f)
			}
			r := d.Step(f)
			for i, v := range r.Mask {
				switch {
				case n >= c.walks+5 && truth[i] && v != 0:
					all.tp++
				case n >= c.walks+5 && truth[i]:
					all.fn++
				case v != 0 && n < c.walks && n > settled && (n < c.from || n > c.from+settled):
					astray++
				case v != 0 && n > c.walks+5:
					all.fp++
				}
			}
			for _, m := range r.Movers {
				if m.Declared && declared < 0 && n >= c.walks {
					declared = n
				}
			}
		}
		t.Logf("%s: %d pixels shown before the mover, declared in frame %d, precision %.2f, recall %.2f, %d marks", name, astray, declared, all.p(), all.r(), len(d.marks))
		if astray > c.walks-settled { // a pixel a frame
			t.Errorf("%s: %d pixels are shown before anything moves", name, astray)
		}
		if declared < c.walks || declared > c.walks+25 {
			t.Errorf("%s: declared in frame %d", name, declared)
		}
		if all.p() < 0.5 || all.r() < 0.7 {
			t.Errorf("%s: precision %.2f, recall %.2f", name, all.p(), all.r())
		}
	}
}

// What stopped sways with the scene, and what creeps through a sway that goes to and
// fro as fast: neither is written. Nor does a steady picture ask.
func TestWhatBelongsToTheSceneIsNoMark(t *testing.T) {
	for name, s := range map[string]*scene{
		"it creeps":           {swayX: 3, swayY: 1, vx: 0.3, appears: 0},
		"as fast as the sway": {swayX: 3, swayY: 1, vx: 1.5, appears: 20},
		"it stands":           {swayX: 3, swayY: 1, vx: 0, appears: 30},
		"no sway":             {vx: 1, appears: 20},
	} {
		of := newScene(7, 160, 120)
		of.swayX, of.swayY, of.vx, of.appears, of.contrast = s.swayX, s.swayY, s.vx, s.appears, 60
		d := New(Standard(), of.w, of.h)
		for n := range 200 {
			f, _ := of.frame(n)
			d.Step(f)
		}
		if len(d.marks) > 0 {
			t.Errorf("%s: %d marks", name, len(d.marks))
		}
	}
}
