package score

import (
	"math"
	"testing"
)

// sample is thirty instants of four things, whose first two tracks change
// places at the fifteenth.
func sample() []Frame {
	s := uint64(7)
	next := func() float64 {
		s = s*6364136223846793005 + 1442695040888963407
		return float64(s>>33) / (1 << 31)
	}
	var frames []Frame
	for k := range 30 {
		t := float64(k)
		f := Frame{T: t}
		for i := range 4 {
			if k >= i*3 && (i != 2 || k <= 20) {
				f.Truth = append(f.Truth, Place{int64(i), 100*float64(i) + 3*t, 50*float64(i) - 2*t, 3, -2})
			}
		}
		for j := range 4 {
			u, v, w := next(), next(), next()
			i := j
			if k >= 15 && j < 2 {
				i = 1 - j
			}
			if w < 0.85 {
				f.Tracks = append(f.Tracks, Place{int64(10 + j), 100*float64(i) + 3*t + 16*(u-.5), 50*float64(i) - 2*t + 16*(v-.5), 3 + u, -2 + v})
			}
		}
		frames = append(frames, f)
	}
	return frames
}

// TestAgreesWithAnotherScorer compares with what an independent implementation
// (numpy and scipy) gives for the same sample.
func TestAgreesWithAnotherScorer(t *testing.T) {
	r := Of(sample(), 20, 2, 20)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"OSPA", r.OSPA, 11.492175558}, {"GOSPA", r.GOSPA, 17.929989841},
		{"localisation", r.Loc, 100.738630845}, {"missed", r.Missed, 100}, {"false", r.False, 140},
		{"RMSE", r.RMSE, 6.224598561}, {"switches", float64(r.Switches), 2}, {"tracks", float64(r.Tracks), 4},
		{"completeness", r.Completeness, 0.967741935}, {"ambiguity", r.Ambiguity, 1},
		{"spuriousness", r.Spuriousness, 0.090909091}, {"position accuracy", r.PositionAccuracy, 5.02127229},
		{"velocity accuracy", r.VelocityAccuracy, 0.641902268}, {"change rate", r.ChangeRate, 0.023809524},
		{"longest segment", r.LongestSegment, 0.674157303},
	} {
		if math.Abs(c.got-c.want) > 1e-6 {
			t.Errorf("%s is %.9f, want %.9f", c.name, c.got, c.want)
		}
	}
}

func TestNothingAndPerfection(t *testing.T) {
	if r := Of(nil, 20, 2, 20); r.GOSPA != 0 || r.Instants != 0 {
		t.Errorf("%+v", r)
	}
	p := []Place{{ID: 1, X: 5, Y: 6}}
	if r := Of([]Frame{{Truth: p, Tracks: p}}, 20, 2, 20); r.GOSPA != 0 || r.OSPA != 0 {
		t.Errorf("%+v", r)
	}
	if r := Of([]Frame{{Truth: p}}, 20, 2, 20); math.Abs(r.GOSPA-20/math.Sqrt2) > 1e-12 || r.OSPA != 20 {
		t.Errorf("%+v", r)
	}
}

func TestBandNEESAndNIS(t *testing.T) {
	// The 2.5 and 97.5 % points of chi-square with 400 degrees, over 100.
	if lo, hi := Band(4, 100); math.Abs(lo-3.4648) > 0.01 || math.Abs(hi-4.5731) > 0.01 {
		t.Errorf("band %.4f to %.4f", lo, hi)
	}
	if n := NEES([4]float64{2, 0, 0, 1}, [10]float64{4, 0, 0, 0, 1, 0, 0, 1, 0, 0.25}); math.Abs(n-5) > 1e-12 {
		t.Errorf("NEES %g, want 5", n)
	}
	// By hand: s⁻¹ is [1 -1; -1 2], v'S⁻¹v = 1 - 2*3 + 2*9.
	if n := NIS([]float64{1, 3}, []float64{2, 1, 1}); math.Abs(n-13) > 1e-12 {
		t.Errorf("NIS %g, want 13", n)
	}
	if n := NIS([]float64{1, 3}, []float64{1, 1, 1}); !math.IsNaN(n) && !math.IsInf(n, 1) {
		t.Errorf("NIS %g of a covariance without an inverse", n)
	}
	if n := NIS([]float64{1}, []float64{-1}); !math.IsNaN(n) {
		t.Errorf("NIS %g of a negative variance", n)
	}
}
