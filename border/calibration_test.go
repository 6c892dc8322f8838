package border

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func drawSurvey(t *rapid.T, a *Axis) *Calibration {
	falling := rapid.Bool().Draw(t, "falling")
	var surveys []Survey
	at, post := 0.0, rapid.Float64Range(-100, 1000).Draw(t, "first post")
	for range rapid.IntRange(2, 20).Draw(t, "posts") {
		at += rapid.Float64Range(1, 25_000).Draw(t, "apart")
		step := rapid.Float64Range(0.001, 30).Draw(t, "step")
		if falling {
			step = -step
		}
		post += step
		surveys = append(surveys, Survey{Post: post, Chainage: Chainage(at)})
	}
	// The order in the table does not matter.
	order := rapid.Permutation(surveys).Draw(t, "order")
	c, err := NewCalibration(a, order)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCalibrationIsMonotoneAndReturns(t *testing.T) {
	a := Default()
	rapid.Check(t, func(t *rapid.T) {
		c := drawSurvey(t, a)
		s := c.Surveys()
		first, last := s[0], s[len(s)-1]
		x := Chainage(rapid.Float64Range(float64(first.Chainage), float64(last.Chainage)).Draw(t, "x"))
		y := Chainage(rapid.Float64Range(float64(x), float64(last.Chainage)).Draw(t, "y"))
		px, ok1 := c.Post(x)
		py, ok2 := c.Post(y)
		if !ok1 || !ok2 || (py-px)*(last.Post-first.Post) < 0 {
			t.Fatalf("posts %v, %v at %v, %v of %v", px, py, x, y, s)
		}
		// A step of 1 m in 25 km of chainage makes the inverse steep.
		if back, ok := c.Chainage(px); !ok || math.Abs(float64(back-x)) > 0.01 {
			t.Fatalf("%v reads %v and comes back as %v", float64(x), px, float64(back))
		}
		for _, p := range s {
			if km, ok := c.Post(p.Chainage); !ok || math.Abs(km-p.Post) > 1e-9 {
				t.Fatalf("the surveyed post %v reads %v", p, km)
			}
		}
	})
}

func TestCalibrationNeverExtrapolates(t *testing.T) {
	c, err := NewCalibration(Default(), []Survey{{10, 10_400}, {12, 12_380}, {11, 11_390}})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []Chainage{0, 10_399, 12_381, Chainage(math.NaN())} {
		if km, ok := c.Post(at); ok {
			t.Errorf("chainage %v outside the survey reads %v", float64(at), km)
		}
	}
	for _, km := range []float64{9.99, 12.01, math.NaN()} {
		if at, ok := c.Chainage(km); ok {
			t.Errorf("post %v outside the survey stands at %v", km, at)
		}
	}
	if km, ok := c.Post(10_895); !ok || math.Abs(km-10.5) > 1e-9 {
		t.Errorf("half way between posts 10 and 11: %v, %v", km, ok)
	}
}

func TestNewCalibrationRefuses(t *testing.T) {
	for name, s := range map[string][]Survey{
		"nothing":             nil,
		"one post":            {{1, 1000}},
		"off the line":        {{1, 1000}, {700, 700_000}},
		"before the line":     {{0, -1}, {1, 1000}},
		"two at one place":    {{1, 1000}, {2, 1000}},
		"one post twice":      {{1, 1000}, {1, 2000}},
		"a post out of order": {{1, 1000}, {3, 2000}, {2, 3000}},
		"not a number":        {{math.NaN(), 1000}, {2, 2000}},
		"nowhere":             {{1, Chainage(math.NaN())}, {2, 2000}},
	} {
		if _, err := NewCalibration(Default(), s); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
