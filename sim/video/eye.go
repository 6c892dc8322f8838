package video

import (
	"math"
	"slices"
	"time"

	"marsad/sim"
)

// eye draws the pictures of one camera.
type eye struct {
	Camera
	lens   lens
	still  []float32
	metres []float64
	grains []float32
	img    []float32
	shapes []form
	began  time.Time
	frame  uint64
	seed   uint64
}

func newEye(c Camera, seed uint64) *eye {
	e := &eye{Camera: c, lens: newLens(&c), seed: seed, grains: grains(seed), img: make([]float32, c.Width*c.Height)}
	e.still, e.metres = landscape(&e.lens, seed, c.Width, c.Height)
	copy(e.img, e.still)
	for _, f := range e.lens.plants(seed) {
		e.paint(&f)
	}
	for _, h := range c.Homes {
		e.build(h)
	}
	copy(e.still, e.img)
	return e
}

// draw what is true at an instant into gray values of 8 bits, row by row.
func (e *eye) draw(pix []uint8, m *sim.Moment, at time.Time) {
	if e.began.IsZero() {
		e.began = m.At
	}
	copy(e.img, e.still)
	later := min(max(at.Sub(m.At).Seconds(), 0), 2)
	walked := at.Sub(e.began).Seconds()
	e.shapes = e.shapes[:0]
	sight := 50_000.0
	for i := range m.Things {
		before := len(e.shapes)
		e.shapes = e.forms(e.shapes, &m.Things[i], later, walked)
		for k := before; k < len(e.shapes); k++ {
			e.shapes[k].warmth *= m.Contrast
		}
		if _, _, r, ahead := e.lens.pixel(m.Things[i].Point, 0); ahead && r < farthest {
			sight = min(sight, m.Sights[i])
		}
	}
	slices.SortStableFunc(e.shapes, func(a, b form) int { // the farthest first
		switch {
		case a.y < b.y:
			return -1
		case a.y > b.y:
			return 1
		}
		return 0
	})
	for i := range e.shapes {
		e.paint(&e.shapes[i])
	}
	e.haze(sight)
	e.expose(pix)
}

// fine is into how many parts a pixel is cut each way when a form is drawn.
const fine = 4

func (e *eye) paint(f *form) {
	x0, x1 := max(int(f.x-f.half)-1, 0), min(int(f.x+f.half)+1, e.Width-1)
	y0, y1 := max(int(f.y-f.tall)-1, 0), min(int(f.y)+1, e.Height-1)
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			sum := 0.0
			covered := 0
			for k := range fine * fine {
				px, py := float64(x)+(float64(k%fine)+0.5)/fine, float64(y)+(float64(k/fine)+0.5)/fine
				u, v := (px-f.x)/f.half, (f.y-py)/f.tall
				if v < 0 || v > 1 || u < -1 || u > 1 {
					continue
				}
				if w := f.part(u, v); w > 0 {
					sum += w
					covered++
				}
			}
			if covered > 0 {
				share := float32(covered) / (fine * fine)
				i := y*e.Width + x
				e.img[i] += share * (groundWarmth + float32(f.warmth*sum/float64(covered)) - e.img[i])
			}
		}
	}
}

// haze takes the contrast off what lies far in dust; a thermal camera sees
// farther through it than the eye.
func (e *eye) haze(sight float64) {
	if sight >= 10_000 {
		return
	}
	for y := range e.Height {
		x := min(e.metres[y], 20_000) / (1.6 * sight)
		k := float32(math.Exp(-x * x))
		row := e.img[y*e.Width : (y+1)*e.Width]
		for i := range row {
			row[i] = groundWarmth + k*(row[i]-groundWarmth)
		}
	}
}

// expose adds the noise of the sensor.
func (e *eye) expose(pix []uint8) {
	e.frame++
	mask := uint64(len(e.grains) - 1)
	for y := range e.Height {
		from := mix(e.seed, int64(e.frame), int64(y))
		row := e.img[y*e.Width : (y+1)*e.Width]
		out := pix[y*e.Width : (y+1)*e.Width]
		for x, v := range row {
			v += e.grains[(from+uint64(x))&mask] + 0.5
			out[x] = uint8(min(max(v, 0), 255))
		}
	}
}
