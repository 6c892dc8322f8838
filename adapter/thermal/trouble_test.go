package thermal

import (
	"math"
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/health"
)

// hill is a view with detail at all scales, drawn soft and moved aside as asked.
func hill(seed, blur float64) []float64 {
	pix := make([]float64, 96*72)
	for i := range pix {
		x, y := float64(i%96), float64(i/96)
		v := 110.0
		for k, period := range []float64{90, 60, 40, 25, 12, 7, 4.5, 3.2} {
			f := 2 * math.Pi / period
			for n := range 4 {
				a := seed*float64(3*k+n+1) + float64(n)
				v += 4 * math.Pow(period/90, 0.4) * math.Exp(-f*f*blur*blur/2) * math.Sin(f*(math.Cos(a)*x+math.Sin(a)*y)+seed*float64(k*n+5))
			}
		}
		pix[i] = v
	}
	return pix
}

// Each trouble of a camera is reported in both languages, which degrades the
// sensor and so takes it out of coverage, and stops its scans: no data, never a
// miss. When it is mended the camera reports fine and scans again.
func TestEachTroubleTakesTheCameraOut(t *testing.T) {
	computes(t)
	sharp, soft, aside := hill(7, 0.5), hill(7, 4), hill(8.3, 0.5)
	plain := func(pix []float64) func(i int) float64 { return func(i int) float64 { return pix[i] } }
	for _, c := range []struct {
		sign    health.Sign
		picture func(i int) float64
		noise   float64 // times as much
	}{
		{health.Blind, func(int) float64 { return 90 }, 1},
		// Fog, and gain that raises what is left of the view and the noise alike.
		{health.Blind, func(i int) float64 { return 110 + 0.25*(sharp[i]-110) }, 4},
		{health.Defocused, plain(soft), 1},
		{health.Turned, plain(aside), 1},
		{health.Saturated, func(i int) float64 { return (sharp[i]-110)*2 + 255 }, 1},
		{health.Dirty, func(i int) float64 {
			if x, y := i%96, i/96; x > 20 && x < 60 && y > 15 && y < 55 {
				return soft[i]*0.1 + 95
			}
			return sharp[i]
		}, 1},
		{health.Frozen, nil, 1}, {health.ClockWrong, nil, 1}, {health.SignalLost, nil, 1},
	} {
		t.Run(c.sign.String(), func(t *testing.T) {
			t.Parallel()
			host := &fakeHost{}
			w := newWatcher(New(Config{}), Live{Input: "rtsp://x/", Camera: Camera{ID: "t", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Tilt: -3, FieldOfView: FieldOfView{Horizontal: 12}}}, host)
			if err := host.Register(w.sensor); err != nil {
				t.Fatal(err)
			}
			w.stream = &Stream{}
			w.stream.note(func(s *StreamState) { s.Frames = 1 })
			now, n := time.Now().Add(-time.Hour), 0
			hiss := 1.0
			film := func(d time.Duration, picture func(i int) float64, noise bool, off time.Duration) {
				for end := now.Add(d); now.Before(end); now = now.Add(500 * time.Millisecond) {
					f := detect.Frame{At: now.Add(off), Width: 96, Height: 72, Bits: 8, Pix: make([]uint16, 96*72), Index: n}
					if noise {
						n++
					}
					for i := range f.Pix {
						v := picture(i) + hiss*float64((uint32(i*7919+n*104729)*2654435761>>8)%7)/2 - hiss*1.5
						f.Pix[i] = uint16(min(max(v, 0), 255))
					}
					host.lock(func() { host.at = f.At })
					w.frame(f, off, now)
					w.report(now)
				}
			}
			last := func() (fine bool, why string, ar string, scans int) {
				host.lock(func() {
					r := host.reports[len(host.reports)-1]
					fine, why, ar, scans = r.Fine, r.Why.En, r.Why.Ar, len(host.scans)
				})
				return fine, why, ar, scans
			}
			film(2*time.Minute, plain(sharp), true, 0)
			fine, why, _, healthy := last()
			if !fine || healthy < 100 {
				t.Fatalf("healthy: fine %v (%s), %d scans", fine, why, healthy)
			}
			switch c.sign {
			case health.Frozen:
				film(2*time.Minute, plain(sharp), false, 0)
			case health.ClockWrong:
				film(2*time.Minute, plain(sharp), true, 30*time.Second)
			case health.SignalLost:
				for range 240 {
					now = now.Add(500 * time.Millisecond)
					w.watch.Silent(now)
					w.report(now)
				}
			default:
				hiss = c.noise
				film(2*time.Minute, c.picture, true, 0)
			}
			fine, why, ar, before := last()
			if fine || ar == "" || why != c.sign.Text().En {
				t.Errorf("reported fine %v: %q", fine, why)
			}
			if c.sign != health.SignalLost {
				film(10*time.Second, map[bool]func(int) float64{true: c.picture, false: plain(sharp)}[c.picture != nil], c.sign != health.Frozen, map[bool]time.Duration{true: 30 * time.Second}[c.sign == health.ClockWrong])
				if _, _, _, after := last(); after != before {
					t.Errorf("%d scans in trouble", after-before)
				}
			}
			hiss = 1
			film(3*time.Minute, plain(sharp), true, 0)
			if fine, why, _, after := last(); !fine || after <= before {
				t.Errorf("mended: fine %v (%s), %d scans more", fine, why, after-before)
			}
		})
	}
}
