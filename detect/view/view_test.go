package view

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marsad/detect"
	"marsad/geo"
	"marsad/sense"
)

// tower is a 30 m mast near Rabia that looks north over a 12° field.
func tower() Camera {
	return Camera{Foot: geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 400}, Mast: 30,
		Tilt: geo.Radians(-1), Width: 640, Height: 480, HFOV: geo.Radians(12)}
}

var level = Flat{Level: 400}

func must(t interface{ Fatal(...any) }, c Camera) *View {
	v, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func drawCamera(t *rapid.T) Camera {
	c := tower()
	c.Mast = rapid.Float64Range(5, 300).Draw(t, "mast")
	c.Azimuth = rapid.Float64Range(-3.1, 3.1).Draw(t, "azimuth")
	c.Tilt = rapid.Float64Range(-0.6, 0.05).Draw(t, "tilt")
	c.Roll = rapid.Float64Range(-0.3, 0.3).Draw(t, "roll")
	c.HFOV = rapid.Float64Range(0.02, 1.2).Draw(t, "hfov")
	if rapid.Bool().Draw(t, "oblong") {
		c.VFOV = c.HFOV * rapid.Float64Range(0.5, 1).Draw(t, "vfov")
	}
	c.Lens.K1 = rapid.Float64Range(-0.2, 0.2).Draw(t, "k1")
	c.Lens.OffsetX = rapid.Float64Range(-20, 20).Draw(t, "offset")
	c.PTZ.Pan = rapid.Float64Range(-1, 1).Draw(t, "pan")
	c.PTZ.Tilt = rapid.Float64Range(-0.3, 0.1).Draw(t, "ptz tilt")
	c.Refraction = rapid.SampledFrom([]float64{0, 0.13}).Draw(t, "refraction")
	return c
}

func TestPixelToGroundAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCamera(t)
		v, err := New(c)
		if err != nil {
			t.Skip()
		}
		x := rapid.Float64Range(0, 639).Draw(t, "x")
		y := rapid.Float64Range(0, 479).Draw(t, "y")
		s := v.Spot(x, y, 1, Flat{Level: 400, Refraction: c.Refraction})
		if s.Range == 0 {
			return // above the horizon
		}
		px, py, in := v.Pixel(s.Position)
		// The flat ground is found to a millimetre, which near the camera may
		// be some thousandths of a pixel.
		if !in || math.Hypot(px-x, py-y) > 0.02 {
			t.Fatalf("pixel %g,%g shows %v and that lies at %g,%g (in %v)", x, y, s.Position, px, py, in)
		}
	})
}

func TestRayIsTheDirectionOfWhatThePixelShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, err := New(drawCamera(t))
		if err != nil {
			t.Skip()
		}
		v.camera.Refraction = 0
		x := rapid.Float64Range(0, 639).Draw(t, "x")
		y := rapid.Float64Range(0, 479).Draw(t, "y")
		far := rapid.Float64Range(10, 20000).Draw(t, "far")
		az, el := v.Ray(x, y)
		p := v.frame.FromENU(geo.ENU{E: far * math.Sin(az) * math.Cos(el), N: far * math.Cos(az) * math.Cos(el), U: far * math.Sin(el)})
		px, py, in := v.Pixel(p)
		if !in || math.Hypot(px-x, py-y) > 1e-3 {
			t.Fatalf("%g,%g comes back as %g,%g", x, y, px, py)
		}
	})
}

func TestKnownDirections(t *testing.T) {
	c := tower()
	c.Azimuth, c.Tilt = geo.Radians(90), geo.Radians(-2)
	v := must(t, c)
	mid := [2]float64{319.5, 239.5}
	az, el := v.Ray(mid[0], mid[1])
	near(t, "azimuth of the axis", az, geo.Radians(90), 1e-12)
	near(t, "elevation of the axis", el, geo.Radians(-2), 1e-12)
	az, _ = v.Ray(639.5, mid[1]) // the right edge of the picture
	if az <= geo.Radians(95.9) || az >= geo.Radians(96.1) {
		t.Errorf("the right edge looks to %.3f°, not to about 96°", geo.Degrees(az))
	}
	// Rolled clockwise by a quarter the right side looks down.
	c.Tilt, c.Roll = 0, math.Pi/2
	v = must(t, c)
	az, el = v.Ray(639.5, mid[1])
	near(t, "rolled azimuth", az, geo.Radians(90), 1e-9)
	near(t, "rolled elevation", el, geo.Radians(-6), 1e-9)
	// A head turned by 30° looks as a camera mounted 30° further.
	c.Roll, c.PTZ = 0, PTZ{Pan: geo.Radians(30), Tilt: geo.Radians(-5), HFOV: geo.Radians(3)}
	az, el = must(t, c).Ray(mid[0], mid[1])
	near(t, "panned", az, geo.Radians(120), 1e-9)
	near(t, "tilted", el, geo.Radians(-5), 1e-9)
	az, _ = must(t, c).Ray(639.5, mid[1])
	if d := geo.Degrees(az) - 120; d < 1.49 || d > 1.52 {
		t.Errorf("half of a zoomed field of 3° is %.3f°", d)
	}
}

