package view

import (
	"math"
	"testing"

	"marsad/geo"
)

// plane is sloping ground, without the curve of the Earth left out: its height is
// asked for metre by metre of a straight ray.
type plane struct {
	foot        geo.Position
	east, north float64 // metres of rise for each metre
}

func (p plane) Height(at geo.Point) (float64, bool) {
	frame := geo.NewFrame(p.foot)
	e := frame.ToENU(geo.Position{Point: at, Height: p.foot.Height})
	return p.foot.Height + p.east*e.E + p.north*e.N, true
}

func (p plane) Meet(from geo.Position, azimuth, elevation, most float64) (geo.Position, bool) {
	frame := geo.NewFrame(from)
	at := func(r float64) (geo.Position, float64) {
		q := frame.FromENU(geo.ENU{E: r * math.Cos(elevation) * math.Sin(azimuth), N: r * math.Cos(elevation) * math.Cos(azimuth), U: r * math.Sin(elevation)})
		h, _ := p.Height(q.Point)
		return q, q.Height - h
	}
	const step = 20.0
	for far := step; far <= most+step; far += step {
		if _, above := at(far); above > 0 {
			continue
		}
		near := far - step
		for range 40 {
			if _, above := at((near + far) / 2); above > 0 {
				near = (near + far) / 2
			} else {
				far = (near + far) / 2
			}
		}
		q, _ := at(far)
		return q, true
	}
	return geo.Position{}, false
}

// A place is as sure as it says: over cameras that stand, look, turn and err at
// random, on slopes up to one in seven, the error of where a thing is, measured by
// the stated covariance, is that of two degrees of freedom (normalised estimation
// error squared; Bar-Shalom, Li and Kirubarajan, 2001).
func TestPlacesAreAsSureAsTheySay(t *testing.T) {
	random := source(20260101)
	between := func(lo, hi float64) float64 { return lo + (hi-lo)*random.float() }
	var sum float64
	var n, within, turned, sloped int
	for range 1500 {
		c := tower()
		c.Mast = between(15, 60)
		c.Azimuth, c.Tilt, c.Roll, c.HFOV = between(-3.1, 3.1), between(-0.12, -0.03), between(-0.05, 0.05), between(0.08, 0.4)
		if between(0, 1) < 0.5 {
			c.PTZ = PTZ{Pan: between(-1.5, 1.5), Tilt: between(-0.05, 0.02)}
		}
		ground := plane{foot: c.Foot}
		if between(0, 1) < 0.7 {
			ground.east, ground.north = between(-0.14, 0.14), between(-0.14, 0.14)
		}
		pose := [4]float64{between(2e-4, 3e-3), between(1e-4, 6e-4), between(2e-4, 5e-3), between(1e-4, 1e-3)}
		c.Sure = Uncertainty{Pose: Independent(pose[0], pose[1], pose[2], pose[3]), East: between(0.3, 4), North: between(0.3, 4), Up: between(0.2, 1), Ground: between(0.2, 1), Pixel: between(0.5, 2)}
		registered := must(t, c)
		// What stands there truly, seen by a camera that truly is a little elsewhere.
		thing := registered.Spot(between(40, 600), between(40, 440), 1, ground)
		if thing.Kind != OnGround || thing.Range > 3000 {
			continue
		}
		real := c
		real.Azimuth += pose[0] * random.normal()
		real.Tilt += pose[1] * random.normal()
		real.Roll += pose[2] * random.normal()
		real.HFOV += pose[3] * random.normal()
		foot := geo.NewFrame(c.Foot)
		real.Foot = foot.FromENU(geo.ENU{E: c.Sure.East * random.normal(), N: c.Sure.North * random.normal(), U: c.Sure.Up * random.normal()})
		truth := thing.Position
		truth.Height += c.Sure.Ground * random.normal() // the ground is known so well only
		x, y, in := must(t, real).Pixel(truth)
		if !in {
			continue
		}
		told := registered.Spot(x+c.Sure.Pixel*random.normal(), y+c.Sure.Pixel*random.normal(), 0, ground)
		if told.Kind != OnGround {
			continue // it gives no place, and so no covariance of one
		}
		here := geo.NewFrame(told.Position)
		e := here.ToENU(truth)
		a, b, d := told.Cov[0], told.Cov[1], told.Cov[3]
		nees := (d*e.E*e.E - 2*b*e.E*e.N + a*e.N*e.N) / (a*d - b*b)
		if nees < 5.991 {
			within++
		}
		if c.PTZ != (PTZ{}) {
			turned++
		}
		if ground.east != 0 {
			sloped++
		}
		sum += nees
		n++
	}
	mean, share := sum/float64(n), float64(within)/float64(n)
	t.Logf("%d places, %d by a turned head, %d on a slope: NEES %.2f on average (2 is right), %.1f %% within the 95 %% ellipse", n, turned, sloped, mean, 100*share)
	if n < 700 || turned < 200 || sloped < 300 {
		t.Fatalf("%d places, %d turned, %d on a slope: too few to tell", n, turned, sloped)
	}
	if mean < 1.7 || mean > 2.4 || share < 0.925 || share > 0.975 {
		t.Errorf("NEES %.2f on average, %.1f %% within the 95 %% ellipse", mean, 100*share)
	}
}
