package detect

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Who passes before a bright road is plainer than the road, as if the road had been
// there and were gone. He is declared, and leaves nothing behind; and neither does a
// car that stood there from the beginning.
func TestWhoPassesABrightRoadLeavesNoTrail(t *testing.T) {
	const w, h, leaves = 192, 144, 60
	rng := rand.New(rand.NewPCG(3, 4))
	d := New(Standard(), w, h)
	var c count
	declared := false
	for n := range 150 {
		f := Frame{Index: n, At: time.Unix(1000, 0).Add(time.Duration(n) * 100 * time.Millisecond), Width: w, Height: h, Bits: 8, Pix: make([]uint16, w*h)}
		walker, car := 2*n-100, 140+3*max(n-leaves, 0) // their left sides
		within := func(i int) bool {
			x, y := i%w, i/w
			return x >= walker && x < walker+14 && y >= 40 && y < 110 || x >= car && x < car+20 && y >= 112 && y < 122
		}
		for i := range f.Pix {
			v := 60.0
			switch y := i / w; {
			case within(i) && y < 112:
				v = 75
			case within(i):
				v = 110
			case y >= 80 && y < 92:
				v = 120
			}
			f.Pix[i] = uint16(v + 1.5*rng.NormFloat64() + 0.5)
		}
		r := d.Step(f)
		declared = declared || slices.ContainsFunc(r.Movers, func(m Mover) bool { return m.Declared && m.Y < 110 })
		for i, v := range r.Mask {
			switch in := within(i); {
			case n < leaves+10:
			case in && v > 0:
				c.tp++
			case in:
				c.fn++
			case v > 0:
				c.fp++
			}
		}
	}
	if !declared || c.r() < 0.85 || c.p() < 0.8 {
		t.Errorf("declared %v, recall %.2f, precision %.2f of the pixels", declared, c.r(), c.p())
	}
}