func TestDistanceByDepression(t *testing.T) {
	// On a plane, 30 m of mast and 1° of depression are 30/tan 1° = 1,718.7 m;
	// the curve of the Earth adds d²/2R of drop, 0.23 m here, 13.4 m of range.
	v := must(t, tower())
	s := v.Spot(319.5, 239.5, 1, level)
	if s.Kind != OnGround {
		t.Fatalf("kind %v", s.Kind)
	}
	d := geo.Distance(v.at.Point, s.Position.Point)
	near(t, "distance", d, 1718.7+13.5, 1)
	// The error along the ray is that of the tilt divided by the depression.
	c := tower()
	c.Sure = Uncertainty{Pose: Independent(1e-9, 1e-4, 1e-9, 1e-9), East: 1e-6, North: 1e-6, Up: 1e-6, Ground: 1e-6, Pixel: 1e-6}
	s = must(t, c).Spot(319.5, 239.5, 1e-6, level)
	sin := math.Sin(geo.Radians(1))
	near(t, "σ north", math.Sqrt(s.Cov[3]), 1732*1e-4/sin, 12) // the local depression is 0.016° less
	// A metre of ground is 1/tan of range.
	c.Sure.Pose, c.Sure.Ground = Independent(1e-9, 1e-9, 1e-9, 1e-9), 1
	s = must(t, c).Spot(319.5, 239.5, 1e-6, level)
	near(t, "σ north by ground", math.Sqrt(s.Cov[3]), 1/math.Tan(geo.Radians(1)), 1)
	near(t, "σ up by ground", math.Sqrt(s.Cov[5]), 1, 0.02)
}

// The stated covariance is that of a sample of cameras drawn from the stated
// errors.
func TestCovarianceIsThatOfASample(t *testing.T) {
	c := tower()
	c.Tilt = geo.Radians(-3)
	c.Sure = Uncertainty{Pose: Independent(2e-3, 3e-4, 4e-3, 1e-3), East: 2, North: 3, Up: 0.5, Ground: 0.7, Pixel: 1}
	v := must(t, c)
	const x, y = 500, 300
	s := v.Spot(x, y, 0, level)
	here := geo.NewFrame(s.Position)
	random := source(7)
	var sum [6]float64
	const n = 20000
	for range n {
		d := c
		d.Azimuth += 2e-3 * random.normal()
		d.Tilt += 3e-4 * random.normal()
		d.Roll += 4e-3 * random.normal()
		d.HFOV += 1e-3 * random.normal()
		frame := geo.NewFrame(c.Foot)
		d.Foot = frame.FromENU(geo.ENU{E: 2 * random.normal(), N: 3 * random.normal(), U: 0.5 * random.normal()})
		g := Flat{Level: 400 + 0.7*random.normal()}
		p := must(t, d).Spot(x+random.normal(), y+random.normal(), 1, g)
		e := here.ToENU(p.Position)
		for k, a := range [6]float64{e.E * e.E, e.E * e.N, e.E * e.U, e.N * e.N, e.N * e.U, e.U * e.U} {
			sum[k] += a / n
		}
	}
	scale := [6]float64{s.Cov[0], math.Sqrt(s.Cov[0] * s.Cov[3]), math.Sqrt(s.Cov[0] * s.Cov[5]), s.Cov[3], math.Sqrt(s.Cov[3] * s.Cov[5]), s.Cov[5]}
	for k := range sum {
		if math.Abs(sum[k]-s.Cov[k]) > 0.06*scale[k] {
			t.Errorf("covariance %d: sampled %.3f, stated %.3f", k, sum[k], s.Cov[k])
		}
	}
}

