package detect

import (
	"math/rand/v2"
	"testing"
)

// What is large and dim drowns in the noise of single pixels: here its difference is
// three times that noise, and a quarter less than the first look asks for.
func TestWhatIsLargeAndDimIsShown(t *testing.T) {
	const w, h = 192, 144
	rng := rand.New(rand.NewPCG(1, 2))
	d := New(Standard(), w, h)
	var c count
	for n := range 80 {
		f := Frame{Index: n, Width: w, Height: h, Bits: 8, Pix: make([]uint16, w*h)}
		x := 2*n - 60 // of the left side
		within := func(i int) bool { u, y := i%w-x, i/w; return u >= 0 && u < 36 && y >= 50 && y < 90 }
		for i := range f.Pix {
			v := 60 + float64(i/w)/4 + 3*rng.NormFloat64()
			if within(i) {
				v += 9
			}
			f.Pix[i] = uint16(v + 0.5)
		}
		mask := d.Step(f).Mask
		for i := range mask {
			switch in := within(i); {
			case n < 50:
			case in && mask[i] > 0:
				c.tp++
			case in:
				c.fn++
			case mask[i] > 0:
				c.fp++
			}
		}
	}
	if c.r() < 0.75 || c.p() < 0.9 {
		t.Errorf("recall %.2f, precision %.2f of the pixels", c.r(), c.p())
	}
}
