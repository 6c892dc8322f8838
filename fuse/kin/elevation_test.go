package kin

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// TestElevationAgreesWithMatrices compares single updates with vectors worked
// out by numpy (testdata/elevation.py): Jacobian by complex steps, all rows at
// once.
func TestElevationAgreesWithMatrices(t *testing.T) {
	b, err := os.ReadFile("testdata/elevation.json")
	if err != nil {
		t.Fatal(err)
	}
	var steps []struct {
		X, H, UseX               [4]float64
		P, UseP                  [10]float64
		PX, PY, Height           float64
		VarHeight, Az, El, VarAz float64
		VarEl, D2, LogL          float64
	}
	if err := json.Unmarshal(b, &steps); err != nil || len(steps) < 20 {
		t.Fatal(err, len(steps))
	}
	for n, s := range steps {
		g := Gauss{X: s.X, P: s.P}
		z := Meas{Az: s.Az, VarAz: s.VarAz, El: s.El, VarEl: s.VarEl, Height: s.Height, VarHeight: s.VarHeight}
		var rows [3]Row
		from, d2, logL := g.X, 0.0, 0.0
		if k := z.Rows(Pose{X: s.PX, Y: s.PY}, &from, &rows); k != 2 {
			t.Fatalf("step %d: %d rows", n, k)
		}
		for i := range 2 {
			d, l := g.Use(&rows[i], &from)
			d2, logL = d2+d, logL+l
		}
		same := func(what string, got, want []float64) {
			for i := range want {
				if !(math.Abs(got[i]-want[i]) <= 1e-8*(1+math.Abs(want[i]))) {
					t.Errorf("step %d: %s[%d] is %.12g, want %.12g", n, what, i, got[i], want[i])
				}
			}
		}
		same("Jacobian ×10⁶", scaled(rows[1].H, 1e6), scaled(s.H, 1e6))
		same("state", g.X[:], s.UseX[:])
		same("covariance", g.P[:], s.UseP[:])
		same("d² and log likelihood", []float64{d2, logL}, []float64{s.D2, s.LogL})
	}
}

func scaled(v [4]float64, by float64) []float64 {
	return []float64{by * v[0], by * v[1], by * v[2], by * v[3]}
}

// TestDipSlopesAreItsDifferences checks both slopes against central differences.
func TestDipSlopesAreItsDifferences(t *testing.T) {
	for _, r := range []float64{20, 150, 900, 3000, 9000} {
		for _, h := range []float64{3, 12, 60, 400} {
			_, byRange, byHeight := dip(r, h)
			step := 1e-3 * r
			a, _, _ := dip(r+step, h)
			b, _, _ := dip(r-step, h)
			if d := (a - b) / (2 * step); math.Abs(d-byRange) > 1e-5*math.Abs(d)+1e-12 {
				t.Errorf("range %g, height %g: slope %g by range, differences give %g", r, h, byRange, d)
			}
			a, _, _ = dip(r, h*1.001)
			b, _, _ = dip(r, h*0.999)
			if d := (a - b) / (0.002 * h); math.Abs(d-byHeight) > 1e-5*math.Abs(d) {
				t.Errorf("range %g, height %g: slope %g by height, differences give %g", r, h, byHeight, d)
			}
		}
	}
}

// TestLookFindsTheRange draws things on the ground and wants the range that
// elevation gives to be as far from the true one as its variance says.
func TestLookFindsTheRange(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	sum, n := 0.0, 0
	for range 4000 {
		r, h := 200+1500*rng.Float64(), 15+30*rng.Float64()
		el, _, _ := dip(r, h+rng.NormFloat64())
		var z Meas
		if !z.Look(el+5e-4*rng.NormFloat64(), 25e-8, h, 1, 5000) {
			continue
		}
		sum += (z.Range - r) * (z.Range - r) / z.VarRange
		n++
	}
	if n < 3000 || sum/float64(n) < 0.85 || sum/float64(n) > 1.2 {
		t.Errorf("squared error in units of its variance: %.2f over %d", sum/float64(n), n)
	}
	for name, c := range map[string][4]float64{
		"above the horizon": {0.01, 1e-6, 20, 1}, "no height": {-0.02, 1e-6, 0, 1}, "too far": {-0.0001, 1e-6, 20, 1},
		"too rough": {-0.01, 1e-3, 20, 1}, "unknown ground": {-0.01, 1e-6, 20, 400}, "beneath the horizon's dip": {-0.002, 1e-10, 20, 1},
	} {
		var z Meas
		if z.Look(c[0], c[1], c[2], c[3], 5000) || z != (Meas{}) {
			t.Errorf("%s: a range of %.0f m", name, z.Range)
		}
	}
}