func TestErrorGrowsTowardsTheHorizonAndThenThereIsOnlyBearing(t *testing.T) {
	c := tower()
	c.Tilt = 0
	c.Sure.Pose = Independent(1e-3, 2e-4, 1e-3, 1e-4)
	v := must(t, c)
	last, seen := 0.0, [3]bool{}
	for y := 479.0; y >= 0; y-- {
		s := v.Spot(319.5, y, 0, level)
		if s.Kind == OnGround {
			if seen[Grazing] || seen[InAir] {
				t.Fatalf("row %g is ground above the horizon", y)
			}
			if sigma := math.Sqrt(s.Cov[3]); sigma <= last {
				t.Fatalf("row %g: σ %g after %g", y, sigma, last)
			} else {
				last = sigma
			}
			if sigma := math.Sqrt(s.Cov[0] + s.Cov[3]); sigma > grazing*s.Range {
				t.Fatalf("row %g: a position with an error of %g at %g m", y, sigma, s.Range)
			}
		}
		if s.Kind == InAir && s.Elevation < 0 && !seen[Grazing] {
			t.Fatalf("row %g is air and there was no grazing row", y)
		}
		seen[s.Kind] = true
		d := s.Detection()
		if (s.Kind == OnGround) != (d.Shape == sense.AtPosition) {
			t.Fatalf("row %g: kind %v gives shape %v", y, s.Kind, d.Shape)
		}
	}
	if seen != [3]bool{true, true, true} {
		t.Errorf("of ground, grazing, air there were %v", seen)
	}
}

// Left and right of the middle of a camera that looks north are alike.
func TestMirror(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := tower()
		c.Tilt = rapid.Float64Range(-0.3, -0.02).Draw(t, "tilt")
		v := must(t, c)
		dx := rapid.Float64Range(0, 319).Draw(t, "dx")
		y := rapid.Float64Range(200, 479).Draw(t, "y")
		a, b := v.Spot(319.5-dx, y, 1, level), v.Spot(319.5+dx, y, 1, level)
		if a.Kind != b.Kind || math.Abs(a.Range-b.Range) > 1e-2 || math.Abs(geo.WrapPi(a.Azimuth+b.Azimuth)) > 1e-9 {
			t.Fatalf("%+v and %+v are no mirror images", a, b)
		}
		if a.Kind == OnGround && (math.Abs(a.Cov[1]+b.Cov[1]) > 1e-3*(a.Cov[0]+a.Cov[3]) || math.Abs(a.Cov[3]-b.Cov[3]) > 1e-3*a.Cov[3]) {
			t.Fatalf("covariances %v and %v are no mirror images", a.Cov, b.Cov)
		}
	})
}

func TestTrueSizeAndSpeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := tower()
		c.HFOV = rapid.Float64Range(0.03, 0.3).Draw(t, "hfov")
		c.Azimuth = rapid.Float64Range(-3, 3).Draw(t, "azimuth")
		c.Tilt = geo.Radians(-1.2)
		c.Roll = rapid.Float64Range(-0.02, 0.02).Draw(t, "roll")
		v := must(t, c)
		far := rapid.Float64Range(600, 3000).Draw(t, "far")
		offset := rapid.Float64Range(-0.3, 0.3).Draw(t, "offset") * c.HFOV
		foot := geo.Position{Point: geo.Direct(c.Foot.Point, far, c.Azimuth+offset), Height: 400}
		head := foot
		head.Height += 10 // tall, so that whole pixels do not matter
		side := func(m float64) geo.Position {
			return geo.Position{Point: geo.Direct(foot.Point, m, c.Azimuth+offset+math.Pi/2), Height: 405}
		}
		fx, fy, in1 := v.Pixel(foot)
		_, hy, in2 := v.Pixel(head)
		lx, _, in3 := v.Pixel(side(-8))
		rx, _, in4 := v.Pixel(side(8))
		if !in1 || !in2 || !in3 || !in4 {
			t.Skip()
		}
		// A second later it is 5 m east and 3 m north.
		frame := geo.NewFrame(foot)
		nx, ny, _ := v.Pixel(frame.FromENU(geo.ENU{E: 5, N: 3}))
		begin := time.Unix(0, 0)
		m := detect.Mover{Box: detect.Box{X: int(math.Round(lx)), Y: int(math.Round(hy)), W: int(math.Round(rx)) - int(math.Round(lx)), H: int(math.Round(fy+0.5)) - int(math.Round(hy))},
			VX: nx - fx, VY: ny - fy, Since: begin}
		got := v.Of(m, begin.Add(4*time.Second), level)
		pixel := far / v.fx
		if got.Kind == Grazing {
			return // far out and wide: no size is right there
		}
		if math.Abs(got.Width-16) > 2*pixel+0.03*16+1 || math.Abs(got.Height-10) > 2*pixel+0.06*10+1 {
			t.Fatalf("a thing of 16×10 m at %.0f m (%.2f m a pixel) measures %.2f×%.2f", far, pixel, got.Width, got.Height)
		}
		// The box's middle stands in for the foot: some per cent.
		if math.Hypot(got.East-5, got.North-3) > 0.6+3*got.SigmaSpeed {
			t.Fatalf("speed %.2f, %.2f ± %.2f and not 5, 3", got.East, got.North, got.SigmaSpeed)
		}
	})
}

