package detect

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// An aircraft of a few pixels is declared before clouds that drift, though they bend
// within less than the ring that holds larger things: each ring has its own unit. The
// clouds alone are not.
func TestASmallAircraftBeforeSteepClouds(t *testing.T) {
	fly := func(aircraft float64) int {
		s := newScene(5, 320, 240)
		d := New(Standard(), s.w, s.h)
		for n := range 100 {
			f, _ := s.frame(n)
			f.At = time.Unix(1000, 0).Add(time.Duration(n) * 200 * time.Millisecond)
			for i := range 320 * 66 {
				x, y := float64(i%320), float64(i/320)
				cloud := 40 * math.Sin((x-1.1*float64(n))/7) * math.Sin((y+0.2*float64(n))/9)
				air := aircraft * disc(x-10-5*float64(n-60), 2*(y-30), 1.8, 1)
				f.Pix[i] = uint16(min(max(float64(f.Pix[i])+cloud+air, 0), 255))
			}
			for _, m := range d.Step(f).Movers {
				if m.Declared {
					return n - 60
				}
			}
		}
		return -100
	}
	if with, without := fly(60), fly(0); with < 0 || with > 12 || without != -100 {
		t.Errorf("declared at frame %d, without an aircraft at %d", with, without)
	}
}

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
		for by := range (d.h + block - 1) / block {
			d.against(out, by, 0, 2, r)
			d.against(out, by, 2, (d.w+block-1)/block, r)
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
