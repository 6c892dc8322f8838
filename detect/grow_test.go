package detect

import (
	"math/rand/v2"
	"testing"
)

// A person who stands near fills the blocks by which the yardstick of the place is
// measured: of dim clothes below a hot head more than the head is shown.
func TestADimBodyIsShownWithItsHotHead(t *testing.T) {
	const w, h = 192, 144
	rng := rand.New(rand.NewPCG(1, 2))
	d := New(Standard(), w, h)
	var c count
	for n := range 70 {
		f := Frame{Index: n, Width: w, Height: h, Bits: 8, Pix: make([]uint16, w*h)}
		x := 2*n - 60 // of the left side
		for i := range f.Pix {
			v := 40 + float64(i/w) + rng.NormFloat64() // the ground grows warmer towards the camera
			switch u, y := i%w-x, i/w; {
			case u >= 14 && u < 30 && y >= 25 && y < 43:
				v += 90
			case u >= 0 && u < 44 && y >= 43 && y < 120:
				v += 25
			}
			f.Pix[i] = uint16(v + 0.5)
		}
		mask := d.Step(f).Mask
		for i := range mask {
			if u, y := i%w-x, i/w; n < 40 {
				continue
			} else if in := u >= 14 && u < 30 && y >= 25 && y < 43 || u >= 0 && u < 44 && y >= 43 && y < 120; in && mask[i] > 0 {
				c.tp++
			} else if in {
				c.fn++
			} else if mask[i] > 0 {
				c.fp++
			}
		}
	}
	if c.r() < 0.9 || c.p() < 0.9 {
		t.Errorf("recall %.2f, precision %.2f of the pixels", c.r(), c.p())
	}
}