func TestAboveTheHorizonThereIsNoSizeButATurn(t *testing.T) {
	c := tower()
	c.Tilt = geo.Radians(3)
	c.Sure.Pose = Independent(1e-3, 1e-3, 1e-3, 1e-3)
	m := must(t, c).Of(detect.Mover{Box: detect.Box{X: 300, Y: 100, W: 8, H: 4}, VX: 20}, time.Unix(5, 0), level)
	if m.Kind != InAir || m.Sized() || Judge(m) != nil {
		t.Fatalf("in the air: %+v", m)
	}
	// 20 pixels of 12°/640 a second.
	near(t, "turn", m.Turn, 20*geo.Radians(12)/640, 0.02*m.Turn)
	if d := m.Detection(); d.Shape != sense.BearingElevation || d.R[0] <= 0 || d.R[3] <= 0 {
		t.Errorf("detection %+v", d)
	}
}

func TestGates(t *testing.T) {
	fits := func(w, h, speed float64) map[sense.Class]float64 {
		m := Measure{Width: w, Height: h, SigmaSize: 0.1, East: speed, SigmaSpeed: 0.1}
		out := map[sense.Class]float64{}
		for _, v := range Judge(m) {
			out[v.Class] = v.Fit
			if v.Fit < 0.2 && v.Why == "" {
				t.Errorf("%v fits %.2f and does not say why", v.Class, v.Fit)
			}
		}
		return out
	}
	if f := fits(0.6, 1.7, 1.4); f[sense.Person] < 0.9 || f[sense.Vehicle] > 0.6 {
		t.Errorf("a walker: %v", f)
	}
	if f := fits(5.2, 1.8, 15); f[sense.Vehicle] < 0.9 || f[sense.Person] > 0.01 || f[sense.Group] > 0.01 {
		t.Errorf("a pick-up: %v", f)
	}
	for c, p := range fits(0.05, 0.05, 40) {
		if p > 0.01 {
			t.Errorf("an insect fits %v by %.2f", c, p)
		}
	}
	for _, g := range Gates() {
		if g.Source == "" || g.Width.Low >= g.Width.High || g.Height.Low >= g.Height.High {
			t.Errorf("gate of %v is not well made", g.Class)
		}
	}
}

func TestImpossibleCamerasAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Camera){
		"nan":      func(c *Camera) { c.Azimuth = math.NaN() },
		"nowhere":  func(c *Camera) { c.Foot.Lat = 95 },
		"no pixel": func(c *Camera) { c.Width = 0 },
		"no field": func(c *Camera) { c.HFOV = 0 },
		"too wide": func(c *Camera) { c.HFOV = 3.1 },
		"buried":   func(c *Camera) { c.Mast = -1 },
		"folding":  func(c *Camera) { c.HFOV, c.Lens.K1 = 1.5, -2 },
	} {
		c := tower()
		spoil(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %g, not %g ± %g", what, got, want, within)
	}
}

// source is a small generator of normal numbers, so that a sample is the same
// everywhere (SplitMix64, Steele et al. 2014; Box and Muller 1958).
type source uint64

func (s *source) float() float64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) / (1 << 53)
}

func (s *source) normal() float64 {
	return math.Sqrt(-2*math.Log(1-s.float())) * math.Cos(2*math.Pi*s.float())
}

func BenchmarkOf(b *testing.B) {
	v := must(b, tower())
	m := detect.Mover{Box: detect.Box{X: 300, Y: 300, W: 6, H: 12}, VX: 2}
	for b.Loop() {
		v.Of(m, time.Unix(5, 0), level)
	}
}
