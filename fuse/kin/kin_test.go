package kin

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// some draws a state with a positive definite covariance: A·Aᵀ and a little.
func some(t *rapid.T) Gauss {
	var g Gauss
	f := func(lo, hi float64) float64 { return rapid.Float64Range(lo, hi).Draw(t, "v") }
	var a [4][4]float64
	for i := range 4 {
		g.X[i] = f(-3000, 3000)
		if i > 1 {
			g.X[i] /= 100
		}
		for j := range 4 {
			a[i][j] = f(-10, 10)
		}
	}
	k := 0
	for i := range 4 {
		for j := i; j < 4; j++ {
			for m := range 4 {
				g.P[k] += a[i][m] * a[j][m]
			}
			if i == j {
				g.P[k] += 0.1
			}
			k++
		}
	}
	return g
}

// positive reports whether a packed covariance has a Cholesky factor.
func positive(p [10]float64) bool {
	var l [4][4]float64
	k := 0
	for i := range 4 {
		for j := i; j < 4; j++ {
			l[j][i] = p[k]
			k++
		}
	}
	for i := range 4 {
		for j := 0; j <= i; j++ {
			v := l[i][j]
			for m := range j {
				v -= l[i][m] * l[j][m]
			}
			if i == j {
				if !(v > 0) {
					return false
				}
				l[i][i] = math.Sqrt(v)
			} else {
				l[i][j] = v / l[j][j]
			}
		}
	}
	return true
}

func TestCovarianceStaysPositive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := some(t)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			g.Drift(rapid.Float64Range(0, 5).Draw(t, "dt"), rapid.Float64Range(1e-4, 5).Draw(t, "q"), rapid.SampledFrom([]float64{0, 5, 20}).Draw(t, "tau"))
			z := Meas{Az: rapid.Float64Range(-3, 3).Draw(t, "az"), VarAz: rapid.Float64Range(1e-6, 1e-2).Draw(t, "va")}
			if rapid.Bool().Draw(t, "range") {
				z.Range, z.VarRange = rapid.Float64Range(50, 9000).Draw(t, "r"), rapid.Float64Range(1, 1e5).Draw(t, "vr")
			}
			z.Apply(&g, Pose{X: 100, Y: -4000, Rot: 0.01})
			if !g.Finite() || !positive(g.P) {
				t.Fatalf("%+v", g)
			}
		}
	})
}

// TestDriftInTwoStepsIsDriftInOne holds for both kinds of motion, as it must
// for a model in continuous time.
func TestDriftInTwoStepsIsDriftInOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := some(t)
		two := one
		a, b := rapid.Float64Range(0.01, 5).Draw(t, "a"), rapid.Float64Range(0.01, 5).Draw(t, "b")
		tau := rapid.SampledFrom([]float64{0, 5, 20}).Draw(t, "tau")
		one.Drift(a+b, 0.3, tau)
		two.Drift(a, 0.3, tau)
		two.Drift(b, 0.3, tau)
		for i := range one.P {
			if math.Abs(one.P[i]-two.P[i]) > 1e-8*(1+math.Abs(one.P[i])) {
				t.Fatalf("P[%d]: %g and %g", i, one.P[i], two.P[i])
			}
		}
		for i := range one.X {
			if math.Abs(one.X[i]-two.X[i]) > 1e-8*(1+math.Abs(one.X[i])) {
				t.Fatalf("X[%d]: %g and %g", i, one.X[i], two.X[i])
			}
		}
	})
}

// TestKalmanStep compares one step with figures worked out by hand: two
// independent axes, prior variance 25, noise 25, so the gain is one half.
func TestKalmanStep(t *testing.T) {
	g := Gauss{X: [4]float64{10, 20, 1, 0}, P: [10]float64{25, 0, 5, 0, 25, 0, 5, 4, 0, 4}}
	z := Meas{XY: true, E: 14, N: 20, VarE: [3]float64{25, 0, 25}}
	d2, logL, n := z.Apply(&g, Pose{})
	want := Gauss{X: [4]float64{12, 20, 1.4, 0}, P: [10]float64{12.5, 0, 2.5, 0, 12.5, 0, 2.5, 3.5, 0, 3.5}}
	for i := range want.P {
		if math.Abs(g.P[i]-want.P[i]) > 1e-9 {
			t.Errorf("P[%d] = %g, want %g", i, g.P[i], want.P[i])
		}
	}
	for i := range want.X {
		if math.Abs(g.X[i]-want.X[i]) > 1e-9 {
			t.Errorf("X[%d] = %g, want %g", i, g.X[i], want.X[i])
		}
	}
	if math.Abs(d2-0.32) > 1e-9 || n != 2 || math.Abs(logL-(-0.16-math.Log(2*math.Pi*50))) > 1e-9 {
		t.Errorf("d² %g, log likelihood %g, %d rows", d2, logL, n)
	}
}

// TestRowsAreDerivatives compares every row with a difference quotient.
func TestRowsAreDerivatives(t *testing.T) {
	p := Pose{X: 300, Y: -200, Rot: 0.02}
	x := [4]float64{1500, 900, 3, -2}
	z := Meas{Az: 0.8, VarAz: 1e-5, Range: 1600, VarRange: 100, Doppler: 1, VarD: 0.1}
	var at, moved [3]Row
	n := z.Rows(p, &x, &at)
	if n != 3 {
		t.Fatalf("%d rows", n)
	}
	for i := range 4 {
		const h = 1e-3
		y := x
		y[i] += h
		z.Rows(p, &y, &moved)
		for k := range n {
			if got := -(moved[k].Nu - at[k].Nu) / h; math.Abs(got-at[k].H[i]) > 1e-5 {
				t.Errorf("row %d by %d: %g, want %g", k, i, at[k].H[i], got)
			}
		}
	}
}

// TestTurnedFrameChangesNothing measures in two frames and compares.
func TestTurnedFrameChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := some(t)
		angle := rapid.Float64Range(-3, 3).Draw(t, "angle")
		s, c := math.Sincos(angle)
		b := a
		b.Turn(5000, -700, c, s)
		z := Meas{Az: 0.3, VarAz: 1e-4, Range: 5000, VarRange: 400}
		at := Gauss{X: [4]float64{200, -5000}}
		turned := at
		turned.Turn(5000, -700, c, s)
		d1, l1, _ := z.Apply(&a, Pose{X: at.X[0], Y: at.X[1]})
		d2, l2, _ := z.Apply(&b, Pose{X: turned.X[0], Y: turned.X[1], Rot: -angle})
		a.Turn(5000, -700, c, s)
		if math.Abs(d1-d2) > 1e-6*(1+d1) || math.Abs(l1-l2) > 1e-6*(1+math.Abs(l1)) {
			t.Fatalf("d² %g and %g, log likelihoods %g and %g", d1, d2, l1, l2)
		}
		for i := range a.X {
			if math.Abs(a.X[i]-b.X[i]) > 1e-6*(1+math.Abs(a.X[i])) {
				t.Fatalf("X[%d]: %g and %g", i, a.X[i], b.X[i])
			}
		}
	})
}
