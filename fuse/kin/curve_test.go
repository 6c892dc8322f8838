package kin

import (
	"math"
	"math/rand/v2"
	"testing"
)

// nees of the place of a 4-state: chi-square with two degrees of freedom.
func nees2(g *Gauss, x, y float64) float64 {
	dx, dy := g.X[0]-x, g.X[1]-y
	a, b, c := g.P[0], g.P[1], g.P[4]
	return (c*dx*dx - 2*b*dx*dy + a*dy*dy) / (a*c - b*b)
}

// plain is one pass of the extended Kalman filter.
func plain(z *Meas, g *Gauss, p Pose) {
	var rows [3]Row
	from := g.X
	n := z.Rows(p, &from, &rows)
	for i := range n {
		g.Use(&rows[i], &from)
	}
}

// TestCurvatureKeepsConsistent draws places from a wide prior, measures each three
// times and wants the average normalised squared error of the place, whose mean is
// two where the covariance is honest. One pass of the extended Kalman filter is
// many times too sure; cubature points (a radar far off whose azimuth is blunt) and
// linearising again (bearings close by) are not.
func TestCurvatureKeepsConsistent(t *testing.T) {
	for _, c := range []struct {
		what          string
		r, px, py     float64 // range, and the prior's 1σ across and along, m
		saz, sr       float64
		plain, honest float64 // at least, at most
	}{
		{"radar at 20 km, azimuth to 2°", 20e3, 600, 600, 0.035, 5, 9, 3.3},
		{"radar at 10 km, azimuth to 3°", 10e3, 800, 300, 0.05, 8, 9, 3.3},
		{"radar at 5 km", 5e3, 400, 100, 0.05, 10, 6, 3},
		{"bearing at 300 m", 300, 80, 80, 0.005, 0, 50, 5},
		{"camera at 2 km", 2000, 60, 100, 0.001, 100, 3, 2.3},
	} {
		run := func(use func(z *Meas, g *Gauss, p Pose)) float64 {
			rng := rand.New(rand.NewPCG(1, 2))
			sum, n := 0.0, 4000
			for range n {
				g := Gauss{X: [4]float64{0, c.r, 0, 0}, P: [10]float64{c.px * c.px, 0, 0, 0, c.py * c.py, 0, 0, 1, 0, 1}}
				x, y := c.px*rng.NormFloat64(), c.r+c.py*rng.NormFloat64()
				for range 3 {
					z := Meas{Az: math.Atan2(x, y) + c.saz*rng.NormFloat64(), VarAz: c.saz * c.saz}
					if c.sr > 0 {
						z.Range, z.VarRange = math.Hypot(x, y)+c.sr*rng.NormFloat64(), c.sr*c.sr
					}
					use(&z, &g, Pose{})
				}
				sum += min(nees2(&g, x, y), 1000)
			}
			return sum / float64(n)
		}
		once, ours := run(plain), run(func(z *Meas, g *Gauss, p Pose) { z.Apply(g, p) })
		t.Logf("%s: ANEES %.1f in one pass, %.2f as it is done (2 is honest)", c.what, once, ours)
		if once < c.plain || ours > c.honest || ours < 1.7 {
			t.Errorf("%s: ANEES %.1f in one pass (≥ %g), %.2f as it is done (1.7 to %g)", c.what, once, c.plain, ours, c.honest)
		}
	}
}

// TestCubeEqualsKalmanWhereNothingBends: far off and sure, points and tangents
// give the same.
func TestCubeEqualsKalmanWhereNothingBends(t *testing.T) {
	g := Gauss{X: [4]float64{3000, 4000, 5, -3}, P: [10]float64{25, 3, 2, 0, 36, 0, 1, 4, 0.5, 3}}
	z := Meas{Az: 0.6436, VarAz: 1e-4, Range: 5003, VarRange: 100, Doppler: 1, VarD: 0.25}
	a, b := g, g
	plain(&z, &a, Pose{})
	if d2, l, n := z.Cube(&b, Pose{}); n != 3 || !(d2 > 0) || math.IsNaN(l) {
		t.Errorf("%v %v %v", d2, l, n)
	}
	for i := range a.X {
		if math.Abs(a.X[i]-b.X[i]) > 0.02 {
			t.Errorf("state %d: %v by tangents, %v by points", i, a.X[i], b.X[i])
		}
	}
	for i := range a.P {
		if math.Abs(a.P[i]-b.P[i]) > 0.03 {
			t.Errorf("covariance %d: %v by tangents, %v by points", i, a.P[i], b.P[i])
		}
	}
}
