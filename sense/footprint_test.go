package sense

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"marsad/geo"
)

func TestFootprint(t *testing.T) {
	f := Footprint{Origin: geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}}, RangeStep: 100, Azimuths: 4, Ranges: 3,
		OnFoot: []uint8{255, 51, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, Air: []uint8{102}}
	for _, c := range []struct {
		r, az float64
		class Class
		want  float64
	}{
		{0, 0, Person, 1}, {99, 0.1, Animal, 1}, {100, 0.1, Group, 0.2}, {299, 0.1, Dig, 0}, {300, 0.1, Person, 0},
		{50, -0.1, Person, 7. / 255}, {50, 2*math.Pi - 1e-12, Person, 7. / 255}, {50, math.Pi / 2, Unknown, 1. / 255},
		{50, 0, Vehicle, 0}, {50, 0, SlowAir, 0.4}, {150, 0, SlowAir, 0}, {-1, 0, Person, 0},
		{math.NaN(), 0, Person, 0}, {50, math.NaN(), Person, 0}, {50, math.Inf(1), Person, 0},
	} {
		if got := f.Pd(c.r, c.az, c.class); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v m, %v rad, %v: %v, want %v", c.r, c.az, c.class, got, c.want)
		}
	}
	if got := f.PdAt(geo.Direct(f.Origin.Point, 150, 0.2), Person); got != 0.2 {
		t.Errorf("at a point: %v", got)
	}
	if got := (&Footprint{}).Pd(1, 1, Person); got != 0 {
		t.Errorf("an empty footprint sees: %v", got)
	}
}

func TestFootprintStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Footprint{RangeStep: rapid.Float64Range(0.1, 1000).Draw(t, "step"), Azimuths: rapid.IntRange(0, 9).Draw(t, "azimuths"),
			Ranges: rapid.IntRange(0, 9).Draw(t, "ranges"), OnFoot: make([]uint8, rapid.IntRange(0, 90).Draw(t, "cells"))}
		if p := f.Pd(rapid.Float64().Draw(t, "range"), rapid.Float64().Draw(t, "azimuth"), Person); p != 0 {
			t.Fatalf("%v out of empty cells", p)
		}
	})
}
