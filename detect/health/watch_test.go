package health

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"marsad/detect"
)

var t0 = time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)

const w, h = 96, 72

// view renders a hillside with stones: structure at all sizes, of which every
// pixel is exact.
func view(seed uint64, blur float64, shiftX, shiftY float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	type wave struct{ fx, fy, phase, size float64 }
	var waves []wave
	for _, period := range []float64{90, 60, 40, 25, 12, 7, 4.5, 3.2} {
		for range 4 {
			a := r.Float64() * 2 * math.Pi
			f := 2 * math.Pi / period
			waves = append(waves, wave{f * math.Cos(a), f * math.Sin(a), r.Float64() * 7, 12 * math.Pow(period/90, 0.4) * math.Exp(-f*f*blur*blur/2)})
		}
	}
	pix := make([]float64, w*h)
	for y := range h {
		for x := range w {
			v := 110.0
			for _, q := range waves {
				v += q.size * math.Sin(q.fx*(float64(x)+shiftX)+q.fy*(float64(y)+shiftY)+q.phase) / 3
			}
			pix[y*w+x] = v
		}
	}
	return pix
}

// camera films a view at 4 frames a second.
type camera struct {
	at     time.Time
	noise  [4096]float64
	watch  Watch
	events []Event
	n      int
	// doubled pictures have four pixels in place of each.
	doubled bool
}

func newCamera(seed uint64) *camera {
	c, r := &camera{at: t0}, rand.New(rand.NewPCG(seed, 2))
	for i := range c.noise {
		c.noise[i] = r.NormFloat64() * 1.5
	}
	return c
}

func (c *camera) film(d time.Duration, picture func(x, y int, t float64) float64) {
	for end := c.at.Add(d); c.at.Before(end); c.at = c.at.Add(250 * time.Millisecond) {
		f := detect.Frame{At: c.at, Width: w, Height: h, Bits: 8, Pix: make([]uint16, w*h), Index: c.n}
		c.n++
		t := c.at.Sub(t0).Seconds()
		for y := range h {
			for x := range w {
				v := picture(x, y, t) + c.noise[(y*w+x+c.n*1237)&4095]
				f.Pix[y*w+x] = uint16(min(max(v, 0), 255))
			}
		}
		if c.doubled {
			f = double(f)
		}
		c.events = append(c.events, c.watch.Look(f, 0)...)
	}
}

// double gives the same picture in twice the width and height.
func double(f detect.Frame) detect.Frame {
	pix := make([]uint16, 4*len(f.Pix))
	for i := range pix {
		pix[i] = f.Pix[i/(2*f.Width)/2*f.Width+i%(2*f.Width)/2]
	}
	f.Width, f.Height, f.Pix = 2*f.Width, 2*f.Height, pix
	return f
}

func steady(pix []float64) func(x, y int, t float64) float64 {
	return func(x, y int, _ float64) float64 { return pix[y*w+x] }
}

// A healthy camera with noise, wind, gain that wanders, and somebody who walks
// through has no event, whatever the scene.
func TestAHealthyCameraIsLeftAlone(t *testing.T) {
	if underRace {
		t.Skip("computes alone: nothing to race with")
	}
	for seed := range uint64(12) { // drawn by hand: rapid's hundred takes a minute
		r := rand.New(rand.NewPCG(seed, 9))
		pix := view(seed, 0.5, 0, 0)
		gain, offset, sway := 0.55+r.Float64()*0.85, r.Float64()*60-30, r.IntN(3)
		c := newCamera(seed)
		c.film(150*time.Second, func(x, y int, s float64) float64 {
			k := min(s/200, 1)
			v := pix[y*w+min(x+int(float64(sway)*(1+math.Sin(s))/2), w-1)]
			if dx := float64(x) - math.Mod(s*3, w); dx > 0 && dx < 6 && y > 30 && y < 42 {
				v = 220 // somebody who walks through
			}
			return (v-110)*(1+k*(gain-1)) + 110 + k*offset
		})
		if len(c.events) != 0 {
			t.Errorf("seed %d, gain %.2f, offset %.0f, sway %d: %v", seed, gain, offset, sway, c.events)
		}
	}
}

