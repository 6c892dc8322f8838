package health

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"marsad/detect"
)

// However a lens is covered, at once or within an hour, in 8 bits with gain that
// follows or stands and in 16, the camera is told blind (or turned, where a cap has
// a pattern of its own) and stays so: a camera that sees nothing says nothing else.
func TestACoveredLensIsTold(t *testing.T) {
	if underRace {
		t.Skip("computes alone: nothing to race with")
	}
	scene := view(7, 0.5, 0, 0)
	for _, c := range []struct {
		name   string
		over   time.Duration // from open to covered
		bits   int
		scale  float64 // counts for a grey level of the scene
		gain   bool    // the picture is stretched until it fills the scale
		fixed  float64 // shading and fixed pattern of the cover, in grey levels
		hand   bool    // warm, and not all over
		least  float64 // of the scene comes through at the end
		always bool    // nobody ever saw the scene
	}{
		{name: "a cap, fixed gain", bits: 8, scale: 1},
		{name: "a cap, gain that follows", bits: 8, scale: 1, gain: true},
		{name: "a cap with a pattern, gain that follows", bits: 8, scale: 1, gain: true, fixed: 2},
		{name: "a cap, radiometric", bits: 16, scale: 20},
		{name: "a cap with a pattern, radiometric", bits: 16, scale: 20, fixed: 1},
		{name: "a hand", bits: 8, scale: 1, gain: true, hand: true},
		{name: "a hand, radiometric", bits: 16, scale: 20, hand: true},
		{name: "from the first minute on, gain that follows", bits: 8, scale: 1, gain: true, always: true},
		{name: "from the first minute on, radiometric", bits: 16, scale: 20, always: true},
		{name: "fog, fixed gain", bits: 8, scale: 1, over: 30 * time.Minute},
		{name: "fog, gain that follows", bits: 8, scale: 1, over: 30 * time.Minute, gain: true, least: 0.03},
		{name: "fog, radiometric", bits: 16, scale: 20, over: 30 * time.Minute, least: 0.03},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(5, 5))
			hiss := make([]float64, 1<<16)
			for i := range hiss {
				hiss[i] = r.NormFloat64()
			}
			open, cap := 2*time.Minute, 90*time.Second
			if c.always {
				open = 0
			}
			var watch Watch
			pix, raw := make([]uint16, w*h), make([]float64, w*h)
			var told time.Duration
			step := 500 * time.Millisecond
			if c.over > 0 {
				step *= 6
			}
			n := 0
			for at := time.Duration(0); at < open+c.over+cap; at += step {
				through := 1.0
				if at >= open {
					through = 0
					if c.over > 0 {
						through = max(0, 1-(at-open).Seconds()/c.over.Seconds())
						through = max(c.least, through*through) // fog takes by the power of its depth
					}
				}
				n += 1237
				low, high := math.Inf(1), math.Inf(-1)
				for i := range raw {
					x, y := float64(i%w), float64(i/w)
					v := 110 + through*(scene[i]-110) + (1-through)*c.fixed*math.Sin(x/17)*math.Cos(y/23) + 0.5*hiss[(i+n)&(1<<16-1)]
					if c.hand && through < 0.5 && x+y > 20 {
						v = 190 + (x-y)/300 + 0.5*hiss[(i+n)&(1<<16-1)]
					}
					raw[i], low, high = v, min(low, v), max(high, v)
				}
				for i, v := range raw {
					if c.gain {
						v = 20 + (v-low)/(high-low)*200
					}
					pix[i] = uint16(min(max(v*c.scale+0.5, 0), float64(uint32(1)<<c.bits-1)))
				}
				watch.Look(detect.Frame{At: t0.Add(at), Width: w, Height: h, Bits: c.bits, Pix: pix}, 0)
				now := watch.Now()
				if at < open && len(now) > 0 {
					t.Fatalf("open, and %v after %v", now, at)
				}
				bad := slices.Contains(now, Blind) || slices.Contains(now, Turned)
				switch {
				case bad && told == 0:
					told = at
				case !bad && told > 0:
					t.Fatalf("told after %v and taken back after %v: %v", told-open, at-open, now)
				}
			}
			if told == 0 || told > open+c.over+time.Minute {
				t.Errorf("told %v after it began", told-open)
			}
		})
	}
}

// A mast in the wind before a view that is fine structure all over: what pixels
// change by is not noise, and the camera sees again as soon as its cap is off.
func TestSwayBeforeAFineViewIsNoBlindness(t *testing.T) {
	c, scene, coarse := newCamera(4), view(11, 0.2, 0, 0), view(11, 1.2, 0, 0)
	swaying := func(x, y int, t float64) float64 {
		i := y*w + min(x+int(math.Round(2+2*math.Sin(t*2.3))), w-1)
		return 110 + 4*(scene[i]-coarse[i]) + 0.3*(coarse[i]-110)
	}
	c.film(2*time.Minute, swaying)
	if len(c.events) > 0 {
		t.Errorf("%v with a noise of %.1f", c.events, c.watch.noise.level)
	}
	c.film(time.Minute, func(int, int, float64) float64 { return 90 })
	if now := c.watch.Now(); !slices.Contains(now, Blind) {
		t.Errorf("covered, and %v", now)
	}
	c.film(time.Minute, swaying)
	if now := c.watch.Now(); len(now) > 0 {
		t.Errorf("open again for a minute, and %v with a noise of %.1f", now, c.watch.noise.level)
	}
}
