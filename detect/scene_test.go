package detect

import (
	"math"
	"math/rand/v2"
	"time"
)

// scene renders pictures with exact truth for the tests of this package: a
// textured ground below a smooth sky, and one warm or cold ellipse in motion.
type scene struct {
	w, h             int
	rng              *rand.Rand
	texture          []float64
	noise            float64 // 1 sigma in counts
	x, y, vx, vy     float64 // of the mover at frame 0, pixels and pixels a frame
	rx, ry           float64 // its half axes
	contrast         float64 // counts; 0 is no mover
	swayX, swayY     float64 // amplitude in pixels
	gain, offset     func(n int) float64
	deep             bool // 16 bits
	appears          int  // the first frame with the mover
	fixed            []float64
	fixedFrom        int
	blankFrom, blank int // a closed shutter
}

func newScene(seed uint64, w, h int) *scene {
	s := &scene{w: w, h: h, rng: rand.New(rand.NewPCG(seed, 7)), noise: 1, rx: 5, ry: 3, x: 30, y: float64(h) / 2, vx: 1.5}
	s.texture = make([]float64, (w+64)*(h+64))
	coarse := make([]float64, (w+64)*(h+64))
	for i := range coarse {
		coarse[i] = s.rng.NormFloat64()
	}
	tw := w + 64
	for y := 2; y < h+62; y++ {
		for x := 2; x < w+62; x++ {
			sum := 0.0
			for dy := -2; dy <= 2; dy++ {
				for dx := -2; dx <= 2; dx++ {
					sum += coarse[(y+dy)*tw+x+dx]
				}
			}
			v := 90 + 0.05*float64(y)
			if y-32 > h/3 {
				v = 110 + 3*sum
			}
			s.texture[y*tw+x] = v
		}
	}
	return s
}

// bare puts ground in the place of the sky.
func (s *scene) bare() {
	tw, half := s.w+64, (s.h+64)/2*(s.w+64)
	copy(s.texture[2*tw:half], s.texture[half:])
}

// at interpolates the texture.
func (s *scene) at(x, y float64) float64 {
	x, y = x+32, y+32
	ix, iy := int(x), int(y)
	fx, fy := x-float64(ix), y-float64(iy)
	tw := s.w + 64
	t := s.texture[iy*tw+ix:]
	return (1-fy)*((1-fx)*t[0]+fx*t[1]) + fy*((1-fx)*t[tw]+fx*t[tw+1])
}

// frame renders frame n and the truth of it.
func (s *scene) frame(n int) (Frame, []bool) {
	f := Frame{Index: n, At: time.Unix(1000, 0).UTC().Add(time.Duration(n) * 100 * time.Millisecond), Width: s.w, Height: s.h, Bits: 8,
		Pix: make([]uint16, s.w*s.h)}
	truth := make([]bool, s.w*s.h)
	sx, sy := s.swayX*math.Sin(float64(n)*0.7), s.swayY*math.Sin(float64(n)*0.45)
	gain, offset, scale, high := 1.0, 0.0, 1.0, 255.0
	if s.gain != nil {
		gain = s.gain(n)
	}
	if s.offset != nil {
		offset = s.offset(n)
	}
	if s.deep {
		f.Bits, scale, high = 16, 20, 65535
	}
	cx, cy := s.x+s.vx*float64(n)+sx, s.y+s.vy*float64(n)+sy
	for y := range s.h {
		for x := range s.w {
			i := y*s.w + x
			v := s.at(float64(x)-sx, float64(y)-sy)
			dx, dy := (float64(x)-cx)/s.rx, (float64(y)-cy)/s.ry
			if s.contrast != 0 && n >= s.appears {
				// the optics blur its edge over some two pixels
				r := math.Sqrt(dx*dx + dy*dy)
				v += s.contrast / (1 + math.Exp((r-1)*math.Min(s.rx, s.ry)*2))
				truth[i] = r <= 1.1
			}
			if s.fixed != nil && n >= s.fixedFrom {
				v += s.fixed[i]
			}
			if n >= s.blankFrom && n < s.blankFrom+s.blank {
				v, truth[i] = 60, false
			}
			v = gain*v + offset + s.noise*s.rng.NormFloat64()
			f.Pix[i] = uint16(min(max(v*scale, 0), high))
		}
	}
	return f, truth
}

// run plays frames through a detector and counts pixels from frame `from` on.
func (s *scene) run(d *Detector, from, to int) (c count, declaredAt int, results []Result) {
	declaredAt = -1
	for n := range to {
		f, truth := s.frame(n)
		r := d.Step(f)
		for _, m := range r.Movers {
			if m.Declared && declaredAt < 0 {
				declaredAt = n
			}
		}
		results = append(results, r)
		if n < from || r.Held {
			continue
		}
		for i, v := range truth {
			switch {
			case v && r.Mask[i] != 0:
				c.tp++
			case v:
				c.fn++
			case r.Mask[i] != 0:
				c.fp++
			}
		}
	}
	return c, declaredAt, results
}