// Each trouble is told once, in time, and its end too.
func TestEachTroubleIsToldAndEnds(t *testing.T) {
	pix, soft, aside := view(7, 0.5, 0, 0), view(7, 4, 0, 0), view(8, 0.5, 0, 0)
	type what struct {
		sign    Sign
		picture func(x, y int, t float64) float64
		within  time.Duration
	}
	for _, c := range []what{
		{Blind, func(int, int, float64) float64 { return 90 }, 40 * time.Second},
		{Defocused, steady(soft), 60 * time.Second},
		{Turned, steady(aside), 40 * time.Second},
		{Saturated, func(x, y int, _ float64) float64 { return (pix[y*w+x]-110)*2 + 255 }, 20 * time.Second},
		{Dirty, func(x, y int, _ float64) float64 {
			if x > 20 && x < 60 && y > 15 && y < 55 {
				return soft[y*w+x]*0.1 + 95
			}
			return pix[y*w+x]
		}, 80 * time.Second},
	} {
		t.Run(c.sign.String(), func(t *testing.T) {
			cam := newCamera(3)
			cam.film(2*time.Minute, steady(pix))
			begin := cam.at
			cam.film(2*time.Minute, c.picture)
			if len(cam.events) == 0 || cam.events[0].Sign != c.sign || !cam.events[0].On {
				t.Fatalf("events: %v", cam.events)
			}
			if d := cam.events[0].At.Sub(begin); d > c.within {
				t.Errorf("told after %v", d)
			}
			if now := cam.watch.Now(); !slices.Contains(now, c.sign) {
				t.Errorf("now %v", now)
			}
			cam.film(2*time.Minute, steady(pix))
			if now := cam.watch.Now(); len(now) != 0 {
				t.Errorf("mended, and still %v; events %v", now, cam.events)
			}
			told := 0
			for _, e := range cam.events {
				if e.Sign == c.sign {
					told++
				}
			}
			if told != 2 {
				t.Errorf("told %d times: %v", told, cam.events)
			}
		})
	}
}

func TestAFrozenPicture(t *testing.T) {
	cam := newCamera(1)
	pix := view(1, 0.5, 0, 0)
	cam.film(20*time.Second, steady(pix))
	still := detect.Frame{Width: w, Height: h, Bits: 8, Pix: make([]uint16, w*h)}
	for i, v := range pix {
		still.Pix[i] = uint16(v)
	}
	freeze := func(d time.Duration) (out []Event) {
		for end := cam.at.Add(d); cam.at.Before(end); cam.at = cam.at.Add(100 * time.Millisecond) {
			still.At = cam.at
			out = append(out, cam.watch.Look(still, 0)...)
		}
		return out
	}
	if got := freeze(2 * time.Second); len(got) != 0 {
		t.Errorf("a calibration of 2 s: %v", got)
	}
	cam.film(5*time.Second, steady(pix))
	if got := freeze(8 * time.Second); len(got) != 1 || got[0].Sign != Frozen || !got[0].On {
		t.Errorf("8 s: %v", got)
	}
	cam.film(5*time.Second, steady(pix))
	if n := len(cam.events); n != 1 || cam.events[0].Sign != Frozen || cam.events[0].On {
		t.Errorf("after it: %v", cam.events)
	}
}

func TestSignalAndClock(t *testing.T) {
	var x Watch
	f := detect.Frame{Width: w, Height: h, Bits: 8, Pix: make([]uint16, w*h)}
	tick := 0
	look := func(off time.Duration) []Event {
		tick++
		f.At = t0.Add(time.Duration(tick) * time.Second)
		for i := range f.Pix {
			f.Pix[i] = uint16(60 + i%w + tick%2)
		}
		return x.Look(f, off)
	}
	look(0)
	if got := x.Silent(f.At); len(got) != 1 || got[0].Sign != SignalLost || len(x.Silent(f.At)) != 0 {
		t.Errorf("silence: %v", got)
	}
	if got := look(0); len(got) != 1 || got[0].On {
		t.Errorf("a frame after silence: %v", got)
	}
	var got []Event
	for range 20 {
		got = append(got, look(-4*time.Second)...)
	}
	if len(got) != 1 || got[0].Sign != ClockWrong {
		t.Errorf("4 s off: %v", got)
	}
	// Between the thresholds nothing changes, for however long.
	for i := range 100 {
		if e := look(time.Duration(1200+i%2*1500) * time.Millisecond); len(e) != 0 {
			t.Fatalf("between the thresholds: %v", e)
		}
	}
}

// After a person confirmed a new view it is the right one.
func TestAnAcceptedView(t *testing.T) {
	cam := newCamera(5)
	cam.film(2*time.Minute, steady(view(5, 0.5, 0, 0)))
	other := steady(view(6, 0.5, 0, 0))
	cam.film(time.Minute, other)
	if now := cam.watch.Now(); !slices.Equal(now, []Sign{Turned}) {
		t.Fatalf("now %v", now)
	}
	cam.watch.Accept()
	cam.film(3*time.Minute, other)
	if now := cam.watch.Now(); len(now) != 0 {
		t.Errorf("now %v", now)
	}
}

func TestOddFramesChangeNothing(t *testing.T) {
	var x Watch
	for _, f := range []detect.Frame{{}, {Width: 8, Height: 8, Pix: make([]uint16, 64)}, {Width: 640, Height: 480, Pix: make([]uint16, 9)}} {
		if got := x.Look(f, 0); len(got) != 0 {
			t.Errorf("%d×%d: %v", f.Width, f.Height, got)
		}
	}
}

func BenchmarkLook(b *testing.B) {
	var x Watch
	f := detect.Frame{Width: 640, Height: 480, Bits: 8, Pix: make([]uint16, 640*480)}
	for i := range b.N {
		f.At = t0.Add(time.Duration(i) * 100 * time.Millisecond)
		for k := 0; k < len(f.Pix); k += 101 {
			f.Pix[k] = uint16(i + k)
		}
		x.Look(f, 0)
	}
}
