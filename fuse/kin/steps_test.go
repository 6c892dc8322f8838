package kin

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// TestStepsAgreeWithMatrices compares single steps with vectors worked out by
// numpy in plain matrix form (testdata/steps.py): drift by Van Loan's matrix
// exponential, updates with the Joseph form and all rows at once.
func TestStepsAgreeWithMatrices(t *testing.T) {
	b, err := os.ReadFile("testdata/steps.json")
	if err != nil {
		t.Fatal(err)
	}
	var steps []struct {
		X, DriftX, UseX  [4]float64
		P, DriftP, UseP  [10]float64
		DT, Q, Tau       float64
		Kind             string
		PX, PY, D2, LogL float64
		Z, R             []float64
	}
	if err := json.Unmarshal(b, &steps); err != nil || len(steps) < 20 {
		t.Fatal(err, len(steps))
	}
	same := func(n int, what string, got, want []float64, scale float64) {
		t.Helper()
		for i := range want {
			if !(math.Abs(got[i]-want[i]) <= 1e-9*(scale+math.Abs(want[i]))) {
				t.Errorf("step %d: %s[%d] is %.12g, want %.12g", n, what, i, got[i], want[i])
			}
		}
	}
	for n, s := range steps {
		g := Gauss{X: s.X, P: s.P}
		g.Drift(s.DT, s.Q, s.Tau)
		same(n, "drifted state", g.X[:], s.DriftX[:], 1)
		same(n, "drifted covariance", g.P[:], s.DriftP[:], 1)
		g = Gauss{X: s.DriftX, P: s.DriftP}
		var z Meas
		var rows [3]Row
		p := Pose{X: s.PX, Y: s.PY}
		switch s.Kind {
		case "place":
			z = Meas{XY: true, E: s.Z[0], N: s.Z[1], VarE: [3]float64{s.R[0], s.R[1], s.R[3]}}
		case "radar":
			z = Meas{Az: s.Z[0], Range: s.Z[1], VarAz: s.R[0], VarRange: s.R[3]}
		case "doppler":
			z = Meas{Az: s.Z[0], Range: s.Z[1], Doppler: s.Z[2], VarAz: s.R[0], VarRange: s.R[4], VarD: s.R[8]}
		}
		// One pass, as the vectors: Apply may linearise again.
		from, d2, logL := g.X, 0.0, 0.0
		for i := range z.Rows(p, &from, &rows) {
			d, l := g.Use(&rows[i], &from)
			d2, logL = d2+d, logL+l
		}
		same(n, s.Kind+" state", g.X[:], s.UseX[:], 1)
		same(n, s.Kind+" covariance", g.P[:], s.UseP[:], 1)
		same(n, s.Kind+" d² and log likelihood", []float64{d2, logL}, []float64{s.D2, s.LogL}, 1)
	}
}
