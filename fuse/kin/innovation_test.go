package kin

import (
	"math"
	"math/rand/v2"
	"testing"

	"marsad/fuse/score"
)

// TestInnovationsAreWhatTheirCovarianceSays follows things drawn from the
// filter's own model with every kind of measurement, and wants the mean of the
// normalised squared innovations inside the 95 % band of its chi-square.
func TestInnovationsAreWhatTheirCovarianceSays(t *testing.T) {
	const q, dt, runs, steps = 0.05, 1.0, 150, 40
	here := Pose{X: 300, Y: -4000, Rot: 0.3}
	for i, c := range []struct {
		name string
		dims int
		meas Meas // its noise
	}{
		{"place", 2, Meas{XY: true, VarE: [3]float64{30, 12, 20}}},
		{"azimuth", 1, Meas{VarAz: 1e-6}},
		{"azimuth and range", 2, Meas{VarAz: 4e-6, VarRange: 100}},
		{"azimuth, range and radial speed", 3, Meas{VarAz: 4e-6, VarRange: 100, VarD: 0.25}},
	} {
		rng := rand.New(rand.NewPCG(uint64(i), 17))
		sum, n := 0.0, 0
		for range runs {
			g := Gauss{X: [4]float64{100, 500, 3, -2}, P: [10]float64{100, 0, 0, 0, 100, 0, 0, 4, 0, 4}}
			x := g.X
			for k, sd := range []float64{10, 10, 2, 2} {
				x[k] += sd * rng.NormFloat64()
			}
			for range steps {
				g.Drift(dt, q, 0)
				for k := range 2 { // white acceleration over the step
					a, b := rng.NormFloat64(), rng.NormFloat64()
					x[k] += x[2+k]*dt + math.Sqrt(q*dt*dt*dt/3)*a
					x[2+k] += math.Sqrt(q*dt) * (math.Sqrt(0.75)*a + math.Sqrt(0.25)*b)
				}
				z := seen(c.meas, here, x, rng)
				d2, _, dims := z.Apply(&g, here)
				if dims != c.dims {
					t.Fatalf("%s: %d values", c.name, dims)
				}
				sum += d2
				n++
			}
		}
		low, high := score.Band(c.dims, n)
		if mean := sum / float64(n); mean < low || mean > high {
			t.Errorf("%s: mean NIS %.3f of %d, want within [%.3f, %.3f]", c.name, mean, n, low, high)
		} else {
			t.Logf("%s: mean NIS %.3f of %d, band [%.3f, %.3f]", c.name, mean, n, low, high)
		}
	}
}

// seen is a measurement of a state with the noise of m.
func seen(m Meas, p Pose, x [4]float64, rng *rand.Rand) Meas {
	dx, dy := x[0]-p.X, x[1]-p.Y
	if m.XY {
		s, c := math.Sincos(p.Rot)
		a := math.Sqrt(m.VarE[0]) * rng.NormFloat64()
		f := m.VarE[1] / m.VarE[0]
		m.E = c*dx - s*dy + a
		m.N = s*dx + c*dy + f*a + math.Sqrt(m.VarE[2]-f*m.VarE[1])*rng.NormFloat64()
		return m
	}
	r := math.Hypot(dx, dy)
	m.Az = Wrap(math.Atan2(dx, dy) - p.Rot + math.Sqrt(m.VarAz)*rng.NormFloat64())
	m.Range = r + math.Sqrt(m.VarRange)*rng.NormFloat64()
	m.Doppler = (dx*x[2]+dy*x[3])/r + math.Sqrt(m.VarD)*rng.NormFloat64()
	return m
}

// TestInnovationAgreesWithItsDefinition holds what Apply says against the
// definition: the innovation under H P Hᵀ + R, all values of a place at once.
func TestInnovationAgreesWithItsDefinition(t *testing.T) {
	g := Gauss{X: [4]float64{10, 20, 1, 2}, P: [10]float64{50, 7, 0, 0, 40, 0, 0, 4, 0, 4}}
	z := Meas{XY: true, E: 17, N: 14, VarE: [3]float64{30, 12, 20}}
	want := score.NIS([]float64{7, -6}, []float64{80, 19, 60})
	if got, _, _ := z.Apply(&g, Pose{}); math.Abs(got-want) > 1e-12*want {
		t.Errorf("%.12g, want %.12g", got, want)
	}
}
