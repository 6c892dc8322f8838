package detect

import (
	"math/rand/v2"
	"testing"
)

// What is worked out sixteen pixels at a time is what one pixel gives alone.
func TestRingsByRowsAndByPixelsAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	d := New(Standard(), 83, 61)
	for i := range d.smooth {
		d.smooth[i] = int32(rng.NormFloat64() * 3000)
	}
	d.sumUp()
	out := make([]int32, len(d.smooth))
	for _, r := range rings {
		for y := 0; y < d.h; y += block {
			for x := 0; x < d.w; x += block {
				d.against(out, x, y, r)
			}
		}
		for y := 1; y < d.h-1; y++ {
			for x := 1; x < d.w-1; x++ {
				if got, want := out[y*d.w+x], d.againstOne(x, y, r); got != want {
					t.Fatalf("ring %v at %d, %d: %d, by itself %d", r, x, y, got, want)
				}
			}
		}
	}
}
